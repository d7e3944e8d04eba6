"""One's own measures over time: a page for none, one and many recordings, a file, and nobody else's numbers."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Page, Visitor, counted
from tests.webapp.practice import made, over_time
from webapp import clock
from webapp.accounts.tables import Role
from webapp.learning.tables import ModuleDone
from webapp.organisation.tables import Cohort
from webapp.practice.services import dose, trend
from webapp.practice.tables import KeptCounts, Kind

RATIO = "reflections_to_questions"
REAL: dict[str, Any] = {"kind": Kind.REAL, "about": made.REAL, "consented": True}


def drawn(page: Page, name: str) -> dict[str, Any]:
    found = page.soup.select_one(f"script#chart-{name}")
    assert found is not None
    told: dict[str, Any] = json.loads(found.get_text())
    return told


def section(page: Page, name: str) -> str:
    found = page.soup.select_one(f"section[aria-labelledby=m-{name}]")
    assert found is not None
    return found.get_text(" ", strip=True)


def test_without_recordings_it_says_what_it_will_be(visitor: Visitor, db: Session) -> None:
    people.signed_in(visitor, people.person(db))
    page = visitor.get("/recordings/trend")
    assert page.heading == "Your trend"
    assert "Here you will see each measure move" in page.text
    assert "/recordings/new" in page.links()
    assert not page.soup.select("script[src*=plotly]")
    assert "there is no recording of yours." in page.text


def test_one_recording_is_a_point_and_no_line(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    over_time.recording(db, owner, 3, measures={RATIO: (0.9, 0.4, 1.6), "percent_complex": None})
    people.signed_in(visitor, owner)
    page = visitor.get("/recordings/trend")
    assert "there is a point and no line: one conversation cannot show which way things move" in page.text
    assert len(drawn(page, RATIO)["points"]) == 1
    assert "One recording shows it so far: about 0.9 (0.4 to 1.6). A line needs two." in section(page, RATIO)
    assert "too little to measure this in any recording" in section(page, "percent_complex")
    assert not page.soup.select("script#chart-percent_complex")
    assert page.soup.select("script[src*=plotly]")


def test_several_recordings_with_what_happened_in_between(visitor: Visitor, db: Session) -> None:
    place = people.authority(db)
    owner, trainer = people.person(db, place), people.person(db, place, Role.TRAINER)
    first = over_time.recording(db, owner, 70, measures={RATIO: (0.2, 0.0, 0.4)})
    over_time.recording(db, owner, 35, measures={RATIO: None}, **REAL)
    over_time.recording(db, owner, 5, measures={RATIO: (1.6, 1.2, 2.0)}, **REAL)
    over_time.coached(db, first, trainer, 60)
    now = clock.now()
    db.add(ModuleDone(person_id=owner.id, course="no-more", module="the-spirit", done_at=now - timedelta(days=50)))
    db.add(Cohort(authority_id=place.id, name="Spring", starts_on=clock.today() - timedelta(days=80), members=[owner]))
    db.add(Cohort(authority_id=place.id, name="Autumn", starts_on=clock.today() + timedelta(days=80), members=[owner]))
    db.commit()
    people.signed_in(visitor, owner)
    page = visitor.get("/recordings/trend")
    told = drawn(page, RATIO)
    assert [(p["value"], p["range"], p["kind"]) for p in told["points"]] == [
        (0.2, [0.0, 0.4], "role_play"), (1.6, [1.2, 2.0], "real"),
    ]  # fmt: skip
    assert told["marks"] == [[1.0, "fair"], [2.0, "good"]]
    assert sorted(event["kind"] for event in told["events"]) == ["coaching", "module", "start"]
    words = section(page, RATIO)
    assert "about 0.2 in the first, 1.6 now. The two ranges do not overlap" in words
    assert "1 of 3 recordings had too little to measure it." in words
    assert "Too little to measure" in words
    assert "Published marks: fair 1.0, good 2.0. MITI 4.2.1" in words
    assert "Module “The spirit” finished" in page.text
    assert "Spring began" in page.text
    assert "Autumn" not in page.text


def test_nobody_elses_numbers_are_in_it(visitor: Visitor, db: Session) -> None:
    place = people.authority(db)
    owner, other = people.person(db, place), people.person(db, place)
    theirs = over_time.recording(db, other, 4, title="Not hers")
    made.shared(db, theirs, owner)
    over_time.coached(db, theirs, owner, 2)
    kept(db, other, 30)
    over_time.recording(db, owner, 2, title="Hers")
    people.signed_in(visitor, owner)
    for path in ("/recordings/trend", "/recordings/trend.csv", "/recordings", "/practice-plan"):
        assert "Not hers" not in visitor.client.get(path).text
    assert trend.of(db, owner).recordings == 1
    assert (len(dose.of(db, owner).marks), dose.of(db, owner).coached) == (1, 0)


def test_what_is_kept_of_a_deleted_recording_and_one_that_is_not_ready(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    kept(db, owner, 40)
    over_time.recording(db, owner, 5, measures={RATIO: (0.9, 0.4, 1.6)})
    made.waiting(db, owner)
    people.signed_in(visitor, owner)
    page = visitor.get("/recordings/trend")
    assert "across your 2 recordings" in page.text
    assert "A recording you deleted" in section(page, RATIO)
    assert [p["value"] for p in drawn(page, RATIO)["points"]] == [0.5, 0.9]


def kept(db: Session, owner: Any, days_ago: int) -> None:
    db.add(
        KeptCounts(
            authority_id=owner.authority_id, owner_id=owner.id, held_on=clock.today() - timedelta(days=days_ago),
            kind=Kind.ROLE_PLAY, name=RATIO, value=0.5, low=0.2, high=0.8, n=12,
        )
    )  # fmt: skip
    db.commit()


def test_the_file(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    over_time.recording(db, owner, 5, measures={RATIO: (0.9, 0.4, 1.6)}, title="=cmd()")
    people.signed_in(visitor, owner)
    answer = visitor.client.get("/recordings/trend.csv")
    assert answer.mimetype == "text/csv"
    assert 'filename="my-recordings.csv"' in answer.headers["Content-Disposition"]
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == ",".join(trend.HEADS)
    on = (clock.now() - timedelta(days=5)).date().isoformat()
    assert any(line.startswith(f"{on},'=cmd(),Role-play,Reflections for each question,0.9,0.4,1.6,") for line in lines)
    assert len(lines) == 1 + len(trend.of(db, owner).lines)


@pytest.mark.parametrize("path", ["/recordings/trend", "/recordings/trend.csv", "/practice-plan", "/recordings"])
def test_thirty_recordings_take_no_more_queries_than_three(
    visitor: Visitor, db: Session, engine: Engine, path: str
) -> None:
    owner = people.person(db)
    people.signed_in(visitor, owner)
    took = []
    for number in (3, 27):
        for days_ago in range(number):
            over_time.coached(db, over_time.recording(db, owner, 5 * days_ago), owner, 5 * days_ago)
        with counted(engine) as sent:
            visitor.client.get(path)
        took.append(len(sent))
    assert took[0] == took[1] <= 14, sent


@pytest.mark.parametrize(("days", "coached", "words", "advice"), [
    ([], 0, "there is no recording of yours.", "Any week is a good one for it"),
    ([10], 0, "1 recording, none of them coached yet", "Coaching on one you have would count as much"),
    ([200, 10], 1, "1 recording, 1 of them coached", "A good moment for the next one is around"),
    ([60], 0, "1 recording, none", "this would be a good week for the next"),
    ([150, 100, 50, 10], 4, "4 recordings, 4 of them coached", "A good moment for the next one is around"),
])  # fmt: skip
def test_the_dose(db: Session, days: list[int], coached: int, words: str, advice: str) -> None:
    owner = people.person(db)
    for number, days_ago in enumerate(sorted(days)):
        found = over_time.recording(db, owner, days_ago)
        if number < coached:
            over_time.coached(db, found, owner, days_ago)
    made_dose = dose.of(db, owner)
    assert words in made_dose.words
    assert advice in made_dose.advice
    assert ("would count as much" in made_dose.advice) == (days == [10] or days == [200, 10])
    assert all(0 <= place.at <= 100 for place in (*made_dose.marks, *made_dose.months))
    assert made_dose.due == ("A good moment" not in made_dose.advice)


def test_a_title_cannot_break_out_of_the_chart(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    nasty = "</script><script>alert(1)</script>"
    over_time.recording(db, owner, 1, title=nasty, measures={RATIO: (0.9, 0.4, 1.6)})
    people.signed_in(visitor, owner)
    page = visitor.get("/recordings/trend")
    assert "<script>alert(1)" not in page.response.text
    assert drawn(page, RATIO)["points"][0]["words"].startswith(f"{nasty}, ")
