"""A coding by hand goes out as a file, and a file comes in as a coding of one's own.

Coming in has two steps: what the file says is fitted onto the words and shown, with all that does not fit; only then,
and only if nothing was changed meanwhile, is it taken. Codes of hers give way only where she says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fidelity.errors import CodingError
from fidelity.hand import cacti, elan, package, table
from fidelity.hand.coding import HandUtterance, HeardTurn, Parse, utterances
from fidelity.hand.fitting import Fitted, fitted
from fidelity.hand.package import Package, PackagedCoding
from fidelity.hand.rows import LARGEST, Row
from webapp import audit, clock, secrets_box
from webapp.accounts.tables import Person
from webapp.coding.services import codings, read
from webapp.coding.tables import Coding, Kind
from webapp.errors import NotFound, Refused
from webapp.practice.tables import Recording

_CLOSED = "This cannot be opened: the key of this installation is not the one it was closed with."


@dataclass(frozen=True, slots=True)
class Held:
    """A coding that is open to her, with the words it is of; ``coder`` is whose it is, in words."""

    coding: Coding
    recording: Recording
    turns: tuple[HeardTurn, ...]
    parses: Mapping[int, Parse]
    coder: str
    hers: bool

    @property
    def title(self) -> str:
        """What a file of it is called, without its ending: no name of anybody, which may be in the recording's."""
        return f"coding-{self.coding.id}"


