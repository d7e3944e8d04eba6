"""Reads the conversations written for this project: ``data/corpora``; its README is the authoring guide.

Every flaw in a file is an error that names the file and the place, so a corpus that loads is a corpus that
holds to the guide's form. What only a reader can judge is not checked here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.conversation import Speaker, Turn, Utterance
from fidelity.errors import DataError
from fidelity.training.corpora import Conversation, Gold

WRITTEN = Path(__file__).resolve().parents[2] / "data" / "corpora"
TOPICS = (
    "neglect", "domestic-abuse", "substance-misuse", "mental-health", "school-absence", "home-conditions",
    "teenagers", "separated-parents",
)  # fmt: skip
SKILLS = ("skilful", "mixed", "poor")

_PEOPLE: dict[str, tuple[Speaker, tuple[str, ...]]] = {
    "P": ("practitioner", PRACTITIONER),
    "C": ("client", CLIENT),
}
_REFLECTION = frozenset({"SR", "CR"})
# What each side of a contrast pair may be coded.
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "praise or affirmation": (frozenset({"NC"}), frozenset({"AF"})),
    "information or persuasion": (frozenset({"GI"}), frozenset({"Persuade"})),
    "permission or none": (frozenset({"Persuade"}), frozenset({"PwP"})),
    "clear concern or confrontation": (frozenset({"GI"}), frozenset({"Confront"})),
    "self-efficacy or autonomy": (frozenset({"AF"}), frozenset({"Emphasize"})),
    "reflection or echo question": (_REFLECTION, frozenset({"CQ"})),
    "reflection or accusation": (_REFLECTION, frozenset({"Confront"})),
    "reflection or affirmation": (_REFLECTION, frozenset({"AF"})),
    "reflection or autonomy": (_REFLECTION, frozenset({"Emphasize"})),
    "simple or complex": (frozenset({"SR"}), frozenset({"CR"})),
    "sympathy or reflection": (frozenset({"NC"}), _REFLECTION),
    "asking leave or asking": (frozenset({"CQ"}), frozenset({"Seek"})),
    "change or sustain": (frozenset({"change"}), frozenset({"sustain"})),
    "neutral or change": (frozenset({"neutral"}), frozenset({"change"})),
}
_HEAD = {"title", "topic", "skill", "setting", "change_goal", "held_out", "turns"}
_PAIR = {"differs", "held_out", "before", "one", "other"}


def read_written(folder: Path = WRITTEN) -> list[Conversation]:
    """Every written conversation, and both sides of every pair as a short conversation of its own.

    Raises ``DataError`` at the first flaw, with the file and the place in it.
    """
    found: list[Conversation] = []
    for file in sorted(folder.glob("*/*.toml")):
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise DataError(f"{_place(file)} cannot be read: {error}") from error
        if file.parent.name not in TOPICS:
            raise DataError(f"{_place(file)} is in no topic's folder. Topics are {', '.join(TOPICS)}.")
        found += _pairs(file, table) if file.name == "pairs.toml" else [_conversation(file, table)]
    if not found:
        raise DataError(f"There are no written conversations in “{folder}”.")
    _check_repeats(found)
    return found


def _conversation(file: Path, table: dict[str, Any]) -> Conversation:
    where = _place(file)
    if set(table) != _HEAD:
        raise DataError(f"{where}: it needs exactly {', '.join(sorted(_HEAD))}; it has {', '.join(sorted(table))}.")
    if table["topic"] != file.parent.name or table["skill"] not in SKILLS or not isinstance(table["held_out"], bool):
        raise DataError(f"{where}: topic, skill or held_out is not one of those in the guide.")
    if not all(isinstance(table[name], str) and table[name].strip() for name in ("title", "setting", "change_goal")):
        raise DataError(f"{where}: title, setting and change_goal must be words.")
    turns, gold = _turns(where, table["turns"])
    return Conversation(
        id=f"written:{table['topic']}/{file.stem}",
        corpus="written",
        turns=turns,
        gold=gold,
        quality=table["skill"],
        topic=table["topic"],
        held_out=table["held_out"],
    )


def _pairs(file: Path, table: dict[str, Any]) -> Iterator[Conversation]:
    for number, pair in enumerate(table.get("pairs", ()), 1):
        where = f"{_place(file)}, pair {number}"
        if not isinstance(pair, dict) or set(pair) - {"after"} != _PAIR or pair["differs"] not in KINDS:
            raise DataError(f"{where}: it needs {', '.join(sorted(_PAIR))} and a kind of pair from the guide.")
        person = "C" if KINDS[pair["differs"]][0] <= set(CLIENT) else "P"
        for side, allowed in zip(("one", "other"), KINDS[pair["differs"]], strict=True):
            turns = [*pair["before"], [person, pair[side]], *([pair["after"]] if "after" in pair else [])]
            read, gold = _turns(f"{where}, {side}", turns)
            if pair[side][0] not in allowed:
                raise DataError(f"{where}: “{side}” is coded {pair[side][0]}; it may be {', '.join(sorted(allowed))}.")
            yield Conversation(
                id=f"written:{file.parent.name}/pairs/{number}/{side}",
                corpus="written",
                turns=read,
                gold=gold,
                source=f"{where} of the written conversations",
                topic=file.parent.name,
                held_out=pair["held_out"],
                pair=pair["differs"],
                decides=len(pair["before"]),
            )


def _turns(where: str, given: Any) -> tuple[tuple[Turn, ...], tuple[Gold, ...]]:
    if not isinstance(given, list) or not given:
        raise DataError(f"{where}: turns must be a list.")
    turns: list[Turn] = []
    gold: list[Gold] = []
    for n, turn in enumerate(given):
        place = f"{where}, turn {n + 1}"
        if not isinstance(turn, list) or len(turn) < 2 or turn[0] not in _PEOPLE:
            raise DataError(f"{place}: a turn is “P” or “C” followed by its utterances.")
        speaker, codes = _PEOPLE[turn[0]]
        if n and turns[-1].speaker == speaker:
            raise DataError(f"{place}: the same person has two turns in a row; make them one.")
        for said in turn[1:]:
            if not isinstance(said, list) or len(said) != 2 or not all(isinstance(x, str) for x in said):
                raise DataError(f"{place}: an utterance is a code and its words.")
            if said[0] not in codes:
                raise DataError(f"{place}: “{said[0]}” is not a code of the {speaker} ({', '.join(codes)}).")
            if not said[1].strip() or said[1] != " ".join(said[1].split()):
                raise DataError(f"{place}: words are missing, or hold needless spaces.")
        texts = [said[1] for said in turn[1:]]
        turns.append(
            Turn(
                n=n,
                speaker=speaker,
                text=" ".join(texts),
                utterances=tuple(Utterance(u=u, text=text) for u, text in enumerate(texts)),
            )
        )
        gold.append(Gold(codes=tuple(said[0] for said in turn[1:])))
    return tuple(turns), tuple(gold)


def _check_repeats(conversations: Sequence[Conversation]) -> None:
    """A longer line may stand in one conversation only: copies would leak into the part kept out of training."""
    seen: dict[str, str] = {}
    for c in conversations:
        source = c.id.rsplit("/", 1)[0] if c.pair else c.id
        for turn in c.turns:
            for utterance in turn.utterances:
                text = utterance.text.lower()
                if len(text.split()) >= _LONG and seen.setdefault(text, source) != source:
                    raise DataError(f"{source} and {seen[text]} share a line: “{utterance.text}”. Write it anew.")


_LONG = 8  # words; shorter lines ("How's the week been?") are common property


def _place(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"
