"""Coding a bundled conversation for practice: keeping a try, comparing it with the authors' codes, and one's own tries.

A try is open to whoever made it, and to nobody else. How far it agrees is worked out for the practitioner's lines and
the client's each by themselves: nobody takes a code of the one for a code of the other, so that together they would
look more alike than they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fidelity.agreement import confusion, kappa, middle, resampled
from fidelity.codebook import CODES
from fidelity.hand.package import CODES_OF
from webapp import clock
from webapp.accounts.tables import Person
from webapp.coding.services import pairs
from webapp.coding.services.pairs import Decides
from webapp.coding.services.samples import Line, Sample, catalogue
from webapp.coding.tables import PracticeCoding
from webapp.errors import NotFound, Refused

SPEAKERS = ("practitioner", "client")
_DRAWS = 500  # for the band of a kappa; the second decimal stays the same with more

ALLOWED = CODES_OF  # by who says it


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two codings of the same lines agree; ``low`` and ``high`` bound a 90 % interval of kappa."""

    speaker: str
    n: int
    alike: int
    kappa: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A line to which the two gave different codes, with what was said before it, and what decides."""

    line: Line
    before: str
    hers: str
    theirs: str
    decides: Decides


@dataclass(frozen=True, slots=True)
class Often:
    """Two codes that were taken for each other, and how many times."""

    one: str
    other: str
    times: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A finished try beside the authors' codes."""

    agreements: tuple[Agreement, ...]
    differences: tuple[Difference, ...]
    often: tuple[Often, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A conversation with one's own tries at it, the latest first; ``begun`` is one that is not finished."""

    sample: Sample
    begun: PracticeCoding | None
    done: Sequence[PracticeCoding]


def offers(session: Session, person: Person) -> list[Offer]:
    """All conversations, each with her own tries. One query."""
    wanted = select(PracticeCoding).where(PracticeCoding.person_id == person.id).order_by(PracticeCoding.id.desc())
    tries = session.scalars(wanted).all()
    found = []
    for sample in catalogue().values():
        own = [one for one in tries if one.sample == sample.name]
        begun = next((one for one in own if one.finished_at is None), None)
        found.append(Offer(sample, begun, [one for one in own if one.finished_at]))
    return found


def get(session: Session, person: Person, try_id: int) -> tuple[PracticeCoding, Sample]:
    """A try of her own.

    Raises:
        NotFound: there is none, it is somebody else's, or its conversation is not bundled any more.
    """
    found = session.get(PracticeCoding, try_id)
    if found is None or found.person_id != person.id or found.sample not in catalogue():
        raise NotFound
    return found, catalogue()[found.sample]


def begin(session: Session, person: Person, name: str) -> PracticeCoding:
    """The try at a conversation that she has begun, or a new one.

    Raises:
        NotFound: there is no such conversation.
    """
    if name not in catalogue():
        raise NotFound
    wanted = select(PracticeCoding).where(
        PracticeCoding.person_id == person.id, PracticeCoding.sample == name, PracticeCoding.finished_at.is_(None)
    )
    found = session.scalars(wanted).first()
    if found is None:
        now = clock.now()
        found = PracticeCoding(person_id=person.id, sample=name, codes={}, started_at=now, changed_at=now)
        session.add(found)
        session.flush()
    return found


def keep(session: Session, person: Person, try_id: int, codes: Mapping[str, str]) -> PracticeCoding:
    """Keep the codes she has so far, by the names of lines; a line that is left out has none.

    Raises:
        Refused: it is finished, or a code fits nobody who said the line.
    """
    found, sample = get(session, person, try_id)
    if found.finished_at is not None:
        raise Refused("You have finished this try, perhaps in another tab, so that nothing in it changes any more.")
    lines = {line.id: line for line in sample.lines}
    for name, code in codes.items():
        if name not in lines or code not in ALLOWED[lines[name].speaker]:
            raise Refused("Choose one of the codes of whoever said the line.")
    if found.codes != dict(codes):
        found.codes, found.changed_at = dict(codes), clock.now()
    session.flush()
    return found


def finish(session: Session, person: Person, try_id: int) -> None:
    """Have what was kept compared; finished twice, nothing happens.

    Raises:
        Refused: lines have no code yet.
    """
    found, sample = get(session, person, try_id)
    if found.finished_at is not None:
        return
    missing = [line for line in sample.lines if line.id not in found.codes]
    if missing:
        several = f"{len(missing)} lines have" if len(missing) > 1 else "One line has"
        raise Refused(
            f"{several} no code yet; the first is at {_clock(missing[0].start)}. What you chose is kept. Where nothing "
            "fits, choose “Not coded” for the practitioner and “Neutral” for the client."
        )
    hers, theirs = (agreement(sample, found.codes, speaker) for speaker in SPEAKERS)
    found.n, found.alike, found.kappa = hers.n, hers.alike, hers.kappa
    found.client_n, found.client_alike, found.client_kappa = theirs.n, theirs.alike, theirs.kappa
    found.finished_at = clock.now()
    session.flush()


def compared(found: PracticeCoding, sample: Sample) -> Compared:
    """A finished try beside the authors' codes: how far they agree, and every line where they do not."""
    differences = []
    before = ""
    for line, last in zip(sample.lines, (None, *sample.lines), strict=False):
        before = last.text if last else ""
        if found.codes[line.id] != line.code:
            hers = found.codes[line.id]
            differences.append(Difference(line, before, hers, line.code, pairs.between(hers, line.code)))
    counted = Counter(tuple(sorted((one.hers, one.theirs))) for one in differences)
    order = list(CODES)
    often = sorted(counted.items(), key=lambda pair: (-pair[1], order.index(pair[0][0]), order.index(pair[0][1])))
    return Compared(
        agreements=tuple(agreement(sample, found.codes, speaker) for speaker in SPEAKERS),
        differences=tuple(differences),
        often=tuple(Often(one, other, times) for (one, other), times in often if times > 1),
    )


def agreement(sample: Sample, codes: Mapping[str, str], speaker: str) -> Agreement:
    """How far codes of all lines agree with the authors', for one of the two people."""
    lines = [line for line in sample.lines if line.speaker == speaker]
    hers, theirs, labels = [codes[line.id] for line in lines], [line.code for line in lines], ALLOWED[speaker]
    found = [
        kappa(confusion([hers[k] for k in draw], [theirs[k] for k in draw], labels))
        for draw in resampled(len(lines), _DRAWS)
    ]
    low, high = middle(found)
    alike = sum(one == other for one, other in zip(hers, theirs, strict=True))
    return Agreement(speaker, len(lines), alike, kappa(confusion(hers, theirs, labels)), low, high)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
