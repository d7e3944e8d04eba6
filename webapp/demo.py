"""Made-up people to look around with. Only ever on an empty database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from webapp import clock, demo_codings, demo_cohort, demo_recordings, demo_teaching
from webapp.accounts import passwords, queries
from webapp.accounts.tables import Person, Role
from webapp.errors import Refused
from webapp.organisation.tables import Authority, Cohort, Team
from webapp.practice.services import goals

PASSWORD = "copper kettle sunrise"
_CODED_TWICE = 4  # every fourth recording that the twelve share is coded by hand by two trainers
_PEOPLE = (  # name, role, discipline, team
    ("Ana Learner", Role.PRACTITIONER, "Children's social work", 0),
    ("Bilal Learner", Role.PRACTITIONER, "Substance misuse", 0),
    ("Carys Learner", Role.PRACTITIONER, "Domestic abuse", 1),
    ("Dele Learner", Role.PRACTITIONER, "Mental health", 1),
    ("Tess Trainer", Role.TRAINER, "Psychology", None),
    ("Lena Lead", Role.LEAD, "Children's social work", None),
    ("Adam Administrator", Role.ADMINISTRATOR, "Other", None),
)


def seed(session: Session) -> list[Person]:
    """An authority with two teams, people of every role, and a cohort; where they are there already, just the people.

    Raises:
        Refused: there are other people in this database.
    """
    there = [queries.by_email(session, _address(name)) for name, *_ in _PEOPLE]
    if queries.how_many(session):
        found = [person for person in there if person is not None]
        if len(found) < len(_PEOPLE):
            raise Refused("There are real people in this database, so no demo people are added.")
        return found
    place = Authority(name="Demo Council")
    session.add(place)
    session.flush()
    teams = [
        Team(authority_id=place.id, name=name) for name in ("North family safeguarding", "South family safeguarding")
    ]
    session.add_all(teams)
    session.flush()
    hashed = passwords.hashed(PASSWORD)
    people = [
        Person(
            authority_id=place.id,
            team_id=None if team is None else teams[team].id,
            email=_address(name),
            name=name,
            discipline=discipline,
            role=role,
            password_hash=hashed,
            created_at=clock.now(),
        )
        for name, role, discipline, team in _PEOPLE
    ]
    session.add_all(people)
    session.flush()
    session.add(
        Cohort(
            authority_id=place.id,
            name="First cohort",
            starts_on=clock.today() - timedelta(weeks=12),
            ends_on=clock.today() + timedelta(weeks=14),
            members=[p for p in people if p.role == Role.PRACTITIONER],
            trainers=[p for p in people if p.role == Role.TRAINER],
        )
    )
    session.flush()
    return people


def recordings(session: Session, people: list[Person], courses: Path) -> None:
    """Recordings of the first of them over ten weeks, unless she has some."""
    trainer = next(person for person in people if person.role == Role.TRAINER)
    demo_recordings.seed(session, people[0], trainer, courses / goals.course())


def twelve(session: Session, people: list[Person], courses: Path) -> list[Person]:
    """A cohort of twelve with a team, a trainer and half a year of their own, beside the people who are there.

    Returns:
        Their trainers alone: nobody needs twelve more sign-ins, though each has one.
    """
    there = [queries.by_email(session, _address(name)) for name in (demo_cohort.TRAINER, demo_codings.SECOND)]
    if there[0] is not None:
        return [one for one in there if one is not None]
    place = people[0].authority_id
    team = Team(authority_id=place, name=demo_cohort.TEAM)
    session.add(team)
    session.flush()

    def add(name: str, role: Role, discipline: str, team_id: int | None) -> Person:
        return Person(
            authority_id=place,
            team_id=team_id,
            email=_address(name),
            name=name,
            discipline=discipline,
            role=role,
            password_hash=people[0].password_hash,
            created_at=clock.now() - timedelta(weeks=demo_cohort.WEEKS),
        )

    members = [add(one.name, Role.PRACTITIONER, one.discipline, team.id) for one in demo_cohort.PEOPLE]
    trainer = add(demo_cohort.TRAINER, Role.TRAINER, "Psychology", None)
    second = add(demo_codings.SECOND, Role.TRAINER, "Children's social work", None)
    session.add_all([*members, trainer, second])
    session.flush()
    cohort = demo_cohort.cohort(session, place, members, [trainer, second])
    shared = demo_cohort.seed(session, members, trainer, courses / goals.course())
    demo_codings.seed(session, shared[::_CODED_TWICE], (trainer, second))
    office = next(person for person in people if person.role == Role.ADMINISTRATOR)
    demo_teaching.seed(session, cohort, members, trainer, office, shared)
    return [trainer, second]


def _address(name: str) -> str:
    return f"{name.split()[0].lower()}@demo.example"
