"""What narrows the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from flask_wtf import FlaskForm
from wtforms import SearchField

from webapp import clock
from webapp.organisation.forms.fields import Day, one_of
from webapp.organisation.queries.audit_trail import Wanted
from webapp.text import tidy


class FindEvents(FlaskForm):
    """It comes with the address, and what makes no sense narrows nothing."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    words = SearchField("Person (name or address)", filters=[tidy])
    kind = one_of("Kind of event")
    start = Day("From")
    end = Day("To")

    def offer(self, kinds: Iterable[tuple[str, str]]) -> None:
        """Fill the list of kinds."""
        self.kind.choices = [("", "Any"), *kinds]
        if self.kind.data not in {value for value, _ in self.kind.choices}:
            self.kind.data = ""

    def wanted(self) -> Wanted:
        """What is looked for: whole days, as they pass where people are."""
        return Wanted(
            words=(self.words.data or "")[:120],
            name=self.kind.data,
            start=_midnight(self.start.data) if self.start.data else None,
            end=_midnight(self.end.data + timedelta(days=1)) if self.end.data else None,
        )

    def address(self) -> dict[str, str]:
        """What an address needs to find the same again."""
        return {field.name: str(field.data) for field in self if field.data}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.HERE)
