"""Opens pages in the Chromium of the machine, or in Playwright's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from fidelity.conversation import Analysis
from fidelity.report import write_html
from tests import factories, media

QUIET = (
    "--no-sandbox",  # containers have no user namespaces
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
)


def chromium() -> str | None:
    """Path of the browser, or nothing for Playwright's own."""
    return os.environ.get("CHANGETALK_BROWSER") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MP3 as long as the conversation in ``factories``."""
    path = tmp_path_factory.mktemp("sound") / "copy.mp3"
    return media.write_audio(path, media.tone(80, rate=16_000), rate=16_000)


@pytest.fixture
def open_report(browser: Browser, sound: Path, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open the report of an analysis; every test fails on a console error or a request to anywhere else."""
    troubles: list[str] = []
    pages: list[Page] = []

    def open_it(
        analysis: Analysis | None = None,
        *,
        audio: bool = True,
        chart: bool = False,
        width: int = 1280,
        **context: Any,
    ) -> Page:
        target = tmp_path / "report.html"
        write_html(analysis or factories.analysis(), sound if audio else None, target)
        page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce", **context)
        page.on("console", lambda m: troubles.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith("blob:") else requests.append(r.url))
        requests: list[str] = []
        page.goto(target.as_uri())
        if chart:  # it is drawn when somebody comes near it
            page.locator("#chart").scroll_into_view_if_needed()
            page.wait_for_selector("#chart .barlayer .point", state="attached")
        assert requests == [target.as_uri()]
        pages.append(page)
        return page

    yield open_it
    for page in pages:
        page.close()
    assert troubles == []
