"""What the encoders of the folds said of conversations that they had not learned from.

To train them takes hours, and of all they know only this is needed to learn words, pooling and flow beside them: for
each turn and utterance, the scores of every head. So a change of those is measured in minutes, on grouped folds.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.artefacts import find
from fidelity.classify.encoder import Encoder, Reading
from fidelity.classify.heads import Head, Model
from fidelity.conversation import Turn
from fidelity.errors import DataError, ModelError
from fidelity.training.corpora import Conversation
from fidelity.training.tune import CLASSES
from fidelity.training.tuned import Tuned

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "readings"
FORMAT = "changetalk.readings/1"
TABLES = "readings.npz"


@dataclass(frozen=True, slots=True)
class Readings:
    """A table of scores for each conversation, by ``_key``: shape (turns and their utterances in order, scores)."""

    tables: dict[str, NDArray[Any]]

    def read(self, turns: Sequence[Turn], wanted: Sequence[int]) -> list[Reading]:
        """As ``Encoder.read``; the vectors are the scores, for ``heads()`` to pick from.

        Raises:
            DataError: nothing is kept of these turns, word for word.
        """
        table = self.tables.get(_key(turns))
        if table is None:
            raise DataError(
                "Nothing is kept of what the encoders said of one of these conversations: it is new, or its words or "
                "utterances have changed. Train with --all."
            )
        found, place = {}, 0
        for i in _read(turns):
            after = place + 1 + len(turns[i].utterances)
            found[i] = Reading(table[place].astype(float), table[place + 1 : after].astype(float))
            place = after
        return [found[i] for i in wanted]

    def save(self, folder: Path) -> None:
        """Write them to ``folder``, in half precision: no code hangs on the fourth digit of a score."""
        import numpy as np

        tables = {key: self.tables[key].astype(np.float16) for key in sorted(self.tables)}
        np.savez_compressed(folder / TABLES, allow_pickle=False, **tables)

    @classmethod
    def load(cls, folder: Path) -> Readings:
        """Read what ``save`` wrote; nothing in the file is executed."""
        import numpy as np

        try:
            with np.load(folder / TABLES, allow_pickle=False) as tables:
                return cls({key: tables[key] for key in tables})
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"“{folder / TABLES}” cannot be read ({error}). Train with --all.") from error


@dataclass(frozen=True, slots=True)
class Kept:
    """An encoder that stays as it is: the one that learned from everything, and what those of the folds said."""

    whole: Tuned
    readings: Readings


def kept(models: Path | None = None) -> Kept:
    """The encoder in use and the readings that belong to it. ``ModelError`` where they do not belong together."""
    encoder, readings = find("encoder", models), find(NAME, models)
    if readings.meta.get("format") != FORMAT or readings.meta["encoder"]["sha256"] != encoder.sha256:
        raise ModelError("The readings that are kept are those of another encoder. Train with --all.")
    coding = [Model.load(find(name, models).folder) for name in ("practitioner", "client")]
    return Kept(Tuned(encoder.folder, coding[0].deep | coding[1].deep), Readings.load(readings.folder))


def taken(encoder: Encoder, deep: dict[str, Head], conversations: Iterable[Conversation]) -> Readings:
    """What an encoder and its heads say of some conversations, whose turns must have their utterances."""
    import numpy as np

    tables = {}
    for c in conversations:
        own = _read(c.turns)
        vectors = [v for r in encoder.read(c.turns, own) for v in (r.turn, *r.utterances)]
        if vectors:
            scores = [np.stack(vectors) @ deep[head].weights.T + deep[head].intercept for head in CLASSES]
            tables[_key(c.turns)] = np.hstack(scores)
    return Readings(tables)


def heads() -> dict[str, Head]:
    """Heads that pick their scores from what was kept."""
    import numpy as np

    rows = {head: 1 if len(classes) == 2 else len(classes) for head, classes in CLASSES.items()}
    pick = np.eye(sum(rows.values()))
    found, place = {}, 0
    for head, n in rows.items():
        found[head] = Head(CLASSES[head], pick[place : place + n], np.zeros(n))
        place += n
    return found


def _read(turns: Sequence[Turn]) -> list[int]:
    """The turns that a coder may want read."""
    return [i for i, turn in enumerate(turns) if turn.utterances and turn.speaker in ("practitioner", "client")]


def _key(turns: Sequence[Turn]) -> str:
    """Speakers, words and utterances, so that nothing is taken for what it is not."""
    told = [[turn.speaker, turn.text, [u.text for u in turn.utterances]] for turn in turns]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]
