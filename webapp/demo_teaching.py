"""What the demo cohort's trainers do with the group: moments for teaching, a pack, supervision, a level. All made up.

Four of the twelve offer a few lines each, with names covered. A pack is made of them, and shown in the second of two
supervisions. Two people are signed off for a level, one of them with an exception; the others are on the way.
Everything goes through the services that the pages call, and is then said to have happened some weeks ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from fidelity.masking import Name
from webapp import clock
from webapp.accounts.tables import Person
from webapp.learning.services import courses
from webapp.levels.services import levels, sign_offs
from webapp.levels.services.rules import JUDGES, Kind, Rule
from webapp.organisation.tables import Cohort
from webapp.practice.services import analyses, masks, teaching, teaching_lines
from webapp.practice.services.teaching import Chosen
from webapp.practice.tables import Recording, TeachingMoment
from webapp.supervision.services import held, packs
from webapp.supervision.services.held import Action, Note, Told
from webapp.supervision.tables import Pack

PACK = "Listening before telling (made up for the demo)"
LEVEL = "Practising with less support (made up for the demo)"
PURPOSE = "Made up for the demo: to look together at what is there before somebody sees families with less support."
SIGNED = ("Efua Learner", "Grace Learner")  # the second with an exception
_SAID_TO_BE_MADE_UP = "Made up for the demo."


@dataclass(frozen=True, slots=True)
class _Made:
    """A moment: a line by which its place is known, how many turns follow it, and the names that are said there."""

    begins: str
    more: int
    names: tuple[str, ...]
    skill: str
    shows: str


MOMENTS = (
    _Made("Sunday Maya said to me", 4, ("Maya", "Jack"), "deepening", "went_well"),
    _Made("Did you get the letter about", 4, ("Adam",), "reflecting", "went_well"),
    _Made("This is the third one you've missed", 3, (), "informing", "another_way"),
    _Made("Would it be okay if I told you", 3, (), "sharing_the_lead", "went_well"),
)
_ASKED = "Made up for the demo: what might she say if you put the calendar away, and gave back the two of them first?"
_SUPERVISIONS = (  # weeks ago, minutes, which of the twelve were away, guests, what was looked at and agreed
    (
        10, 75, (9, 10, 11), {"Police": 1},
        Note(
            looked_at=f"{_SAID_TO_BE_MADE_UP} Questions that stand in a row, and what a pause does to them.",
            agreed="One reflection before each question, in the first five minutes of one visit a week.",
            actions=(Action("Everybody", "counts questions in two minutes of a recording of their own", ""),),
        ),
    ),
    (
        2, 90, (4, 9, 11), {"Police": 1, "Education": 2},
        Note(
            looked_at=f"{_SAID_TO_BE_MADE_UP} Four moments from the pack. Where does telling begin, and who began it?",
            agreed="Ask what people know already before saying what we know.",
            actions=(Action("Finn and Grace", "try it as a role-play, and tell the group how it was", ""),),
        ),
    ),
)  # fmt: skip
_MODULES = 4  # of the course, from the first on
_RULES = (
    Rule(kind=Kind.COACHED, judged_by=JUDGES[Kind.COACHED], n=3, months=12),
    Rule(kind=Kind.RATED, judged_by=JUDGES[Kind.RATED], n=2, name="child_focus", least=3),
    Rule(
        kind=Kind.HAND_CODED, judged_by=JUDGES[Kind.HAND_CODED], n=1, name="reflections_to_questions", mark="fair",
    ),
    Rule(kind=Kind.SUPERVISED, judged_by=JUDGES[Kind.SUPERVISED], n=2, months=12),
)  # fmt: skip
_REASON = f"{_SAID_TO_BE_MADE_UP} I sat in with her twice, and she gave back what she heard before she asked."
_EXCEPTION = f"{_SAID_TO_BE_MADE_UP} We listened to it together instead, in a conversation that was not recorded."
_SHARED, _PACKED, _SIGNED = timedelta(weeks=5), timedelta(weeks=4), timedelta(weeks=1)  # ago


def seed(
    session: Session, cohort: Cohort, members: Sequence[Person], trainer: Person, office: Person,
    shared: Sequence[Recording],
) -> None:  # fmt: skip
    """What one of its trainers did with the cohort; ``shared`` are recordings of its ``members`` that she has.

    Args:
        session: of the database.
        cohort: the twelve's.
        members: the twelve, in their order.
        trainer: one who trains them.
        office: an administrator, who says what the level asks for.
        shared: recordings of theirs to take moments from, at most one of a person.
    """
    moments = _moments(session, members, shared)
    pack = _pack(session, trainer, cohort, moments)
    for number, (weeks, minutes, away, guests, note) in enumerate(_SUPERVISIONS):
        there = frozenset(one.id for k, one in enumerate(members) if k not in away)
        on = clock.today() - timedelta(weeks=weeks)
        shown = pack.id if number else None
        made = held.add(session, trainer, cohort, Told(on, minutes, None, shown, there, guests, note))
        made.made_at = clock.now() - timedelta(weeks=weeks)
    _level(session, trainer, office, [one for one in members if one.name in SIGNED])
    session.flush()


def _moments(session: Session, members: Sequence[Person], shared: Sequence[Recording]) -> list[TeachingMoment]:
    """What four of them offered, each from the first recording of somebody's that was there and has it whole."""
    at = clock.now() - _SHARED
    people = {one.id: one for one in members}
    there = [recording for recording in shared if recording.created_at < at]
    found = []
    for told in MOMENTS:
        for recording in there:
            first = _place(session, recording, told) if recording.owner_id in people else None
            if first is not None:
                made = _offer(session, people.pop(recording.owner_id), recording, told, first)
                made.at = made.changed_at = at
                found.append(made)
                break
    return found


