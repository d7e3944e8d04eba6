"""Logs: one JSON object a line, of requests and errors, and nothing that anybody wrote or said."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request
from flask.logging import default_handler

LOGGER = logging.getLogger("changetalk")
_EXTRA = ("request", "method", "route", "status", "ms", "person", "job", "step")


class OneLine(logging.Formatter):
    """A record as one line of JSON. Of an exception the kind and the places in the code, not its message or values."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``logging.Formatter``."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": record.getMessage(),
            **{name: getattr(record, name) for name in _EXTRA if hasattr(record, name)},
        }
        if record.exc_info and record.exc_info[1] is not None:
            error, places = record.exc_info[1], []
            trace = error.__traceback__
            while trace is not None:
                code = trace.tb_frame.f_code
                places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
                trace = trace.tb_next
            told |= {"error": type(error).__name__, "at_code": places[-6:]}
        return json.dumps(told, ensure_ascii=False)


def start(app: Flask) -> None:
    """Log each request once it is answered: which route, never the address, which may carry a link's secret."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    LOGGER.handlers = [handler]
    LOGGER.setLevel(app.extensions["settings"].log_level)
    LOGGER.propagate = False
    app.logger.removeHandler(default_handler)
    app.logger.handlers = [handler]
    app.logger.setLevel(app.extensions["settings"].log_level)
    app.logger.propagate = False

    @app.before_request
    def _begin() -> None:
        g.begun, g.request_id = time.perf_counter(), secrets.token_hex(6)

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint not in ("static", "bootstrap.static", "pages.health"):
            LOGGER.info(
                "request",
                extra={
                    "request": g.get("request_id"),
                    "method": request.method,
                    "route": request.endpoint or "none",
                    "status": response.status_code,
                    "ms": round(1000 * (time.perf_counter() - g.get("begun", time.perf_counter()))),
                },
            )
        return response
