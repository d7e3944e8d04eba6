"""Builds the sample recordings from their scripts: ``python -m fidelity.training.samples --out DIR``.

The same scripts and package versions give the same files, byte for byte. Needs the extra ``voices``
(see ``data/samples/README.md``); whoever only uses the samples needs nothing of this.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fidelity.errors import FidelityError, OutputError
from fidelity.training.sample_audio import encode, level, with_room
from fidelity.training.sample_script import (
    SAMPLES,
    Reference,
    ReferenceTurn,
    ReferenceUtterance,
    Script,
    chosen,
    load_script,
)
from fidelity.training.synthesis import RATE, check_installed, speaker

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Placed = list[tuple[int, int, NDArray[float32]]]
    """Pieces of sound: channel, first sample, samples."""

Hook = Callable[[str, float, float], None]
"""Called as ``hook(name, done, total)``, counting turns."""

_LEAD = 0.8  # s of room before the first word and after the last; recordings seldom start on a word.
_BREATH = 0.3  # s between two utterances of one turn.
_SPREAD = 0.25  # Pauses are up to this share longer or shorter, so that talk does not tick.
_CHANNEL = {"practitioner": 0, "client": 1}


def build(
    out: Path, only: Sequence[str] = (), *, scripts: Path = SAMPLES, progress: Hook | None = None
) -> tuple[Path, ...]:
    """Speak the scripts and write ``<name>/<recording>`` and ``<name>/reference.json`` under ``out``.

    ``only`` names the samples to build; all of them by default. Returns the recordings written.
    """
    wanted = [load_script(name, scripts) for name in chosen(only, scripts)]
    check_installed()
    return tuple(_build(script, out / script.name, progress) for script in wanted)


def _build(script: Script, folder: Path, progress: Hook | None) -> Path:
    sound, reference = _perform(script, progress)
    recording = folder / script.recording
    try:
        folder.mkdir(parents=True, exist_ok=True)
        encode(sound, recording)
        (folder / "reference.json").write_text(reference.to_json(), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The sample {script.name} cannot be written to {folder}: {error.strerror}.") from error
    return recording


def _perform(script: Script, progress: Hook | None) -> tuple[NDArray[float32], Reference]:
    """Speak every turn at its place in time."""
    speakers = {role: speaker(voice) for role, voice in sorted(script.voices.items())}
    placed: Placed = []
    turns: list[ReferenceTurn] = []
    latest = _samples(_LEAD)  # where the turn before this one ends
    for n, turn in enumerate(script.turns):
        at = latest + _samples(_varied(turn.gap, f"{script.name} {n}")) if turns else latest
        utterances: list[ReferenceUtterance] = []
        for u, line in enumerate(turn.said):
            at += _samples(_varied(_BREATH, line.text)) if u else 0
            piece = level(speakers[turn.speaker].say(line.text))
            placed.append((_CHANNEL[turn.speaker] if script.stereo else 0, at, piece))
            utterances.append(
                ReferenceUtterance(
                    u=u, text=line.text, start=_seconds(at), end=_seconds(at + len(piece)), code=line.code
                )
            )
            at += len(piece)
        turns.append(
            ReferenceTurn(
                n=n,
                speaker=turn.speaker,
                text=" ".join(line.text for line in turn.said),
                start=utterances[0].start,
                end=utterances[-1].end,
                utterances=tuple(utterances),
            )
        )
        latest = at
        if progress:
            progress(script.name, n + 1, len(script.turns))
    sound = _mixed(placed, channels=2 if script.stereo else 1)
    sound = with_room(sound, seed=zlib.crc32(script.name.encode()))
    return sound, Reference(
        name=script.name,
        title=script.title,
        change_goal=script.change_goal,
        recording=script.recording,
        duration=_seconds(sound.shape[1]),
        channels=sound.shape[0],
        turns=tuple(turns),
    )


def _mixed(placed: Placed, *, channels: int) -> NDArray[float32]:
    import numpy as np

    end = max(start + len(piece) for _, start, piece in placed)
    sound = np.zeros((channels, end + _samples(_LEAD)), dtype=np.float32)
    for channel, start, piece in placed:
        sound[channel, start : start + len(piece)] += piece
    return sound


def _varied(seconds: float, key: str) -> float:
    share = zlib.crc32(key.encode()) / 0xFFFFFFFF
    return seconds * (1 + _SPREAD * (2 * share - 1))


def _samples(seconds: float) -> int:
    return round(seconds * RATE)


def _seconds(samples: int) -> float:
    return round(samples / RATE, 3)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m fidelity.training.samples", description="Rebuild the sample recordings from their scripts."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"samples to build (default: all in {SAMPLES.name}/)")
    options = parser.parse_args(arguments)
    try:
        recordings = build(options.out, options.names, progress=_show)
    except FidelityError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stderr.write("".join(f"{path}\n" for path in recordings))
    return 0


def _show(name: str, done: float, total: float) -> None:
    sys.stderr.write(f"\r{name}: {done:.0f} of {total:.0f} turns" + ("\n" if done == total else ""))
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
