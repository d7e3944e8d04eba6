"""Pages for coming in, and for one's own account."""

from __future__ import annotations

from webapp.accounts.routes import account, links, second_factor, sign_in
from webapp.accounts.routes.blueprint import accounts

__all__ = ["account", "accounts", "links", "second_factor", "sign_in"]
