"""What a person reads: the report page, captions, a table of utterances, and plain text for the terminal."""

from fidelity.report.captions import vtt
from fidelity.report.html import write_html
from fidelity.report.sheet import csv
from fidelity.report.terminal import terminal

__all__ = ["csv", "terminal", "vtt", "write_html"]
