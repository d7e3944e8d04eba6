"""Change talk, sustain talk or neither, for what the client said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from fidelity.classify.decode import best, borne_out, combined
from fidelity.classify.encoder import Reading, turn_vectors, utterance_vectors
from fidelity.classify.features import turn_sample, utterance_samples
from fidelity.classify.heads import Model
from fidelity.classify.practitioner import CodedSample, Verdict
from fidelity.codebook import CLIENT
from fidelity.config import CodingOptions
from fidelity.conversation import Turn

_SELF = {code: code for code in CLIENT}


def judge(
    model: Model,
    turns: Sequence[Turn],
    wanted: Sequence[int],
    options: CodingOptions,
    readings: Sequence[Reading] | None = None,
) -> list[Verdict]:
    """A verdict on each of the ``wanted`` turns, which must have their utterances; ``readings`` run beside them."""
    samples = [utterance_samples(turns, i) for i in wanted]
    flat = [s for group in samples for s in group]
    if not flat:
        return []
    whole = model.features([turn_sample(turns, i) for i in wanted], turn_vectors(readings))
    on_turns = model.probabilities("talk", whole)
    rows = model.features(flat, utterance_vectors(readings))
    on_utterances = map(CodedSample, flat, rows.words, model.probabilities("talk", rows))
    verdicts = []
    for said, group in zip(on_turns, samples, strict=True):
        turn = {code: said[code] for code in CLIENT}
        coded = list(islice(on_utterances, len(group)))
        if len(coded) == 1:
            found = [turn]
        else:
            found = [combined({x: c.probabilities[x] for x in CLIENT}, turn, options.turn_trust) for c in coded]
        behaviour = best(turn)
        settled = zip(coded, borne_out(behaviour, found, _SELF), strict=True)
        verdicts.append(Verdict(behaviour, turn, tuple(replace(c, probabilities=p) for c, p in settled)))
    return verdicts
