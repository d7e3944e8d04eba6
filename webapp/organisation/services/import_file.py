"""Reads a file of people: which column holds what, and what each row says.

Everything here came from somebody's disk: a file that cannot be read is refused as a whole with a sentence, and a
cell that cannot be read is a fault of its row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from webapp.errors import Refused
from webapp.organisation.services.import_cells import LONGEST_CELL, MOST_COLUMNS, Line, lines_of

MOST_BYTES = 5 * 2**20
MOST_ROWS = 5_000

COLUMNS = {  # our name of a column: what people call it, as _plain writes it
    "name": ("name", "fullname", "personname", "displayname"),
    "email": ("email", "emailaddress", "mail", "mailaddress", "workemail"),
    "team": ("team", "teamname"),
    "discipline": ("discipline", "profession"),
    "role": ("role",),
    "cohort": ("cohort", "cohortname"),
}
COLUMN_NAMES = {
    "name": "name",
    "email": "e-mail",
    "team": "team",
    "discipline": "discipline",
    "role": "role",
    "cohort": "cohort",
}
_OURS = {written: ours for ours, ways in COLUMNS.items() for written in ways}


@dataclass(frozen=True)
class Row:
    """A row of the file by its number there, the headings being row 1: text under our names of the columns."""

    number: int
    cells: dict[str, str]
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """What a file says. ``columns`` are those of ours that it has; ``notes`` are for the person who sent it."""

    columns: list[str]
    unknown: list[str]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As it is kept until somebody says yes."""
        return {
            "columns": self.columns,
            "unknown": self.unknown,
            "notes": self.notes,
            "rows": [[row.number, row.cells, row.faults] for row in self.rows],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Sheet:
        """Back from what was kept."""
        rows = [Row(number, cells, faults) for number, cells, faults in kept["rows"]]
        return cls(kept["columns"], kept["unknown"], rows, kept["notes"])


def read(data: bytes) -> Sheet:
    """The people that a file names.

    Raises:
        Refused: it is too large, or no table of people. The message says what to do.
    """
    if len(data) > MOST_BYTES:
        raise Refused("The file is larger than 5 MB. Cut it into several files and import them one by one.")
    if not data.strip():
        raise Refused("The file is empty.")
    lines, notes = lines_of(data, lambda written: _plain(written) in _OURS, MOST_ROWS + 2)
    head = next(lines, None)
    if head is None:
        raise Refused("The file is empty.")
    places, unknown = _columns(head)
    rows = [_row(line, places, len(head.cells)) for line in lines]
    if len(rows) > MOST_ROWS:
        raise Refused(f"The file has more than {MOST_ROWS:,} people. Cut it into several files.")
    if not rows:
        raise Refused("The file has headings, but nobody under them.")
    return Sheet([name for name in COLUMNS if name in places], unknown, rows, notes)


def _columns(head: Line) -> tuple[dict[str, int], list[str]]:
    if sum(map(bool, head.cells)) > MOST_COLUMNS:
        raise Refused(
            f"The file has more than {MOST_COLUMNS} columns. Keep those with the people, and remove the rest."
        )
    places: dict[str, int] = {}
    unknown = []
    for place, written in enumerate(head.cells):
        ours = _OURS.get(_plain(written))
        if ours is None:
            unknown += [written[:80]] if written else []
        elif ours in places:
            raise Refused(f"Two columns are called {COLUMN_NAMES[ours]}. Remove one of them, or give it another name.")
        else:
            places[ours] = place
    missing = [COLUMN_NAMES[name] for name in ("name", "email") if name not in places]
    if missing:
        raise Refused(
            f"The first row needs headings, and there is none called {' and none called '.join(missing)}. "
            f"It says: {', '.join(cell[:40] for cell in head.cells[:8] if cell)}."
        )
    return places, unknown


def _row(line: Line, places: dict[str, int], width: int) -> Row:
    cells = {name: (line.cells[place] if place < len(line.cells) else "") for name, place in places.items()}
    faults = [
        f"The cell under {COLUMN_NAMES[name]} {line.faults[place]}"
        for name, place in places.items()
        if place in line.faults
    ]
    if any(line.cells[width:]):
        faults.append(
            "There are more cells than headings. If a name or a team holds a comma, put it in quotation marks."
        )
    for name, cell in cells.items():
        if len(cell) > LONGEST_CELL:
            cells[name] = ""
            faults.append(f"The cell under {COLUMN_NAMES[name]} holds more than {LONGEST_CELL:,} characters.")
    return Row(line.number, cells, faults)


def _plain(heading: str) -> str:
    return "".join(c for c in heading.casefold() if c.isalnum())
