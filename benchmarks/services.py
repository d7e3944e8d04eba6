"""Made-up services with double-coded sessions, made of coded sets that are there, for ``local_calibration.py``.

Their sessions go through the same JSON files that a service exports.

- annomi: AnnoMI's sessions in halves by video and scenario. One half, with all other sets, teaches the models; the
  other half is the service, then the other way round. A turn is one utterance with the code of what it mainly does.
- misc: the sets coded with MISC by utterance are the service; AnnoMI and the written conversations teach the models.
- written: the written conversations kept out of training, with the shipped models. Written, not recorded.

The first two leave the encoder away: words alone, which are trained in minutes.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from fidelity.classify import Coder
from fidelity.hand.coding import HeardTurn, Parse
from fidelity.hand.package import Package, PackagedCoding
from fidelity.training.corpora import Conversation, Gold
from fidelity.training.double_coded import Session, read_packages, sessions
from fidelity.training.fit import fit_models
from fidelity.training.folds import groups
from fidelity.training.written import read_written


@dataclass(frozen=True, slots=True)
class Service:
    """A made-up service: its sessions as the coder sees them."""

    coder: Coder
    found: list[Session]


def services(name: str, data: Sequence[Conversation]) -> Iterator[Service]:
    """The services of one kind, each with models that have not seen it."""
    written = [c for c in read_written() if not c.held_out]
    if name == "written":
        yield service([c for c in read_written() if c.held_out and not c.pair], Coder.load())
        return
    group = groups(data)
    own = {group[c.id] for c in data if c.corpus == name}
    parts = [own]
    if name == "annomi":
        order = sorted(own)
        random.Random(0).shuffle(order)
        parts = [set(order[::2]), set(order[1::2])]
    for part in parts:  # copies of its sessions in other sets teach the models nothing
        others = [c for c in data if group[c.id] not in part and (name == "annomi" or c.corpus != name)]
        yield service([c for c in data if group[c.id] in part and c.corpus == name], words(others, written))


def words(learned: Sequence[Conversation], written: Sequence[Conversation]) -> Coder:
    """A coder of words alone."""
    return Coder(*fit_models([*learned, *written]))


def service(conversations: Sequence[Conversation], coder: Coder) -> Service:
    """Conversations as files of a service, read again as the command reads them."""
    group = groups(conversations)
    with tempfile.TemporaryDirectory() as folder:
        for k, c in enumerate(conversations):
            (Path(folder) / f"{k:03}.json").write_text(packed(c, group[c.id]).to_json(), encoding="utf-8")
        return Service(coder, sessions(read_packages([Path(folder)]), coder))


def packed(c: Conversation, title: str) -> Package:
    """One conversation with what each of its coders said, or with the one coding there is as an agreed one."""
    turns = tuple(HeardTurn(n=t.n, speaker=t.speaker, text=t.text) for t in c.turns)
    several = c.raters or (c.gold,)
    codings = tuple(
        PackagedCoding(
            coder=f"coder {k}",
            kind="own" if c.raters else "agreed",
            parses={t.n: parse(c, i, gold[i]) for i, t in enumerate(c.turns) if t.text.split()},
        )
        for k, gold in enumerate(several)
    )
    return Package(title=title, turns=turns, codings=codings)


def parse(c: Conversation, i: int, gold: Gold) -> Parse:
    """How a coder parsed and coded a turn."""
    if c.corpus == "annomi":
        return ((0, main_code(gold, c.turns[i].speaker)),)
    lengths = [len(u.text.split()) for u in c.turns[i].utterances]
    firsts = accumulate([0, *lengths[:-1]])
    return tuple((first, code) for first, code, n in zip(firsts, gold.codes, lengths, strict=True) if n)


def main_code(gold: Gold, speaker: str) -> str | None:
    """The code of what a turn of AnnoMI mainly does; none where its labels leave open whether advice was asked for."""
    if speaker == "client":
        return gold.behaviour
    return {
        "question": {"open": "OQ", "closed": "CQ"}.get(gold.question or ""),
        "reflection": {"simple": "SR", "complex": "CR"}.get(gold.reflection or ""),
        "input": "GI" if gold.input == "information" else None,
        "other": "NC",
    }[gold.behaviour or "other"]
