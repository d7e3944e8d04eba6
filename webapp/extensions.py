"""Libraries that need to know the application: sign-in, forms, limits and Bootstrap's files."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

bootstrap = Bootstrap5()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, strategy="moving-window")
login = LoginManager()


def start(app: Flask) -> None:
    """Tell each of them."""
    proxies = app.extensions["settings"].proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    bootstrap.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    login.init_app(app)
    login.session_protection = None  # it signs people out whose address changes, as a phone's does on the way home
