"""What a level can ask for, and what it cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from fidelity.codebook import THRESHOLDS
from tests import factories
from tests.webapp.learning import small_course
from tests.webapp.levels import made
from tests.webapp.levels.made import MODULES, standing
from tests.webapp.practice import made as recordings
from webapp.accounts.tables import Person
from webapp.learning.services import completions, courses
from webapp.levels.services import rules
from webapp.levels.services.rules import Rule
from webapp.organisation.services.unfit import Unfit
from webapp.practice.tables import RecordingMeasure

COURSES = {"small": ["one", "two"]}
COMPLEX = replace(made.HAND_CODED, name="percent_complex", mark="good")


@pytest.mark.parametrize("rule", [made.COACHED, made.HAND_CODED, made.RATED, made.SUPERVISED, MODULES])
def test_a_rule_that_the_engine_judges_is_refused_whatever_its_kind(rule: Rule) -> None:
    with pytest.raises(Unfit, match="engine's numbers alone never pass or fail anybody") as refused:
        rules.checked([made.COACHED, replace(rule, judged_by="engine")], COURSES)
    assert refused.value.field == "rule-1-kind"


@pytest.mark.parametrize("judge", ["", "coder", "course", "machine"])
def test_a_rule_has_the_judge_of_its_kind(judge: str) -> None:
    with pytest.raises(Unfit, match="There is no such rule"):
        rules.checked([replace(made.COACHED, judged_by=judge)], COURSES)


def test_nothing_of_levels_reads_what_the_engine_measured(db: Session, place: tuple[Person, Person, Person]) -> None:
    owner = place[0]
    recording = recordings.ready(db, owner, factories.long_analysis(2))
    measured = db.get_one(RecordingMeasure, (recording.id, "reflections_to_questions"))
    measured.value = 50.0  # far above any mark
    db.commit()
    assert standing(db, owner, owner, made.HAND_CODED).found == 0
    folder = Path(rules.__file__).parents[1]
    for file in folder.rglob("*.py"):
        assert "RecordingMeasure" not in file.read_text(), file


@pytest.mark.parametrize("name", ["percent_complex", "SR", "CR", "Emphasize", "Confront"])
@pytest.mark.parametrize("beside", [[], [made.COACHED], [MODULES]])
def test_nobody_is_held_to_what_experts_hardly_agree_on_alone(name: str, beside: list[Rule]) -> None:
    with pytest.raises(Unfit, match="Even experts hardly agree") as refused:
        rules.checked([*beside, replace(COMPLEX, name=name)], COURSES)
    assert refused.value.field == "rules"


def test_beside_another_skill_the_share_of_complex_reflections_can_be_asked_for() -> None:
    assert rules.checked([COMPLEX, made.HAND_CODED], COURSES) == (COMPLEX, made.HAND_CODED)
    assert rules.checked([COMPLEX, made.RATED], COURSES) == (COMPLEX, made.RATED)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (replace(made.COACHED, n=0), "n"),
        (replace(made.COACHED, n=-1), "n"),
        (replace(made.COACHED, n=9999), "n"),
        (replace(made.COACHED, months=37), "months"),
        (replace(made.COACHED, months=-1), "months"),
        (replace(made.HAND_CODED, name="mi_adherent"), "name"),
        (replace(made.HAND_CODED, name=""), "name"),
        (replace(made.HAND_CODED, mark="best"), "mark"),
        (replace(made.RATED, name="charm"), "name"),
        (replace(made.RATED, least=6), "least"),
        (replace(made.RATED, least=1), "least"),
        (replace(made.SUPERVISED, n=0), "n"),
        (replace(made.SUPERVISED, n=21), "n"),
        (replace(made.SUPERVISED, months=37), "months"),
        (replace(made.SUPERVISED, judged_by="course"), "kind"),
        (replace(MODULES, name="none"), "name"),
        (replace(MODULES, modules=("one", "three")), "modules"),
        (replace(made.COACHED, kind="magic"), "kind"),
    ],
)
def test_nonsense_is_refused_at_its_field(rule: Rule, field: str) -> None:
    with pytest.raises(Unfit) as refused:
        rules.checked([made.RATED, rule] if rule.kind != "rated" else [made.COACHED, rule], COURSES)
    assert refused.value.field == f"rule-1-{field}"


def test_none_too_many_and_the_same_twice() -> None:
    for asked, words in (
        ([], "at least one rule"),
        ([replace(made.COACHED, n=n) for n in range(1, 14)], "12 rules are the most"),
        ([made.COACHED, made.COACHED], "stands here twice"),
        ([made.COACHED, replace(made.COACHED, name="stray", least=3)], "stands here twice"),
        ([made.SUPERVISED, replace(made.SUPERVISED, name="stray", mark="good")], "stands here twice"),
    ):
        with pytest.raises(Unfit, match=words):
            rules.checked(asked, COURSES)


def test_all_modules_ticked_are_all_there_are_later_too() -> None:
    assert rules.checked([replace(MODULES, modules=("two", "one"))], COURSES) == (MODULES,)
    kept = rules.checked([replace(MODULES, modules=("two",))], COURSES)
    assert rules.read([rule.kept() for rule in kept]) == kept


def test_every_measure_with_published_marks_can_be_asked_for_and_no_other() -> None:
    assert set(rules.measures()) == set(THRESHOLDS)


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2027, 3, 31), 12, date(2026, 3, 31)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2028, 2, 29), 36, date(2025, 2, 28)),
    ],
)
def test_the_last_months_begin_on_a_day_there_is(today: date, months: int, first: date) -> None:
    assert rules.since(replace(made.COACHED, months=months), today) == first
    assert rules.since(made.COACHED, today) is None


def test_rules_in_words(db: Session, tmp_path: Path) -> None:
    small_course.load(db, tmp_path)
    titles = completions.titles(db)
    told = [rules.in_words(rule, titles) for rule in (
        replace(made.COACHED, n=3, months=6), made.HAND_CODED, replace(made.RATED, n=2), MODULES,
        replace(MODULES, modules=("two",)), made.SUPERVISED, replace(made.SUPERVISED, n=3, months=12),
    )]  # fmt: skip
    assert told == [
        "3 coached recordings held in the last 6 months",
        "Reflections for each question at fair (1.0) or better, as coded by hand by a person, in 1 recording",
        "Partnership rated 4 or more by a trainer, in 2 recordings",
        "All modules of “A small course” finished, with their checks passed",
        "Of “A small course” finished, with the checks passed: Module 2",
        "Attended group supervision in 1 session",
        "Attended group supervision in 3 sessions held in the last 12 months",
    ]
    courses.forget()
