"""What the client just said, given back: the clause with most meaning, person swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fidelity.config import RewordOptions
from fidelity.language import parse
from fidelity.reword.clauses import HEDGES, Clause, clauses, subject_of
from fidelity.reword.gate import matches, one_clause, readable
from fidelity.reword.person import FIRST, swap_tokens
from fidelity.reword.phrases import phrases
from fidelity.reword.tidy import finish, said_without_break, sentences

if TYPE_CHECKING:
    from spacy.tokens import Token

_DEFAULT = RewordOptions()
_NAMES = ("PERSON", "GPE", "LOC", "ORG", "NORP", "FAC")
_COMPLEMENT = ("attr", "acomp", "prep", "advmod", "ccomp", "xcomp", "npadvmod", "oprd")


def reflect(client_text: str, *, options: RewordOptions = _DEFAULT) -> str | None:
    """A statement that reflects ``client_text``, or ``None`` where no clause of it can be given back well."""
    if matches("danger", client_text) or '"' in client_text or "“" in client_text:
        return None
    best: tuple[float, str] | None = None
    for place, sentence in enumerate(sentences(client_text)):
        if sentence.endswith("?") or matches("sarcasm", sentence) or matches("swearing", sentence):
            continue
        for clause in clauses(parse(sentence)):
            # Later sentences win ties: they are what the practitioner is answering.
            score = _meaning(clause) + options.later_sentence_bonus * place
            if score < options.least_meaning or not said_without_break(clause.spoken, client_text):
                continue
            if best is None or score > best[0]:
                text = _give_back(clause, options)
                best = (score, text) if text else best
    return best[1] if best else None


def _give_back(clause: Clause, options: RewordOptions) -> str | None:
    """The clause as a reflection, or ``None`` where it is thin, doubtful or fails the gate."""
    if not _usable(clause):
        return None
    swapped = swap_tokens(clause.tokens)
    if swapped is None or not readable(swapped, shortest=options.shortest_reflection, longest=options.longest_reflection):
        return None
    if not one_clause(swapped):
        return None
    first = clause.tokens[0]
    named = first.lower_ not in FIRST and (first.pos_ == "PROPN" or first.ent_type_ in _NAMES)
    core = swapped.rstrip(".")
    core = core if named else core[:1].lower() + core[1:]
    return finish(phrases().frame(_frame(clause), key=swapped).format(core))


def _usable(clause: Clause) -> bool:
    """Whether there is something of the client's own in it, and it is not half an answer."""
    head, subject, first = clause.head, clause.subject, clause.tokens[0]
    personal = bool(clause.words & FIRST)
    if not personal and not clause.words & phrases().words["feeling"]:
        return False
    if subject.tag_ in ("WDT", "WP") or first.tag_ in ("WDT", "WP") or first.tag_ == "WRB" and first.head.i == head.i:
        return False
    # "I'd say about three", "I guess so": talk about talking.
    if subject.lower_ in ("i", "we") and (head.lemma_ in HEDGES - {"think"} or head.lemma_ == "say" and head.tag_ != "VBD"):
        return False
    # "I do", "I have": a helper with nothing after it leans on a question we do not repeat.
    if head.pos_ == "AUX" and not any(child.dep_ in _COMPLEMENT and child.i > head.i for child in head.children):
        return False
    kinds = {child.dep_ for child in head.children if child.i > head.i}
    if head.lemma_ in ("think", "believe") and not kinds & {"ccomp", "prep"}:
        return False  # "I think a sense of belonging": half a sentence
    if "than" in clause.words and not any(token.tag_ in ("JJR", "RBR") or token.lower_ in ("rather", "other") for token in clause.tokens):
        return False
    if {"i", "me"} & clause.words and {"we", "us"} & clause.words:
        return False  # both would become "you", and nobody could tell who does what
    if any(_stray_like(token) or _disagrees(token, clause) or _reports(token) for token in clause.tokens):
        return False
    # "I would feel better" without its "if" says something else.
    helpers = {child.lower_ for child in head.children if child.dep_ == "aux"}
    if helpers & {"would", "'d"} and "if" not in clause.words and head.lemma_ not in phrases().words["wish"]:
        return False
    return any(_content(token) for token in clause.tokens)


