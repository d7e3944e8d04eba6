"""Signing in and out."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Visitor
from webapp.accounts import services


def test_the_front_door(visitor: Visitor, db: Session) -> None:
    someone = people.person(db, name="Nia Rowe")
    assert visitor.get("/").heading == "Sign in"
    page = visitor.send("/sign-in", {"email": someone.email.upper(), "password": people.PASSWORD})
    assert "Nia Rowe" in page.text
    assert visitor.send("/sign-out").heading == "Sign in"
    assert visitor.get("/").heading == "Sign in"


@pytest.mark.parametrize(("email", "password"), [("x@y.example", people.PASSWORD), ("", ""), ("right", "wrong")])
def test_a_wrong_pair_tells_nothing(visitor: Visitor, db: Session, email: str, password: str) -> None:
    someone = people.person(db)
    visitor.get("/sign-in")
    page = visitor.send("/sign-in", {"email": someone.email if email == "right" else email, "password": password})
    assert page.heading == "Sign in"
    assert page.soup.find(role="alert")


def test_passwords_are_hashed_with_the_work_that_rfc_9106_asks_for(dear_hasher: PasswordHasher) -> None:
    kept = dear_hasher.hash(people.PASSWORD)
    assert extract_parameters(kept).type is Type.ID
    assert (dear_hasher.time_cost, dear_hasher.memory_cost) >= (3, 64 * 1024)  # its second choice, in KiB


def test_an_inactive_person_stays_outside(visitor: Visitor, db: Session) -> None:
    someone = people.person(db, active=False)
    assert visitor.sign_in(someone.email, people.PASSWORD).heading == "Sign in"


def test_ended_sessions_end_at_once(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    services.end_sessions(someone)
    db.commit()
    assert visitor.get("/").heading == "Sign in"


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_signing_in_never_leads_elsewhere(visitor: Visitor, db: Session, address: str) -> None:
    someone = people.person(db)
    visitor.get("/sign-in")
    page = visitor.send(f"/sign-in?next={address}", {"email": someone.email, "password": people.PASSWORD})
    assert page.response.request.path == "/"


def test_a_form_without_its_token_is_refused(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    visitor.send("/sign-in", {"email": someone.email, "password": people.PASSWORD}, status=400)


def test_many_tries_are_slowed(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    for _ in range(10):
        visitor.sign_in(someone.email, "wrong")
    visitor.get("/sign-in")
    page = visitor.send("/sign-in", {"email": someone.email, "password": people.PASSWORD}, status=429)
    assert page.heading == "One moment, please"
