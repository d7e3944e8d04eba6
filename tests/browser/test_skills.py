"""The picture of how each skill stands, on a wide screen and a phone, in light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import look

EXERCISE = "/learn/mi-in-family-safeguarding/05-simple-reflections/sr-code-echo"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_after_a_try(visit: Callable[..., Page], address: str, scheme: str) -> None:
    page = visit(EXERCISE, who="carys", color_scheme=scheme)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Look at my answer").click()
    expect(page.locator("#feedback")).to_be_visible()
    page.goto(f"{address}/skills")
    expect(page.get_by_role("img", name="% fitted at the first try").first).to_be_visible()
    page.get_by_text("The same as a table").click()
    look(page)
