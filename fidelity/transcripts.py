"""Reads transcripts people already have: CSV, JSON, WebVTT and SRT. Turns are kept one to one."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fidelity.config import TranscriptOptions
from fidelity.conversation import Speaker, Turn, Utterance
from fidelity.errors import TranscriptError

SUFFIXES = frozenset((".csv", ".json", ".vtt", ".srt"))

# What people write for each role, in lower case.
_ROLES: dict[str, Speaker] = {
    **dict.fromkeys(("practitioner", "therapist", "counsellor", "counselor", "worker", "interviewer"), "practitioner"),
    **dict.fromkeys(("social worker", "p", "t"), "practitioner"),
    **dict.fromkeys(("client", "parent", "carer", "patient", "mother", "father", "c"), "client"),
    **dict.fromkeys(("other", "child", "interpreter", "observer"), "other"),
}
_PREFIX = re.compile(r"^\s*([A-Za-z][\w .'-]{0,40}?)\s*:\s+(.*)$", re.DOTALL)
_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)$")


@dataclass(frozen=True, slots=True)
class _Row:
    """One turn as the file has it. ``place`` tells the reader where to look ("Row 3")."""

    place: str
    speaker: object
    text: object
    start: object = None
    end: object = None
    utterances: object = None


def read_transcript(
    path: Path, *, practitioner: str | None = None, options: TranscriptOptions | None = None
) -> tuple[Turn, ...]:
    """The turns of a transcript file.

    ``practitioner`` names the label that stands for the practitioner where the file uses names; every
    other unknown label is then the client. Raises ``TranscriptError`` with the row and what to do.
    """
    options = options or TranscriptOptions()
    text = _read_text(path, options)
    readers = {".csv": _csv_rows, ".json": _json_rows, ".vtt": _caption_rows, ".srt": _caption_rows}
    if path.suffix.lower() not in readers:
        raise TranscriptError(f"{path.name}: a transcript ends in .csv, .json, .vtt or .srt.")
    rows: Iterator[_Row] = readers[path.suffix.lower()](text, path)
    turns: list[Turn] = []
    for row in rows:
        turns.append(_turn(len(turns), row, turns[-1] if turns else None, practitioner, options))
    if not turns:
        raise TranscriptError(f"{path.name} holds no turns.")
    if not any(turn.speaker == "practitioner" for turn in turns):
        raise TranscriptError(
            f"{path.name} has no turn by the practitioner, so there is nothing to code. "
            "Say who it is with --practitioner LABEL."
        )
    return tuple(turns)


def _read_text(path: Path, options: TranscriptOptions) -> str:
    try:
        size = path.stat().st_size
        if size > options.largest_file:
            raise TranscriptError(
                f"{path.name} is {size / 1e6:.0f} MB. A three-hour transcript is under "
                f"{options.largest_file / 1e6:.0f} MB, so this is probably another kind of file."
            )
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise TranscriptError(f"There is no file {path}. Check the name and the folder.") from None
    except IsADirectoryError:
        raise TranscriptError(f"{path} is a folder, not a transcript.") from None
    except PermissionError:
        raise TranscriptError(f"{path.name} may not be read: you do not have permission.") from None
    except UnicodeDecodeError:
        raise TranscriptError(
            f"{path.name} is not a text file in UTF-8. Save it as “CSV UTF-8” or plain text."
        ) from None
    if not text.strip():
        raise TranscriptError(f"{path.name} is empty.")
    return text


def _csv_rows(text: str, path: Path) -> Iterator[_Row]:
    csv.field_size_limit(max(len(text), 131_072))  # a long line gets our own message, further on
    reader = csv.DictReader(io.StringIO(text, newline=""))
    columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = {"speaker", "text"} - set(columns)
    if missing:
        found = ", ".join(name[:30] for name in columns[:8]) or "none"
        raise TranscriptError(
            f"{path.name} needs a first row that names its columns: speaker,text and, if you have them, "
            f"start,end. Missing: {' and '.join(sorted(missing))}. Found: {found}."
        )
    reader.fieldnames = columns
    try:
        for row in reader:
            yield _Row(f"Row {reader.line_num}", row["speaker"], row["text"], row.get("start"), row.get("end"))
    except csv.Error as error:
        raise TranscriptError(f"{path.name} is not a CSV file we can read: {error}.") from None


def _json_rows(text: str, path: Path) -> Iterator[_Row]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TranscriptError(f"{path.name} is not valid JSON: {str(error)[:120]}.") from None
    turns = data.get("turns") if isinstance(data, Mapping) else data
    if not isinstance(turns, list):
        raise TranscriptError(
            f"{path.name} needs a list of turns, or an object with “turns”, each with speaker and text."
        )
    for n, turn in enumerate(turns):
        if not isinstance(turn, Mapping) or not {"speaker", "text"} <= turn.keys():
            raise TranscriptError(f"{path.name}: turn {n} needs “speaker” and “text”.")
        yield _Row(
            f"Turn {n}", turn["speaker"], turn["text"], turn.get("start"), turn.get("end"), turn.get("utterances")
        )


def _caption_rows(text: str, path: Path) -> Iterator[_Row]:
    import webvtt

    try:
        captions: Any = webvtt.from_buffer(io.StringIO(text), format=path.suffix.lower()[1:])
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError, ValueError) as error:
        raise TranscriptError(f"{path.name} is not a {path.suffix[1:].upper()} file we can read: {error}.") from None
    for number, caption in enumerate(captions, 1):
        speaker, said = caption.voice, caption.text
        if not speaker:
            match = _PREFIX.match(said)
            speaker, said = match.groups() if match else ("", said)
        yield _Row(f"Caption {number}", speaker, said.replace("\n", " "), caption.start, caption.end)


def _turn(n: int, row: _Row, last: Turn | None, practitioner: str | None, options: TranscriptOptions) -> Turn:
    if not isinstance(row.text, str) or not row.text.strip():
        raise TranscriptError(f"{row.place}: there is no text. Remove the row, or write what was said.")
    if len(row.text) > options.longest_turn:
        raise TranscriptError(
            f"{row.place}: one turn of {len(row.text):,} characters is longer than anyone speaks without a break. "
            "Put each turn on a row of its own."
        )
    start, end = _time(row.start, row.place), _time(row.end, row.place)
    if start is not None and end is not None and end < start:
        raise TranscriptError(f"{row.place}: it ends ({end:g} s) before it starts ({start:g} s).")
    if last is not None and last.start is not None and start is not None and start < last.start:
        raise TranscriptError(f"{row.place}: it starts ({start:g} s) before the turn above it ({last.start:g} s).")
    text = " ".join(row.text.split())
    speaker = _speaker(row, practitioner)
    utterances = () if row.utterances in (None, []) else _given_utterances(row, text)
    return Turn(n=n, speaker=speaker, text=text, start=start, end=end, utterances=utterances)


def _speaker(row: _Row, practitioner: str | None) -> Speaker:
    label = str(row.speaker or "").strip()
    if practitioner is not None:
        if label.casefold() == practitioner.strip().casefold():
            return "practitioner"
        return "other" if _ROLES.get(label.lower()) == "other" else "client"
    if label.lower() in _ROLES:
        return _ROLES[label.lower()]
    said = f"the speaker “{label[:40]}” is not known" if label else "it does not say who speaks"
    raise TranscriptError(
        f"{row.place}: {said}. Use practitioner, client or other, or name the practitioner's label with "
        "--practitioner LABEL."
    )


def _time(value: object, place: str) -> float | None:
    """Seconds, from a number, digits or a clock time (h:mm:ss.s)."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    seconds = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    elif isinstance(value, str):
        if match := _CLOCK.match(value.strip()):
            hours, minutes, rest = match.groups()
            seconds = int(hours or 0) * 3600 + int(minutes) * 60 + float(rest.replace(",", "."))
        else:
            try:
                seconds = float(value)
            except ValueError:
                seconds = math.nan
    if not math.isfinite(seconds) or seconds < 0:
        raise TranscriptError(f"{place}: “{str(value)[:30]}” is not a time. Use seconds (83.5) or a clock (0:01:23.5).")
    return round(seconds, 3)


def _given_utterances(row: _Row, text: str) -> tuple[Utterance, ...]:
    """The parse that the file brings. Its utterances must be the turn's own words, in order."""
    if not isinstance(row.utterances, list):
        raise TranscriptError(f"{row.place}: “utterances” must be a list.")
    utterances = []
    for u, item in enumerate(row.utterances):
        said = item.get("text") if isinstance(item, Mapping) else item
        if not isinstance(said, str) or not said.strip():
            raise TranscriptError(f"{row.place}: utterance {u} has no text.")
        times = item if isinstance(item, Mapping) else {}
        place = f"{row.place}, utterance {u}"
        utterances.append(
            Utterance(
                u=u,
                text=" ".join(said.split()),
                start=_time(times.get("start"), place),
                end=_time(times.get("end"), place),
            )
        )
    if "".join(u.text for u in utterances).replace(" ", "") != text.replace(" ", ""):
        raise TranscriptError(f"{row.place}: its utterances, put together, are not the text of the turn.")
    return tuple(utterances)
