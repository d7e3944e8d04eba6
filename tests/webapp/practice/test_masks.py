"""Names are suggested, chosen by a person, and then gone from everything that is kept."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fidelity.audio import Sound, compact_copy, open_audio
from fidelity.conversation import Analysis, CodedTurn, CodedUtterance, Word
from fidelity.masking import COVER
from fidelity.score import score
from tests import factories
from tests.media import tone, write_audio
from tests.webapp import people
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from webapp import jobs
from webapp.accounts.tables import Person, Role
from webapp.practice.services import analyses, comments, listening, masks, texts
from webapp.practice.tables import Mask, Recording

SAID = ("So Leanne, how was Luton?", "leanne is tired and Luton is far.")


def conversation() -> Analysis:
    """Two turns with names in them; a word a second."""
    turns, at = [], 0.0
    for n, (speaker, text, code) in enumerate(zip(("practitioner", "client"), SAID, ("OQ", "neutral"), strict=True)):
        words = tuple(Word(text=w, start=at + k, end=at + k + 0.8) for k, w in enumerate(text.split()))
        at = words[-1].end + 0.2
        start, end = words[0].start, words[-1].end
        one = CodedUtterance(u=0, text=text, start=start, end=end, code=code, probabilities={code: 1.0})
        turns.append(
            CodedTurn(n=n, speaker=speaker, text=text, start=start, end=end, words=words, utterances=(one,))  # type: ignore[arg-type]
        )
    return replace(factories.analysis(name="Leanne.m4a"), turns=tuple(turns), scores=score(turns))


@pytest.fixture
def recording(db: Session, tmp_path: Path) -> Recording:
    copy = io.BytesIO()
    compact_copy(write_audio(tmp_path / "a.wav", tone(13)), copy)
    return made.ready(db, people.person(db), conversation(), sound=copy.getvalue())


def owner(db: Session, visitor: Visitor, recording: Recording) -> Visitor:
    return people.signed_in(visitor, db.get_one(Person, recording.owner_id))


def everything(db: Session, recording: Recording) -> str:
    parts = (texts.MACHINE, texts.NOW, texts.WORDS)
    return " ".join((texts.read(db, recording, part) or ("", 0))[0] for part in parts).casefold()


def test_from_the_suggestion_to_silence(visitor: Visitor, db: Session, recording: Recording) -> None:
    comments.add(db, db.get_one(Person, recording.owner_id), recording, "Leanne was calm here.", 1.0)
    comments.add(db, db.get_one(Person, recording.owner_id), recording, "So was I.", 1.0)
    page = owner(db, visitor, recording).get(f"/recordings/{recording.id}/names")
    assert page.heading == "Names and places"
    page = visitor.send(f"/recordings/{recording.id}/names/find")
    shown = {m.text: m for m in masks.every(db, recording)}
    assert {"Leanne", "Luton"} <= set(shown)
    assert shown["Leanne"].times == 2
    assert "said 2 times" in page.text
    db.expire_all()
    told = {"chosen": [shown["Leanne"].id, shown["Luton"].id]}
    page = visitor.send(f"/recordings/{recording.id}/names", told)
    assert "covered so far" in page.text
    db.expire_all()
    assert "leanne" not in everything(db, recording)
    assert "luton" not in everything(db, recording)
    assert analyses.shown(db, recording).turns[0].text == f"So {COVER}, how was {COVER}?"
    assert [w.text for w in analyses.words(db, recording)[0]] == ["So", f"{COVER},", "how", "was", f"{COVER}?"]
    said = comments.of(db, db.get_one(Person, recording.owner_id), recording)[0].said
    assert [one.text for one in said] == [f"{COVER} was calm here.", "So was I."]
    assert all(shown.text == "" for shown in masks.every(db, recording) if shown.covered)
    sound, first = listening.open_sound(db, recording)
    heard = np.concatenate([b.mono for b in open_audio(Sound("", (io.BytesIO(first + sound.read()),))).blocks()])
    pitches = [round(float(np.abs(np.fft.rfft(heard[int(t * 16_000) :][:8000])).argmax()) * 2) for t in (0.2, 1.2, 2.2)]
    assert pitches == [220, 440, 220]


def test_own_words_are_covered_and_a_slip_is_told(visitor: Visitor, db: Session, recording: Recording) -> None:
    owner(db, visitor, recording).get(f"/recordings/{recording.id}/names")
    page = visitor.send(f"/recordings/{recording.id}/names", {"more": "<b>Nobody</b>"}, status=422)
    assert "We did not find “<b>Nobody</b>”" in page.text
    assert db.scalars(select(Mask)).all() == []
    visitor.send(f"/recordings/{recording.id}/names", {"more": " far \n\n"})
    db.expire_all()
    assert analyses.shown(db, recording).turns[1].text == f"leanne is tired and Luton is {COVER}."


def test_what_was_refused_stays_as_it_is(app: Flask, visitor: Visitor, db: Session, recording: Recording) -> None:
    jobs.do(app, "practice.find_names", recording.id)
    owner(db, visitor, recording).get(f"/recordings/{recording.id}/names")
    page = visitor.send(f"/recordings/{recording.id}/names", {})
    assert "Nothing is covered" in page.text
    jobs.do(app, "practice.find_names", recording.id)  # asking again brings nothing twice
    db.expire_all()
    assert {m.state for m in masks.every(db, recording)} == {masks.REFUSED}
    assert "leanne" in everything(db, recording)


def test_what_a_killed_worker_left_is_covered_after_all(app: Flask, db: Session, recording: Recording) -> None:
    jobs.do(app, "practice.find_names", recording.id)
    db.expire_all()
    for mask in db.scalars(select(Mask)):
        mask.state = masks.CONFIRMED
    db.commit()
    jobs.do(app, "practice.cover_rest")
    db.expire_all()
    assert "leanne" not in everything(db, recording)


def test_a_trainer_does_not_see_what_was_covered(visitor: Visitor, db: Session, recording: Recording) -> None:
    trainer = people.person(db, role=Role.TRAINER, authority_id=recording.authority_id)
    made.shared(db, recording, trainer)
    people.signed_in(visitor, trainer).get(f"/recordings/{recording.id}/names", status=404)
