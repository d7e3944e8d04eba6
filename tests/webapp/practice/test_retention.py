"""Kept for as long as an authority says; owners are warned once, and nothing goes that they were not warned of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from webapp import clock, jobs, storage
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.errors import Refused
from webapp.learning.services import reminders
from webapp.practice.services import retention
from webapp.practice.tables import KeptCounts, Purge, Recording, Retention, RetentionWarning

CAME = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)
GOES = date(2027, 3, 3)  # 365 days later


class Calendar:
    """The day it is in a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def on(self, day: date, hour: int = 9) -> None:
        at = datetime(day.year, day.month, day.day, hour, tzinfo=clock.HERE)
        self._patch.setattr(clock, "now", lambda: at)


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return Calendar(monkeypatch)


def old(db: Session, owner: Person, came: datetime = CAME) -> Recording:
    recording = made.ready(db, owner, held_on=date(2026, 3, 1))
    recording.created_at = came
    db.commit()
    return recording


def look(app: Flask, db: Session) -> None:
    jobs.do(app, "practice.retention")
    db.expire_all()


def there(db: Session) -> set[int]:
    return set(db.scalars(select(Recording.id)))


def test_warned_once_and_gone_on_the_day(app: Flask, db: Session, calendar: Calendar, mailbox: Mailbox) -> None:
    calendar.on(date(2026, 3, 4))
    owner = people.person(db)
    recording = old(db, owner)
    number, folder = recording.id, recording.folder
    calendar.on(GOES - timedelta(days=15), hour=23)
    look(app, db)
    assert db.scalars(select(RetentionWarning)).all() == []
    calendar.on(GOES - timedelta(days=14), hour=0)
    for _ in range(3):
        look(app, db)
    jobs.do(app, "mail.send")
    letter = mailbox.letters(owner.email)
    assert len(letter) == 1
    text = letter[0].get_content()
    assert "3 March 2027" in text
    assert "- 1 March 2026" in text
    assert "With Sam" not in text
    assert retention.goes_on(db, recording) == GOES
    calendar.on(GOES - timedelta(days=1), hour=23)
    look(app, db)
    assert there(db) == {number}
    calendar.on(GOES, hour=0)
    look(app, db)
    assert there(db) == set()
    jobs.do(app, "practice.empty_folders")
    assert list(storage.of(db).store.names(f"recordings/{folder}/")) == []
    event = db.scalars(select(AuditEvent).where(AuditEvent.name == "recording.purged")).one()
    assert (event.actor_id, event.subject_id, event.authority_id) == (None, number, owner.authority_id)
    assert event.about == {"came_on": "2026-03-03", "kept_for_days": 365}
    assert [(p.authority_id, p.day, p.recordings) for p in db.scalars(select(Purge))] == [(owner.authority_id, GOES, 1)]
    assert db.scalars(select(KeptCounts)).all() == []  # nobody said that they may stay
    jobs.do(app, "mail.send")
    assert len(mailbox.letters(owner.email)) == 1


def test_the_day_is_that_of_the_people(app: Flask, db: Session, calendar: Calendar) -> None:
    """What came after midnight on their clock came the next day, though it was the day before in UTC."""
    calendar.on(date(2026, 7, 1))
    owner = people.person(db)
    before = old(db, owner, datetime(2026, 6, 30, 22, 59, tzinfo=UTC))
    after = old(db, owner, datetime(2026, 6, 30, 23, 1, tzinfo=UTC))
    calendar.on(date(2027, 6, 16))
    look(app, db)
    assert [w.recording_id for w in db.scalars(select(RetentionWarning))] == [before.id]
    calendar.on(date(2027, 6, 17))
    look(app, db)
    calendar.on(date(2027, 6, 30))
    look(app, db)
    assert there(db) == {after.id}


