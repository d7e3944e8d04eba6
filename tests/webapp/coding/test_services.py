"""Choosing what is coded by hand, coding it keystroke by keystroke, and what it comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fidelity.hand.coding import HeardTurn, utterances
from tests import factories
from tests.webapp import people
from tests.webapp.coding import made
from tests.webapp.coding.made import Place
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.coding import queries
from webapp.coding.services import codings, read, segments
from webapp.coding.tables import Coding, CodingMeasure, Kind, Segment
from webapp.errors import NotFound, Refused
from webapp.practice.services import corrections, deleting, sharing
from webapp.practice.services.corrected import Change
from webapp.practice.tables import State


@pytest.fixture
def place(db: Session) -> Place:
    return Place(db)


def test_a_short_recording_is_taken_whole_with_the_times_of_its_words(place: Place) -> None:
    opened = place.coding(whole=False)
    assert opened.segment.chosen == segments.WHOLE
    assert [t.n for t in opened.turns] == [t.n for t in factories.turns()]
    timed = opened.turns[1]
    assert len(timed.starts) == len(timed.words)
    assert timed.starts[0] == timed.start
    assert opened.parses == {}
    machine = read.machine(place.db, opened.segment)
    found = {u.code for u in utterances(opened.turns, machine) if u.speaker == "practitioner"}
    assert {"CR", "Seek", "CQ"} <= found
    texts = [u.text for t in factories.turns() for u in t.utterances]
    assert [u.text for u in utterances(opened.turns, machine)] == texts


def test_of_a_long_one_twenty_minutes_are_drawn_from_the_edge_of_a_turn(db: Session) -> None:
    turns, shift = [], factories.turns()[-1].end or 0.0
    for k in range(60):
        for turn in factories.turns(times=True):
            said = [replace(u, start=(u.start or 0) + k * shift, end=(u.end or 0) + k * shift) for u in turn.utterances]
            turns.append(
                replace(turn, n=len(turns), start=said[0].start, end=said[-1].end, utterances=tuple(said), words=())
            )
    place = Place(db, replace(factories.analysis(), turns=tuple(turns)))
    places = set()
    for _ in range(5):
        opened = place.coding(whole=False)
        segment = opened.segment
        assert segment.chosen == segments.RANDOM
        assert segment.start == opened.turns[0].start
        assert segments.LENGTH - 60 < segment.end - segment.start < segments.LENGTH + 60
        places.add(segment.start)
    assert len(places) > 1
    assert place.coding(whole=True).turns[-1].n == turns[-1].n


@pytest.mark.parametrize("drawn", [0.0, 0.5, 0.999])
def test_a_long_turn_takes_nothing_from_the_twenty_minutes(monkeypatch: pytest.MonkeyPatch, drawn: float) -> None:
    monkeypatch.setattr(segments.secrets.SystemRandom, "random", lambda _self: drawn)
    turns = [
        HeardTurn(n=n, speaker="client", text="So it goes.", start=start, end=end)
        for n, (start, end) in enumerate([(0.0, 200.0), (200.0, 500.0), (500.0, 900.0), (900.0, 1800.0)])
    ]
    chosen, kind = segments._drawn(turns)
    assert kind == segments.RANDOM
    assert (chosen[-1].end or 0.0) - (chosen[0].start or 0.0) >= segments.LENGTH


def test_what_was_put_right_is_in_it_and_what_is_left_out_is_not(place: Place) -> None:
    db = place.db
    for change in (Change(kind="words", n=1, u=0, text="Altogether other words."), Change(kind="leave_out", n=3)):
        corrections.correct(db, place.owner, place.recording, change, revision=place.recording.revision)
    opened = place.coding()
    assert 3 not in {t.n for t in opened.turns}
    changed = next(t for t in opened.turns if t.n == 1)
    assert changed.text.startswith("Altogether other words.")
    assert len(utterances([changed], read.machine(db, opened.segment))) == len(factories.turns()[1].utterances)


def test_keys_are_kept_counted_and_the_same_twice_is_nothing(place: Place) -> None:
    db, tess, opened = place.db, place.trainers[0], place.coding()
    n = next(t.n for t in opened.turns if t.speaker == "practitioner" and len(t.words) > 3)
    assert codings.keep(db, tess, opened, {n: [[0, "OQ"], [2, "SR"]]}, 0) == 1
    again = codings.get(db, tess, opened.coding.id)
    assert again.parses[n] == ((0, "OQ"), (2, "SR"))
    assert codings.keep(db, tess, again, {n: [[0, "OQ"], [2, "SR"]]}, 0) == 1  # sent once more: nothing
    with pytest.raises(codings.Moved, match="another tab"):
        codings.keep(db, tess, again, {n: [[0, "CQ"]]}, 0)
    assert codings.get(db, tess, opened.coding.id).parses[n] == ((0, "OQ"), (2, "SR"))


@pytest.mark.parametrize(
    ("cuts", "words"),
    [
        ([[0, "XX"]], "is no code for"),
        ([[0, ["OQ"]]], "is no code for"),
        ([[0, "change"]], "is no code for what the practitioner says"),
        ([[1, "OQ"]], "begins with its first word"),
        ([[0, "OQ"], [0, "SR"]], "after the one before"),
        ([[0, "OQ"], [999, "SR"]], "after the one before"),
        ([[True, "OQ"]], "after the one before"),
        ([["0", "OQ"]], "after the one before"),
        ([], "how the turn is parsed"),
        ("OQ", "how the turn is parsed"),
        ([[0]], "how the turn is parsed"),
        ([[0, "OQ", 3]], "how the turn is parsed"),
        (7, "how the turn is parsed"),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(place: Place, cuts: Any, words: str) -> None:
    opened = place.coding()
    n = next(t.n for t in opened.turns if t.speaker == "practitioner")
    with pytest.raises(Refused, match=words):
        codings.keep(place.db, place.trainers[0], opened, {n: cuts}, 0)
    assert codings.get(place.db, place.trainers[0], opened.coding.id).parses == {}


def test_a_turn_of_another_segment_is_refused(place: Place) -> None:
    with pytest.raises(Refused, match="not one to code"):
        codings.keep(place.db, place.trainers[0], place.coding(), {999: [[0, "OQ"]]}, 0)


def test_it_is_finished_once_every_utterance_of_the_practitioner_has_a_code(db: Session) -> None:
    place = Place(db, factories.long_analysis(4))
    tess, opened = place.trainers[0], place.coding()
    with pytest.raises(Refused, match="have no code yet"):
        codings.finish(db, tess, opened)
    first = next(t.n for t in opened.turns if t.speaker == "practitioner")
    made.finished(db, opened, "CQ", **{f"t{first}": "SR"})
    found = {m.name: m.value for m in queries.measures(db, opened.coding.id)}
    sides = sum(t.speaker == "practitioner" for t in opened.turns)
    assert found["SR"] == 1
    assert 0 < (found["CQ"] or 0) < sides
    assert found["reflections_to_questions"] == pytest.approx(1 / (found["CQ"] or 1), abs=0.001)
    with pytest.raises(Refused, match="finished"):
        codings.keep(db, tess, codings.get(db, tess, opened.coding.id), {first: [[0, "OQ"]]}, 1)
    codings.reopen(db, tess, opened)
    assert queries.measures(db, opened.coding.id) == []
    assert codings.keep(db, tess, codings.get(db, tess, opened.coding.id), {first: [[0, "OQ"]]}, 1) == 2
    names = db.scalars(select(AuditEvent.name).where(AuditEvent.subject_id == place.recording.id)).all()
    assert {"segment.chosen", "coding.assigned", "coding.finished", "coding.reopened"} <= set(names)


def test_a_colleague_gets_it_once_if_the_recording_is_open_to_her(place: Place) -> None:
    db, (tess, una), opened = place.db, place.trainers, place.coding()
    coding = codings.assign(db, tess, opened.segment, una)
    assert codings.assign(db, tess, opened.segment, una).id == coding.id
    assert [p.name for p in codings.who_can(db, tess, place.recording)] == ["Tess Trainer", "Una Trainer"]
    other = people.person(db, place.authority, Role.TRAINER)
    with pytest.raises(Refused, match="not open to that colleague"):
        codings.assign(db, tess, opened.segment, other)
    for stranger in (other, place.owner, tess, people.person(db, role=Role.TRAINER)):
        with pytest.raises(NotFound):
            codings.get(db, stranger, coding.id)


def test_what_is_taken_back_or_not_ready_cannot_be_coded(place: Place) -> None:
    db, tess, opened = place.db, place.trainers[0], place.coding()
    place.recording.state = State.WORKING
    with pytest.raises(Refused, match="not ready"):
        segments.choose(db, tess, place.recording.id, whole=True)
    place.recording.state = State.READY
    sharing.withdraw(db, place.owner, place.recording, tess.id)
    with pytest.raises(NotFound):
        codings.get(db, tess, opened.coding.id)
    with pytest.raises(NotFound):
        segments.choose(db, tess, place.recording.id, whole=True)
    assert db.get(Coding, opened.coding.id) is not None


def test_only_so_many_segments_are_chosen(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "MOST", 1)
    place.coding()
    with pytest.raises(Refused, match="chosen already"):
        place.coding()


def test_covered_names_are_covered_here_too_and_no_parse_moves(place: Place) -> None:
    db, opened = place.db, place.coding()
    made.code_all(db, opened, "OQ")
    name = opened.turns[0].words[0].strip(".,")
    read.cover(db, place.recording, [name])
    turns = read.heard(db, opened.segment)
    assert name not in turns[0].words
    assert [len(t.words) for t in turns] == [len(t.words) for t in opened.turns]


def test_it_goes_with_the_recording(place: Place) -> None:
    made.finished(place.db, place.coding())
    deleting.by_owner(place.db, place.owner, place.recording)
    place.db.commit()
    assert [place.db.scalars(select(table)).all() for table in (Segment, Coding, CodingMeasure)] == [[], [], []]


def test_what_it_says_is_not_readable_in_the_database(place: Place) -> None:
    opened = made.code_all(place.db, place.coding(), "OQ")
    row = opened.segment
    assert opened.turns[0].words[0].encode() not in row.heard + row.machine
    assert b"OQ" not in opened.coding.parses
    assert opened.coding.kind == Kind.OWN
