"""Reads ELAN files, our own and those that others made: whose a tier is, and which code belongs to which utterance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from fidelity.conversation import Speaker
from fidelity.errors import CodingError
from fidelity.hand.names import code_of
from fidelity.hand.rows import Row, check_number, check_size, clock, speaker_called

_SPEAKERS: tuple[Speaker, ...] = ("practitioner", "client", "other")
_SAME = 0.05  # s by which a code with times of its own may miss its utterance at both ends


def read(data: bytes) -> tuple[Row, ...]:
    """The utterances of a file with their codes, in the order of time.

    Raises:
        CodingError: it is too large, broken, no ELAN file, declares entities, or has no tier of a name we know.
    """
    check_size(data)
    root = _parsed(data)
    if root.tag != "ANNOTATION_DOCUMENT":
        raise CodingError("This is no ELAN file (.eaf): it should begin with ANNOTATION_DOCUMENT.")
    unit = root.find("HEADER")
    if unit is not None and unit.get("TIME_UNITS", "milliseconds") != "milliseconds":
        raise CodingError("The times in this ELAN file are not in milliseconds. Save it with ELAN 4 or later.")
    coder = (root.get("AUTHOR") or "").strip()
    tiers = _tiers(root)
    rows = [row for speaker in _SPEAKERS for row in _of_speaker(speaker, tiers, coder)]
    if not rows:
        names = ", ".join(f"“{tier.name[:30]}”" for tier in tiers[:10]) or "none"
        raise CodingError(
            "There is no tier called “practitioner” or “client” with utterances, and none called “practitioner code” "
            f"or “client code”. The file's tiers are: {names}. Rename them in ELAN, and try again."
        )
    check_number(len(rows))
    return tuple(sorted(rows, key=lambda row: (row.start is None, row.start or 0.0)))


@dataclass(frozen=True, slots=True)
class _Mark:
    id: str
    start: float | None
    end: float | None
    value: str
    parent: str


@dataclass(frozen=True, slots=True)
class _Tier:
    name: str
    speaker: Speaker | None
    codes: bool
    marks: tuple[_Mark, ...]


class _NoEntities(ET.TreeBuilder):
    """Refuses a document type, and with it every entity, before any is opened up."""

    def doctype(self, *_declared: str | None) -> None:
        """Called where one begins."""
        raise CodingError(
            "This XML declares a document type or entities, which an ELAN file does not need. It was not read."
        )


def _parsed(data: bytes) -> ET.Element:
    try:
        return ET.fromstring(data, parser=ET.XMLParser(target=_NoEntities()))
    except ET.ParseError as error:
        raise CodingError(
            f"The file is broken, or no ELAN file: line {error.position[0]} cannot be read as XML."
        ) from error
    except (LookupError, ValueError) as error:  # an encoding that there is not
        raise CodingError("The file is broken, or no ELAN file: its encoding is not one we know.") from error


def _tiers(root: ET.Element) -> list[_Tier]:
    times: dict[str, float | None] = {}
    for slot in root.iterfind("TIME_ORDER/TIME_SLOT"):
        value = slot.get("TIME_VALUE")
        if value is not None and not (value.isdecimal() and value.isascii() and len(value) <= 12):
            raise CodingError(f"The time “{value[:30]}” in the ELAN file is no whole number of milliseconds.")
        times[slot.get("TIME_SLOT_ID", "")] = None if value is None else int(value) / 1000
    elements = {tier.get("TIER_ID", ""): tier for tier in root.iterfind("TIER")}
    found = []
    for name, tier in elements.items():
        speaker, codes = _whose(name)
        parent = elements.get(tier.get("PARENT_REF") or "")
        if parent is not None:
            above, _ = _whose(parent.get("TIER_ID", ""))
            codes = codes or "code" in (tier.get("LINGUISTIC_TYPE_REF") or "").lower() or speaker is None
            speaker = speaker or above
        if speaker is None:
            speaker = speaker_called(tier.get("PARTICIPANT") or "")
        found.append(_Tier(name, speaker, codes, tuple(_marks(tier, times))))
    return found


def _marks(tier: ET.Element, times: Mapping[str, float | None]) -> Iterator[_Mark]:
    for one in tier.iterfind("ANNOTATION/*"):
        value = " ".join((one.findtext("ANNOTATION_VALUE") or "").split())
        ends = [times.get(one.get(f"TIME_SLOT_REF{k}") or "") for k in (1, 2)]
        yield _Mark(one.get("ANNOTATION_ID", ""), ends[0], ends[1], value, one.get("ANNOTATION_REF", ""))


def _whose(name: str) -> tuple[Speaker | None, bool]:
    """Whose tier a name is, and whether it holds codes: “Client_Codes”, “therapist code (AB)”."""
    words = re.findall(r"[^\W\d_]+", name.lower())
    speaker = next((found for word in words if len(word) > 1 and (found := speaker_called(word))), None)
    return speaker, any(word in ("code", "codes", "coding", "misc", "miti") for word in words)


def _of_speaker(speaker: Speaker, tiers: Sequence[_Tier], coder: str) -> list[Row]:
    said = [mark for tier in tiers if tier.speaker == speaker and not tier.codes for mark in tier.marks]
    coded = [mark for tier in tiers if tier.speaker == speaker and tier.codes for mark in tier.marks if mark.value]
    if said and not coded and all(_is_code(mark.value, speaker) for mark in said):
        said, coded = [], said
    hanging: dict[str, list[str]] = {}
    for mark in coded:
        if mark.parent:
            hanging.setdefault(mark.parent, []).append(mark.value)
    alone = [mark for mark in coded if not mark.parent]
    rows = [_row(mark, speaker, hanging.get(mark.id, []), mark.value, coder) for mark in said]
    for mark in alone:
        same = next((k for k, row in enumerate(rows) if not row.code and _near(row, mark)), None)
        if same is None:
            rows.append(_row(mark, speaker, [mark.value], "", coder))
        else:
            rows[same] = replace(rows[same], code=mark.value)
    return rows


def _near(row: Row, mark: _Mark) -> bool:
    ends = ((row.start, mark.start), (row.end, mark.end))
    return all(a is not None and b is not None and abs(a - b) <= _SAME for a, b in ends)


def _row(mark: _Mark, speaker: Speaker, codes: Sequence[str], text: str, coder: str) -> Row:
    at = f" at {clock(mark.start)}" if mark.start is not None else ""
    return Row(
        place=f"Annotation {mark.id}{at}",
        code=" ".join(codes),
        speaker=speaker,
        start=mark.start,
        end=mark.end,
        text=text,
        coder=coder,
    )


def _is_code(value: str, speaker: Speaker) -> bool:
    try:
        return code_of(value, speaker) is not None
    except CodingError:
        return False
