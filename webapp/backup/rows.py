"""Tables as files and back: one JSON array a line, the first with the columns' names; the same from either database.

What JSON cannot say is written as text: moments and days as ISO 8601, bytes as base64. A JSON column is written as
the text of its JSON, so that an empty field and the JSON ``null`` stay two things.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
    cast,
    column,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.exc import StatementError

from webapp.database import Moment
from webapp.errors import Refused
from webapp.tables import metadata
from webapp.workers import WorkerSeen

_AT_ONCE = 1000  # rows
_Way = Callable[[Any], Any]


def kept() -> list[Table]:
    """The tables that belong into a backup, each after those it refers to."""
    return [one for one in metadata.sorted_tables if one.name != WorkerSeen.__tablename__]


def write(connection: Connection, folder: Path) -> dict[str, int]:
    """Write all tables into a folder, and say how many rows each has. The connection must see one moment throughout."""
    counts = {}
    for one in kept():
        columns = [cast(c, Text) if isinstance(c.type, JSON) else c for c in one.columns]
        ways = [_ways(c)[0] for c in one.columns]
        query = select(*columns).order_by(*one.primary_key.columns).execution_options(yield_per=_AT_ONCE)
        counts[one.name] = 0
        with file_of(folder, one.name).open("w", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps([c.name for c in one.columns]) + "\n")
            for row in connection.execute(query):
                told = [None if value is None else way(value) for way, value in zip(ways, row, strict=True)]
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
                counts[one.name] += 1
    return counts


def read(connection: Connection, folder: Path) -> dict[str, int]:
    """Put what ``write`` wrote into empty tables, and say how many rows each has now.

    Raises:
        Refused: the files do not fit the tables, or the database takes a row not.
    """
    counts = {}
    for one in kept():
        try:
            rows = _rows(one, file_of(folder, one.name))
            while some := list(islice(rows, _AT_ONCE)):
                connection.execute(insert(_plain(one)), some)
        except StatementError as error:
            reason = str(error.orig).partition("\n")[0]  # its other lines may show what people wrote
            raise Refused(f"The database does not take what the backup has for {one.name}: {reason}.") from error
        except (ValueError, TypeError, OSError) as error:
            raise Refused(f"This backup is damaged: {one.name} has a row that cannot be read.") from error
        if connection.dialect.name == "postgresql":
            _count_on(connection, one)
        counts[one.name] = connection.scalar(select(func.count()).select_from(one)) or 0
    return counts


def there(connection: Connection) -> dict[str, int]:
    """How many rows each table has; tables that are empty or not there are left out."""
    names = set(inspect(connection).get_table_names())
    counts = {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in kept() if t.name in names}
    return {name: count for name, count in counts.items() if count}


def empty(connection: Connection) -> None:
    """Remove every row."""
    for one in reversed(metadata.sorted_tables):
        connection.execute(one.delete())


def file_of(folder: Path, name: str) -> Path:
    """Where a table's rows are."""
    return folder / f"{name}.jsonl"


def _rows(one: Table, path: Path) -> Iterator[dict[str, Any]]:
    names, ways = [c.name for c in one.columns], [_ways(c)[1] for c in one.columns]
    with path.open(encoding="utf-8") as file:
        if json.loads(file.readline()) != names:
            raise Refused(f"This backup is of another version: {one.name} has other columns.")
        for line in file:
            told = zip(names, ways, json.loads(line), strict=True)
            yield {name: None if value is None else way(value) for name, way, value in told}


def _plain(one: Table) -> Any:
    """The table without defaults, for writing rows just as they were."""
    return table(
        one.name,
        *(column(c.name, JSON(none_as_null=True) if isinstance(c.type, JSON) else c.type) for c in one.columns),
    )


def _count_on(connection: Connection, one: Table) -> None:
    """Let new rows get numbers after those that are there."""
    for key in one.primary_key.columns:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(one.name, key.name)))
        if sequence:
            largest = select(func.coalesce(func.max(key), 0) + 1).scalar_subquery()
            connection.execute(select(func.setval(cast(sequence, REGCLASS), largest, False)))


def _ways(one: Column[Any]) -> tuple[_Way, _Way]:
    """How a column's values become JSON, and back."""
    kind = one.type
    if isinstance(kind, JSON):
        return str, _json
    if isinstance(kind, Moment):
        return datetime.isoformat, datetime.fromisoformat
    if isinstance(kind, Date):
        return date.isoformat, date.fromisoformat
    if isinstance(kind, LargeBinary):
        return lambda value: base64.b64encode(value).decode("ascii"), lambda told: base64.b64decode(told, validate=True)
    if isinstance(kind, Uuid):
        return str, UUID
    if isinstance(kind, String | Integer | Float | Boolean):
        return _as_it_is, _as_it_is
    raise TypeError(f"{one.table.name}.{one.name} is of a kind that backups cannot write yet: {kind!r}")


def _as_it_is(value: Any) -> Any:
    return value


def _json(told: str) -> Any:
    value = json.loads(told)
    return JSON.NULL if value is None else value