@dataclass(frozen=True, slots=True)
class File:
    """A file to be sent."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Offered:
    """What a file would bring: its codes line by line, what does not fit, and how many of her own codes would go."""

    fitted: Fitted
    lines: tuple[HandUtterance, ...]
    replaces: int
    parses: str  # as it comes back with the form
    revision: int


def get(session: Session, person: Person, coding_id: int) -> Held:
    """A coding of her own, or one on which she and another agreed, of a recording that she may open now.

    Raises:
        NotFound: there is none, it is somebody else's, or the recording is not open to her any more.
        Refused: it cannot be decrypted.
    """
    try:
        opened = codings.get(session, person, coding_id)
    except secrets_box.CannotOpen:
        raise Refused(_CLOSED) from None
    coding, own = opened.coding, opened.coding.kind == Kind.OWN
    coder = session.get_one(Person, coding.coder_id).name if own else "agreed"
    return Held(coding, opened.recording, opened.turns, opened.parses, coder, own and coding.coder_id == person.id)


def _csv(held: Held) -> File:
    text = table.write(held.turns, held.parses, held.coder)
    return File(f"{held.title}.csv", "text/csv", text.encode("utf-8-sig"))


def _elan(held: Held) -> File:
    text = elan.write(held.turns, held.parses, held.coder, recording=_sound(held), made=held.coding.changed_at)
    return File(f"{held.title}.eaf", "application/xml", text.encode())


def _cacti(held: Held) -> File:
    text = cacti.write(held.turns, held.parses, _sound(held))
    return File(f"{held.title}.casaa", "text/plain", text.encode())


def _json(held: Held) -> File:
    kind = "own" if held.coding.kind == Kind.OWN else "agreed"
    coding = PackagedCoding(coder=held.coder, kind=kind, parses=held.parses)  # type: ignore[arg-type]
    text = Package(title=held.title, turns=held.turns, codings=(coding,)).to_json()
    return File(f"{held.title}.json", "application/json", text.encode())


def _codes(_: Held) -> File:
    return File("CactiUserConfiguration.xml", "application/xml", cacti.code_list().encode())


FORMS: Mapping[str, Callable[[Held], File]] = {
    "csv": _csv,
    "elan": _elan,
    "cacti": _cacti,
    "cacti-codes": _codes,
    "json": _json,
}


def download(session: Session, person: Person, coding_id: int, form: str) -> File:
    """A finished coding as a file.

    Raises:
        NotFound: it is not open to her, or there is no such form.
        Refused: it is not finished, or has no times where the form needs them.
    """
    held = get(session, person, coding_id)
    if form not in FORMS:
        raise NotFound
    if held.coding.finished_at is None:
        raise Refused("Finish the coding first. A file of half a coding is easily taken for a whole one.")
    try:
        file = FORMS[form](held)
    except CodingError as error:
        raise Refused(f"{error} Take the table or the JSON file.") from error
    audit.record(session, "coding.download", actor=person, subject_id=held.recording.id)
    return file


def offered(session: Session, person: Person, coding_id: int, data: bytes) -> Offered:
    """What a file would bring into a coding of her own; nothing is written.

    Raises:
        NotFound: it is not hers.
        Refused: it is finished, or the file cannot be read, is of another recording, or brings nothing.
    """
    held = _open(session, person, coding_id)
    if not data:
        raise Refused("Choose a file first.")
    try:
        found = fitted(held.turns, _rows(data))
    except CodingError as error:
        raise Refused(str(error)) from error
    if not found.taken:
        first = f" The first of {len(found.problems)}: {found.problems[0]}" if found.problems else ""
        raise Refused(f"Nothing in this file fits what is said here.{first}")
    said = {turn.n: turn for turn in held.turns}
    lines = tuple(one for n, parse in found.parses.items() for one in utterances([said[n]], {n: parse}))
    replaces = sum(
        code is not None
        for n, parse in held.parses.items()
        if n in found.parses and tuple(parse) != tuple(found.parses[n])
        for _, code in parse
    )
    return Offered(found, lines, replaces, json.dumps(found.parses, separators=(",", ":")), held.coding.revision)


def take(session: Session, person: Person, coding_id: int, *, parses: str, revision: int, replace: bool) -> int:
    """Take what was shown into a coding of her own, and give how many turns it changed.

    Where ``replace`` is not set, turns that have a code of hers stay as they are.

    Raises:
        NotFound: it is not hers.
        Refused: it is finished, it was changed since it was shown, or what came back with the form is not whole.
    """
    held = _open(session, person, coding_id)
    if held.coding.revision != revision:
        raise Refused("This coding was changed meanwhile, so nothing was taken. Bring the file again.")
    try:
        new = _from_json(parses)
        coding = PackagedCoding(coder=person.name, kind="own", parses=new)
        package.check(Package(title=held.title, turns=held.turns, codings=(coding,)))
    except (CodingError, ValueError, TypeError, AttributeError):
        raise Refused("What was shown did not come back whole. Bring the file again.") from None
    kept = dict(held.parses)
    for n, parse in new.items():
        if replace or not any(code for _, code in kept.get(n, ())):
            kept[n] = parse
    changed = sum(kept[n] != held.parses.get(n) for n in new)
    if changed:
        read.keep_parses(session, held.coding, dict(sorted(kept.items())))
        held.coding.revision += 1
        held.coding.changed_at = clock.now()
        session.flush()
        audit.record(session, "coding.bring", actor=person, subject_id=held.recording.id)
    return changed


def _open(session: Session, person: Person, coding_id: int) -> Held:
    held = get(session, person, coding_id)
    if not held.hers:
        raise NotFound
    if held.coding.finished_at is not None:
        raise Refused("This coding is finished, so nothing can be brought into it any more.")
    return held


def _rows(data: bytes) -> tuple[Row, ...]:
    """What a file says, by what it begins with: people rename files."""
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"SQLite") or head[:10].lower() == b"audio file":
        return cacti.read(data)
    if head.startswith(b"<"):
        return elan.read(data)
    if head.startswith(b"{"):
        return _packaged(package.read(data))
    return table.read(data)


def _packaged(found: Package) -> tuple[Row, ...]:
    if len(found.codings) != 1:
        raise CodingError(f"The file holds {len(found.codings)} codings. Bring one with a single coding.")
    return tuple(
        Row(place=f"Turn {one.n}, word {one.first}", code=one.code or "", speaker=one.speaker, start=one.start,
            end=one.end, text=one.text, turn=one.n, first=one.first)
        for one in utterances(found.turns, found.codings[0].parses)
    )  # fmt: skip


def _from_json(text: str | bytes) -> dict[int, Parse]:
    return {int(n): tuple((first, code) for first, code in parse) for n, parse in json.loads(text).items()}


def _sound(held: Held) -> str:
    return f"recording-{held.recording.id}.m4a"


MOST = LARGEST + 1  # bytes that are read of a file, so that one that is too large is known to be
