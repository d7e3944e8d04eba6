"""A trainer's queue, ratings and coaching: kept for later, sent, answered, and gone when the recording goes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import factories
from tests.webapp import people
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from webapp import clock, jobs
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.coaching.services import coaching, evidence, own, scales
from webapp.coaching.services.coaching import Told
from webapp.coaching.tables import Coaching, Rating
from webapp.errors import Refused
from webapp.practice.services import analyses, deleting, dose, own_view, sharing
from webapp.practice.services.about import About
from webapp.practice.tables import Kind, Recording, Share

WORDS = {
    "noticed": "You stayed with her worry about mornings.",
    "ask": "What did you hope she would say?",
    "offer": "",
    "next_step": "One reflection before the next question.",
}


class Pair:
    """A practitioner with a recording that is open to her trainer, both signed in."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.place = people.authority(db)
        self.owner: Person = people.person(db, self.place, name="Olu Owner")
        self.trainer: Person = people.person(db, self.place, Role.TRAINER, name="Tess Trainer")
        self.recording: Recording = made.ready(
            db, self.owner, factories.long_analysis(2), title="Mornings", about=About(goal="School", wants="Questions")
        )
        made.shared(db, self.recording, self.trainer)
        self.address = f"/coaching/{self.recording.id}"
        self.hers = people.signed_in(Visitor(app.test_client()), self.owner)
        self.theirs = people.signed_in(Visitor(app.test_client()), self.trainer)
        self.theirs.get(self.address)

    def write(self, do: str = "keep", status: int = 200, **more: Any) -> Any:
        return self.theirs.send(self.address, {**WORDS, "do": do, "seen": self.seen(), **more}, status=status)

    def seen(self) -> str:
        """The mark that the page shows now; any where it is not open."""
        self.db.expire_all()
        return coaching.draft(self.db, self.trainer, self.recording).seen

    def take_back(self) -> None:
        sharing.withdraw(self.db, self.owner, self.recording, self.trainer.id)
        self.db.commit()

    def feedback(self) -> Any:
        own_view.keep(self.db, self.owner, self.recording, own_view.Answers())
        self.db.commit()
        return self.hers.get(f"/recordings/{self.recording.id}/feedback")


@pytest.fixture
def pair(app: Flask, db: Session) -> Pair:
    return Pair(app, db)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "send_now", lambda _app, name, *ids: found.append((name, *ids)))
    return found


# --- the queue ---


def test_the_queue_is_in_the_order_of_sharing_and_costs_the_same_for_many(
    app: Flask, db: Session, engine: Engine
) -> None:
    place = people.authority(db)
    trainer = people.person(db, place, Role.TRAINER)
    tess = people.signed_in(Visitor(app.test_client()), trainer)
    page = tess.get("/coaching")
    assert page.heading == "Coaching"
    assert "Nothing waits for you" in page.text
    owners = [people.person(db, place, name=name) for name in ("Zoe Last", "Abe First")]
    shown = [made.ready(db, owner, title=f"Talk of {owner.name}") for owner in owners]
    for one in shown:
        made.shared(db, one, trainer)
    with counted(engine) as few:
        page = tess.get("/coaching")
    assert [a.get_text() for a in page.soup.select("#waits ~ table a")] == ["Talk of Zoe Last", "Talk of Abe First"]
    assert page.text.count("Not begun") == 2
    for n in range(8):
        made.shared(db, made.ready(db, owners[n % 2]), trainer)
    with counted(engine) as many:
        tess.get("/coaching")
    assert len(many) == len(few)
    coaching.keep(db, trainer, shown[0], Told(ask="How was it?"), {})
    coaching.keep(db, trainer, shown[1], Told(ask="How was it?"), {})
    coaching.send(db, trainer, shown[1])
    db.commit()
    page = tess.get("/coaching")
    assert "Begun, not sent" in page.text
    assert [a.get_text() for a in page.soup.select("#done ~ table a")] == ["Talk of Abe First"]


