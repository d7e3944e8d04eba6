"""Talks to the learning record store: xAPI 1.0.3 over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

import requests

from webapp.settings import Settings

VERSION = "1.0.3"
TIMEOUT_S = 10.0
# Answers that are about a statement. A store takes a batch whole or not at all, so to a batch one of these may be
# about a single statement in it, and the others are not stored either.
_ABOUT_STATEMENTS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_WORDS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "The record store did not accept our name and password",
    HTTPStatus.FORBIDDEN: "The record store does not let us write to it",
    HTTPStatus.NOT_FOUND: "There is no record store at the address that is set",
    HTTPStatus.TOO_MANY_REQUESTS: "The record store asked us to slow down",
}


@dataclass
class Outcome:
    """What became of a batch: ids of what the store has now, and what was wrong with each of the rest.

    With ``stopped`` it was the store that failed, not a statement, and there is no point in going on now.
    """

    taken: set[UUID] = field(default_factory=set)
    problems: dict[UUID, str] = field(default_factory=dict)
    stopped: bool = False


class Store:
    """A record store to be told things."""

    def __init__(self, settings: Settings, http: requests.Session) -> None:
        self._address, self._http = f"{settings.xapi_store}/statements", http
        if settings.xapi_user:
            http.auth = (settings.xapi_user, settings.xapi_password.get_secret_value())
        http.headers["X-Experience-API-Version"] = VERSION

    def send(self, statements: Sequence[dict[str, Any]]) -> Outcome:
        """Send a batch. One in which the store does not like something is halved until it is known what that is."""
        outcome, waiting = Outcome(), [list(statements)]
        while waiting:
            batch = waiting.pop()
            ids = [UUID(statement["id"]) for statement in batch]
            status, problem = self._post(batch, ids)
            if not problem or (status == HTTPStatus.CONFLICT and len(ids) == 1):  # stored by an earlier try
                outcome.taken.update(ids)
            elif status in _ABOUT_STATEMENTS and len(ids) > 1:
                waiting += [batch[len(ids) // 2 :], batch[: len(ids) // 2]]
            elif status in _ABOUT_STATEMENTS:
                outcome.problems[ids[0]] = problem
            else:
                untried = [UUID(statement["id"]) for batch in waiting for statement in batch]
                outcome.problems.update(dict.fromkeys([*ids, *untried], problem))
                outcome.stopped = True
                break
        return outcome

    def _post(self, batch: list[dict[str, Any]], ids: list[UUID]) -> tuple[int, str]:
        """The status of the answer, 0 without one, and what is wrong, if anything is."""
        try:
            # A redirect would be followed with GET, whose answer says nothing about what was stored.
            answer = self._http.post(self._address, json=batch, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.Timeout:
            return 0, f"The record store did not answer within {TIMEOUT_S:g} seconds."
        except requests.exceptions.SSLError:
            return 0, "The record store could not show that it is the right one: its certificate is not trusted."
        except requests.RequestException:
            return 0, "The record store could not be reached."
        if answer.status_code == HTTPStatus.OK:
            return answer.status_code, "" if _ids_in(answer) == set(ids) else _ODD
        return (
            answer.status_code,
            f"{_WORDS.get(answer.status_code, _words(answer.status_code))} ({answer.status_code}).",
        )


_ODD = "Something answers at the address that is set, but not as a record store does."


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The record store that the settings name, over one connection."""
    with requests.Session() as http:
        yield Store(settings, http)


def _words(status: int) -> str:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "The record store had a fault of its own"
    if status in _ABOUT_STATEMENTS:
        return "The record store did not accept a statement"
    return "The record store gave an answer that we do not know"


def _ids_in(answer: requests.Response) -> set[UUID]:
    """The ids a store says it has stored; none if what it says cannot be read."""
    try:
        return {UUID(text) for text in answer.json()}
    except (ValueError, TypeError, AttributeError):
        return set()
