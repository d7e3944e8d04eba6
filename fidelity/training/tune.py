"""Fine-tunes the encoder on coded conversations, for all heads together."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.classify.encoder import TOKENIZER
from fidelity.classify.heads import Head
from fidelity.classify.windows import Reader, Window
from fidelity.codebook import CLIENT, PRACTITIONER, PRACTITIONER_BEHAVIOURS
from fidelity.training.corpora import Conversation
from fidelity.training.rows import RUN_TIME_STYLES, STYLES, WRITTEN, Target, coded_turns, encoder_targets

if TYPE_CHECKING:
    from torch import Tensor

    from fidelity.training.network import Network, Span

CLASSES: dict[str, tuple[str, ...]] = {
    "behaviour": PRACTITIONER_BEHAVIOURS,
    "reflection": ("no", "yes"),
    "question": ("no", "yes"),
    "input": ("no", "yes"),
    "openness": ("closed", "open"),
    "depth": ("complex", "simple"),
    "code": PRACTITIONER,
    "talk": CLIENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneOptions:
    """How the encoder is fine-tuned."""

    epochs: int = 3
    batch: int = 32  # turns
    rate: float = 2e-4  # of the encoder, at its peak; it rises over the first tenth and falls to zero
    head_rate: float = 1e-3
    style_rate: float = 5e-3
    decay: float = 0.01
    style_decay: float = 0.05
    unpunctuated: float = 0.25  # share of turns read as a speech recogniser may write them
    unpunctuated_written: float = 0.5  # the same of written turns: they have a question mark after every question
    balance: float = 0.5  # 0 lets frequent classes dominate, 1 gives every class the same say
    seed: int = 0
    threads: int = 1


@dataclass(frozen=True, slots=True)
class _Turn:
    conversation: Conversation
    i: int
    targets: tuple[Target, ...]


Progress = Callable[[float, float], None]


def tune(
    conversations: Sequence[Conversation],
    folder: Path,
    *,
    base: Path,
    options: TuneOptions,
    progress: Progress | None = None,
) -> dict[str, Head]:
    """Fine-tune on ``conversations``, write the encoder to ``folder`` and return its heads.

    ``base`` is the folder with the weights and tokeniser to start from. The heads predict in the styles of
    ``RUN_TIME_STYLES`` or, where a head is not named there, in the mean style of those who coded its rows.
    """
    import torch
    from tokenizers import Tokenizer

    from fidelity.training.network import Network, export

    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    order = random.Random(options.seed)
    turns = _turns(conversations)
    reader = Reader(Tokenizer.from_file(str(base / TOKENIZER)))
    network = Network(base, CLASSES, STYLES)
    optimiser = _optimiser(network, options)
    steps = options.epochs * math.ceil(len(turns) / options.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (steps * 0.1), max(0.0, (steps - step) / (steps * 0.9)))
    )
    balance = _balance(turns, options.balance)
    network.train()
    done = 0
    for _ in range(options.epochs):
        for batch in _batches(turns, reader, options.batch, order):
            loss = _loss(network, reader, batch, balance, order, options)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            if progress:
                progress(done, steps)
    folder.mkdir(parents=True, exist_ok=True)
    export(network, base, folder)
    return _heads(network, turns)


def _turns(conversations: Sequence[Conversation]) -> list[_Turn]:
    found = [
        _Turn(c, i, tuple(encoder_targets(c, i)))
        for speaker in ("practitioner", "client")
        for c, i in coded_turns(conversations, speaker)
    ]
    return [t for t in found if t.targets]


def _batches(turns: Sequence[_Turn], reader: Reader, size: int, order: random.Random) -> Iterator[list[_Turn]]:
    """Turns in random order, but those of like length together: padding costs as much as words."""
    shuffled = list(turns)
    order.shuffle(shuffled)

    def length(turn: _Turn) -> int:
        return max(len(w.pieces) for w in reader.windows(turn.conversation.turns, turn.i))

    for start in range(0, len(shuffled), size * 16):
        near = sorted(shuffled[start : start + size * 16], key=length)
        batches = [near[k : k + size] for k in range(0, len(near), size)]
        order.shuffle(batches)
        yield from batches


def _loss(
    network: Network,
    reader: Reader,
    batch: Sequence[_Turn],
    balance: dict[str, Tensor],
    order: random.Random,
    options: TuneOptions,
) -> Tensor:
    import torch
    from torch.nn import functional

    from fidelity.training.network import vector

    windows: list[Window] = []
    rows: dict[str, list[tuple[list[Span], Target]]] = defaultdict(list)
    for turn in batch:
        written = turn.conversation.corpus == WRITTEN
        as_heard = order.random() < (options.unpunctuated_written if written else options.unpunctuated)
        first = len(windows)
        windows += reader.windows(turn.conversation.turns, turn.i, as_heard=as_heard)
        whole = [(k, *windows[k].own) for k in range(first, len(windows))]
        parts = [(k, *span) for k in range(first, len(windows)) for span in windows[k].utterances]
        for target in turn.targets:
            rows[target.head].append((whole if target.utterance is None else [parts[target.utterance]], target))
    states = network.states(windows)
    spans = sorted({span for found in rows.values() for several, _ in found for span in several})
    vectors = network.dropout(torch.stack([vector(states, span) for span in spans]))
    place = {span: k for k, span in enumerate(spans)}
    loss = torch.zeros(())
    for head, found in rows.items():
        given = torch.stack([vectors[[place[span] for span in several]].mean(dim=0) for several, _ in found])
        labels = torch.tensor([CLASSES[head].index(t.label) for _, t in found])
        styles = torch.tensor([[float(t.style == style) for style in STYLES] for _, t in found])
        weights = torch.tensor([t.weight for _, t in found])
        each = functional.cross_entropy(
            network.scores(head, given, styles), labels, weight=balance[head], reduction="none"
        )
        loss = loss + (each * weights).sum() / len(batch)
    return loss


def _optimiser(network: Network, options: TuneOptions) -> Any:
    import torch

    styles = list(network.styles.parameters())
    learning = [p for p in network.bert.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": learning, "lr": options.rate, "weight_decay": options.decay},
            {"params": list(network.heads.parameters()), "lr": options.head_rate, "weight_decay": options.decay},
            {"params": styles, "lr": options.style_rate, "weight_decay": options.style_decay},
        ]
    )


def _balance(turns: Sequence[_Turn], power: float) -> dict[str, Tensor]:
    """A weight for each class of each head, the mean over rows being 1."""
    import torch

    found = {}
    for head, classes in CLASSES.items():
        rows = [t for turn in turns for t in turn.targets if t.head == head]
        n = torch.tensor([sum(t.weight for t in rows if t.label == c) for c in classes], dtype=torch.float)
        weights = (n.sum().clamp(min=1) / n.clamp(min=1)) ** power
        found[head] = weights / ((weights * n).sum() / n.sum().clamp(min=1)).clamp(min=1e-6)
    return found


def _heads(network: Network, turns: Sequence[_Turn]) -> dict[str, Head]:
    import numpy as np
    import torch

    found = {}
    for head, classes in CLASSES.items():
        names = RUN_TIME_STYLES.get(head) or [
            t.style for turn in turns for t in turn.targets if t.head == head and t.style != WRITTEN
        ]
        styles = torch.tensor([[float(name == style) for style in STYLES] for name in names]).mean(dim=0)
        weights, intercept = (x.numpy().astype(np.float32) for x in network.weights(head, styles))
        if len(classes) == 2:  # a single row, for the second class
            weights, intercept = weights[1:] - weights[:1], intercept[1:] - intercept[:1]
        found[head] = Head(classes, weights, intercept)
    return found
