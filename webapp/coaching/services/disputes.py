"""Codes that a practitioner sees differently from the machine, and how a trainer settles them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from fidelity.codebook import CODES
from fidelity.report.words import clock
from webapp.accounts.tables import Person
from webapp.practice.services import corrections, present
from webapp.practice.services.corrected import FAMILIES, Change
from webapp.practice.services.corrections import SETTLE
from webapp.practice.services.told import code_name
from webapp.practice.tables import Recording


@dataclass(frozen=True, slots=True)
class Dispute:
    """A line whose practitioner gave it another code. ``now`` is the code that counts; ``machine`` may be empty."""

    n: int
    u: int
    said: str
    heard: str  # the turn before it
    start: float | None
    place: str
    machine: str
    machine_name: str
    asked: str
    asked_name: str
    reason: str
    now: str
    now_name: str
    settled: bool
    verdict: str
    codes: tuple[tuple[str, str], ...]

    @property
    def line(self) -> str:
        """The line's place in the transcript of the feedback page."""
        return f"t{self.n}u{self.u}"


def of(session: Session, recording: Recording) -> list[Dispute]:
    """All disputes of a recording in the order of the conversation, settled ones too."""
    now = present.corrected(session, recording)
    found = []
    for turn, mark in zip(now.turns, now.marks, strict=True):
        if mark.left_out:
            continue
        for said, own in zip(turn.utterances, mark.said, strict=True):
            if not own.asked:
                continue
            codes = tuple((code, CODES[code].name) for code in FAMILIES[mark.speaker])
            found.append(
                Dispute(
                    n=turn.n,
                    u=said.u,
                    said=said.text,
                    heard=now.turns[turn.n - 1].text if turn.n else "",
                    start=said.start,
                    place="" if said.start is None else clock(said.start),
                    machine=own.machine.code or "",
                    machine_name=code_name(own.machine.code),
                    asked=own.asked,
                    asked_name=code_name(own.asked),
                    reason=own.reason,
                    now=said.code or "",
                    now_name=code_name(said.code),
                    settled=own.settled,
                    verdict=own.verdict,
                    codes=codes,
                )
            )
    return found


def settle(
    session: Session, trainer: Person, recording: Recording, *, n: int, u: int, code: str, verdict: str, revision: int
) -> None:
    """Say which code counts from now on, with a word on why if there is one; an empty code is the machine's.

    Raises:
        Refused: nobody disputes it any more, or the code fits nobody who said it.
        Moved: the recording was changed since ``revision``, by its owner or by another trainer.
    """
    change = Change(kind=SETTLE, n=n, u=u, code=code, reason=verdict)
    corrections.correct(session, trainer, recording, change, revision=revision)
