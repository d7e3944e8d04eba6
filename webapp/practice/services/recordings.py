"""Recordings: begun, found, and no more than their people may see."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from webapp import audit, clock, paging
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.practice.queries import recordings as queries
from webapp.practice.services import about as abouts
from webapp.practice.services.about import About
from webapp.practice.tables import Kind, Recording, State
from webapp.text import tidy

MOST_SPEAKERS = 3
_LONGEST_TITLE = 120
_NEWS = 3  # a page that says what is new names no more


def begin(
    session: Session,
    person: Person,
    *,
    title: str,
    kind: Kind,
    held_on: date,
    about: About,
    consented: bool = False,
    speakers: int = 2,
) -> Recording:
    """Make a place for a recording that is about to come in.

    Raises:
        Refused: a real conversation without consent, a day still to come, or a number of people that cannot be told
            apart.
    """
    if held_on > clock.today():
        raise Refused("That day is still to come. When was the conversation?")
    if not 2 <= speakers <= MOST_SPEAKERS:
        raise Refused(f"Between 2 and {MOST_SPEAKERS} people can be told apart.")
    abouts.check(kind, about, confirmed=consented)
    made = Recording(
        authority_id=person.authority_id,
        owner_id=person.id,
        folder=secrets.token_hex(12),
        title=tidy(title)[:_LONGEST_TITLE] or default_title(kind),
        kind=kind,
        held_on=held_on,
        state=State.ARRIVING,
        created_at=clock.now(),
        speakers=speakers,
    )
    abouts.keep(session, made, about)
    session.add(made)
    session.flush()
    audit.record(session, "recording.begun", actor=person, subject_id=made.id, kind=kind.value)
    return made


def default_title(kind: Kind) -> str:
    """What a recording is called where she gives it no name."""
    return "Role-play" if kind == Kind.ROLE_PLAY else "Conversation"


def own(session: Session, person: Person, number: int) -> Recording:
    """One of somebody's own recordings.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = queries.own(session, person, number)
    if found is None:
        raise NotFound
    return found


def visible(session: Session, person: Person, number: int) -> Recording:
    """A recording that is hers or shared with her now.

    Raises:
        NotFound: there is none, or it is not open to her.
    """
    found = queries.visible(session, person, number)
    if found is None:
        raise NotFound
    return found


def find(session: Session, person: Person, page: int) -> paging.Paged[Recording]:
    """A page of somebody's recordings, the latest conversation first."""
    found = paging.fetch(session, queries.of_owner(person), page)
    return replace(found, items=[row[0] for row in found.items])


def unseen(session: Session, person: Person) -> list[Recording]:
    """Recordings of hers that are ready and that she has not opened since: the newest few."""
    return queries.unseen(session, person, _NEWS)


def same_before(session: Session, recording: Recording) -> Recording | None:
    """Another recording of hers that was made from the same file."""
    return queries.same_file(session, recording)


def seen(person: Person, recording: Recording) -> None:
    """Note that its owner has opened what came of it."""
    if recording.owner_id == person.id and recording.state == State.READY and recording.seen_at is None:
        recording.seen_at = clock.now()


def looked_at(session: Session, person: Person, recording: Recording, what: str) -> None:
    """Leave a trace of who opened it: what only its owner opened is hers, and needs none."""
    if recording.owner_id != person.id:
        audit.record(session, f"recording.{what}", actor=person, subject_id=recording.id)
