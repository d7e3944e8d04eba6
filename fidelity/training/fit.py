"""Fits the heads of a model to their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fidelity.classify.features import Role, Sample, Vectoriser, as_heard
from fidelity.classify.heads import Head, Model, with_style
from fidelity.errors import DataError
from fidelity.training import flow
from fidelity.training.corpora import Conversation
from fidelity.training.folds import groups
from fidelity.training.rows import RUN_TIME_STYLES, STYLES, WRITTEN, Rows, client_rows, practitioner_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOptions:
    """How a model is fitted. What matters was chosen on grouped folds."""

    strength: float = 1.0  # C of the logistic regression
    talk_strength: float = 0.5  # C for client language, where experts agree less
    depth_strength: float = 0.1  # C for simple against complex, where experts themselves agree least
    written: float = 0.3  # weight of a row that was written and not recorded
    unpunctuated: float = 0.5  # share of rows also learned from as a speech recogniser may write them
    unpunctuated_written: float = 1.0  # the same for written rows: they have a question mark after every question
    calibration_folds: int = 3  # grouped; they only have to settle one number a head
    seed: int = 0
    tolerance: float = 1e-3
    iterations: int = 500


def fit_models(conversations: Sequence[Conversation], options: FitOptions | None = None) -> tuple[Model, Model]:
    """The practitioner's and the client's model from coded conversations whose turns have their utterances."""
    options = options or FitOptions()
    group = groups(conversations)
    practitioner = fit(practitioner_rows(conversations, group), role="practitioner", options=options)
    return (
        replace(practitioner, flow=flow.learned(conversations)),
        fit(client_rows(conversations, group), role="client", options=options),
    )


def fit(
    rows: Mapping[str, Rows],
    *,
    role: Role,
    options: FitOptions,
) -> Model:
    """A model of words with a head for each set of rows.

    A head predicts in the styles that ``RUN_TIME_STYLES`` names for it, or in the mean style of those who coded
    its rows.
    """
    vectoriser = Vectoriser.fit(list({id(s): s for r in rows.values() for s in r.samples}.values()), role=role)
    table = _Table(vectoriser, rows, options)
    heads, run_time = {}, {}
    for name, head_rows in rows.items():
        if len(set(head_rows.labels)) < 2 or len(set(head_rows.groups)) < options.calibration_folds:
            raise DataError(
                f"There is too little to learn “{name}” from: it takes two kinds of label and "
                f"{options.calibration_folds} unrelated conversations at least. Add coded conversations."
            )
        heads[name] = _head(table, head_rows, _strength(name, options), options)
        shown = RUN_TIME_STYLES.get(name) or [s for s in head_rows.styles if s != WRITTEN]
        run_time[name] = _mean([_style(s) for s in shown])
    return Model(vectoriser, heads, run_time)


class _Table:
    """Features of every sample, computed once although several heads learn from the same one."""

    def __init__(self, vectoriser: Vectoriser, rows: Mapping[str, Rows], options: FitOptions) -> None:
        import numpy as np

        styles = {id(s): style for r in rows.values() for s, style in zip(r.samples, r.styles, strict=True)}
        samples = list({id(s): s for r in rows.values() for s in r.samples}.values())
        self._row = {id(s): i for i, s in enumerate(samples)}
        self._features = vectoriser.transform(samples)
        shares = [options.unpunctuated_written if styles[id(s)] == WRITTEN else options.unpunctuated for s in samples]
        chosen = np.random.default_rng(options.seed).random(len(samples)) < np.array(shares)
        self._copies = {int(i): k for k, i in enumerate(np.flatnonzero(chosen))}
        self._heard = vectoriser.transform([as_heard(samples[i]) for i in self._copies]) if self._copies else None

    def rows(self, samples: Sequence[Sample]) -> Any:
        """The features of the samples, as written."""
        return self._features[[self._row[id(s)] for s in samples]]

    def heard(self, samples: Sequence[Sample]) -> tuple[list[int], Any]:
        """Positions of the samples that are also learned from as heard, and their features then."""
        positions = [i for i, s in enumerate(samples) if self._row[id(s)] in self._copies]
        if self._heard is None:
            return [], None
        return positions, self._heard[[self._copies[self._row[id(samples[i])]] for i in positions]]


def _head(table: _Table, rows: Rows, strength: float, options: FitOptions) -> Head:
    import numpy as np
    from scipy.sparse import vstack
    from sklearn.model_selection import GroupKFold

    copies, heard = table.heard(rows.samples)
    order = [*range(len(rows.samples)), *copies]
    features = table.rows(rows.samples) if heard is None else vstack([table.rows(rows.samples), heard]).tocsr()
    features = with_style(features, [_style(rows.styles[i]) for i in order])
    labels = np.array([rows.labels[i] for i in order])
    made_up = np.array([rows.styles[i] == WRITTEN for i in order])
    weights = np.array([rows.weights[i] for i in order]) * np.where(made_up, options.written, 1.0)
    groups = np.array([rows.groups[i] for i in order])
    classes = np.unique(labels)
    held_out = np.full((len(order), len(classes)), -np.inf)  # a class a fold has never seen is impossible to it
    for train, test in GroupKFold(options.calibration_folds).split(order, groups=groups):
        part = _regression(strength, options).fit(features[train], labels[train], sample_weight=weights[train])
        held_out[np.ix_(test, np.searchsorted(classes, part.classes_))] = part.predict_log_proba(features[test])
    head = _regression(strength, options).fit(features, labels, sample_weight=weights)
    real = ~made_up if (~made_up).any() else made_up  # how sure to be is learned from recorded talk
    sharpness = _sharpness(held_out[real], np.searchsorted(classes, labels)[real], weights[real])
    return Head(
        tuple(map(str, head.classes_)),
        (head.coef_ * sharpness).astype(np.float32),  # half the size on disk
        (head.intercept_ * sharpness).astype(np.float32),
    )


def _strength(head: str, options: FitOptions) -> float:
    return {"depth": options.depth_strength, "talk": options.talk_strength}.get(head, options.strength)


def _regression(strength: float, options: FitOptions) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=strength,
        class_weight="balanced",  # rare codes matter as much to a learner as common ones
        tol=options.tolerance,
        max_iter=options.iterations,
    )


def _sharpness(log_p: NDArray[Any], truth: NDArray[Any], weights: NDArray[Any]) -> float:
    """Temperature scaling: the factor on the scores under which held-out rows are likeliest.

    Rows of a class their fold had never seen say nothing about how sure to be, and are left out.
    """
    import numpy as np
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    rows = np.arange(len(truth))
    known = np.isfinite(log_p[rows, truth])
    log_p, truth, weights, rows = log_p[known], truth[known], weights[known], rows[: known.sum()]

    def loss(factor: float) -> float:
        return -float(np.average(log_softmax(factor * log_p, axis=1)[rows, truth], weights=weights))

    return float(minimize_scalar(loss, bounds=(0.1, 5.0), method="bounded").x)


def _style(name: str) -> list[float]:
    return [float(name == style) for style in STYLES]


def _mean(rows: Sequence[Sequence[float]]) -> list[float]:
    return [round(sum(column) / len(rows), 6) for column in zip(*rows, strict=True)]
