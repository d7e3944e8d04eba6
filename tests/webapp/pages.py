"""A visitor to the pages, who looks at each one as every page test should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

INLINE = re.compile(r"\son[a-z]+\s*=|javascript:", re.IGNORECASE)


@dataclass
class Page:
    """A page as it came, and as it reads."""

    response: TestResponse
    soup: BeautifulSoup

    @property
    def heading(self) -> str:
        """Its one main heading."""
        found = self.soup.h1
        assert found is not None
        return found.get_text(" ", strip=True)

    @property
    def text(self) -> str:
        """All that can be read on it."""
        return self.soup.get_text(" ", strip=True)

    def links(self) -> list[str]:
        """Where it leads."""
        return [str(a["href"]) for a in self.soup.select("a[href]")]


@dataclass
class Visitor:
    """Opens pages and sends forms as a browser does, the forms' own tokens included."""

    client: FlaskClient
    last: Page | None = field(default=None)

    def get(self, path: str, *, status: int = 200, **more: Any) -> Page:
        """Open a page and look it over."""
        return self._seen(self.client.get(path, follow_redirects=True, **more), status)

    def send(self, path: str, data: dict[str, Any] | None = None, *, status: int = 200, **more: Any) -> Page:
        """Send a form to ``path`` with a token from the page looked at last."""
        sent = {**({"csrf_token": self.token} if self.token else {}), **(data or {})}
        return self._seen(self.client.post(path, data=sent, follow_redirects=True, **more), status)

    @property
    def token(self) -> str:
        """The token of the page looked at last, if it has one."""
        found = self.last.soup.select_one("input[name=csrf_token]") if self.last else None
        return str(found["value"]) if found else ""

    def sign_in(self, email: str, password: str) -> Page:
        """Go in by the front door."""
        self.get("/sign-in")
        return self.send("/sign-in", {"email": email, "password": password})

    def _seen(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, f"{response.request.path}: {response.status_code}"
        page = Page(response, BeautifulSoup(response.text, "html.parser"))
        if response.mimetype == "text/html":
            look_over(page)
            self.last = page
        return page


def look_over(page: Page) -> None:
    """What holds of every page: a title, one main heading, labels on all fields, nothing inline, no id twice."""
    soup, where = page.soup, page.response.request.path
    assert soup.title is not None, where
    assert re.fullmatch(r".+ · .+", soup.title.get_text(" ", strip=True)), f"{where}: {soup.title}"
    assert len(soup.find_all("h1")) == 1, where
    levels = [int(h.name[1]) for h in soup.find_all(re.compile("^h[1-6]$"))]
    assert all(b <= a + 1 for a, b in pairwise(levels)), f"{where}: headings jump {levels}"
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"{where}: an id stands twice"
    for tag in soup.find_all(["input", "select", "textarea"]):
        if tag.get("type") in ("hidden", "submit"):
            continue
        named = tag.get("aria-label") or tag.get("aria-labelledby") or tag.find_parent("label")
        assert named or soup.find("label", attrs={"for": str(tag.get("id"))}), f"{where}: {tag} has no label"
    for image in soup.find_all("img"):
        assert image.get("alt") is not None, f"{where}: {image} has no alt"
    for script in soup.find_all("script"):
        data = script.get("type") == "application/json"
        ours = str(script.get("src", "")).startswith("/") and not script.get_text(strip=True)
        assert data or ours, f"{where}: inline script"
    assert not soup.find_all("style"), where
    for tag in soup.find_all(True):
        assert not tag.get("style"), f"{where}: {tag.name} is styled in place"
        assert not any(name.startswith("on") for name in tag.attrs), f"{where}: {tag.name} has an inline handler"
    assert "javascript:" not in page.response.text, where
    policy = page.response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
