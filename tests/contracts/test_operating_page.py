"""The page for operators says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr

from webapp import cli
from webapp.settings import ROOT, Settings

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def shown(value: object) -> str:
    """A default as the table shows it."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value == "":
        return "empty"
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}` in the project folder"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_the_table_of_settings_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*) \|$", PAGE.partition("## Settings")[2].partition("\n## ")[0], re.M)
    fields = Settings.model_fields.items()
    assert rows == [(name, shown(field.default), field.description) for name, field in fields]


def test_settings_that_are_named_exist() -> None:
    named = {name.lower() for name in re.findall(r"CHANGETALK_([A-Z0-9_]+)", PAGE)} - {"settings", "name"}
    assert named <= set(Settings.model_fields)
    assert {"data", "database", "jobs", "limits_store", "secret_key", "proxies", "public_url"} <= named


def test_commands_that_are_named_exist() -> None:
    groups = {"database": cli.data, "courses": cli.courses}
    alone = {"worker", "first-administrator", "reset-second-factor"}
    named = re.findall(r"flask --app webapp ([\w-]+) ?([\w-]*)", PAGE)
    assert len(named) > 8
    for group, command in named:
        assert group in alone or command in groups[group].commands, (group, command)


def test_it_stays_short() -> None:
    assert PAGE.count("\n") <= 250
