"""What comes with the forms of supervision."""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict

from webapp.accounts.tables import DISCIPLINES
from webapp.errors import Refused
from webapp.organisation.forms.fields import ids
from webapp.supervision.services.held import ACTIONS, Action, Note, Told
from webapp.text import tidy

Sent = MultiDict[str, str]
_DIGITS = 6


def number(text: str | None) -> int:
    """A number that was typed; -1 where it is none, 0 where nothing was."""
    text = (text or "").strip()
    return 0 if not text else int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else -1


def in_order(sent: Sent, name: str) -> list[int]:
    """The numbers that were ticked, each once, in the order of the page."""
    known = ids(sent.getlist(name))
    return [one for one in dict.fromkeys(number(text) for text in sent.getlist(name)) if one in known]


def told(sent: Sent) -> Told:
    """What a trainer says of a supervision.

    Raises:
        Refused: a date is none.
    """
    actions = tuple(
        one
        for n in range(ACTIONS)
        if (
            one := Action(
                tidy(sent.get(f"who-{n}")), tidy(sent.get(f"what-{n}")), _day(sent.get(f"by-{n}"), "by when").text
            )
        )
        != Action()
    )
    return Told(
        held_on=_day(sent.get("held_on"), "when it was held").day,
        minutes=number(sent.get("minutes")),
        team_id=_chosen(sent.get("team")),
        pack_id=_chosen(sent.get("pack")),
        people=frozenset(ids(sent.getlist("person"))),
        guests={name: number(sent.get(f"guests-{n}")) for n, name in enumerate(DISCIPLINES)},
        note=Note(
            looked_at=_text(sent.get("looked_at")),
            agreed=_text(sent.get("agreed")),
            actions=actions,
            next_on=_day(sent.get("next_on"), "when the group meets next").text,
        ),
    )


class _Day:
    def __init__(self, day: date | None) -> None:
        self.day, self.text = day, day.isoformat() if day else ""


def _day(text: str | None, what: str) -> _Day:
    if not (text or "").strip():
        return _Day(None)
    try:
        found = date.fromisoformat((text or "").strip())
    except ValueError:
        found = date.min
    if not 2000 <= found.year <= 2100:
        raise Refused(f"Write the date of {what} like 2027-03-31.")
    return _Day(found)


def _chosen(text: str | None) -> int | None:
    return number(text) or None


def _text(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\0", "").strip()
