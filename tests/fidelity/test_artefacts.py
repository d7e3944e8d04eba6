"""Models are found by the registry and refused when a byte is off."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from fidelity.artefacts import MODELS, find, names, register
from fidelity.classify import Coder
from fidelity.errors import ModelError


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("practitioner", "client"):
        shutil.copytree(MODELS / name, tmp_path / name)
    shutil.copy(MODELS / "registry.toml", tmp_path)
    return tmp_path


def test_every_registered_model_is_whole_and_has_a_card() -> None:
    assert {"practitioner", "client"} <= set(names())
    for name in names():
        assert find(name).card.startswith("#")


def test_the_coding_models_are_small() -> None:
    size = sum(f.stat().st_size for name in ("practitioner", "client") for f in (MODELS / name).rglob("*"))
    assert size < 25_000_000


@pytest.mark.parametrize("file", ["heads.npz", "vocabulary.json", "meta.json"])
def test_a_changed_byte_is_found(models: Path, file: str) -> None:
    path = find("client", models).folder / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ModelError, match=r"hash.*differs"):
        Coder.load(models)


def test_a_missing_file_is_named(models: Path) -> None:
    (find("client", models).folder / "heads.npz").unlink()
    with pytest.raises(ModelError, match=r"heads\.npz"):
        Coder.load(models)


def test_no_registry(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"registry\.toml is missing"):
        Coder.load(tmp_path)


def test_a_damaged_registry(models: Path) -> None:
    (models / "registry.toml").write_text("[client\n", encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        find("client", models)


def test_an_unknown_model(models: Path) -> None:
    with pytest.raises(ModelError, match="does not know a model “judge”"):
        find("judge", models)


def test_a_model_of_another_format_is_refused(models: Path) -> None:
    artefact = find("client", models)
    meta = {**artefact.meta, "format": "changetalk.linear/99"}
    (artefact.folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    register("client", artefact.version, models)
    with pytest.raises(ModelError, match="another version of Changetalk"):
        Coder.load(models)


def test_registering_leaves_the_other_models_alone(models: Path) -> None:
    before = find("practitioner", models)
    register("client", find("client", models).version, models)
    assert find("practitioner", models) == before
