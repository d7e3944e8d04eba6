"""OpenAI's own Whisper: the reference engine, installed with the extra ``whisper``.

It is ten times slower than the default and gives the same words on the same weights, which a test holds
it to. The packaged base weights are read from their CTranslate2 form, so nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.config import TranscribeOptions
from fidelity.conversation import ModelUse, Word
from fidelity.errors import ModelError
from fidelity.transcribe.base import as_word
from fidelity.transcribe.weights import PACKAGED, cache_folder, converted_weights, sha256, weights_sha256

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class OpenAIWhisper:
    """See ``Transcriber``."""

    def __init__(self, options: TranscribeOptions) -> None:
        try:
            import torch
            import whisper
        except ImportError as error:
            raise ModelError(
                "The openai-whisper engine is not installed. Run: pip install 'changetalk[whisper]' "
                "(it brings PyTorch, about 3 GB), or use the default engine, faster-whisper."
            ) from error
        self._options = options
        self._seed = torch.manual_seed
        self._torch = torch
        self._whisper, digest = _load(whisper, options.model)
        self.model = ModelUse(
            role="speech",
            name=f"openai-whisper/{Path(options.model).stem}",
            version=f"{whisper.__version__}-beam{options.beam}",
            sha256=digest,
        )

    def words(self, samples: NDArray[float32], heard: Callable[[float], None] | None = None) -> list[Word]:  # noqa: ARG002
        """See ``Transcriber.words``. Arrays only: given a path, the library would call ffmpeg.

        The library says nothing before it is done, so ``heard`` is not told anything.
        """
        import whisper

        self._seed(0)
        self._torch.set_num_threads(self._options.threads)
        result: dict[str, Any] = whisper.transcribe(
            self._whisper,
            samples,
            language=self._options.language,
            beam_size=self._options.beam,
            word_timestamps=True,
            condition_on_previous_text=False,
            fp16=False,
            verbose=None,
        )
        return [
            as_word(w["word"], w["start"], w["end"], w["probability"])
            for segment in result["segments"]
            for w in segment["words"]
            if w["word"].strip()
        ]


def _load(whisper: Any, name_or_path: str) -> tuple[Any, str]:
    """The model and the hash of the file its weights came from."""
    path = Path(name_or_path)
    if path.is_dir() or name_or_path == PACKAGED:
        from fidelity.transcribe.checkpoint import whisper_from_converted

        folder = converted_weights(name_or_path)
        return whisper_from_converted(folder), weights_sha256(folder)
    if path.is_file():
        try:
            return whisper.load_model(str(path), device="cpu"), sha256(path)
        except Exception as error:  # torch raises many kinds for a file that is not a checkpoint
            raise ModelError(f"{path} is not a Whisper checkpoint ({type(error).__name__}).") from error
    if name_or_path not in whisper.available_models():
        raise ModelError(
            f"There are no Whisper weights called “{name_or_path}”. Give a .pt file, or one of: "
            f"{', '.join(whisper.available_models())}."
        )
    root = cache_folder() / "openai"
    try:
        model = whisper.load_model(name_or_path, device="cpu", download_root=str(root))
    except OSError as error:
        raise ModelError(
            f"The Whisper weights “{name_or_path}” are not on this computer and could not be downloaded. "
            "Connect to the internet once, or give the path of a .pt file."
        ) from error
    return model, sha256(root / Path(whisper._MODELS[name_or_path]).name)
