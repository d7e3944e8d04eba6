"""A progress bar for each step, on a terminal; a line for each step anywhere else."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from fidelity.pipeline import STEPS

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bars:
    """A progress hook that draws. Use as a context manager; call as ``bars(step, done, total)``."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._said: set[str] = set()

    def __enter__(self) -> Bars:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

            self._progress = Progress(
                TextColumn("{task.description:<28}"),
                BarColumn(bar_width=None),
                TaskProgressColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
            )
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def __call__(self, step: str, done: float, total: float) -> None:
        """See ``fidelity.pipeline.Hook``."""
        if self._quiet:
            return
        label = STEPS.get(step, step.capitalize())
        if self._progress is None:
            if step not in self._said:
                self._said.add(step)
                sys.stderr.write(f"{label} …\n")
            return
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(label, total=None)
        self._progress.update(self._tasks[step], completed=min(done, total) if total else done, total=total or None)
