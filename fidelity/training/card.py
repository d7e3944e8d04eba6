"""A model's card (README.md), written from its ``meta.json`` alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fidelity.codebook import ALWAYS_SUGGESTED, CODES

WEAK = 0.5  # F1. A class below it is wrong about as often as right, and is named as weak.

_WHAT = {
    "practitioner": "MITI 4.2.1 codes for each utterance of the practitioner, and what each turn mainly does.",
    "client": "Change talk, sustain talk or neither, for each utterance and turn of the client.",
}
_SOURCES = (
    ("set", "what", "licence as stated"),
    ("---", "---", "---"),
    (
        "AnnoMI",
        "demonstration sessions, coded by turn, most by one coder, four by ten",
        "no licence file; its authors call it publicly and freely available",
    ),
    (
        "HLQC, the part coded with MISC 2.5",
        "demonstration sessions as speech-recognition text, coded by utterance",
        "no licence file; for research",
    ),
    ("MIV", "talks with a chatbot counsellor, coded by utterance with MISC 2.5", "no licence file; for research"),
)


def card(meta: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    training = meta["training"]
    return f"""# {meta["name"]} {meta["version"]}

{_WHAT[meta["name"]]}

Logistic regression on words, letters and grammar cues of an utterance and of the talk around it, with
probabilities calibrated on grouped folds. No neural network; the files hold words with weights, no
conversation.

## Trained on

{len(training["conversations"])} conversations, {_rows(training["rows"])}.

{chr(10).join("| " + " | ".join(row) + " |" for row in _SOURCES)}

None of it is child safeguarding. All of it is English, and most of it is demonstrations, not real sessions.

## How well it agrees with people

Grouped five-fold cross-validation: conversations of one video or scenario, and copies between sets, are
never split. Brackets hold 90 % of resamplings of whole conversations. The settings were chosen on the same
folds, and the word lists in `wording.toml` were written after reading the open sets, so expect a little
less on new conversations.

{_overview(meta["figures"])}

{_classes(meta["figures"])}

## Weak

{_weak(meta["figures"])}

## Not for

- Judging, ranking or paying anybody. The codes are a starting point for a conversation with a trainer.
- Speech of languages other than English, groups, or talk that is not a one-to-one (or couple) conversation.
- Deciding anything about a family.
- {_always(meta["name"])}

Made by `changetalk train`; the same data and library versions give the same bytes. `meta.json` names the data
by hash and every conversation used.
"""


def _rows(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{n} rows for the head “{head}”" for head, n in rows.items())


def _overview(figures: Mapping[str, Any]) -> str:
    lines = ["| set | task | n | macro-F1 | kappa | calibration error |", "|---|---|---|---|---|---|"]
    for corpus, tasks in figures.items():
        for t in tasks:
            error = "–" if t["calibration_error"] is None else f"{t['calibration_error']:.3f}"
            lines.append(
                f"| {_corpus(corpus)} | {t['task']} | {t['n']} | {_bracket(t, 'macro_f1')} "
                f"| {_bracket(t, 'kappa')} | {error} |"
            )
    return "\n".join(lines)


def _classes(figures: Mapping[str, Any]) -> str:
    lines = ["| set | task | class | n | precision | recall | F1 |", "|---|---|---|---|---|---|---|"]
    for corpus, tasks in figures.items():
        lines += [
            f"| {_corpus(corpus)} | {t['task']} | {c['label']} | {c['n']} | {c['precision']:.2f} | {c['recall']:.2f} "
            f"| {c['f1']:.2f} |"
            for t in tasks
            for c in t["classes"]
            if c["n"]
        ]
    return "\n".join(lines)


def _weak(figures: Mapping[str, Any]) -> str:
    weak = [
        f"- {_corpus(corpus)}, {t['task']}: **{c['label']}**, F1 {c['f1']:.2f} (n = {c['n']})"
        for corpus, tasks in figures.items()
        for t in tasks
        for c in t["classes"]
        if c["n"] and c["f1"] < WEAK
    ]
    return "\n".join(weak) if weak else f"No class is below F1 {WEAK:.2f}."


def _always(name: str) -> str:
    if name == "client":
        return "Counting change talk to the utterance: experts agree only moderately (kappa .47), and it less."
    codes = ", ".join(CODES[code].name for code in ALWAYS_SUGGESTED)
    return f"Counting rare codes: {codes} are always shown as suggestions. Seek has no gold standard here at all."


def _corpus(corpus: str) -> str:
    return {"annomi": "AnnoMI", "misc": "MISC"}[corpus]


def _bracket(task: Mapping[str, Any], name: str) -> str:
    low, high = task[f"{name}_interval"]
    return f"{task[name]:.3f} [{low:.3f}, {high:.3f}]"
