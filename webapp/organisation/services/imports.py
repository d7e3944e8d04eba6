"""Importing people: a file is kept until its owner says yes, and then done once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts import links
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.organisation.queries import imports as queries
from webapp.organisation.queries import people as people_queries
from webapp.organisation.services import import_file, import_plan, people, teams
from webapp.organisation.services.import_plan import Effect, Kind, Plan
from webapp.organisation.tables import PeopleImport, cohort_members
from webapp.text import tidy

KEPT = timedelta(days=1)  # long enough to ask a colleague; names and addresses should not lie about
_OVER = (
    "This import has been done, was called off, or is more than a day old. "
    "Look at the list of people, and choose the file again if somebody is missing."
)
_LOOK_AGAIN = "Something changed since you looked, so nothing was imported. Look through it again."


@dataclass(frozen=True)
class Done:
    """What an import did: people invited, people changed, and rows left out because something was wrong."""

    invited: int
    changed: int
    left_out: int


def example() -> tuple[list[str], list[list[str]]]:
    """Headings and rows of a file that shows how it is done."""
    heads = [import_file.COLUMN_NAMES[name] for name in ("name", "email", "team", "discipline", "role", "cohort")]
    return heads, [
        ["Amina Example", "amina@council.example", "North", "Children's social work", "Practitioner", ""],
        ["Gwen Example", "gwen@council.example", "North", "Domestic abuse", "Practitioner", ""],
        ["Tom Example", "tom@council.example", "South", "Mental health", "Trainer", ""],
    ]


def keep(session: Session, actor: Person, *, data: bytes, file_name: str) -> PeopleImport:
    """Read a file and keep what it says, for this person to look through. Nobody is added yet.

    Raises:
        Refused: it is no table of people; the message says what to do.
    """
    forget_old(session)
    sheet = import_file.read(data)
    kept = PeopleImport(
        authority_id=actor.authority_id,
        owner_id=actor.id,
        file_name=tidy(file_name)[:120],
        sheet=sheet.to_json(),
        expires_at=clock.now() + KEPT,
    )
    session.add(kept)
    session.flush()
    return kept


def forget_old(session: Session) -> None:
    """Remove what nobody said yes to in time, in all authorities."""
    session.execute(delete(PeopleImport).where(PeopleImport.expires_at <= clock.now()))


def get(session: Session, actor: Person, import_id: int, *, lock: bool = False) -> PeopleImport:
    """A file that this person sent and that still waits.

    Raises:
        NotFound: it is done, too old, or somebody else's.
    """
    kept = queries.waiting(session, actor, import_id, clock.now(), lock=lock)
    if kept is None:
        raise NotFound(_OVER)
    return kept


def plan(session: Session, actor: Person, kept: PeopleImport) -> tuple[import_file.Sheet, Plan]:
    """What the file says, and what it would do now."""
    sheet = import_file.Sheet.from_json(kept.sheet)
    return sheet, import_plan.make(session, actor.authority_id, sheet)


def call_off(session: Session, kept: PeopleImport) -> None:
    """Forget a file."""
    session.delete(kept)


def confirm(session: Session, actor: Person, import_id: int, *, seen: str | None, rest: bool) -> Done:
    """Do what the page showed. ``seen`` is the mark of that; ``rest`` says to leave out the rows with errors.

    Raises:
        NotFound: it has been done already, or see ``get``.
        Refused: it would not do what was shown, or there are errors and nobody said to leave those rows out.
    """
    kept = get(session, actor, import_id, lock=True)
    people_queries.administrators(session, actor.authority_id, lock=True)
    _, planned = plan(session, actor, kept)
    count = planned.count()
    if planned.mark() != seen:
        raise Refused(_LOOK_AGAIN)
    if count[Kind.WRONG] and not rest:
        raise Refused("Some rows have errors. Tick the box to leave them out and import the rest.")
    try:
        with session.begin_nested():
            session.delete(kept)
            _apply(session, actor, planned)
    except IntegrityError:
        raise Refused(_LOOK_AGAIN) from None
    done = Done(count[Kind.NEW], count[Kind.CHANGED], count[Kind.WRONG])
    audit.record(
        session, "people.import", actor=actor, invited=done.invited, changed=done.changed, left_out=done.left_out
    )
    return done


def _apply(session: Session, actor: Person, planned: Plan) -> None:
    made = teams.add_all(session, actor, planned.new_teams)
    doing = [_placed(effect, made) for effect in planned.effects if effect.kind in (Kind.NEW, Kind.CHANGED)]
    coming = _invite(session, actor, [effect for effect in doing if effect.person_id is None])
    here = [effect for effect in doing if effect.person_id is not None]
    # Changes come last: one of them may be that the acting administrator is none any more.
    found = people_queries.by_ids(session, actor.authority_id, [effect.person_id or 0 for effect in here])
    known = coming | {person.email: person for person in found}
    for effect in here:
        assert effect.told is not None
        people.apply(session, actor, known[effect.email], effect.told)
    _join(session, actor, [(effect.cohort_id, known[effect.email]) for effect in doing if effect.cohort_id])


def _invite(session: Session, actor: Person, effects: list[Effect]) -> dict[str, Person]:
    """Add and invite people; them by address."""
    coming = [people.new(session, actor, effect.told) for effect in effects if effect.told is not None]
    session.flush()
    with session.no_autoflush:  # thousands of small writes go together at the end
        for person in coming:
            people.record_new(session, actor, person)
            links.invite(session, actor, person)
    return {person.email: person for person in coming}


def _join(session: Session, actor: Person, places: list[tuple[int, Person]]) -> None:
    if not places:
        return
    rows = [{"cohort_id": cohort, "person_id": person.id} for cohort, person in places]
    session.execute(insert(cohort_members), rows)
    for cohort, number in sorted(Counter(cohort for cohort, _ in places).items()):
        audit.record(session, "cohort.add_people", actor=actor, subject_id=cohort, people=number)


def _placed(effect: Effect, made: dict[str, int]) -> Effect:
    if effect.told is None or effect.team not in made:
        return effect
    return replace(effect, told=replace(effect.told, team_id=made[effect.team]))