def test_after_the_worker_stood_still_there_are_still_two_weeks(
    app: Flask, db: Session, calendar: Calendar, mailbox: Mailbox
) -> None:
    calendar.on(date(2026, 3, 4))
    recording = old(db, people.person(db))
    late = GOES + timedelta(days=100)
    calendar.on(late)
    look(app, db)
    assert retention.goes_on(db, recording) == late + timedelta(days=14)
    jobs.do(app, "mail.send")
    assert "25 June 2027" in mailbox.letters()[0].get_content()
    calendar.on(late + timedelta(days=13))
    look(app, db)
    assert there(db) == {recording.id}
    calendar.on(late + timedelta(days=14))
    look(app, db)
    assert there(db) == set()


def test_several_of_one_person_are_one_letter(app: Flask, db: Session, calendar: Calendar, mailbox: Mailbox) -> None:
    calendar.on(date(2026, 3, 4))
    ana, bilal = people.person(db), people.person(db)
    for owner in (ana, bilal, ana, ana):
        old(db, owner)
    reminders.choose(db, ana, letters=False)  # this letter comes all the same
    db.commit()
    calendar.on(GOES - timedelta(days=14))
    look(app, db)
    jobs.do(app, "mail.send")
    assert sorted(letter["To"] for letter in mailbox.letters()) == sorted([ana.email, bilal.email])
    assert mailbox.letters(ana.email)[0].get_content().count("- 1 March 2026") == 3


def test_of_somebody_who_left_they_go_too_without_a_letter(
    app: Flask, db: Session, calendar: Calendar, mailbox: Mailbox
) -> None:
    calendar.on(date(2026, 3, 4))
    owner = people.person(db, active=False)
    old(db, owner)
    for day in (GOES - timedelta(days=14), GOES):
        calendar.on(day)
        look(app, db)
    assert there(db) == set()
    jobs.do(app, "mail.send")
    assert mailbox.letters() == []


