"""Coding a bundled conversation for practice: without its codes, then compared; a person's own, and nobody else's."""

from __future__ import annotations

import pytest
from flask import Flask
from sklearn.metrics import cohen_kappa_score
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from fidelity.codebook import CODES
from fidelity.hand.coding import as_coded
from fidelity.hand.package import CODES_OF, Package, PackagedCoding, check
from tests.webapp import people
from tests.webapp.pages import Visitor, counted
from webapp.accounts.tables import Person, Role
from webapp.coding.services import calibrating, pairs, samples
from webapp.errors import NotFound, Refused

MIXED = samples.catalogue()["mixed"]
KEY = {line.id: line.code for line in MIXED.lines}


def _fields(codes: dict[str, str], **more: str) -> dict[str, str]:
    return {**{f"code-{name}": code for name, code in codes.items()}, **more}


def _begun(visitor: Visitor, name: str = "mixed") -> str:
    visitor.get("/coding/calibrate")
    page = visitor.send(f"/coding/calibrate/{name}/begin")
    return page.response.request.path


@pytest.fixture
def ana(app: Flask, db: Session) -> tuple[Visitor, Person]:
    person = people.person(db)
    return people.signed_in(Visitor(app.test_client()), person), person


def test_every_sample_is_a_whole_coding_of_its_own_words() -> None:
    assert list(samples.catalogue()) == ["mixed", "skilful", "poor", "stereo"]
    for sample in samples.catalogue().values():
        coding = PackagedCoding(coder="The authors", kind="own", parses=sample.parses)
        check(Package(title=sample.title, turns=sample.turns, codings=(coding,)))
        said = [u for turn in as_coded(sample.turns, sample.parses) for u in turn.utterances]
        assert [(u.text, u.code) for u in said] == [(line.text, line.code) for line in sample.lines]
        assert sample.sound.is_file()


def test_the_words_between_two_codes_are_for_pairs_that_there_are() -> None:
    for pair, told in pairs.catalogue().items():
        one, other = pair.split("+")
        assert pair == "+".join(sorted((one, other))), pair
        assert any({one, other} <= set(codes) for codes in CODES_OF.values()), pair
        assert told.decides, pair
        assert told.unsure, pair
    assert pairs.between("SR", "CR") == pairs.between("CR", "SR") == pairs.catalogue()["CR+SR"]
    assert not pairs.between("Seek", "Confront").unsure


def test_choosing_one_says_whose_the_codes_are(ana: tuple[Visitor, Person]) -> None:
    page = ana[0].get("/coding/calibrate")
    assert page.heading == "Calibrate yourself"
    assert "have not been double-coded by trained coders" in page.text
    assert "this trains coding, not parsing" in page.text
    assert [h.get_text() for h in page.soup.select("main h2")] == [s.title for s in samples.catalogue().values()]


def test_the_answers_are_nowhere_on_the_page_to_code(ana: tuple[Visitor, Person]) -> None:
    page = ana[0].get(_begun(ana[0]))
    assert page.soup.select("option[selected]") == [page.soup.select_one("#speed option[selected]")]
    choices = page.soup.select(".calibrate-lines select")
    assert len(choices) == len(MIXED.lines)
    for line, select in zip(MIXED.lines, choices, strict=True):
        assert [str(o["value"]) for o in select.select("option")] == ["", *CODES_OF[line.speaker]]


def test_what_is_kept_is_there_again_and_one_try_goes_on(ana: tuple[Visitor, Person]) -> None:
    visitor = ana[0]
    path = _begun(visitor)
    page = visitor.send(path, _fields({"t0w0": "NC", "t0w5": "OQ"}, do="keep"))
    assert "Kept." in page.text
    assert [str(o["value"]) for o in page.soup.select(".calibrate-lines option[selected]")] == ["NC", "OQ"]
    assert "2 of 47 lines have a code." in visitor.get("/coding/calibrate").text
    assert _begun(visitor) == path
    answer = visitor.client.post(
        path,
        data={**_fields({"t0w0": "GI"}), "csrf_token": visitor.token},
        headers={"X-Requested-With": "fetch"},
    )
    assert answer.json == {"seen": ""}
    assert [str(o["value"]) for o in visitor.get(path).soup.select(".calibrate-lines option[selected]")] == ["GI"]


def test_finishing_too_early_loses_nothing_and_says_where(ana: tuple[Visitor, Person]) -> None:
    visitor = ana[0]
    path = _begun(visitor)
    most = {name: code for name, code in KEY.items() if name not in ("t0w5", "t2w0")}
    page = visitor.send(path, _fields(most, do="finish"), status=400)
    assert "2 lines have no code yet; the first is at 0:02." in page.text
    assert len(visitor.get(path).soup.select(".calibrate-lines option[selected]")) == len(most)


