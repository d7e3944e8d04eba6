"""The list of one's recordings, the page of each on its way, and the word on the home page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from webapp import clock
from webapp.accounts.tables import Person, Role
from webapp.learning.services import reminders
from webapp.practice.services import about, progress, recordings, working
from webapp.practice.tables import Kind, Recording, State, Work
from webapp.wording import duration


@pytest.fixture
def owner(db: Session) -> Person:
    return people.person(db)


@pytest.fixture
def inside(visitor: Visitor, owner: Person) -> Visitor:
    return people.signed_in(visitor, owner)


def taken(db: Session) -> tuple[Recording, str]:
    found = working.take(db)
    assert found is not None
    db.commit()
    return found


def test_the_list_says_how_far_each_is_and_what_to_do_next(inside: Visitor, owner: Person, db: Session) -> None:
    now = clock.today()
    told = (
        (State.ARRIVING, "Not all of it has come in yet", "Go on bringing it in"),
        (State.WAITING, "Waiting for its turn", "See how far it is"),
        (State.WORKING, "Being worked on", "See how far it is"),
        (State.READY, "Ready, not looked at yet", "Look at it"),
        (State.FAILED, "Needs another look", "See why, and what you can do"),
        (State.CANCELLED, "Stopped", "Begin again, or leave it"),
    )
    for number, (state, _, _) in enumerate(told):
        one = made.begun(db, owner, title=f"No. {number}", held_on=now - timedelta(days=number))
        one.state = state
    made.begun(db, people.person(db), title="Somebody else's")
    db.commit()
    page = inside.get("/recordings")
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]
    assert len(rows) == len(told)
    for number, (row, (_, how_far, onward)) in enumerate(zip(rows, told, strict=True)):
        assert f"No. {number}" in row
        assert "Kind Role-play" in row
        assert how_far in row
        assert row.endswith(onward)
    first = page.soup.select_one("tbody a")
    assert first is not None
    assert str(first["href"]).endswith("/bring")


def test_the_list_costs_the_same_for_many(inside: Visitor, owner: Person, db: Session, engine: Engine) -> None:
    made.ready(db, owner)
    with counted(engine) as few:
        inside.get("/recordings")
    for _ in range(60):
        made.begun(db, owner)
    with counted(engine) as many:
        page = inside.get("/recordings")
    assert len(few) == len(many) <= 6
    assert "Page 1 of 3" in page.text
    assert len(inside.get("/recordings?page=3").soup.select("tbody tr")) == 11


def test_an_empty_list_says_how_to_begin(inside: Visitor) -> None:
    page = inside.get("/recordings")
    assert "There is nothing here yet" in page.text
    assert "/recordings/new" in page.links()


def test_the_form_says_at_each_field_what_consent_needs(inside: Visitor) -> None:
    inside.get("/recordings/new")
    page = inside.send("/recordings/new", {"kind": "real", "held_on": clock.today().isoformat(), "speakers": "2"})
    for name in ("consent_by", "consent_way", "consented"):
        field = page.soup.select_one(f"#{name}")
        assert field is not None
        assert field["aria-invalid"] == "true"
        assert page.soup.select_one(f"#{name}-error") is not None


def test_the_page_to_bring_it_in_works_without_a_script(inside: Visitor, owner: Person, db: Session) -> None:
    recording = made.begun(db, owner)
    page = inside.get(f"/recordings/{recording.id}")
    form = page.soup.select_one("form[enctype='multipart/form-data']")
    assert form is not None
    assert form["action"] == f"/recordings/{recording.id}/file"
    shown = [tag.get_text(strip=True) for tag in page.soup.select("section:not([hidden]) h2")]
    assert shown == ["Bring in a file"]


def test_waiting_for_its_turn_and_being_worked_on(inside: Visitor, owner: Person, db: Session) -> None:
    made.waiting(db, people.person(db))
    recording = made.waiting(db, owner, about=about.About(goal="Getting to school", wants="My reflections"))
    page = inside.get(f"/recordings/{recording.id}")
    for words in (
        "Waiting for its turn", "1 recording before yours", "You can close this page", "a letter comes",
        "Getting to school", "My reflections", "Look again how far it is", "Stop the work",
    ):  # fmt: skip
        assert words in page.text
    told = inside.client.get(f"/recordings/{recording.id}/progress").json
    assert (told["state"], told["ahead"], told["how_long"]) == ("waiting", 1, "1 recording before yours.")
    reminders.choose(db, owner, letters=False)
    db.commit()
    assert "a letter comes" not in inside.get(f"/recordings/{recording.id}").text
    other, lease = taken(db)
    working.done(*working.held(db, other.id, lease))  # type: ignore[misc]
    here, lease = taken(db)
    assert here.id == recording.id
    db.get_one(Work, recording.id).begun_at = clock.now() - timedelta(minutes=10)
    working.beat(db, recording.id, lease, step="listen", done=300, total=600)
    db.commit()
    page = inside.get(f"/recordings/{recording.id}")
    assert "Writing down what was said" in page.text
    assert "About 11 minutes left." in page.text
    bar = page.soup.select_one("progress")
    assert bar is not None
    assert 0.4 < float(str(bar["value"])) < 0.6


def test_why_it_failed_and_beginning_again(inside: Visitor, owner: Person, db: Session) -> None:
    recording = made.waiting(db, owner)
    _, lease = taken(db)
    working.failed(db, *working.held(db, recording.id, lease), "It holds no voice.")  # type: ignore[misc]
    db.commit()
    page = inside.get(f"/recordings/{recording.id}")
    assert "We could not work on it It holds no voice." in page.text
    assert {form["action"] for form in page.soup.select("main form")} == {f"/recordings/{recording.id}/retry"}
    assert "/recordings/new" in page.links()


def test_ready_leads_on_to_what_came_of_it(inside: Visitor, owner: Person, db: Session) -> None:
    recording = made.ready(db, owner)
    root = f"/recordings/{recording.id}"
    assert f"{root}/feedback" in inside.get("/recordings").links()
    page = inside.get(root)
    assert "It is ready." in page.text
    ways = ("feedback", "goal", "put-right", "names", "sharing", "opened", "comments", "delete")
    assert {f"{root}/{way}" for way in ways} <= set(page.links())


def test_a_trainer_finds_what_is_shared_with_her(visitor: Visitor, owner: Person, db: Session) -> None:
    trainer = people.person(db, role=Role.TRAINER, authority_id=owner.authority_id)
    recording, other = made.ready(db, owner), made.ready(db, owner, title="Hers alone")
    share = made.shared(db, recording, trainer)
    page = people.signed_in(visitor, trainer).get("/recordings")
    assert f"/coaching/{recording.id}" in page.links()
    assert "Shared with you" in page.text
    assert "Hers alone" not in page.text
    share.withdrawn_at = share.shared_at
    db.commit()
    assert "Shared with you" not in visitor.get("/recordings").text
    assert other.owner_id == owner.id


def test_home_says_what_is_ready_until_it_was_seen(inside: Visitor, owner: Person, db: Session, engine: Engine) -> None:
    made.waiting(db, owner, title="Not yet")
    made.ready(db, people.person(db), title="Somebody else's")
    with counted(engine) as none:
        assert "Your recording" not in inside.get("/").text
    found = [made.ready(db, owner, title=f"No. {number}", kind=Kind.ROLE_PLAY) for number in range(5)]
    with counted(engine) as five:
        page = inside.get("/")
    assert len(none) == len(five)
    assert "Your recording “No. 4” of" in page.text
    assert f"/recordings/{found[4].id}" in page.links()
    assert "No. 1" not in page.text  # the newest few are enough
    for one in found:
        recordings.seen(owner, one)
    db.commit()
    assert "Your recording" not in inside.get("/").text


@pytest.mark.parametrize(("seconds", "words"), [
    (0, "Less than a minute"), (59, "Less than a minute"), (60, "About a minute"), (170, "About 3 minutes"),
    (3580, "About an hour"), (3600 + 65, "About an hour and 1 minute"), (7800, "About 2 hours and 10 minutes"),
])  # fmt: skip
def test_a_length_of_time_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_nothing_is_said_of_how_long_where_nothing_is_to_do(owner: Person, db: Session) -> None:
    assert progress.of(db, made.ready(db, owner)).how_long == ""
