"""The ``changetalk`` command: reads the command line and hands over to the library."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from fidelity.cli.arguments import parse
from fidelity.errors import FidelityError

BAD_INPUT = 2
STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 2 something was wrong, 130 stopped by Ctrl-C."""
    stopping: list[int] = []

    def stop(number: int, _: object) -> NoReturn:
        stopping.append(number)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):  # a polite kill cleans up like Ctrl-C
        signal.signal(number, stop)
    chosen = parse(arguments)
    try:
        return int(chosen.run(chosen))
    except BrokenPipeError:
        sys.stderr.close()  # the reader (head, less) has gone; nothing is wrong
        return 0
    except (Exception, KeyboardInterrupt) as error:
        if stopping:  # an interrupt in the middle of an import can come out as some other error
            sys.stderr.write("\nchangetalk: stopped. Nothing half-written was left behind.\n")
            return STOPPED
        if isinstance(error, FidelityError):
            sys.stderr.write(f"changetalk: {error}\n")
            return BAD_INPUT
        raise
