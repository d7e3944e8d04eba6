"""Control characters are refused in every field of every page, on each kind of database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.webapp import people
from tests.webapp.conftest import NewApp
from tests.webapp.learning import small_course
from tests.webapp.pages import Visitor, look_over
from tests.webapp.test_walk import Place, addresses
from webapp import characters
from webapp.accounts.tables import Role
from webapp.interchange.contract import Question
from webapp.learning.services import courses

REFUSED = "That text holds a character that cannot be kept. Type it again, without pasting."
OF_EACH = 6  # fields that a route is sent
_READ = re.compile(r"request\.(?:args|form|values|files)\.get(?:list)?\(\"(\w+)\"|\"(\w+)\" in request\.\w+")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, new_app: NewApp, tmp_path: Path) -> Iterator[tuple[Flask, Place]]:
    app = new_app(request.param)
    with app.extensions["sessions"]() as db:
        small_course.load(db, tmp_path)
        made = Place(db, courses.get(db, "small")[1])
        db.commit()  # or its reading would keep every request that writes waiting
        yield app, made
    courses.forget()


@pytest.fixture
def administrator(visitor: Visitor, db: Session) -> Visitor:
    return people.signed_in(visitor, people.person(db, role=Role.ADMINISTRATOR))


def fields() -> list[str]:
    """Every name that any route or form reads."""
    found = set(Question.model_fields) | {"a name that nobody reads"}
    for path in Path(characters.__file__).parent.rglob("*.py"):
        found |= {name for pair in _READ.findall(path.read_text(encoding="utf-8")) for name in pair if name}
    waiting: list[type[FlaskForm]] = FlaskForm.__subclasses__()
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        found |= {name for name in dir(form) if hasattr(getattr(form, name), "field_class")}
    return sorted(found)


def is_refused(response: TestResponse) -> bool:
    said = response.text
    response.close()  # a file that is sent stays open otherwise
    return response.status_code == 400 and REFUSED in said


def test_the_names_are_all_found(app: Flask) -> None:
    assert app.blueprints  # which bring the forms with them
    assert {"page", "try", "once", "words", "email", "password", "sound", "cursor", "team", "next"} <= set(fields())


def test_in_every_field_and_in_every_route(place: tuple[Flask, Place]) -> None:
    """Each route is sent some of the fields, each field goes to several routes: in the address and in a form."""
    app, own = place
    visitor = people.signed_in(Visitor(app.test_client()), own.staff[Role.ADMINISTRATOR])
    names, wrong = fields(), []
    token = visitor.last.soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[union-attr, index]
    routes = addresses(app, own.values)
    assert len(routes) * OF_EACH > 3 * len(names)
    for number, (_, method, address, _) in enumerate(routes):
        for name in (names[(number * OF_EACH + n) % len(names)] for n in range(OF_EACH)):
            sent = {name: "a\x00b"}
            answers = [visitor.client.open(address, method=method, query_string=sent)]
            if method == "POST":
                answers.append(visitor.client.post(address, data={"csrf_token": token, **sent}))
            wrong += [(method, address, name, one.status_code) for one in answers if not is_refused(one)]
    assert wrong == []


@pytest.mark.parametrize("code", [0, 1, 8, 14, 27, 31, 127])
def test_in_a_path_a_name_and_a_file(administrator: Visitor, code: int) -> None:
    character = chr(code)
    assert is_refused(administrator.client.get(f"/certificates/a%{code:02X}"))
    assert is_refused(administrator.client.get("/people", query_string={character: "x"}))
    assert is_refused(administrator.client.post("/teams", data={character: "x"}))
    file = (BytesIO(b"name,email\n"), f"a{character}.csv")
    assert is_refused(administrator.client.post("/people/import", data={"file": file}))


def test_the_page_says_so(administrator: Visitor) -> None:
    page = administrator.get("/people?words=%00", status=400)
    look_over(page)
    assert page.heading == "That did not work"
    assert REFUSED in page.text


@pytest.mark.parametrize("space", ["\t", "\n", "\r\n", "\x0b", "\x0c", "\x85", "\u2028"])
def test_white_space_passes(administrator: Visitor, space: str) -> None:
    administrator.get("/teams")
    assert "The team Red Kite is added." in administrator.send("/teams", {"name": f"Red{space}Kite"}).text
