"""When figures of agreement are worked out, what it costs, and when they are forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from tests.webapp.agreement.place import Place
from tests.webapp.pages import counted
from webapp import clock, jobs
from webapp.agreement.tables import AgreementReport
from webapp.coding.tables import Coding


def test_the_same_queries_for_many(place: Place, engine: Engine) -> None:
    place.double_coded()
    counts = []
    for _ in range(2):
        for path in ("", "/tables", "/over-time", "/utterances?cell=SR+SR"):
            place.visitor.get(f"/agreement{path}")
            with counted(engine) as sent:
                place.visitor.get(f"/agreement{path}")
            counts.append(len(sent))
        for _ in range(4):
            place.double_coded()
    few, many = counts[:4], counts[4:]
    assert few[:3] == many[:3]
    assert max(many[:3]) <= 12
    assert many[3] <= few[3] + 4  # an event for each recording that is shown


def test_figures_are_forgotten_after_a_day(place: Place) -> None:
    place.double_coded()
    place.page()
    kept = place.db.scalars(select(AgreementReport)).one()
    assert b'"SR' not in kept.told
    jobs.do(place.app, "agreement.forget")
    assert place.db.scalars(select(AgreementReport)).all()
    kept.asked_at = clock.now() - timedelta(days=2)
    place.db.commit()
    jobs.do(place.app, "agreement.forget")
    assert place.db.scalars(select(AgreementReport)).all() == []
    jobs.do(place.app, "agreement.work_out", 99999)


def test_a_changed_coding_is_worked_out_anew(place: Place) -> None:
    place.double_coded()
    place.page()
    assert not place.overview().waiting
    one = place.db.scalars(select(Coding)).first()
    assert one is not None
    one.revision += 1
    place.db.commit()
    assert place.overview().waiting
    place.page()
    assert not place.overview().waiting
    assert len(place.db.scalars(select(AgreementReport)).all()) == 1
