"""Looking a page over: barriers for people with disabilities, nothing to scroll sideways, waiting for what is drawn."""

from __future__ import annotations

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = (1280, 320)
PATIENCE = 60_000  # ms: a busy machine is no fault of the page
NOT_READY = "html:not([data-ready])"  # a page whose scripts have not run
LATE = 5  # s by which a busy browser may stop the sound too late


def heeded(page: Page, troubles: list[str], *, scripts: bool = True) -> Page:
    """``page``, what its console complains of going to ``troubles``.

    With ``scripts`` nothing is done or looked at before a page's own have run, as somebody's hands would not: a link
    brings a page piece by piece, and a key pressed or a button used before that is lost.
    """
    page.on("console", lambda m: troubles.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    if scripts:
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => document.documentElement.toggleAttribute('data-ready', true))"
        )
        page.add_locator_handler(page.locator(NOT_READY), lambda: None)  # goes on once there is none
    return page


def barriers(page: Page) -> list[str]:
    """What axe finds on the page as it stands, and where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']][:3]}" for rule in found]


def look(page: Page, where: str = "") -> None:
    """No barriers and no scrolling sideways, on a wide and on a narrow screen, on the page as it stands."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert barriers(page) == [], (where, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, width)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def look_over(page: Page, *addresses: str) -> None:
    """The same for each of some pages, with everything unfolded."""
    for address in addresses:
        page.goto(address)
        expect(page.locator("[data-look-again]")).to_have_count(0, timeout=3 * PATIENCE)  # it loads itself again before
        unfold(page)
        look(page, address)


def unfold(page: Page) -> None:
    """Open all that is folded."""
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")


def until(page: Page, holds: str | Callable[[], bool]) -> None:
    """Wait for something that shows in no element; the page's own rules forbid ``wait_for_function``."""
    for _ in range(PATIENCE // 100):
        if page.evaluate(holds) if isinstance(holds, str) else holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(holds)
