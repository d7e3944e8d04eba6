"""``changetalk train --local``: a service's own calibration, tried on sessions it has not seen, and its card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fidelity.artefacts import CARD, MODELS
from fidelity.classify import Coder
from fidelity.classify.local import CODES, FILE, Adjusted, Local
from fidelity.config import ScoreOptions
from fidelity.errors import DataError, OutputError
from fidelity.training.double_coded import Session, read_packages, sessions
from fidelity.training.figures import Observation, TaskFigures, figures
from fidelity.training.local_card import card
from fidelity.training.local_fit import fit, gain, losses, parts, unchanged, values, with_local
from fidelity.training.sessions import SessionFigures, SessionValue, session_figures

_LOSS = 0.01  # of macro-F1 or kappa that a calibration may cost and still be called no worse

Progress = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True)
class Figures:
    """How the coder fares, before or after."""

    tasks: tuple[TaskFigures, ...]
    sessions: tuple[SessionFigures, ...]
    coverage: dict[str, tuple[int, int]]  # by measure: how many intervals held the human count, of how many
    distance: dict[str, float]  # by measure: mean distance of the machine's value from the human one
    surprise: dict[str, dict[str, float]]  # by speaker and conversation


@dataclass(frozen=True, slots=True)
class Trial:
    """A calibration with what it changed on sessions it had not seen, and why it is not better, if it is not.

    ``left`` says of a speaker whose codes are left as the shipped models say them why that is so.
    """

    local: Local
    before: Figures
    after: Figures
    reasons: tuple[str, ...]
    left: tuple[str, ...] = ()


def train_local(
    data: Sequence[Path],
    out: Path,
    *,
    models: Path | None = None,
    anyway: bool = False,
    progress: Progress | None = None,
) -> tuple[Path, str]:
    """Fit and try a calibration, and write it with its card into ``out``; returns the file and the card.

    Raises:
        DataError: the sessions are too few, or hold too little, or one cannot be read.
        OutputError: it cannot be written, or would be written among the models.
    """
    for kept in {MODELS, models or MODELS}:
        if out.resolve().is_relative_to(kept.resolve()):
            raise OutputError(f"“{out}” is where the models are kept. Give a folder of its own with --out.")
    hook = progress or _silent
    packages = read_packages(data)
    hook("codes", 0, 1)
    coder = Coder.load(models)
    found = sessions(packages, coder)
    hook("codes", 1, 1)
    trial = tried(found, coder, anyway=anyway, progress=hook)
    text = card(trial.local, trial.before, trial.after, trial.reasons, found, left=trial.left)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in ((CARD, text), (FILE, trial.local.to_json())):
            part = out / f"{name}.part"  # a worker may read the calibration at any moment: it finds a whole one
            part.write_text(content, encoding="utf-8")
            part.replace(out / name)
    except OSError as error:
        raise OutputError(f"The calibration cannot be written to “{out}”: {error}.") from error
    return out / FILE, text


def tried(found: Sequence[Session], coder: Coder, *, anyway: bool = False, progress: Progress | None = None) -> Trial:
    """The calibration of all sessions, and what one like it does on sessions left out of learning."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # tables are small: more threads only wait for each other
        return _tried(found, coder, anyway=anyway, hook=progress or _silent)


def _tried(found: Sequence[Session], coder: Coder, *, anyway: bool, hook: Progress) -> Trial:
    split = parts(found)
    if len(split) < 2:
        raise DataError("Two conversations at least are needed, so that one can be left out of learning.")
    plain = {speaker: unchanged(speaker) for speaker in CODES}
    learned = []
    for k, (train, _) in enumerate(split):
        hook("folds", k, len(split) + 1)
        learned.append(fit(train, coder))
    hook("folds", len(split), len(split) + 1)
    whole = fit(found, coder)
    hook("folds", len(split) + 1, len(split) + 1)
    tests = [test for _, test in split]
    before, after = _figures(tests, [plain] * len(tests), coder), _figures(tests, learned, coder)
    left = {} if anyway else left_out(before, after)
    if left:
        kept = {speaker: plain[speaker] for speaker in left}
        learned, whole = [each | kept for each in learned], whole | kept
        after = _figures(tests, learned, coder)
    reasons = _reasons(whole, before, after)
    uses = {use.name: use.sha256 for use in coder.models}
    groups = len({s.group for s in found})
    told = tuple(f"The {speaker}'s codes are left as they are. {' '.join(why)}" for speaker, why in left.items())
    return Trial(Local(uses, whole, groups, not reasons, anyway), before, after, reasons, told)


