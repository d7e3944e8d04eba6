"""A service's own calibration of the shipped coder: how sure to be of each code there, and how wide intervals are.

It changes no model. It is kept in a folder of its own, says which models it was made for, and is refused with others.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from fidelity.artefacts import file_sha256, find
from fidelity.classify.client import _SELF
from fidelity.classify.decode import Probabilities, best, normalised, summed, tilted
from fidelity.classify.practitioner import BEHAVIOUR, Verdict
from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.config import ScoreOptions
from fidelity.conversation import ModelUse
from fidelity.errors import ModelError

FORMAT = "changetalk.local/1"
FILE = "calibration.json"
VERSION = "1"
CODES = {"practitioner": PRACTITIONER, "client": CLIENT}
_KINDS: dict[str, Mapping[str, str]] = {"practitioner": BEHAVIOUR, "client": _SELF}
_SAY = {"practitioner": 0.3, "client": 1.0}  # how far moved utterances move their turn
_LEAST = 1e-6
_MOST = 20.0  # of anything in the file; a fit stays far below


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What is done to one person's codes: log probabilities times ``sharpness``, plus an offset for each code.

    ``spread`` is what the drift of the score's intervals is multiplied by.
    """

    sharpness: float
    offsets: dict[str, float]
    spread: float = 1.0

    def probabilities(self, p: Mapping[str, float]) -> Probabilities:
        """The same codes with what the service's own coders make likely."""
        logs = {c: self.sharpness * math.log(max(v, _LEAST)) + self.offsets[c] for c, v in p.items()}
        top = max(logs.values())
        return normalised({code: math.exp(value - top) for code, value in logs.items()})


@dataclass(frozen=True, slots=True)
class Local:
    """A calibration by speaker; whether it was ``better`` on sessions it had not seen, or is wanted ``anyway``."""

    models: dict[str, str]
    speakers: dict[str, Adjusted]
    sessions: int = 0
    better: bool = True
    anyway: bool = False
    sha256: str = ""

    def verdict(self, speaker: str, found: Verdict) -> Verdict:
        """A verdict as the service's own coders would more often give it.

        Only codes of utterances were learned from, so they stand; the turn follows, as far as they have a say in it,
        and is something that one of them bears out. The other way round, a turn that nobody calibrated would undo them.
        """
        adjusted, kind = self.speakers[speaker], _KINDS[speaker]
        before = [u.probabilities for u in found.utterances]
        after = [adjusted.probabilities(p) for p in before]
        moved = {
            b: value * (_strongest(after, kind, b) / max(_strongest(before, kind, b), _LEAST)) ** _SAY[speaker]
            for b, value in found.behaviour_probabilities.items()
        }
        borne = sorted({kind[best(p)] for p in after})
        turn = tilted(normalised({b: max(value, _LEAST) for b, value in moved.items()}), borne)
        utterances = tuple(replace(u, probabilities=p) for u, p in zip(found.utterances, after, strict=True))
        return Verdict(best(turn), turn, utterances)

    def scores(self, options: ScoreOptions) -> ScoreOptions:
        """The options of the score, its intervals as wide as the service's own sessions ask for."""
        ours, theirs = self.speakers["practitioner"].spread, self.speakers["client"].spread
        return replace(
            options,
            practitioner_drift=round(options.practitioner_drift * ours, 4),
            depth_drift=round(options.depth_drift * ours, 4),
            client_drift=round(options.client_drift * theirs, 4),
        )

    def use(self) -> ModelUse:
        """How an analysis says that it was calibrated locally."""
        return ModelUse(role="local calibration", name="calibration", version=VERSION, sha256=self.sha256)

    def to_json(self) -> str:
        """The text of ``calibration.json``; the same calibration always gives the same text."""
        about = {
            "format": FORMAT,
            "version": VERSION,
            "models": self.models,
            "sessions": self.sessions,
            "better": self.better,
            "anyway": self.anyway,
            "speakers": {name: asdict(a) for name, a in self.speakers.items()},
        }
        return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def load(folder: Path, models: Mapping[str, str] | None = None) -> Local:
    """The calibration in a folder; ``models`` are the names and hashes of those in use.

    Raises:
        ModelError: it is missing, damaged, for other models, or was no better and is not wanted all the same.
    """
    path = folder / FILE
    if not path.is_file():
        raise ModelError(f"There is no local calibration in “{folder}”: {FILE} is missing.")
    try:
        at = path.stat()
        found = _kept(path.resolve(), at.st_mtime_ns, at.st_size)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"The local calibration “{path}” is damaged or of another version ({error}). "
            "Make it again with `changetalk train --local`."
        ) from error
    if models is not None and found.models != dict(models):
        other = sorted(n for n in {*models, *found.models} if found.models.get(n) != models.get(n))
        raise ModelError(
            f"The local calibration in “{folder}” was made for other models than those in use ({', '.join(other)} "
            "differ). Make it again with `changetalk train --local`, or leave it out."
        )
    if models is not None and not found.better and not found.anyway:
        raise ModelError(
            f"The local calibration in “{folder}” is no better than the models alone, as its README.md shows, so it is "
            "not put to use. To use it all the same, make it again with --anyway."
        )
    return found


def in_use(models: Path | None = None) -> dict[str, str]:
    """The names and hashes of the coding models of a folder."""
    practitioner = find("practitioner", models)
    wanted = ["practitioner", "client"] + (["encoder"] if practitioner.meta.get("encoder") else [])
    return {name: find(name, models).sha256 for name in wanted}


@lru_cache(maxsize=8)
def _kept(path: Path, _changed: int, _size: int) -> Local:
    """The file, read once until it changes."""
    return _read(json.loads(path.read_text(encoding="utf-8")), file_sha256(path))


def _read(about: Any, sha256: str) -> Local:
    if about["format"] != FORMAT:
        raise ValueError(f"its format is {about['format']}, this one reads {FORMAT}")
    speakers = {}
    for name, codes in CODES.items():
        told = about["speakers"][name]
        offsets = {code: _number(told["offsets"][code], -_MOST) for code in codes}
        speakers[name] = Adjusted(_number(told["sharpness"], 0.01), offsets, _number(told["spread"], 0.01))
    models = {str(name): str(value) for name, value in about["models"].items()}
    return Local(models, speakers, int(about["sessions"]), about["better"] is True, about["anyway"] is True, sha256)


def _number(value: object, least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= _MOST:
        raise ValueError(f"{value!r} is out of range")
    return float(value)


def _strongest(utterances: list[Probabilities], kind: Mapping[str, str], behaviour: str) -> float:
    """How likely the behaviour is in the utterance where it is likeliest, no code counting as less than ``_LEAST``."""
    floored = ({code: max(value, _LEAST) for code, value in p.items()} for p in utterances)
    return max((summed(p, kind).get(behaviour, 0.0) for p in floored), default=0.0)
