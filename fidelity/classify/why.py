"""Why a code was given, in one plain sentence, from what weighed most in the model.

A linear model adds up: each feature present counts for or against a code by its weight. The sentence
names what counted most for the code and can be shown in words. Nothing else is ever claimed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from fidelity.classify import rules
from fidelity.classify.features import Sample
from fidelity.classify.heads import Model
from fidelity.classify.practitioner import RULES, CodedSample
from fidelity.codebook import CODES

_QUOTED = 3  # words or phrases in one sentence; more are not read
_LONE_I = re.compile(r"\bi\b")
_ADVICE = ("Persuade", "PwP")
_OPEN = ", which invites an open answer"
_CLOSED = ", which can be answered in a word or two"

_BY_RULE = {
    "asks leave": "Asks the client's leave",
    "asks view": "Asks what the client makes of what was just said",
    "advice with choice": "Puts forward an idea, with words that leave the choice to the client",
    "hands choice": "Says that the choice is the client's",
    "own plan": "Says what the practitioner will do or wants, so it gives nothing back",
    "tag": "Is a statement; the tag at its end only asks for agreement",
    "echo": "Gives back the client's own words with a question mark, so it asks",
}

_Clause = Callable[[Sample, str], str | None]


def _begins(wanted: frozenset[str]) -> _Clause:
    def clause(s: Sample, code: str) -> str | None:
        leads = (rules.lead(sentence)[:1] for sentence in rules.sentences(s.text))
        first = next((lead[0] for lead in leads if lead and lead[0] in wanted), None)
        return _opening(first, code) if first else None

    return clause


def _opening(words: str, code: str) -> str:
    first = words.split()[0]
    open_ended, closed = first in rules.WH and code == "OQ", first in rules.AUXILIARIES and code == "CQ"
    return f"begins with {_quoted([words])}{_OPEN if open_ended else _CLOSED if closed else ''}"


def _echo(s: Sample, _code: str) -> str | None:
    words = rules.echoed(s.text, s.heard)[:_QUOTED]
    return f"gives back the client's {_plural(words)} {_quoted(words)}" if words else None


def _family(name: str, says: str) -> _Clause:
    def clause(s: Sample, code: str) -> str | None:
        found = rules.phrase(name, s.text)
        if found is None:
            return None
        leave = ""
        if name in ("advice", "options") and code in _ADVICE and s.leave:
            leave = ", after advice or leave was asked for"
        elif name in ("advice", "options") and code == "Persuade":
            leave = ", and leave was not asked just before"
        return f"{says} {_quoted([found])}{leave}"

    return clause


def _fixed(text: str) -> _Clause:
    return lambda _sample, _code: text


_mark = _fixed("carries a question mark")
_softly = _family("options", "puts forward an idea:")
_firmly = _family("advice", "advises:")

_CUES: dict[str, _Clause] = {
    "question mark": _mark,
    "ends with question mark": _mark,
    "long question": _mark,
    "begins with wh": _begins(rules.WH),
    "begins with auxiliary": _begins(rules.AUXILIARIES),
    "begins with you": _begins(rules.YOU),
    "begins with I": _begins(rules.I),
    "echo": _echo,
    "echoed words": _echo,
    "long echo": _echo,
    "very short": _fixed("is only a few words long"),
    "heard a question": _fixed("comes after a question"),
    "next is a question": _fixed("is followed by a question"),
    "next agrees": lambda s, _: f"is followed by “{rules.words(s.next)[0]}”",
    "choice": _family("choice", "leaves the choice with the client:"),
    "offers": _family("offers", "offers without pressing:"),
    "advice": _firmly,
    "options": _softly,
    "advice with leave": lambda s, code: _softly(s, code) or _firmly(s, code),
    "facts": _family("facts", "speaks in terms of information:"),
    "praise": _family("praise", "names something good:"),
    "sympathy": _family("sympathy", "has words of support:"),
    "reflecting": _family("reflecting", "uses a form of words that gives back:"),
    "contradicts": _family("contradicts", "has words that go against what was said:"),
    "structure": _family("structure", "has words that organise a conversation:"),
    "invites": _family("invites", "invites the client to say more:"),
}


class Explainer:
    """Explains the codes of one model. ``other`` is whom the speaker listens to."""

    def __init__(self, model: Model, speaker: str) -> None:
        self._model = model
        self._head = "code" if speaker == "practitioner" else "talk"
        self._other = "client" if speaker == "practitioner" else "practitioner"
        self._names = model.vectoriser.names()
        self._weights: dict[str, Any] = {}

    def why(self, coded: CodedSample, code: str) -> str:
        """One sentence on what speaks for ``code``."""
        if coded.rule and code in RULES[coded.rule]:
            return self._by_rule(coded)
        clauses = self._clauses(coded, code)
        if not clauses:
            name = CODES[code].name.lower()
            return f"No single word decides this; taken as a whole, the wording is closest to “{name}”."
        sentence = ", and ".join(clauses).removeprefix("it ")
        return f"{sentence[0].upper()}{sentence[1:]}."

    def _by_rule(self, coded: CodedSample) -> str:
        quote = {
            "asks leave": rules.wording("leave", coded.sample.text),
            "asks view": rules.wording("view", coded.sample.text),
            "advice with choice": rules.phrase("choice", coded.sample.text),
            "hands choice": rules.phrase("choice", coded.sample.text),
        }.get(coded.rule or "")
        return f"{_BY_RULE[coded.rule or '']}: “{quote}”." if quote else f"{_BY_RULE[coded.rule or '']}."

    def _clauses(self, coded: CodedSample, code: str) -> list[str]:
        """The strongest clue of grammar or phrase and the strongest words, strongest first."""
        sample, clue = coded.sample, None
        said: list[str] = []
        heard: list[str] = []
        words_first = False
        for field, name in self._for(coded, code):
            if field == "cue" and not clue and name in _CUES:
                clue = _CUES[name](sample, code)
            elif field == "opening" and not clue and "_" in name and _holds(sample.text, name.replace("_", " ")):
                clue = _opening(name.replace("_", " "), code)
            elif field == "text" and _holds(sample.text, name):
                words_first = words_first or not clue
                said = _with(said, name)
            elif field == "heard" and " " not in name and _holds(sample.heard, name):
                heard = _with(heard, name)
        words = [f"the {_counted(said)} for it"] if said else []
        clues = [f"it {clue}"] if clue else []
        if not words and not clues and heard:
            return [f"it answers the {self._other}'s {_plural(heard)} {_quoted(heard)}"]
        return [*words, *clues] if words_first else [*clues, *words]

    def _for(self, coded: CodedSample, code: str) -> list[tuple[str, str]]:
        """What counted for the code, the strongest first."""
        if code not in self._model.heads[self._head].classes:
            return []
        if code not in self._weights:
            self._weights[code] = self._model.weights(self._head, code)
        row = coded.row
        strength = row.data * self._weights[code][row.indices]
        order = sorted(range(len(strength)), key=lambda k: (-strength[k], int(row.indices[k])))
        return [self._names[row.indices[k]] for k in order if strength[k] > 0]


def _holds(text: str, words: str) -> bool:
    """Whether the words stand in the text just so: what is quoted must have been said."""
    return re.search(rf"(?<![\w']){re.escape(words)}(?![\w'])", text.lower()) is not None


def _with(found: list[str], name: str) -> list[str]:
    """``found`` and one more, unless it says nothing on its own or repeats a word."""
    used = {word for words in found for word in words.split()}
    if len(found) >= _QUOTED or used & set(name.split()) or rules.common(name):
        return found
    return [*found, name]


def _plural(words: list[str]) -> str:
    return "word" if len(words) == 1 and " " not in words[0] else "words"


def _counted(words: list[str]) -> str:
    noun = _plural(words)
    return f"{noun} {_quoted(words)} {'speaks' if noun == 'word' else 'speak'}"


def _quoted(words: list[str]) -> str:
    quoted = [f"“{re.sub(_LONE_I, 'I', word)}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