def test_a_recording_shared_twice_stands_once_where_it_was_first(pair: Pair) -> None:
    made.shared(pair.db, pair.recording, pair.trainer)
    assert len(pair.theirs.get("/coaching").soup.select("#waits ~ table tbody tr")) == 1


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.LEAD])
def test_the_pages_are_for_those_who_train(app: Flask, db: Session, pair: Pair, role: Role) -> None:
    other = people.signed_in(Visitor(app.test_client()), people.person(db, pair.place, role))
    for path in ("/coaching", pair.address):
        other.get(path, status=403)


def test_who_it_was_not_shared_with_finds_nothing(app: Flask, db: Session, pair: Pair) -> None:
    others = [
        people.person(db, pair.place, Role.TRAINER),
        people.person(db, pair.place, Role.ADMINISTRATOR),
        people.person(db, role=Role.TRAINER),
    ]
    for other in others:
        visitor = people.signed_in(Visitor(app.test_client()), other)
        visitor.get(pair.address, status=404)
        visitor.get("/account")
        visitor.send(pair.address, {**WORDS, "do": "send"}, status=404)
        visitor.send(f"{pair.address}/settle", {"n": 1, "u": 0, "code": "OQ", "revision": 0}, status=404)
    assert db.scalars(select(Coaching)).all() == []


def test_a_trainer_does_not_coach_herself(db: Session, pair: Pair) -> None:
    own = made.ready(db, pair.trainer)
    pair.theirs.get(f"/coaching/{own.id}", status=404)


# --- the page ---


def test_what_the_page_shows(pair: Pair) -> None:
    page = pair.theirs.get(pair.address)
    assert page.heading == "Olu Owner: Mornings"
    assert "It was about: School" in page.text
    assert "Olu Owner wants to know: Questions" in page.text
    legends = [one.get_text() for one in page.soup.select("legend")]
    assert legends == [scale.title for scale in scales.catalogue().values()]
    for one in page.soup.select("fieldset.rating"):
        assert [radio["value"] for radio in one.select("input[type=radio]")] == ["1", "2", "3", "4", "5", ""]
        assert one.select_one("input[checked]")["value"] == ""  # type: ignore[index]
    assert page.soup.select_one("label[for=noticed]")
    event = pair.db.scalars(select(AuditEvent).where(AuditEvent.name == "recording.opened")).first()
    assert (event.actor_id, event.subject_id) == (pair.trainer.id, pair.recording.id)  # type: ignore[union-attr]


def test_it_is_reached_from_her_recordings_the_menu_and_the_feedback(pair: Pair) -> None:
    assert pair.address in pair.theirs.get("/recordings").links()
    assert "/coaching" in pair.theirs.get("/").links()
    assert pair.address in pair.theirs.get(f"/recordings/{pair.recording.id}/feedback").links()
    assert "/coaching" not in pair.hers.get("/").links()


def test_evidence_for_the_safeguarding_scales_is_found_by_words_and_spread() -> None:
    found = evidence.of(factories.long_analysis(30))
    assert set(found) == set(scales.catalogue())
    for name in ("purposefulness", "clarity_about_concerns", "child_focus"):
        assert found[name].by_words
        assert len(found[name].supports) <= 6


@pytest.mark.parametrize(("seconds", "words"), [(200.0, "under five"), (400.0, "under ten"), (900.0, "")])
def test_a_short_conversation_is_said_to_be_short(seconds: float, words: str) -> None:
    from dataclasses import replace

    analysis = factories.analysis()
    long = replace(analysis, recording=replace(analysis.recording, duration=seconds))
    assert (words in evidence.short(long)) if words else evidence.short(long) == ""


# --- writing and sending ---


def test_what_is_kept_is_for_her_alone_until_it_is_sent(pair: Pair, mailbox: Mailbox) -> None:
    page = pair.write(**{"rating-empathy": "4", "rating-child_focus": "2"})
    assert "Nobody but you can read it" in page.text
    assert page.soup.select_one("#noticed").get_text().strip() == WORDS["noticed"]
    assert page.soup.select_one("#rating-empathy-4")["checked"] == ""
    assert "Begun, not sent" in pair.theirs.get("/coaching").text
    assert "From your trainer" not in pair.feedback().text
    assert mailbox.letters() == []
    assert dose.of(pair.db, pair.owner).coached == 0


