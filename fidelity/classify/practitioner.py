"""MITI codes for what the practitioner said.

Heads trained on turns (AnnoMI) say what a turn as a whole does; a head trained on utterances says what
each thought is. They are multiplied, rules settle what grammar settles, and what the turn mainly does, what it
holds and what each utterance does are then chosen together, so that they agree and are likeliest as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from fidelity.classify import rules
from fidelity.classify.decode import Probabilities, agreed, best, combined, normalised, odds, pooled, summed, tilted
from fidelity.classify.encoder import Reading, turn_vectors, utterance_vectors
from fidelity.classify.features import Sample, turn_sample, utterance_samples
from fidelity.classify.flow import Flow
from fidelity.classify.heads import Model
from fidelity.codebook import BY_BEHAVIOUR, CODES, HELD, PRACTITIONER, PRACTITIONER_BEHAVIOURS, REFLECTIONS
from fidelity.config import CodingOptions
from fidelity.conversation import Turn

BEHAVIOUR = {code: CODES[code].behaviour for code in PRACTITIONER}
TURN_HEADS = ("behaviour", "reflection", "question", "input", "openness", "depth")


@dataclass(frozen=True, slots=True)
class CodedSample:
    """One utterance as the model saw it (``row`` of features), its probabilities, and the rule that settled it."""

    sample: Sample
    row: Any
    probabilities: Probabilities
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the model says of one turn."""

    behaviour: str
    behaviour_probabilities: Probabilities
    utterances: tuple[CodedSample, ...]


def judge(
    model: Model,
    turns: Sequence[Turn],
    wanted: Sequence[int],
    options: CodingOptions,
    readings: Sequence[Reading] | None = None,
    known: Mapping[int, Probabilities] | None = None,
) -> list[Verdict]:
    """A verdict on each of the ``wanted`` turns, which must have their utterances; ``readings`` run beside them.

    What one does is judged in the light of the others, so they must be all of the practitioner's but those whose
    behaviour is ``known``.
    """
    samples = [utterance_samples(turns, i) for i in wanted]
    flat = [s for group in samples for s in group]
    if not flat:
        return []
    on_turns = model.features([turn_sample(turns, i) for i in wanted], turn_vectors(readings))
    heads = {head: model.probabilities(head, on_turns) for head in TURN_HEADS}
    if model.flow:
        heads = _in_flow(model.flow, heads, wanted, known or {}, options.flow_trust)
    rows = model.features(flat, utterance_vectors(readings))
    coded = map(CodedSample, flat, rows.words, model.probabilities("code", rows))
    return [
        _decide(list(islice(coded, len(group))), {head: heads[head][k] for head in TURN_HEADS}, options)
        for k, group in enumerate(samples)
    ]


def _in_flow(
    flow: Flow,
    heads: dict[str, list[Probabilities]],
    wanted: Sequence[int],
    known: Mapping[int, Probabilities],
    trust: float,
) -> dict[str, list[Probabilities]]:
    """The heads of the ``wanted`` turns in the light of all turns; what a turn holds follows what it mainly does."""
    alone = heads["behaviour"]
    all_turns = {**known, **dict(zip(wanted, alone, strict=True))}
    order = sorted(all_turns)
    in_light = dict(zip(order, flow.settled([all_turns[i] for i in order], trust), strict=True))
    settled = [in_light[i] for i in wanted]
    found = {**heads, "behaviour": settled}
    for head in HELD:
        found[head] = [
            normalised({"yes": p["yes"] * odds(after[head]) / odds(before[head]), "no": p["no"]})
            for p, before, after in zip(heads[head], alone, settled, strict=True)
        ]
    return found


