"""How times, values and people are put into words, the same way in every output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fidelity.conversation import LEFT_OUT, Analysis, CodedTurn, Measure, Speaker, Unit

ROLES: Mapping[Speaker, str] = {"practitioner": "Practitioner", "client": "Client", "other": "Somebody else"}

# What a measure stands on, in words: "6 reflections". The rest stand on stretches of the practitioner's talk.
_STANDS_ON = {
    "reflections_to_questions": "reflections and questions",
    "reflection_share": "reflections and questions",
    "percent_open": "questions",
    "percent_complex": "reflections",
    "change_talk_share": "times the client spoke for or against change",
    "practitioner_talk_share": "turns",
    "client_turn": "turns of the client",
    "interruptions": "exchanges",
    "pause": "exchanges",
}


def clock(seconds: float) -> str:
    """A moment in the recording: 3:07, or 1:02:09 past the hour."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def length(seconds: float) -> str:
    """How long something lasts: 48 seconds, 12 minutes, 1 hour 5 minutes."""
    if seconds < 60:
        return _many(round(seconds), "second")
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    parts = [_many(hours, "hour")] if hours else []
    return " ".join([*parts, _many(minutes, "minute")] if minutes or not hours else parts)


def quantity(value: float, unit: Unit) -> str:
    """A value with its unit: 62%, 1.4, 8.2 s, 5."""
    if unit == "share":
        return f"{value:.0%}"
    if unit == "ratio":
        return f"{value:.1f}"
    if unit == "seconds":
        return f"{value:.1f} s"
    return f"{value:.0f}"


def interval(measure: Measure) -> str:
    """The interval of a measure, or an empty string if it is withheld or too narrow to show."""
    if measure.low is None or measure.high is None:
        return ""
    low, high = quantity(measure.low, measure.unit), quantity(measure.high, measure.unit)
    return "" if low == high else f"{low.removesuffix(' s')} to {high}"


def stands_on(measure: Measure) -> str:
    """How much a measure is based on."""
    return f"{measure.n} {_STANDS_ON.get(measure.name, 'stretches of your talk')}"


def place(turn: CodedTurn, u: int) -> str:
    """Where an utterance is: its time, or the number of its turn counted from one."""
    start = next((said.start for said in turn.utterances if said.u == u), None)
    return clock(start) if start is not None else f"turn {turn.n + 1}"


def voices(turns: Sequence[CodedTurn]) -> Mapping[tuple[Speaker, str | None], str]:
    """A name for each voice. Numbers tell two people of the same role apart: Client 1, Client 2."""
    heard = list(dict.fromkeys((turn.speaker, turn.voice) for turn in turns))
    names: dict[tuple[Speaker, str | None], str] = {}
    for speaker, voice in heard:
        if voice == LEFT_OUT:
            names[speaker, voice] = "Left out"
            continue
        alike = [one for one in heard if one[0] == speaker and one[1] != LEFT_OUT]
        number = f" {alike.index((speaker, voice)) + 1}" if len(alike) > 1 else ""
        names[speaker, voice] = ROLES[speaker] + number
    return names


def about(analysis: Analysis) -> str:
    """One line on what was analysed: its length and who is heard in it."""
    names = [name if position == 0 else name[0].lower() + name[1:] for position, name in enumerate(_ordered(analysis))]
    people = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else "Nobody"
    duration = analysis.recording.duration
    kind = "Transcript" if analysis.recording.kind == "transcript" else "Recording"
    return f"{f'{kind}, {length(duration)}' if duration else kind}. {people}."


def _ordered(analysis: Analysis) -> list[str]:
    order = list(ROLES)
    named = voices(analysis.turns)
    return [named[key] for key in sorted(named, key=lambda key: (order.index(key[0]), named[key]))]


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
