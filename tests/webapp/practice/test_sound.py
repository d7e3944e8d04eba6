"""The sound, from any place in it, for those alone who may hear it."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from webapp import storage
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.practice.routes import sound as routes
from webapp.practice.services import listening

SOUND = os.urandom(3 * 2**20 + 77)


@pytest.mark.parametrize(("asked", "start", "end"), [
    ("bytes=0-", 0, 2**20), ("bytes=5-9", 5, 10), ("bytes=-7", len(SOUND) - 7, len(SOUND)),
    ("bytes=1048570-1048580", 1048570, 1048581), (f"bytes={len(SOUND) - 1}-", len(SOUND) - 1, len(SOUND)),
    ("bytes=1000000-99999999", 1_000_000, 1_000_000 + routes._AT_MOST),
])  # fmt: skip
def test_a_player_seeks(visitor: Visitor, db: Session, asked: str, start: int, end: int) -> None:
    owner = people.person(db)
    recording = made.ready(db, owner, sound=SOUND)
    people.signed_in(visitor, owner)
    answer = visitor.client.get(f"/recordings/{recording.id}/sound", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(SOUND)}"
    assert answer.data == SOUND[start:end]
    assert answer.mimetype == "audio/mpeg"
    assert answer.headers["Cache-Control"] == "no-store"


def test_all_of_it_and_a_range_that_is_none(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    recording = made.ready(db, owner, sound=SOUND)
    people.signed_in(visitor, owner)
    answer = visitor.client.get(f"/recordings/{recording.id}/sound")
    assert (answer.status_code, answer.data) == (200, SOUND)
    answer = visitor.client.get(f"/recordings/{recording.id}/sound", headers={"Range": f"bytes={len(SOUND)}-"})
    assert answer.status_code == 416


def test_a_trainer_hears_it_while_it_is_shared_and_leaves_a_trace(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    place = owner.authority_id
    trainer = people.person(db, role=Role.TRAINER, authority_id=place)
    recording = made.ready(db, owner, sound=SOUND)
    address = f"/recordings/{recording.id}/sound"
    people.signed_in(visitor, trainer)
    visitor.get(address, status=404)
    share = made.shared(db, recording, trainer)
    assert visitor.client.get(address, headers={"Range": "bytes=0-9"}).data == SOUND[:10]
    heard = db.scalars(select(AuditEvent).where(AuditEvent.name == "recording.heard")).one()
    assert (heard.actor_id, heard.subject_id) == (trainer.id, recording.id)
    share.withdrawn_at = share.shared_at
    db.commit()
    visitor.get(address, status=404)


def test_a_share_does_not_cross_authorities(visitor: Visitor, db: Session) -> None:
    recording = made.ready(db, people.person(db), sound=SOUND)
    elsewhere = people.person(db, role=Role.TRAINER)
    made.shared(db, recording, elsewhere)
    people.signed_in(visitor, elsewhere).get(f"/recordings/{recording.id}/sound", status=404)


def test_a_lost_key_is_said(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    recording = made.ready(db, owner, sound=b"short")
    name = listening.name(recording)
    store = storage.of(db).store
    store.put(name, [b"\1" + os.urandom(60)])
    people.signed_in(visitor, owner)
    answer = visitor.client.get(f"/recordings/{recording.id}/sound", headers={"Range": "bytes=0-3"})
    assert answer.status_code == 500
    assert "Nothing is deleted" in answer.text
    assert store.size(name) == 61
