"""Courses as files: what the checker finds, and that the course we ship keeps its own promises."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from webapp.learning.content.check import CourseFiles, check_course
from webapp.settings import ROOT

SHIPPED = ROOT / "courses" / "mi-in-family-safeguarding"


def _exercise(**more: Any) -> dict[str, Any]:
    options = [{"text": "A", "right": True, "feedback": "Yes"}, {"text": "B", "feedback": "Look again"}]
    return {"kind": "single_choice", "skill": "spirit", "title": "T", "prompt": "P", "options": options, **more}


def _course(folder: Path, **changed: Any) -> Path:
    """A small course that is right, but for what is ``changed``: a file's name (with _ for . and /) to its content."""
    files: dict[str, Any] = {
        "course.yml": {
            "title": "Small", "summary": "S", "version": "1.0", "language": "en-GB", "audience": "All",
            "outcomes": ["One"], "modules": ["one"],
        },
        "one/module.yml": {
            "title": "One", "summary": "S", "outcomes": ["O"],
            "steps": [{"lesson": "first.md"}, {"exercise": "pick"}, {"check": "check.yml"}],
            "sources": [{"authors": "A", "year": 2020, "title": "T", "for": "F"}],
        },
        "one/first.md": "# First\n\nWords.\n",
        "one/exercises.yml": {"pick": _exercise()},
        "one/check.yml": {"pass_mark": 80, "questions": {f"q{n}": _exercise() for n in range(5)}},
        **changed,
    }  # fmt: skip
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False), "utf-8")
    return folder


def test_a_right_course_has_no_faults(tmp_path: Path) -> None:
    files, faults = check_course(_course(tmp_path))
    assert faults == []
    assert files is not None
    assert files.modules[0].lessons == {"first.md": "# First\n\nWords.\n"}


