"""Whisper on CTranslate2 (faster-whisper), int8: the default engine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fidelity.config import TranscribeOptions
from fidelity.conversation import ModelUse, Word
from fidelity.errors import ModelError
from fidelity.transcribe.base import heard
from fidelity.transcribe.weights import converted_weights, sha256

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
            sha256=sha256(folder / "model.bin"),
        )
        self._seed = ctranslate2.set_random_seed
        try:
            self._whisper = WhisperModel(
                str(folder),
                device="cpu",
                compute_type=options.precision,
                cpu_threads=options.threads or min(os.cpu_count() or 1, 4),
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"The Whisper weights in {folder} cannot be loaded: {error}") from error

    def words(self, samples: NDArray[float32]) -> list[Word]:
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
        return [
            heard(w.word, w.start, w.end, w.probability)
            for segment in segments  # a lazy generator: used up here, so errors surface here
            for w in segment.words or ()
            if w.word.strip()
        ]
