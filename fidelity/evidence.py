"""What a human rater would want to see before giving a MITI global rating. Nothing is rated here.

Each of the four globals is a judgement of the whole conversation. What can honestly be shown is where to
listen: moments that speak for it, and moments a rater would think about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fidelity.conversation import CodedTurn, CodedUtterance, GlobalEvidence, UtteranceRef

_MOST = 5  # moments of each kind: more is a list nobody listens to
_LONG_ANSWER = 15  # words: a turn in which the client gave much to respond to


@dataclass(frozen=True, slots=True)
class _Said:
    """A practitioner utterance, with the client turn it answers and the one that answers it, if it does."""

    turn: CodedTurn
    utterance: CodedUtterance
    before: CodedTurn | None
    after: CodedTurn | None

    @property
    def ref(self) -> UtteranceRef:
        return UtteranceRef(n=self.turn.n, u=self.utterance.u)

    def follows(self, behaviour: str) -> bool:
        return self.before is not None and self.before.behaviour == behaviour

    def evokes(self, behaviour: str) -> bool:
        return self.after is not None and self.after.behaviour == behaviour


def global_evidence(turns: Sequence[CodedTurn]) -> tuple[GlobalEvidence, ...]:
    """Evidence for the four MITI 4.2.1 globals, strongest first within each list."""
    said = list(_said(turns))
    asks, gives_back = ("OQ", "Seek"), ("SR", "CR")
    presses = ("Persuade", "Confront")

    def pick(wanted: Iterator[_Said]) -> tuple[UtteranceRef, ...]:
        best = sorted(wanted, key=lambda s: (-s.utterance.probabilities.get(s.utterance.code or "", 1.0), s.turn.n))
        return tuple(s.ref for s in best[:_MOST])

    return (
        GlobalEvidence(
            name="cultivating_change_talk",
            title="Cultivating change talk",
            asks="How much do you invite and stay with the client's own reasons for change?",
            supports=pick(
                s
                for s in said
                if (s.utterance.code in (*asks, *gives_back) and s.evokes("change"))
                or (s.utterance.code in gives_back and s.follows("change"))
            ),
            questions=pick(s for s in said if s.follows("change") and s.utterance.code in ("CQ", "GI", *presses)),
        ),
        GlobalEvidence(
            name="softening_sustain_talk",
            title="Softening sustain talk",
            asks="When the client speaks for things staying the same, do you avoid feeding it?",
            supports=pick(
                s for s in said if s.follows("sustain") and s.utterance.code in (*gives_back, "Emphasize", "AF")
            ),
            questions=pick(s for s in said if s.follows("sustain") and s.utterance.code in ("CQ", *presses)),
        ),
        GlobalEvidence(
            name="partnership",
            title="Partnership",
            asks="Do you share the lead and treat the client as the expert on their own life?",
            supports=pick(s for s in said if s.utterance.code in ("Seek", "Emphasize", "PwP")),
            questions=pick(s for s in said if s.utterance.code in presses),
        ),
        GlobalEvidence(
            name="empathy",
            title="Empathy",
            asks="How well do you grasp, and show that you grasp, what it is like to be the client?",
            supports=pick(s for s in said if s.utterance.code == "CR"),
            questions=pick(
                s
                for s in said
                if s.before is not None
                and len(s.before.text.split()) >= _LONG_ANSWER
                and s.utterance.code in ("CQ", "GI", *presses)
            ),
        ),
    )


def _said(turns: Sequence[CodedTurn]) -> Iterator[_Said]:
    before: CodedTurn | None = None
    for position, turn in enumerate(turns):
        if turn.speaker != "practitioner":
            before = turn if turn.speaker == "client" else before
            continue
        after = next((t for t in turns[position + 1 : position + 2] if t.speaker == "client"), None)
        for utterance in turn.utterances:
            last = utterance.u == len(turn.utterances) - 1
            first = all(earlier.code == "NC" for earlier in turn.utterances[: utterance.u])
            yield _Said(turn, utterance, before if first else None, after if last else None)