def test_many_go_in_batches_and_one_that_was_cut_off_is_gone_on_with(
    app: Flask, db: Session, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar.on(date(2026, 3, 4))
    monkeypatch.setattr(retention, "_AT_A_TIME", 2)
    owner = people.person(db)
    for _ in range(7):
        old(db, owner)
    calendar.on(GOES - timedelta(days=14))
    look(app, db)
    assert len(db.scalars(select(RetentionWarning)).all()) == 7
    calendar.on(GOES)
    assert retention.purge(db) == 2
    db.commit()  # and the process dies
    assert len(there(db)) == 5
    look(app, db)
    assert there(db) == set()
    assert [p.recordings for p in db.scalars(select(Purge))] == [7]


def test_each_authority_has_its_own_number(app: Flask, db: Session, calendar: Calendar) -> None:
    calendar.on(date(2026, 3, 4))
    here, elsewhere = people.person(db), people.person(db)
    _, theirs = old(db, here), old(db, elsewhere)
    db.add(Retention(authority_id=here.authority_id, days=30))
    db.commit()
    for day in (date(2026, 3, 19), date(2026, 4, 2)):
        calendar.on(day)
        look(app, db)
    assert there(db) == {theirs.id}


def test_a_larger_number_takes_warnings_back_and_warns_again_in_time(
    app: Flask, db: Session, calendar: Calendar, mailbox: Mailbox
) -> None:
    calendar.on(date(2026, 3, 4))
    owner = people.person(db)
    administrator = people.person(db, role=Role.ADMINISTRATOR, authority_id=owner.authority_id)
    recording = old(db, owner)
    calendar.on(GOES - timedelta(days=14))
    look(app, db)
    retention.choose(db, administrator, 400)
    db.commit()
    assert db.scalars(select(RetentionWarning)).all() == []
    calendar.on(GOES)
    look(app, db)
    assert there(db) == {recording.id}
    for day in (GOES + timedelta(days=21), GOES + timedelta(days=35)):
        calendar.on(day)
        look(app, db)
    assert there(db) == set()
    jobs.do(app, "mail.send")
    assert len(mailbox.letters(owner.email)) == 2


@pytest.mark.parametrize("days", [29, 1096, 0, -1])
def test_bounds(db: Session, days: int) -> None:
    with pytest.raises(Refused, match=r"30 to 1,095"):
        retention.choose(db, people.person(db, role=Role.ADMINISTRATOR), days)


def test_the_page_says_what_it_would_mean_before_it_is_so(visitor: Visitor, db: Session, calendar: Calendar) -> None:
    today = date(2026, 10, 1)
    calendar.on(today)
    place = people.authority(db)
    administrator = people.person(db, place, Role.ADMINISTRATOR, second_factor=None)
    owner = people.person(db, place)
    for age in (10, 80, 85, 95, 400):
        old(db, owner, clock.now() - timedelta(days=age))
    old(db, people.person(db), clock.now() - timedelta(days=400))  # elsewhere
    db.commit()
    people.with_second_factor(db, administrator)
    _enter(visitor, administrator)
    page = visitor.get("/retention")
    assert page.heading == "How long recordings are kept"
    assert "365 days" in page.text
    assert cells(page) == ["1", "0", "0", "4"]
    assert not page.soup.select("main form[method=post]")
    page = visitor.get("/retention?days=100")
    assert cells(page) == ["2", "2", "1", "0"]
    assert "Keep recordings for 100 days" in page.text
    assert db.scalars(select(Retention)).all() == []
    page = visitor.send("/retention", {"days": "100"})
    assert "Recordings are kept for 100 days" in page.text
    assert db.get(Retention, place.id).days == 100  # type: ignore[union-attr]
    event = db.scalars(select(AuditEvent).where(AuditEvent.name == "retention.change")).one()
    assert event.about == {"days": 100, "before": 365}
    for wrong in ("29", "1096", "x", "", "9" * 30):
        assert visitor.get(f"/retention?days={wrong}").soup.select_one(".wrong-summary") is not None
        visitor.get("/retention?days=90")
        visitor.send("/retention", {"days": wrong})
        assert db.get(Retention, place.id).days == 100  # type: ignore[union-attr]


def _enter(visitor: Visitor, someone: Person) -> None:
    """Signed in with a code of the day it really is: the clock of the test is another."""
    from webapp.accounts import session as sessions

    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = sessions._told(someone), True


def cells(page: object) -> list[str]:
    return [td.get_text() for td in page.soup.select("main table:first-of-type td:last-child")][:4]  # type: ignore[attr-defined]


def test_what_went_is_listed_by_day_and_paged(visitor: Visitor, db: Session) -> None:
    place = people.authority(db)
    administrator = people.person(db, place, Role.ADMINISTRATOR)
    today = clock.today()
    db.add_all(Purge(authority_id=place.id, day=today - timedelta(days=n), recordings=n + 1) for n in range(60))
    db.add(Purge(authority_id=people.authority(db).id, day=today, recordings=999))
    db.commit()
    people.signed_in(visitor, administrator)
    with counted(db.get_bind().engine) as sent:
        page = visitor.get("/retention")
    assert len(sent) <= 6
    assert "Page 1 of 3" in page.text
    assert "999" not in page.text
    assert len(visitor.get("/retention?page=3").soup.select("main tbody tr")) == 10


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.TRAINER, Role.LEAD])
def test_the_page_is_for_administrators(visitor: Visitor, db: Session, role: Role) -> None:
    people.signed_in(visitor, people.person(db, role=role)).get("/retention", status=403)


def test_the_pages_of_its_owner_say_it(db: Session, app: Flask, calendar: Calendar) -> None:
    calendar.on(date(2026, 3, 4))
    owner = people.person(db)
    recording, young = old(db, owner), old(db, owner, CAME + timedelta(days=300))
    calendar.on(GOES - timedelta(days=10))
    look(app, db)
    assert owner.id
    with counted(db.get_bind().engine) as sent:
        going = retention.going(db, owner)
    assert [(one.recording.id, one.on) for one in going] == [(recording.id, GOES + timedelta(days=4))]
    assert len(sent) <= 2
    assert retention.goes_on(db, young) is None


def test_a_look_that_finds_nothing_costs_one_query_each(db: Session) -> None:
    for _ in range(5):
        made.ready(db, people.person(db))
    with counted(db.get_bind().engine) as sent:
        assert retention.warn(db) + retention.purge(db) == 0
    assert len(sent) == 2
