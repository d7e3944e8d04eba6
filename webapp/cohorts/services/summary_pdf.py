"""A cohort on a few pages for a meeting: training, practice, and how its skills move. It names nobody."""

from __future__ import annotations

from datetime import date

from font_roboto import Roboto
from fpdf import FPDF

from webapp import clock
from webapp.cohorts.services import board as boards
from webapp.cohorts.services.board import Board
from webapp.cohorts.services.course import PEOPLE, Course
from webapp.cohorts.services.skills import Skill, Skills
from webapp.organisation.tables import Cohort
from webapp.practice.services.measured import Known
from webapp.wording import count, day

_FAMILY = "Roboto"
_TEAL, _BAND, _LINE, _INK, _QUIET = (11, 93, 94), (207, 223, 223), (221, 213, 199), (31, 42, 48), (74, 86, 92)
_LEFT, _WIDTH, _BOTTOM = 20, 170, 277  # mm
_BAR, _TALL = 50, 34  # mm: a module's bar, and a chart with its dates
_OF_THEIR_OWN = ("coaching", "supervision")  # kinds of events that do not stand on a line each
_FULL = 1.1  # how much higher a chart is than what is in it


def drawn(cohort: Cohort, board: Board, skills: Skills) -> bytes:
    """The summary as PDF, A4; a measure is drawn where five people or more have shared it."""
    page = FPDF(format="A4")
    page.set_creation_date(clock.now())
    page.set_title(f"How {cohort.name} gets on")
    page.set_lang("en-GB")
    page.add_font(_FAMILY, fname=Roboto)
    page.set_margins(_LEFT, 18)
    page.set_auto_page_break(True, 297 - _BOTTOM)
    page.add_page()
    _text(page, f"How {cohort.name} gets on", 20, _TEAL)
    _text(page, f"{day(clock.today())}. For a meeting: it names nobody and ranks nobody.", 10, _QUIET)
    _heading(page, "Training and practice")
    for words in boards.sentences(board):
        _text(page, words, 11)
    if board.modules and board.rows:
        _heading(page, "How far each module has reached")
        for module in board.modules:
            _bar(page, module.title, module.people, len(board.rows))
    _heading(page, "How skills move")
    _text(page, _standing(skills), 11)
    for words in _dates(skills):
        _text(page, words, 10, _QUIET)
    for skill in skills.skills:
        if skill.known.main and skill.found and skills.sharing >= PEOPLE:
            _measure(page, skill)
    return bytes(page.output())


def _standing(skills: Skills) -> str:
    told = (
        f"{skills.sharing} of {count(skills.people, 'person', 'people')} opened recordings to the trainer who made this"
    )
    if skills.sharing < PEOPLE:
        return f"{told}. Fewer than {PEOPLE} would be a story of single people, so no measure is shown."
    return (
        f"{told}: {count(skills.recordings, 'recording')}. Lines are the group's own course, with the band in which it "
        "may well lie (90%). The engine measured them and is unsure of each; they pass or fail nobody."
    )


def _dates(skills: Skills) -> list[str]:
    """The cohort's own dates; days of coaching are single people's. Supervision is often, so its days share a line."""
    told = [f"{day(event.on)}: {event.words}" for event in skills.events if event.kind not in _OF_THEIR_OWN]
    supervised = [day(event.on) for event in skills.events if event.kind == "supervision"]
    return [*told, f"Group supervision: {', '.join(supervised)}"] if supervised else told


def _measure(page: FPDF, skill: Skill) -> None:
    found = skill.found
    if page.get_y() > _BOTTOM - _TALL - 22:
        page.add_page()
    page.ln(3)
    _text(page, skill.known.of_a_group, 12, _TEAL)
    _text(page, skill.words, 10)
    if found and found.fair and found.good and found.fair.people >= PEOPLE:
        words = (
            f"Reached “fair”: {found.fair.at_first} in their first shared recording, {found.fair.now} in their latest. "
        )
        words += f"Reached “good”: {found.good.at_first}, then {found.good.now}."
        _text(page, words, 10)
    if found and found.course:
        _chart(page, skill.known, found.course)


def _chart(page: FPDF, known: Known, line: Course) -> None:
    left, top, width, height = _LEFT + 14, page.get_y() + 2, _WIDTH - 34, _TALL - 10
    marks = [(known.marks.fair, "fair"), (known.marks.good, "good")] if known.marks else []
    highest = (
        1.0 if known.unit == "share" else max(*(e.high for e in line.line), *(at for at, _ in marks), 1e-9) * _FULL
    )
    first, last = line.days[0], line.days[-1]

    def place(on: int, value: float) -> tuple[float, float]:
        return left + width * (on - first) / (last - first), top + height * (1 - value / highest)

    there = list(zip(line.days, line.line, strict=True))
    page.set_fill_color(*_BAND)
    page.polygon([place(on, e.low) for on, e in there] + [place(on, e.high) for on, e in reversed(there)], style="F")
    page.set_font(_FAMILY, size=8)
    page.set_text_color(*_QUIET)
    page.set_draw_color(*_LINE)
    page.set_line_width(0.2)
    for at, words in [*marks, (0.0, "")]:
        _, y = place(first, at)
        page.line(left, y, left + width, y)
        page.text(left + width + 2, y + 1, words)
    for value in (0.0, highest):
        words = known.in_words(value)
        page.text(left - 2 - page.get_string_width(words), place(first, value)[1] + 1, words)
    page.set_draw_color(*_TEAL)
    page.set_line_width(0.8)
    page.polyline([place(on, e.value) for on, e in there])
    for on, across in ((first, 0.0), (last, 1.0)):
        words = day(date.fromordinal(on))
        page.text(left + width * across - page.get_string_width(words) * across, top + height + 4, words)
    page.set_y(top + _TALL - 4)


def _bar(page: FPDF, title: str, people: int, everybody: int) -> None:
    if page.get_y() > _BOTTOM - 8:
        page.add_page()
    top = page.get_y()
    page.set_font(_FAMILY, size=10)
    page.set_text_color(*_INK)
    page.cell(95, 6, title)
    page.cell(22, 6, f"{people} of {everybody}")
    for colour, wide in ((_LINE, float(_BAR)), (_TEAL, _BAR * people / everybody)):
        if wide:
            page.set_fill_color(*colour)
            page.rect(_LEFT + 119, top + 2, wide, 2.5, style="F")
    page.set_y(top + 6)


def _heading(page: FPDF, words: str) -> None:
    page.ln(4)
    _text(page, words, 14)


def _text(page: FPDF, words: str, size: float, colour: tuple[int, int, int] = _INK) -> None:
    page.set_font(_FAMILY, size=size)
    page.set_text_color(*colour)
    page.multi_cell(_WIDTH, size / 2, words, align="L", new_x="LMARGIN", new_y="NEXT")
