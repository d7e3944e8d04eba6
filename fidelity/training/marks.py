"""The coding's figures on one page: beside what experts reach among themselves and what others have published.

Reflections are shown by session quality too: they are fewest, and found worst, where practice is unskilful.

The experts' figures are of AnnoMI's ten coders on the seven sessions all of them coded (Wu et al. 2022): one
against the majority of the other nine, and pairs of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fidelity.artefacts import find

# Task, the expert against her peers (macro-F1 / kappa), pairs of experts (kappa).
_EXPERTS = {
    "main behaviour": (".854 / .811", ".737"),
    "reflection": (".883", ".663"),
    "question": (".958", ".869"),
    "input": (".875", ".642"),
    "open or closed": (".805", ".517"),
    "simple or complex": (".571", ".210"),
    "client": (".719 / .578", ".470"),
}
_NAMES = {
    "main behaviour": "what a turn mainly does, four kinds",
    "reflection": "a reflection in it or not",
    "question": "a question in it or not",
    "input": "information or advice in it or not",
    "open or closed": "open or closed question",
    "simple or complex": "simple or complex reflection",
    "client": "client: change, sustain, neutral",
}
# Both ways to count a reflection: task, the class that means one, name.
_REFLECTIONS = (
    ("main behaviour", "reflection", "the main thing a turn does"),
    ("reflection", "present", "anywhere in a turn"),
)
_QUALITIES = {"high": "skilful sessions", "low": "**unskilful sessions**"}


def marks(models: Path | None = None) -> str:
    """The figures of the models in use as three Markdown tables."""
    figures = [find(name, models).meta["figures"] for name in ("practitioner", "client")]
    tasks = _by_task(figures, "tasks")
    lines = [
        "| AnnoMI, by turn | n | macro-F1 [90 %] | kappa [90 %] | as speech | expert and peers | pairs of experts |",
        "|---|---|---|---|---|---|---|",
    ]
    heard = _by_task(figures, "as_speech")
    for task, name in _NAMES.items():
        if ("annomi", task) not in tasks:
            continue
        t, (peers, pairs) = tasks["annomi", task], _EXPERTS[task]
        lines.append(
            f"| {name} | {t['n']:,} | {_bracket(t, 'macro_f1')} | {_bracket(t, 'kappa')} "
            f"| {_short(heard['annomi', task]['macro_f1'])} | {peers} | {pairs} |"
        )
    lines += ["", "| by utterance | n | macro-F1 [90 %] | kappa [90 %] |", "|---|---|---|---|"]
    for (corpus, task), name in {
        ("misc", "utterance code"): "ten codes, MISC-coded sets",
        ("misc", "client"): "client, MISC-coded sets",
        ("written", "utterance code"): "eleven codes, kept-out conversations, **written, not recorded**",
        ("written", "contrast pairs"): "the same, kept-out contrast pairs, **written, not recorded**",
        ("written", "client"): "client, kept-out conversations, **written, not recorded**",
    }.items():
        if (corpus, task) not in tasks:
            continue
        t = tasks[corpus, task]
        lines.append(f"| {name} | {t['n']:,} | {_bracket(t, 'macro_f1')} | {_bracket(t, 'kappa')} |")
    lines += ["", *_reflections(_by_task(figures, "parts"))]
    return "\n".join(lines) + "\n"


def _reflections(parts: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[str]:
    lines = [
        "| reflections, AnnoMI, by turn | turns | reflections | precision | recall | F1 |",
        "|---|---|---|---|---|---|",
    ]
    for task, label, name in _REFLECTIONS:
        for quality, sessions in _QUALITIES.items():
            part = parts.get(("annomi", f"{task}, {quality}"))
            if part is None:
                continue
            found = next(c for c in part["classes"] if c["label"] == label)
            scores = " | ".join(_short(found[score]) for score in ("precision", "recall", "f1"))
            lines.append(f"| {name}, {sessions} | {part['n']:,} | {found['n']:,} | {scores} |")
    return lines


def _by_task(figures: list[Mapping[str, Any]], kind: str) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(corpus, t["task"]): t for one in figures for corpus, found in one.items() for t in found[kind]}


def _bracket(task: Mapping[str, Any], name: str) -> str:
    low, high = task[f"{name}_interval"]
    return f"{_short(task[name])} [{_short(low)}, {_short(high)}]"


def _short(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1)
