"""Fills an empty data folder with made-up people who have learnt for a while; for load.py."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, insert

from webapp import clock, create_app, serve
from webapp.accounts import passwords
from webapp.accounts.tables import DISCIPLINES, Person, Role
from webapp.audit import AuditEvent
from webapp.learning.content.course import SPOKEN, Course
from webapp.learning.services import courses
from webapp.learning.tables import Attempt, ModuleDone, Standing, StepDone
from webapp.organisation.tables import Authority, Cohort, Team
from webapp.settings import Settings
from webapp.tables import metadata

PASSWORD = "copper kettle sunrise"
VISITORS = 20  # of each kind, who are signed in while it is measured
_HEARD = {"utterances": [{"text": "You are tired.", "code": "SR", "belief": 0.9, "sure": True, "why": "So it is."}]}
_NAMES = "Amina Ben Carys Dele Eva Farid Grace Huw Ines Jack Kofi Lena Mina Noah Olwen Priya Quin Rosa Sam Tess".split()
_FAMILIES = "Adeyemi Bell Clarke Davies Evans Farrow Green Hughes Iqbal Jones Khan Lewis Nowak Owen Patel".split()


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is; all of it in one authority, which is the hardest on its lists."""

    people: int
    cohorts: int
    attempts: int

    def part(self, of: int) -> Size:
        """A part of it."""
        return Size(self.people // of, max(self.cohorts // of, 1), self.attempts // of)


def seed(data: Path, size: Size) -> Flask:
    """Fill the folder and give an application on it. People 1 to ``VISITORS`` administer, as many after them learn."""
    app = create_app(Settings.read(data=data, second_factor=False, log_level="ERROR"))
    serve.prepare(app)
    with app.extensions["sessions"]() as session:
        course = courses.every(session)[0]
        version = courses.get(session, course.slug)[1]
    with app.extensions["engine"].begin() as connection:
        _people(connection, size)
        _attempts(connection, size, course, version)
    return app


def address(number: int) -> str:
    """The e-mail address of a person."""
    return f"person{number}@load.example"


def _named(name: str) -> dict[str, str]:
    return {"name": name, "sorts_as": name.lower()}


def _people(connection: Connection, size: Size) -> None:
    draw, now, hashed = random.Random(1), clock.now(), passwords.hashed(PASSWORD)
    teams = max(size.people // 25, 1)
    connection.execute(insert(Authority), [{"id": 1, "name": "A large council"}])
    connection.execute(insert(Team), [{"id": n, "authority_id": 1, **_named(f"Team {n}")} for n in range(1, teams + 1)])
    people = [
        {
            "id": n, "authority_id": 1, "team_id": n % teams + 1, "email": address(n),
            **_named(f"{draw.choice(_NAMES)} {draw.choice(_FAMILIES)} {n}"), "discipline": draw.choice(DISCIPLINES),
            "role": Role.ADMINISTRATOR if n <= VISITORS else Role.TRAINER if n % 50 == 0 else Role.PRACTITIONER,
            "password_hash": hashed, "active": True, "session_version": 0,
            "created_at": now - timedelta(days=300), "last_sign_in_at": now - timedelta(days=n % 60),
        }
        for n in range(1, size.people + 1)
    ]  # fmt: skip
    connection.execute(insert(Person), people)
    today = clock.today()
    connection.execute(insert(Cohort), [
        {"id": n, "authority_id": 1, "starts_on": today - timedelta(7 * n), "ends_on": None, **_named(f"Cohort {n}")}
        for n in range(1, size.cohorts + 1)
    ])  # fmt: skip
    members = [{"cohort_id": p["id"] % size.cohorts + 1, "person_id": p["id"]} for p in people]
    trainers = [m for m, p in zip(members, people, strict=True) if p["role"] == Role.TRAINER]
    connection.execute(insert(metadata.tables["cohort_member"]), members)
    connection.execute(insert(metadata.tables["cohort_trainer"]), trainers or members[:1])
    connection.execute(insert(AuditEvent), [
        {"at": now - timedelta(hours=n), "authority_id": 1, "actor_id": p["id"], "name": "session.begin",
         "subject_id": None, "about": {"how": "password"}}
        for p in people for n in range(20)
    ])  # fmt: skip


def _attempts(connection: Connection, size: Size, course: Course, version: int) -> None:
    """Everybody is somewhere in the course: steps, tries and standings that fit each other."""
    draw, now, today = random.Random(2), clock.now(), clock.today()
    steps = [(module, step) for module in course.modules for step in module.steps]
    exercises = [(m, e) for m in course.modules for e in m.exercises.values() if e.kind != "reflective_note"]
    each, rows = size.attempts // size.people, 0
    for first in range(1, size.people + 1, 200):
        told: dict[type[Any], list[dict[str, Any]]] = {Attempt: [], Standing: [], StepDone: [], ModuleDone: []}
        for person in range(first, min(first + 200, size.people + 1)):
            own = {"person_id": person, "course": course.slug}
            reached = draw.randrange(len(steps) // 3, len(steps))
            told[StepDone] += [{**own, "module": m.slug, "step": s.name, "done_at": now} for m, s in steps[:reached]]
            past = {m.slug for m, _ in steps[:reached]} - {steps[reached][0].slug}
            told[ModuleDone] += [{**own, "module": slug, "done_at": now, "score": 0.9} for slug in sorted(past)]
            tried = [draw.choice(exercises) for _ in range(each)]
            for n, (module, exercise) in enumerate(tried):
                rows += 1
                spoken = exercise.kind in SPOKEN
                told[Attempt].append({
                    **own, "once": f"load-{rows}", "course_version_id": version, "module": module.slug,
                    "exercise": exercise.name, "at": now - timedelta(hours=n), "state": "done",
                    "answer": {"text": "You are tired."} if spoken else {"chosen": [0]},
                    "score": float(draw.randrange(2)), "heard": _HEARD if spoken else None,
                })  # fmt: skip
            told[Standing] += [
                {
                    **own, "exercise": exercise.name, "skill": exercise.skill, "tries": 2, "first": 0.0, "best": 1.0,
                    "last": 1.0, "last_at": now, "due_on": today + timedelta(days=draw.randrange(-9, 30)), "days": 3,
                }
                for exercise in {e.name: e for _, e in tried}.values()
            ]  # fmt: skip
        for table, some in told.items():
            connection.execute(insert(table), some)
