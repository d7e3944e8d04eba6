"""Reads the public coded conversations: AnnoMI (codes on turns) and two MISC-coded sets (codes on utterances).

A file is recognised by its columns, so it may have any name. Nothing is downloaded, and nothing of the
texts ends up in the project; see ``data/README.md`` for where the sets come from.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from fidelity.conversation import Speaker, Turn, Utterance
from fidelity.errors import DataError

Corpus = Literal["annomi", "misc", "written"]

_ANNOMI_COLUMNS = {
    "mi_quality", "transcript_id", "video_url", "utterance_id", "interlocutor", "utterance_text", "annotator_id",
    "therapist_input_exists", "therapist_input_subtype", "reflection_exists", "reflection_subtype",
    "question_exists", "question_subtype", "main_therapist_behaviour", "client_talk_type",
}  # fmt: skip
_MISC_COLUMNS = {
    "conv_id", "speaker", "conv_vol_idx", "vol_text", "conv_utt_idx", "utt_text", "t1_label_GT", "t2_label_GT",
}  # fmt: skip

# MISC 2.5 to MITI 4 as this product applies it; what is not named here is not coded.
_MISC_TO_MITI = {
    "ADP": "PwP", "ADW": "Persuade", "RCW": "Persuade", "WA": "Persuade", "DI": "Persuade", "CO": "Confront",
    "EC": "Emphasize", "AF": "AF", "RF": "CR", "GI": "GI", "OQ": "OQ", "CQ": "CQ", "SR": "SR", "CR": "CR",
    "SU": "NC", "FA": "NC", "FI": "NC", "ST": "NC",
}  # fmt: skip
_CLIENT = {"C": "change", "S": "sustain", "N": "neutral"}
_SPEAKERS: dict[str, Speaker] = {
    "therapist": "practitioner", "counsellor": "practitioner", "client": "client",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What human coders said of one turn; ``None`` where they did not say or said it is absent.

    AnnoMI fills the turn's fields, the MISC sets ``codes`` (one for each utterance of the turn).
    ``annotator`` is empty where several coders were put to a vote.
    """

    behaviour: str | None = None
    reflection: str | None = None
    question: str | None = None
    input: str | None = None
    annotator: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One coded conversation. ``gold`` runs beside ``turns``; ``source`` is its video, where known.

    ``raters`` holds each coder's own labels, beside ``turns``, where several coded it; ``gold`` is then their vote.
    ``held_out``, ``pair`` (the kind of contrast pair it is one side of) and ``decides`` (the turn in which the
    sides differ) are for written conversations.
    """

    id: str
    corpus: Corpus
    turns: tuple[Turn, ...]
    gold: tuple[Gold, ...]
    quality: str | None = None
    source: str | None = None
    topic: str | None = None
    raters: tuple[tuple[Gold, ...], ...] = ()
    held_out: bool = False
    pair: str | None = None
    decides: int | None = None


def read(path: Path) -> list[Conversation]:
    """Every coded conversation in a CSV file, or in all CSV files of a folder and its subfolders."""
    if path.is_file():
        return _read_file(path)
    if not path.is_dir():
        raise DataError(f"There is no file or folder “{path}”. Give the folder that holds the coded sets.")
    found = [c for file in _csv_files(path) if _kind(file) for c in _read_file(file)]
    if not found:
        raise DataError(f"No AnnoMI or MISC file was found in “{path}”. See data/README.md for their shape.")
    repeated = [name for name, n in Counter(c.id for c in found).items() if n > 1]
    if repeated:
        raise DataError(f"{repeated[0]} is in “{path}” more than once. Keep one copy of each set there.")
    return sorted(found, key=lambda c: c.id)


def file_hashes(path: Path) -> dict[str, str]:
    """File name and SHA-256 of each coded file that ``read`` takes from ``path``."""
    files = [path] if path.is_file() else [f for f in _csv_files(path) if _kind(f)]
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def _csv_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.csv"), key=lambda f: f.relative_to(folder).as_posix())


def _kind(file: Path) -> Corpus | None:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            columns = set(next(csv.reader(lines), []))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"“{file}” cannot be read as a CSV file in UTF-8: {error}") from error
    if columns >= _ANNOMI_COLUMNS:
        return "annomi"
    return "misc" if columns >= _MISC_COLUMNS else None


def _read_file(file: Path) -> list[Conversation]:
    kind = _kind(file)
    if kind is None:
        raise DataError(
            f"“{file}” has neither the columns of AnnoMI nor those of the MISC sets. "
            f"AnnoMI needs {', '.join(sorted(_ANNOMI_COLUMNS))}; MISC needs {', '.join(sorted(_MISC_COLUMNS))}."
        )
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, restval=""))
        return _annomi(rows) if kind == "annomi" else _misc(rows)
    except (ValueError, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"“{file}” is not in the expected shape: {error}. Check that it is complete.") from error


def _annomi(rows: Sequence[dict[str, str]]) -> list[Conversation]:
    rows = sorted(rows, key=lambda r: (int(r["transcript_id"]), int(r["utterance_id"]), int(r["annotator_id"])))
    conversations = []
    for transcript, group in groupby(rows, key=lambda r: r["transcript_id"]):
        votes = [list(v) for _, v in groupby(group, key=lambda r: r["utterance_id"])]
        conversations.append(
            Conversation(
                id=f"annomi:{transcript}",
                corpus="annomi",
                turns=tuple(
                    Turn(n=n, speaker=_SPEAKERS[v[0]["interlocutor"]], text=v[0]["utterance_text"])
                    for n, v in enumerate(votes)
                ),
                gold=tuple(_majority(v) for v in votes),
                quality=votes[0][0]["mi_quality"],
                source=votes[0][0]["video_url"],
                topic=votes[0][0].get("topic", "").strip() or None,
                raters=_raters(votes),
            )
        )
    return conversations


def _majority(votes: Sequence[dict[str, str]]) -> Gold:
    """One coder's labels, or those most coders gave; ties go to the coder with the lowest number."""
    annotator = votes[0]["annotator_id"] if len(votes) == 1 else ""
    if votes[0]["interlocutor"] == "client":
        return Gold(behaviour=_most(v["client_talk_type"] for v in votes), annotator=annotator)

    def kind(name: str) -> str | None:
        marked = [v for v in votes if v[f"{name}_exists"] == "True"]
        return _most(v[f"{name}_subtype"] for v in marked) if 2 * len(marked) > len(votes) else None

    main = _most(v["main_therapist_behaviour"] for v in votes)
    return Gold(
        behaviour="input" if main == "therapist_input" else main,
        reflection=kind("reflection"),
        question=kind("question"),
        input=kind("therapist_input"),
        annotator=annotator,
    )


