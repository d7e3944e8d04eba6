"""What a file of people would do, row by row, if it were imported now. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from webapp.accounts.tables import DISCIPLINES, ROLE_NAMES, Person, Role
from webapp.organisation.queries import cohorts, teams
from webapp.organisation.queries import people as queries
from webapp.organisation.services.import_file import Row, Sheet
from webapp.organisation.services.people import IN_USE, Details
from webapp.organisation.services.unfit import as_seen
from webapp.text import is_address

_OTHER = "Other"
_LONGEST = {"name": 120, "email": 254, "team": 120, "discipline": 60, "role": 20, "cohort": 120}
_NAMES = {"name": "name", "email": "e-mail address", "team": "team"}
_DEACTIVATED = "This account is deactivated. Activate it on the person's page first, or take the row out."
_LAST = "This is the last active administrator. Make somebody else an administrator first."


class Kind(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class Effect:
    """What one row would do. ``person_id`` is whom it changes; ``team`` and ``cohort`` are names, empty for none.

    ``says`` is for people: changes as "role: Practitioner → Trainer", or what is wrong and how to put it right.
    """

    row: int
    kind: Kind
    name: str
    email: str
    says: tuple[str, ...] = ()
    person_id: int | None = None
    told: Details | None = None
    team: str = ""
    cohort_id: int | None = None


@dataclass
class Plan:
    """All effects, in the order of the file, and the teams that would be made."""

    effects: list[Effect] = field(default_factory=list)
    new_teams: list[str] = field(default_factory=list)

    def count(self) -> Counter[Kind]:
        """How many rows there are of each kind."""
        return Counter(effect.kind for effect in self.effects)

    def mark(self) -> str:
        """A short mark of the plan: the page carries it, so that what is done is what was shown."""
        return as_seen(self.effects)


def make(session: Session, authority_id: int, sheet: Sheet) -> Plan:
    """What the sheet would do now, in a fixed number of queries."""
    return _Planner(session, authority_id, sheet).plan()


class _Planner:
    def __init__(self, session: Session, authority_id: int, sheet: Sheet) -> None:
        self.sheet = sheet
        emails = {row.cells["email"].lower() for row in sheet.rows}
        self.known = queries.by_emails(session, authority_id, emails)
        self.elsewhere = queries.elsewhere(session, authority_id, emails)
        own_teams = teams.all_of(session, authority_id)
        self.team_names = {team.id: team.name for team in own_teams}
        self.teams = {team.name.casefold(): team.name for team in own_teams}
        self.team_ids = {team.name.casefold(): team.id for team in own_teams}
        self.cohorts = {cohort.name.casefold(): cohort for cohort in cohorts.all_of(session, authority_id)}
        self.places = cohorts.memberships(session, authority_id, [person.id for person in self.known.values()])
        self.administrators = queries.administrators(session, authority_id)
        self.first_row: dict[str, int] = {}
        self.new_teams: dict[str, str] = {}

    def plan(self) -> Plan:
        effects = [self.effect(row) for row in self.sheet.rows]
        return Plan(effects, list(self.new_teams.values()))

    def effect(self, row: Row) -> Effect:
        cells = {name: row.cells.get(name, "") for name in _LONGEST}
        email = cells["email"].lower()
        faults = list(row.faults) or self.faults(cells, email)
        if email and self.first_row.setdefault(email, row.number) != row.number:
            faults.append(f"Row {self.first_row[email]} has the same address. Keep one of the two.")
        shown = (cells["name"][:120], cells["email"][:254])
        if faults:
            return Effect(row.number, Kind.WRONG, *shown, tuple(faults))
        person = self.known.get(email)
        told = self.told(cells, email, person)
        if person is not None and person.id in self.administrators and told.role != Role.ADMINISTRATOR:
            if self.administrators == {person.id}:
                return Effect(row.number, Kind.WRONG, *shown, (_LAST,))
            self.administrators.discard(person.id)
        return self.outcome(row.number, cells, told, person)

    def faults(self, cells: dict[str, str], email: str) -> list[str]:
        faults = []
        for name, cell in cells.items():
            if len(cell) > _LONGEST[name]:
                what = _NAMES.get(name, name)
                return [f"The {what} has {len(cell):,} characters. {_LONGEST[name]} is the most."]
        if not cells["name"]:
            faults.append("There is no name. Put one in.")
        if not email:
            faults.append("There is no e-mail address. Put one in.")
        elif not is_address(email):
            faults.append(f"“{cells['email'][:80]}” is no e-mail address. It looks like name@council.gov.uk.")
        elif email in self.elsewhere:
            faults.append(IN_USE)
        elif email in self.known and not self.known[email].active:
            faults.append(_DEACTIVATED)
        if cells["discipline"] and not _discipline(cells["discipline"]):
            faults.append(f"“{cells['discipline']}” is no discipline we know. Use one of: {', '.join(DISCIPLINES)}.")
        if cells["role"] and not _role(cells["role"]):
            faults.append(f"“{cells['role']}” is no role. Use one of: {', '.join(ROLE_NAMES.values())}.")
        if cells["cohort"] and cells["cohort"].casefold() not in self.cohorts:
            faults.append(f"There is no cohort called “{cells['cohort']}”. Add it under Cohorts first.")
        return faults

    def told(self, cells: dict[str, str], email: str, person: Person | None) -> Details:
        """What the row says; an empty cell leaves what stands there."""
        stays = person.team_id if person and not cells["team"] else None
        return Details(
            name=cells["name"],
            email=email,
            discipline=_discipline(cells["discipline"]) or (person.discipline if person else _OTHER),
            role=_role(cells["role"]) or (Role(person.role) if person else Role.PRACTITIONER),
            team_id=self.team_ids.get(cells["team"].casefold(), stays),
        )

    def outcome(self, number: int, cells: dict[str, str], told: Details, person: Person | None) -> Effect:
        team = self.team(cells["team"]) or self.team_names.get(told.team_id or 0, "")
        cohort = self.cohorts.get(cells["cohort"].casefold())
        joins = cohort if cohort and not (person and (cohort.id, person.id) in self.places) else None
        made = " (will be made)" if team.casefold() in self.new_teams else ""
        if person is None:
            says = [ROLE_NAMES[told.role], told.discipline, f"team {team}{made}" if team else "no team"]
        else:
            before = self.team_names.get(person.team_id or 0, "")
            says = [
                f"{what}: {old or 'none'} → {new}{made if what == 'team' else ''}"
                for what, old, new in (
                    ("name", person.name, told.name),
                    ("team", before, team),
                    ("discipline", person.discipline, told.discipline),
                    ("role", ROLE_NAMES[Role(person.role)], ROLE_NAMES[told.role]),
                )
                if old != new
            ]
        says += [f"joins the cohort {joins.name}"] if joins else []
        kind = Kind.NEW if person is None else Kind.CHANGED if says else Kind.UNCHANGED
        return Effect(
            row=number,
            kind=kind,
            name=told.name,
            email=told.email,
            says=tuple(says),
            person_id=person.id if person else None,
            told=told,
            team=team,
            cohort_id=joins.id if joins else None,
        )

    def team(self, written: str) -> str:
        """The team's name as it stands already, or as the first row writes it."""
        key = written.casefold()
        if written and key not in self.teams:
            self.teams[key] = self.new_teams[key] = written
        return self.teams.get(key, "")


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


_DISCIPLINES = {_plain(name): name for name in DISCIPLINES}
_ROLES = {_plain(name): role for role, name in ROLE_NAMES.items()} | {_plain(role): role for role in Role}
_ROLES["learner"] = Role.PRACTITIONER


def _discipline(written: str) -> str:
    return _DISCIPLINES.get(_plain(written), "")


def _role(written: str) -> Role | None:
    return _ROLES.get(_plain(written))
