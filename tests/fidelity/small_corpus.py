"""A small invented corpus in the shape of AnnoMI and of a MISC-coded set. Every sentence is ours."""

from __future__ import annotations

import csv
from pathlib import Path

_ANNOMI = (
    "mi_quality transcript_id video_url utterance_id interlocutor utterance_text annotator_id therapist_input_exists "
    "therapist_input_subtype reflection_exists reflection_subtype question_exists question_subtype "
    "main_therapist_behaviour client_talk_type"
).split()
_MISC = "conv_id speaker conv_vol_idx vol_text conv_utt_idx utt_text t1_label_GT t2_label_GT".split()

THEMES = (
    "drink", "bedtime", "school", "rows", "money", "phone", "temper", "smoking", "sleep", "visits", "housing",
    "shouting",
)  # fmt: skip

# Each exchange: what the practitioner says with AnnoMI's labels, and what the client answers with hers.
_EXCHANGES = (
    ("What worries you most about the {t}?", "question", "open", "I want to change the {t}, I really do.", "change"),
    ("Did the {t} start last year?", "question", "closed", "Yeah, {t} came then.", "neutral"),
    ("So the {t} has been hard on you.", "reflection", "simple", "I need to sort it out.", "change"),
    ("It sounds like the {t} is costing you your peace.", "reflection", "complex", "Yeah, {t} is.", "neutral"),
    ("Most services keep a record of the {t} for a year.", "input", "information", "I see the {t}.", "neutral"),
    ("You should deal with the {t} now.", "input", "advice", "I can't, there is no point.", "sustain"),
    ("Okay, {t}, right.", "other", "", "The {t} is fine, I don't see a problem.", "sustain"),
)

_VOLLEYS = (
    (("Hello there, {t}.", "FI"), ("What would you like to do about the {t}?", "OQ")),
    (("Did the {t} let you sleep?", "CQ"), ("You are worn out by the {t}.", "SR")),
    (("Underneath you feel the {t} is your fault.", "CR"), ("You have shown real courage with the {t}.", "AF")),
    (("The {t} clinic opens at nine.", "GI"), ("You need to stop the {t} now.", "DI")),
    (("One option could be to write the {t} down.", "ADP"), ("It's up to you what happens with the {t}.", "EC")),
    (("But you are still making excuses for the {t}.", "CO"), ("Okay, good {t}.", "FA")),
)
_ANSWERS = (("I want the {t} to stop.", "C"), ("I can't see the {t} changing.", "S"), ("Maybe {t}, I don't know.", "N"))


def write(folder: Path) -> Path:
    """Write both sets below ``folder`` and return it."""
    _write(folder / "annomi" / "coded.csv", _ANNOMI, [row for i, t in enumerate(THEMES) for row in _transcript(i, t)])
    _write(folder / "misc" / "coded.csv", _MISC, [row for t in THEMES for row in _conversation(t)])
    return folder


def annomi_row(**values: str) -> dict[str, str]:
    """One row of AnnoMI; what is not given is as for a turn without any behaviour."""
    absent = {f"{kind}_exists": "False" for kind in ("therapist_input", "reflection", "question")}
    return {**dict.fromkeys(_ANNOMI, "n/a"), **absent, **values}


def write_annomi(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows of AnnoMI."""
    _write(path, _ANNOMI, rows)
    return path


def _transcript(number: int, theme: str) -> list[dict[str, str]]:
    about = {
        "mi_quality": "low" if number % 4 == 3 else "high",
        "transcript_id": str(1000 + number),
        "video_url": f"https://videos.invalid/{number}",
        "annotator_id": str(number % 3),
    }
    rows = []
    for said, main, kind, answer, talk in _EXCHANGES * 2:
        name = {"input": "therapist_input"}.get(main, main)
        marked = {f"{name}_exists": "True", f"{name}_subtype": kind} if kind else {}
        for speaker, text, labels in (
            ("therapist", said, {"main_therapist_behaviour": name, **marked}),
            ("client", answer, {"client_talk_type": talk}),
        ):
            turn = {"utterance_id": str(len(rows)), "interlocutor": speaker, "utterance_text": text.format(t=theme)}
            rows.append(annomi_row(**about, **turn, **labels))
    return rows


def _conversation(theme: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for k, volley in enumerate(_VOLLEYS):
        answer, talk = _ANSWERS[k % len(_ANSWERS)]
        for v, (speaker, utterances) in enumerate((("counsellor", volley), ("client", ((answer, ""),)))):
            for text, code in utterances:
                rows.append(
                    {
                        "conv_id": f"talk about {theme}",
                        "speaker": speaker,
                        "conv_vol_idx": str(2 * k + v),
                        "vol_text": "",
                        "conv_utt_idx": str(len(rows)),
                        "utt_text": text.format(t=theme),
                        "t1_label_GT": talk if speaker == "client" else "",
                        "t2_label_GT": code,
                    }
                )
    return rows


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
