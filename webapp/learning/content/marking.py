"""Marks answers to exercises. Pure: the same exercise and answer always give the same marks and words."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.errors import Refused
from webapp.learning.content.course import Exercise
from webapp.text import tidy

LONGEST_ANSWER = 600  # characters of a typed answer: about a minute of speech


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of one part of an answer; ``right`` says whether it fits, ``None`` where nothing can."""

    part: str
    words: str
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer with its score, 0 to 1, and what there is to say about it."""

    score: float
    remarks: tuple[Remark, ...]
    words: str = ""

    @property
    def right(self) -> bool:
        """Whether all of it was right."""
        return self.score >= 1


def shuffled(exercise: Exercise) -> list[int]:
    """How parts of an ``order``, or right-hand sides of a ``match``, are shown: never in the right order."""
    parts = exercise.told["in_order"] if exercise.kind == "order" else exercise.told["pairs"]
    found = list(range(len(parts)))
    shuffle = random.Random(exercise.name)  # always alike for one exercise, so a page can be loaded again
    while found == sorted(found):
        shuffle.shuffle(found)
    return found


def read_answer(exercise: Exercise, sent: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """An answer from a form's fields.

    Raises:
        Refused: nothing was answered, or it does not fit the exercise.
    """
    told = exercise.told
    match exercise.kind:
        case "single_choice" | "multiple_choice":
            chosen = _numbers(sent.get("chosen", ()), len(told["options"]))
            if not chosen:
                raise Refused("Choose an answer first.")
            if exercise.kind == "single_choice" and len(chosen) > 1:
                raise Refused("Choose one answer.")
            return {"chosen": chosen}
        case "order":
            places = _numbers([*sent.get("place", ())], len(told["in_order"]), each=True)
            if sorted(places) != list(range(len(told["in_order"]))):
                raise Refused("Give each step a place of its own.")
            shown = shuffled(exercise)
            return {"order": [shown[places.index(k)] for k in range(len(shown))]}
        case "match":
            shown = shuffled(exercise)
            picked = _numbers([*sent.get("pick", ())], len(shown), each=True)
            if len(picked) != len(shown):
                raise Refused("Choose an answer for each line.")
            return {"pairs": [shown[k] for k in picked]}
        case "code_utterance":
            code = next(iter(sent.get("code", ())), "")
            if code not in told["choices"]:
                raise Refused("Choose a code first.")
            return {"code": code}
        case "spot_change_talk":
            return {"marked": _numbers(sent.get("marked", ()), len(told["transcript"]))}
        case _:
            text = tidy(next(iter(sent.get("text", ())), ""))
            if not text:
                raise Refused("Write your answer first.")
            if len(text) > LONGEST_ANSWER:
                raise Refused(
                    f"Your answer has {len(text):,} characters. Keep it under {LONGEST_ANSWER}: one thing, said well."
                )
            return {"text": text}


def mark(exercise: Exercise, answer: Mapping[str, Any], heard: Mapping[str, Any] | None = None) -> Marked:
    """Mark an answer. What was said in free words is marked by what the engine ``heard``."""
    told = exercise.told
    match exercise.kind:
        case "single_choice" | "multiple_choice":
            return _choice(told["options"], answer["chosen"])
        case "order":
            return _order(told, answer["order"])
        case "match":
            return _match(told, answer["pairs"])
        case "code_utterance":
            right = answer["code"] == told["answer"]
            remarks = [Remark(answer["code"], told["choices"][answer["code"]], right)]
            return Marked(float(right), tuple(remarks))
        case "spot_change_talk":
            return _spotted(told["transcript"], answer["marked"])
        case _:
            return _heard(told, heard or {"utterances": []})


def _choice(options: Sequence[Mapping[str, Any]], chosen: Sequence[int]) -> Marked:
    right = [bool(option.get("right")) for option in options]
    picked = [k in chosen for k in range(len(options))]
    remarks = [Remark(options[k]["text"], options[k]["feedback"], right[k]) for k in chosen]
    if sum(right) > 1 or len(chosen) > 1:
        missed = sum(r and not p for r, p in zip(right, picked, strict=True))
        words = (
            ""
            if not missed
            else "There is one more that fits."
            if missed == 1
            else f"There are {missed} more that fit."
        )
        score = sum(r == p for r, p in zip(right, picked, strict=True)) / len(options)
        return Marked(score, tuple(remarks), words)
    return Marked(float(right == picked), tuple(remarks))


def _order(told: Mapping[str, Any], order: Sequence[int]) -> Marked:
    steps = told["in_order"]
    right = [k == number for k, number in enumerate(order)]
    score = sum(right) / len(steps)
    # What is wrong is not given away: the reasons come when all of it is right.
    remarks = [Remark(steps[n]["text"], steps[n]["why"] if all(right) else "", right[k]) for k, n in enumerate(order)]
    return Marked(score, tuple(remarks), told["feedback"]["right" if all(right) else "not_yet"])


def _match(told: Mapping[str, Any], picked: Sequence[int]) -> Marked:
    pairs = told["pairs"]
    # Two lines may go with the same words.
    right = [pairs[k]["goes_with"] == pairs[pick]["goes_with"] for k, pick in enumerate(picked)]
    remarks = [
        Remark(f"{pair['this']} → {pairs[pick]['goes_with']}", pair["why"] if fits else "", fits)
        for pair, pick, fits in zip(pairs, picked, right, strict=True)
    ]
    return Marked(sum(right) / len(pairs), tuple(remarks), told["feedback"]["right" if all(right) else "not_yet"])


def _spotted(transcript: Sequence[Mapping[str, Any]], marked: Sequence[int]) -> Marked:
    wanted = {k for k, turn in enumerate(transcript) if turn.get("talk") == "change"}
    found, beside = wanted & set(marked), set(marked) - wanted
    remarks = [
        Remark(turn["client"], turn["why"], k in wanted)
        for k, turn in enumerate(transcript)
        if "client" in turn and (k in wanted or k in beside)
    ]
    score = 2 * len(found) / (len(wanted) + len(marked)) if wanted or marked else 0.0
    words = f"You found {len(found)} of {len(wanted)} lines of change talk"
    words += (
        "."
        if not beside
        else f", and marked {len(beside)} that {'speaks' if len(beside) == 1 else 'speak'} for something else."
    )
    return Marked(score, tuple(remarks), words)


def _heard(told: Mapping[str, Any], heard: Mapping[str, Any]) -> Marked:
    """All of the aim heard, and nothing that works against it: 1. Some of it beside something else: a half."""
    codes = [utterance["code"] for utterance in heard["utterances"]]
    aimed = [code for code in codes if code in told["aim"]]
    stray = [code for code in codes if code not in told["aim"] and code != "NC"]
    score = 0.0 if not aimed else 1.0 if not stray else 0.5
    advice = next((told["when_heard"][code] for code in stray or codes if code in told["when_heard"]), "")
    remarks = tuple(Remark(u["text"], u["why"], u["code"] in told["aim"] or None) for u in heard["utterances"])
    return Marked(score, remarks, "" if score == 1 else advice)


def _numbers(sent: Sequence[str], limit: int, *, each: bool = False) -> list[int]:
    """Numbers below ``limit``, in their own order if ``each`` stands for something, else sorted and each once."""
    found = [int(value) for value in sent if value.isdecimal() and len(value) < 4 and int(value) < limit]
    return found if each else sorted(set(found))
