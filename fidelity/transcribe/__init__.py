"""Speech to words, behind one protocol with two engines."""

from fidelity.transcribe.base import Transcriber, load_transcriber

__all__ = ["Transcriber", "load_transcriber"]