def _stray_like(token: Token) -> bool:
    """A filler "like": not the verb, and not after "feel", "look", "something" and their kind."""
    if token.lower_ != "like" or token.pos_ == "VERB" or token.i == 0:
        return False
    before = token.nbor(-1)
    after = token.nbor(1) if token.i + 1 < len(token.doc) else None
    if after is None or after.tag_ == "IN" or before.lemma_ == "be" and after.tag_ not in ("DT", "VBG", "PRP", "PRP$"):
        return True
    if before.pos_ in ("NOUN", "PRON") and not any(child.dep_ in ("pobj", "pcomp") for child in token.children):
        return True
    return before.lemma_.lower() not in phrases().words["before_like"] and before.pos_ not in ("NOUN", "PRON")


def _disagrees(token: Token, clause: Clause) -> bool:
    """A verb whose number or time does not fit: "when the season start", "I enjoy it when I was well"."""
    subject = subject_of(token)
    if subject is None:
        return False
    if token.tag_ == "VBP" and token.pos_ == "VERB" and subject.tag_ == "NN" and not subject.conjuncts:
        return True
    when = token.dep_ == "advcl" and any(child.lower_ == "when" for child in token.children)
    return when and token.tag_ == "VBD" and clause.head.tag_ in ("VBP", "VBZ")


def _reports(token: Token) -> bool:
    """Speech reported without "that": it may be anybody's words."""
    if token.dep_ != "ccomp" or token.head.lemma_ not in ("say", "tell", "ask", "go"):
        return False
    return not any(child.dep_ == "mark" or child.tag_ in ("WRB", "WP") for child in token.children)


def _content(token: Token) -> bool:
    return (
        token.pos_ in ("NOUN", "VERB", "ADJ", "PROPN", "ADV")
        and not token.is_stop
        and token.lemma_.lower() not in phrases().words["light"]
    )


def _meaning(clause: Clause) -> float:
    """How much there is to reflect: wishes and feelings most, then change, reasons and plain content."""
    table, spoken, subject = phrases().words, clause.words, clause.subject.lower_
    return (
        0.5 * min(sum(_content(token) for token in clause.tokens), 5)
        + 2.0 * (clause.head.lemma_ in table["wish"])
        + 2.0 * bool(spoken & table["feeling"])
        + 1.0 * bool(spoken & table["change"])
        + 1.0 * (subject in ("i", "we"))
        + 0.5 * bool(spoken & {"because", "if", "when"})
        - 0.7 * sum(token.lower_ in table["vague"] for token in clause.tokens)
        - 0.5 * (subject in ("he", "she", "they"))
    )


def _frame(clause: Clause) -> str:
    """Which frames fit: a verdict, a duty or a guess must not sound like the practitioner's own."""
    table, head = phrases().words, clause.head
    helpers = {child.lower_ for child in head.children if child.dep_ == "aux"}
    verdict = [head, *(child for child in head.children if child.dep_ in ("attr", "acomp", "oprd"))]
    verdict += [inner for token in verdict[1:] for inner in token.children if inner.dep_ == "amod"]
    felt = "felt" if clause.tokens[0].i == clause.subject.left_edge.i else "felt_condition"
    mine = clause.subject.lower_ in ("i", "we")
    duty = head.lemma_ == "need" or head.lemma_ in ("have", "get") and any(
        child.dep_ == "xcomp" and child.i > head.i for child in head.children
    )
    # Adjectives as they stand: "bad" is a verdict, "worse" only a comparison.
    if {token.lower_ if token.pos_ == "ADJ" else token.lemma_.lower() for token in verdict} & table["verdict"] or helpers & table["duty"] or duty:
        return felt
    if not mine and head.lemma_ in table["mind"]:
        return felt
    if clause.tokens[0].i < clause.subject.left_edge.i and len(clause.tokens) > 1:
        return "plain"
    return "intended" if mine and helpers & {"will", "'ll"} else "plain"
