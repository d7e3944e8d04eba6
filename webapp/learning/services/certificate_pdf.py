"""A certificate as a page to print."""

from __future__ import annotations

from datetime import datetime

from font_roboto import Roboto
from fpdf import FPDF

from webapp import clock
from webapp.learning.tables import Certificate

_FAMILY = "Roboto"  # has Latin, Greek, Cyrillic and Vietnamese letters; a certificate on the screen has every script
_TEAL, _PLUM, _INK, _QUIET = (11, 93, 94), (107, 62, 117), (31, 42, 48), (74, 86, 92)


def drawn(certificate: Certificate, *, address: str) -> bytes:
    """The certificate as PDF, A4 across; ``address`` is where anyone can see that it is real."""
    return framed(
        name=certificate.name,
        has="has completed the course",
        title=certificate.title,
        about=f"about {certificate.hours:g} hours of lessons, exercises and knowledge checks, version "
        f"{certificate.version}",
        at=certificate.issued_at,
        code=certificate.code,
        address=address,
        last="It shows what was learnt, not how anybody works with families.",
    )


def framed(
    *, name: str, has: str, title: str, about: str, at: datetime, code: str, address: str, last: str
) -> bytes:  # fmt: skip
    """A page to hang on a wall: that somebody ``has`` what ``title`` names, since when, and how to check it."""
    day = at.astimezone(clock.HERE)
    page = FPDF(orientation="landscape", format="A4")
    page.set_creation_date(at)
    page.set_title(f"Certificate: {title}")
    page.set_lang("en-GB")
    page.add_font(_FAMILY, fname=Roboto)
    page.add_page()
    page.set_draw_color(*_TEAL)
    page.set_line_width(0.8)
    page.rect(12, 12, 273, 186)
    for left, top, colour in ((133, 26, _TEAL), (143, 31, _PLUM)):
        page.set_fill_color(*colour)
        page.rect(left, top, 20, 12, style="F", round_corners=True, corner_radius=3)
    lines = (
        (54, 13, _QUIET, "This is to say that"),
        (66, 30, _INK, name),
        (88, 13, _QUIET, has),
        (100, 22, _TEAL, title),
    )
    for top, size, colour, words in lines:
        page.set_xy(25, top)
        page.set_font(_FAMILY, size=_fitting(page, words, size))
        page.set_text_color(*colour)
        page.cell(247, size / 2, words, align="C")
    page.set_xy(25, 122)
    page.set_font(_FAMILY, size=12)
    page.set_text_color(*_QUIET)
    page.multi_cell(247, 7, f"{about}\n{day.day} {day:%B %Y}", align="C")
    page.set_xy(25, 160)
    page.set_font(_FAMILY, size=10)
    page.multi_cell(247, 6, f"Check code {code}\nAnyone can check it at {address}", align="C")
    page.set_xy(25, 178)
    page.set_font(_FAMILY, size=9)
    page.multi_cell(247, 5, last, align="C")
    return bytes(page.output())


def _fitting(page: FPDF, words: str, size: float) -> float:
    """The size at which words fit on a line."""
    page.set_font(_FAMILY, size=size)
    width = page.get_string_width(words)
    return size if width <= 245 else max(9.0, size * 245 / width)
