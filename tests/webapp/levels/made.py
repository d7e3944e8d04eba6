"""Made-up levels, hand codings and ratings for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp.pages import Page
from tests.webapp.practice import made as recordings
from webapp import clock
from webapp.accounts.tables import Person
from webapp.audit import AuditEvent
from webapp.coaching.services import coaching
from webapp.coaching.services.coaching import Told
from webapp.coding.tables import Coding, CodingMeasure, Kind, Segment
from webapp.learning.services import completions
from webapp.levels import queries
from webapp.levels.services import facts, levels, progress, sign_offs
from webapp.levels.services.progress import Standing
from webapp.levels.services.rules import Rule
from webapp.levels.tables import Level, SignOff
from webapp.organisation.tables import Cohort
from webapp.practice.tables import Recording
from webapp.supervision.services import held
from webapp.supervision.tables import Held

COACHED = Rule(kind="coached", judged_by="trainer", n=1)
HAND_CODED = Rule(kind="hand_coded", judged_by="coder", n=1, name="reflections_to_questions", mark="fair")
RATED = Rule(kind="rated", judged_by="trainer", n=1, name="partnership", least=4)
SUPERVISED = Rule(kind="supervised", judged_by="trainer", n=1)
MODULES = Rule(kind="modules", judged_by="course", name="small")


def level(db: Session, actor: Person, rules: Sequence[Rule] = (COACHED,), name: str = "Practising safely") -> Level:
    """One that an administrator made."""
    made = levels.add(db, actor, name, "To see that somebody is ready to go on.", rules)
    db.commit()
    return made


def signed(db: Session, trainer: Person, person: Person, level: Level) -> SignOff:
    """A sign-off by a trainer of hers, with an exception for whatever is missing."""
    case = sign_offs.case(db, trainer, level.id, person.id)
    exceptions = dict.fromkeys(case.unmet, "She did that elsewhere.")
    made = sign_offs.sign(db, trainer, case, "I sat in with her twice.", exceptions, seen=case.seen)
    db.commit()
    return made


def cohort(db: Session, trainer: Person, members: Sequence[Person], name: str = "Autumn") -> Cohort:
    """People who are trained together."""
    made = Cohort(
        authority_id=trainer.authority_id, name=name, starts_on=clock.today(), members=list(members),
        trainers=[trainer],
    )  # fmt: skip
    db.add(made)
    db.commit()
    return made


def supervised(db: Session, trainer: Person, group: Cohort, there: Sequence[Person], days_ago: int = 0) -> Held:
    """Group supervision that a trainer recorded, with these people there."""
    note = held.Note(agreed="One pause before each question")
    told = held.Told(
        clock.today() - timedelta(days=days_ago), 60, None, None, frozenset(one.id for one in there), {}, note
    )  # fmt: skip
    made = held.add(db, trainer, group, told)
    db.commit()
    return made


def coached(db: Session, recording: Recording, trainer: Person, **ratings: int) -> None:
    """Coaching that was sent, with ratings."""
    coaching.keep(db, trainer, recording, Told(noticed="You waited."), ratings)
    coaching.send(db, trainer, recording)
    db.commit()


def coded(
    db: Session, recording: Recording, coder: Person, value: float | None, *,
    name: str = "reflections_to_questions", kind: Kind = Kind.OWN, segment: Segment | None = None, done: bool = True,
) -> Coding:  # fmt: skip
    """A hand coding of a recording, finished unless ``done`` is false."""
    now = clock.now()
    if segment is None:
        segment = Segment(
            authority_id=recording.authority_id, recording_id=recording.id, made_by_id=coder.id, made_at=now,
            chosen="whole", start=0.0, end=600.0, heard=b"h", machine=b"m",
        )  # fmt: skip
        db.add(segment)
        db.flush()
    made = Coding(
        recording_id=recording.id, segment_id=segment.id, coder_id=coder.id, kind=kind, assigned_by_id=coder.id,
        assigned_at=now, parses=b"p", changed_at=now, finished_at=now if done else None,
    )  # fmt: skip
    db.add(made)
    db.flush()
    db.add(CodingMeasure(coding_id=made.id, name=name, recording_id=recording.id, value=value, n=20))
    db.commit()
    return made


def ready(db: Session, owner: Person, days_ago: int = 0, title: str = "Mornings") -> Recording:
    """A recording that was held some days ago."""
    return recordings.ready(db, owner, held_on=clock.today() - timedelta(days=days_ago), title=title)


def standing(db: Session, viewer: Person, owner: Person, rule: Rule) -> Standing:
    """How a rule stands for somebody, as the viewer sees it."""
    db.expire_all()
    known = facts.of(db, viewer, queries.ids([owner.id]))
    return progress.of([rule], owner.id, known, completions.titles(db))[0]


def events(db: Session) -> list[str]:
    """What the audit trail says was done with levels and sign-offs, in its order."""
    found = select(AuditEvent.name).where(AuditEvent.name.startswith("level.") | AuditEvent.name.startswith("sign_"))
    return list(db.scalars(found.order_by(AuditEvent.id)))


def field(page: Page, name: str) -> str:
    """What a field of the page's form holds."""
    found = page.soup.select_one(f"[name='{name}']")
    assert found is not None, name
    return str(found.get("value", found.get_text()))