def _raters(votes: Sequence[Sequence[dict[str, str]]]) -> tuple[tuple[Gold, ...], ...]:
    """The labels of each coder who coded every turn, if there are several."""
    number = min(map(len, votes))
    if number < 2:
        return ()
    return tuple(tuple(_majority([turn[k]]) for turn in votes) for k in range(number))


def _most(labels: Iterable[str]) -> str:
    return Counter(labels).most_common(1)[0][0]  # the first seen wins a tie


def _misc(rows: Sequence[dict[str, str]]) -> list[Conversation]:
    conversations = []
    for conversation, group in groupby(rows, key=lambda r: r["conv_id"]):
        volleys = [list(v) for _, v in groupby(group, key=lambda r: int(r["conv_vol_idx"]))]
        prefix = "hlqc" if re.fullmatch(r"(high|low)_\d+", conversation) else "miv"
        conversations.append(
            Conversation(
                id=f"{prefix}:{conversation}",
                corpus="misc",
                turns=tuple(_misc_turn(n, v) for n, v in enumerate(volleys)),
                gold=tuple(Gold(codes=tuple(map(_misc_code, v))) for v in volleys),
            )
        )
    return conversations


def _misc_turn(n: int, volley: Sequence[dict[str, str]]) -> Turn:
    utterances = tuple(Utterance(u=u, text=row["utt_text"]) for u, row in enumerate(volley))
    return Turn(
        n=n,
        speaker=_SPEAKERS[volley[0]["speaker"]],
        text=" ".join(u.text for u in utterances),
        utterances=utterances,
    )


def _misc_code(row: dict[str, str]) -> str:
    return _CLIENT[row["t1_label_GT"]] if row["speaker"] == "client" else _MISC_TO_MITI[row["t2_label_GT"]]