def test_sent_it_reaches_its_owner_and_counts_as_coached(pair: Pair, mailbox: Mailbox) -> None:
    page = pair.write("send", **{"rating-empathy": "4", "rating-partnership": "3", "rating-child_focus": "2"})
    assert "Sent. Olu Owner has been told" in page.text
    page = pair.feedback()
    section = page.soup.select_one("section[aria-labelledby=coaching]").get_text(" ", strip=True)
    assert "Tess Trainer" in section
    assert WORDS["noticed"] in section
    assert "An offer" not in section  # it was left out
    assert "Empathy: 4 of 5" in section
    assert "Relational score: 3.5, at or above the mark for fair" in section
    assert "Technical" not in section  # half of it is missing
    assert "#whole" in page.links()
    assert [letter["To"] for letter in mailbox.letters()] == [pair.owner.email]
    assert WORDS["noticed"] not in mailbox.letters()[0].get_content()
    pair.db.expire_all()
    assert dose.of(pair.db, pair.owner).coached == 1
    pair.write("send")
    assert len(mailbox.letters()) == 1
    found = select(AuditEvent.name).where(AuditEvent.name.startswith("coaching."))
    names = list(pair.db.scalars(found.order_by(AuditEvent.id)))
    assert names == ["coaching.sent", "coaching.changed"]


def test_a_rating_that_is_taken_away_is_gone(pair: Pair) -> None:
    pair.write(**{"rating-empathy": "4"})
    pair.write(**{"rating-empathy": "5"})
    pair.db.expire_all()
    assert [(r.scale, r.value) for r in pair.db.scalars(select(Rating))] == [("empathy", 5)]
    pair.write(**{"rating-empathy": ""})
    assert pair.db.scalars(select(Rating)).all() == []


@pytest.mark.parametrize("value", ["0", "6", "-1", "three", "４"])
def test_a_rating_that_is_none_is_refused_and_nothing_typed_is_lost(pair: Pair, value: str) -> None:
    page = pair.write(status=400, **{"rating-empathy": value})
    assert "Choose one of the five for each scale" in page.text
    assert page.soup.select_one("#noticed").get_text().strip() == WORDS["noticed"]
    assert pair.db.scalars(select(Coaching)).all() == []


def test_nothing_written_cannot_be_sent_and_too_much_is_said(pair: Pair) -> None:
    empty = dict.fromkeys(WORDS, "")
    page = pair.write("send", 400, **empty, **{"rating-empathy": "2"})
    assert "one thing you noticed is enough" in page.text
    assert page.soup.select_one("#rating-empathy-2")["checked"] == ""
    assert "too long" in pair.write(status=400, noticed="x" * 2001).text


def test_two_tabs_do_not_overwrite_each_other(pair: Pair) -> None:
    first = pair.seen()
    pair.write(ask="From one tab")
    page = pair.write(seen=first, status=400, ask="From another")
    assert "in another tab or window meanwhile" in page.text
    assert page.soup.select_one("#ask").get_text().strip() == "From another"
    assert coaching.draft(pair.db, pair.trainer, pair.recording).told.ask == "From one tab"
    now = page.soup.select_one("form[data-keeps] input[name=seen]")["value"]
    pair.write(seen=now, ask="From another")
    pair.db.expire_all()
    assert coaching.draft(pair.db, pair.trainer, pair.recording).told.ask == "From another"


def test_it_is_kept_while_she_writes_and_not_once_it_is_sent(pair: Pair) -> None:
    told = {**WORDS, "csrf_token": pair.theirs.token, "do": "keep", "seen": ""}
    script = {"X-Requested-With": "fetch"}
    answer = pair.theirs.client.post(pair.address, data=told, headers=script)
    assert answer.json == {"seen": pair.seen()}
    answer = pair.theirs.client.post(pair.address, data=told, headers=script)  # its mark is an old one now
    assert (answer.status_code, "another tab" in answer.json["wrong"]) == (400, True)
    pair.write("send")
    assert pair.theirs.get(pair.address).soup.select_one("form[data-keeps]") is None
    pair.take_back()
    answer = pair.theirs.client.post(pair.address, data=told, headers=script)
    assert (answer.status_code, "not open to you" in answer.json["wrong"]) == (404, True)


def test_what_is_kept_is_encrypted(pair: Pair) -> None:
    pair.write()
    kept = pair.db.scalars(select(Coaching)).one()
    assert b"mornings" not in kept.told


