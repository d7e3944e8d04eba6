"""Scores and moments -> coaching feedback, in the spirit of MI itself. Pure: no models, no clock.

First what went well, then one next step, then three moments worth hearing again with another way to put
them. Words come from ``feedback.toml``; other wordings are built by ``fidelity.reword`` from what was said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fidelity.codebook import REFLECTIONS
from fidelity.config import FeedbackOptions
from fidelity.conversation import CodedTurn, CodedUtterance, Feedback, Measure, Moment, NextStep, SessionScore
from fidelity.reword import reword
from fidelity.volleys import is_backchannel

# How much each code is worth hearing as a strength: what is harder to do, and moves people more, first.
_STRENGTH = {"CR": 1.0, "AF": 0.95, "Emphasize": 0.9, "Seek": 0.85, "SR": 0.7, "OQ": 0.65, "PwP": 0.6}
# How much there is to gain from another wording.
_GROWTH = {"Confront": 1.0, "Persuade": 0.95, "CQ": 0.8, "GI": 0.6, "OQ": 0.2}
_ASKED_AGAIN = 0.3  # an open question right after another turn that asked has more to gain
# Codes that each next step is about: its moments are shown first.
_ABOUT = {
    "ask_first": ("Persuade", "Confront", "GI"),
    "reflect": ("CQ", "OQ"),
    "open": ("CQ",),
    "room": ("GI", "Persuade"),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """An utterance of the practitioner in its setting."""

    turn: CodedTurn
    utterance: CodedUtterance
    before: CodedTurn | None
    after: CodedTurn | None
    asked_before: bool

    @property
    def code(self) -> str:
        return self.utterance.code or "NC"

    @property
    def belief(self) -> float:
        """How sure the engine is of the code; for a reflection, that it is one, simple or complex."""
        alike = REFLECTIONS if self.code in REFLECTIONS else (self.code,)
        probabilities = self.utterance.probabilities
        return sum(probabilities.get(code, 0.0) for code in alike) if probabilities else 1.0


def give_feedback(turns: Sequence[CodedTurn], scores: SessionScore, options: FeedbackOptions | None = None) -> Feedback:
    """Coaching feedback on one conversation."""
    options = options or FeedbackOptions()
    places = list(_places(turns))
    step, about = _next_step(scores, options)
    went_well = _went_well(places, options)
    taken = {(moment.n, moment.u) for moment in went_well}
    return Feedback(
        went_well=went_well,
        next_step=step,
        moments=_moments([p for p in places if (p.turn.n, p.utterance.u) not in taken], about, options),
        closing=_words()["closing"]["text"],
    )


def _places(turns: Sequence[CodedTurn]) -> Iterator[_Place]:
    before: CodedTurn | None = None
    asked = False
    for position, turn in enumerate(turns):
        if turn.speaker != "practitioner":
            if turn.speaker == "client" and not is_backchannel(turn.text):
                before = turn
            continue
        after = next((t for t in turns[position + 1 : position + 2] if t.speaker == "client"), None)
        for utterance in turn.utterances:
            last = utterance.u == len(turn.utterances) - 1
            yield _Place(turn, utterance, before, after if last else None, asked)
        asked = turn.behaviour == "question"


def _went_well(places: Sequence[_Place], options: FeedbackOptions) -> tuple[Moment, ...]:
    def worth(place: _Place) -> float:
        followed = place.after is not None and place.after.behaviour == "change"
        return _STRENGTH[place.code] * place.belief + (0.2 if followed else 0.0) + (0.1 if _opens_up(place) else 0.0)

    strengths = [p for p in places if _is_strength(p, options) and _words_in(p) >= options.least_words]
    ranked = sorted(strengths, key=lambda p: (-worth(p), p.turn.n))
    best_of_each = list({p.code: p for p in reversed(ranked)}.values())  # two strengths say more than one twice
    ranked.sort(key=lambda p: p not in best_of_each)
    chosen = _spread(ranked, options.strengths, options)
    if not chosen:  # nothing stands out: the place after which they said most is still worth an affirmation
        answered = [p for p in places if p.after is not None and p.after.speaker == "client"]
        chosen = sorted(answered, key=lambda p: (-len((p.after or p.turn).text), p.turn.n))[:1]
        return tuple(_moment(p, _words()["went_well"]["room"], None) for p in chosen)
    return tuple(_moment(p, _strength_note(p), None) for p in chosen)


def _is_strength(place: _Place, options: FeedbackOptions) -> bool:
    least = options.reflection_belief if place.code in REFLECTIONS else options.least_belief
    return place.code in _STRENGTH and place.belief >= least


def _strength_note(place: _Place) -> str:
    words = _words()["went_well"]
    note = str(words[place.code][0])
    if place.after is not None and place.after.behaviour == "change":
        return f"{note} {words['followed_by_change']}"
    return f"{note} {words['followed_by_more']}" if _opens_up(place) else note


def _opens_up(place: _Place) -> bool:
    return place.after is not None and len(place.after.text.split()) >= 20


def _words_in(place: _Place) -> int:
    return len(place.utterance.text.split())


def _next_step(scores: SessionScore, options: FeedbackOptions) -> tuple[NextStep, str]:
    """The first of these that the measures speak for clearly enough; each is one small thing to try."""

    def known(name: str) -> Measure | None:
        measure = scores.measure(name)
        return measure if measure.value is not None else None

    pressed, talk = known("mi_non_adherent"), known("practitioner_talk_share")
    balance, opened = known("reflections_to_questions"), known("percent_open")
    deep, change = known("percent_complex"), scores.measure("change")
    if pressed and (pressed.value or 0) >= options.many_presses:
        return _step("ask_first", pressed, f"{pressed.value:.0f}")
    if talk and (talk.value or 0) > options.much_talk:
        return _step("room", talk, f"{talk.value:.0%}")
    if balance and balance.thresholds and (balance.value or 0) < balance.thresholds.fair:
        return _step("reflect", balance, f"{balance.value:.1f}")
    if opened and opened.thresholds and (opened.value or 0) < opened.thresholds.fair:
        return _step("open", opened, f"{opened.value:.0%}")
    if not any((pressed, talk, balance, opened)):
        return _step("more_talk", None, "")
    if (change.value or 0) >= options.some_change:
        return _step("notice_change", change, f"{change.value:.0f}")
    return _step("deepen", deep, "")


def _step(key: str, measure: Measure | None, value: str) -> tuple[NextStep, str]:
    words = _words()["next_step"][key]
    text = words["text"].replace("{value}", value)
    return NextStep(title=words["title"], text=text, measure=measure.name if measure else None), key


def _moments(places: Sequence[_Place], about: str, options: FeedbackOptions) -> tuple[Moment, ...]:
    """Three places: first those with another wording, best first, then strengths."""

    def worth(place: _Place) -> float:
        value = _GROWTH.get(place.code, 0.0) * place.belief
        value += _ASKED_AGAIN if place.code == "OQ" and place.asked_before else 0.0
        value += 0.5 if place.code in _ABOUT.get(about, ()) else 0.0
        return value + (0.3 if place.before is not None and place.before.behaviour in ("change", "sustain") else 0.0)

    worth_hearing = [p for p in places if p.before is not None and _words_in(p) >= options.least_words]
    ranked = sorted(worth_hearing, key=lambda p: (-worth(p), p.turn.n))
    chosen: list[_Place] = []
    another_way: dict[int, str] = {}
    for place in ranked:  # a wording takes a parse or two, so only as many are made as are shown
        if len(chosen) < options.moments and place.code in _GROWTH and _apart(place, chosen, options):
            made = reword(place.code, place.utterance.text, place.before.text) if place.before is not None else None
            if made is not None:
                chosen.append(place)
                another_way[id(place)] = made.text
    strengths = [p for p in ranked if id(p) not in another_way and _is_strength(p, options)]
    chosen = _spread(strengths, options.moments, options, chosen)
    ordered = sorted(chosen, key=lambda p: (p.turn.n, p.utterance.u))
    return tuple(_moment(p, _moment_note(p, id(p) in another_way), another_way.get(id(p))) for p in ordered)


def _moment_note(place: _Place, reworded: bool) -> str:
    notes = _words()["moments"]
    if place.code == "OQ" and not place.asked_before:
        return str(notes["OQ_first" if reworded else "other"])
    return str(notes.get(place.code, notes["other"]))


def _spread(
    ranked: Sequence[_Place], most: int, options: FeedbackOptions, taken: Sequence[_Place] = ()
) -> list[_Place]:
    """The best places that are not on top of each other, nor the same words twice; after those already ``taken``."""
    chosen = list(taken)
    for place in ranked:
        if len(chosen) < most and _apart(place, chosen, options):
            chosen.append(place)
    return chosen


def _apart(place: _Place, chosen: Sequence[_Place], options: FeedbackOptions) -> bool:
    near = any(abs(place.turn.n - other.turn.n) < options.apart for other in chosen)
    return not near and not any(place.utterance.text == other.utterance.text for other in chosen)


def _moment(place: _Place, note: str, another_way: str | None) -> Moment:
    heard = place.before
    return Moment(
        n=place.turn.n,
        u=place.utterance.u,
        start=heard.start if heard is not None and heard.start is not None else place.utterance.start,
        end=place.utterance.end,
        heard=_tail(heard.text) if heard is not None else "",
        said=place.utterance.text,
        code=place.utterance.code,
        note=note,
        another_way=another_way,
    )


def _tail(text: str, most: int = 45) -> str:
    """The last words of a long turn: what the practitioner had just heard."""
    words = text.split()
    return text if len(words) <= most else "… " + " ".join(words[-most:])


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((resources.files("fidelity") / "feedback.toml").read_text(encoding="utf-8"))
