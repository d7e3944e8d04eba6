"""Made-up places for tests of people and places."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Page, Visitor
from webapp import clock
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.organisation.tables import Authority, Cohort, Team

MARKUP = "<script>alert(1)</script>"


@dataclass
class Office:
    """An administrator who is signed in, and the browser she sits at."""

    visitor: Visitor
    db: Session
    place: Authority
    actor: Person

    def person(self, role: Role = Role.PRACTITIONER, **more: Any) -> Person:
        """Somebody of her authority."""
        return people.person(self.db, self.place, role, **more)

    def team(self, name: str) -> Team:
        """A team of her authority."""
        return team(self.db, self.place, name)

    def cohort(self, name: str, **more: Any) -> Cohort:
        """A cohort of her authority."""
        return cohort(self.db, self.place, name, **more)

    def upload(self, data: bytes | str, name: str = "people.csv", *, status: int = 200) -> Page:
        """Choose a file to import."""
        self.visitor.get("/people/import")
        sent = data.encode() if isinstance(data, str) else data
        return self.visitor.send("/people/import", {"file": (io.BytesIO(sent), name)}, status=status)

    def confirm(self, preview: Page, *, status: int = 200, **more: str) -> Page:
        """Say yes to what a preview shows."""
        return self.visitor.send(
            f"{preview.response.request.path}/confirm", {"seen": seen(preview), **more}, status=status
        )


def office(visitor: Visitor, db: Session) -> Office:
    """An authority with one administrator, who is signed in."""
    place = people.authority(db)
    actor = people.person(db, place, Role.ADMINISTRATOR, name="Robin Admin", last_sign_in_at=clock.now())
    people.signed_in(visitor, actor)
    return Office(visitor, db, place, actor)


def team(db: Session, place: Authority, name: str) -> Team:
    """A team."""
    made = Team(authority_id=place.id, name=name)
    db.add(made)
    db.commit()
    return made


def cohort(db: Session, place: Authority, name: str, **more: Any) -> Cohort:
    """A cohort that starts on 1 March 2027."""
    made = Cohort(authority_id=place.id, name=name, **{"starts_on": date(2027, 3, 1), **more})
    db.add(made)
    db.commit()
    return made


def seen(page: Page) -> str:
    """The mark that the page's form carries."""
    field = page.soup.select_one("main input[name=seen]")
    assert field is not None
    return str(field["value"])


def details(page: Page, **other: str) -> dict[str, str]:
    """What a person's form holds, some of it typed over."""
    fields = {str(f["name"]): str(f.get("value", "")) for f in page.soup.select("main form input[name]")}
    for menu in page.soup.select("main form select"):
        chosen = menu.select_one("option[selected]") or menu.select_one("option")
        assert chosen is not None
        fields[str(menu["name"])] = str(chosen["value"])
    return {name: fields[name] for name in ("name", "email", "team", "discipline", "role", "seen")} | other


def rows(page: Page) -> list[str]:
    """The rows of the page's table, as they read."""
    return [row.get_text(" ", strip=True) for row in page.soup.select("main tbody tr")]


def events(db: Session) -> list[str]:
    """What the audit trail says was done, in its order."""
    return list(db.scalars(select(AuditEvent.name).order_by(AuditEvent.id)))
