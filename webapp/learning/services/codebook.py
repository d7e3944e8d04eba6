"""The coding scheme in plain words, from the engine's own codebook."""

from __future__ import annotations

from fidelity.codebook import CLIENT_CODES, PRACTITIONER_CODES, Code

NAMES = {code.short: code.name for code in (*PRACTITIONER_CODES, *CLIENT_CODES)}


def practitioner() -> tuple[Code, ...]:
    """Codes for what the practitioner says."""
    return PRACTITIONER_CODES


def client() -> tuple[Code, ...]:
    """Codes for what the client says."""
    return CLIENT_CODES
