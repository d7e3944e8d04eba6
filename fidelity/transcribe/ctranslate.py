"""Whisper on CTranslate2 (faster-whisper), int8: the default engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fidelity.config import TranscribeOptions
from fidelity.conversation import ModelUse, Word
from fidelity.errors import ModelError
from fidelity.transcribe.base import as_word
from fidelity.transcribe.weights import converted_weights, weights_sha256

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class FasterWhisper:
    """See ``Transcriber``. Loading takes about a second; one object serves a whole recording."""

    def __init__(self, options: TranscribeOptions) -> None:
        import ctranslate2
        from faster_whisper import WhisperModel

        self._options = options
        folder = converted_weights(options.model)
        self.model = ModelUse(
            role="speech",
            name=f"faster-whisper/{options.model if options.model != str(folder) else folder.name}",
            version=f"ctranslate2-{options.precision}-beam{options.beam}",
            sha256=weights_sha256(folder),
        )
        self._seed = ctranslate2.set_random_seed
        try:
            self._whisper = WhisperModel(
                str(folder),
                device="cpu",
                compute_type=options.precision,
                cpu_threads=options.threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"The Whisper weights in {folder} cannot be loaded: {error}") from error

    def words(self, samples: NDArray[float32], heard: Callable[[float], None] | None = None) -> list[Word]:
        """See ``Transcriber.words``."""
        # The fallback for loops samples at a temperature; a fixed seed keeps the result the same each time.
        self._seed(0)
        segments, _ = self._whisper.transcribe(
            samples,
            language=self._options.language,
            beam_size=self._options.beam,
            word_timestamps=True,
            condition_on_previous_text=False,  # the best single guard against loops
        )
        words = []
        for segment in segments:  # a lazy generator: used up here, so errors surface here
            words += [as_word(w.word, w.start, w.end, w.probability) for w in segment.words or () if w.word.strip()]
            if heard is not None:
                heard(segment.end)
        return words
