"""An authority where codings are compared, and a browser at its pages of agreement."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.agreement import made
from tests.webapp.pages import Page, Visitor
from webapp.accounts.tables import Person, Role
from webapp.agreement.services import overview
from webapp.practice.tables import Recording


class Place:
    """An authority with two trainers and a practitioner; Tess is signed in."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.authority = people.authority(db)
        self.tess: Person = people.person(db, self.authority, Role.TRAINER, name="Tess Trainer")
        self.bo: Person = people.person(db, self.authority, Role.TRAINER, name="Bo Baker")
        self.owner: Person = people.person(db, self.authority, name="Ola Owner")
        self.visitor = self.signed_in(self.tess)

    def signed_in(self, who: Person) -> Visitor:
        return people.signed_in(Visitor(self.app.test_client()), who)

    def pair(self, one: object = None, other: object = None) -> str:
        return f"{getattr(one or self.bo, 'id', one)}-{getattr(other or self.tess, 'id', other)}"

    def page(self, path: str = "", pair: str = "", period: str = "all", **more: str) -> Page:
        """A page once the worker has done its part."""
        asked = {"pair": pair or self.pair(), "period": period, **more}
        self.visitor.get(f"/agreement{path}", query_string=asked)
        return self.visitor.get(f"/agreement{path}", query_string=asked)

    def double_coded(self, *args: object, **more: object) -> Recording:
        return made.double_coded(self.db, self.owner, self.tess, self.bo, *args, **more)  # type: ignore[arg-type]

    def overview(self, pair: str = "", period: str = "all") -> overview.Overview:
        self.db.expire_all()
        return overview.of(self.db, self.tess, pair or self.pair(), period)


def row(page: Page, begins: str) -> str:
    """The line of a table whose first cell begins so."""
    found = {tr.select_one("td > div").get_text(" ", strip=True): tr for tr in page.soup.select(".stacks tbody tr")}
    return next(tr.get_text(" ", strip=True) for first, tr in found.items() if first.startswith(begins))
