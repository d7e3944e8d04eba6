"""The rules every file keeps: style, types, boundaries, honest docs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fidelity.conversation import Analysis
from webapp.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("command", [
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
], ids=" ".join)  # fmt: skip
def test_style_and_types(command: tuple[str, ...]) -> None:
    result = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_boundaries() -> None:
    script = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([script, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_schema_in_the_repository_is_that_of_the_code() -> None:
    kept = json.loads((ROOT / "fidelity" / "analysis.schema.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(Analysis.json_schema())), (
        "run: changetalk schema > fidelity/analysis.schema.json"
    )


def test_every_field_of_the_format_is_documented() -> None:
    page = (ROOT / "docs" / "analysis-format.md").read_text(encoding="utf-8")
    schema = Analysis.json_schema()
    for name in ("Recording", "CodedTurn", "CodedUtterance", "Measure", "Feedback"):
        for field in schema["$defs"][name]["properties"]:
            assert f"`{field}" in page, f"{name}.{field} is not in docs/analysis-format.md"
    for field in schema["properties"]:
        assert f"`{field}" in page, f"{field} is not in docs/analysis-format.md"


def test_links_between_documents_hold() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.md"), *ROOT.glob("models/**/*.md")]
    assert len(pages) > 10
    broken = []
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_modules_in_the_documents_exist() -> None:
    page = (ROOT / "docs" / "dataflow.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+(?:\.py|/))`", page))
    assert {"audio.py", "transcribe/", "classify/"} <= named
    assert [name for name in named if not (ROOT / "fidelity" / name).exists()] == []


def test_what_the_platform_keeps_is_never_committed() -> None:
    """Its key and its recordings lie in the folder of the checkout where nobody chose another."""
    kept = Settings.model_fields["data"].default
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"/{kept.relative_to(ROOT)}/" in ignored
    listed = subprocess.run(["git", "ls-files", str(kept)], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert listed == ""


def test_no_paths_of_one_machine_are_in_the_files() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".txt", ".cfg", ".json", ".html", ".css", ".js", ".j2", ".csv"):
            text = path.read_text(encoding="utf-8")
            found += [name for place in ("work", "root", "tmp/w") if re.search(rf"(?<![\w.~-])/{place}/", text)]
    assert found == []