def test_a_share_taken_back_meanwhile_gives_her_words_back(pair: Pair) -> None:
    pair.write(ask="An earlier question")
    pair.take_back()
    page = pair.write("send", 404)
    assert page.heading == "This recording is not open to you"
    assert WORDS["ask"] in page.text
    pair.theirs.get(pair.address, status=404)
    made.shared(pair.db, pair.recording, pair.trainer)
    page = pair.theirs.get(pair.address)
    assert page.soup.select_one("#ask").get_text().strip() == "An earlier question"  # type: ignore[union-attr]


def test_what_was_sent_stays_with_its_owner_and_goes_with_the_recording(pair: Pair) -> None:
    pair.write("send", **{"rating-empathy": "4"})
    pair.take_back()
    assert WORDS["noticed"] in pair.feedback().text
    pair.db.expire_all()
    deleting.erase(pair.db, pair.recording)
    pair.db.commit()
    assert pair.db.scalars(select(Coaching)).all() == pair.db.scalars(select(Rating)).all() == []
    pair.theirs.get(pair.address, status=404)


def test_two_trainers_write_each_their_own(app: Flask, pair: Pair) -> None:
    second = people.person(pair.db, pair.place, Role.TRAINER, name="Ugo Second")
    made.shared(pair.db, pair.recording, second)
    ugo = people.signed_in(Visitor(app.test_client()), second)
    pair.write("send", **{"rating-empathy": "4"})
    page = ugo.get(pair.address)
    assert page.soup.select_one("#noticed").get_text().strip() == ""  # type: ignore[union-attr]
    assert "From other trainers" in page.text
    ugo.send(pair.address, {"seen": "", "noticed": "I heard it too.", "do": "send"})
    text = pair.feedback().text
    assert text.index("You stayed with her worry") < text.index("I heard it too.")
    pair.db.expire_all()
    assert dose.of(pair.db, pair.owner).coached == 1


def test_names_are_covered_in_it_and_it_is_exported(pair: Pair) -> None:
    from webapp.practice.services import export_parts

    told = Told(noticed="You asked how Jamie slept.")
    coaching.keep(pair.db, pair.trainer, pair.recording, told, {"empathy": 3})
    assert export_parts.OF_RECORDING["coaching.json"](pair.db, pair.recording) == ""
    coaching.send(pair.db, pair.trainer, pair.recording)
    coaching.cover(pair.db, pair.recording, ["Jamie"])
    [one] = coaching.received(pair.db, pair.recording)
    assert "Jamie" not in one.told.noticed
    assert one.told.noticed.startswith("You asked how ")
    exported = export_parts.OF_RECORDING["coaching.json"](pair.db, pair.recording)
    assert one.told.noticed in exported
    assert '"empathy": 3' in exported


def test_every_scale_has_five_anchors_of_our_own() -> None:
    known = scales.catalogue()
    assert len(known) == 7
    for scale in known.values():
        assert len(scale.anchors) == len(set(scale.anchors)) == 5
        assert scale.asks.endswith("?")
        assert scale.family in (scales.MITI, scales.SAFEGUARDING)
    assert {part for one in scales.SUMMARIES for part in one.parts} == {
        scale.name for scale in known.values() if scale.family == scales.MITI
    }


def test_marks_are_those_of_the_manual() -> None:
    every = dict.fromkeys(("partnership", "empathy", "cultivating_change_talk", "softening_sustain_talk"), 3)
    relational, technical = scales.summed(every)
    assert relational.words == "below the mark for fair"
    assert technical.words == "at or above the mark for fair"
    assert scales.summed({**every, "empathy": 5})[0].words == "at or above the mark for good"


# --- her own coaching ---


def test_her_own_coaching_is_for_her_alone_and_says_little_of_little(app: Flask, pair: Pair) -> None:
    assert "/coaching/mine" in pair.theirs.get("/coaching").links()
    page = pair.theirs.get("/coaching/mine")
    assert page.heading == "Your own coaching"
    assert "nothing to show yet" in page.text
    pair.write("send")
    page = pair.theirs.get("/coaching/mine")
    assert "1 recording" in page.text
    assert "too few to say" in page.text
    other = people.signed_in(
        Visitor(app.test_client()), people.person(pair.db, pair.place, Role.TRAINER, name="Ugo Other")
    )
    assert "nothing to show yet" in other.get("/coaching/mine").text
    pair.hers.get("/coaching/mine", status=403)


