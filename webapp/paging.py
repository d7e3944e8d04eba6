"""Lists in pages of one size, so that no list grows with what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.orm import Session

SIZE = 25
T = TypeVar("T")


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of a list: its ``items``, its ``number`` from 1, and the ``total`` of items on all pages."""

    items: list[T]
    number: int
    total: int
    size: int = SIZE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return pages(self.total, self.size)


def pages(total: int, size: int = SIZE) -> int:
    """How many pages hold ``total`` items, at least one."""
    return max(1, -(-total // size))


def wanted(told: str | None) -> int:
    """The page that an address asks for; the first where it makes no sense."""
    return int(told) if told and told.isascii() and told.isdecimal() and len(told) < 7 and int(told) > 0 else 1


def fetch(session: Session, statement: Select[*tuple[Any, ...]], number: int) -> Paged[Any]:
    """A page of the rows of ``statement``, in two queries; the last page where ``number`` is past it."""
    bare: Select[Any] = statement.order_by(None).with_only_columns(literal_column("1"), maintain_column_froms=True)
    total = session.scalar(select(func.count()).select_from(bare.subquery())) or 0
    number = min(number, pages(total))
    rows = session.execute(statement.limit(SIZE).offset((number - 1) * SIZE))
    return Paged(list(rows), number, total)


def cut(items: list[T], number: int, size: int = SIZE) -> Paged[T]:
    """A page of a list that is already here."""
    number = min(number, pages(len(items), size))
    return Paged(items[(number - 1) * size : number * size], number, len(items), size)
