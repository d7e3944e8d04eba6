"""The last look at a wording before anybody sees it: anything that might not be good English is held back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fidelity.language import parse
from fidelity.reword.phrases import pattern, phrases

if TYPE_CHECKING:
    from spacy.tokens import Token

_DOUBLED = re.compile(r"\b([\w']+)[\s-]+\1\b", re.I)
_ALLOWED_DOUBLES = frozenset({"had", "that"})
_SUBJECTS = ("nsubj", "nsubjpass", "expl")
_TENSED = ("VBD", "VBP", "VBZ", "MD")
_LAST_WORD = r"\b(?:{})[.?!]?$"
_LETTERS = re.compile(r"[^\W\d_]")


def words(text: str) -> int:
    """How many words there are, counting "don't" as one."""
    return len(text.split())


def readable(text: str, *, shortest: int, longest: int, question: bool = False) -> bool:
    """Length, balance and fluency: the checks that hold for every kind of wording.

    A ``question`` may end on a word like "about" and needs none of the checks on a client's clause.
    """
    doubled = [found.group(1).lower() for found in _DOUBLED.finditer(text)]
    return (
        shortest <= words(text) <= longest
        and not set(doubled) - _ALLOWED_DOUBLES
        and not pattern("disfluent").search(text)
        and text.count('"') == 0
        and text.count("(") == text.count(")")
        and bool(_LETTERS.search(text))
        and (question or not (pattern("rough").search(text) or pattern("dangling", _LAST_WORD).search(text)))
    )


def one_clause(statement: str) -> bool:
    """Whether the statement parses as a single complete sentence: a finite verb, its subject, nothing loose."""
    doc = parse(statement)
    if len(list(doc.sents)) != 1:
        return False
    root = next(doc.sents).root
    subjects = [child for child in root.children if child.dep_ in (*_SUBJECTS, "csubj")]
    if not subjects or not _finite(root) or any(child.i > root.i for child in subjects):
        return False
    if len([child for child in subjects if child.dep_ != "expl"]) > 1:
        return False
    if any(token.dep_ in ("dep", "parataxis", "intj", "meta") or token.pos_ == "INTJ" for token in doc):
        return False
    # A conjunction on the main verb leaves it half a sentence: "If I stop drinking."
    if any(child.dep_ == "mark" or (child.tag_ == "WRB" and child.i < root.i) for child in root.children):
        return False
    # A finite clause in front of the subject without "if" or "when" is a second sentence run into the first.
    if any(child.dep_ in ("ccomp", "csubj", "dislocated") and child.i < root.i for child in root.children):
        return False
    others = [token for token in doc if token.dep_ in _SUBJECTS and token.head.i != root.i]
    return not any(_runs_on(subject) for subject in others)


def _finite(verb: Token) -> bool:
    return verb.tag_ in _TENSED or any(
        child.dep_ in ("aux", "auxpass") and child.tag_ in _TENSED for child in verb.children
    )


def _runs_on(subject: Token) -> bool:
    """Whether a further clause starts after a bare comma, or with nothing to join it."""
    after_comma = subject.i > 0 and subject.nbor(-1).text == ","
    return after_comma or (_finite(subject.head) and not _linked(subject))


def _linked(subject: Token) -> bool:
    """Whether a further clause hangs on a joining word: speech recognition runs sentences together without one."""
    verb = subject.head
    asked = any(token.tag_ in ("WRB", "WP", "WDT", "WP$") and token.i < verb.i for token in verb.subtree)
    if asked or any(child.dep_ == "mark" and child.i < verb.i for child in verb.children):
        return True
    if verb.dep_ == "relcl":  # "the things you said" has its object in front; "a brother he's older" has not
        return not any(child.dep_ in ("dobj", "attr", "acomp") for child in verb.children)
    if verb.dep_ == "conj":
        return subject.left_edge.i > 0 and any(
            token.dep_ == "cc" for token in subject.doc[max(0, subject.left_edge.i - 2) : subject.left_edge.i]
        )
    # "I know he cares", "I was frightened he would come back": the verb, or the adjective beside it, allows it.
    allowing = (verb.head, *(child for child in verb.head.children if child.dep_ == "acomp"))
    forms = {form for token in allowing for form in (token.lemma_.lower(), token.lower_)}
    return verb.dep_ == "ccomp" and bool(forms & phrases().words["zero_that"])
