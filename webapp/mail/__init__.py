"""E-mail: kept until it is sent, and sent once the work it tells of is committed."""

from __future__ import annotations

from webapp.mail.sending import send, send_due

__all__ = ["send", "send_due"]
