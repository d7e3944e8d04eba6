"""First person into second, word by word over a spaCy parse: "I don't" -> "You don't", "my mum" -> "your mum"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fidelity.language import parse
from fidelity.reword.phrases import pattern
from fidelity.reword.tidy import finish, spell

if TYPE_CHECKING:
    from spacy.tokens import Token

_SWAP = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself",
    "we": "you", "us": "you", "our": "your", "ours": "yours", "ourselves": "yourselves",
}  # fmt: skip
FIRST = frozenset(_SWAP)
SECOND = frozenset({"you", "your", "yours", "yourself", "yourselves", "ya", "u"})
_SUBJECT = ("nsubj", "nsubjpass")
_QUOTE = re.compile(r"""["«»]|(?:^|\s)'|'(?=\s|[.,?!]|$)(?<!s')""")
_ADDRESS = re.compile(r"\b(?:let's|let us|ain't)\b", re.I)
# Somebody else's present-tense "I" after a verb of saying is as likely their words as the client's.
_SAYING = frozenset({"say", "tell", "go", "ask", "shout", "text", "reply", "be"})


def swap_person(text: str) -> str | None:
    """``text`` said back to the person who said it, as one statement; ``None`` where that is not safe.

    Not safe are: quoted speech, questions, "you" meant for the practitioner, and anything whose
    agreement the parse does not settle. A "you" that means anybody ("it's hard when you've got three")
    stays.
    """
    said = spell(text)
    if not said or "?" in said or _QUOTE.search(said) or _ADDRESS.search(said):
        return None
    return swap_tokens(tuple(parse(said)))


def swap_tokens(tokens: Sequence[Token]) -> str | None:
    """As ``swap_person``, for words of a text that is already parsed."""
    if any(token.lower_ in SECOND for token in tokens) and not _anybody(tokens):
        return None
    if _foreign_first_person(tokens):
        return None
    pieces: list[str] = []
    skip: set[int] = set()
    pairs = {pair[0].i: pair for pair in map(_pair, tokens) if pair and pair[0].i >= tokens[0].i}
    for token in tokens:
        if token.i in skip:
            continue
        if token.i in pairs:  # "my husband and I" -> "you and your husband"
            first, last = pairs[token.i]
            others = [inner for inner in token.doc[first.i : last.i] if inner.dep_ != "cc"]
            rest = "".join(_swapped(inner) + inner.whitespace_ for inner in others).strip()
            pieces.append(f"you and {rest}{last.whitespace_}")
            skip.update(range(first.i, last.i + 1))
            continue
        pieces.append(_swapped(token) + token.whitespace_)
    swapped = finish("".join(pieces))
    return None if pattern("broken").search(swapped) else swapped


def _swapped(token: Token) -> str:
    word = token.lower_
    if word in _SWAP:
        return _SWAP[word]
    if word in ("am", "'m"):
        return "are" if word == "am" else "'re"
    if word == "was" and _subject_is_client(token):
        return "were"
    # A sentence is given its capital at the end; only names keep one inside.
    if token.is_sent_start and token.ent_type_ == "" and token.pos_ != "PROPN":
        return token.text[:1].lower() + token.text[1:]
    return str(token.text)


def _subject_is_client(token: Token) -> bool:
    """Whether the subject of "was" is I or we, also "my husband and I" and across "I was tired and was ..."."""
    if token.i > 0 and token.nbor(-1).lower_ in ("i", "we"):
        return True
    verb = token.head if token.dep_ in ("aux", "auxpass") else token
    while True:
        subjects = [child for child in verb.children if child.dep_ in _SUBJECT]
        if subjects:
            return any(word.lower_ in ("i", "we") for word in (subjects[0], *subjects[0].conjuncts))
        if verb.dep_ != "conj" or verb.head.i == verb.i:
            return False
        verb = verb.head


def _pair(token: Token) -> tuple[Token, Token] | None:
    """First and last word of "NP and I", if ``token`` is that I (or me, or myself) and nothing else is joined."""
    if token.lower_ not in ("i", "me", "myself") or token.dep_ != "conj":
        return None
    head = token.head
    between = token.doc[head.i + 1 : token.i]
    joined = [word for word in between if word.dep_ == "cc"]
    if head.pos_ not in ("NOUN", "PROPN") or len(head.conjuncts) != 1 or [word.lower_ for word in joined] != ["and"]:
        return None
    return token.doc[head.left_edge.i], token


def _anybody(tokens: Sequence[Token]) -> bool:
    """Whether every "you" means anybody: only as the subject of a when-clause under an impersonal subject."""
    if any(token.lower_ in FIRST for token in tokens):
        return False
    for token in tokens:
        if token.lower_ not in SECOND:
            continue
        clause = token.head
        marks = {child.lower_ for child in clause.children if child.dep_ in ("advmod", "mark")}
        above = clause.head
        subjects = {child.lower_ for child in above.children if child.dep_ in (*_SUBJECT, "expl")}
        if not (
            token.lower_ == "you"
            and token.dep_ in _SUBJECT
            and marks & {"when", "once"}
            and clause.dep_ in ("advcl", "ccomp")
            and subjects & {"it", "nobody", "nothing"}
        ):
            return False
    return True


def _foreign_first_person(tokens: Sequence[Token]) -> bool:
    """Whether an "I" may be somebody else's: "She said I'm leaving", "he's like, I don't care"."""
    for token in tokens:
        if token.lower_ not in ("i", "we") or token.dep_ not in _SUBJECT:
            continue
        verb = token.head
        if verb.dep_ not in ("ccomp", "parataxis", "conj", "advcl") or verb.head.lemma_ not in _SAYING:
            continue
        saying = verb.head
        speakers = [child.lower_ for child in saying.children if child.dep_ in _SUBJECT]
        if saying.lemma_ == "be" and verb.dep_ != "ccomp":
            continue
        finite = [child for child in (verb, *verb.children) if child.tag_ in ("VBP", "VBZ", "MD")]
        if speakers and speakers[0] not in ("i", "we", "it", "that", "this") and finite and saying.i < verb.i:
            return True
    return False
