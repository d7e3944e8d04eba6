"""The machine against each expert, beside the experts against each other, where several coded the same session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from fidelity.agreement import confusion, kappa, middle, resampled
from fidelity.conversation import CodedTurn
from fidelity.training.corpora import Conversation

_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the machine and each expert said of one turn."""

    task: str
    conversation: str
    machine: str
    experts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertFigures:
    """Mean kappa over the pairs of experts, over machine and expert, and the second over the first.

    The interval holds 90 % of resamplings of whole sessions; with ``sessions`` so few it is rough.
    """

    task: str
    sessions: int
    experts: int
    n: int
    expert_expert: float
    machine_expert: float
    ratio: float
    ratio_interval: tuple[float, float]


def opinions(conversation: Conversation, coded: Sequence[CodedTurn]) -> list[Opinions]:
    """The opinions on each turn of a session that several experts coded; none for other sessions."""
    found = []
    for i, turn in enumerate(coded if conversation.raters else ()):
        labels = [rater[i].behaviour for rater in conversation.raters]
        if turn.behaviour is not None and all(labels):
            task = "client" if turn.speaker == "client" else "main behaviour"
            found.append(Opinions(task, conversation.id, turn.behaviour, tuple(map(str, labels))))
    return found


def expert_figures(found: Sequence[Opinions]) -> tuple[ExpertFigures, ...]:
    """Figures for each task that several experts coded."""
    figures = []
    for task in sorted({o.task for o in found}, reverse=True):
        rows = [o for o in found if o.task == task]
        names = sorted({o.conversation for o in rows})
        sessions = [[o for o in rows if o.conversation == name] for name in names]
        experts, machine = _kappas(rows)
        draws = [_kappas([o for k in draw for o in sessions[k]]) for draw in resampled(len(names), _DRAWS)]
        low, high = middle([m / e for e, m in draws])
        figures.append(
            ExpertFigures(
                task=task,
                sessions=len(names),
                experts=len(rows[0].experts),
                n=len(rows),
                expert_expert=round(experts, 4),
                machine_expert=round(machine, 4),
                ratio=round(machine / experts, 4),
                ratio_interval=(round(low, 4), round(high, 4)),
            )
        )
    return tuple(figures)


def _kappas(rows: Sequence[Opinions]) -> tuple[float, float]:
    """Mean kappa of pairs of experts, and of the machine with each expert."""
    labels = sorted({x for o in rows for x in (o.machine, *o.experts)})
    experts = list(zip(*(o.experts for o in rows), strict=True))
    machine = [o.machine for o in rows]
    pairs = [kappa(confusion(a, b, labels)) for a, b in combinations(experts, 2)]
    own = [kappa(confusion(machine, e, labels)) for e in experts]
    return sum(pairs) / len(pairs), sum(own) / len(own)


def as_table(found: Sequence[ExpertFigures]) -> str:
    """The figures as text."""
    lines = [
        f"{'several experts':<24}{'n':>6} {'sessions':>8} {'experts':>8} {'among them':>11} {'machine':>8} {'ratio':>6}"
    ]
    lines += [
        f"{f.task:<24}{f.n:>6} {f.sessions:>8} {f.experts:>8} {f.expert_expert:>11.3f} {f.machine_expert:>8.3f} "
        f"{f.ratio:>6.3f}  {f.ratio_interval[0]:.3f} to {f.ratio_interval[1]:.3f}"
        for f in found
    ]
    return "\n".join(lines)
