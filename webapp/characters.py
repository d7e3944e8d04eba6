"""Characters that nothing here can keep. Whatever is sent with one is refused before anybody looks at it.

PostgreSQL takes no NUL in a text, and the other control characters mean nothing in one. They come from a slip of the
clipboard or from somebody who tries what breaks. Tab and the ends of lines, the vertical tab of word processors among
them, are white space and pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask, Response, request

from webapp.errors import answer

_UNFIT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_PLEASE = "That text holds a character that cannot be kept. Type it again, without pasting."


def unfit(text: str) -> bool:
    """Whether there is a character in it that cannot be kept."""
    return _UNFIT.search(text) is not None


def start(app: Flask) -> None:
    """Look at every request before anything else does: the address, the fields, and the names of fields and files."""

    @app.before_request
    def _look() -> Response | None:
        return answer(400, _PLEASE) if any(map(unfit, _sent())) else None


def _sent() -> Iterator[str]:
    yield request.path
    for fields in (request.args, request.form):
        for name, values in fields.lists():
            yield name
            yield from values
    for name, file in request.files.items(multi=True):
        yield name
        yield file.filename or ""
