"""Every route, as every role and as a stranger: with one's own ids, with another authority's, and with nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.learning import small_course
from tests.webapp.levels import made as made_levels
from tests.webapp.pages import Visitor
from tests.webapp.practice import made as made_recordings
from webapp import clock
from webapp.accounts.tables import STAFF, Person, Role
from webapp.coding.services import calibrating, codings, segments
from webapp.interchange.services import tokens
from webapp.interchange.tables import AccessToken
from webapp.learning.services import courses
from webapp.learning.tables import Attempt, Certificate
from webapp.organisation.services import imports
from webapp.organisation.tables import Authority, Cohort, Team
from webapp.permissions import PERMISSIONS, PUBLIC
from webapp.practice.tables import Recording
from webapp.supervision.services import held, packs
from webapp.supervision.tables import Place as InPack

# Leave the walker signed out, or send the browser to another site.
_LEAVING = {"accounts.sign_out", "accounts.sign_out_everywhere", "accounts.single_sign_on_leave"}
_OWNED = {
    "person_id",
    "team_id",
    "cohort_id",
    "member_id",
    "import_id",
    "number",
    "code",
    "token_id",
    "recording_id",
    "segment_id",
    "coding_id",
    "level_id",
    "sign_off_id",
    "sign_code",
    "moment_id",
    "pack_id",
    "place_id",
    "held_id",
    "try_id",
}
# Which anyone may see who has the code.
_BY_CODE = {"learning.certificate", "levels.certificate"}


@pytest.fixture(autouse=True)
def _nothing_read() -> Iterator[None]:
    yield
    courses.forget()


class Place:
    """An authority with one of everything."""

    def __init__(self, db: Session, version: int) -> None:
        self.authority: Authority = people.authority(db)
        self.staff = {role: people.person(db, self.authority, role) for role in Role}
        self.person: Person = people.person(db, self.authority)
        now = clock.now()
        team = Team(authority_id=self.authority.id, name="North")
        cohort = Cohort(
            authority_id=self.authority.id, name="First", starts_on=clock.today(),
            members=[self.person], trainers=[self.staff[Role.TRAINER]],
        )  # fmt: skip
        table = b"name,email,team,discipline,role\nNew One,new@council.example,North,Police,Practitioner\n"
        waiting = imports.keep(db, self.staff[Role.ADMINISTRATOR], data=table, file_name="people.csv")
        attempt = Attempt(
            once=f"walk-{self.person.id}", person_id=self.person.id, course_version_id=version, course="small",
            module="one", exercise="choose", at=now, answer={"chosen": [0]}, state="done", score=1.0,
        )  # fmt: skip
        certificate = Certificate(
            code=f"AAAA-BBBB-{self.person.id:04}", person_id=self.person.id, course="small", name="N", title="T",
            version="1", hours=1, issued_at=now,
        )  # fmt: skip
        db.add_all([team, cohort, attempt, certificate])
        db.commit()
        self.recording: Recording = made_recordings.ready(db, self.person)
        for trainer in self.staff.values():
            made_recordings.shared(db, self.recording, trainer)
        trainer = self.staff[Role.TRAINER]
        segment = segments.choose(db, trainer, self.recording.id, whole=True)
        coding = codings.assign(db, trainer, segment, trainer)
        level = made_levels.level(db, self.staff[Role.ADMINISTRATOR])
        signed = made_levels.signed(db, self.staff[Role.TRAINER], self.person, level)
        db.flush()
        moment = made_recordings.offered(db, self.person, self.recording)
        trainer = self.staff[Role.TRAINER]
        pack = packs.make(db, trainer, cohort, "A pack", [moment.id])
        said = held.Told(clock.today(), 60, None, pack.id, frozenset({self.person.id}), {}, held.Note())
        supervision = held.add(db, trainer, cohort, said)
        place = db.scalars(select(InPack.id).where(InPack.pack_id == pack.id)).one()
        tokens.make(db, self.staff[Role.ADMINISTRATOR], "A program")
        own_try = calibrating.begin(db, self.person, "mixed")
        db.commit()
        token = db.scalars(select(AccessToken).where(AccessToken.authority_id == self.authority.id)).one()
        self.values = {
            "person_id": self.person.id, "team_id": team.id, "cohort_id": cohort.id, "import_id": waiting.id,
            "member_id": self.person.id, "try_id": own_try.id, "sample": "mixed", "coding_id": coding.id,
            "form": "csv",
            "number": attempt.id, "code": certificate.code, "course": "small",
            "module": "one", "step": "first", "exercise": "choose", "token": "nonsense", "filename": "changetalk.css",
            "token_id": token.id, "recording_id": self.recording.id, "part": 0, "turn": 1,
            "segment_id": segment.id,
            "level_id": level.id, "sign_off_id": signed.id, "sign_code": signed.code,
            "moment_id": moment.id, "pack_id": pack.id, "place_id": place, "held_id": supervision.id,
            "measure": "percent_open",
        }  # fmt: skip


@pytest.fixture
def places(db: Session, tmp_path: Path) -> tuple[Place, Place]:
    small_course.load(db, tmp_path)
    version = courses.get(db, "small")[1]
    return Place(db, version), Place(db, version)


def addresses(app: Flask, values: dict[str, object]) -> list[tuple[str, str, str, bool]]:
    """Endpoint, method, address, and whether the address names an object that belongs to somebody."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            missing = rule.arguments - set(values)
            assert not missing, f"{rule}: the walker knows no {missing}"
            built = rule.build({name: values[name] for name in rule.arguments})
            assert built is not None
            owned = bool(rule.arguments & _OWNED)
            found += [(rule.endpoint, method, built[1], owned) for method in sorted(rule.methods & {"GET", "POST"})]  # type: ignore[operator]
    return [one for one in found if one[0] not in _LEAVING]


