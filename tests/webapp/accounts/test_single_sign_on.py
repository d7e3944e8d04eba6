"""Signing in with a work account, against a provider on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.accounts.oidc_provider import CLIENT, SECRET, Provider, running
from tests.webapp.pages import Page, Visitor
from webapp.accounts import single_sign_on
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.settings import Settings, SettingsError

LEAVE = "/sign-in/work-account"


@pytest.fixture(scope="module")
def _provider() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(_provider: Provider, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A provider that behaves, and an application that knows it."""
    settings: Settings = app.extensions["settings"]
    ours = {"oidc_issuer": _provider.issuer, "oidc_client": CLIENT, "oidc_secret": type(settings.secret_key)(SECRET)}
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update=ours))
    _provider.__init__(issuer=_provider.issuer)
    single_sign_on.start(app)
    yield _provider
    del app.extensions["single_sign_on"]


def away(visitor: Visitor) -> str:
    """Go to the provider and sign in there: where it sends us back to."""
    there = visitor.client.get(LEAVE)
    assert there.status_code == 302, there.status_code
    back = requests.get(there.headers["Location"], allow_redirects=False, timeout=5)
    assert back.headers["Location"].startswith("http://127.0.0.1:5000/sign-in/work-account/back?")
    return back.headers["Location"].removeprefix("http://127.0.0.1:5000")


def there_and_back(visitor: Visitor) -> Page:
    return visitor.get(away(visitor))


def test_only_where_it_is_set_up(visitor: Visitor) -> None:
    assert LEAVE not in visitor.get("/sign-in").links()
    visitor.get(LEAVE, status=404)
    visitor.get(single_sign_on.BACK, status=404)


@pytest.mark.parametrize("role", list(Role))
def test_in_by_the_work_account(provider: Provider, visitor: Visitor, db: Session, role: Role) -> None:
    someone = people.person(db, role=role, second_factor=None, password_hash=None, name="Nia Rowe")
    provider.claims["email"] = someone.email.upper()
    assert LEAVE in visitor.get("/sign-in").links()
    page = there_and_back(visitor)
    assert page.response.request.path == "/"
    assert "Nia Rowe" in page.text
    assert visitor.get("/account").heading == "Your account"  # the second factor is the provider's matter
    event = db.scalars(select(AuditEvent)).one()
    assert (event.name, event.actor_id, event.about) == ("session.begin", someone.id, {"how": "single sign-on"})
    db.refresh(someone)
    assert someone.last_sign_in_at is not None


def test_each_time_with_other_secrets(provider: Provider, visitor: Visitor) -> None:
    seen = []
    for _ in range(2):
        away(visitor)
        seen.append([provider.asked[name] for name in ("state", "nonce", "code_challenge")])
    assert len({word for words in seen for word in words}) == 6
    assert all(len(word) >= 20 for words in seen for word in words)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"nonce": "another"}, "could not believe"),
        ({"nonce": None}, "could not believe"),
        ({"iss": "http://elsewhere.example"}, "could not believe"),
        ({"aud": "another"}, "could not believe"),
        ({"aud": ["another", "third"], "azp": CLIENT}, "could not believe"),
        ({"exp": 1_000_000_000}, "could not believe"),
        ({"sub": None}, "could not believe"),
        ({"email_verified": False}, "was checked"),
        ({"email_verified": None}, "was checked"),
        ({"email_verified": "false"}, "was checked"),
        ({"email": "nobody@council.example"}, "Ask your administrator to add you"),
        ({"email": ""}, "does not tell us"),
        ({"email": "a\x00b@council.example"}, "does not tell us"),
        ({"email": ["a@council.example"]}, "does not tell us"),
    ],
)
def test_what_is_not_believed(
    provider: Provider, visitor: Visitor, db: Session, claims: dict[str, object], words: str
) -> None:
    someone = people.person(db)
    provider.claims = {"email": someone.email, **claims}
    page = there_and_back(visitor)
    assert page.heading == "Sign in"
    assert words in page.text
    assert visitor.get("/account").heading == "Sign in"
    assert db.scalars(select(AuditEvent)).all() == []
    assert len(db.scalars(select(Person)).all()) == 1


def test_a_token_signed_by_somebody_else(provider: Provider, visitor: Visitor, db: Session) -> None:
    provider.claims["email"] = people.person(db).email
    provider.wrong_key = True
    assert "could not believe" in there_and_back(visitor).text


