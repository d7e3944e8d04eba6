"""A small learning record store on this machine, for as long as a test lasts. It is as strict as xAPI 1.0.3 says."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

USER, PASSWORD = "us", "our word"
_AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
_FIELDS = {"id", "actor", "verb", "object", "result", "context", "timestamp"}


@dataclass
class RecordStore:
    """What it was told, and how it behaves.

    ``answers`` are statuses that are given first, each once, in place of its own, with ``body``. It does not like
    statements whose id is in ``dislikes``. ``meanwhile`` is called while the asker waits; a ``silent`` one lets the
    asker wait until the test is over.
    """

    answers: list[int] = field(default_factory=list)
    body: bytes = b""
    dislikes: set[str] = field(default_factory=set)
    meanwhile: Callable[[], None] = lambda: None
    silent: bool = False
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)  # ids of each batch, in the order they came
    port: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """Its endpoint."""
        return f"http://127.0.0.1:{self.port}/xapi"

    def take(self, batch: list[dict[str, Any]]) -> tuple[int, Any]:
        """Store a batch whole, or nothing of it."""
        if any(problem(s) or s["id"] in self.dislikes for s in batch):
            return 400, "no"
        if any(self.stored.get(s["id"], s) != s for s in batch):
            return 409, "another statement has this id"
        self.stored |= {s["id"]: s for s in batch}
        return 200, [s["id"] for s in batch]


@contextmanager
def running(store: RecordStore) -> Iterator[RecordStore]:
    """Serve on a free port."""

    class Talk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            batch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            store.asked.append([s["id"] for s in batch])
            store.meanwhile()
            if store.silent:
                store.over.wait(10)
                return
            if self.path != "/xapi/statements":
                self.say(404, "no such thing")
            elif store.answers:
                self.say(store.answers.pop(0), store.body)
            elif self.headers["Authorization"] != _AUTHORIZATION:
                self.say(401, "who are you?")
            elif self.headers["X-Experience-API-Version"] != "1.0.3":
                self.say(400, "which version?")
            elif self.headers["Content-Type"] != "application/json":
                self.say(400, "what is this?")
            else:
                self.say(*store.take(batch))

        def do_GET(self) -> None:
            self.say(200, [])  # what a redirect that is followed would come to

        def say(self, status: int, told: Any) -> None:
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", "/xapi/statements")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        store.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield store
        finally:
            store.over.set()
            server.shutdown()
            thread.join()


def problem(told: dict[str, Any]) -> str:
    """What the standard forbids about a statement, as far as ours could break it."""
    try:
        assert set(told) == _FIELDS, "fields"
        UUID(told["id"])
        assert datetime.fromisoformat(told["timestamp"]).tzinfo, "timestamp"
        actor = dict(told["actor"])
        assert actor.pop("objectType") == "Agent", "actor"
        assert len(actor) == 1, "an agent has one identifier"
        account = actor.get("account", {"homePage": "http://x", "name": "x"})
        assert set(account) == {"homePage", "name"}, "account"
        assert actor.get("mbox", "mailto:a@b").startswith("mailto:"), "mbox"
        for address in (account["homePage"], told["verb"]["id"], told["object"]["id"]):
            assert address.startswith("http"), "address"
        assert told["object"]["objectType"] == "Activity", "object"
        assert set(told["object"]["definition"]) <= {"type", "name"}, "definition"
        assert set(told["result"]) <= {"completion", "success", "score"}, "result"
        assert -1 <= told["result"].get("score", {"scaled": 0})["scaled"] <= 1, "score"
        assert set(told["context"]) <= {"platform", "language", "contextActivities"}, "context"
    except (AssertionError, ValueError, KeyError) as error:
        return str(error) or type(error).__name__
    return ""
