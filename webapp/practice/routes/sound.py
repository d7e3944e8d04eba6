"""The sound of a recording, decrypted as it is played, from any place in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from flask import Response, request

from webapp import database
from webapp.accounts.session import acting
from webapp.practice.routes.blueprint import practice
from webapp.practice.services import listening, recordings

_AT_MOST = 1 << 20  # bytes in one answer: a player asks for more as it goes, and a seek does not wait for the rest
_PIECE = 1 << 16


@practice.get("/recordings/<int:recording_id>/sound")
@database.writes
def sound(recording_id: int) -> Response:
    """The compact copy, or the range of it that a player asks for."""
    session, person = database.session(), acting()
    shown = recordings.visible(session, person, recording_id)
    size = shown.sound_size or 0
    wanted = request.range.range_for_length(size) if request.range else None
    if request.range and wanted is None:
        answer = Response(status=416)
        answer.headers["Content-Range"] = f"bytes */{size}"
        return answer
    start, end = wanted or (0, size)
    end = min(end, start + _AT_MOST) if wanted else end
    file, first = listening.open_sound(session, shown, start)
    if start == 0:
        recordings.looked_at(session, person, shown, "heard")
    answer = Response(_range(file, first, end - start), status=206 if wanted else 200, mimetype=listening.MIME)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.content_length = end - start
    if wanted:
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return answer


def _range(file: BinaryIO, piece: bytes, left: int) -> Iterator[bytes]:
    with file:
        while piece and left:
            yield piece[:left]
            left -= min(left, len(piece))
            piece = file.read(min(_PIECE, left)) if left else b""