def walk(visitor: Visitor, method: str, address: str) -> int:
    page = visitor.last
    token = page.soup.select_one("input[name=csrf_token]") if page else None
    if method == "GET":
        answer = visitor.client.get(address)
    else:
        answer = visitor.client.post(address, data={"csrf_token": token["value"]} if token else {})
    answer.close()  # a file that is sent stays open otherwise
    return answer.status_code


@pytest.mark.parametrize("role", Role)
def test_each_role(app: Flask, places: tuple[Place, Place], role: Role) -> None:
    own, foreign = places
    visitor = people.signed_in(Visitor(app.test_client()), own.staff[role])
    wrong = []
    for endpoint, method, address, _ in addresses(app, own.values):
        allowed = PERMISSIONS[endpoint] == PUBLIC or role in PERMISSIONS[endpoint]
        status = walk(visitor, method, address)
        if status >= 500 or (not allowed and status not in (302, 401, 403)):
            wrong.append((method, address, status))
    for endpoint, method, address, owned in addresses(app, foreign.values):
        if owned and endpoint not in _BY_CODE:
            status = walk(visitor, method, address)
            if status not in (401, 403, 404):
                wrong.append((method, address, status))
    assert wrong == []


def test_a_stranger(app: Flask, places: tuple[Place, Place]) -> None:
    visitor = Visitor(app.test_client())
    visitor.get("/sign-in")
    wrong = []
    for endpoint, method, address, _ in addresses(app, places[0].values):
        status = walk(visitor, method, address)
        if status >= 500 or (PERMISSIONS[endpoint] != PUBLIC and status not in (302, 401)):
            wrong.append((method, address, status))
    assert wrong == []


@pytest.mark.parametrize("nonsense", ["-1", "0", "99999999999999999999", "%00", "..", "<script>", "ü", "a" * 3000])
def test_nonsense_in_every_address(app: Flask, places: tuple[Place, Place], nonsense: str) -> None:
    visitor = people.signed_in(Visitor(app.test_client()), places[0].staff[Role.ADMINISTRATOR])
    assert Role.ADMINISTRATOR in STAFF
    broken = []
    for rule in app.url_map.iter_rules():
        if rule.arguments and rule.endpoint not in _LEAVING:
            address = rule.rule
            for name in rule.arguments:
                for form in (f"<{name}>", f"<int:{name}>", f"<path:{name}>"):
                    address = address.replace(form, nonsense)
            for method in sorted(rule.methods & {"GET", "POST"}):  # type: ignore[operator]
                if walk(visitor, method, address) >= 500:
                    broken.append((method, address[:80]))
    assert broken == []


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\x00", "'; DROP TABLE person; --", "x" * 5000, "🙂"])
def test_anything_in_every_field(app: Flask, places: tuple[Place, Place], text: str) -> None:
    """Whatever stands in the fields of a form, nothing breaks and nothing comes back as a script."""
    visitor = people.signed_in(Visitor(app.test_client()), places[0].staff[Role.ADMINISTRATOR])
    for endpoint, method, address, _ in addresses(app, places[0].values):
        if method == "POST":
            page = visitor.client.get(address)
            names = [] if page.status_code != 200 else [
                str(tag["name"]) for tag in Visitor(visitor.client).get(address).soup.select("[name]")
                if tag["name"] not in ("csrf_token", "viewport", "color-scheme")
            ]  # fmt: skip
            token = visitor.last.soup.select_one("input[name=csrf_token]") if visitor.last else None
            data = dict.fromkeys(("name", "text", "email", "once", "question", "chosen", *names), text)
            answer = visitor.client.post(address, data={**data, "csrf_token": token["value"] if token else ""})
            assert answer.status_code < 500, (endpoint, address)
            assert b"<script>alert(1)" not in answer.data, (endpoint, address)
