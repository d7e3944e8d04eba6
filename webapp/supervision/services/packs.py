"""Packs: moments that were shared for teaching, in an order, each with something to ask the group.

What stands in a place is looked up anew each time. A moment that was taken back, whose recording is deleted or whose
owner is in no cohort of the trainer's any more leaves its place, which says so and shows nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from webapp import audit, clock, paging, secrets_box
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort
from webapp.practice.services import teaching
from webapp.practice.services.teaching import Open
from webapp.practice.services.teaching_words import covered, places_of
from webapp.supervision import queries
from webapp.supervision.services import prompts
from webapp.supervision.tables import Pack, Place, Prompt
from webapp.text import tidy

MOST = 20  # places: an afternoon's worth
TAKEN_BACK = "This moment was taken back. Nothing of it is shown."


@dataclass(frozen=True, slots=True)
class Shown:
    """A place of a pack. ``moment`` is empty where it was taken back; then there is no prompt either."""

    id: int
    number: int
    moment: Open | None
    kind: str
    prompt: str

    @property
    def kind_in_words(self) -> str:
        """The kind of prompt, in words."""
        return prompts.kinds().get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Whole:
    """A pack with its cohort and its places in order."""

    pack: Pack
    cohort: Cohort
    places: Sequence[Shown]

    @property
    def gone(self) -> int:
        """How many places show nothing any more."""
        return sum(place.moment is None for place in self.places)


def find(session: Session, trainer: Person, cohort: Cohort, page: int) -> paging.Paged[Pack]:
    """A page of the packs she made for a cohort, as ``(pack, number of places)``."""
    return queries.packs(session, trainer, cohort.id, page)


def to_choose(session: Session, trainer: Person, cohort: Cohort) -> list[Pack]:
    """The packs she made for a cohort, to name one."""
    return queries.packs_to_choose(session, trainer, cohort.id)


def get(session: Session, trainer: Person, number: int) -> Whole:
    """A pack of hers for a cohort that is open to her, in as many queries whatever its size.

    Raises:
        NotFound: there is none.
    """
    pack = queries.pack(session, trainer, number)
    if pack is None:
        raise NotFound
    cohort = cohorts.get(session, trainer, pack.cohort_id)
    found = queries.places(session, pack.id)
    numbers = [place.moment_id for place, _ in found if place.moment_id is not None]
    there = {one.id: one for one in teaching.open_to(session, trainer, numbers=numbers)} if numbers else {}
    shown = []
    for at, (place, prompt) in enumerate(found, 1):
        moment = there.get(place.moment_id or 0)
        if moment is None:
            shown.append(Shown(place.id, at, None, "", ""))
            continue
        kind = prompt.kind if prompt else ""
        text = _opened(session, pack, moment, prompt) if prompt else ""
        shown.append(Shown(place.id, at, _covered(moment, place.covered), kind, text))
    return Whole(pack, cohort, shown)


def can_be_picked(session: Session, trainer: Person, but: Whole | None = None) -> list[Open]:
    """The moments she may use now, without those that stand in a pack."""
    have = {place.moment.id for place in but.places if place.moment} if but else set()
    return [moment for moment in teaching.open_to(session, trainer) if moment.id not in have]


def make(session: Session, trainer: Person, cohort: Cohort, title: str, moments: Sequence[int]) -> Pack:
    """A pack with some moments, each with a suggestion to reflect.

    Raises:
        Refused: it has no name, or too many moments.
    """
    made = Pack(cohort_id=cohort.id, made_by_id=trainer.id, title=_title(title), made_at=clock.now())
    session.add(made)
    session.flush()
    audit.record(session, "supervision_pack.made", actor=trainer, subject_id=made.id, cohort=cohort.id)
    _add(session, trainer, made, moments, 0)
    return made


def add(session: Session, trainer: Person, whole: Whole, moments: Sequence[int]) -> tuple[int, int]:
    """Put more moments at its end; how many were added, and how many were taken back meanwhile.

    Raises:
        Refused: there are too many.
    """
    return _add(session, trainer, whole.pack, moments, len(whole.places))


def rename(session: Session, whole: Whole, title: str) -> None:
    """Give it another name.

    Raises:
        Refused: it has none.
    """
    whole.pack.title = _title(title)
    session.flush()


def keep(session: Session, whole: Whole, place: Shown, kind: str, text: str, more: str = "") -> None:
    """Keep what is asked at a place, and cover more words there; covered once is covered for good.

    Raises:
        Refused: the moment was taken back, the kind is none, the text is too long, or a word is not said there.
    """
    moment = _there(place)
    if kind not in prompts.kinds():
        raise Refused("Choose what the group is asked to do.")
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > prompts.LONGEST:
        raise Refused(f"That is too long. {prompts.LONGEST} characters are the most for a prompt.")
    row = session.get_one(Place, place.id)
    row.covered = _more(moment, row.covered, [tidy(line) for line in more.splitlines() if tidy(line)])
    prompt = session.get(Prompt, place.id) or Prompt(
        place_id=place.id, moment_id=moment.id, recording_id=moment.recording_id
    )
    prompt.kind, prompt.text = kind, _closed(session, whole.pack, moment, text)
    session.add(prompt)
    session.flush()


def move(session: Session, whole: Whole, place: Shown, by: int) -> None:
    """Move a place up or down; at the end nothing happens."""
    order = [one.id for one in whole.places]
    at = order.index(place.id)
    to = min(max(0, at + by), len(order) - 1)
    order.insert(to, order.pop(at))
    for position, number in enumerate(order):
        session.get_one(Place, number).position = position
    session.flush()


def remove(session: Session, place: Shown) -> None:
    """Take a place out of the pack."""
    session.delete(session.get_one(Place, place.id))
    session.flush()


def delete(session: Session, trainer: Person, whole: Whole) -> None:
    """Delete a pack. The moments stay with those who shared them."""
    number = whole.pack.id
    session.delete(whole.pack)
    session.flush()
    audit.record(session, "supervision_pack.delete", actor=trainer, subject_id=number)


def place_of(whole: Whole, number: int) -> Shown:
    """A place of a pack.

    Raises:
        NotFound: it has no such place.
    """
    found = next((place for place in whole.places if place.id == number), None)
    if found is None:
        raise NotFound
    return found


def note(session: Session, trainer: Person, whole: Whole, what: str) -> None:
    """Write down that it was ``presented`` or ``taken``."""
    audit.record(session, f"supervision_pack.{what}", actor=trainer, subject_id=whole.pack.id)


def _add(session: Session, trainer: Person, pack: Pack, moments: Sequence[int], there: int) -> tuple[int, int]:
    if there + len(moments) > MOST:
        raise Refused(f"A pack holds {MOST} moments at most. Choose fewer, or make a second one.")
    found = {one.id: one for one in teaching.open_to(session, trainer, numbers=moments)} if moments else {}
    fit = [found[number] for number in moments if number in found]
    for position, moment in enumerate(fit, there):
        place = Place(pack_id=pack.id, moment_id=moment.id, position=position, covered={})
        session.add(place)
        session.flush()
        kind = "reflect" if moment.shows == "went_well" else "another_way"
        text = _closed(session, pack, moment, prompts.suggestion(moment.skill, kind))
        session.add(
            Prompt(place_id=place.id, moment_id=moment.id, recording_id=moment.recording_id, kind=kind, text=text)
        )
        audit.record(session, "teaching.used", actor=trainer, subject_id=moment.recording_id, moment=moment.id)
    session.flush()
    return len(fit), len(moments) - len(fit)


def _there(place: Shown) -> Open:
    if place.moment is None:
        raise Refused("This moment was taken back meanwhile, so nothing can be changed there.")
    return place.moment


def _title(text: str) -> str:
    title = tidy(text)
    if not title:
        raise Refused("Give the pack a name.")
    if len(title) > 120:
        raise Refused("That name is too long. 120 characters are the most.")
    return title


def _covered(moment: Open, numbers: dict[str, list[int]]) -> Open:
    """The moment with the words covered that this pack covers besides."""
    lines = [covered(line, numbers.get(str(turn), ())) for turn, line in enumerate(moment.lines)]
    return replace(moment, lines=tuple(lines))


def _more(moment: Open, there: dict[str, list[int]], texts: Sequence[str]) -> dict[str, list[int]]:
    """What is covered when these are too; ``moment`` has covered already what was."""
    if any(not any(places_of(line, [text]) for line in moment.lines) for text in texts):
        raise Refused("One of the words to cover is not in this moment. Write each as it stands there, one a line.")
    made = {}
    for turn, line in enumerate(moment.lines):
        numbers = sorted({*there.get(str(turn), ()), *places_of(line, texts)})
        if numbers:
            made[str(turn)] = numbers
    return made


def _opened(session: Session, pack: Pack, moment: Open, prompt: Prompt) -> str:
    return secrets_box.of(session).decrypt(prompt.text, purpose=_purpose(pack, moment)).decode()


def _closed(session: Session, pack: Pack, moment: Open, text: str) -> bytes:
    return secrets_box.of(session).encrypt(text.encode(), purpose=_purpose(pack, moment))


def _purpose(pack: Pack, moment: Open) -> str:
    return f"prompt of pack {pack.id} on recording {moment.folder}"
