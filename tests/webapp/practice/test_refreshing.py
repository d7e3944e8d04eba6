"""What the worker does after a recording was put right, with the real engine."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fidelity.classify.encoder import Encoder, Reading
from fidelity.conversation import Turn
from tests.webapp import people
from tests.webapp.practice import made
from webapp import jobs
from webapp.accounts.tables import Person
from webapp.practice.services import analyses, corrections, present, refreshing
from webapp.practice.services.corrected import Change
from webapp.practice.tables import Recording


@pytest.fixture
def owner(db: Session) -> Person:
    return people.person(db)


@pytest.fixture
def recording(db: Session, owner: Person) -> Recording:
    return made.ready(db, owner)


def put_right(db: Session, owner: Person, recording: Recording, change: Change) -> None:
    corrections.correct(db, owner, recording, change, revision=recording.revision)
    db.commit()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The turns that the encoder reads."""
    found: list[int] = []
    read = Encoder.read

    def remembered(self: Encoder, turns: Sequence[Turn], wanted: Sequence[int]) -> list[Reading]:
        found.extend(wanted)
        return read(self, turns, wanted)

    monkeypatch.setattr(Encoder, "read", remembered)
    return found


def test_new_words_are_coded_and_feedback_follows(
    app: Flask, db: Session, owner: Person, recording: Recording, asked: list[int]
) -> None:
    put_right(db, owner, recording, Change(kind="words", n=6, u=1, text="What do you make of all this?"))
    put_right(db, owner, recording, Change(kind="speaker", n=1))
    assert not present.up_to_date(db, recording)
    before = present.corrected(db, recording)
    assert before.waiting == (1, 6)
    refreshing.refresh(db, recording.id, 1)  # of the first change: the later one does it
    assert not present.up_to_date(db, recording)
    db.commit()
    jobs.do(app, "practice.refresh_rest")  # finds what was left, and does it at once in tests
    db.expire_all()
    assert present.up_to_date(db, recording)
    after = present.corrected(db, recording)
    assert after.waiting == ()
    assert sorted(asked) == [1, 6]  # however long the conversation is
    assert after.turns[6].utterances[1].code == "OQ"
    assert after.turns[1].utterances[0].code is not None
    shown = analyses.shown(db, recording)
    assert shown.turns == after.turns
    for moment in (*shown.feedback.went_well, *shown.feedback.moments):
        assert shown.turns[moment.n].utterances[moment.u].text == moment.said
    assert refreshing.left_behind(db) == []
    corrections.take_back(db, owner, recording, revision=2)
    corrections.take_back(db, owner, recording, revision=3)
    assert analyses.shown(db, recording).turns == analyses.machine(db, recording).turns


def test_practitioner_and_client_are_exchanged_once_and_back_at_once(
    app: Flask, db: Session, owner: Person, recording: Recording
) -> None:
    put_right(db, owner, recording, Change(kind="words", n=1, text="Quiet, really."))
    put_right(db, owner, recording, Change(kind="swap", n=0))
    jobs.do(app, "practice.refresh_rest")
    db.expire_all()
    assert (recording.swapped, recording.revision) == (True, 3)
    shown = analyses.shown(db, recording)
    assert [turn.speaker for turn in shown.turns[:3]] == ["client", "practitioner", "client"]
    assert shown.turns[1].text == "Quiet, really."
    assert present.up_to_date(db, recording)
    assert refreshing.exchange(db, recording.id) is None  # there is nothing left to do
    corrections.take_back(db, owner, recording, revision=3)
    assert not recording.swapped
    assert analyses.shown(db, recording).turns[1].speaker == "client"
