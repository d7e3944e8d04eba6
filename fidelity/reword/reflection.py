"""What the client just said, given back: the clause with most meaning, person swapped."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fidelity.config import RewordOptions
from fidelity.language import parse
from fidelity.reword.clauses import HEDGES, Clause, clauses, subject_of
from fidelity.reword.gate import one_clause, readable
from fidelity.reword.person import FIRST, swap_tokens
from fidelity.reword.phrases import matches, phrases
from fidelity.reword.tidy import finish, said_without_break, sentences

if TYPE_CHECKING:
    from spacy.tokens import Token

_DEFAULT = RewordOptions()
_NAMES = ("PERSON", "GPE", "LOC", "ORG", "NORP", "FAC")
_COMPLEMENT = ("attr", "acomp", "prep", "advmod", "ccomp", "xcomp", "npadvmod", "oprd")


def reflect(client_text: str, *, theirs: bool = False, options: RewordOptions = _DEFAULT) -> str | None:
    """A statement that reflects ``client_text``, or ``None`` where no clause of it can be given back well.

    ``theirs`` marks it as the client's own view, where a bare reflection might sound like agreeing.
    """
    if matches("danger", client_text) or '"' in client_text or "“" in client_text:
        return None
    if not re.search(r"[.,!?]", client_text):
        # Unpunctuated speech recognition runs sentences together; long clauses in it cannot be trusted.
        options = replace(options, longest_reflection=options.longest_unpunctuated)
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
                text = _give_back(clause, theirs, options)
                best = (score, text) if text else best
    return best[1] if best else None


def _give_back(clause: Clause, theirs: bool, options: RewordOptions) -> str | None:
    """The clause as a reflection, or ``None`` where it is thin, doubtful or fails the gate."""
    if not all(_sound(part) for part in clause.parts or (clause,)) or not _says_something(clause):
        return None
    swapped = swap_tokens(clause.tokens)
    shortest = options.shortest_feeling if clause.words & phrases().words["feeling"] else options.shortest_reflection
    if swapped is None or not readable(swapped, shortest=shortest, longest=options.longest_reflection):
        return None
    if not one_clause(swapped):
        return None
    first = clause.tokens[0]
    named = first.lower_ not in FIRST and (first.pos_ == "PROPN" or first.ent_type_ in _NAMES)
    core = swapped.rstrip(".")
    core = core if named else core[:1].lower() + core[1:]
    frame = _frame(clause)
    if theirs and frame in ("plain", "intended"):
        frame = "theirs"
    return finish(phrases().frame(frame, key=swapped).format(core)) if frame else None


def _says_something(clause: Clause) -> bool:
    """Whether it is about the client, or names a feeling, and has a word of meaning in it."""
    table = phrases().words
    weighty = clause.words & (table["feeling"] | table["verdict"] | table["effort"] | table["people"])
    personal = clause.words & FIRST or clause.words & table["feeling"]
    return bool(personal) and (bool(weighty) or any(_content(token) for token in clause.tokens))


def _sound(clause: Clause) -> bool:
    """Whether it is whole and means the same on its own: no half answers, loose comparisons or borrowed words."""
    head, subject, first = clause.head, clause.subject, clause.tokens[0]
    if subject.tag_ in ("WDT", "WP") or first.tag_ in ("WDT", "WP") or (first.tag_ == "WRB" and first.head.i == head.i):
        return False
    # "I'd say about three", "I guess so": talk about talking.
    if subject.lower_ in ("i", "we") and (
        head.lemma_ in HEDGES - {"think"} or (head.lemma_ == "say" and head.tag_ != "VBD")
    ):
        return False
    # "I do", "I have": a helper with nothing after it leans on a question we do not repeat.
    if head.pos_ == "AUX" and not any(child.dep_ in _COMPLEMENT and child.i > head.i for child in head.children):
        return False
    # "That looks hard": about something pointed at, which the reflection cannot show.
    if subject.lower_ in ("that", "this") and not clause.words & FIRST:
        return False
    kinds = {child.dep_ for child in head.children if child.i > head.i}
    if head.lemma_ in ("think", "believe") and not kinds & {"ccomp", "prep"}:
        return False  # "I think a sense of belonging": half a sentence
    if head.lemma_ == "put" and not kinds & {"prep", "prt", "advmod"}:
        return False
    if "than" in clause.words and not any(
        token.tag_ in ("JJR", "RBR") or token.lower_ in ("rather", "other") for token in clause.tokens
    ):
        return False
    if {"i", "we"} <= {token.lower_ for token in clause.tokens}:
        return False  # both would become "you", and nobody could tell who does what
    if any(_stray_like(token) or _disagrees(token, clause) or _reports(token) for token in clause.tokens):
        return False
    # "I would feel better" without its "if" says something else.
    helpers = {child.lower_ for child in head.children if child.dep_ == "aux"}
    start = clause.tokens[0].i
    follows = start > 0 and head.doc[start - 1].lower_ == "so"
    condition_lost = follows or "if" in {token.lower_ for token in head.doc} - clause.words
    return not (condition_lost and helpers & {"would", "'d"} and head.lemma_ not in phrases().words["wish"])


def _stray_like(token: Token) -> bool:
    """A filler "like": not the verb, and not after "feel", "look", "something" and their kind."""
    if token.lower_ != "like" or token.pos_ == "VERB" or token.i == 0:
        return False
    before = token.nbor(-1)
    after = token.nbor(1) if token.i + 1 < len(token.doc) else None
    if after is not None and after.lower_ in ("this", "that"):
        return False
    if (
        after is None
        or after.tag_ == "IN"
        or (before.lemma_ == "be" and after.tag_ not in ("DT", "VBG", "PRP", "PRP$"))
    ):
        return True
    if before.pos_ in ("NOUN", "PRON") and not any(child.dep_ in ("pobj", "pcomp") for child in token.children):
        return True
    return before.lemma_.lower() not in phrases().words["before_like"] and before.pos_ not in ("NOUN", "PRON")


def _disagrees(token: Token, clause: Clause) -> bool:
    """A verb whose number or time does not fit: "when the season start", "I enjoy it when I was well"."""
    subject = subject_of(token)
    if subject is None:
        return token.dep_ == "conj" and token.head.tag_ == "VBG" and token.tag_ in ("VB", "VBP")
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
    """How much there is to reflect: wishes and feelings most, then people, what cannot be, and plain content."""
    table, spoken, subject = phrases().words, clause.words, clause.subject
    pointing = sum(token.lower_ in table["vague"] for token in clause.tokens if token.i != subject.i)
    return (
        0.5 * min(sum(_content(token) for token in clause.tokens), 4)
        + 2.0 * (clause.head.lemma_ in table["wish"])
        + 2.0 * bool(spoken & table["feeling"])
        + 2.5 * bool(spoken & table["verdict"] or spoken & table["effort"])
        + 1.0 * bool(spoken & table["people"])
        + 1.0 * bool(spoken & table["negative"])
        + 0.5 * bool(spoken & table["change"])
        + 0.5 * bool(spoken & table["duty"])
        + 0.5 * bool(spoken & {"can", "cannot", "able"})
        + 1.0 * _about_client(clause)
        + 0.5 * bool(spoken & {"because", "if", "when"})
        + 1.0 * ("but" in spoken and bool(clause.parts))  # both sides of how the client feels
        - 0.5 * pointing
        - 0.5 * (subject.lower_ in ("he", "she", "they"))
    )


def _about_client(clause: Clause) -> bool:
    """Whether the client is who it is about: I, we, "my husband and I"."""
    return any(token.lower_ in ("i", "we", "me") for token in (clause.subject, *clause.subject.conjuncts))


def _frame(clause: Clause) -> str | None:
    """Which frames fit; ``None`` where the two halves of a clause would need different ones."""
    if clause.parts:
        names = {"felt" if _needs_distance(part) else "plain" for part in clause.parts}
        return names.pop() if len(names) == 1 else None
    other = not _about_client(clause) and clause.head.lemma_ in phrases().words["mind"]
    if other or _needs_distance(clause):
        return "felt" if clause.tokens[0].i == clause.subject.left_edge.i else "felt_condition"
    helpers = {child.lower_ for child in clause.head.children if child.dep_ == "aux"}
    first = clause.tokens[0].i == clause.subject.left_edge.i
    return "intended" if first and _about_client(clause) and helpers & {"will", "'ll"} else "plain"


def _needs_distance(clause: Clause) -> bool:
    """Whether, said bare, a verdict or a duty would sound like the practitioner's own."""
    table, head = phrases().words, clause.head
    if _about_client(clause) and head.lemma_ in ("think", "feel", "believe", "know", "wish", "want", "hope"):
        return False  # "You don't think of yourself as ..." keeps its distance by itself
    helpers = {child.lower_ for child in head.children if child.dep_ == "aux"}
    duty = head.lemma_ == "need" or (
        head.lemma_ in ("have", "get")
        and head.lower_ != "had"  # "You had to stop": only what happened
        and any(child.dep_ == "xcomp" and child.i > head.i for child in head.children)
    )
    verdict = [head, *(child for child in head.children if child.dep_ in ("attr", "acomp", "oprd"))]
    verdict += [inner for token in verdict[1:] for inner in token.children if inner.dep_ == "amod"]
    # Adjectives as they stand: "bad" is a verdict, "worse" only a comparison.
    forms = {token.lower_ if token.pos_ == "ADJ" else token.lemma_.lower() for token in verdict}
    # "My test was not bad" judges nobody; "this is not my fault" still does.
    mild = bool(clause.words & table["negative"]) and clause.subject.lower_ not in ("i", "we", "it", "this", "that")
    harsh = bool(forms & table["verdict"]) and not mild
    # "You should", "you could try" sound like advice; "you couldn't sit still" only tells.
    advice = helpers & table["duty"] and not (
        "could" in helpers and any(child.dep_ == "neg" for child in head.children)
    )
    return harsh or duty or bool(advice)
