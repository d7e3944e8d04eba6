"""Captions in WebVTT: one cue an utterance, with its voice."""

from __future__ import annotations

from fidelity.conversation import Analysis
from fidelity.report.words import voices

_SHORTEST = 0.001  # s. A cue must end after it starts.


def vtt(analysis: Analysis) -> str:
    """Captions of the conversation, or an empty string if it has no times."""
    names = voices(analysis.turns)
    cues = []
    for turn in analysis.turns:
        for said in turn.utterances:
            if said.start is None or said.end is None:
                continue
            end = max(said.end, said.start + _SHORTEST)
            voice = names[turn.speaker, turn.voice]
            cues.append(f"{_time(said.start)} --> {_time(end)}\n<v {voice}>{_escape(said.text)}\n")
    return "\n".join(["WEBVTT\n", *cues]) if cues else ""


def _time(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def _escape(text: str) -> str:
    """One line without markup: a blank line or an arrow would end the cue."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
