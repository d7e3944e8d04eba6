"""A recording made from a sample: real sound, its reference transcript in place of the engine's listening."""

from __future__ import annotations

import io
import json
from typing import Any

from sqlalchemy.orm import Session

from fidelity.audio import compact_copy
from fidelity.codebook import CLIENT, CODES, PRACTITIONER
from fidelity.conversation import Analysis, CodedTurn, CodedUtterance, ModelUse
from fidelity.conversation import Recording as Facts
from fidelity.feedback import give_feedback
from fidelity.score import score
from tests.webapp.practice import made
from webapp.accounts.tables import Person
from webapp.practice.services.about import About
from webapp.practice.tables import Recording
from webapp.settings import ROOT

SAMPLES = ROOT / "data" / "samples"


def ready(db: Session, owner: Person, name: str = "mixed") -> Recording:
    """One that was worked on; every seventh code is in doubt, as the engine would have it."""
    reference = json.loads((SAMPLES / name / "reference.json").read_text(encoding="utf-8"))
    sound = io.BytesIO()
    compact_copy(SAMPLES / name / reference["recording"], sound)
    recording = made.ready(
        db,
        owner,
        analysis(reference),
        sound=sound.getvalue(),
        title=reference["title"],
        about=About(goal=reference["change_goal"], wants="Whether I left enough room."),
    )
    recording.duration = reference["duration"]
    db.commit()
    return recording


def analysis(reference: dict[str, Any]) -> Analysis:
    """What the engine could have made of a sample."""
    turns = tuple(_turn(one) for one in reference["turns"])
    scores = score(turns)
    return Analysis(
        recording=Facts(
            name=reference["recording"],
            sha256="ab" * 32,
            kind="audio",
            format="ogg",
            duration=reference["duration"],
            channels=reference["channels"],
        ),
        settings={},
        models=(ModelUse(role="codes", name="reference", version="1", sha256="cd" * 32),),
        turns=turns,
        scores=scores,
        feedback=give_feedback(turns, scores),
    )


def _turn(told: dict[str, Any]) -> CodedTurn:
    said = tuple(_said(one, told["n"]) for one in told["utterances"])
    behaviour: Any = CODES[said[-1].code or "NC"].behaviour
    return CodedTurn(
        n=told["n"],
        speaker=told["speaker"],
        text=told["text"],
        start=told["start"],
        end=told["end"],
        voice="A" if told["speaker"] == "practitioner" else "B",
        behaviour=behaviour,
        utterances=said,
    )


def _said(told: dict[str, Any], n: int) -> CodedUtterance:
    family = CLIENT if told["code"] in CLIENT else PRACTITIONER
    doubt = (n + told["u"]) % 7 == 0
    sure = 0.55 if doubt else 0.86
    rest = (1 - sure) / (len(family) - 1)
    return CodedUtterance(
        u=told["u"],
        text=told["text"],
        start=told["start"],
        end=told["end"],
        code=told["code"],
        probabilities={code: sure if code == told["code"] else rest for code in family},
        status="suggested" if doubt else "confident",
        why="",
    )
