"""What is read of somebody's file of codings before it is fitted onto the words of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from fidelity.conversation import Speaker
from fidelity.errors import CodingError

LARGEST = 20_000_000  # bytes; an hour of talk is under one million in each of the forms
MOST_ROWS = 20_000  # utterances; an hour of talk has under two thousand
_CALLED: Mapping[str, str] = {
    "practitioner": "practitioner therapist counsellor counselor clinician worker interviewer provider coach t p",
    "client": "client patient parent participant interviewee c",
    "other": "other child interpreter o",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An utterance as it stands in a file; ``place`` says where, in words a person finds it by.

    ``code`` is as it is written there, empty for none. ``turn`` and ``first`` are given only by our own table.
    """

    place: str
    code: str
    speaker: Speaker | None = None
    start: float | None = None
    end: float | None = None
    text: str = ""
    turn: int | None = None
    first: int | None = None
    coder: str = ""


def as_text(data: bytes) -> str:
    """The file as text: UTF-8, with or without its mark, or what older programs on Windows wrote.

    Raises:
        CodingError: it is empty, too large or no text.
    """
    check_size(data)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CodingError("This is no text file. Save the codings as text (UTF-8) and try again.")


def check_size(data: bytes) -> None:
    """See that there is something, and not too much.

    Raises:
        CodingError: there is nothing, or too much.
    """
    if not data.strip():
        raise CodingError("The file is empty.")
    if len(data) > LARGEST:
        raise CodingError(f"The file is too large: {LARGEST // 1_000_000} MB are the most.")


def check_number(count: int) -> None:
    """See that there are utterances, and not too many.

    Raises:
        CodingError: there are none, or too many.
    """
    if not count:
        raise CodingError("There is no utterance in the file.")
    if count > MOST_ROWS:
        raise CodingError(f"There are {count:,} utterances in the file; {MOST_ROWS:,} are the most.")


def speaker_called(name: str) -> Speaker | None:
    """Whose words a file means by a name, such as “Therapist”; none where it is a name that we do not know."""
    plain = name.strip().lower()
    return next((cast("Speaker", ours) for ours, names in _CALLED.items() if plain in names.split()), None)


def clock(seconds: float) -> str:
    """A time as it stands in a file: ``h:mm:ss.s``, or without the hours where there are none."""
    tenths = round(seconds * 10)
    hours, minutes, rest = tenths // 36_000, tenths // 600 % 60, tenths % 600 / 10
    return f"{hours}:{minutes:02}:{rest:04.1f}" if hours else f"{minutes}:{rest:04.1f}"


def seconds(written: str) -> float:
    """A time written as seconds, ``m:ss`` or ``h:mm:ss``, each with parts of a second or without.

    Raises:
        ValueError: it is none.
    """
    parts = written.strip().replace(",", ".").split(":")
    if len(parts) > 3 or not all(part and set(part) <= set("0123456789.") for part in parts):
        raise ValueError(written)
    return round(sum(float(part) * 60.0**power for power, part in enumerate(reversed(parts))), 3)
