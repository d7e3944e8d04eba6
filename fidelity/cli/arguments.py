"""What can be said on the command line. Only parsing: each command's work is in a module of its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line as a namespace; ``run`` in it does the work."""
    parser = argparse.ArgumentParser(
        prog="changetalk",
        description="Practice recordings in, coaching feedback out. Nothing leaves this computer.",
        epilog=_examples(
            "changetalk analyse conversation.m4a --out results",
            "changetalk code transcript.csv",
            "changetalk models",
            "changetalk COMMAND --help",
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _analyse(commands)
    _code(commands)
    _evaluate(commands)
    _train(commands)
    _corpus(commands)
    _models(commands)
    _samples(commands)
    _schema(commands)
    return parser.parse_args(arguments)


def _examples(*lines: str) -> str:
    return "examples:\n" + "\n".join(f"  {line}" for line in lines)


def _command(commands: Any, name: str, help_text: str, *examples: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_text,
        description=help_text,
        epilog=_examples(*examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=_later(name))
    return command


def _later(name: str) -> Callable[[argparse.Namespace], int]:
    """Import a command's module only when it runs: ``--help`` must not wait for models."""

    def run(chosen: argparse.Namespace) -> int:
        status: int = import_module(f"fidelity.cli.{name}").run(chosen)
        return status

    return run


def _analyse(commands: Any) -> None:
    command = _command(
        commands,
        "analyse",
        "Listen to recordings: transcript, codes, measures and feedback.",
        "changetalk analyse conversation.m4a --out results",
        "changetalk analyse recordings/ --out results     # a folder; what is done already is skipped",
        "changetalk analyse couple.wav --speakers 3 --out results",
        "changetalk analyse conversation.mp3 --swap --out results   # the two people were mixed up",
    )
    command.add_argument(
        "recordings", nargs="+", type=Path, metavar="RECORDING", help="audio or video file, or a folder"
    )
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the results, one each in it"
    )
    command.add_argument(
        "--speakers", type=int, default=2, metavar="N", help="how many people speak: 2, or 3 for a couple"
    )
    command.add_argument(
        "--practitioner", metavar="VOICE", help="which voice is the practitioner: A spoke first, then B, C"
    )
    command.add_argument("--swap", action="store_true", help="exchange practitioner and client")
    command.add_argument("--engine", default="faster-whisper", choices=("faster-whisper", "openai-whisper"))
    command.add_argument(
        "--weights", default="base", metavar="NAME", help="Whisper weights: a name or a path (default: base)"
    )
    command.add_argument(
        "--threads", type=int, default=1, metavar="N", help="more finish sooner and use more CPU in all"
    )
    command.add_argument("--again", action="store_true", help="analyse again what is done already")
    command.add_argument("--quiet", action="store_true", help="no progress and no feedback on the screen")
    _add_models(command)
    _add_calibration(command)


def _code(commands: Any) -> None:
    command = _command(
        commands,
        "code",
        "Code a transcript: CSV (speaker,text[,start,end]), JSON, WebVTT or SRT.",
        "changetalk code transcript.csv                # JSON on the screen",
        "changetalk code transcript.vtt --out results  # and a report",
        "changetalk code interview.srt --practitioner Worker",
    )
    command.add_argument("transcript", type=Path, metavar="TRANSCRIPT")
    command.add_argument("--out", type=Path, metavar="DIR", help="write the analysis and report there instead")
    command.add_argument("--practitioner", metavar="LABEL", help="the label that is the practitioner")
    command.add_argument("--swap", action="store_true", help="exchange practitioner and client")
    _add_models(command)
    _add_calibration(command)


def _evaluate(commands: Any) -> None:
    command = _command(
        commands,
        "evaluate",
        "Measure the coding against human codes, on conversations it was not trained on.",
        "changetalk evaluate --corpus annomi --data annomi.csv",
        "changetalk evaluate --corpus misc --data hlqc.csv --json scores.json",
        "changetalk evaluate --corpus annomi --data annomi.csv --folds   # retrain on grouped folds",
        "changetalk evaluate --corpus written                            # the part kept out of training",
    )
    command.add_argument("--corpus", required=True, choices=("annomi", "misc", "written"))
    command.add_argument(
        "--data", type=Path, action="append", metavar="FILE", help="may be given again; not needed for “written”"
    )
    command.add_argument(
        "--folds", action="store_true", help="cross-validate: train anew on grouped folds of this data"
    )
    _add_setting(command)
    command.add_argument("--as-speech", action="store_true", help="lower case, no punctuation, as from a recogniser")
    command.add_argument(
        "--include-training", action="store_true", help="score training conversations too (no measure of accuracy)"
    )
    command.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    _add_models(command)
    _add_calibration(command)


def _train(commands: Any) -> None:
    command = _command(
        commands,
        "train",
        "Train the coding models again from labelled data.",
        "changetalk train --data DIR --all --work DIR2   # DIR holds annomi/ and automisc/, see data/README.md",
        "changetalk train --data DIR --keep-encoder      # the words anew, beside the encoder in use: minutes",
        "changetalk train --data DIR --out models        # words alone, and less accurate",
        "changetalk train --local --data codings/        # your service's own calibration, from double-coded sessions",
    )
    command.add_argument("--data", required=True, type=Path, metavar="DIR")
    _add_setting(command)
    command.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="models folder (default: the one in use); with --local: default “calibration”",
    )
    command.add_argument(
        "--local", action="store_true", help="change no model: fit a calibration to the JSON files in --data"
    )
    command.add_argument("--anyway", action="store_true", help="with --local: let it be used even if it is no better")
    _add_models(command)


def _corpus(commands: Any) -> None:
    _command(
        commands,
        "corpus",
        "Check and count the conversations written for training, and how far their two codings agree.",
        "changetalk corpus",
    )


def _models(commands: Any) -> None:
    command = _command(
        commands,
        "models",
        "Which models are in use, whether they are sound, and what is known of them.",
        "changetalk models",
        "changetalk models practitioner     # its card",
        "changetalk models --figures        # all that matters, as tables",
    )
    command.add_argument("name", nargs="?", help="show this model's card")
    command.add_argument("--figures", action="store_true", help="how well the coding agrees with people, on one page")
    _add_models(command)
    _add_calibration(command)


def _samples(commands: Any) -> None:
    command = _command(
        commands,
        "samples",
        "Build the sample recordings again from their scripts (needs the extra “voices”).",
        "changetalk samples --out rebuilt",
        "changetalk samples skilful poor --out rebuilt",
        "changetalk samples --analyses --out data/samples",
    )
    command.add_argument("names", nargs="*", metavar="NAME", help="only these")
    command.add_argument(
        "--analyses", action="store_true", help="make their analyses instead: code the words that are kept, or listen"
    )
    command.add_argument("--out", required=True, type=Path, metavar="DIR")


def _schema(commands: Any) -> None:
    _command(commands, "schema", "Print the JSON Schema of analysis.json.", "changetalk schema > analysis.schema.json")


def _add_setting(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--all", action="store_true", help="train the encoder too: two hours on two cores, needs the extra “train”"
    )
    command.add_argument(
        "--keep-encoder", action="store_true", help="train the words anew beside the encoder in use: minutes"
    )
    command.add_argument("--work", type=Path, metavar="DIR", help="keep encoders there and take up what is there")
    command.add_argument("--workers", type=int, metavar="N", help="encoders trained at once (default: 2)")


def _add_models(command: argparse.ArgumentParser) -> None:
    command.add_argument("--models", type=Path, metavar="DIR", help="use the models in this folder")


def _add_calibration(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--calibration", type=Path, metavar="DIR", help="use your service's own calibration in this folder"
    )
