"""Making, changing and putting aside levels. Rules that are changed make a new version; sign-offs keep theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.learning.services import completions
from webapp.levels import queries
from webapp.levels.services import facts, rules
from webapp.levels.services.rules import Rule
from webapp.levels.tables import Level, LevelVersion
from webapp.organisation.services.unfit import Unfit, as_seen, must_match
from webapp.text import tidy

LONGEST_NAME, LONGEST_PURPOSE = 120, 600
_TAKEN = "There is a level of this name already."


@dataclass(frozen=True, slots=True)
class Asked:
    """A level with its present rules, in words too; how many sign-offs stand, and how many there ever were."""

    level: Level
    rules: Sequence[Rule]
    words: Sequence[str]
    stand: int = 0
    ever: int = 0


def every(session: Session, actor: Person) -> list[Asked]:
    """All levels of somebody's authority, by name, in as many queries for many as for one."""
    titles, signed = completions.titles(session), queries.signed(session, actor.authority_id)
    found = []
    for level, version in queries.levels(session, actor.authority_id):
        asked = rules.read(version.rules)
        words = [rules.in_words(rule, titles) for rule in asked]
        found.append(Asked(level, asked, words, *signed.get(level.id, (0, 0))))
    return found


def get(session: Session, actor: Person, level_id: int) -> Asked:
    """A level of somebody's authority.

    Raises:
        NotFound: there is none.
    """
    found = queries.level(session, actor.authority_id, level_id)
    if found is None:
        raise NotFound
    level, version = found
    asked, titles = rules.read(version.rules), completions.titles(session)
    return Asked(level, asked, [rules.in_words(rule, titles) for rule in asked])


def add(session: Session, actor: Person, name: str, purpose: str, asked: Sequence[Rule]) -> Level:
    """Make a level.

    Raises:
        Unfit: the name is taken, something is missing, or the rules cannot be asked for.
    """
    name, purpose, asked = _fit(session, name, purpose, asked)
    if queries.named(session, actor.authority_id, name):
        raise Unfit("name", _TAKEN)
    made = Level(authority_id=actor.authority_id, name=name, purpose=purpose, version=1, made_at=clock.now())
    session.add(made)
    session.flush()
    _keep_rules(session, actor, made, asked)
    audit.record(session, "level.add", actor=actor, subject_id=made.id, rules=len(asked))
    return made


def seen(asked: Asked) -> str:
    """The mark of what a level's form shows."""
    return as_seen(*_shown(asked))


def change(
    session: Session, actor: Person, found: Asked, name: str, purpose: str, asked: Sequence[Rule], *, since: str | None
) -> Level:
    """Change a level; ``since`` is the mark that its form carried. Other rules than before are a new version.

    Raises:
        Unfit: the name is taken, something is missing, or the rules cannot be asked for.
        Refused: somebody else changed it meanwhile.
    """
    must_match(since, *_shown(found))
    name, purpose, asked = _fit(session, name, purpose, asked)
    level = found.level
    other = queries.named(session, actor.authority_id, name)
    if other is not None and other.id != level.id:
        raise Unfit("name", _TAKEN)
    others = list(asked) != list(found.rules)
    if not others and (name, purpose) == (level.name, level.purpose):
        return level
    level.name, level.purpose = name, purpose
    if others:
        level.version += 1
        _keep_rules(session, actor, level, asked)
    session.flush()
    audit.record(session, "level.change", actor=actor, subject_id=level.id, version=level.version)
    return level


def put_aside(session: Session, actor: Person, level: Level) -> None:
    """Have nobody signed for it from now on; what was signed stays so. Twice does no harm."""
    if level.put_aside_at is None:
        level.put_aside_at = clock.now()
        audit.record(session, "level.put_aside", actor=actor, subject_id=level.id)


def take_up(session: Session, actor: Person, level: Level) -> None:
    """Have people signed for it again."""
    if level.put_aside_at is not None:
        level.put_aside_at = None
        audit.record(session, "level.take_up", actor=actor, subject_id=level.id)


def remove(session: Session, actor: Person, level: Level) -> None:
    """Remove a level for which nobody was ever signed.

    Raises:
        Refused: somebody was.
    """
    if queries.signed(session, actor.authority_id).get(level.id):
        raise Refused(
            "Somebody was signed off for this level, so it stays, and what was signed with it. You can put it aside."
        )
    for version in queries.versions(session, level.id):
        session.delete(version)
    session.flush()
    session.delete(level)
    session.flush()
    audit.record(session, "level.remove", actor=actor, subject_id=level.id)


def _fit(session: Session, name: str, purpose: str, asked: Sequence[Rule]) -> tuple[str, str, tuple[Rule, ...]]:
    name, purpose = tidy(name), tidy(purpose)
    if not name:
        raise Unfit("name", "Type the level's name.")
    if len(name) > LONGEST_NAME:
        raise Unfit("name", f"That is too long. {LONGEST_NAME} characters are the most.")
    if not purpose:
        raise Unfit("purpose", "Say in a sentence or two what this level is for.")
    if len(purpose) > LONGEST_PURPOSE:
        raise Unfit("purpose", f"That is too long. {LONGEST_PURPOSE} characters are the most.")
    return name, purpose, rules.checked(asked, facts.known_courses(session))


def _keep_rules(session: Session, actor: Person, level: Level, asked: Sequence[Rule]) -> None:
    told = [rule.kept() for rule in asked]
    made = LevelVersion(
        level_id=level.id, version=level.version, rules=told, made_by_id=actor.id, made_at=clock.now()
    )  # fmt: skip
    session.add(made)
    session.flush()


def _shown(asked: Asked) -> tuple[object, ...]:
    level = asked.level
    return level.name, level.purpose, level.version, [rule.kept() for rule in asked.rules]
