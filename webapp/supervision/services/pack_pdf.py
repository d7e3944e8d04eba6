"""A pack on paper: its moments in words, each with what the group is asked. It names nobody."""

from __future__ import annotations

from font_roboto import Roboto
from fpdf import FPDF

from webapp import clock
from webapp.supervision.services.packs import TAKEN_BACK, Shown, Whole
from webapp.wording import day

_FAMILY = "Roboto"
_TEAL, _PLUM, _INK, _QUIET, _PAPER = (11, 93, 94), (107, 62, 117), (31, 42, 48), (74, 86, 92), (227, 239, 237)
_LEFT, _WIDTH, _BOTTOM, _LANE = 20, 170, 277, 16  # mm; a client's lines stand in by the last
_LEAST = 45  # mm that a moment needs to begin on a page


def drawn(whole: Whole) -> bytes:
    """The pack as PDF, A4."""
    page = FPDF(format="A4")
    page.set_creation_date(clock.now())
    page.set_title(whole.pack.title)
    page.set_lang("en-GB")
    page.add_font(_FAMILY, fname=Roboto)
    page.set_margins(_LEFT, 18)
    page.set_auto_page_break(True, 297 - _BOTTOM)
    page.add_page()
    _text(page, whole.pack.title, 20, _TEAL)
    _text(page, f"Group supervision, {whole.cohort.name}. {day(clock.today())}.", 10, _QUIET)
    _text(
        page,
        "Colleagues shared these moments so that we can learn from them. They stay in this room: do not guess whose "
        "they are, and destroy the paper afterwards. […] stands for a word that is covered.",
        10,
        _QUIET,
    )
    for place in whole.places:
        _place(page, place)
    if not whole.places:
        page.ln(4)
        _text(page, "There is no moment in this pack.", 11)
    return bytes(page.output())


def _place(page: FPDF, place: Shown) -> None:
    if page.get_y() > _BOTTOM - _LEAST:
        page.add_page()
    page.ln(6)
    if place.moment is None:
        _text(page, f"{place.number}. A moment that was taken back", 14, _TEAL)
        _text(page, TAKEN_BACK, 11)
        return
    _text(page, f"{place.number}. {place.moment.title}", 14, _TEAL)
    _text(page, place.moment.shows_in_words, 10, _QUIET)
    for line in place.moment.lines:
        page.ln(2)
        client = line.speaker == "client"
        _text(page, line.voice, 9, _PLUM if client else _TEAL, inset=_LANE if client else 0)
        _text(page, line.text, 12, inset=_LANE if client else 0)
    if place.prompt:
        page.ln(4)
        page.set_fill_color(*_PAPER)
        _text(page, f"{place.kind_in_words}: {place.prompt}", 12, fill=True)


def _text(
    page: FPDF, words: str, size: float, colour: tuple[int, int, int] = _INK, *, inset: int = 0, fill: bool = False
) -> None:
    page.set_font(_FAMILY, size=size)
    page.set_text_color(*colour)
    page.set_x(_LEFT + inset)
    wide = _WIDTH - _LANE if not fill and size > 8 and inset else _WIDTH
    page.multi_cell(
        wide, size / 2, words, align="L", fill=fill, new_x="LMARGIN", new_y="NEXT", padding=2 if fill else 0
    )
