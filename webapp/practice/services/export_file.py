"""The file with everything somebody has: what is in it, written piece by piece so that its size costs no memory."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp import clock, storage
from webapp.accounts.tables import Person
from webapp.errors import DomainError, NotFound
from webapp.learning.services import own_record
from webapp.levels.services import told as levels
from webapp.practice.queries import owning as queries
from webapp.practice.services import export_parts, listening
from webapp.practice.tables import Recording

_BLOCK = 1 << 20
README = """\
Everything the platform keeps about you, as it was on the day of this export.

account.csv          who you are here
recordings/          a folder for each recording, named by its day and number:
  about.json         what you said of it when you brought it in
  sound.mp3          the sound as it is kept
  transcript.vtt     what was heard, with times; media players and text editors open it
  utterances.csv     the same as a table, with the codes
  analysis.json      measures and feedback, with the corrections that were made
  corrections.json   what was put right, by whom and when
  own-view.json      how you saw the conversation yourself
  comments.csv       what you and your trainers said about it
  coaching.json      what trainers wrote to you about it, and how they rated it
  codings.json       how people coded it by hand, line by line, once they had finished
  teaching.json      moments of it that you were asked for, offered or took back, as others see them
  names.csv          which names were suggested and covered; what is covered is written nowhere any more
measures.csv         the measures of all recordings
kept-counts.csv      numbers you kept from recordings that you deleted
goals.csv            what you chose to try
sharing.csv          who could open a recording, from when until when
levels.csv           levels you were signed off for, why, and what was revoked; not there if there are none
supervision.json     group supervision that you attended, and what was agreed
coded-by-you.json    what you coded by hand of recordings of others: your codes by turn and word, without what was said
calibrations.json    your tries at coding bundled conversations
learning/            attempts, knowledge checks, what you finished, and your notes

Tables (.csv) open in a spreadsheet, .json and .txt in a text editor. What is not there is not kept.
These files are not encrypted. They hold what families said: keep them as safely as the platform does.
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in it. What is packed already, such as sound, is not packed again."""

    name: str
    content: Iterable[bytes]
    packed: bool = False


def members(session: Session, person: Person, go_on: Callable[[], None]) -> Iterator[Member]:
    """All files, one after the other; ``go_on`` is called before each recording, and may end it by raising."""
    yield _text("README.txt", README)
    yield _text("account.csv", export_parts.account(session, person))
    for number in queries.recording_ids(session, person):
        go_on()
        recording = session.get(Recording, number)
        if recording is not None:
            yield from _of(session, recording)
    go_on()
    for name, text in export_parts.across(session, person):
        yield _text(name, text)
    signed = levels.own_file(session, person)
    if signed:
        yield _text("levels.csv", signed)
    for name, text in own_record.files(session, person):
        yield _text(f"learning/{name}", text)


def zipped(found: Iterable[Member]) -> Iterator[bytes]:
    """The files as one zip, in pieces."""
    sink, now = _Sink(), clock.now().astimezone(clock.HERE)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for member in found:
            told = zipfile.ZipInfo(member.name, now.timetuple()[:6])
            told.compress_type = zipfile.ZIP_STORED if member.packed else zipfile.ZIP_DEFLATED
            with archive.open(told, "w", force_zip64=True) as target:
                for block in member.content:
                    target.write(block)
                    yield from sink.taken()
    yield from sink.taken()


class _Sink:
    """Takes what the zip writes, and hands it on."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def taken(self) -> Iterator[bytes]:
        """What was written since."""
        held, self._held = self._held, []
        yield from held


def _of(session: Session, recording: Recording) -> Iterator[Member]:
    folder = f"recordings/{recording.held_on:%Y-%m-%d}-{recording.id}"
    for name, make in export_parts.OF_RECORDING.items():
        try:
            text = make(session, recording)
        except export_parts.CannotOpen:
            yield _text(f"{folder}/{name}.txt", export_parts.CANNOT)
            continue
        if text:
            yield _text(f"{folder}/{name}", text)
    try:
        file, first = listening.open_sound(session, recording)
    except NotFound:
        return
    except DomainError as error:
        yield _text(f"{folder}/sound.mp3.txt", f"{error}\n")
        return
    broken: list[str] = []

    def sound() -> Iterator[bytes]:
        with file:
            block = first
            try:
                while block:
                    yield block
                    block = file.read(_BLOCK)
            except storage.CannotOpen:
                broken.append(listening.LOST_KEY)

    yield Member(f"{folder}/sound.mp3", sound(), packed=True)
    if broken:
        yield _text(f"{folder}/sound.mp3.txt", f"{broken[0]}\n")


def _text(name: str, text: str) -> Member:
    """Tables carry the mark by which a spreadsheet knows how they are written."""
    return Member(name, [text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8")])
