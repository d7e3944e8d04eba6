"""Codings by hand as CACTI keeps them: the CASAA Application for Coding Treatment Interactions, of the University of
New Mexico (source: https://github.com/jling-NM/CACTI, ``UtteranceList``, ``Utils``, ``UserConfig``; read in its
published versions from 0.10 to those that keep a database).

All its text files (``.casaa``, before 0.30 also ``.parse``) begin with a line ``Audio File:``, a tab, and the name of
the recording. Then each line is an utterance, its fields divided by tabs:

- from 0.30 on, three fields: the time at which it begins (``HH:MM:SS.s``, tenths of a second), the number of its code
  in the user's list of codes, and the code's name. An utterance without a code cannot be kept. The newest CACTI keeps
  a database instead, and turns such a file into one when it opens it.
- before 0.30, five fields for an utterance that is only parsed (its number from 0, begin and end as ``H:MM:SS``, and
  the same two places in bytes of the sound), and two more for its code's number and name. Whole seconds are too
  coarse to parse by, so the bytes are the places that count; what a byte is depends on the recording, which is
  why ``sample_rate`` and ``frame_bytes`` are asked for.

Codes are what the user's list says: ``CactiUserConfiguration.xml`` (``code_list`` writes it for ours). CACTI refuses
a file with a number that is not in its list, and newer ones take the speakers from its labels, which must be
“Therapist” and “Client”. Numbers here are those of MISC 2.5 in CACTI's own first list where the
code means the same, and above 60 otherwise. CACTI knows neither words nor speakers: they follow from time and code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.errors import CodingError
from fidelity.hand.coding import HandUtterance, HeardTurn, Parse, utterances
from fidelity.hand.rows import Row, as_text, check_number, seconds

SAMPLE_RATE = 44_100  # Hz, of a sound file that CACTI opens
FRAME_BYTES = 2  # 16 bits, one channel
NUMBERS: Mapping[str, int] = {
    "AF": 3, "Confront": 4, "Emphasize": 6, "GI": 9, "CQ": 11, "OQ": 14, "SR": 19, "CR": 22, "NC": 50,
    "Persuade": 61, "PwP": 62, "Seek": 63, "change": 71, "sustain": 72, "neutral": 73,
}  # fmt: skip
# CACTI's own first list of MISC 2.5, for files in which only the number stands.
_MISC = (
    "1 ADP 2 ADW 3 AF 4 CO 5 DI 6 EC 7 FA 8 FI 9 GI 10 CQ- 11 CQ0 12 CQ+ 13 OQ- 14 OQ0 15 OQ+ 16 RCP 17 RCW 18 SR- "
    "19 SR0 20 SR+ 21 CR- 22 CR0 23 CR+ 24 RF 25 SU 26 ST 27 WA 30 C+ 31 C- 32 R+ 33 R- 34 D+ 35 D- 36 A+ 37 A- 38 N+ "
    "39 N- 40 TS+ 41 TS- 42 O+ 43 O- 44 FN 50 NC"
).split()
_NAMES: Mapping[str, str] = {
    **dict(zip(_MISC[::2], _MISC[1::2], strict=True)),
    **{str(number): name for name, number in NUMBERS.items() if number > 60},
}
_HEAD = "Audio File:"


def write(turns: Sequence[HeardTurn], parses: Mapping[int, Parse], recording: str) -> str:
    """A text file that CACTI reads from 0.30 on. What has no code, and what other people said, is left out.

    Two utterances that would begin in the same tenth of a second stand a tenth apart, since CACTI knows them by it.

    Raises:
        CodingError: times are not known.
    """
    lines, last = [_head(recording)], -1
    for said in _timed(turns, parses):
        if said.code is None:
            continue
        last = max(round((said.start or 0.0) * 10), last + 1)
        time = f"{last // 36_000:02}:{last // 600 % 60:02}:{last % 600 / 10:04.1f}"
        lines.append(f"{time}\t{NUMBERS[said.code]}\t{said.code}")
    return "\n".join(lines) + "\n"


def write_before_030(
    turns: Sequence[HeardTurn],
    parses: Mapping[int, Parse],
    recording: str,
    *,
    sample_rate: int = SAMPLE_RATE,
    frame_bytes: int = FRAME_BYTES,
) -> str:
    """A text file that CACTI reads before 0.30: every utterance of the two people, coded or only parsed.

    ``sample_rate`` and ``frame_bytes`` (bytes of one moment, all channels together) are those of the recording.

    Raises:
        CodingError: times are not known.
    """
    lines = [_head(recording)]
    for number, said in enumerate(_timed(turns, parses)):
        start, end = said.start or 0.0, said.end or 0.0
        fields = [str(number), _whole(start), _whole(end)]
        fields += [str(round(time * sample_rate) * frame_bytes) for time in (start, end)]
        if said.code is not None:
            fields += [str(NUMBERS[said.code]), said.code]
        lines.append("\t".join(fields))
    return "\n".join(lines) + "\n"


def code_list() -> str:
    """Our codes as a list that CACTI takes (``CactiUserConfiguration.xml``): without it, it refuses our files."""
    panels = (("left", "Therapist", PRACTITIONER), ("right", "Client", CLIENT))
    lines = ["<userConfiguration>"]
    for _, _, codes in panels:
        entries = "".join(f"<code name={quoteattr(code)} value={quoteattr(str(NUMBERS[code]))}/>" for code in codes)
        lines.append(f"<codes>{entries}</codes>")
    for panel, label, codes in panels:
        lines.append(f"<codeControls panel={quoteattr(panel)} label={quoteattr(label)}>")
        for at in range(0, len(codes), 4):
            buttons = "".join(f"<button code={quoteattr(code)}/>" for code in codes[at : at + 4])
            lines.append(f"<row>{buttons}</row>")
        lines.append("</codeControls>")
    lines.append("</userConfiguration>")
    return "\n".join(lines) + "\n"


def read(data: bytes, *, sample_rate: int = SAMPLE_RATE, frame_bytes: int = FRAME_BYTES) -> tuple[Row, ...]:
    """The utterances of a text file of any CACTI. ``sample_rate`` and ``frame_bytes`` count only before 0.30.

    Places in bytes are taken where they fall into the seconds that stand beside them; where they do not, the
    recording has another rate, and the whole seconds are taken.

    Raises:
        CodingError: it is no such file, or a line is broken; it says which.
    """
    if data.startswith(b"SQLite format 3\0"):
        raise CodingError(
            "This is the database that newer versions of CACTI keep. Export it in CACTI as text, and bring that file."
        )
    lines = as_text(data).splitlines()
    if not lines[0].lower().startswith("audio file"):
        raise CodingError(f"The first line of a CACTI file begins with “{_HEAD}”. This one does not.")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            rows.append(_row(f"Line {number}", line.split("\t"), sample_rate * frame_bytes))
    check_number(len(rows))
    return tuple(sorted(rows, key=lambda row: row.start or 0.0))  # as CACTI keeps them


def _row(place: str, fields: list[str], rate: int) -> Row:
    fields = [field.strip() for field in fields]
    if len(fields) not in (3, 5, 7):
        raise CodingError(f"{place}: a line has three, five or seven fields with tabs between; this has {len(fields)}.")
    try:
        if len(fields) == 3:
            return Row(place=place, start=seconds(fields[0]), code=_code(fields[1], fields[2]))
        start, end = seconds(fields[1]), seconds(fields[2])
        exact = [int(field) / rate for field in fields[3:5]]
    except ValueError:
        raise CodingError(f"{place}: a time or a number in it is none.") from None
    if start <= exact[0] < start + 1.5 and end <= exact[1] < end + 1.5:
        start, end = (round(time, 3) for time in exact)
    return Row(place=place, start=start, end=end, code=_code(*fields[5:]) if len(fields) == 7 else "")


def _code(number: str, name: str) -> str:
    """Its name; by its number alone where the name is missing, as CACTI's first list has it. ``-1`` is no code."""
    if number == "-1":
        return ""
    return name or _NAMES.get(number, number)


def _timed(turns: Sequence[HeardTurn], parses: Mapping[int, Parse]) -> list[HandUtterance]:
    found = [said for said in utterances(turns, parses) if said.speaker != "other"]
    if any(said.start is None or said.end is None for said in found):
        raise CodingError("CACTI knows utterances by their time, and there are no times here.")
    return found


def _head(recording: str) -> str:
    return f"{_HEAD}\t{' '.join(recording.split()) or 'recording'}"


def _whole(time: float) -> str:
    whole = int(time)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
