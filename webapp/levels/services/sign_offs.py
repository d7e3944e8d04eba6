"""Signing somebody off for a level, and taking that back. A trainer decides, and says why; history stays.

What was signed stays signed when the facts change later: a sign-off keeps the numbers and days it stood on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp import audit, clock, secrets_box
from webapp.accounts.tables import TRAINING, Person, Role
from webapp.errors import NotFound, Refused
from webapp.learning.services import completions, records
from webapp.levels import queries
from webapp.levels.services import facts, letters, levels, progress
from webapp.levels.services.levels import Asked
from webapp.levels.services.progress import Standing
from webapp.levels.tables import SignOff
from webapp.organisation.services.unfit import Unfit, as_seen

LONGEST = 2000  # characters of a reason
_CHANGED = "Something changed since you opened this page, so nothing was signed. Look at it once more, then decide."


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody and a level, as whoever looks may see it; ``history`` begins with the newest sign-off for it."""

    person: Person
    asked: Asked
    standings: Sequence[Standing]
    history: Sequence[SignOff]
    cohort_id: int | None  # the one in which the one who looks trains her

    @property
    def standing(self) -> SignOff | None:
        """The sign-off for the present rules that stands, if one does."""
        version = self.asked.level.version
        return next((one for one in self.history if one.revoked_at is None and one.version == version), None)

    @property
    def earlier(self) -> SignOff | None:
        """One that stands, for rules as they were before."""
        return None if self.standing else next((one for one in self.history if one.revoked_at is None), None)

    @property
    def unmet(self) -> list[int]:
        """Which rules are not met, by their place."""
        return [number for number, one in enumerate(self.standings) if not one.met]

    @property
    def open(self) -> bool:
        """Whether there is something to sign."""
        return self.standing is None and self.asked.level.put_aside_at is None

    @property
    def seen(self) -> str:
        """The mark of what its page shows."""
        newest = self.history[0] if self.history else None
        sign_off = (newest.id, newest.revoked_at is None) if newest else None
        level = self.asked.level
        return as_seen(level.id, level.version, level.put_aside_at is None, sign_off, self.unmet)


def case(session: Session, actor: Person, level_id: int, person_id: int) -> Case:
    """How far somebody is with a level, for a trainer of hers or an administrator.

    Raises:
        NotFound: there is no such level, or nobody in a cohort that is open to whoever asks.
    """
    asked = levels.get(session, actor, level_id)
    person = queries.member(session, actor.authority_id, person_id)
    cohort = queries.trains(session, actor, person_id)
    if person is None or actor.role not in TRAINING or (cohort is None and actor.role != Role.ADMINISTRATOR):
        raise NotFound
    people = queries.ids([person.id])
    known = facts.of(session, actor, people)
    standings = progress.of(asked.rules, person.id, known, completions.titles(session))
    history = [one for one in queries.sign_offs(session, people) if one.level_id == level_id]
    return Case(person, asked, standings, history, cohort.id if cohort else None)


def why_not(actor: Person, found: Case) -> str:
    """Why somebody cannot sign this, whatever she writes; empty where she can."""
    if found.person.id == actor.id:
        return "Nobody signs for herself. Another trainer of your cohort can look at this with you."
    if found.cohort_id is None:
        return "A trainer of a cohort she is in signs. You can look, and you can revoke what was signed."
    if found.asked.level.put_aside_at is not None:
        return "This level was put aside, so nobody is signed off for it now. What was signed before stays."
    if found.standing is not None:
        return f"{found.standing.trainer_name} has signed this already. It can be signed again if it is revoked."
    return ""


