"""The file in which a conversation travels with its codings: nothing is lost in it, and each flaw is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from fidelity.errors import CodingError
from fidelity.hand import package
from fidelity.hand.coding import HeardTurn, Parse
from fidelity.hand.package import Package, PackagedCoding
from tests.fidelity.hand.talk import PARSES, TURNS, talks

ONE = PackagedCoding(coder="Ana", kind="own", parses=PARSES)
TWO = PackagedCoding(coder="Ana and Tess", kind="agreed", parses={1: ((0, "sustain"),)})
WHOLE = Package(title="The appointment", turns=TURNS, codings=(ONE, TWO))


@settings(deadline=None)
@given(talks())
def test_what_is_written_is_read_back(talk: tuple[tuple[HeardTurn, ...], dict[int, Parse]]) -> None:
    turns, parses = talk
    whole = Package(title="A talk", turns=turns, codings=(PackagedCoding(coder="A", kind="own", parses=parses),))
    assert package.read(whole.to_json()) == whole


def test_two_codings_and_bytes() -> None:
    assert package.read(WHOLE.to_json().encode()) == WHOLE
    assert json.loads(WHOLE.to_json())["codings"][0]["parses"]["0"] == [[0, "SR"], [5, "OQ"]]


def _changed(change: Any) -> str:
    plain = json.loads(WHOLE.to_json())
    change(plain)
    return json.dumps(plain)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p: p.update(schema="changetalk.hand/2"), "at schema"),
        (lambda p: p.pop("turns"), "at turns"),
        (lambda p: p.update(more=1), "at more"),
        (lambda p: p["turns"][0].update(more=1), "at turns → 0 → more"),
        (lambda p: p["turns"][0].update(n="0"), "at turns → 0 → n"),
        (lambda p: p["turns"][1].update(n=0), "same number"),
        (lambda p: p["turns"][0]["starts"].pop(), "8 words, but 7 times"),
        (lambda p: p["codings"][0].update(coder=" "), "name of its coder"),
        (lambda p: p["codings"][0].update(kind="third"), "at codings → 0 → kind"),
        (lambda p: p["codings"][0]["parses"].update({"9": [[0, None]]}), "turn 9: there is no such turn"),
        (lambda p: p["codings"][0]["parses"].update({"0": []}), "begin with word 0"),
        (lambda p: p["codings"][0]["parses"].update({"0": [[1, "SR"]]}), "begin with word 0"),
        (lambda p: p["codings"][0]["parses"].update({"0": [[0, "SR"], [0, "OQ"]]}), "go up from there"),
        (lambda p: p["codings"][0]["parses"].update({"0": [[0, "SR"], [8, "OQ"]]}), "begins after the last"),
        (lambda p: p["codings"][0]["parses"].update({"0": [[0, "change"]]}), "“change” is no code there"),
        (lambda p: p["codings"][0]["parses"].update({"2": [[0, "SR"]]}), "nobody else's words"),
    ],
)
def test_each_flaw_is_named(change: Any, says: str) -> None:
    with pytest.raises(CodingError, match=says):
        package.read(_changed(change))


@pytest.mark.parametrize("text", ["", "[]", "{", "\0", '{"schema": 1e999}', "NaN", "[" * 100_000])
def test_what_is_no_package_says_so(text: str) -> None:
    with pytest.raises(CodingError):
        package.read(text)


def test_what_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LARGEST", 10)
    with pytest.raises(CodingError, match="too large"):
        package.read(WHOLE.to_json())
