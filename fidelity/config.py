"""Options of each step. Every threshold has a name, a default and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass

SAMPLE_RATE = 16_000  # Hz. What Whisper, the voice activity detector and the voice encoder all expect.
