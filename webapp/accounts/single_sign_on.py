"""Signing in with a work account, by OpenID Connect. Authlib makes and checks state, nonce and PKCE."""

from __future__ import annotations

from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, current_app
from flask import session as cookie
from joserfc.errors import JoseError

from webapp.characters import unfit
from webapp.errors import Refused
from webapp.logs import LOGGER
from webapp.settings import Settings

BACK = "/sign-in/work-account/back"  # where the provider sends people; the address to register there ends so
_NAME = "work_account"
_PATIENCE_S = 10
_DOWN = (
    "The sign-in page of your work account does not answer. Try again in a few minutes, or sign in with your password."
)
_STALE = "Signing in took too long, or was begun in another window. Please start again."
_REFUSED = "Your work account did not let you in. Try again, or ask whoever looks after it."
_ODD = "Your work account answered in a way we could not believe, so nobody was signed in. Tell your administrator."
_UNCHECKED = "Your work account does not say that your e-mail address was checked, so we cannot know it is you. "
_ASK = "Sign in with your password, and tell your administrator."


def start(app: Flask) -> None:
    """Get to know the provider, if the settings name one. It is not called before somebody wants to sign in."""
    settings: Settings = app.extensions["settings"]
    if not settings.oidc_issuer:
        return
    app.extensions["single_sign_on"] = OAuth(app).register(
        _NAME,
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret.get_secret_value() or None,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": _PATIENCE_S,
        },
    )


def offered() -> bool:
    """Whether there is single sign-on here."""
    return "single_sign_on" in current_app.extensions


def leave() -> Response:
    """Send the browser to the provider.

    Raises:
        Refused: the provider does not answer, or not as one.
    """
    settings: Settings = current_app.extensions["settings"]
    for earlier in [name for name in cookie if name.startswith(f"_state_{_NAME}_")]:
        cookie.pop(earlier)  # begun and left: a browser drops a cookie that grows too long
    try:
        away: Response = _provider().authorize_redirect(settings.public_url + BACK)
    except (requests.RequestException, OAuthError, RuntimeError, ValueError) as error:
        raise _plain(error) from None
    return away


def come_back() -> str:
    """The e-mail address that the provider vouches for, from its answer in this request.

    Raises:
        Refused: it did not sign her in, its answer cannot be trusted, or it does not vouch for the address.
    """
    settings: Settings = current_app.extensions["settings"]
    believed = {
        "iss": {"essential": True, "values": [settings.oidc_issuer, f"{settings.oidc_issuer}/"]},
        "aud": {"essential": True, "value": settings.oidc_client},
    }
    try:
        told = _provider().authorize_access_token(claims_options=believed)
        claims = _with_email(told)
    except (requests.RequestException, OAuthError, JoseError, RuntimeError, ValueError, KeyError) as error:
        raise _plain(error) from None
    email = claims.get("email")
    if not isinstance(email, str) or not email or unfit(email):
        raise Refused(f"Your work account does not tell us your e-mail address. {_ASK}")
    if claims.get("email_verified") not in (True, "true") and not settings.oidc_trusted:
        raise Refused(_UNCHECKED + _ASK)
    return email


def _with_email(told: dict[str, Any]) -> dict[str, Any]:
    """The claims of the identity token; of providers that keep the address out of it, those of their user page too."""
    claims = dict(told["userinfo"])
    if "email" not in claims and _provider().load_server_metadata().get("userinfo_endpoint"):
        more = dict(_provider().userinfo(token=told))
        if more.get("sub") != claims["sub"]:
            raise ValueError("the user page is of somebody else")
        claims = {**more, **claims}
    return claims


def _plain(error: Exception) -> Refused:
    LOGGER.warning("single sign-on failed", exc_info=error)
    if isinstance(error, requests.JSONDecodeError) or not isinstance(error, requests.RequestException | OAuthError):
        return Refused(_ODD)
    if isinstance(error, requests.RequestException):
        return Refused(_DOWN)
    return Refused(_STALE if isinstance(error, MismatchingStateError) else _REFUSED)


def _provider() -> Any:
    return current_app.extensions["single_sign_on"]
