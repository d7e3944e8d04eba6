"""The scripts and references of the sample recordings: ``data/samples/<name>/script.toml`` and ``reference.json``.

A script says who says what, with a code on every utterance. The reference is the same conversation with
the times at which it is heard in the recording; the builder in ``samples.py`` writes it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.conversation import Turn, Utterance
from fidelity.errors import DataError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
SCHEMA: Literal["changetalk.sample/1"] = "changetalk.sample/1"

Role = Literal["practitioner", "client"]
_CODES: dict[Role, tuple[str, ...]] = {"practitioner": PRACTITIONER, "client": CLIENT}
_HEAD = {"title", "setting", "change_goal", "skill", "recording", "stereo", "voices", "turns"}
_TURN = {"speaker", "pause", "overlap", "said"}
_PAUSE = 0.5  # s before a turn, where the script says nothing; ordinary talk changes hands faster than it reads.


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One utterance of a script and its code."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTurn:
    """What one person says. ``gap`` is the pause before it in seconds, negative where it overlaps the last turn."""

    speaker: Role
    gap: float
    said: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A conversation to be spoken. ``voices`` names the synthetic voice of each role."""

    name: str
    title: str
    setting: str
    change_goal: str
    skill: str
    recording: str
    stereo: bool
    voices: dict[Role, str]
    turns: tuple[ScriptTurn, ...]

    def words(self) -> int:
        """How many words are spoken."""
        return sum(len(line.text.split()) for turn in self.turns for line in turn.said)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceUtterance(Utterance):
    """An utterance with the code its author gave it."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTurn(Turn):
    """A turn whose utterances carry the author's codes."""

    utterances: tuple[ReferenceUtterance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What is truly said in a sample recording, by whom, when, and with which codes."""

    schema: Literal["changetalk.sample/1"] = SCHEMA
    name: str
    title: str
    change_goal: str
    recording: str
    duration: float
    channels: int
    turns: tuple[ReferenceTurn, ...]

    def to_json(self) -> str:
        """UTF-8 JSON text, without fields that say nothing."""
        exclude = {"turns": {"__all__": {"voice", "certainty", "words"}}}
        return _adapter().dump_json(self, indent=1, exclude=exclude).decode() + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Reference:
        """Read what ``to_json`` wrote."""
        reference: Reference = _adapter().validate_json(text)
        return reference


@cache
def _adapter() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # heavy; needed only where JSON is read or written

    return TypeAdapter(Reference)


def names(folder: Path = SAMPLES) -> tuple[str, ...]:
    """The samples that have a script, in alphabetical order."""
    found = tuple(sorted(path.parent.name for path in folder.glob("*/script.toml")))
    if not found:
        raise DataError(f"There are no sample scripts in {folder}. They come with the source code of Changetalk.")
    return found


def chosen(only: Sequence[str], folder: Path = SAMPLES) -> tuple[str, ...]:
    """Those samples, or all of them where none is named. Raises ``DataError`` on a name that none has."""
    known = names(folder)
    unknown = [name for name in only if name not in known]
    if unknown:
        raise DataError(f"There is no sample called {unknown[0]}. There are: {', '.join(known)}.")
    return tuple(only) or known


def load_script(name: str, folder: Path = SAMPLES) -> Script:
    """Read and check one script. Raises ``DataError`` naming the turn that is wrong."""
    path = folder / name / "script.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"There is no sample called {name}. There are: {', '.join(names(folder))}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name} of the sample {name} is not valid TOML: {error}") from error
    _check_keys(raw, _HEAD, _HEAD - {"stereo"}, f"the sample {name}")
    if set(raw["voices"]) != set(_CODES):
        raise DataError(f"The sample {name} must give a voice to the practitioner and one to the client.")
    turns = tuple(_turn(turn, f"turn {n} of the sample {name}") for n, turn in enumerate(raw["turns"]))
    return Script(**{**raw, "name": name, "stereo": raw.get("stereo", False), "turns": turns})


def _turn(raw: dict[str, Any], where: str) -> ScriptTurn:
    _check_keys(raw, _TURN, {"speaker", "said"}, where)
    if raw["speaker"] not in _CODES:
        raise DataError(f"The speaker in {where} must be practitioner or client, not {raw['speaker']}.")
    if "pause" in raw and "overlap" in raw:
        raise DataError(f"Give {where} a pause or an overlap, not both.")
    if not raw["said"]:
        raise DataError(f"Nothing is said in {where}.")
    gap = -float(raw["overlap"]) if "overlap" in raw else float(raw.get("pause", _PAUSE))
    return ScriptTurn(
        speaker=raw["speaker"], gap=gap, said=tuple(_line(line, raw["speaker"], where) for line in raw["said"])
    )


def _line(raw: dict[str, str], speaker: Role, where: str) -> Line:
    _check_keys(raw, {"code", "text"}, {"code", "text"}, where)
    if raw["code"] not in _CODES[speaker]:
        raise DataError(
            f"{raw['code']} in {where} is no code for a {speaker}. Use one of: {', '.join(_CODES[speaker])}."
        )
    if not raw["text"].strip():
        raise DataError(f"There is an empty utterance in {where}.")
    return Line(code=raw["code"], text=raw["text"])


def _check_keys(raw: dict[str, Any], known: set[str], needed: set[str], where: str) -> None:
    wrong: Sequence[str] = sorted(raw.keys() - known)
    missing: Sequence[str] = sorted(needed - raw.keys())
    if wrong:
        raise DataError(f"Unknown in {where}: {', '.join(wrong)}. Known are: {', '.join(sorted(known))}.")
    if missing:
        raise DataError(f"Missing in {where}: {', '.join(missing)}.")
