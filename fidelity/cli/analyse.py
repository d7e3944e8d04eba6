"""``changetalk analyse``: one recording, several, or folders of them."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from fidelity.audio import SUFFIXES
from fidelity.cli.progress import Bars
from fidelity.config import TranscribeOptions
from fidelity.conversation import Analysis
from fidelity.errors import FidelityError, OutputError, RecordingError
from fidelity.memory import keep_level
from fidelity.outputs import ANALYSIS, REPORT, clear_leftovers, done_already, write_outputs
from fidelity.pipeline import Options, analyse, file_sha256


def run(chosen: argparse.Namespace) -> int:
    """Analyse each recording into a folder of its own; a bad one is reported and the rest go on."""
    options = Options(
        speakers=chosen.speakers,
        practitioner=chosen.practitioner,
        swap=chosen.swap,
        models=chosen.models,
        calibration=chosen.calibration,
        transcribe=TranscribeOptions(engine=chosen.engine, model=chosen.weights, threads=max(chosen.threads, 1)),
    )
    keep_level()
    out: Path = chosen.out
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; --out needs a folder.")
    clear_leftovers(out)
    places = _places(chosen.recordings, out)
    failed, skipped = [], 0
    for number, (recording, folder) in enumerate(places.items(), 1):
        if len(places) > 1 and not chosen.quiet:
            sys.stderr.write(f"[{number}/{len(places)}] {recording.name}\n")
        try:
            if not chosen.again and recording.is_file() and _done(recording, folder, options):
                skipped += 1
                if len(places) == 1 and not chosen.quiet:
                    _show(Analysis.from_json((folder / ANALYSIS).read_text(encoding="utf-8")))
                sys.stdout.write(f"{recording.name} was done already. Report: {folder / REPORT}\n")
                continue
            _one(recording, folder, options, quiet=chosen.quiet, alone=len(places) == 1)
        except FidelityError as error:
            failed.append(recording)
            sys.stderr.write(f"changetalk: {error}\n")
    if len(places) > 1:
        made = len(places) - len(failed) - skipped
        sys.stdout.write(f"{made} analysed, {skipped} done already, {len(failed)} failed.\n")
        for recording in failed:
            sys.stdout.write(f"  failed: {recording}\n")
    return 2 if failed else 0


def _done(recording: Path, folder: Path, options: Options) -> bool:
    try:
        return done_already(folder, file_sha256(recording), options.settings())
    except OSError:
        return False  # unreadable: the analysis itself says so in plain words


def _one(recording: Path, folder: Path, options: Options, *, quiet: bool, alone: bool) -> None:
    with Bars(quiet=quiet) as bars:
        analysis = analyse(recording, options, bars)
        write_outputs(analysis, recording, folder)
    if quiet:
        return
    if alone:
        _show(analysis)
    for warning in analysis.recording.warnings if not alone else ():
        sys.stderr.write(f"changetalk: {recording.name}: {warning}\n")
    sys.stdout.write(f"Report: {folder / REPORT}\n")


def _show(analysis: Analysis) -> None:
    from fidelity.report import terminal

    sys.stdout.write(terminal(analysis, min(shutil.get_terminal_size((80, 24)).columns, 100)))


def _places(given: Iterable[Path], out: Path) -> dict[Path, Path]:
    """Each recording with the folder for its results, named after it; whole names where stems meet."""
    recordings: list[Path] = []
    for path in given:
        if path.is_dir():
            found = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
            if not found:
                raise RecordingError(f"There is no audio or video in the folder {path}.")
            recordings += found
        else:
            recordings.append(path)
    stems = [path.stem for path in recordings]
    names = [path.stem if stems.count(path.stem) == 1 else path.name for path in recordings]
    return {path: out / name for path, name in zip(recordings, names, strict=True)}