def test_a_finished_try_shows_each_difference_and_what_decides(ana: tuple[Visitor, Person]) -> None:
    visitor = ana[0]
    path = _begun(visitor)
    hers = {**KEY, "t0w5": "OQ", "t2w0": "OQ", "t4w0": "SR"}
    page = visitor.send(path, _fields(hers, do="finish"))
    assert page.heading == "Getting up for school: you and its authors"
    assert "have not been double-coded" in page.text
    assert "you gave 17 the code that the authors gave" in page.text
    assert [h.get_text() for h in page.soup.select("article h3")] == [
        "0:02: open question, or closed question?",
        "0:06: open question, or closed question?",
        "0:14: simple reflection, or complex reflection?",
    ]
    assert "Closed question and open question: 2 lines" in page.text
    assert pairs.catalogue()["CR+SR"].decides in page.text
    again = visitor.get("/coding/calibrate")
    assert "17 of 20" in again.text
    assert "27 of 27" in again.text
    assert "Code it again" in again.text


def test_kappa_is_that_of_another_library() -> None:
    hers = {name: ("SR" if code == "CR" else "sustain" if code == "neutral" else code) for name, code in KEY.items()}
    for speaker in calibrating.SPEAKERS:
        found = calibrating.agreement(MIXED, hers, speaker)
        lines = [line for line in MIXED.lines if line.speaker == speaker]
        assert found.n == len(lines)
        other = cohen_kappa_score([hers[line.id] for line in lines], [line.code for line in lines])
        assert found.kappa == pytest.approx(other, abs=1e-9)
        assert found.low <= found.kappa <= found.high
    assert calibrating.agreement(MIXED, KEY, "client").kappa == 1


def test_a_finished_try_does_not_change_any_more(ana: tuple[Visitor, Person], db: Session) -> None:
    visitor, person = ana
    path = _begun(visitor)
    visitor.send(path, _fields(KEY, do="finish"))
    page = visitor.send(path, _fields({}, do="keep"), status=400)
    assert "You have finished this try" in page.text
    assert "you gave every line the code" in page.text
    number = int(path.rsplit("/", 1)[1])
    calibrating.finish(db, person, number)
    assert calibrating.get(db, person, number)[0].alike == 20


@pytest.mark.parametrize("codes", [{"t0w0": "change"}, {"t0w0": "nonsense"}, {"t99w0": "GI"}])
def test_only_codes_that_fit_are_kept(db: Session, codes: dict[str, str]) -> None:
    person = people.person(db)
    made = calibrating.begin(db, person, "mixed")
    with pytest.raises(Refused, match="Choose one of the codes"):
        calibrating.keep(db, person, made.id, codes)


def test_a_try_is_nobody_elses(app: Flask, db: Session, ana: tuple[Visitor, Person]) -> None:
    path = _begun(ana[0])
    trainer = people.person(db, db.merge(ana[1]) and None, Role.TRAINER)
    tess = people.signed_in(Visitor(app.test_client()), trainer)
    tess.get(path, status=404)
    tess.send(path, _fields(KEY, do="finish"), status=404)
    with pytest.raises(NotFound):
        calibrating.get(db, trainer, int(path.rsplit("/", 1)[1]))
    with pytest.raises(NotFound):
        calibrating.begin(db, trainer, "script")


def test_the_page_of_choices_asks_as_little_for_many_tries_as_for_one(
    ana: tuple[Visitor, Person], db: Session, engine: Engine
) -> None:
    visitor, person = ana
    visitor.get("/coding/calibrate")
    with counted(engine) as few:
        visitor.get("/coding/calibrate")
    for name in samples.catalogue():
        for _ in range(3):
            made = calibrating.begin(db, person, name)
            calibrating.keep(db, person, made.id, {line.id: line.code for line in samples.catalogue()[name].lines})
            calibrating.finish(db, person, made.id)
    db.commit()
    with counted(engine) as many:
        page = visitor.get("/coding/calibrate")
    assert len(page.soup.select("tbody tr")) == 12
    assert len(many) == len(few)


def test_its_sound_plays_from_any_place_and_nothing_else_is_served(ana: tuple[Visitor, Person]) -> None:
    client = ana[0].client
    answer = client.get("/coding/calibrate/mixed/sound", headers={"Range": "bytes=100-199"})
    assert (answer.status_code, answer.mimetype, len(answer.data)) == (206, "audio/ogg", 100)
    answer.close()
    for name in ("..", "nothing", "mixed%2Fscript.toml", "README.md"):
        assert client.get(f"/coding/calibrate/{name}/sound").status_code == 404


def test_an_installation_without_samples_says_so(ana: tuple[Visitor, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrating, "catalogue", dict)
    assert "did not come with this installation" in ana[0].get("/coding/calibrate").text


def test_every_code_has_a_name_in_the_choices(ana: tuple[Visitor, Person]) -> None:
    page = ana[0].get(_begun(ana[0]))
    offered = {option.get_text() for option in page.soup.select(".calibrate-lines option")}
    assert {"SR: Simple reflection", "Persuade", "Change talk", "Not coded"} <= offered
    assert len(offered) == len(CODES) + 1
