"""Closed questions made open, by the table of patterns in ``phrases.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from fidelity.config import RewordOptions
from fidelity.language import parse
from fidelity.reword.gate import readable
from fidelity.reword.phrases import matches, pattern, phrases
from fidelity.reword.tidy import finish, sentences
from fidelity.reword.verbs import gerund, third_person

_DEFAULT = RewordOptions()
_WORRIES = {"worried": "worries", "concerned": "concerns", "bothered": "bothers"}
_HELPERS = {"'s": "is", "'d": "would", "'ve": "have", "'re": "are", "'ll": "will"}


@dataclass(frozen=True, slots=True)
class _Rule:
    closed: re.Pattern[str]
    open: str


@cache
def _rules() -> tuple[_Rule, ...]:
    table = phrases()
    parts = {name: f"(?:{'|'.join(words)})" for name, words in table.parts.items()}

    def fill(pattern: str) -> str:
        return re.sub(r"(?<!\?P)<(\w+)>", lambda name: parts.get(name.group(1), name.group(0)), pattern)

    return tuple(_Rule(re.compile(rf"(?:{fill(rule.closed)})\s*$", re.I), rule.open) for rule in table.questions)


def open_question(question: str, *, options: RewordOptions = _DEFAULT) -> str | None:
    """The closed question as an open one, or ``None`` where no rule gives good English.

    Questions about danger are left alone on purpose: they should be asked straight.
    """
    if matches("danger", question):
        return None
    asked = _last_question(question)
    if asked is None or pattern("leave_closed").search(asked):
        return None
    for rule in _rules():
        found = rule.closed.match(asked)
        if found is None:
            continue
        fields = _fields(found.groupdict(default=""))
        if fields is None:
            return None
        text = re.sub(r"\s+", " ", rule.open.format_map(fields)).replace(" ?", "?").replace(" 's", "'s")
        text = finish(text, mark=text[-1])
        fits = readable(text, shortest=options.shortest_question, longest=options.longest_question, question=True)
        return text if fits else None
    return None


def _last_question(text: str) -> str | None:
    """The question a turn ends on, without its mark; speech recognition often leaves the mark out."""
    said = sentences(text)
    if not said:
        return None
    last = said[-1]
    if "?" in text and not last.endswith("?"):
        return None  # a question, and then something else: the turn did not end on asking
    last = re.sub(r",? (?:though|then|or anything|at all)(?=$| about)", "", last.rstrip("?. "))
    last = last[:1].lower() + last[1:]
    return last if "," not in last else None


def _fields(groups: Mapping[str, str]) -> dict[str, str] | None:
    """What fills a template: the groups as matched, and the grammatical forms made from them."""
    fields = {name: value.rstrip() if name == "x" else value for name, value in groups.items()}
    fields["X"] = fields.get("x", "")
    fields["worries"] = _WORRIES.get(groups.get("adj", "").lower(), "")
    if groups.get("a", "").strip() in _HELPERS:
        fields["a"] = f" {_HELPERS[groups['a'].strip()]}"
    if groups.get("verb"):
        first, _, rest = groups["verb"].partition(" ")
        fields["s"] = f"{third_person(first)} {rest}".strip()
    if "vp" in groups:
        doing = to_gerund(groups["vp"])
        if doing is None:
            return None
        fields["doing"] = doing
    if "asked" in groups:
        asked = _inverted(groups["asked"])
        if asked is None:
            return None
        fields["asked"] = asked
    return fields


def to_gerund(phrase: str) -> str | None:
    """ "cut down and eat well" -> "cutting down and eating well"; ``None`` if it does not start with a verb."""
    doc = parse("to " + phrase)
    verb = doc[1]
    if verb.tag_ != "VB":
        return None
    if any(
        token.dep_ == "conj" and token.head.i == verb.i and token.tag_ != "VB" and token.pos_ in ("VERB", "AUX")
        for token in doc
    ):
        return None
    joined = {token.i for token in doc if token.dep_ == "conj" and token.head.i == verb.i and token.tag_ == "VB"}
    if any(any(child.dep_ in ("nsubj", "aux") for child in doc[i].children) for i in joined):
        return None
    words = [gerund(token.text) if token.i in joined or token.i == verb.i else token.text for token in doc]
    return "".join(word + token.whitespace_ for word, token in zip(words[1:], doc[1:], strict=True)).strip()


def _inverted(clause: str) -> str | None:
    """ "you'd like to change" -> "would you like to change": statement order into question order."""
    doc = parse(clause)
    if len(doc) < 3 or doc[0].lower_ != "you":
        return None
    first, rest = doc[1], doc[2:].text
    if first.tag_ == "MD" or first.pos_ == "AUX":
        helper = _HELPERS.get(first.lower_, first.lower_)
        if first.lower_ == "'d" and (
            (doc[2].tag_ in ("VBN", "VBD") and doc[2].lower_ != doc[2].lemma_) or doc[2].lower_ == "better"
        ):
            return None
        return f"{helper} you {rest}"
    if first.tag_ in ("VBP", "VB"):
        return f"do you {first.lower_} {rest}"
    return f"did you {first.lemma_} {rest}" if first.tag_ == "VBD" else None
