"""Errors a user can act on. Each message says what was wrong and what to do, in plain English."""

from __future__ import annotations


class FidelityError(Exception):
    """Base of every error the engine raises on purpose."""


class RecordingError(FidelityError):
    """The audio or video file cannot be analysed."""


class TranscriptError(FidelityError):
    """The transcript file cannot be read, or does not say what is needed."""


class ModelError(FidelityError):
    """A model or its weights are missing, damaged or of the wrong kind."""


class DataError(FidelityError):
    """Training or evaluation data is missing, misshapen, or would leak into a test."""


class CodingError(FidelityError):
    """A coding by hand cannot be read, or does not fit the conversation."""


class OutputError(FidelityError):
    """Results cannot be written where they should go."""
