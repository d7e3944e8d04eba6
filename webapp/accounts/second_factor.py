"""The second factor: a code from an app on the person's phone, asked for after the password."""

from __future__ import annotations

import base64
import binascii
import hmac
import re

import pyotp
import segno
from sqlalchemy.orm import Session

from webapp import audit, clock, database, secrets_box
from webapp.accounts import letters, queries, recovery_codes, services
from webapp.accounts.tables import STAFF, Person, Role
from webapp.errors import NotAllowed, NotFound, Refused
from webapp.logs import LOGGER
from webapp.settings import Settings

_DRIFT = 1  # codes before and after the present one that count too: phones' clocks differ, and typing takes a while
_NONE_YET = "You have no second factor yet. You can set one up on your account page."
_NOT_RIGHT = "That code is not right. Type the one that your app shows now."


def needed(person: Person, settings: Settings) -> bool:
    """Whether her role asks for one."""
    return settings.second_factor and person.role in STAFF


def new_secret() -> str:
    """A secret for an app and us to share, in base32, 160 bits."""
    return pyotp.random_base32()


def picture(secret: str, person: Person, *, service: str) -> str:
    """Dots for the app to scan, as a ``data:`` address; on white in the dark too, so that phones can read them."""
    address = pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=service)
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff")


def sealed(session: Session, person: Person, secret: str) -> str:
    """The secret as the set-up page carries it until a first code proves that the app has it."""
    return base64.urlsafe_b64encode(
        secrets_box.of(session).encrypt(secret.encode(), purpose=f"second factor to come of {person.id}")
    ).decode()


def unsealed(session: Session, person: Person, told: str) -> str | None:
    """The secret out of a page, if we put it there for this person."""
    try:
        kept = base64.urlsafe_b64decode(told.encode())
        return secrets_box.of(session).decrypt(kept, purpose=f"second factor to come of {person.id}").decode()
    except (secrets_box.CannotOpen, binascii.Error, UnicodeError):
        return None


def turn_on(session: Session, person: Person, *, secret: str, code: str) -> list[str]:
    """Start asking for a code, end all open sign-ins, and give ten recovery codes, which are never shown again.

    Raises:
        Refused: the code is not the app's, or there is a second factor already.
    """
    person = queries.by_id(session, person.id, lock=True) or person
    if person.second_factor is not None:
        raise Refused("Your second factor is on already.")
    step = _step(secret, code, after=None)
    if step is None:
        raise Refused(_NOT_RIGHT)
    person.second_factor = secrets_box.of(session).encrypt(secret.encode(), purpose=_purpose(person))
    person.second_factor_step = step
    services.end_sessions(person)
    letters.second_factor_changed(session, person, what="turned on")
    audit.record(session, "second_factor.on", actor=person)
    return recovery_codes.make(session, person)


def accepts(session: Session, person: Person, typed: str) -> bool:
    """Whether it is the app's code or a recovery code; each counts once. A wrong one is noted."""
    locked = queries.by_id(session, person.id, lock=True)
    if locked is None or locked.second_factor is None:
        return False
    if re.fullmatch(r"[0-9]{6}", plain := re.sub(r"\s", "", typed)):
        step = _step(_secret(session, locked), plain, after=locked.second_factor_step)
        if step is not None:
            locked.second_factor_step = step
            return True
    elif recovery_codes.use(session, locked, typed):
        audit.record(session, "recovery_code.use", actor=locked)
        return True
    audit.record(session, "second_factor.refuse", actor=locked)
    return False


def check_may_turn_off(session: Session, person: Person) -> None:
    """Nothing, if she may turn her second factor off.

    Raises:
        NotAllowed: her role needs one.
        Refused: there is none.
    """
    if needed(person, database.settings_of(session)):
        raise NotAllowed("Your role needs a second factor. For a new phone, ask your administrator to reset it.")
    if person.second_factor is None:
        raise Refused(_NONE_YET)


def turn_off(session: Session, person: Person) -> None:
    """Stop asking for a code.

    Raises:
        NotAllowed: see ``check_may_turn_off``.
        Refused: likewise.
    """
    check_may_turn_off(session, person)
    _remove(session, person, what="turned off")
    audit.record(session, "second_factor.off", actor=person)


def renew_recovery_codes(session: Session, person: Person) -> list[str]:
    """Ten new recovery codes in place of the old ones.

    Raises:
        Refused: there is no second factor they could stand in for.
    """
    if person.second_factor is None:
        raise Refused(_NONE_YET)
    audit.record(session, "recovery_code.renew", actor=person)
    return recovery_codes.make(session, person)


def reset(session: Session, actor: Person | None, person: Person) -> None:
    """Remove somebody's second factor, for a lost phone. She is signed out, and sets up a new one if her role needs it.

    Without an ``actor`` it is done by a command on the server: the way back in for the only administrator there is.

    Raises:
        NotFound: the person belongs to another authority.
        NotAllowed: the actor is no administrator.
        Refused: there is none.
    """
    if actor is not None and person.authority_id != actor.authority_id:
        raise NotFound
    if actor is not None and actor.role != Role.ADMINISTRATOR:
        raise NotAllowed("Only an administrator can remove somebody's second factor.")
    if person.second_factor is None:
        raise Refused(f"{person.name} has no second factor.")
    _remove(session, person, what="removed by an administrator")
    services.end_sessions(person)
    audit.record(session, "second_factor.reset", actor=actor, subject_id=person.id)


def _remove(session: Session, person: Person, *, what: str) -> None:
    person.second_factor = person.second_factor_step = None
    recovery_codes.drop(session, person)
    letters.second_factor_changed(session, person, what=what)


def _secret(session: Session, person: Person) -> str:
    """Her secret; a fresh one, which no app has, if it was kept under another key than ours."""
    try:
        return secrets_box.of(session).decrypt(person.second_factor or b"", purpose=_purpose(person)).decode()
    except secrets_box.CannotOpen:
        LOGGER.error("a second factor cannot be opened: was the secret key changed?", extra={"person": person.id})
        return new_secret()


def _purpose(person: Person) -> str:
    return f"second factor of {person.id}"


def _step(secret: str, code: str, *, after: int | None) -> int | None:
    """Which 30 seconds the code is of, counted from 1970, if it is near enough and later than ``after``."""
    app = pyotp.TOTP(secret)
    now = int(clock.now().timestamp()) // app.interval
    plain = re.sub(r"\s", "", code)
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if (after is None or step > after) and hmac.compare_digest(app.generate_otp(step).encode(), plain.encode()):
            return step
    return None
