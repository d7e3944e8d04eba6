"""Who works on what: fairly, one at a time, and nothing is lost when a worker dies."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.conftest import NewApp
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from webapp import clock, jobs, storage
from webapp.errors import Refused
from webapp.practice.queries import recordings as queries
from webapp.practice.services import analyses, analysing, listening, progress, working
from webapp.practice.tables import Recording, RecordingMeasure, State, Work

SAMPLE = Path(__file__).parents[3] / "data/samples/mixed/mixed.ogg"


def later(monkeypatch: pytest.MonkeyPatch, **more: float) -> None:
    now = clock.now() + timedelta(**more)
    monkeypatch.setattr(clock, "now", lambda: now)


def taken(db: Session) -> tuple[Recording, str]:
    found = working.take(db)
    assert found is not None
    db.commit()
    return found


def test_ten_of_one_person_do_not_hold_up_one_of_another(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bilal = people.person(db), people.person(db)
    anas = []
    for _ in range(10):
        later(monkeypatch, seconds=1)
        anas.append(made.waiting(db, ana))
    later(monkeypatch, seconds=1)
    bilals = made.waiting(db, bilal)
    order = []
    for _ in range(4):
        later(monkeypatch, seconds=1)
        recording, lease = taken(db)
        order.append(recording.id)
        working.done(*working.held(db, recording.id, lease))  # type: ignore[misc]
    assert order == [anas[0].id, bilals.id, anas[1].id, anas[2].id]


def test_nothing_is_given_out_twice(db: Session) -> None:
    made.waiting(db, people.person(db))
    recording, lease = taken(db)
    assert working.take(db) is None
    assert working.held(db, recording.id, lease) is not None
    assert working.held(db, recording.id, "another") is None
    assert not working.beat(db, recording.id, "another", step="listen", done=1, total=2)


def test_a_worker_that_dies_is_followed_by_another_and_three_are_enough(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.waiting(db, people.person(db))
    for _ in range(working.MOST_ATTEMPTS):
        recording, lease = taken(db)
        later(monkeypatch, seconds=29)
        assert working.look_after(db) == 0
        assert recording.state == State.WORKING
        later(monkeypatch, seconds=2)
        working.look_after(db)
        assert working.held(db, recording.id, lease) is None
    assert recording.state == State.FAILED
    work = db.get_one(Work, recording.id)
    assert work.problem == working.BROKE_OFF
    assert queries.pieces(db, recording.id) != []  # nothing is lost
    working.retry(db, db.get_one(type(people.person(db)), recording.owner_id), recording)
    assert taken(db)[0].id == recording.id


def test_a_sign_of_life_keeps_the_lease(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    made.waiting(db, people.person(db))
    recording, lease = taken(db)
    for _ in range(5):
        later(monkeypatch, seconds=25)
        assert working.beat(db, recording.id, lease, step="listen", done=30, total=60)
        working.look_after(db)
    assert recording.state == State.WORKING


def test_stopping_and_beginning_again(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    recording = made.waiting(db, owner)
    _, lease = taken(db)
    people.signed_in(visitor, owner)
    page = visitor.get(f"/recordings/{recording.id}")
    assert page.heading == "With Sam"
    page = visitor.send(f"/recordings/{recording.id}/cancel")
    assert "The work is stopped" in page.text
    db.expire_all()
    assert working.held(db, recording.id, lease) is None
    visitor.send(f"/recordings/{recording.id}/cancel", status=400)
    page = visitor.send(f"/recordings/{recording.id}/retry")  # done at once in tests: five bytes are no recording
    assert "is not a recording we can read" in page.text


def test_a_worker_that_is_told_to_stop_gives_back(db: Session) -> None:
    made.waiting(db, people.person(db))
    recording, lease = taken(db)
    working.hand_back(*working.held(db, recording.id, lease))  # type: ignore[misc]
    assert recording.state == State.WAITING
    assert db.get_one(Work, recording.id).attempts == 0


def test_the_place_in_the_queue_is_the_one_it_is_served_in(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    many, few = people.person(db), people.person(db)
    waiting = []
    for number, owner in enumerate((many, many, many, few, few)):
        later(monkeypatch, seconds=number)
        waiting.append(made.waiting(db, owner))
    told = {recording.id: progress.of(db, recording).ahead for recording in waiting}
    assert [told[recording.id] for recording in waiting] == [0, 2, 4, 1, 3]
    for place in range(len(waiting)):
        later(monkeypatch, seconds=60 + place)
        recording, _ = taken(db)
        assert told[recording.id] == place
        left = [one for one in waiting if one.state == State.WAITING]
        assert all(progress.of(db, one).ahead == told[one.id] - place for one in left)
        working.done(recording, db.get_one(Work, recording.id))


def test_progress_only_grows_and_says_how_long(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = people.person(db)
    first = made.waiting(db, owner)
    later(monkeypatch, seconds=1)
    second = made.waiting(db, owner)
    assert progress.of(db, second).ahead == 1
    recording, lease = taken(db)
    assert recording.id == first.id
    seen = [0.0]
    for step, done, total in (
        ("", 0, 0), ("copy", 0, 1), ("copy", 1, 1), ("load", 1, 1), ("listen", 0, 600), ("listen", 300, 600),
        ("listen", 600, 600), ("voices", 1, 1), ("utterances", 1, 1), ("codes", 0, 1), ("codes", 1, 1),
        ("feedback", 1, 1),
    ):  # fmt: skip
        later(monkeypatch, seconds=10)
        working.beat(db, recording.id, lease, step=step, done=done, total=total)
        db.expire_all()
        found = progress.of(db, recording)
        seen.append(found.share)
        if (step, done) == ("listen", 300):
            assert 0.4 < found.share < 0.6
            assert found.left == pytest.approx(60 * (1 - found.share) / found.share, abs=1)
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_a_poison_file_fails_alone(app: Flask, db: Session, mailbox: Mailbox) -> None:
    owner = people.person(db)
    poison = made.waiting(db, owner, b"\0\0\0\x18ftypmp42" + b"\xff" * 5000)
    jobs.do(app, "practice.next")
    db.expire_all()
    assert poison.state == State.FAILED
    work = db.get_one(Work, poison.id)
    assert work.lease is None
    assert "not a recording we can read" in str(work.problem)
    assert queries.pieces(db, poison.id) != []
    jobs.do(app, "mail.send")
    letter = mailbox.letters()[0]
    assert letter["To"] == owner.email
    assert "With Sam" not in letter.get_content()


def test_a_lost_key_is_said_and_the_bytes_are_kept(app: Flask, db: Session) -> None:
    recording = made.waiting(db, people.person(db))
    name = next(storage.of(db).store.names(f"recordings/{recording.folder}/"))
    sealed = storage.of(db).store.read(name, 0, 10_000)
    storage.of(db).store.put(name, [sealed[:-1] + bytes([sealed[-1] ^ 1])])
    jobs.do(app, "practice.next")
    db.expire_all()
    assert recording.state == State.FAILED
    assert db.get_one(Work, recording.id).problem == listening.LOST_KEY
    assert list(storage.of(db).store.names(f"recordings/{recording.folder}/")) == [name]


def test_a_result_that_comes_too_late_is_not_kept(app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work was stopped while the engine was at it."""
    owner = people.person(db)
    recording = made.waiting(db, owner)
    _, lease = taken(db)

    def stopped(*_: object) -> None:
        working.cancel(db, owner, recording)
        db.commit()
        raise analysing.Stopped

    monkeypatch.setattr("fidelity.audio.compact_copy", stopped)
    analysing.run(app.extensions["sessions"], recording.id, lease)
    db.expire_all()
    assert recording.state == State.CANCELLED
    assert queries.pieces(db, recording.id) != []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_engine_itself_from_pieces_to_feedback(new_app: NewApp, kind: str) -> None:
    app = new_app(kind)
    with app.app_context(), app.extensions["sessions"]() as db:
        owner = people.person(db)
        recording = made.waiting(db, owner, _half_a_minute())
        db.rollback()
        jobs.do(app, "practice.next")
        db.expire_all()
        assert recording.state == State.READY, db.get_one(Work, recording.id).problem
        assert recording.duration == pytest.approx(30, abs=0.2)
        assert queries.pieces(db, recording.id) == []
        names = list(storage.of(db).store.names(f"recordings/{recording.folder}/"))
        assert names == [listening.name(recording)]
        machine = analyses.machine(db, recording)
        assert {turn.speaker for turn in machine.turns} == {"practitioner", "client"}
        words = analyses.words(db, recording)
        assert [" ".join(w.text for w in turn) for turn in words] == [turn.text for turn in machine.turns]
        now, revision = analyses.now(db, recording)
        assert revision == 0
        assert now.scores == machine.scores
        measures = {m.name: m for m in db.query(RecordingMeasure).filter_by(recording_id=recording.id)}
        assert measures["questions"].value == machine.scores.measure("questions").value
        assert progress.of(db, recording).share == 1
        sound, first = listening.open_sound(db, recording)
        assert len(first + sound.read()) == recording.sound_size


def _half_a_minute() -> bytes:
    """The beginning of a sample, as a browser would send it."""
    from io import BytesIO

    import av

    out = BytesIO()
    with av.open(str(SAMPLE)) as source, av.open(out, "w", format="ogg") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.pts is None or packet.pts * packet.time_base >= 30:
                break
            packet.stream = stream
            target.mux(packet)
    return out.getvalue()


def test_only_failed_or_stopped_work_is_tried_again(db: Session) -> None:
    owner = people.person(db)
    recording = made.ready(db, owner)
    with pytest.raises(Refused, match="goes on, or is done"):
        working.retry(db, owner, recording)
    recording.state = State.FAILED
    with pytest.raises(Refused, match="no longer there"):
        working.retry(db, owner, recording)
