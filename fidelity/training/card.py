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
    (
        "written conversations, `data/corpora`",
        "child safeguarding, made up for this project, coded twice by utterance",
        "the project's own",
    ),
    ("MIV", "talks with a chatbot counsellor, coded by utterance with MISC 2.5", "no licence file; for research"),
)


def card(meta: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    kinds = {"encoder": _encoder_card, "readings": _readings_card}
    return kinds.get(meta["name"], _coder_card)(meta)


def _encoder_card(meta: Mapping[str, Any]) -> str:
    training = meta["training"]
    options = training["options"]
    return f"""# {meta["name"]} {meta["version"]}

Reads a turn of a conversation with a little of what was said around it, and gives a vector for the turn and one
for each of its utterances. The models `practitioner` and `client` decide on codes from these vectors and from
words; their cards say how well. Alone it says nothing.

## Where it comes from

all-MiniLM-L6-v2 (six layers of 384, licence Apache-2.0 as stated by its makers), fine-tuned for all tasks together
on {training["conversations"]} conversations and sides of contrast pairs: the sets named on the two cards. The
embeddings and the lower two layers were left as they were; {options["epochs"]} epochs, {options["batch"]} turns at a
time. Weights are stored as unsigned 8-bit integers in ONNX, a fourth of the size; their products are exact on every
processor.

{chr(10).join("| " + " | ".join(row) + " |" for row in _SOURCES)}

## Not for

- Anything but the two models that were trained with it. `meta.json` of each names this encoder by hash.
- Other languages than English.

Made by `changetalk train --all`. Training may round differently on another processor, so the same data need not
give the same bytes everywhere; the figures should hold to about a hundredth.
"""


def _readings_card(meta: Mapping[str, Any]) -> str:
    return f"""# {meta["name"]} {meta["version"]}

What five encoders, made as `encoder` was but each without a fifth of the recorded conversations, said of the turns and
utterances of that fifth: scores of every task, for {meta["conversations"]} conversations, each as written down and in
lower case without punctuation. No words are kept, only numbers and a hash of each conversation.

Nothing that codes a conversation reads them. `changetalk train --keep-encoder` and `changetalk evaluate --folds
--keep-encoder` do: what stands beside the encoder is learned and measured anew in minutes, on conversations that the
encoder had not learned from.

## Where they come from

The sets AnnoMI, HLQC and MIV, named with their licences on the card of `encoder`. Without those they are of no use.

## Not for

- Other conversations, or other words of the same ones: they are refused.
- Another encoder than the one whose hash is in `meta.json`.

Made by `changetalk train --all`, kept in half precision.
"""


def _coder_card(meta: Mapping[str, Any]) -> str:
    training = meta["training"]
    how = _WITH_ENCODER if meta["encoder"] else _WORDS_ALONE
    return f"""# {meta["name"]} {meta["version"]}

{_WHAT[meta["name"]]}

{how}{_IN_FLOW if meta["name"] == "practitioner" else ""}

## Trained on

{len(training["conversations"])} conversations and sides of contrast pairs, {_rows(training["rows"])}.

{chr(10).join("| " + " | ".join(row) + " |" for row in _SOURCES)}

The recorded talk is all English, most of it demonstrations, and none of it child safeguarding. What is about child
safeguarding was written, not recorded.

## How well it agrees with people

Grouped five-fold cross-validation: conversations of one video or scenario, and copies between sets, are
never split. Brackets hold 90 % of resamplings of whole conversations. Settings were chosen on the same folds, and
the word lists in `wording.toml` were written after reading the open sets, so expect a little less on new
conversations. Figures on written conversations come from those kept out of training; they are **written, not
recorded**, by the same hands as those it learned from, and flatter it.

{_overview(meta["figures"])}

### As a speech recogniser may write it: lower case, no punctuation

{_overview(meta["figures"], "as_speech")}

### By session quality and topic

{_overview(meta["figures"], "parts")}
{_settled(meta["figures"])}{_sessions(meta["figures"])}{_experts(meta["figures"])}
### By class

{_classes(meta["figures"])}

## Weak

{_weak(meta["figures"])}

## Not for

- Judging, ranking or paying anybody. The codes are a starting point for a conversation with a trainer.
- Speech of languages other than English, groups, or talk that is not a one-to-one (or couple) conversation.
- Deciding anything about a family.
- {_always(meta["name"])}

Made by `changetalk train`. `meta.json` names the data by hash and every conversation used.
"""


_WORDS_ALONE = """Logistic regression on words, letters and grammar cues of an utterance and of the talk around it, with
probabilities calibrated on grouped folds. No neural network; the files hold words with weights, no
conversation."""
_WITH_ENCODER = """Two opinions made one: logistic regression on words, letters and grammar cues of an utterance and of
the talk around it, and linear heads on the vectors of the model `encoder`. How far each is believed, and how sure to
be of the result, was learned on grouped folds. The files hold words with weights, no conversation."""

_IN_FLOW = """ What a turn mainly
does is then judged in the light of the practitioner's other turns: how one thing follows another, in skilful and in
unskilful sessions, was counted in AnnoMI."""


def _rows(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{n} rows for the head “{head}”" for head, n in rows.items())


def _overview(figures: Mapping[str, Any], kind: str = "tasks") -> str:
    lines = ["| set | task | n | macro-F1 | kappa | calibration error |", "|---|---|---|---|---|---|"]
    for corpus, found in figures.items():
        for t in found[kind]:
            error = "–" if t["calibration_error"] is None else f"{t['calibration_error']:.3f}"
            lines.append(
                f"| {_corpus(corpus)} | {t['task']} | {t['n']} | {_bracket(t, 'macro_f1')} "
                f"| {_bracket(t, 'kappa')} | {error} |"
            )
    return "\n".join(lines)


def _settled(figures: Mapping[str, Any]) -> str:
    rows = [
        f"| {_corpus(corpus)} | {t['task']} | {t['settled']:.0%} | {_percent(t['right_settled'])} "
        f"| {_percent(t['right_suggested'])} |"
        for corpus, found in figures.items()
        for t in found["tasks"]
        if t["settled"] is not None
    ]
    head = (
        "\n### When it abstains\n\nA code that is rare in the recorded data, or not likely enough, is only "
        "suggested, for a person to look at.\n\n| set | task | settled | right of these | right of those suggested |\n"
        "|---|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n" if rows else ""


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _sessions(figures: Mapping[str, Any]) -> str:
    rows = [
        f"| {_corpus(corpus)} | {s['measure']} | {s['n']} | {_bracket(s, 'icc')} "
        f"| {s['covered']:.0%} | {s['bias']:+.2f} |"
        for corpus, found in figures.items()
        for s in found["sessions"]
    ]
    head = (
        "\n### Measures of whole sessions\n\nICC(2,1) of the machine's value with that of human codes, how often the "
        "machine's 90 % interval holds the latter, and by how much the machine is over it on average.\n\n"
        "| set | measure | sessions | ICC | covered | over |\n|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n" if rows else ""


def _experts(figures: Mapping[str, Any]) -> str:
    rows = [
        f"| {e['task']} | {e['sessions']} | {e['experts']} | {e['n']} | {e['expert_expert']:.3f} "
        f"| {e['machine_expert']:.3f} | {_bracket(e, 'ratio')} |"
        for found in figures.values()
        for e in found["experts"]
    ]
    head = (
        "\n### Beside experts\n\nMean kappa of pairs of experts, and of the machine with each expert, on sessions that "
        "several coded.\n\n| task | sessions | experts | n | experts | machine | ratio |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n" if rows else ""


def _classes(figures: Mapping[str, Any]) -> str:
    lines = ["| set | task | class | n | precision | recall | F1 |", "|---|---|---|---|---|---|---|"]
    for corpus, found in figures.items():
        lines += [
            f"| {_corpus(corpus)} | {t['task']} | {c['label']} | {c['n']} | {c['precision']:.2f} | {c['recall']:.2f} "
            f"| {c['f1']:.2f} |"
            for t in found["tasks"]
            for c in t["classes"]
            if c["n"]
        ]
    return "\n".join(lines)


def _weak(figures: Mapping[str, Any]) -> str:
    weak = [
        f"- {_corpus(corpus)}, {t['task']}: **{c['label']}**, F1 {c['f1']:.2f} (n = {c['n']})"
        for corpus, found in figures.items()
        for t in found["tasks"]
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
    return {"annomi": "AnnoMI", "misc": "MISC", "written": "written"}[corpus]


def _bracket(task: Mapping[str, Any], name: str) -> str:
    low, high = task[f"{name}_interval"]
    return f"{task[name]:.3f} [{low:.3f}, {high:.3f}]"
