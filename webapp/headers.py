"""What every answer tells the browser: nothing from elsewhere, no inline scripts, no guessing, no leaking."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

# Plotly makes an empty style element; this is the hash of nothing.
_NOTHING = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
_ONE_YEAR = 31_536_000


def start(app: Flask) -> None:
    """Put the headers on every answer, and offer templates a nonce."""
    app.context_processor(lambda: {"nonce": nonce})

    @app.after_request
    def _add(response: Response) -> Response:
        policy = {
            "default-src": "'none'",
            "script-src": f"'self' 'nonce-{nonce()}'" if "nonce" in g else "'self'",
            "style-src": f"'self' {_NOTHING}",
            "img-src": "'self' data: blob:",
            "media-src": "'self' blob:",
            "font-src": "'self'",
            "connect-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
            "manifest-src": "'self'",
        }
        response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=(), payment=(), usb=()"
        if app.extensions["settings"].over_https:
            response.headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}; includeSubDomains"
        if request.endpoint not in ("static", "bootstrap.static") and request.blueprint != "charts":
            response.headers["Cache-Control"] = "no-store"  # a shared laptop keeps nothing after signing out
        return response


def nonce() -> str:
    """This answer's word of passage for a script in the page."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    word: str = g.nonce
    return word
