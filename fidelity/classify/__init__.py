"""Codes for what was said: MITI codes for the practitioner, change talk for the client."""

from fidelity.classify.base import Coder

__all__ = ["Coder"]
