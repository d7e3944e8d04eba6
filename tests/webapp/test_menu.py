"""The header: for each role what it may open, few links, and a mark where one is."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Page, Visitor
from webapp import menu
from webapp.accounts.tables import Role
from webapp.permissions import PERMISSIONS


def words(page: Page, name: str = "Main") -> list[str]:
    """The links of one of the header's lists that stand side by side."""
    return [a.get_text() for a in page.soup.select(f"header nav[aria-label='{name}'] > ul > li > a")]


def marked(page: Page) -> list[tuple[str, str]]:
    """Where the header says that one is."""
    return [(a.get_text(), str(a["aria-current"])) for a in page.soup.select("header [aria-current]")]


@pytest.mark.parametrize(
    ("role", "links"),
    [
        (Role.PRACTITIONER, ["Home", "Recordings"]),
        (Role.LEAD, ["Home", "Recordings"]),
        (Role.TRAINER, ["Home", "Recordings", "Coaching", "Cohorts", "Course files"]),
        (Role.ADMINISTRATOR, ["Home", "Recordings", "Organisation", "Course files"]),
    ],
)
def test_each_role_has_its_links(visitor: Visitor, db: Session, role: Role, links: list[str]) -> None:
    page = people.signed_in(visitor, people.person(db, role=role)).get("/")
    assert words(page) == links
    assert marked(page) == [("Home", "page")]
    assert page.soup.select_one("header .within") is None


@pytest.mark.parametrize("role", Role)
def test_nobody_is_led_to_a_closed_page(app: Flask, role: Role) -> None:
    with app.test_request_context("/"):
        for entry in menu.of(role):
            for link in getattr(entry, "links", (entry,)):
                assert role in PERMISSIONS[link.endpoint], link


def test_the_organisations_pages_show_on_each_of_them(visitor: Visitor, db: Session) -> None:
    office = people.signed_in(visitor, people.person(db, role=Role.ADMINISTRATOR))
    page = office.get("/teams")
    within = ["People", "Teams", "Cohorts", "Levels", "Completions", "Interchange", "Retention", "Audit trail"]
    assert words(page, "Organisation") == within
    # Twice: within the list behind the button of a narrow screen, and beside one another on a wide one.
    assert marked(page) == [("Organisation", "true"), ("Teams", "page"), ("Teams", "page")]
    assert marked(office.get("/people/new")) == [("Organisation", "true"), ("People", "true"), ("People", "true")]
    assert marked(office.get("/courses")) == [("Course files", "page")]
    assert words(office.get("/courses"), "Organisation") == []


def test_who_is_not_in_has_no_menu(visitor: Visitor) -> None:
    page = visitor.get("/sign-in")
    assert page.soup.select("header nav, header button") == []
