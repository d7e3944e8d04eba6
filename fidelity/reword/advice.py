"""Advice and information offered the MI way: ask first, offer, ask back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fidelity.config import RewordOptions
from fidelity.language import parse
from fidelity.reword.gate import one_clause, readable, words
from fidelity.reword.phrases import matches, pattern, phrases
from fidelity.reword.tidy import finish, sentences

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_DEFAULT = RewordOptions()
# "I" and "we" of the practitioner have no place in an idea for the family; quotations are somebody else's.
_OWN = re.compile(r"\b(?:I|me|my|we|us|our|myself|I'm|I've|I'd|I'll|let's)\b|\"")
_ADVICE = r"^(?:{})\s+(?P<phrase>.+?)[.?!]*$"
# Who or what is talked about: with one of these the idea is for this family, not for "some people".
_PARTICULAR = ("PRP", "PRP$", "NNP", "NNPS")


def ask_offer_ask(advice: str, *, options: RewordOptions = _DEFAULT) -> str | None:
    """The advice as an idea offered with leave, or ``None``.

    Orders of a court, the law or a safety plan are not ideas to weigh up, nor is danger a matter of
    style: both stay as they were said.
    """
    if matches("danger", advice) or matches("requirement", advice):
        return None
    for sentence in sentences(advice):
        found = _advised(sentence)
        if found is None:
            continue
        negative, doing, phrase = found
        if not doing and re.match(r"try \w+ing\b", phrase, re.I):
            doing, phrase = True, phrase[4:]  # "try going to bed earlier": the idea is the going
        core = _core(phrase, doing=doing)
        if core is None or not options.shortest_advice <= words(core) <= options.longest_advice:
            continue
        general = not doing and not negative and not any(token.tag_ in _PARTICULAR for token in parse("to " + core))
        kind = "offer_doing" if doing else "offer_not" if negative else "offer_general" if general else "offer"
        return _wrapped(phrases().frame(kind, key=core).format(core), ask="ask", key=core)
    return None


def ask_before_information(information: str, *, options: RewordOptions = _DEFAULT) -> str | None:
    """A plain piece of information with leave asked before and the client's view after, or ``None``."""
    if matches("danger", information) or matches("requirement", information):
        return None
    for sentence in sentences(information):
        if "?" in sentence or _OWN.search(sentence) or pattern("not_plain_fact").search(sentence):
            continue
        text = finish(sentence)
        content = [token for token in parse(text) if token.pos_ in ("NOUN", "PROPN")]
        subject = parse(text)[0]
        if len(content) < 2 or (
            subject.tag_ in ("PRP", "DT", "EX", "WDT", "WP", "WRB", "CC", "VB", "UH") and subject.lower_ != "the"
        ):
            continue
        if readable(text, shortest=5, longest=options.longest_reflection) and one_clause(text):
            return _wrapped(text, ask="ask_information", key=text)
    return None


def _wrapped(middle: str, *, ask: str, key: str) -> str:
    table = phrases()
    back = "ask_back_information" if ask == "ask_information" else "ask_back"
    # Two keys, so that the first and the last frame vary independently.
    return " ".join((table.frame(ask, key=key), middle, table.frame(back, key=key[::-1])))


def _advised(sentence: str) -> tuple[bool, bool, str] | None:
    """Whether the advice is "not to", whether it comes as an -ing form, and what is advised."""
    found = pattern("advice", _ADVICE).match(sentence)
    if found is not None:
        said = found.groupdict(default="")
        return bool(said["no"]), bool(said["ing"]), said["phrase"]
    if sentence.endswith("?"):
        return None
    doc = parse(sentence)
    head = doc[0]
    if head.lower_ in ("don't", "do") and len(doc) > 3 and doc[1].lower_ in ("n't", "not") and doc[2].tag_ == "VB":
        return True, False, doc[2:].text.rstrip(".! ")
    # An imperative: a bare verb first, and nobody doing it.
    imperative = head.tag_ == "VB" and head.dep_ == "ROOT" and not any(child.dep_ == "nsubj" for child in head.children)
    return (False, False, sentence.rstrip(".! ")) if imperative else None


def _core(phrase: str, *, doing: bool) -> str | None:
    """The verb phrase itself, without reasons and warnings hung on to it; ``None`` if it is no idea for action."""
    if _OWN.search(phrase):
        return None
    doc = parse(("" if doing else "to ") + phrase)
    verb = doc[0 if doing else 1]
    table = phrases().words
    if verb.tag_ != ("VBG" if doing else "VB") or verb.lemma_.lower() in table["no_idea"]:
        return None
    if verb.dep_ == "aux":
        return None  # "have phoned": too late for an idea
    end = _first_cut(doc, verb)
    core = doc[(0 if doing else 1) : end].text.strip(" ,.")
    kept = doc[verb.i : end]
    # "Leave him", "give them up": about another person's life, not a thing to try.
    objects = [child for child in verb.children if child.dep_ in ("dobj", "obj") and child.i < end]
    if verb.lemma_ in table["no_idea_about_people"] and any(child.tag_ == "PRP" for child in objects):
        return None
    # "You" as the one who acts elsewhere in the phrase, or a verb with tense, would need more than a rule can do.
    if any(token.tag_ in ("VBD", "VBP", "VBZ", "MD") and not _inside_wh(token) for token in kept):
        return None
    own = core[:1].lower() + core[1:]
    return own if readable(finish(own), shortest=1, longest=100) else None


def _first_cut(doc: Doc, verb: Token) -> int:
    """Where reasons, threats and second thoughts begin: "because ...", "or you'll ...", "so that ..."."""
    for token in doc[verb.i + 1 :]:
        starts = token.lower_ in ("because", "otherwise", "so", "since", "unless", "if", "but") and token.dep_ in (
            "mark",
            "cc",
            "advmod",
        )
        joined = token.dep_ == "cc" and any(
            other.dep_ == "conj"
            and any(child.dep_ in ("nsubj", "nsubjpass") for child in other.children)
            and other.i > token.i
            for other in token.head.children
        )
        if (
            starts
            or joined
            or token.text in (";", ":", "?")
            or (token.text == "," and token.i + 1 < len(doc) and token.nbor(1).tag_ in ("PRP", "CC", "VB"))
        ):
            return token.i
    return len(doc)


def _inside_wh(token: Token) -> bool:
    """Whether a verb with tense sits in a "what he needs" or "when they wake" inside the advice."""
    return any(child.tag_ in ("WRB", "WP", "WDT") or child.dep_ == "mark" for child in token.children) or (
        token.dep_ == "aux" and _inside_wh(token.head)
    )