def test_how_soon_she_answers_and_how_her_words_fall(pair: Pair, engine: Engine) -> None:
    for days in (2, 4, 9):
        recording = made.ready(pair.db, pair.owner)
        share = made.shared(pair.db, recording, pair.trainer)
        share.shared_at = clock.now() - timedelta(days=days, hours=1)
        coaching.keep(pair.db, pair.trainer, recording, Told(noticed="one two three", ask="four"), {})
        coaching.send(pair.db, pair.trainer, recording)
    pair.db.commit()
    found = own.of(pair.db, pair.trainer)
    assert (found.sent, found.days, found.longest, found.few) == (3, 4, 9, False)
    told = [(part.words, part.share, part.times) for part in found.parts]
    assert told == [(9, 75, 3), (3, 25, 3), (0, 0, 0), (0, 0, 0)]
    with counted(engine) as few:
        page = pair.theirs.get("/coaching/mine")
    assert "Half of them waited 4 days or less, and the longest wait was 9 days" in page.text
    made_more = made.ready(pair.db, pair.owner)
    made.shared(pair.db, made_more, pair.trainer)
    coaching.keep(pair.db, pair.trainer, made_more, Told(offer="five"), {})
    coaching.send(pair.db, pair.trainer, made_more)
    pair.db.commit()
    with counted(engine) as many:
        pair.theirs.get("/coaching/mine")
    assert len(many) == len(few)


# --- disputes ---


