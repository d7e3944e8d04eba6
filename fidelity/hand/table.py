"""Codings by hand as a table: CSV, one row an utterance, that a spreadsheet or a statistics program opens.

The columns are ``turn`` (counted from 0), ``first_word`` (of the utterance in its turn, from 0), ``speaker``,
``start`` and ``end`` (seconds, empty where not known), ``text``, ``code`` (empty for none) and ``coder``. A cell that
a spreadsheet would run as a formula begins with an apostrophe, which is taken off again when it is read.

Tables that others made are read too: commas, semicolons or tabs between the columns, which may stand in any order and
under the usual other names, and of which only the code is needed beside the words or the time.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from fidelity.conversation import Speaker
from fidelity.errors import CodingError
from fidelity.hand.coding import HeardTurn, Parse, utterances
from fidelity.hand.rows import Row, as_text, check_number, seconds, speaker_called

HEADS = ("turn", "first_word", "speaker", "start", "end", "text", "code", "coder")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_CALLED: Mapping[str, str] = {
    "turn": "turn",
    "first_word": "first_word first word",
    "speaker": "speaker interlocutor role who participant",
    "start": "start start_time begin begin_time from onset time timestamp",
    "end": "end end_time stop to offset",
    "text": "text utterance utterance_text words transcript said",
    "code": "code codes misc miti label behaviour behavior",
    "coder": "coder annotator annotator_id rater",
}
_LONGEST_CELL = 100_000  # characters; no turn is longer


def write(turns: Sequence[HeardTurn], parses: Mapping[int, Parse], coder: str) -> str:
    """The table as text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for said in utterances(turns, parses):
        writer.writerow(
            [
                said.n,
                said.first,
                said.speaker,
                "" if said.start is None else said.start,
                "" if said.end is None else said.end,
                _safe(said.text),
                said.code or "",
                _safe(coder),
            ]
        )
    return out.getvalue()


def read(data: bytes) -> tuple[Row, ...]:
    """The rows of a table.

    Raises:
        CodingError: it is no table, has no column of codes, or a cell is not what it should be; it says which line.
    """
    text = as_text(data)
    head = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: dict[str, int] | None = None
    rows: list[Row] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells)
                continue
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise CodingError(f"Line {reader.line_num}: a cell is too long. Is a quotation mark missing before it?")
            rows.append(_row(f"Line {reader.line_num}", cells, columns))
    except csv.Error as error:
        raise CodingError(f"Line {reader.line_num} cannot be read as a row of a table: {error}.") from error
    check_number(len(rows))
    return tuple(rows)


def _columns(heads: Sequence[str]) -> dict[str, int]:
    plain = [head.strip().lower().replace(" ", "_") for head in heads]
    found = {}
    for ours, names in _CALLED.items():
        for name in names.split():
            if name in plain:
                found[ours] = plain.index(name)
                break
    if "code" not in found:
        raise CodingError("The first line must name the columns, and one of them must be called “code”.")
    if not {"text", "start"} & set(found):
        raise CodingError("There must be a column “text” with the words, or “start” with the time, beside “code”.")
    return found


def _row(place: str, cells: Sequence[str], columns: Mapping[str, int]) -> Row:
    def cell(name: str) -> str:
        at = columns.get(name)
        return "" if at is None or at >= len(cells) else _plain(cells[at]).strip()

    turn, first = _whole(place, "turn", cell("turn")), _whole(place, "first_word", cell("first_word"))
    return Row(
        place=place,
        code=cell("code"),
        speaker=_speaker(place, cell("speaker")),
        start=_seconds(place, "start", cell("start")),
        end=_seconds(place, "end", cell("end")),
        text=cell("text"),
        turn=turn if first is not None else None,
        first=first if turn is not None else None,
        coder=cell("coder"),
    )


def _speaker(place: str, name: str) -> Speaker | None:
    if not name:
        return None
    found = speaker_called(name)
    if found is None:
        raise CodingError(f"{place}: “{name[:30]}” is nobody we know. Write practitioner, client or other.")
    return found


def _seconds(place: str, column: str, written: str) -> float | None:
    if not written:
        return None
    try:
        return seconds(written)
    except ValueError:
        says = f"{place}: “{written[:30]}” in “{column}” is no time. Write seconds, such as 12.5, or 1:02:03.5."
        raise CodingError(says) from None


def _whole(place: str, column: str, written: str) -> int | None:
    if not written:
        return None
    if not (written.isdecimal() and written.isascii() and len(written) <= 9):
        raise CodingError(f"{place}: “{written[:30]}” in “{column}” is no whole number.")
    return int(written)


def _safe(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
