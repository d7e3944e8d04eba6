"""Reads a course's folder against the schema and the rules a schema cannot say, and names each fault with its line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from webapp.learning.content.yaml_lines import Document, UnreadableFile, read

SCHEMA = Path(__file__).parents[3] / "courses" / "schema.json"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(slots=True)
class ModuleFiles:
    """A module as it was read: ``module.yml``, the files its steps name, and what is wrong with them."""

    folder: Path
    module: Mapping[str, Any]
    exercises: Mapping[str, Any]
    check: Mapping[str, Any] | None
    conversations: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    lessons: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class CourseFiles:
    """A course as it was read."""

    folder: Path
    course: Mapping[str, Any]
    modules: list[ModuleFiles] = field(default_factory=list)


def check_course(folder: Path) -> tuple[CourseFiles | None, list[Fault]]:
    """Read a course. Either it is whole and the list is empty, or the list says what is wrong with it."""
    faults: list[Fault] = []
    course = _read(folder / "course.yml", "course", faults)
    if course is None:
        return None, faults
    files = CourseFiles(folder, course.data)
    seen: dict[str, Path] = {}
    for place, name in enumerate(course.data["modules"]):
        if not (folder / name / "module.yml").is_file():
            faults.append(Fault(course.path, course.line(["modules", place]), f"there is no {name}/module.yml"))
            continue
        module = check_module(folder / name, faults)
        if module is None:
            continue
        files.modules.append(module)
        for exercise in (*module.exercises, *(module.check or {}).get("questions", {})):
            if exercise in seen:
                faults.append(
                    Fault(module.folder, 1, f"{exercise} is also the name of an exercise in {seen[exercise].name}")
                )
            seen[exercise] = module.folder
    return (files if not faults else None), sorted(faults)


def check_module(folder: Path, faults: list[Fault]) -> ModuleFiles | None:
    """Read a module; faults are added to the list."""
    module = _read(folder / "module.yml", "module", faults)
    if module is None:
        return None
    steps = [(kind, name) for step in module.data["steps"] for kind, name in step.items()]
    exercises = _read(folder / "exercises.yml", "exercises", faults) if (folder / "exercises.yml").is_file() else None
    files = ModuleFiles(folder, module.data, exercises.data if exercises else {}, None)

    def wrong(place: int, kind: str, message: str) -> None:
        faults.append(Fault(module.path, module.line(["steps", place, kind]), message))

    for place, (kind, name) in enumerate(steps):
        if steps.index((kind, name)) != place:
            wrong(place, kind, f"{name} is a step twice")
        elif kind == "exercise" and exercises is None:
            wrong(place, kind, "there is no exercises.yml, or it has faults of its own")
        elif kind == "exercise" and name not in files.exercises:
            wrong(place, kind, f"exercises.yml has no {name}")
        elif kind == "check" and place != len(steps) - 1:
            wrong(place, kind, "the knowledge check comes last")
        elif kind != "exercise" and not (folder / name).is_file():
            wrong(place, kind, f"there is no {name}")
        elif kind == "lesson":
            files.lessons[name] = _lesson(folder / name, faults)
        elif kind == "conversation":
            conversation = _read(folder / name, "conversation", faults)
            files.conversations[name] = conversation.data if conversation else {}
        elif kind == "check":
            check = _read(folder / name, "check", faults)
            files.check = check.data if check else None
            if check:
                faults += _exercise_faults(check, check.data["questions"], ["questions"])
    if exercises:
        faults += _exercise_faults(exercises, files.exercises, [])
        for name in files.exercises:
            if ("exercise", name) not in steps:
                faults.append(
                    Fault(exercises.path, exercises.line([name]), f"{name} is not among the steps of module.yml")
                )
    used = {name for kind, name in steps if kind != "exercise"} | {"module.yml", "exercises.yml"}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".md", ".yml", ".yaml") and path.name not in used:
            faults.append(Fault(path, 1, "no step of module.yml leads here"))
    return files


def _lesson(path: Path, faults: list[Fault]) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        faults.append(Fault(path, 1, "the file is not UTF-8 text"))
        return ""
    title, _, rest = text.partition("\n")
    if not title.startswith("# ") or not title[2:].strip():
        faults.append(Fault(path, 1, "the first line is the lesson's title and starts with # and a space"))
    if not rest.strip():
        faults.append(Fault(path, 1, "the lesson has a title and nothing else"))
    inside, opened = False, 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```"):
            inside = not inside and line.strip() == "```exchange"
            opened = number
        elif inside and line.strip() and not line.startswith(("Client: ", "Practitioner: ")):
            faults.append(Fault(path, number, "a line of an exchange starts with Client: or Practitioner:"))
    if inside:
        faults.append(Fault(path, opened, "this exchange is not closed by three backticks"))
    return text


def _exercise_faults(document: Document, exercises: Mapping[str, Any], place: list[str | int]) -> Iterator[Fault]:
    for name, exercise in exercises.items():
        for where, message in _beyond_schema(exercise):
            yield Fault(document.path, document.line([*place, name, *where]), f"{name}: {message}")


def _beyond_schema(exercise: Mapping[str, Any]) -> Iterator[tuple[list[str | int], str]]:
    """What must hold in one exercise and a schema cannot say: where, and what is wrong."""
    kind = exercise["kind"]
    texts: list[str] = []
    if kind in ("single_choice", "multiple_choice"):
        texts = [option["text"] for option in exercise["options"]]
        right = sum(option.get("right", False) for option in exercise["options"])
        if kind == "single_choice" and right != 1:
            yield ["options"], f"a single choice has one right option, and here are {right}"
    elif kind == "order":
        texts = [step["text"] for step in exercise["in_order"]]
    elif kind == "match":
        texts = [pair["this"] for pair in exercise["pairs"]]
    elif kind == "code_utterance":
        if "practitioner" not in exercise["exchange"][-1]:
            yield ["exchange"], "the last line, the one to code, is the practitioner's"
        if exercise["answer"] not in exercise["choices"]:
            yield ["answer"], f"{exercise['answer']} is not among the choices"
    elif kind == "spot_change_talk":
        if not any(turn.get("talk") == "change" for turn in exercise["transcript"]):
            yield ["transcript"], "no line of the client's speaks for change"
    elif kind in ("say_it_your_way", "say_it_aloud"):
        if "client" not in exercise["exchange"][-1]:
            yield ["exchange"], "the last line, the one to answer, is the client's"
        for code in exercise["aim"]:
            if code in exercise["when_heard"]:
                yield ["when_heard", code], f"{code} meets the aim, so it needs no other advice"
    for text, count in Counter(texts).items():
        if count > 1:
            yield [], f"the same text stands twice: {text}"


def _read(path: Path, shape: str, faults: list[Fault]) -> Document | None:
    """A file of a known shape, or None and the faults in the list."""
    try:
        document = read(path)
    except UnreadableFile as error:
        faults.append(Fault(path, error.line, str(error)))
        return None
    before = len(faults)
    for fault in _validator(shape).iter_errors(document.data):
        told = _deepest(fault)
        faults.append(Fault(path, document.line(told.absolute_path), _said(told)))
    return document if len(faults) == before else None


def _validator(shape: str) -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator({"$defs": schema["$defs"], "$ref": f"#/$defs/{shape}"})


def _deepest(error: ValidationError) -> ValidationError:
    """Of an error about alternatives, the one nearest to what was meant."""
    return best_match([error]) or error


def _said(error: ValidationError) -> str:
    """A schema's error in plain words."""
    where = next((f"{step}: " for step in reversed(error.absolute_path) if isinstance(step, str)), "")
    value: Any = error.instance
    limit: Any = cast(Any, error.validator_value)
    schema: Any = cast(Any, error.schema)
    match error.validator:
        case "required":
            missing = [name for name in limit if name not in value]
            return f"{where}{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        case "additionalProperties" | "unevaluatedProperties":
            known = schema.get("properties", {})
            extra = [str(name) for name in value if name not in known]
            are = "is" if len(extra) == 1 else "are"
            return f"{where}{' and '.join(extra)} {are} not known here; known are {', '.join(known)}"
        case "enum":
            return f"{where}{value!r} is not one of {', '.join(map(str, limit))}"
        case "const":
            return f"{where}this must be {limit}"
        case "type":
            got = _TYPES.get(_type(value), _type(value))
            return f"{where}this must be {_TYPES.get(str(limit), limit)}, and is {got}"
        case "minItems" | "minProperties":
            return f"{where}there must be at least {limit}, and here are {len(value)}"
        case "maxItems" | "maxProperties":
            return f"{where}there may be at most {limit}, and here are {len(value)}"
        case "contains":
            return f"{where}at least one option must say right: true"
        case "maxLength":
            return f"{where}this has {len(value):,} characters, and {limit:,} is the most"
        case "minLength":
            return f"{where}this is empty"
        case "pattern":
            return f"{where}{value!r} does not have the form that is asked for here"
        case _:
            return f"{where}{error.message}"


_TYPES = {
    "string": "text (put it in quotes)",
    "object": "a list of names with values",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


def _type(value: object) -> str:
    kinds = {str: "string", dict: "object", list: "array", bool: "boolean", int: "integer", float: "number"}
    return "null" if value is None else kinds.get(type(value), type(value).__name__)
