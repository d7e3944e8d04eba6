"""Finds the clauses in what a client said that could stand as sentences of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fidelity.reword.phrases import phrases

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECT = ("nsubj", "nsubjpass", "expl", "csubj")
FINITE = ("VBD", "VBP", "VBZ", "MD")
HEDGES = frozenset({"think", "guess", "suppose", "reckon", "mean"})


@dataclass(frozen=True, slots=True)
class Clause:
    """A finite verb (``head``), its subject, and the words that belong to the two of them.

    Two clauses joined by "but" or "and" are also offered as one, with its ``parts``.
    """

    head: Token
    subject: Token
    tokens: tuple[Token, ...]
    parts: tuple[Clause, ...] = ()

    @property
    def spoken(self) -> tuple[str, ...]:
        """The words as they stand; a clitic is its own piece (``"do", "n't"``)."""
        return tuple("".join(token.text_with_ws for token in self.tokens).split())

    @property
    def words(self) -> frozenset[str]:
        """Its words and their dictionary forms, lower case."""
        return frozenset(form for token in self.tokens for form in (token.lower_, token.lemma_.lower()))


def clauses(doc: Doc) -> Iterator[Clause]:
    """Every clause with its own subject and finite verb, each with what hangs from it, in order."""
    heads = [token for token in doc if _stands_alone(token)]
    found: dict[int, Clause] = {}
    for head in heads:
        subject = subject_of(head)
        tokens = _own_tokens(head, heads)
        if subject is None or not tokens or _alternative(tokens[0]):
            continue
        if _starts_well(tokens, head, subject):
            found[head.i] = Clause(head, subject, tuple(tokens))
    yield from found.values()
    for second in found.values():
        first = found.get(second.head.head.i) if second.head.dep_ == "conj" else None
        if first is None or first.tokens[-1].i > second.tokens[0].i:
            continue
        between = first.head.doc[first.tokens[-1].i + 1 : second.tokens[0].i]
        joint = [token for token in between if not token.is_punct]
        if [token.lower_ for token in joint] in (["but"], ["and"], ["so"]):
            yield Clause(first.head, first.subject, (*first.tokens, *between, *second.tokens), (first, second))


def subject_of(verb: Token) -> Token | None:
    """The first subject in front of ``verb``."""
    return next((child for child in verb.children if child.dep_ in SUBJECT and child.i < verb.i), None)


def finite(verb: Token) -> bool:
    """Whether the verb, or a helper of it, carries tense."""
    helpers = (child for child in verb.children if child.dep_ in ("aux", "auxpass"))
    return verb.tag_ in FINITE or any(helper.tag_ in FINITE for helper in helpers)


def _stands_alone(token: Token) -> bool:
    if subject_of(token) is None or not finite(token):
        return False
    if token.dep_ == "ROOT":
        return not _hedge(token)
    if token.dep_ in ("ccomp", "parataxis") and token.i < token.head.i:
        return True  # two sentences run together: "I was tired, I went home"
    if token.dep_ == "conj":
        first = token.head
        while first.dep_ == "conj":
            first = first.head
        return first.pos_ in ("VERB", "AUX") and (
            first.dep_ == "ROOT" or (first.dep_ == "ccomp" and _hedge(first.head))
        )
    if token.dep_ == "advcl":
        return any(child.dep_ == "mark" and child.lower_ == "because" for child in token.children)
    return token.dep_ == "ccomp" and _hedge(token.head)


def _hedge(verb: Token) -> bool:
    """Whether ``verb`` is the "I think" of "I think he's scared", and not of "I don't think I can"."""
    return (
        verb.lemma_ in HEDGES
        and verb.tag_ == "VBP"
        and any(child.dep_ == "nsubj" and child.lower_ == "i" for child in verb.children)
        and not any(child.dep_ in ("neg", "aux") for child in verb.children)
        and any(child.dep_ == "ccomp" for child in verb.children)
    )


def _own_tokens(head: Token, heads: list[Token]) -> list[Token]:
    """What hangs from ``head`` in one piece, less other clauses, fillers and asides; empty if it has gaps."""
    inside = {token.i for token in head.subtree}
    for other in heads:
        if other.i != head.i and other.i in inside and not (other.dep_ == "advcl" or _hedge(other.head)):
            inside -= {token.i for token in other.subtree}
    dropped = {inner.i for token in head.subtree if _aside(token) for inner in token.subtree}
    tokens = [head.doc[i] for i in sorted(inside - dropped)]
    while tokens and (tokens[0].is_punct or tokens[0].dep_ in ("cc", "intj") or _opens(tokens[0], head)):
        tokens = tokens[1:]
    while tokens and (tokens[-1].is_punct or tokens[-1].dep_ in ("cc", "intj")):
        tokens = tokens[:-1]
    gaps = [i for i in range(tokens[0].i, tokens[-1].i) if i not in inside and i not in dropped] if tokens else []
    return [] if gaps else tokens


def _alternative(first: Token) -> bool:
    """Whether the clause is the other half of an "or": "I'm not popular or, like, I have no friends"."""
    return any(token.lower_ == "or" for token in first.doc[max(0, first.i - 3) : first.i])


def _aside(token: Token) -> bool:
    """Words that carry no meaning here: interjections, "just" before a verb, a trailing ", which ..." clause."""
    if token.dep_ == "relcl":
        first = token.left_edge
        return first.lower_ == "which" and first.i > 0 and bool(first.nbor(-1).is_punct)
    return token.dep_ == "intj" or (
        token.lower_ == "just" and token.dep_ == "advmod" and token.head.pos_ in ("VERB", "AUX")
    )


def _opens(token: Token, head: Token) -> bool:
    """Whether ``token`` only ties the clause to the one before: "because", "so", "anyway"."""
    return token.head.i == head.i and token.dep_ in ("mark", "advmod") and token.lower_ in phrases().words["opening"]


def _starts_well(tokens: list[Token], head: Token, subject: Token) -> bool:
    """Whether what stands before the subject is a time, a place or a condition, not a stray word."""
    first = subject.left_edge.i
    if tokens[0].i < first:
        loose = tokens[0].dep_ == "advmod" and tokens[0].head.i != head.i and tokens[0].head.dep_ != "advcl"
        if loose or tokens[0].lower_ not in phrases().words["fronted"]:
            return False
    for child in head.children:
        if child.i >= first or child.i < tokens[0].i or child.is_punct:
            continue
        when = child.dep_ == "advcl" and any(
            inner.dep_ == "mark" or inner.tag_ == "WRB" for inner in child.children if inner.i < child.i
        )
        adverb = child.dep_ == "advmod" and child.lower_ in phrases().words["fronted"]
        if not (when or adverb or child.dep_ in ("prep", "npadvmod")):
            return False
    return all(
        token.i >= first or token.head.i != head.i or not token.is_punct or token.text == "," for token in tokens
    )
