"""Letters that remind people of what is due, at most one a week, for as long as they want them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from webapp import clock, database, mail
from webapp.accounts.tables import Person
from webapp.learning import queries
from webapp.learning.tables import Reminder

EVERY = timedelta(days=7)  # more often is noise
IDLE = timedelta(days=7)  # a module that was begun and left for longer is mentioned
FORGOTTEN = timedelta(days=60)  # and after this no more: she has decided
FROM_HOUR, TO_HOUR = 8, 17  # on the clock of the people
AT_A_TIME = 50  # letters, so that the worker gets to its other work


def wanted(session: Session, person: Person) -> bool:
    """Whether somebody gets letters."""
    found = session.get(Reminder, person.id)
    return found is None or found.wanted


def choose(session: Session, person: Person, *, letters: bool) -> None:
    """Begin or stop the letters."""
    _row(session, person.id).wanted = letters


def send(session: Session) -> int:
    """Write to those for whom something is due, in working hours; returns to how many."""
    now, today = clock.now(), clock.today()
    if not FROM_HOUR <= now.astimezone(clock.HERE).hour < TO_HOUR or today.weekday() > 4:
        return 0
    found = queries.to_remind(session, today, since=today - EVERY, idle=(now - FORGOTTEN, now - IDLE), limit=AT_A_TIME)
    settings = database.settings_of(session)
    for person, due in found:
        first = person.name.split()[0]
        told = (
            f"{due} exercise{'s' if due != 1 else ''} that went differently last time "
            f"{'come' if due != 1 else 'comes'} up again. It takes a few minutes."
            if due
            else "You began a module some days ago. It is there where you left it, and ten minutes move it on."
        )
        mail.send(
            session,
            to=person.email,
            subject="Ten minutes for your Motivational Interviewing",
            text=f"Hello {first},\n\n{told}\n\n{settings.public_url}/\n\n"
            f"You decide whether you get these letters: {settings.public_url}/reminders\n",
        )
        _row(session, person.id).last_sent_on = today
    return len(found)


def _row(session: Session, person_id: int) -> Reminder:
    found = session.get(Reminder, person_id)
    if found is None:
        found = Reminder(person_id=person_id, wanted=True)
        session.add(found)
    return found
