"""Opens pages in the Chromium of the machine, or in Playwright's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from fidelity.audio import open_audio
from fidelity.conversation import Analysis
from fidelity.report import write_html
from tests import factories, media
from tests.browser import platform_server
from tests.browser.looking import PATIENCE, heeded

QUIET = (
    "--no-sandbox",  # containers have no user namespaces
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
)

expect.set_options(timeout=PATIENCE)


def chromium() -> str | None:
    """Path of the browser, or nothing for Playwright's own."""
    return os.environ.get("CHANGETALK_BROWSER") or shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        yield browser
        browser.close()


def microphone(folder: Path, seconds: int = 6) -> list[str]:
    """What gives a browser a microphone that plays a sample's first seconds, again and again."""
    sample = platform_server.ROOT / "data" / "samples" / "skilful" / "skilful.m4a"
    mono = next(iter(open_audio(sample).blocks())).mono[: seconds * 16_000]
    voice = media.write_audio(folder / "voice.wav", np.repeat(mono, 3)[None].astype("float32"))
    return ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-audio-capture={voice}"]  # fmt: skip


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The platform, running."""
    with platform_server.running(tmp_path_factory.mktemp("platform")) as found:
        yield found


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """A signed-in page; every test fails on a console error or a request to anywhere else."""
    troubles: list[str] = []
    contexts: list[BrowserContext] = []

    def open_it(path: str = "/", *, who: str = "ana", width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **options)
        contexts.append(context)
        page = heeded(context.new_page(), troubles, scripts=options.get("java_script_enabled", True))
        page.on("request", lambda r: None if r.url.startswith((address, "blob:")) else troubles.append(r.url))
        platform_server.sign_in(page, address, who)
        page.goto(address + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    expected = ("404 (NOT FOUND)", "409 (CONFLICT)", "ERR_INTERNET_DISCONNECTED")  # a test asked for it
    assert [t for t in troubles if not any(known in t for known in expected)] == []


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
        page = heeded(
            browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce", **context), troubles
        )
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
