"""A recording on its way in: piece by piece, each kept as soon as it is here, whatever happens to the browser.

Pieces have a part (the file they belong to) and a number; one that comes twice is kept once. They lie encrypted in the
vault until the recording has been worked on.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import IO

from sqlalchemy.orm import Session

from webapp import audit, clock, secrets_box, storage
from webapp.accounts.tables import Person
from webapp.errors import DomainError, Refused
from webapp.practice import queries
from webapp.practice.services import about as abouts
from webapp.practice.tables import Piece, Recording, State, Work
from webapp.text import tidy

PIECE = 4 * 2**20  # bytes; what a page sends at a time
LARGEST = 2**30  # bytes in all
LONGEST = 3 * 3600  # s; the engine listens to no more
MOST_PIECES = 20_000  # three hours in pieces of a second, with room
_MOST_PARTS = 1000
_LONGEST_NAME = 200  # characters of a file's name


class Conflict(DomainError):
    """What is here does not fit what the page believes; it has to look again."""

    status = 409


def state(session: Session, recording: Recording) -> dict[str, dict[str, int | str]]:
    """For a page that wants to go on: how much of each part is here without a gap, as pieces and bytes.

    The digests of the first and the last of them tell whether a file that is chosen again is the one that was begun.
    """
    found: dict[str, dict[str, int | str]] = {}
    for part, pieces in groupby(queries.pieces(session, recording.id), key=lambda p: p.part):
        whole = list(_without_gap(pieces))
        ends = {"first": whole[0].digest, "last": whole[-1].digest} if whole else {}
        found[str(part)] = {"pieces": len(whole), "bytes": sum(p.size for p in whole), **ends}
    return found


def take(session: Session, recording: Recording, *, part: int, number: int, data: bytes) -> None:
    """Keep a piece. The same piece once more changes nothing.

    Raises:
        Conflict: the recording is no longer arriving, or another piece has this place.
        Refused: it is empty or too large, or there is too much in all.
        StorageFull: there is no room.
    """
    _arriving(recording)
    if not data:
        raise Refused("That piece was empty.")
    if len(data) > PIECE or not 0 <= part < _MOST_PARTS or not 0 <= number < MOST_PIECES:
        raise Refused("That piece is larger than this page takes.")
    digest = hashlib.sha256(data).hexdigest()
    there = session.get(Piece, (recording.id, part, number))
    if there is not None:
        if there.digest != digest:
            raise Conflict("Another piece is here already. Load the page again to see what has come in.")
        return
    if queries.arrived_bytes(session, recording.id) + len(data) > LARGEST:
        raise Refused("That is more than 1 GB. Save it as audio alone (mp3 or m4a), and bring that in.")
    storage.of(session).put(_name(recording, part, number), [data])
    session.add(Piece(recording_id=recording.id, part=part, number=number, size=len(data), digest=digest))
    session.flush()


def finish(
    session: Session, person: Person, recording: Recording, *, parts: dict[int, int], file_name: str = ""
) -> None:
    """Have the worker begin: everything has come in. ``parts`` says how many pieces each part has.

    Raises:
        Conflict: something is missing, or it was finished before.
        Refused: there is nothing.
    """
    _arriving(recording)
    pieces = queries.pieces(session, recording.id)
    if not pieces:
        raise Refused("Nothing has come in yet.")
    here = {part: [p.number for p in own] for part, own in groupby(pieces, key=lambda p: p.part)}
    if here != {part: list(range(number)) for part, number in parts.items()}:
        raise Conflict("A piece is missing. The page sends it again by itself; if it does not, load it once more.")
    whole = hashlib.sha256("".join(p.digest for p in pieces).encode()).hexdigest()
    recording.fingerprint = _fingerprint(session, recording, whole)
    if file_name:
        told = abouts.read(session, recording)
        abouts.keep(session, recording, replace(told, file_name=tidy(file_name)[:_LONGEST_NAME]))
    recording.state, recording.arrived_at = State.WAITING, clock.now()
    session.merge(Work(recording_id=recording.id))
    audit.record(session, "recording.brought_in", actor=person, subject_id=recording.id)
    session.flush()


def whole(session: Session, person: Person, recording: Recording, file: IO[bytes], *, file_name: str) -> None:
    """Take a file that came in one go, in place of anything that came before, and have the worker begin.

    Raises:
        Conflict: the recording is no longer arriving.
        Refused: the file is empty or too large.
        StorageFull: there is no room.
    """
    _arriving(recording)
    before = queries.pieces(session, recording.id)
    part = max((p.part for p in before), default=-1) + 1  # what came before is gone only when this is safe
    for piece in before:
        session.delete(piece)
    session.flush()
    number = 0
    while data := file.read(PIECE):
        take(session, recording, part=part, number=number, data=data)
        number += 1
    if not number:
        raise Refused("That file is empty. Choose the one with the recording in it.")
    finish(session, person, recording, parts={part: number}, file_name=file_name)


def start_over(session: Session, person: Person, recording: Recording) -> None:
    """Forget what has come in so far; call ``clear`` once that is committed.

    Raises:
        Conflict: the recording is no longer arriving.
    """
    _arriving(recording)
    forget(session, recording)
    audit.record(session, "recording.started_over", actor=person, subject_id=recording.id)


def sound(session: Session, recording: Recording) -> Iterator[io.BufferedReader]:
    """The parts of what came in, each as one file to read."""
    vault = storage.of(session)
    for part, own in groupby(queries.pieces(session, recording.id), key=lambda p: p.part):
        yield storage.joined(vault, [(_name(recording, part, p.number), p.size) for p in own])


def forget(session: Session, recording: Recording) -> None:
    """Forget the pieces: rows now, and what lies in the vault once that is committed (see ``clear``)."""
    for piece in queries.pieces(session, recording.id):
        session.delete(piece)
    session.flush()


def clear(session: Session, recording: Recording) -> None:
    """Have nothing of the original left in the vault."""
    storage.of(session).remove_all(f"recordings/{recording.folder}/arriving/")


def _arriving(recording: Recording) -> None:
    if recording.state != State.ARRIVING:
        raise Conflict("This recording has come in already.")


def _name(recording: Recording, part: int, number: int) -> str:
    return f"recordings/{recording.folder}/arriving/{part:04}-{number:06}"


def _without_gap(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for expected, piece in enumerate(pieces):
        if piece.number != expected:
            return
        yield piece


def _fingerprint(session: Session, recording: Recording, whole: str) -> str:
    return secrets_box.of(session).fingerprint(whole.encode(), purpose=f"recordings of {recording.owner_id}")