class Dispute:
    """A line whose practitioner gave it another code."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.practitioner_turn = next(
            turn for turn in analyses.shown(pair.db, pair.recording).turns if turn.speaker == "practitioner"
        )
        self.n = self.practitioner_turn.n
        self.machine = self.practitioner_turn.utterances[0].code
        self.code = next(code for code in ("CR", "OQ", "AF") if code != self.machine)
        self.dispute(self.code, "It went beyond her words.")

    def revision(self) -> int:
        self.pair.db.expire_all()
        return self.pair.recording.revision

    def dispute(self, code: str, reason: str = "") -> Any:
        address = f"/recordings/{self.pair.recording.id}/put-right"
        self.pair.hers.get(address)
        told = {"kind": "code", "n": self.n, "u": 0, "code": code, "reason": reason, "revision": self.revision()}
        return self.pair.hers.send(address, told)

    def settle(self, code: str, verdict: str = "", *, at: int | None = None, status: int = 200) -> Any:
        told = {"n": self.n, "u": 0, "code": code, "verdict": verdict}
        revision = self.revision() if at is None else at
        return self.pair.theirs.send(f"{self.pair.address}/settle", {**told, "revision": revision}, status=status)

    def now(self) -> str | None:
        self.pair.db.expire_all()
        return analyses.shown(self.pair.db, self.pair.recording).turns[self.n].utterances[0].code


@pytest.fixture
def dispute(pair: Pair, sent: list[tuple[Any, ...]]) -> Dispute:
    sent.clear()
    return Dispute(pair)


def test_a_dispute_is_shown_with_both_sides_and_settled_for_hers(
    pair: Pair, dispute: Dispute, sent: list[tuple[Any, ...]]
) -> None:
    page = pair.theirs.get(pair.address)
    section = page.soup.select_one("section[aria-labelledby=disputes]").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "It went beyond her words." in section
    assert page.soup.select_one("section[aria-labelledby=disputes] option[selected]")["value"] == dispute.code  # type: ignore[index]
    sent.clear()
    page = dispute.settle(dispute.code, "I hear it too.")
    assert "Settled. The measures follow." in page.text
    assert "I hear it too." in page.text
    assert dispute.now() == dispute.code
    assert sent == [("practice.refresh", pair.recording.id, pair.recording.revision)]
    put_right = pair.hers.get(f"/recordings/{pair.recording.id}/put-right?turn={dispute.n}")
    assert "settled by your trainer" in put_right.text
    assert "I hear it too." in put_right.text
    history = pair.hers.get(f"/recordings/{pair.recording.id}/put-right/history")
    assert "Disputed code settled" in history.text
    assert "Tess Trainer" in history.text


def test_settled_for_the_machine_the_measures_go_back(pair: Pair, dispute: Dispute) -> None:
    machine = analyses.machine(pair.db, pair.recording).scores
    assert analyses.shown(pair.db, pair.recording).scores != machine
    dispute.settle("", "Her words, given back.")
    assert dispute.now() == dispute.machine
    assert analyses.shown(pair.db, pair.recording).scores.counts == machine.counts


def test_a_third_code_and_a_second_thought(dispute: Dispute) -> None:
    dispute.settle("GI")
    assert dispute.now() == "GI"
    assert "settled like this already" in dispute.settle("GI", status=400).text
    dispute.settle("Seek", "On second hearing.")
    assert dispute.now() == "Seek"


def test_disputed_once_more_it_is_open_again(pair: Pair, dispute: Dispute) -> None:
    dispute.settle("")
    dispute.dispute(dispute.code, "I still hear more in it.")
    page = pair.theirs.get(pair.address)
    article = page.soup.select_one("section[aria-labelledby=disputes] article")
    assert article.select_one("details")["open"] == ""  # type: ignore[union-attr, index]
    assert "Settled:" not in article.get_text()  # type: ignore[union-attr]
    assert dispute.now() == dispute.code


def test_two_at_once_do_not_overwrite_each_other(app: Flask, pair: Pair, dispute: Dispute) -> None:
    second = people.person(pair.db, pair.place, Role.TRAINER)
    made.shared(pair.db, pair.recording, second)
    seen = dispute.revision()
    dispute.settle("GI", "First.")
    ugo = people.signed_in(Visitor(app.test_client()), second)
    ugo.get(pair.address)
    told = {"n": dispute.n, "u": 0, "code": "AF", "verdict": "My words", "revision": seen}
    page = ugo.send(f"{pair.address}/settle", told, status=409)
    assert "changed in another tab or window" in page.text
    assert page.soup.select_one("input[name=verdict]")["value"] == "My words"  # type: ignore[index]
    assert dispute.now() == "GI"


def test_only_what_is_disputed_can_be_settled_and_only_with_a_code_that_fits(pair: Pair, dispute: Dispute) -> None:
    assert "do not fit" in dispute.settle("CT", status=400).text
    dispute.dispute("")  # she thought again
    assert "Nobody disputes this code any more" in dispute.settle("GI", status=400).text
    assert "has not given any line another code" in pair.theirs.get(pair.address).text


def test_a_trainer_changes_nothing_else_and_an_owner_settles_nothing(pair: Pair, dispute: Dispute) -> None:
    from webapp.practice.services import corrections
    from webapp.practice.services.corrected import Change

    with pytest.raises(Refused):
        corrections.correct(
            pair.db, pair.trainer, pair.recording, Change(kind="words", n=0, text="Other"), revision=dispute.revision()
        )
    told = {"kind": "settle", "n": dispute.n, "u": 0, "code": "GI", "revision": dispute.revision()}
    pair.hers.send(f"/recordings/{pair.recording.id}/put-right", told, status=422)
    assert dispute.now() == dispute.code


def test_its_owner_cannot_take_back_what_a_trainer_settled(pair: Pair, dispute: Dispute) -> None:
    dispute.settle("GI")
    address = f"/recordings/{pair.recording.id}/put-right"
    page = pair.hers.send(f"{address}/take-back", {"revision": dispute.revision(), "n": 0}, status=422)
    assert "your trainer's, who settled a code" in page.text
    assert dispute.now() == "GI"


def test_a_share_taken_back_keeps_a_dispute_as_it_was(pair: Pair, dispute: Dispute) -> None:
    pair.take_back()
    dispute.settle("GI", status=404)
    assert dispute.now() == dispute.code
    assert pair.db.scalars(select(Share.withdrawn_at)).one() is not None


def test_told_has_what_the_form_has(pair: Pair) -> None:
    page = pair.theirs.get(pair.address)
    assert [area["name"] for area in page.soup.select("textarea")] == list(asdict(Told()))
    assert pair.recording.kind == Kind.ROLE_PLAY
