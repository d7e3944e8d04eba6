"""What the API takes and gives. Questions are read with it, answers are written with it, and openapi.py tells it."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
)
from werkzeug.datastructures import MultiDict

from webapp.errors import DomainError
from webapp.learning.services.completions import Place

USUAL, MOST = 100, 500  # completions in one answer
_MOMENT = r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"
_SLUG = r"^[a-z0-9-]{1,60}$"
_CURSOR = r"^[A-Za-z0-9_-]{1,400}={0,2}$"
_LARGEST_ID = 2**31 - 1


class Unclear(DomainError):
    """A question that cannot be answered as it stands."""

    status = 422


def _moment(told: object) -> datetime:
    if not isinstance(told, str) or not re.fullmatch(_MOMENT, told):
        raise ValueError
    return datetime.fromisoformat(told).astimezone(UTC)


def _place(told: object) -> Place:
    if not isinstance(told, str) or not re.fullmatch(_CURSOR, told):
        raise ValueError
    kept = json.loads(base64.urlsafe_b64decode(told))
    if not isinstance(kept, list) or [type(part) for part in kept] != [str, int, str, str]:
        raise ValueError
    at, person_id, course, module = kept
    if not (0 < person_id <= _LARGEST_ID and re.fullmatch(_SLUG, course) and re.fullmatch(_SLUG, module or "none")):
        raise ValueError
    return Place(_moment(at), person_id, course, module)


def _number(told: object) -> object:
    if isinstance(told, str) and not re.fullmatch(r"\d{1,9}", told, re.ASCII):
        raise ValueError
    return told


def cursor(place: Place) -> str:
    """A place in words that ``Question`` reads again."""
    told = json.dumps([place.at.astimezone(UTC).isoformat(), *place[1:]])
    return base64.urlsafe_b64encode(told.encode()).decode("ascii")


class Question(BaseModel):
    """What a program may ask."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[
        datetime | None,
        PlainValidator(_moment),
        WithJsonSchema({"type": "string", "format": "date-time", "pattern": _MOMENT}),
    ] = Field(None, description="Only what was finished at this moment or later: 2027-03-01T00:00:00Z.")
    course: Annotated[str | None, WithJsonSchema({"type": "string", "pattern": _SLUG})] = Field(
        None, pattern=_SLUG, description="Only this course, by its short name."
    )
    cursor: Annotated[Place | None, PlainValidator(_place), WithJsonSchema({"type": "string", "pattern": _CURSOR})] = (
        Field(None, description="Goes on where an answer ended: its next_cursor, as it was.")
    )
    limit: Annotated[int, BeforeValidator(_number)] = Field(
        USUAL, ge=1, le=MOST, description="How many completions to give at most."
    )

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> Self:
        """The question that an address asks.

        Raises:
            Unclear: it asks for what there is not, or something twice, or something is not written as it should be.
        """
        for name, told in sent.lists():
            if name not in cls.model_fields:
                raise Unclear(f"There is no such parameter. There are {', '.join(sorted(cls.model_fields))}.")
            if len(told) > 1:
                raise Unclear(f"{name} is given more than once.")
        try:
            return cls.model_validate(sent.to_dict())
        except ValidationError as error:
            raise Unclear(_WRONG[str(error.errors()[0]["loc"][0])]) from None


_WRONG = {
    "since": "since is a moment with its time zone, from the year 2000 on, like 2027-03-01T00:00:00Z.",
    "course": "course is the short name of a course: small letters, digits and hyphens.",
    "cursor": "cursor is the next_cursor of an earlier answer, as it was.",
    "limit": f"limit is a whole number from 1 to {MOST}.",
}


class Completion(BaseModel):
    """A module that somebody has finished or, where module is null, a whole course."""

    person_id: str = Field(description="The same for the same person, here and in xAPI statements.")
    email: str = Field(description="The address she signs in with.")
    course: str = Field(description="Short name of the course.")
    module: str | None = Field(description="Short name of the module; null for a whole course.")
    finished_at: AwareDatetime = Field(description="When it was finished, in UTC.")
    score: float | None = Field(
        ge=0, le=1, description="Share of the module's check that was right; null where there is no check."
    )
    certificate: str | None = Field(description="Code of the certificate, for a whole course.")


class Completions(BaseModel):
    """Completions, the oldest first."""

    completions: list[Completion]
    next_cursor: str | None = Field(description="For the next answer; null when there is nothing more for now.")


class Problem(BaseModel):
    """Why there is no answer, as RFC 9457 describes problems."""

    type: str
    title: str
    status: int
    detail: str = Field(description="A sentence for people.")


def schemas(reference: str) -> dict[str, Any]:
    """JSON Schemas of the answers; ``reference`` says how one refers to another, with ``{model}`` for its name."""
    found: dict[str, Any] = {}
    for model in (Completions, Problem):
        schema = model.model_json_schema(ref_template=reference, mode="serialization")
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    return found