def test_an_inactive_person_stays_outside(provider: Provider, visitor: Visitor, db: Session) -> None:
    provider.claims["email"] = people.person(db, active=False).email
    assert "Ask your administrator" in there_and_back(visitor).text


def test_where_the_provider_is_trusted_with_addresses(
    provider: Provider, app: Flask, visitor: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update={"oidc_trusted": True}))
    provider.claims = {"email": people.person(db).email, "email_verified": None}
    assert there_and_back(visitor).response.request.path == "/"


def test_the_address_may_be_on_the_user_page(provider: Provider, visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    provider.claims = {"email_verified": None}
    provider.user_page = {"sub": "person 1", "email": someone.email, "email_verified": True}
    assert there_and_back(visitor).response.request.path == "/"


def test_the_user_page_of_somebody_else(provider: Provider, visitor: Visitor, db: Session) -> None:
    provider.claims = {"email_verified": None}
    provider.user_page = {"sub": "person 2", "email": people.person(db).email, "email_verified": True}
    assert "could not believe" in there_and_back(visitor).text


@pytest.mark.parametrize("change", ["state=forged", "", "state=&code="])
def test_a_wrong_state(provider: Provider, visitor: Visitor, db: Session, change: str) -> None:
    provider.claims["email"] = people.person(db).email
    told = {name: values[0] for name, values in parse_qs(urlsplit(away(visitor)).query).items()}
    query = f"code={told['code']}&{change}" if change else ""
    page = visitor.get(f"{single_sign_on.BACK}?{query}")
    assert page.heading == "Sign in"
    assert "Please start again." in page.text


def test_an_answer_meant_for_another_browser(provider: Provider, app: Flask, visitor: Visitor, db: Session) -> None:
    provider.claims["email"] = people.person(db).email
    path = away(Visitor(app.test_client()))
    assert "Please start again." in visitor.get(path).text


def test_an_answer_counts_once(provider: Provider, visitor: Visitor, db: Session) -> None:
    provider.claims["email"] = people.person(db).email
    path = away(visitor)
    assert visitor.get(path).response.request.path == "/"
    visitor.send("/sign-out")
    assert visitor.get(path).heading == "Sign in"


def test_saying_no_at_the_provider(provider: Provider, visitor: Visitor) -> None:
    provider.error = "access_denied"
    page = there_and_back(visitor)
    assert "did not let you in" in page.text
    assert "<b>No</b>" not in page.response.text


def test_the_provider_is_down(provider: Provider, visitor: Visitor) -> None:
    provider.broken = "openid-configuration"
    for _ in range(2):
        page = visitor.get(LEAVE)
        assert page.heading == "Sign in"
        assert "does not answer" in page.text
    provider.broken = ""
    assert visitor.client.get(LEAVE).status_code == 302


@pytest.mark.usefixtures("provider")
def test_nobody_is_there(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as other:
        address = other.issuer
    settings: Settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update={"oidc_issuer": address}))
    single_sign_on.start(app)
    assert "does not answer" in visitor.get(LEAVE).text


@pytest.mark.parametrize("broken", ["token", "keys"])
def test_the_provider_goes_down_on_the_way_back(provider: Provider, visitor: Visitor, db: Session, broken: str) -> None:
    provider.claims["email"] = people.person(db).email
    provider.broken = broken
    page = there_and_back(visitor)
    assert page.heading == "Sign in"
    assert "does not answer" in page.text
    provider.broken = ""
    assert there_and_back(visitor).response.request.path == "/"


def test_many_beginnings_do_not_fill_the_cookie(provider: Provider, visitor: Visitor, db: Session) -> None:
    provider.claims["email"] = people.person(db).email
    for _ in range(12):
        visitor.client.get(LEAVE)
    with visitor.client.session_transaction() as cookie:
        assert len(cookie) == 1
    assert there_and_back(visitor).response.request.path == "/"


def test_the_wait_for_a_provider_is_short(provider: Provider, app: Flask) -> None:
    del provider
    assert app.extensions["single_sign_on"].client_kwargs["default_timeout"] <= 10


def test_settings_that_do_not_go_together() -> None:
    with pytest.raises(SettingsError, match="oidc_client"):
        Settings.read(oidc_issuer="https://login.example")
