"""Trained models on disk: found by the registry, checked against their hashes before anything is read.

``registry.toml`` names the version in use and the SHA-256 of its ``meta.json``; ``meta.json`` names the
SHA-256 of every other file. So one line in the registry vouches for the whole model.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fidelity.conversation import ModelUse
from fidelity.errors import ModelError, OutputError

MODELS = Path(__file__).resolve().parents[1] / "models"
REGISTRY = "registry.toml"
META = "meta.json"
CARD = "README.md"

_HEADER = "# Which version of each model is in use, and the SHA-256 of its meta.json. Written by `changetalk train`.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A model that was found and whose files are what they should be."""

    name: str
    version: str
    sha256: str
    folder: Path
    meta: Mapping[str, Any]

    def use(self, role: str) -> ModelUse:
        """How an analysis names this model."""
        return ModelUse(role=role, name=self.name, version=self.version, sha256=self.sha256)

    @property
    def card(self) -> str:
        """The model card: what it was trained on, how good it is, what it is not for."""
        return (self.folder / CARD).read_text(encoding="utf-8")


def names(models: Path | None = None) -> tuple[str, ...]:
    """The models the registry knows."""
    return tuple(sorted(_registry(models or MODELS)))


def find(name: str, models: Path | None = None) -> Artefact:
    """The version of a model that is in use, every byte checked. Raises ``ModelError`` if anything is off."""
    models = models or MODELS
    entry = _registry(models).get(name)
    if entry is None:
        raise ModelError(f"The registry in “{models}” does not know a model “{name}”. Install the models again.")
    version, expected = str(entry.get("version")), str(entry.get("sha256"))
    folder = models / name / version
    if file_sha256(folder / META) != expected:
        raise ModelError(
            f"The model {name} {version} in “{folder}” is not the one the registry names: the hash of {META} differs. "
            "Install it again, or train it with `changetalk train`."
        )
    meta = json.loads((folder / META).read_text(encoding="utf-8"))
    if meta.get("version") != version:
        raise ModelError(f"“{folder}” says it holds version {meta.get('version')} of {name}. Install it again.")
    for file, digest in sorted(meta["files"].items()):
        if file_sha256(folder / file) != digest:
            raise ModelError(
                f"The file {file} of the model {name} {version} is damaged or was changed: its hash differs. "
                "Install the model again."
            )
    return Artefact(name=name, version=version, sha256=expected, folder=folder, meta=meta)


def register(name: str, version: str, models: Path) -> None:
    """Put the model in ``models/<name>/<version>`` into use; its ``meta.json`` must be written already."""
    entries = _registry(models) if (models / REGISTRY).exists() else {}
    entries[name] = {"version": version, "sha256": file_sha256(models / name / version / META)}
    text = _HEADER + "".join(
        f'\n[{key}]\nversion = "{entry["version"]}"\nsha256 = "{entry["sha256"]}"\n'
        for key, entry in sorted(entries.items())
    )
    try:
        (models / REGISTRY).write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The registry in “{models}” cannot be written: {error}.") from error


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal text."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"The model file “{path}” is missing or cannot be read. Install the models again.") from error


def _registry(models: Path) -> dict[str, dict[str, Any]]:
    path = models / REGISTRY
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"There are no models in “{models}”: {REGISTRY} is missing. Give another folder.") from error
    except ValueError as error:
        raise ModelError(f"“{path}” is damaged ({error}). Install the models again.") from error
