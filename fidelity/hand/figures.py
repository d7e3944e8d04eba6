"""How far codings agree, in figures: for each code, for the choices experts find hard, and for the cuts.

Two coders are compared by Cohen's kappa, any number of them by Krippendorff's alpha. The utterances of one conversation
are not independent of each other: so with enough recordings an interval comes from resampling whole recordings. With
fewer it stands on the utterances alone, by the formula for kappa or by resampling them for alpha: it is then about
these recordings and no others, and says so (``basis``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fidelity.agreement import alpha, alphas, icc, icc_interval, kappa, kappa_interval, kappas, middle, resampled
from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.config import AgreementOptions
from fidelity.hand.tally import GROUPS, UTTERANCES, Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

Statistic = Literal["kappa", "alpha"]
Basis = Literal["recordings", "utterances", "none"]
Why = Literal["", "few", "unused", "one code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. ``name`` says of what, ``level`` of utterances or turns, ``n`` how many of these
    (for alpha half as many as there are codings, which is the same where two coded everything).

    ``given`` is how often each of the two gave it, ``both`` how often they gave it to the same thing. Where ``value``
    is withheld, ``why`` says for what reason. ``experts`` is what experts reach, where that is known.
    """

    name: str
    level: Literal["utterances", "turns"]
    value: float | None
    low: float | None
    high: float | None
    basis: Basis
    n: float
    given: tuple[float, float]
    both: float
    why: Why
    experts: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """ICC(2,1) of one number that two gave to the same conversations, ``n`` of them."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    why: Why
    experts: float | None


# Ten experts who coded the same seven sessions of AnnoMI (Wu et al. 2022): mean kappa over pairs of them, ICC(2,1) of
# the counts of a session; measured with ``changetalk evaluate``, see docs/validity.md.
EXPERTS: Mapping[tuple[str, str], float] = {
    ("behaviour", "turns"): 0.74,
    ("question", "turns"): 0.87,
    ("reflection", "turns"): 0.66,
    ("input", "turns"): 0.64,
    ("open", "utterances"): 0.52,
    ("depth", "utterances"): 0.21,
    ("client", "utterances"): 0.47,
}
EXPERTS_ICC: Mapping[str, float] = {
    "questions": 0.98,
    "reflections": 0.84,
    "percent_open": 0.52,
    "percent_complex": 0.16,
    "reflections_to_questions": 0.52,
    "change_talk_share": 0.62,
}

# What is asked of the tables of utterances: which table, and its codes put together; codes in no group are left out.
_WHOLE = {name: (name, tuple((code,) for code in codes)) for name, codes in UTTERANCES.items()}
_CHOICES = {"open": ("practitioner", (("OQ",), ("CQ",))), "depth": ("practitioner", (("CR",), ("SR",)))}


def _alone(table: str, members: tuple[str, ...]) -> tuple[str, tuple[tuple[str, ...], ...]]:
    return table, (members, tuple(code for code in UTTERANCES[table] if code not in members))


ASKED: Mapping[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    **_WHOLE,
    **_CHOICES,
    **{name: _alone("practitioner", members) for name, members in GROUPS.items()},
    **{code: _alone("practitioner", (code,)) for code in PRACTITIONER if code != "NC"},
    **{code: _alone("client", (code,)) for code in CLIENT},
}
_MANY = {*_WHOLE, *_CHOICES, "behaviour"}  # more than "this code or not"


def figures(
    found: Sequence[Tally], statistic: Statistic, options: AgreementOptions | None = None
) -> tuple[Figure, ...]:
    """Every figure of some recordings, each with its own tally; the whole scheme first, then code by code."""
    options = options or AgreementOptions()
    return tuple(figure(name, level, tables, statistic, options) for (name, level), tables in _tables(found).items())


def figure(
    name: str,
    level: Literal["utterances", "turns"],
    tables: NDArray[Any],
    statistic: Statistic,
    options: AgreementOptions,
) -> Figure:
    """The figure of tables of recordings, shape (recordings, codes, codes)."""
    table = tables.sum(axis=0)
    shared = 2 if statistic == "alpha" else 1  # each unit stands in its table twice, from either side
    n = float(table.sum()) / shared
    many = name in _MANY
    given = (n, n) if many else (float(table[0].sum()) / shared, float(table[:, 0].sum()) / shared)
    why = _why(table, n, None if many else sum(given) / 2, options)
    low = high = None
    basis: Basis = "none"
    if not why:
        low, high, basis = _interval(tables, statistic, options)
    return Figure(
        name=name,
        level=level,
        value=None if why else (kappa if statistic == "kappa" else alpha)(table),
        low=low,
        high=high,
        basis=basis,
        n=n,
        given=given,
        both=float(table.trace() if many else table[0, 0]) / shared,
        why=why,
        experts=EXPERTS.get((name, level)),
    )


def rated(name: str, pairs: Sequence[tuple[float, float]], options: AgreementOptions | None = None) -> Rated:
    """ICC(2,1) of what two gave to the same conversations."""
    import numpy as np

    options = options or AgreementOptions()
    why: Why = "few" if len(pairs) < options.least_rated else ""
    values = np.array(pairs, dtype=float)
    if not why and np.ptp(values) == 0:
        why = "one code"
    value = None if why else icc(values)
    low, high = (None, None) if value is None else icc_interval(values, options.coverage)
    if low is None or high is None or not np.isfinite([low, high]).all():
        low = high = None
    return Rated(name=name, value=value, low=low, high=high, n=len(pairs), why=why, experts=EXPERTS_ICC.get(name))


def _tables(found: Sequence[Tally]) -> dict[tuple[str, Literal["utterances", "turns"]], NDArray[Any]]:
    """The tables of each figure, shape (recordings, codes, codes)."""
    import numpy as np

    stacked = {name: np.array([one.tables[name] for one in found]) for name in (found[0].tables if found else ())}
    asked: dict[tuple[str, Literal["utterances", "turns"]], NDArray[Any]] = {}
    if not stacked:
        return asked
    for name, (table, groups) in ASKED.items():
        codes = UTTERANCES[table]
        into = np.array([[code in group for code in codes] for group in groups], dtype=float)
        asked[name, "utterances"] = into @ stacked[table] @ into.T
    asked["behaviour", "turns"] = stacked["behaviour"]
    for name, tables in stacked.items():
        if name.startswith("turn "):
            asked[name.removeprefix("turn "), "turns"] = tables
    return asked


def _why(table: NDArray[Any], n: float, used: float | None, options: AgreementOptions) -> Why:
    if n < options.least_units:
        return "few"
    if used is not None and used < options.least_used:
        return "unused"
    only = ((table.sum(axis=0) > 0) | (table.sum(axis=1) > 0)).sum() < 2
    return "one code" if only else ""


def _interval(
    tables: NDArray[Any], statistic: Statistic, options: AgreementOptions
) -> tuple[float | None, float | None, Basis]:
    import numpy as np

    holding = tables[tables.sum(axis=(1, 2)) > 0]
    several = len(holding) >= options.least_recordings
    if several:
        samples = _summed(holding, resampled(len(holding), options.draws))
    elif statistic == "kappa":
        low, high = kappa_interval(tables.sum(axis=0), options.coverage)
        return (low, high, "utterances") if np.isfinite(low) else (None, None, "none")
    else:
        samples = _drawn(tables.sum(axis=0), options.draws)
    low, high = middle((kappas if statistic == "kappa" else alphas)(samples), options.coverage)
    if not np.isfinite(low):
        return None, None, "none"
    return low, high, "recordings" if several else "utterances"


def _summed(tables: NDArray[Any], picked: NDArray[Any]) -> NDArray[Any]:
    """The tables of each draw added up, shape (draws, codes, codes).

    A recording counts as often as it was drawn: picking them one by one takes a copy of all tables for each draw.
    """
    import numpy as np

    often = np.array([np.bincount(one, minlength=len(tables)) for one in picked])
    added: NDArray[Any] = often @ tables.reshape(len(tables), -1)
    return added.reshape(-1, *tables.shape[1:])


def _drawn(met: NDArray[Any], draws: int) -> NDArray[Any]:
    """Coincidences of resampled units, each unit on its own."""
    import numpy as np

    size = len(met)
    units = max(round(float(met.sum()) / 2), 1)
    drawn = np.random.default_rng(0).multinomial(units, (met / met.sum()).ravel(), draws).reshape(draws, size, size)
    return drawn + drawn.transpose(0, 2, 1)
