"""A course as the pages see it: read once from what was loaded, and never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from webapp.learning.content.check import CourseFiles

_READING = 230  # words a minute, for plain prose
_MINUTES = {  # a try at each kind of exercise, its feedback included
    "single_choice": 0.6,
    "multiple_choice": 0.8,
    "order": 0.8,
    "match": 1.0,
    "code_utterance": 0.6,
    "spot_change_talk": 1.5,
    "say_it_your_way": 1.0,
    "say_it_aloud": 1.0,
    "reflective_note": 2.0,
}
KIND_NAMES = {
    "single_choice": "Choose one",
    "multiple_choice": "Choose all that fit",
    "order": "Put in order",
    "match": "Match",
    "code_utterance": "Code the line",
    "spot_change_talk": "Spot the change talk",
    "say_it_your_way": "Say it your way",
    "say_it_aloud": "Say it aloud",
    "reflective_note": "A note to yourself",
}
SKILL_NAMES = {
    "spirit": "The spirit",
    "engaging": "Engaging",
    "open-questions": "Open questions",
    "affirmations": "Affirmations",
    "simple-reflections": "Simple reflections",
    "complex-reflections": "Complex reflections",
    "summaries": "Summaries",
    "change-talk": "Hearing change talk",
    "sustain-talk": "Sustain talk and discord",
    "information-and-concerns": "Information and concerns",
    "planning": "Planning",
    "domestic-abuse": "Domestic abuse",
    "keeping-skills": "Keeping skills alive",
}
SCORED = frozenset(KIND_NAMES) - {"reflective_note"}
SPOKEN = frozenset({"say_it_your_way", "say_it_aloud"})


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise; ``told`` is what its file says."""

    name: str
    kind: str
    skill: str
    title: str
    told: Mapping[str, Any]

    @property
    def minutes(self) -> float:
        """How long a try takes."""
        return _MINUTES[self.kind]

    @property
    def kind_name(self) -> str:
        """The kind in words."""
        return KIND_NAMES[self.kind]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do in a module: ``kind`` is lesson, conversation, exercise or check; ``name`` its file or name."""

    kind: str
    name: str
    title: str
    minutes: float

    @property
    def slug(self) -> str:
        """Its part of an address."""
        return self.name.rpartition(".")[0] if "." in self.name else self.name


@dataclass(frozen=True)
class Module:
    """One module."""

    slug: str
    told: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.told["title"])

    @cached_property
    def exercises(self) -> Mapping[str, Exercise]:
        """The exercises by name, without the questions of the check."""
        return _exercises(self.told["exercises"])

    @cached_property
    def questions(self) -> Mapping[str, Exercise]:
        """The questions of the knowledge check; none where there is no check."""
        return _exercises((self.told["check"] or {}).get("questions", {}))

    @property
    def pass_mark(self) -> int:
        """Per cent of the check's questions that must be right."""
        return int((self.told["check"] or {"pass_mark": 0})["pass_mark"])

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What there is to do, in order."""
        return tuple(self._step(kind, name) for step in self.told["steps"] for kind, name in step.items())

    @cached_property
    def minutes(self) -> int:
        """How long it takes."""
        return max(1, round(sum(step.minutes for step in self.steps)))

    def step(self, slug: str) -> Step | None:
        """The step with this part of an address."""
        return next((step for step in self.steps if step.slug == slug), None)

    def _step(self, kind: str, name: str) -> Step:
        if kind == "lesson":
            text = self.told["lessons"][name]
            return Step(kind, name, text.partition("\n")[0].lstrip("# ").strip(), len(text.split()) / _READING)
        if kind == "conversation":
            said = self.told["conversations"][name]
            return Step(kind, name, said["title"], _words(said) / _READING)
        if kind == "exercise":
            return Step(kind, name, self.exercises[name].title, self.exercises[name].minutes)
        return Step(kind, name, "Knowledge check", sum(q.minutes for q in self.questions.values()))


@dataclass(frozen=True)
class Course:
    """One version of a course."""

    slug: str
    told: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.told["title"])

    @property
    def version(self) -> str:
        """Its author's number for it."""
        return str(self.told["version"])

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The modules in order."""
        return tuple(Module(m["slug"], m) for m in self.told["modules"])

    @cached_property
    def minutes(self) -> int:
        """How long all of it takes."""
        return sum(m.minutes for m in self.modules)

    def module(self, slug: str) -> Module | None:
        """The module with this part of an address."""
        return next((m for m in self.modules if m.slug == slug), None)

    def find(self, exercise: str) -> tuple[Module, Exercise] | None:
        """An exercise or question of a check by its name, and the module it stands in."""
        for module in self.modules:
            found = module.exercises.get(exercise) or module.questions.get(exercise)
            if found:
                return module, found
        return None


def as_loaded(files: CourseFiles) -> dict[str, Any]:
    """What is kept of a course's files: everything, in plain JSON."""
    modules = [
        {
            **m.module,
            "slug": m.folder.name,
            "exercises": dict(m.exercises),
            "check": dict(m.check) if m.check else None,
            "conversations": m.conversations,
            "lessons": m.lessons,
        }
        for m in files.modules
    ]
    told: dict[str, Any] = json.loads(json.dumps({**files.course, "modules": modules}))
    return told


def digest(told: Mapping[str, Any]) -> str:
    """Tells one version of a course from another."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _words(said: Mapping[str, Any]) -> int:
    """Words to read in a conversation, its notes included."""
    texts = [said["setting"], said["think"]]
    for turn in said["turns"]:
        texts += [turn.get("client", ""), turn.get("note", ""), *(u["say"] for u in turn.get("practitioner", ()))]
    return sum(len(text.split()) for text in texts)


def _exercises(told: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Exercise]:
    return {name: Exercise(name, e["kind"], e["skill"], e["title"], e) for name, e in told.items()}
