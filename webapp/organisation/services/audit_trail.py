"""The audit trail in words, on a page and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp import audit, clock, csv_file, paging
from webapp.accounts.tables import Person
from webapp.organisation.queries import audit_trail as queries
from webapp.organisation.queries.audit_trail import Wanted

MOST_EXPORTED = 50_000  # rows of one file, which stays below what a spreadsheet opens without complaint

WORDS = {  # of every event that the code records; a test compares
    "access_token.make": "Made an access token",
    "access_token.revoke": "Revoked an access token",
    "agreement.export": "Took figures of agreement",
    "agreement.utterances": "Looked at utterances that were coded differently or alike",
    "audit.export": "Downloaded the audit trail",
    "certificate.issue": "Earned a certificate",
    "check.finish": "Finished a knowledge check",
    "cohort.add": "Added a cohort",
    "cohort.add_date": "Added a date of a cohort",
    "cohort.add_people": "Put people into a cohort",
    "cohort.change": "Changed a cohort",
    "cohort.export": "Took the list of how a cohort gets on",
    "cohort.skills": "Looked at how the skills of a cohort move",
    "cohort.skills_export": "Took the numbers of how the skills of a cohort move",
    "cohort.remove": "Removed a cohort",
    "cohort.remove_date": "Removed a date of a cohort",
    "cohort.take_out": "Took somebody out of a cohort",
    "completions.export": "Downloaded completions",
    "course.load": "Took in a course",
    "backup.make": "Backup made",
    "backup.restore": "Backup restored",
    "goal.choose": "Chose a goal for practice",
    "goal.rest": "Put a goal for practice aside",
    "invitation.send": "Sent an invitation",
    "invitation.use": "Accepted an invitation",
    "level.add": "Made a level",
    "level.change": "Changed a level",
    "level.put_aside": "Put a level aside",
    "level.remove": "Removed a level",
    "level.take_up": "Took a level up again",
    "sign_off.give": "Signed somebody off for a level",
    "sign_off.revoke": "Revoked a sign-off",
    "module.finish": "Finished a module",
    "password.change": "Changed the password",
    "people.import": "Imported people",
    "person.activate": "Activated an account",
    "person.add": "Added a person",
    "person.add_first": "Made the first administrator",
    "person.change": "Changed a person",
    "person.deactivate": "Deactivated an account",
    "record_store.try_now": "Told statements to be sent now",
    "recording.correct": "Put something right in a recording",
    "recording.take_back": "Took back something put right in a recording",
    "recovery_code.renew": "Made new recovery codes",
    "recovery_code.use": "Used a recovery code",
    "recording.started_over": "Began a recording anew",
    "reset.ask": "Asked for a new password",
    "reset.use": "Chose a new password",
    "second_factor.off": "Turned the second factor off",
    "second_factor.on": "Turned the second factor on",
    "second_factor.refuse": "Gave a wrong code for the second factor",
    "second_factor.reset": "Reset a second factor",
    "coding.assigned": "Gave somebody a part of a recording to code by hand",
    "coding.finished": "Finished coding a recording by hand",
    "coding.reopened": "Opened a finished coding again",
    "segment.chosen": "Chose a part of a recording to code by hand",
    "coaching.changed": "Changed coaching that was sent",
    "coaching.sent": "Coached a recording",
    "coding.bring": "Brought a file into a coding",
    "coding.download": "Downloaded a coding",
    "comment.added": "Commented on a recording",
    "comment.removed": "Removed a comment of their own",
    "export.ask": "Asked for an export of everything they have",
    "export.download": "Downloaded their export",
    "export.refuse": "Tried a link to an export that did not work",
    "mask.chosen": "Chose names to cover in a recording",
    "recording.begun": "Began a recording",
    "recording.brought_in": "Brought a recording in",
    "recording.cancelled": "Stopped the work on a recording",
    "recording.covered": "Names were covered in a recording",
    "recording.deleted": "Deleted a recording",
    "recording.failed": "A recording could not be worked on",
    "recording.heard": "Listened to a recording",
    "recording.opened": "Opened a recording",
    "recording.purged": "A recording was deleted because its time was over",
    "recording.retried": "Had the work on a recording begin again",
    "retention.change": "Changed how long recordings are kept",
    "share.given": "Shared a recording",
    "share.withdrawn": "Took back a shared recording",
    "session.begin": "Signed in",
    "session.end_all": "Signed out everywhere",
    "supervision.cancelled": "Cancelled a record of group supervision",
    "supervision.changed": "Changed a record of group supervision",
    "supervision.export": "Took the list of group supervision",
    "supervision.held": "Recorded that group supervision was held",
    "supervision_pack.delete": "Deleted a supervision pack",
    "supervision_pack.made": "Made a supervision pack",
    "supervision_pack.presented": "Presented a supervision pack",
    "supervision_pack.taken": "Took a supervision pack as PDF",
    "teaching.asked": "Asked for a moment of a recording for teaching",
    "teaching.offered": "Offered a moment of a recording for teaching",
    "teaching.refused": "Kept a moment of a recording that was asked for",
    "teaching.used": "Put a moment of a recording into a supervision pack",
    "teaching.withdrawn": "Took back a moment of a recording",
    "team.add": "Added a team",
    "team.remove": "Removed a team",
    "team.rename": "Renamed a team",
}


@dataclass(frozen=True)
class Line:
    """An event as people read it. ``person_id`` is set where it is about a person of this authority."""

    at: datetime
    who: str
    what: str
    about: str
    facts: str
    person_id: int | None = None


def page(session: Session, actor: Person, wanted: Wanted, number: int) -> paging.Paged[Line]:
    """A page of events of the acting administrator's authority, newest first."""
    found = queries.find(session, actor.authority_id, wanted, number)
    return paging.Paged(_lines(session, actor, found.items), found.number, found.total)


def kinds(session: Session, actor: Person) -> list[tuple[str, str]]:
    """The kinds of event there have been, with their words, in the order of these."""
    return sorted(
        ((name, words(name)) for name in queries.kinds(session, actor.authority_id)), key=lambda pair: pair[1]
    )


def export(session: Session, actor: Person, wanted: Wanted) -> str:
    """The events as CSV, newest first, at most ``MOST_EXPORTED``. That somebody took them is an event too."""
    lines = _lines(session, actor, queries.newest(session, actor.authority_id, wanted, MOST_EXPORTED))
    audit.record(session, "audit.export", actor=actor, rows=len(lines))
    return csv_file.as_csv(
        ("When", "Who", "What", "About", "Details"),
        ((f"{li.at.astimezone(clock.HERE):%Y-%m-%d %H:%M:%S}", li.who, li.what, li.about, li.facts) for li in lines),
    )


def words(name: str) -> str:
    """An event's name as people say it."""
    subject, _, action = name.partition(".")
    return WORDS.get(name) or f"{subject}: {action}".replace("_", " ").capitalize()


def _lines(session: Session, actor: Person, events: list[Any]) -> list[Line]:
    names = queries.subjects(session, actor.authority_id, events)
    return [_line(event, names) for event in events]


def _line(event: Any, names: dict[tuple[str, int], str]) -> Line:
    kind, number = queries.subject_kind(event), event.subject_id
    name = names.get((kind, number or 0), "")
    about = "" if number is None else name or f"{kind.replace('_', ' ')} no. {number}"
    facts = "; ".join(f"{key.replace('_', ' ')}: {value}" for key, value in event.about.items() if value is not None)
    return Line(
        at=event.at,
        who=event.who or "The platform",
        what=words(event.name),
        about=about,
        facts=facts,
        person_id=number if kind == "person" and name else None,
    )