def sign(
    session: Session, actor: Person, found: Case, reason: str, exceptions: Mapping[int, str], *, seen: str | None
) -> SignOff:
    """Sign somebody off. A rule that is not met needs an exception that says why it does not apply.

    Raises:
        Refused: she cannot, or what she saw has changed.
        Unfit: a reason is missing or too long.
    """
    refusal = why_not(actor, found)
    if refusal:
        raise Refused(f"{refusal} Nothing was signed now.")
    if seen != found.seen:
        raise Refused(_CHANGED)
    reason = _fit("reason", reason, "Say in your own words why you sign: what you have seen that speaks for it.")
    granted = {
        number: _fit(
            f"exception-{number}",
            exceptions.get(number, ""),
            f"“{found.standings[number].words}” is not there yet. Wait for it, or say why it does not apply here.",
        )
        for number in found.unmet
    }
    level, code = found.asked.level, records.new_code()
    made = SignOff(
        authority_id=actor.authority_id,
        level_id=level.id,
        version=level.version,
        person_id=found.person.id,
        trainer_id=actor.id,
        level_name=level.name,
        person_name=found.person.name,
        trainer_name=actor.name,
        code=code,
        signed_at=clock.now(),
        stood=[one.kept(exception=number in granted) for number, one in enumerate(found.standings)],
        told=_closed(session, code, {"reason": reason, "exceptions": granted}),
    )
    session.add(made)
    session.flush()
    audit.record(
        session, "sign_off.give", actor=actor, subject_id=made.id, person=found.person.id, level=level.id,
        version=level.version, exceptions=len(granted),
    )  # fmt: skip
    letters.signed(session, found.person, actor)
    return made


def revoke(session: Session, actor: Person, sign_off: SignOff, reason: str) -> None:
    """Take a sign-off back; it can be signed again.

    Raises:
        NotFound: she neither gave it nor is an administrator.
        Refused: it is revoked already.
        Unfit: a reason is missing or too long.
    """
    if not may_revoke(actor, sign_off):
        raise NotFound
    if sign_off.revoked_at is not None:
        raise Refused("This was revoked already, so nothing was changed now.")
    reason = _fit("reason", reason, "Say why. The person it is about reads it, and can answer you.")
    sign_off.revoked_at, sign_off.revoked_by_id = clock.now(), actor.id
    sign_off.revoked_told = _closed(session, sign_off.code, {"reason": reason})
    session.flush()
    audit.record(
        session, "sign_off.revoke", actor=actor, subject_id=sign_off.id, person=sign_off.person_id,
        level=sign_off.level_id,
    )  # fmt: skip
    letters.revoked(session, session.get_one(Person, sign_off.person_id), sign_off, actor)


def may_revoke(actor: Person, sign_off: SignOff) -> bool:
    """Whether somebody gave this and trains still, or is an administrator; nobody revokes her own."""
    if sign_off.person_id == actor.id:
        return False
    gave = sign_off.trainer_id == actor.id and actor.role in TRAINING
    return sign_off.authority_id == actor.authority_id and (gave or actor.role == Role.ADMINISTRATOR)


def get(session: Session, actor: Person, number: int) -> SignOff:
    """A sign-off that is her own, that she gave, of somebody in a cohort she trains, or any to an administrator.

    Raises:
        NotFound: there is none.
    """
    found = queries.sign_off(session, actor.authority_id, number)
    if found is None:
        raise NotFound
    if actor.id in (found.person_id, found.trainer_id) or actor.role == Role.ADMINISTRATOR:
        return found
    if actor.role in TRAINING and queries.trains(session, actor, found.person_id) is not None:
        return found
    raise NotFound


def _fit(field: str, text: str, missing: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Unfit(field, missing)
    if len(text) > LONGEST:
        raise Unfit(field, f"That is too long: {LONGEST:,} characters are the most, and these are {len(text):,}.")
    return text


def purpose(code: str) -> str:
    """What the reasons of a sign-off are encrypted for."""
    return f"reasons of sign-off {code}"


def _closed(session: Session, code: str, told: Mapping[str, object]) -> bytes:
    return secrets_box.of(session).encrypt(json.dumps(told).encode(), purpose=purpose(code))