STEPS = [{"lesson": "first.md"}, {"exercise": "pick"}, {"check": "check.yml"}]
SAY = {
    "kind": "say_it_your_way", "skill": "spirit", "title": "T", "prompt": "P", "aim": ["SR"],
    "exchange": [{"client": "I am tired."}], "when_heard": {"CQ": "x", "GI": "y"},
    "model_answers": [{"say": "You're tired.", "why": "w"}, {"say": "Worn out.", "why": "w"}],
}  # fmt: skip
BROKEN = {
    "not YAML": ("one/exercises.yml", "pick: [", "one/exercises.yml:1", "not YAML"),
    "a key twice": ("one/exercises.yml", "a: 1\na: 2\n", "one/exercises.yml:2", "second time"),
    "an anchor": ("one/exercises.yml", "a: *b\n", "one/exercises.yml:1", "quotes"),
    "no title": ("one/exercises.yml", {"pick": {**_exercise(), "title": ""}}, ":4", "title"),
    "no such skill": ("one/exercises.yml", {"pick": _exercise(skill="juggling")}, ":3", "'juggling' is not one of"),
    "no such kind": ("one/exercises.yml", {"pick": _exercise(kind="essay")}, ":2", "'essay' is not one of"),
    "a field too many": ("one/exercises.yml", {"pick": _exercise(colour="red")}, "", "colour is not known here"),
    "a field missing": ("one/exercises.yml", {"pick": {"kind": "single_choice"}}, ":1", "title and prompt and options"),
    "nothing right": (
        "one/exercises.yml",
        {"pick": _exercise(options=[{"text": "A", "feedback": "f"}, {"text": "B", "feedback": "f"}])},
        ":6", "at least one option must say right",
    ),
    "two right": (
        "one/exercises.yml",
        {"pick": _exercise(options=[{"text": t, "right": True, "feedback": "f"} for t in "AB"])},
        ":6", "one right option, and here are 2",
    ),
    "the same text twice": (
        "one/exercises.yml",
        {"pick": _exercise(options=[{"text": "A", "right": r, "feedback": "f"} for r in (True, False)])},
        "", "stands twice",
    ),
    "a number for a text": ("one/exercises.yml", {"pick": _exercise(title=7)}, ":4", "must be text"),
    "the client asked, and not heard": (
        "one/exercises.yml", {"pick": {**SAY, "exchange": [{"practitioner": "Hello"}]}}, "", "is the client's"),
    "advice for a code that is right": (
        "one/exercises.yml", {"pick": {**SAY, "when_heard": {"SR": "x", "GI": "y"}}}, "", "needs no other advice"),
    "an unknown code": ("one/exercises.yml", {"pick": {**SAY, "aim": ["XX"]}}, "", "'XX' is not one of"),
    "an exercise nobody meets": (
        "one/exercises.yml", {"pick": _exercise(), "lost": _exercise()}, "", "lost is not among the steps"),
    "a lesson without a title": ("one/first.md", "Words.\n", "one/first.md:1", "title"),
    "an exchange that stays open": ("one/first.md", "# T\n\n```exchange\nClient: a\n", ":3", "not closed"),
    "a third voice": ("one/first.md", "# T\n\n```exchange\nBob: a\n```\n", ":4", "Client: or Practitioner:"),
    "not UTF-8 text": ("one/first.md", None, ":1", "UTF-8"),
    "a step twice": ("one/module.yml", [*STEPS[:2], dict(STEPS[1]), STEPS[2]], ":8", "twice"),
    "a check in the middle": ("one/module.yml", [STEPS[0], STEPS[2], STEPS[1]], ":7", "comes last"),
    "a lesson that is not there": ("one/module.yml", [{"lesson": "gone.md"}, *STEPS], ":6", "no gone.md"),
    "an exercise that is not there": (
        "one/module.yml", [*STEPS[:1], {"exercise": "gone"}, *STEPS[1:]], ":7", "no gone"),
    "a file nobody reads": ("one/spare.md", "# Spare\n\nx\n", "one/spare.md:1", "no step"),
    "few questions": ("one/check.yml", {"pass_mark": 80, "questions": {"q": _exercise()}}, ":2", "at least 5"),
    "a pass mark of nothing": (
        "one/check.yml", {"pass_mark": 0, "questions": {f"q{n}": _exercise() for n in range(5)}}, ":1", ""),
    "no such module": ("course.yml", ["two"], "course.yml:9", "no two/module.yml"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_each_fault_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    path, content, line, message = BROKEN[name]
    _course(tmp_path)
    if content is None:
        (tmp_path / path).write_bytes(b"\xff\xfe# T\n")
    elif isinstance(content, list):  # another list of steps, or of modules
        whole = yaml.safe_load((tmp_path / path).read_text("utf-8"))
        whole["modules" if path == "course.yml" else "steps"] = content
        _course(tmp_path, **{path: whole})
    else:
        _course(tmp_path, **{path: content})
    files, faults = check_course(tmp_path)
    assert files is None
    told = [str(f) for f in faults]
    assert any(line in one and message in one for one in told), told


@pytest.fixture(scope="module")
def shipped() -> CourseFiles:
    files, faults = check_course(SHIPPED)
    assert faults == []
    assert files is not None
    return files


def test_our_course_keeps_the_standard(shipped: CourseFiles) -> None:
    assert 10 <= len(shipped.modules) <= 12
    for module in shipped.modules:
        kinds = Counter(e["kind"] for e in module.exercises.values())
        assert len(module.conversations) >= 2, module.folder
        assert kinds.total() >= 8, module.folder
        assert len(kinds) >= 4, module.folder
        assert {"say_it_your_way", "say_it_aloud", "reflective_note"} <= set(kinds), module.folder
        assert module.check is not None
        assert module.check["pass_mark"] >= 70
        assert all(200 <= len(text.split()) <= 650 for text in module.lessons.values()), module.folder


def test_the_right_option_is_not_the_longest_as_a_rule(shipped: CourseFiles) -> None:
    longest = []
    for module in shipped.modules:
        for exercise in (*module.exercises.values(), *(module.check or {})["questions"].values()):
            if exercise["kind"] == "single_choice":
                by_length = sorted(exercise["options"], key=lambda option: len(option["text"]))
                longest.append(by_length[-1].get("right", False))
    assert len(longest) > 50
    assert sum(longest) / len(longest) < 0.4