def left_out(before: Figures, after: Figures) -> dict[str, list[str]]:
    """The speaker whose codes came out worse, and how, where the other's did not: one must not spoil the other."""
    worse = {speaker: why for speaker in CODES if (why := _worse(speaker, before, after))}
    return worse if len(worse) < len(CODES) else {}


def _figures(tests: Sequence[Sequence[Session]], by: Sequence[dict[str, Adjusted]], coder: Coder) -> Figures:
    seen: list[Observation] = []
    counted: list[SessionValue] = []
    surprise: dict[str, dict[str, float]] = {speaker: {} for speaker in CODES}
    for test, speakers in zip(tests, by, strict=True):
        at_work = with_local(coder, speakers)
        assert at_work.local is not None
        options = at_work.local.scores(ScoreOptions())
        for s in test:
            seen += observed(s, at_work)
            counted += values(s, at_work.coded(s.heard.turns, s.heard.verdicts, explain=False), options)
        for speaker in CODES:
            surprise[speaker] |= losses(speaker, speakers[speaker], test)
    held: dict[str, tuple[int, int]] = {}
    apart: dict[str, float] = {}
    for v in counted:
        yes, n = held.get(v.measure, (0, 0))
        held[v.measure] = (yes + (v.low <= v.gold <= v.high), n + 1)
        apart[v.measure] = (apart.get(v.measure, 0.0) * n + abs(v.value - v.gold)) / (n + 1)
    tasks = tuple(f for speaker, codes in CODES.items() if (f := figures(speaker, seen, codes)))
    return Figures(tasks, session_figures(counted), held, apart, surprise)


def observed(session: Session, coder: Coder) -> list[Observation]:
    """Each code that a human gave, beside the coder's."""
    return [
        Observation(turn.speaker, session.group, code, str(u.code), max(u.probabilities.values()))
        for parsed in session.parsed
        for turn, codes in zip(coder.coded(parsed.turns, parsed.verdicts, explain=False), parsed.codes, strict=True)
        if turn.speaker in CODES
        for u, code in zip(turn.utterances, codes, strict=True)
        if code is not None and u.code is not None
    ]


def _reasons(whole: dict[str, Adjusted], before: Figures, after: Figures) -> tuple[str, ...]:
    """Why the calibration is no better; empty where it is."""
    found = []
    if all(a == unchanged(speaker) for speaker, a in whole.items()):
        found.append("Nothing in these sessions speaks clearly enough for moving anything.")
    better = False
    for speaker in CODES:
        less, error = gain(before.surprise[speaker], after.surprise[speaker])
        better |= less > error
        found += _worse(speaker, before, after)
    if not better and not found and not _nearer(before, after):
        found.append("Codes of sessions left out became no likelier, and intervals hold no nearer to nine in ten.")
    return tuple(found)


def _worse(speaker: str, before: Figures, after: Figures) -> list[str]:
    """What came out worse of a speaker's codes."""
    less, error = gain(before.surprise[speaker], after.surprise[speaker])
    found = [f"The {speaker}'s codes of sessions left out became less likely, not likelier."] if less < -error else []
    for old, new in zip(before.tasks, after.tasks, strict=True):
        for what, was, now in (("macro-F1", old.macro_f1, new.macro_f1), ("kappa", old.kappa, new.kappa)):
            if old.task == speaker and now < was - _LOSS:
                found.append(f"The {speaker}'s {what} fell from {was:.3f} to {now:.3f}.")
    return found


def _nearer(before: Figures, after: Figures) -> bool:
    """Whether intervals hold what humans counted nearer to nine times in ten."""

    def off(f: Figures) -> float:
        held, n = (sum(column) for column in zip(*f.coverage.values(), strict=True)) if f.coverage else (0, 0)
        return abs(held / n - ScoreOptions().coverage) if n else 0.0

    return off(after) < off(before)


def _silent(step: str, done: float, total: float) -> None:
    """The hook of a caller who does not want to know."""