def _decide(alone: Sequence[CodedSample], turn: Mapping[str, Mapping[str, float]], options: CodingOptions) -> Verdict:
    """The codes of a turn's utterances, each as its head sees it ``alone``, brought into line with the turn."""
    evidence = _evidence(turn, single=len(alone) == 1)
    coded: list[CodedSample] = []
    for c in alone:
        p = {code: c.probabilities.get(code, 0.0) for code in PRACTITIONER}
        p = combined(_deepened(p, turn["depth"], options.depth_share), evidence)
        if rules.stated(c.sample.text, [other.sample.text for other in alone]):
            p = _ruled(p, _NO_QUESTION, options.rule_belief)
        rule = _rule(c.sample, informed=any(best(d.probabilities) in BY_BEHAVIOUR["input"] for d in coded))
        if rule:
            p = _ruled(p, RULES[rule], options.rule_belief)
        coded.append(replace(c, probabilities=p, rule=rule))
    per_turn = _turn(turn["behaviour"], coded)
    likely = [{b: max(c.probabilities[code] for code in codes) for b, codes in BY_BEHAVIOUR.items()} for c in coded]
    main, kinds = agreed(likely, {b: turn[b]["yes"] for b in HELD}, per_turn)
    settled = (
        replace(c, probabilities=tilted(c.probabilities, BY_BEHAVIOUR[b])) for c, b in zip(coded, kinds, strict=True)
    )
    return Verdict(main, tilted(per_turn, [main]), tuple(settled))


def _evidence(turn: Mapping[str, Mapping[str, float]], *, single: bool) -> Probabilities:
    """What the turn as a whole says for each code.

    An utterance that stands alone is the turn, so the turn's one main behaviour applies to it. Among
    several, a behaviour may be present without being the main one, and there is always room for ``other``.
    """
    present = dict(turn["behaviour"]) if single else {b: turn[b]["yes"] for b in HELD}
    if not single:
        present["other"] = 0.5
    kind = {
        "OQ": 2 * turn["openness"]["open"], "CQ": 2 * turn["openness"]["closed"],
    }  # fmt: skip
    return {code: present[BEHAVIOUR[code]] * kind.get(code, 1.0) for code in PRACTITIONER}


def _deepened(p: Probabilities, depth: Mapping[str, float], share: float) -> Probabilities:
    """``p`` with what it gives to reflections shared out anew, mostly by the head for depth."""
    reflections = sum(p[code] for code in REFLECTIONS)
    split = pooled({code: p[code] for code in REFLECTIONS}, {"SR": depth["simple"], "CR": depth["complex"]}, share)
    return {code: reflections * split[code] if code in split else value for code, value in p.items()}


def _turn(main: Mapping[str, float], coded: Sequence[CodedSample]) -> Probabilities:
    """The turn's behaviour as its head sees it, and the more of the turn rules have settled, as its utterances do.

    The head does not know the rules.
    """
    sums = [summed(c.probabilities, BEHAVIOUR) for c in coded]
    support = {b: max(s[b] for s in sums) for b in PRACTITIONER_BEHAVIOURS}
    lengths = [len(c.sample.text) for c in coded]
    settled = sum(n for n, c in zip(lengths, coded, strict=True) if c.rule) / max(sum(lengths), 1)
    return pooled({b: main[b] for b in PRACTITIONER_BEHAVIOURS}, support, settled)


_NO_QUESTION = tuple(code for code in PRACTITIONER if code != "CQ")  # "Tell me about it." stays an open one
RULES: dict[str, tuple[str, ...]] = {
    "asks leave": ("Seek",),
    "asks view": ("Seek",),
    "advice with choice": ("PwP",),
    "hands choice": ("Emphasize",),
    "own plan": tuple(code for code in PRACTITIONER if code not in REFLECTIONS),
    "tag": REFLECTIONS,
    "echo": ("CQ",),
}


def _rule(sample: Sample, *, informed: bool) -> str | None:
    """The rule that settles an utterance's code, if one does."""
    if rules.asks_leave(sample.text):
        return "asks leave"
    if informed and rules.asks_view(sample.text):
        return "asks view"
    if rules.advice_with_choice(sample.text):
        return "advice with choice"
    if rules.hands_choice(sample.text):
        return "hands choice"
    if rules.own_plan(sample.text):
        return "own plan"
    if rules.tagged(sample.text):
        return "tag"
    return "echo" if rules.echo_question(sample.text, sample.heard) else None


def _ruled(p: Mapping[str, float], codes: Sequence[str], belief: float) -> Probabilities:
    """``p`` with ``belief`` put on the codes a rule names, shared out as before."""
    ours = normalised({code: max(p[code], 1e-6) for code in codes})
    return {code: belief * ours.get(code, 0.0) + (1 - belief) * value for code, value in p.items()}
