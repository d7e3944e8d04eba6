"""A small OpenID Connect provider on this machine, for as long as a test lasts."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "changetalk", "a secret of the provider"
_KEY = RSAKey.generate_key(2048, {"kid": "1"}, private=True)
_OTHER_KEY = RSAKey.generate_key(2048, {"kid": "1"}, private=True)


@dataclass
class Provider:
    """What it says of whoever comes, and how it misbehaves."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)  # instead of the right ones; ``None`` leaves one out
    user_page: dict[str, Any] = field(default_factory=dict)  # what the user page says
    wrong_key: bool = False
    error: str = ""  # sends people back with it
    broken: str = ""  # the page that answers 500
    asked: dict[str, str] = field(default_factory=dict)  # what we were last sent to its sign-in page with
    codes: dict[str, dict[str, str]] = field(default_factory=dict)


def pages(provider: Provider) -> Flask:
    """Its four pages, and the one that tells where they are."""
    app = Flask("provider")

    @app.before_request
    def _break() -> None:
        if provider.broken and provider.broken in request.path:
            abort(500)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=provider.issuer,
            authorization_endpoint=f"{provider.issuer}/authorize",
            token_endpoint=f"{provider.issuer}/token",
            jwks_uri=f"{provider.issuer}/keys",
            userinfo_endpoint=f"{provider.issuer}/user",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
        )

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[_KEY.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Any:
        told = provider.asked = request.args.to_dict()
        assert told["response_type"] == "code"
        assert told["client_id"] == CLIENT
        assert told["code_challenge_method"] == "S256"
        assert "openid" in told["scope"].split()
        if provider.error:
            back = {"error": provider.error, "error_description": "<b>No</b>", "state": told["state"]}
        else:
            back = {"code": f"code {len(provider.codes)}", "state": told["state"]}
            provider.codes[back["code"]] = told
        return redirect(f"{told['redirect_uri']}?{urlencode(back)}")

    @app.post("/token")
    def token() -> Any:
        told = provider.codes.pop(request.form["code"], None)
        verifier = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        sure = request.authorization
        if (
            told is None
            or sure is None
            or (sure.username, sure.password) != (CLIENT, SECRET)
            or told["redirect_uri"] != request.form["redirect_uri"]
            or told["code_challenge"] != base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        ):
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {
            "iss": provider.issuer,
            "aud": CLIENT,
            "sub": "person 1",
            "iat": now,
            "exp": now + 300,
            "nonce": told["nonce"],
            "email_verified": True,
            **provider.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key = _OTHER_KEY if provider.wrong_key else _KEY
        return jsonify(
            access_token="open sesame",
            token_type="Bearer",
            expires_in=300,
            id_token=jwt.encode({"alg": "RS256", "kid": "1"}, claims, key),
        )

    @app.get("/user")
    def user() -> Response:
        assert request.headers["Authorization"] == "Bearer open sesame"
        return jsonify(provider.user_page)

    return app


@contextmanager
def running() -> Iterator[Provider]:
    """Serve on a free port."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, pages(provider), threaded=False)
    server.log = lambda *_: None
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
