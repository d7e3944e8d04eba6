"""Builds an analysis by hand: an invented visit after a police call-out, with every code in it."""

from __future__ import annotations

from dataclasses import replace

from fidelity.codebook import CLIENT, CODES, PRACTITIONER
from fidelity.conversation import (
    Analysis,
    CodedTurn,
    CodedUtterance,
    Feedback,
    ModelUse,
    Moment,
    NextStep,
    Recording,
    Word,
)
from fidelity.score import score

_SAID = (
    ("practitioner", ("Hello Leanne, thanks for letting me in.", "NC"), ("How have things been since Tuesday?", "OQ")),
    ("client", ("Quiet. He has been at his brother's since the police came.", "neutral")),
    (
        "practitioner",
        ("So for now the house is calm, and you are not sure how long that will last.", "CR"),
        ("Has he been in touch?", "CQ"),
    ),
    (
        "client",
        ("He rings every night. I don't pick up every time.", "neutral"),
        ("I don't want the kids to hear us shouting any more.", "change"),
    ),
    ("practitioner", ("You don't want the kids to hear it any more.", "SR")),
    ("client", ("No. Jayden hides under the table when the door goes. It breaks my heart.", "change")),
    (
        "practitioner",
        ("You noticed what he does and you told me, and that takes some courage.", "AF"),
        ("Would it be all right if I told you what the school has seen?", "Seek"),
    ),
    ("client", ("Go on then.", "neutral")),
    (
        "practitioner",
        ("Jayden has been late on nine mornings this term.", "GI"),
        ("Since you asked, some parents here find that a set bedtime helps, if it suits you.", "PwP"),
    ),
    (
        "client",
        ("He is late because he is up half the night.", "neutral"),
        ("But honestly it's fine, all families argue, and he loves those kids.", "sustain"),
    ),
    (
        "practitioner",
        ("It is not fine, is it, if the police had to come.", "Confront"),
        ("You really need to get that injunction sorted this week.", "Persuade"),
    ),
    ("client", ("I can't, he would go mad. You don't know what he's like.", "sustain")),
    (
        "practitioner",
        ("What happens next with him is for you to decide.", "Emphasize"),
        ("Do you have somebody you could ring at night?", "CQ"),
    ),
    ("client", ("My sister. I am going to ask her to stay on Fridays.", "change")),
)
_SUGGESTED = frozenset({"Persuade", "PwP", "Seek", "Emphasize", "Confront"})
_WORD, _PAUSE = 0.3, 0.5  # seconds


def turns(times: bool = True) -> tuple[CodedTurn, ...]:
    """The conversation, coded; with word times unless ``times`` is false."""
    clock, built = 1.0, []
    for n, (speaker, *said) in enumerate(_SAID):
        utterances, words = [], []
        for u, (text, code) in enumerate(said):
            heard = [
                Word(text=w, start=clock + i * _WORD, end=clock + (i + 1) * _WORD) for i, w in enumerate(text.split())
            ]
            start, clock = clock, heard[-1].end
            words.extend(heard)
            utterances.append(_utterance(u, text, code, start if times else None, clock if times else None))
        main = CODES[utterances[-1].code or "NC"].behaviour
        built.append(
            CodedTurn(
                n=n,
                speaker=speaker,  # type: ignore[arg-type]
                text=" ".join(u.text for u in utterances),
                start=utterances[0].start,
                end=utterances[-1].end,
                voice="A" if speaker == "practitioner" else "B",
                certainty=0.6 if n == 7 else 0.97,
                behaviour=main,  # type: ignore[arg-type]
                words=tuple(words) if times else (),
                utterances=tuple(utterances),
            )
        )
        clock += _PAUSE
    return tuple(built)


def _utterance(u: int, text: str, code: str, start: float | None, end: float | None) -> CodedUtterance:
    family = CLIENT if code in CLIENT else PRACTITIONER
    sure = 0.58 if code in _SUGGESTED else 0.81
    rest = (1 - sure) / (len(family) - 1)
    return CodedUtterance(
        u=u,
        text=text,
        start=start,
        end=end,
        code=code,
        probabilities={name: sure if name == code else rest for name in family},
        status="suggested" if code in _SUGGESTED else "confident",
        why=f"“{text.split()[0]}” at the start speaks for this.",
    )


def feedback(conversation: tuple[CodedTurn, ...]) -> Feedback:
    """Coaching feedback on ``conversation``, in the shape the engine gives it."""

    def moment(n: int, u: int, note: str, another_way: str | None = None) -> Moment:
        turn, before = conversation[n], conversation[n - 1]
        said = turn.utterances[u]
        return Moment(
            n=n,
            u=u,
            start=before.start,
            end=said.end,
            heard=before.text,
            said=said.text,
            code=said.code,
            note=note,
            another_way=another_way,
        )

    return Feedback(
        went_well=(
            moment(2, 0, "This sounded like a reflection that went beyond the words."),
            moment(6, 0, "This sounded like an affirmation: you named something she did."),
        ),
        next_step=NextStep(
            title="Ask before you offer",
            text="Would you like to ask what she thinks first, then offer one idea?",
            measure="mi_non_adherent",
        ),
        moments=(
            moment(2, 1, "This sounded like a closed question.", "How has he been in touch?"),
            moment(
                10,
                1,
                "This sounded like advice she had not asked for.",
                "What have you thought about the injunction yourself? What do you make of it?",
            ),
            moment(12, 1, "This sounded like a closed question.", "Who could you ring at night?"),
        ),
        closing="You know this family best. Which of these, if any, is worth taking into your next one?",
    )


def analysis(times: bool = True, name: str = "Visit to Leanne.m4a", warnings: tuple[str, ...] = ()) -> Analysis:
    """A whole analysis; ``times`` false is a transcript without them."""
    conversation = turns(times)
    return Analysis(
        recording=Recording(
            name=name,
            sha256="ab" * 32,
            kind="audio" if times else "transcript",
            format="mov,mp4,m4a" if times else "csv",
            duration=conversation[-1].end + 2 if times else None,  # type: ignore[operator]
            channels=1 if times else None,
            warnings=warnings,
        ),
        settings={"speakers": "2"},
        models=(ModelUse(role="speech to text", name="whisper-base", version="1", sha256="cd" * 32),),
        turns=conversation,
        scores=score(conversation),
        feedback=feedback(conversation),
    )


def long_analysis(rounds: int) -> Analysis:
    """The same conversation over and over: ``rounds`` times 22 utterances."""
    one = turns()
    span = (one[-1].end or 0.0) + _PAUSE
    conversation = tuple(
        replace(
            turn,
            n=turn.n + r * len(one),
            start=(turn.start or 0.0) + r * span,
            end=(turn.end or 0.0) + r * span,
            words=tuple(replace(w, start=w.start + r * span, end=w.end + r * span) for w in turn.words),
            utterances=tuple(
                replace(u, start=(u.start or 0.0) + r * span, end=(u.end or 0.0) + r * span) for u in turn.utterances
            ),
        )
        for r in range(rounds)
        for turn in one
    )
    whole = analysis()
    return replace(
        whole,
        recording=replace(whole.recording, duration=rounds * span),
        turns=conversation,
        scores=score(conversation),
    )


def with_text(whole: Analysis, n: int, u: int, text: str) -> Analysis:
    """``whole`` with other words in one utterance."""
    said = tuple(replace(x, text=text) if x.u == u else x for x in whole.turns[n].utterances)
    turn = replace(whole.turns[n], utterances=said)
    return replace(whole, turns=(*whole.turns[:n], turn, *whole.turns[n + 1 :]))
