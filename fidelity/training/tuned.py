"""Fine-tuned encoders on disk, made side by side, and made only once for the same data and settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from fidelity.artefacts import file_sha256
from fidelity.classify.heads import Head
from fidelity.training.corpora import Conversation
from fidelity.training.tune import TuneOptions, tune

WEIGHTS = "model.safetensors"  # of the encoder that fine-tuning starts from
_HEADS = "heads.npz"
_DONE = "done.json"  # written last: without it the folder is not finished


@dataclass(frozen=True, slots=True)
class Tuned:
    """A fine-tuned encoder: the folder of its network, and its heads."""

    folder: Path
    heads: dict[str, Head]


def tune_parts(
    parts: Sequence[Sequence[Conversation]],
    work: Path,
    *,
    base: Path,
    options: TuneOptions,
    workers: int,
    progress: Callable[[float, float], None],
) -> list[Tuned]:
    """One encoder for each part, ``workers`` at a time, in ``work``; those that are there already are taken."""
    jobs = {}
    folders = []
    for part in parts:
        key = _key(part, base, options)
        folder = work / key[:16]
        folders.append(folder)
        if not (folder / _DONE).exists():
            jobs[folder] = (part, folder, base, options, key)
    progress(len(parts) - len(jobs), len(parts))
    if jobs:
        with side_by_side(workers) as pool:
            left = {pool.submit(_tune, *job) for job in jobs.values()}
            while left:
                done, left = wait(left, return_when=FIRST_COMPLETED)
                for finished in done:
                    finished.result()
                progress(len(parts) - len(left), len(parts))
    return [load(folder) for folder in folders]


def side_by_side(workers: int) -> ProcessPoolExecutor:
    """Processes of their own, started afresh: threads and models do not survive a fork."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_one_thread)


def _one_thread() -> None:
    """No more threads than processes: the small sums of a fit wait for each other's threads for most of their time."""
    import sklearn.linear_model  # noqa: F401  # what is limited has to be loaded
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)


def _tune(part: Sequence[Conversation], folder: Path, base: Path, options: TuneOptions, key: str) -> None:
    import numpy as np

    heads = tune(part, folder, base=base, options=options)
    arrays = {f"{name}.{part}": getattr(h, part) for name, h in heads.items() for part in ("weights", "intercept")}
    np.savez(folder / _HEADS, allow_pickle=False, **arrays)
    classes = {name: h.classes for name, h in heads.items()}
    (folder / _DONE).write_text(json.dumps({"key": key, "classes": classes}), encoding="utf-8")


def load(folder: Path) -> Tuned:
    """What ``tune_parts`` left in a folder."""
    import numpy as np

    classes = json.loads((folder / _DONE).read_text(encoding="utf-8"))["classes"]
    with np.load(folder / _HEADS, allow_pickle=False) as arrays:
        heads = {
            name: Head(tuple(labels), arrays[f"{name}.weights"], arrays[f"{name}.intercept"])
            for name, labels in classes.items()
        }
    return Tuned(folder, heads)


def _key(part: Sequence[Conversation], base: Path, options: TuneOptions) -> str:
    """What the result depends on: words, codes, the weights to start from and the settings."""
    digest = hashlib.sha256()
    told: list[Any] = [[c.id, [[t.speaker, [u.text for u in t.utterances]] for t in c.turns]] for c in part]
    told += [[asdict(g) for g in c.gold] for c in part]
    digest.update(json.dumps([told, asdict(options), file_sha256(base / WEIGHTS)]).encode())
    return digest.hexdigest()
