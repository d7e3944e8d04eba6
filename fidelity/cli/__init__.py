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
    signal.signal(signal.SIGTERM, _stop)
    chosen = parse(arguments)
    try:
        return int(chosen.run(chosen))
    except FidelityError as error:
        sys.stderr.write(f"changetalk: {error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("\nchangetalk: stopped. Nothing half-written was left behind.\n")
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()  # the reader (head, less) has gone; nothing is wrong
        return 0


def _stop(*_: object) -> NoReturn:
    """A polite kill cleans up like Ctrl-C."""
    raise KeyboardInterrupt
