"""Writes a coding as an ELAN file, with the tiers that the package's page names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from fidelity.codebook import CODES
from fidelity.errors import CodingError
from fidelity.hand.coding import HandUtterance, HeardTurn, Parse, utterances
from fidelity.hand.package import CODES_OF

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold
_KINDS = {"m4a": "audio/mp4", "mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/x-wav", "webm": "audio/webm"}


def write(
    turns: Sequence[HeardTurn], parses: Mapping[int, Parse], coder: str, *, recording: str, made: datetime
) -> str:
    """The file as text. ``recording`` is the name of the sound file beside which it will lie.

    Raises:
        CodingError: times are not known.
    """
    said = utterances(turns, parses)
    if any(one.start is None or one.end is None for one in said):
        raise CodingError("ELAN knows utterances by their time, and there are no times here.")
    ET.register_namespace("xsi", _XSI)
    root = ET.Element("ANNOTATION_DOCUMENT", {
        "AUTHOR": _fit(coder), "DATE": made.isoformat(timespec="seconds"), "FORMAT": "3.0", "VERSION": "3.0",
        f"{{{_XSI}}}noNamespaceSchemaLocation": _SCHEMA,
    })  # fmt: skip
    header = ET.SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    name = re.sub(r"[^\w.-]+", "-", recording.replace("\\", "/").rsplit("/", 1)[-1]).strip("-") or "recording"
    kind = _KINDS.get(name.rsplit(".", 1)[-1].lower(), "unknown")
    ET.SubElement(header, "MEDIA_DESCRIPTOR", MEDIA_URL=f"./{name}", MIME_TYPE=kind, RELATIVE_MEDIA_URL=f"./{name}")
    order = ET.SubElement(root, "TIME_ORDER")
    tiers = {speaker: _placed([one for one in said if one.speaker == speaker]) for speaker in CODES_OF}
    times = sorted((at, speaker, k, side) for speaker, placed in tiers.items()
                   for k, (_, *ends) in enumerate(placed) for side, at in enumerate(ends))  # fmt: skip
    slots = {}
    for number, (at, *which) in enumerate(times, 1):
        slots[tuple(which)] = f"ts{number}"
        ET.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=f"ts{number}", TIME_VALUE=str(at))
    number = 0
    for speaker, placed in tiers.items():
        tier = ET.SubElement(root, "TIER", LINGUISTIC_TYPE_REF="utterance", PARTICIPANT=speaker, TIER_ID=speaker)
        codes = ET.Element("TIER", LINGUISTIC_TYPE_REF=f"{speaker} code", PARENT_REF=speaker, PARTICIPANT=speaker,
                           TIER_ID=f"{speaker} code")  # fmt: skip
        for k, (one, _, _) in enumerate(placed):
            number += 1
            parent = f"a{number}"
            aligned = ET.SubElement(ET.SubElement(tier, "ANNOTATION"), "ALIGNABLE_ANNOTATION", ANNOTATION_ID=parent,
                TIME_SLOT_REF1=slots[speaker, k, 0], TIME_SLOT_REF2=slots[speaker, k, 1])  # fmt: skip
            ET.SubElement(aligned, "ANNOTATION_VALUE").text = _fit(one.text)
            if one.code is not None:
                number += 1
                hangs = ET.SubElement(ET.SubElement(codes, "ANNOTATION"), "REF_ANNOTATION",
                    ANNOTATION_ID=f"a{number}", ANNOTATION_REF=parent)  # fmt: skip
                ET.SubElement(hangs, "ANNOTATION_VALUE").text = one.code
        if CODES_OF[speaker]:
            root.append(codes)
    ET.SubElement(header, "PROPERTY", NAME="lastUsedAnnotationId").text = str(number)
    _types(root)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _placed(said: Sequence[HandUtterance]) -> list[tuple[HandUtterance, int, int]]:
    """Each with its begin and end in milliseconds; ELAN wants each of some length, and none over another."""
    found, free = [], 0
    for one in said:
        start = max(round((one.start or 0.0) * 1000), free)
        free = max(round((one.end or 0.0) * 1000), start + 1)
        found.append((one, start, free))
    return found


def _types(root: ET.Element) -> None:
    def add(tag: str, **attributes: str) -> Any:
        return ET.SubElement(root, tag, attributes)

    add("LINGUISTIC_TYPE", GRAPHIC_REFERENCES="false", LINGUISTIC_TYPE_ID="utterance", TIME_ALIGNABLE="true")
    coded = [speaker for speaker in CODES_OF if CODES_OF[speaker]]
    for speaker in coded:
        add("LINGUISTIC_TYPE", CONSTRAINTS="Symbolic_Association", CONTROLLED_VOCABULARY_REF=f"{speaker} codes",
            GRAPHIC_REFERENCES="false", LINGUISTIC_TYPE_ID=f"{speaker} code", TIME_ALIGNABLE="false")  # fmt: skip
    add("LANGUAGE", LANG_DEF="http://cdb.iso.org/lg/CDB-00138502-001", LANG_ID="eng", LANG_LABEL="English (eng)")
    add("CONSTRAINT", DESCRIPTION="1-1 association with a parent annotation", STEREOTYPE="Symbolic_Association")
    for speaker in coded:
        words = add("CONTROLLED_VOCABULARY", CV_ID=f"{speaker} codes")
        ET.SubElement(words, "DESCRIPTION", LANG_REF="eng")
        for code in CODES_OF[speaker]:
            entry = ET.SubElement(words, "CV_ENTRY_ML", CVE_ID=f"code_{code}")
            meaning = f"{CODES[code].name}: {CODES[code].meaning}"
            ET.SubElement(entry, "CVE_VALUE", DESCRIPTION=meaning, LANG_REF="eng").text = code


def _fit(text: str) -> str:
    return _UNFIT.sub("�", text)
