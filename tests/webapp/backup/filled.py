"""A platform with something in every table and file, and what it holds, to compare."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Engine,
    Float,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    cast,
    insert,
    null,
    select,
)

from webapp.database import Moment
from webapp.tables import metadata

ROWS = 3
ODD = "é🙂 \"'\\ <b>\n"
FILES = {"outbox/20270303-1.eml": b"Subject: x\n\n\r\n", "recordings/ab/c d.bin": bytes(range(256)) * 999, "empty": b""}


def fill(app: Flask) -> None:
    """Rows with odd values in every column of every table, and files."""
    with app.extensions["engine"].begin() as connection:
        for table in metadata.sorted_tables:
            if table.name != "worker_seen":
                for n in range(ROWS):
                    told = {c.name: _value(c, n) for c in table.columns if c is not table.autoincrement_column}
                    connection.execute(insert(table).values(told))
    data = app.extensions["settings"].data
    for name, content in FILES.items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (data / "outbox" / "half.part").write_bytes(b"not yet")


def _value(column: Column[Any], n: int) -> Any:
    """Row 0 leaves empty what may be; JSON has SQL's NULL there, and JSON's own in row 1."""
    if column.nullable and n == 0:
        return null() if isinstance(column.type, JSON) else None
    if column.foreign_keys or isinstance(column.type, Integer):
        return n + 1
    match column.type:
        case JSON():
            return {"n": n, "told": [ODD, None, 0.1, True]} if n != 1 else JSON.NULL
        case Moment():
            return datetime(2027, 3, n + 1, 23, 59, 59, 123456 * n, tzinfo=UTC)
        case Date():
            return date(2027, 3, n + 1)
        case Boolean():
            return n == 1
        case Float():
            return 0.1 + n
        case Uuid():
            return UUID(int=n + 1)
        case LargeBinary():
            return bytes([n, 0, 255])
    long = f"{n}{column.name}{ODD}" * 9
    return long[: getattr(column.type, "length", None) or 500]


def rows_of(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows by table, in order of their keys; JSON as its text."""
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            columns = [cast(c, Text) if isinstance(c.type, JSON) else c for c in table.columns]
            query = select(*columns).order_by(*table.primary_key.columns)
            found[table.name] = [tuple(row) for row in connection.execute(query)]
    return found


def files_of(app: Flask) -> dict[str, bytes]:
    """All files of the data folder but databases."""
    data: Path = app.extensions["settings"].data
    paths = (p for p in data.rglob("*") if p.is_file() and ".sqlite3" not in p.name)
    return {p.relative_to(data).as_posix(): p.read_bytes() for p in paths}


def without_trail(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The same without what making and restoring backups adds to the audit trail."""
    return {**rows, "audit_event": rows["audit_event"][:ROWS]}
