"""How fast transcripts are coded, and what the models weigh.

    python benchmarks/coding.py

One thread; CPU seconds of this process. Everything after the transcript counts: splitting turns into utterances,
coding them, and the reasons given for each code. The kept-out written conversations serve as transcripts.
"""

from __future__ import annotations

import time
from dataclasses import replace

from threadpoolctl import threadpool_limits

from fidelity.artefacts import MODELS
from fidelity.classify import Coder
from fidelity.language import english
from fidelity.training.written import read_written
from fidelity.utterances import split_all


def main() -> None:
    """Print the table."""
    started = time.process_time()
    coder = Coder.load()
    loaded = time.process_time() - started
    english()
    talks = [[replace(turn, utterances=()) for turn in c.turns] for c in read_written() if c.held_out and not c.pair]
    coder.code(split_all(talks[0]))  # libraries set themselves up on first use
    started = time.process_time()
    utterances = 0
    for talk in talks:
        utterances += sum(len(turn.utterances) for turn in coder.code(split_all(talk)))
    both = utterances / (time.process_time() - started)
    split = [split_all(talk) for talk in talks]
    rates = {}
    for name, one in (("words and encoder", coder), ("words alone", replace(coder, encoder=None))):
        started = time.process_time()
        for talk in split:
            one.code(talk)
        rates[name] = utterances / (time.process_time() - started)
    size = sum(f.stat().st_size for f in MODELS.rglob("*") if f.is_file()) / 1e6
    print(f"loading the coding models          {loaded:8.2f} CPU s     mark: 2 s")
    print(f"all models on disk                 {size:8.1f} MB        mark: 80 MB")
    print(f"utterances coded, parsing included {both:8.0f} a CPU s   mark: 60")
    for name, rate in rates.items():
        print(f"  coding only, {name:<20}{rate:8.0f} a CPU s")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
