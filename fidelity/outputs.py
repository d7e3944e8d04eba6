"""Writes an analysis to a folder: all of it or nothing.

Files are made in a hidden folder beside the target and moved into place in one step, so an interrupted
run leaves neither half a result nor a copy of the audio behind.
"""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from fidelity.conversation import SCHEMA, Analysis
from fidelity.errors import OutputError

ANALYSIS, REPORT, CAPTIONS, TABLE = "analysis.json", "report.html", "transcript.vtt", "utterances.csv"


def write_outputs(analysis: Analysis, source: Path | None, folder: Path) -> Path:
    """Write every output of ``analysis`` to ``folder`` and return it.

    ``source`` is the recording, for the player in the report; ``None`` for a transcript. An earlier analysis
    in the folder is replaced. Raises ``OutputError`` if the folder cannot be written or holds something else.
    """
    from fidelity import report
    from fidelity.audio import compact_copy

    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file; results need a folder. Choose another place with --out.")
    if folder.is_dir() and not (folder / ANALYSIS).is_file() and any(folder.iterdir()):
        raise OutputError(f"{folder} already holds other files. Choose another place with --out.")
    with plain_errors(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".changetalk-", dir=folder.parent) as temporary:
            made = Path(temporary) / "new"
            made.mkdir()
            made.joinpath(ANALYSIS).write_text(analysis.to_json(), encoding="utf-8")
            made.joinpath(TABLE).write_text(report.csv(analysis), encoding="utf-8-sig")
            if analysis.turns and analysis.turns[0].start is not None:
                made.joinpath(CAPTIONS).write_text(report.vtt(analysis), encoding="utf-8")
            copy = None
            if source is not None:
                copy = Path(temporary) / "copy.mp3"
                compact_copy(source, copy)
            report.write_html(analysis, copy, made / REPORT)
            if folder.exists():
                folder.rename(Path(temporary) / "old")
            made.rename(folder)
    return folder


def done_already(folder: Path, digest: str, settings: Mapping[str, str]) -> bool:
    """Whether ``folder`` holds the analysis of this very file with these settings and this format."""
    try:
        earlier = json.loads((folder / ANALYSIS).read_text(encoding="utf-8"))
        same_file = earlier["schema"] == SCHEMA and earlier["recording"]["sha256"] == digest
        return same_file and earlier["settings"] == dict(settings) and (folder / REPORT).is_file()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def clear_leftovers(out: Path) -> None:
    """Remove working folders that a killed run left in ``out``: they may hold audio."""
    if out.is_dir():
        for left in out.glob(".changetalk-*"):
            shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def plain_errors(place: Path) -> Iterator[None]:
    """Turn what the file system says into what the user can do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OutputError(
                f"There is no space left in {place}. Nothing was written. Free some space, or choose another place "
                "with --out."
            ) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise OutputError(f"Nothing may be written to {place}. Choose another place with --out.") from error
        raise OutputError(f"The results could not be written to {place}: {error.strerror or error}.") from error
