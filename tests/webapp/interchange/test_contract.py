"""The OpenAPI document says what the API does: no more, no less."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.webapp import people
from tests.webapp.interchange import made
from tests.webapp.interchange.conftest import Set
from webapp.accounts.tables import Role
from webapp.extensions import limiter
from webapp.interchange.contract import Completions, Question
from webapp.interchange.services import tokens
from webapp.learning.content.course import Course
from webapp.settings import ROOT, Settings

PATH = "/api/v1/completions"


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    """The document, as anybody can read it."""
    response = app.test_client().get("/api/openapi.json")
    assert response.mimetype == "application/json"
    told: dict[str, Any] = response.json  # type: ignore[assignment]
    return told


@pytest.fixture
def word(db: Session, course: Course, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token that is not slowed, to an authority where something was finished."""
    maker = people.person(db, role=Role.ADMINISTRATOR)
    for number in range(5):
        made.module(db, maker, f"m{number}", course=course.slug, score=number / 4 or None)
    made.course(db, maker)
    made_word = tokens.make(db, maker, "A program")
    db.commit()
    monkeypatch.setattr(limiter, "enabled", False)
    return made_word


def fits(document: dict[str, Any], response: TestResponse) -> None:
    """The answer is one that the document names, and has the shape that it says."""
    responses = document["paths"][PATH]["get"]["responses"]
    assert str(response.status_code) in responses, response.text
    content = responses[str(response.status_code)]["content"]
    assert list(content) == [response.mimetype]
    schema = {"$ref": "urn:api" + content[response.mimetype]["schema"]["$ref"]}
    registry = Registry().with_resource("urn:api", Resource(contents=document, specification=DRAFT202012))
    validator = Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
    validator.validate(response.json)


def ask(app: Flask, word: str, query: str = "", method: str = "GET") -> TestResponse:
    return app.test_client().open(f"{PATH}?{query}", method=method, headers={"Authorization": f"Bearer {word}"})


def test_the_document_itself(app: Flask, document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert set(document) == {"openapi", "info", "servers", "security", "paths", "components"}
    assert {"title", "version"} <= set(document["info"])
    rules = {
        (rule.rule, method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == {(path, method) for path, methods in document["paths"].items() for method in methods}
    parameters = document["paths"][PATH]["get"]["parameters"]
    assert [p["name"] for p in parameters] == list(Question.model_fields)
    assert all(p["in"] == "query" and p["description"] for p in parameters)
    for schema in (*document["components"]["schemas"].values(), *(p["schema"] for p in parameters)):
        Draft202012Validator.check_schema(schema)
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(re.findall(r"#/components/[\w/]+", str(document))) == known
    schemes = document["components"]["securitySchemes"]
    assert [list(need) for need in document["security"]] == [list(schemes)]
    assert schemes["token"] == {"type": "http", "scheme": "bearer"}


def test_it_says_where_it_is(app: Flask, settings: Set) -> None:
    settings(public_url="https://learn.council.example", service_name="Learning here")
    told = app.test_client().get("/api/openapi.json").json
    assert told is not None
    assert told["servers"] == [{"url": "https://learn.council.example"}]
    assert told["info"]["title"] == "Learning here: completions"


def test_what_goes_well_fits(app: Flask, document: dict[str, Any], word: str) -> None:
    answer = ask(app, word, "limit=2")
    fits(document, answer)
    told = answer.json
    assert told is not None
    assert len(told["completions"]) == 2
    fits(document, ask(app, word, f"cursor={told['next_cursor']}&since=2027-01-01T00:00:00Z&course=small"))
    schema = document["components"]["schemas"]["Completion"]
    assert set(schema["required"]) == set(schema["properties"]) == set(told["completions"][0])


@pytest.mark.parametrize(
    ("query", "method", "status"),
    [("", "GET", 401), ("course=nowhere", "GET", 404), ("", "POST", 405), ("limit=0", "GET", 422)],
)
def test_what_goes_wrong_fits(
    app: Flask, document: dict[str, Any], word: str, query: str, method: str, status: int
) -> None:
    response = ask(app, "x" if status == 401 else word, query, method)
    assert response.status_code == status
    fits(document, response)


def test_the_page_about_it_shows_what_is_so(app: Flask, document: dict[str, Any], word: str) -> None:
    told = (ROOT / "docs" / "interchange.md").read_text("utf-8")
    example = re.search(r"```json\n(.*?)```", told, re.DOTALL)
    question = re.search(r"https://\S+(/api/\S+)\?(\S+)\"", told)
    assert example is not None
    assert question is not None
    Completions.model_validate_json(example[1], strict=True, extra="forbid")
    assert question[1] == PATH
    fits(document, ask(app, word, question[2]))
    named = set(re.findall(r"`(xapi_\w+|public_url)`", told))
    assert named == {name for name in Settings.model_fields if name.startswith("xapi_") or name == "public_url"}


NAMES = st.sampled_from([*Question.model_fields, "other"])
MOMENTS = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
VALUES = st.one_of(st.text(max_size=20), MOMENTS, st.integers().map(str), st.sampled_from(["small", "m1", "", "WzFd"]))


@given(asked=st.lists(st.tuples(NAMES, VALUES), max_size=4))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
def test_whatever_is_asked_the_answer_fits(
    app: Flask, document: dict[str, Any], word: str, asked: list[tuple[str, str]]
) -> None:
    fits(document, ask(app, word, urlencode(asked, errors="replace")))