def _place(session: Session, recording: Recording, told: _Made) -> int | None:
    """Where it is said, unless one of its turns is left out of what is counted there."""
    turns = analyses.shown(session, recording).turns
    first = next((turn.n for turn in turns if told.begins in turn.text), None)
    if first is None or any(turn.speaker == "other" for turn in turns[first : first + told.more + 1]):
        return None
    return first


def _offer(session: Session, owner: Person, recording: Recording, told: _Made, first: int) -> TeachingMoment:
    """The names are written here: looking for them would keep whoever starts the demo waiting."""
    texts = " ".join(turn.text for turn in analyses.shown(session, recording).turns)
    masks.suggest(session, recording, [Name(name, "PERSON", texts.count(name)) for name in told.names if name in texts])
    stretch = teaching_lines.stretch(session, recording, first, first + told.more)
    return teaching.offer(session, owner, recording, stretch, Chosen(told.skill, told.shows, read=True))


def _pack(session: Session, trainer: Person, cohort: Cohort, moments: Sequence[TeachingMoment]) -> Pack:
    """All of them, each with what is suggested to ask, and one with words of the trainer's own."""
    made = packs.make(session, trainer, cohort, PACK, [one.id for one in moments])
    made.made_at = clock.now() - _PACKED
    whole = packs.get(session, trainer, made.id)
    for place in whole.places:
        if place.moment is not None and place.moment.shows == "another_way":
            packs.keep(session, whole, place, place.kind, _ASKED)
    return made


def _level(session: Session, trainer: Person, office: Person, people: Sequence[Person]) -> None:
    """One that asks for several things, for which some people are signed off."""
    made = levels.add(session, office, LEVEL, PURPOSE, [*_RULES, *_of_the_course(session)])
    for person in people:
        case = sign_offs.case(session, trainer, made.id, person.id)
        given = sign_offs.sign(session, trainer, case, _REASON, dict.fromkeys(case.unmet, _EXCEPTION), seen=case.seen)
        given.signed_at = clock.now() - _SIGNED


def _of_the_course(session: Session) -> list[Rule]:
    """Its first modules, where a course is there."""
    return [
        Rule(
            kind=Kind.MODULES, judged_by=JUDGES[Kind.MODULES], name=course.slug,
            modules=tuple(module.slug for module in course.modules[:_MODULES]),
        )
        for course in courses.every(session)[:1]
    ]  # fmt: skip
