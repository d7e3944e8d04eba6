"""Coding by hand in everything one has: of her recordings, and what she coded herself."""

from __future__ import annotations

import json
import os

from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.coding import made as by_hand
from tests.webapp.practice.everything import rows
from webapp import clock
from webapp.accounts.tables import Person, Role
from webapp.coding.services import calibrating, codings, samples, settling
from webapp.practice.services import export_file, sharing


def files(db: Session, person: Person) -> dict[str, str]:
    found = export_file.members(db, person, lambda: None)
    return {one.name: b"".join(one.content).decode("utf-8-sig") for one in found if not one.packed}


def test_finished_codings_of_her_recordings_are_in_it_line_by_line(db: Session) -> None:
    place = by_hand.Place(db)
    first = place.coding()
    root = f"recordings/{place.recording.held_on:%Y-%m-%d}-{place.recording.id}"
    by_hand.code_all(db, first)
    assert f"{root}/codings.json" not in files(db, place.owner)  # a draft is its coder's
    said = first.turns[0]
    by_hand.finished(db, first, t0="OQ")
    text = files(db, place.owner)
    [coding] = json.loads(text[f"{root}/codings.json"])
    assert (coding["by"], coding["kind"], coding["part"]["chosen"]) == ("Tess Trainer", "coded by one person", "whole")
    assert coding["lines"][0] == {
        "turn": 0, "second": said.start, "speaker": "practitioner", "said": said.text, "code": "OQ",
    }  # fmt: skip
    assert coding["measures"]["questions"] == 1
    assert coding["finished_at"].startswith(f"{clock.today():%Y-%m-%d}")
    assert "Tess Trainer" in rows(text["sharing.csv"])[1]  # named as everywhere in it
    assert "coded-by-you.json" not in text
    assert "codings.json" in text["README.txt"]


def test_what_two_agreed_on_is_in_it_once_it_is_finished(db: Session) -> None:
    place = by_hand.Place(db)
    first = by_hand.finished(db, place.coding())
    second = codings.assign(db, place.trainers[0], first.segment, place.trainers[1])
    by_hand.finished(db, codings.get(db, place.trainers[1], second.id), t0="OQ")
    found = settling.of(db, place.trainers[0], first.segment.id)
    settling.settle(db, place.trainers[0], first.segment.id, {0: settling.FIRST}, 0)
    db.commit()
    name = f"recordings/{place.recording.held_on:%Y-%m-%d}-{place.recording.id}/codings.json"
    assert [one["by"] for one in json.loads(files(db, place.owner)[name])] == ["Tess Trainer", "Una Trainer"]
    found = settling.of(db, place.trainers[0], first.segment.id)
    codings.finish(db, place.trainers[0], found.opened)
    db.commit()
    kinds = [one["kind"] for one in json.loads(files(db, place.owner)[name])]
    assert kinds == ["coded by one person"] * 2 + ["what two coders agreed on"]


def test_what_she_coded_of_others_is_her_codes_alone_and_only_while_it_is_open(db: Session) -> None:
    place = by_hand.Place(db)
    tess, una = place.trainers
    opened = by_hand.code_all(db, place.coding(), t0="OQ")
    text = files(db, tess)
    [coded] = json.loads(text["coded-by-you.json"])
    assert coded["recording"] == place.recording.id
    assert coded["codes"][0] == [0, 0, "OQ"]
    assert coded["finished_at"] == ""
    for words in (opened.turns[0].text, place.owner.name, "Mornings"):
        assert words not in text["coded-by-you.json"]
    assert "coded-by-you.json" in text["README.txt"]
    assert "coded-by-you.json" not in files(db, una)
    sharing.withdraw(db, place.owner, place.recording, tess.id)
    db.commit()
    [coded] = json.loads(files(db, tess)["coded-by-you.json"])
    assert coded["codes"] == "not open to you now"
    assert coded["assigned_at"].startswith(f"{clock.today():%Y-%m-%d}")


def test_her_tries_at_calibrating_are_in_it_and_nobody_elses(db: Session) -> None:
    owner, other = people.person(db), people.person(db, role=Role.TRAINER)
    name = next(iter(samples.catalogue()))
    calibrating.begin(db, owner, name)
    db.commit()
    [found] = json.loads(files(db, owner)["calibrations.json"])
    assert found["conversation"] == samples.catalogue()[name].title
    assert (found["finished_at"], found["codes"]) == ("", {})
    assert "calibrations.json" not in files(db, other)


def test_codings_that_cannot_be_opened_are_said_in_their_place(db: Session) -> None:
    place = by_hand.Place(db)
    opened = by_hand.finished(db, place.coding())
    opened.coding.parses = b"\1" + os.urandom(60)
    db.commit()
    root = f"recordings/{place.recording.held_on:%Y-%m-%d}-{place.recording.id}"
    assert "could not be opened" in files(db, place.owner)[f"{root}/codings.json.txt"]
    assert "could not be opened" in files(db, place.trainers[0])["coded-by-you.json.txt"]
