"""Figures of agreement in words: what one means, why one is withheld, and the numbers for a spreadsheet.

The bands are Cicchetti's (1994), which studies with the MITI mostly use; the words for them are ours, as “fair” and
“good” are the published marks of skill elsewhere on the platform.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fidelity.codebook import CODES
from fidelity.config import AgreementOptions
from fidelity.hand.figures import Figure, Rated
from fidelity.hand.tally import UTTERANCES
from fidelity.measures import COUNTS, MEASURES
from webapp.accounts.tables import Person
from webapp.agreement.services import chosen as choices
from webapp.agreement.services.overview import Overview
from webapp.coaching.services import scales
from webapp.wording import count

HEADS = (
    "Compared", "Period", "Part", "What", "Level", "Figure", "Value", "Low (90%)", "High (90%)", "Interval from",
    "Stands on", "First gave it", "Second gave it", "Both", "Experts",
)  # fmt: skip
STATISTICS = {"kappa": "Cohen's kappa", "alpha": "Krippendorff's alpha"}
_BANDS = ((0.75, "strong"), (0.6, "solid"), (0.4, "moderate"), (-2.0, "weak"))
_TITLES = {
    "practitioner": "All practitioner codes",
    "client": "Client language: change, sustain or neutral",
    "behaviour": "Main behaviour of a turn: reflection, question, information or other",
    "open": "Open or closed, where both heard a question",
    "depth": "Simple or complex, where both heard a reflection",
    "reflection": "Reflection of either kind",
    "question": "Question of either kind",
    "input": "Information or persuasion of any kind",
}
_WHOLE = (
    ("practitioner", "utterances"),
    ("behaviour", "turns"),
    ("client", "utterances"),
    ("open", "utterances"),
    ("depth", "utterances"),
)
_LEAST = AgreementOptions()


class Line(NamedTuple):
    """One code as a table shows it: by utterances, and by turns where that was counted."""

    title: str
    utterances: Figure
    turns: Figure | None


def whole(overview: Overview) -> list[Figure]:
    """The figures of the whole scheme, and of the choices that experts find hard."""
    return [overview.found.figure(*key) for key in _WHOLE] if overview.found and overview.found.figures else []


def code_by_code(overview: Overview) -> list[Line]:
    """The same of each code, in the order of the codebook; the groups first."""
    if overview.found is None:
        return []
    by: dict[tuple[str, str], Figure] = {(one.name, one.level): one for one in overview.found.figures}
    apart = {name for name, _ in _WHOLE}
    return [
        Line(title(name), figure, by.get((name, "turns")))
        for (name, level), figure in by.items()
        if level == "utterances" and name not in apart and sum(figure.given) > 0
    ]


def never_given(overview: Overview) -> str:
    """The codes that neither side gave, by name; nothing where all were given."""
    every = overview.found.figures if overview.found else ()
    missing = [
        CODES[one.name].name for one in every if one.name in CODES and one.level == "utterances" and sum(one.given) == 0
    ]
    return ", ".join(missing)


def cuts(overview: Overview) -> str:
    """How far both begin utterances at the same places, in words."""
    found = overview.found.cuts if overview.found else None
    if found is None or not found.turns:
        return ""
    inside = f"Inside {count(found.turns, 'turn')}, "
    if not found.first + found.second:
        return f"{inside}neither began a second utterance anywhere."
    made = f"the first side began {count(found.first, 'more utterance')} and the second {found.second:,}"
    if overview.chosen.among_all:
        made = (
            f"taking coders two by two, one began {count(found.first, 'more utterance')} and the other {found.second:,}"
        )
    return (
        f"{inside}{made}; {found.both:,} at the same word. As one figure that is {value(found.f1)} (F1, from 0 to 1). "
        f"The numbers of utterances differ by {value(found.guetzkow)} (Guetzkow's U, 0 where they are the same)."
    )


def title(name: str) -> str:
    """What a figure is about."""
    if name in _TITLES:
        return _TITLES[name]
    code = CODES[name]
    return f"{code.name} ({name})" if len(name) < 4 else code.name


def rated_title(name: str) -> str:
    """What an ICC is about: a summary score or a scale."""
    scale = scales.catalogue().get(name)
    if scale is not None:
        return scale.title
    return next(one.title for one in (*MEASURES, *COUNTS) if one.name == name)


def value(number: float | None) -> str:
    """A figure with two digits and a true minus."""
    return "–" if number is None else f"{number:.2f}".replace("-", "−")


def amount(number: float) -> str:
    """How many units: those that two cut differently count half from either side, of several coders by their share."""
    if number % 1 == 0.5:
        return f"{int(number):,}½" if number > 1 else "½"
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def stands_on(figure: Figure, overview: Overview) -> str:
    """How much a figure stands on; among any number of coders it is codings that count."""
    if overview.chosen.among_all:
        return f"{amount(2 * figure.n)} codings of {figure.level}"
    return f"{amount(figure.n)} {figure.level}"


def band(figure: Figure | Rated) -> str:
    """What it means in a word or two: its interval may reach across several."""
    if figure.value is None:
        return ""
    ends = [_band(end) for end in (figure.low, figure.high) if end is not None] or [_band(figure.value)]
    return ends[0] if ends[0] == ends[-1] else f"{ends[0]} to {ends[-1]}"


def why(figure: Figure | Rated) -> str:
    """Why there is no figure."""
    if isinstance(figure, Rated):
        if figure.why == "few":
            return f"needs {_LEAST.least_rated} conversations, and there are {figure.n}"
        return "every value is the same" if figure.why else ""
    if figure.why == "few":
        return f"needs {_LEAST.least_units} {figure.level}, and there are {amount(figure.n)}"
    if figure.why == "unused":
        used = amount(sum(figure.given) / 2)
        return f"given {used} times on average; below {_LEAST.least_used} it would be all or nothing"
    return "only one code was given" if figure.why else ""


def span(figure: Figure | Rated) -> str:
    """Its interval, if it has one."""
    return "" if figure.low is None else f"{value(figure.low)} to {value(figure.high)}"


def sentence(figure: Figure) -> str:
    """The most important thing to be said of a figure, for people who do not know kappa."""
    if figure.value is None:
        return f"No figure yet: {why(figure)}."
    told = f"Beyond what chance would give, agreement is {band(figure)}."
    if figure.experts is not None:
        reach = "about as far as" if abs(figure.value - figure.experts) < 0.1 else (
            "further than" if figure.value > figure.experts else "not as far as"
        )  # fmt: skip
        told += f" That is {reach} experts agree with each other on it ({value(figure.experts)})."
    return told


def rows(overview: Overview, trainer: Person) -> Iterator[tuple[object, ...]]:
    """All figures for a spreadsheet, under ``HEADS``: figures, cuts, scores, ratings, months and tables."""
    found = overview.found
    if found is None:
        return
    pair = choices.words(overview.chosen, overview.names, trainer)
    before = (pair, choices.PERIODS[overview.chosen.period])
    name = STATISTICS[found.statistic]
    for one in found.figures:
        yield (*before, "Codes", title(one.name), *_cells(one, name))
    cuts = found.cuts
    made = (cuts.turns, cuts.first, cuts.second)
    yield (*before, "Cuts", "Where utterances begin", "turns", "F1", cuts.f1, None, None, "", *made, cuts.both, None)
    yield (*before, "Cuts", "How many utterances", "turns", "U", cuts.guetzkow, None, None, "", *made, None, None)
    for part, every in (("Summary scores", found.scores), ("Ratings", found.ratings)):
        for r in every:
            basis = "formula" if r.low is not None else ""
            what = (part, rated_title(r.name), "conversations", "ICC(2,1)")
            yield (*before, *what, r.value, r.low, r.high, basis, r.n, None, None, None, r.experts)
    for month in found.months:
        for one in (month.practitioner, month.client):
            yield (*before, f"Month {month.month}", title(one.name), *_cells(one, name))
    for table, codes in UTTERANCES.items():
        for a, row in zip(codes, found.tables[table], strict=True):
            for b, number in zip(codes, row, strict=True):
                if number:
                    yield (
                        *before,
                        f"Table of {table} codes",
                        f"{a} with {b}",
                        "utterances",
                        "count",
                        number,
                        *[None] * 8,
                    )


def drawn_table(overview: Overview, name: str) -> Mapping[str, object]:
    """A confusion table as the page draws it: only codes that were given; shade 0 to 3 by the share of the row.

    Among all coders nobody is first or second, so each pair of codes stands once, and both directions are added.
    """
    codes, among_all = UTTERANCES[name], overview.chosen.among_all
    table = overview.found.tables[name] if overview.found else []
    used = [k for k in range(len(table)) if any(table[k]) or any(row[k] for row in table)]
    lines = []
    for i in used:
        of_row = sum(table[i]) or 1
        cells = []
        for j in used:
            number: float | None = table[i][j]
            if among_all:
                number = None if j < i else table[i][j] / 2 if i == j else table[i][j]
            cells.append((codes[j], number, _shade(table[i][j] / of_row) if number else 0))
        lines.append((codes[i], cells))
    return {"codes": [codes[k] for k in used], "lines": lines}


def _shade(share: float) -> int:
    return sum(share > edge for edge in (0.0, 0.2, 0.5))


def _band(number: float) -> str:
    return next(words for least, words in _BANDS if number >= least)


def _cells(one: Figure, name: str) -> tuple[object, ...]:
    basis = "" if one.basis == "none" else one.basis
    return (one.level, name, one.value, one.low, one.high, basis, one.n, *one.given, one.both, one.experts)
