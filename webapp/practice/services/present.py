"""The conversation as it stands: the engine's analysis with everything in it that was put right."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy.orm import Session

from fidelity.conversation import Analysis, CodedUtterance
from fidelity.masking import cover_text
from webapp import secrets_box
from webapp.errors import NotFound
from webapp.practice.queries import recordings as queries
from webapp.practice.services import texts
from webapp.practice.services.corrected import Change, Corrected, apply
from webapp.practice.tables import Correction, Recording


def base(session: Session, recording: Recording, part: str = "") -> Analysis:
    """The engine's analysis: that with practitioner and client exchanged where that was asked for.

    Raises:
        NotFound: there is none yet.
    """
    found = texts.read(session, recording, part or (texts.SWAPPED if recording.swapped else texts.MACHINE))
    if found is None:
        raise NotFound
    return Analysis.from_json(found[0])


def corrected(session: Session, recording: Recording, *, by_machine: Analysis | None = None) -> Corrected:
    """The turns as they stand now; ``by_machine`` saves reading the engine's analysis once more.

    Raises:
        NotFound: there is no analysis yet.
    """
    turns, found = (by_machine or base(session, recording)).turns, changes(session, recording)
    return apply(turns, found, codes(session, recording) if found else {})


def codes(session: Session, recording: Recording) -> Mapping[str, CodedUtterance]:
    """What the engine said of utterances after they were changed."""
    found = texts.read(session, recording, texts.RECODED)
    return {name: CodedUtterance(**told) for name, told in json.loads(found[0]).items()} if found else {}


def keep_codes(session: Session, recording: Recording, found: Mapping[str, CodedUtterance]) -> None:
    """Keep what the engine said, and that everything is up to date with this revision."""
    told = {name: asdict(said) for name, said in found.items()}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    texts.keep(session, recording, texts.RECODED, text, revision=recording.revision)


def changes(session: Session, recording: Recording) -> list[Change]:
    """What was put right and not taken back, in order."""
    if recording.revision == 0:
        return []
    return [change(session, recording, row) for row in queries.corrections(session, recording.id)]


def change(session: Session, recording: Recording, row: Correction) -> Change:
    """What a correction says."""
    told = read(session, recording, row)
    return Change(kind=row.kind, **{name: value for name, value in told.items() if name not in ("before", "after")})  # type: ignore[arg-type]


def read(session: Session, recording: Recording, row: Correction) -> dict[str, object]:
    """What is kept of a correction: the change, and how it was before and after in words."""
    plain = secrets_box.of(session).decrypt(row.told, purpose=purpose(recording))
    told: dict[str, object] = json.loads(plain)
    return told


def cover(session: Session, recording: Recording, names: Sequence[str]) -> None:
    """Cover names in what was put right, taken back or not, and in what the engine said of it."""
    for row in queries.every_correction(session, recording.id):
        told = {
            name: cover_text(value, names) if isinstance(value, str) else value
            for name, value in read(session, recording, row).items()
        }
        row.told = closed(session, recording, told)
    found = texts.read(session, recording, texts.RECODED)
    if found is not None:
        covered = {
            cover_text(name, names): {**said, "text": cover_text(said["text"], names)}
            for name, said in json.loads(found[0]).items()
        }
        texts.keep(session, recording, texts.RECODED, json.dumps(covered, ensure_ascii=False), revision=found[1])


def closed(session: Session, recording: Recording, told: Mapping[str, object]) -> bytes:
    """What is kept of a correction, as it is kept."""
    plain = json.dumps(told, ensure_ascii=False).encode()
    return secrets_box.of(session).encrypt(plain, purpose=purpose(recording))


def up_to_date(session: Session, recording: Recording) -> bool:
    """Whether codes and feedback follow from the recording as it stands."""
    return recording.revision == 0 or texts.made_for(session, recording, texts.RECODED) == recording.revision


def purpose(recording: Recording) -> str:
    """What the key for corrections of a recording is for."""
    return f"correction of recording {recording.folder}"
