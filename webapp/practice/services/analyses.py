"""The analysis of a recording: as the engine made it, and as it stands after corrections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete
from sqlalchemy.orm import Session

from fidelity.conversation import Analysis, Word
from fidelity.masking import cover_analysis, cover_words
from webapp.errors import NotFound
from webapp.practice.services import present, texts
from webapp.practice.tables import Recording, RecordingMeasure


def keep(session: Session, recording: Recording, analysis: Analysis) -> None:
    """Keep what the engine made of a recording, in place of anything older."""
    keep_words(session, recording, [turn.words for turn in analysis.turns])
    bare = replace(analysis, turns=tuple(replace(turn, words=()) for turn in analysis.turns))
    texts.keep(session, recording, texts.MACHINE, bare.to_json())
    keep_scores(session, recording, analysis)


def keep_words(session: Session, recording: Recording, turns: Sequence[Sequence[Word]]) -> None:
    """Keep the words of each turn with their times."""
    told = [[[w.text, w.start, w.end, w.probability] for w in turn] for turn in turns]
    texts.keep(session, recording, texts.WORDS, json.dumps(told, ensure_ascii=False, separators=(",", ":")))


def keep_scores(session: Session, recording: Recording, analysis: Analysis) -> None:
    """Keep scores and feedback as they stand now, and the measures as numbers for trends."""
    texts.keep(session, recording, texts.NOW, replace(analysis, turns=()).to_json(), revision=recording.revision)
    session.execute(delete(RecordingMeasure).where(RecordingMeasure.recording_id == recording.id))
    session.add_all(
        RecordingMeasure(
            recording_id=recording.id, name=m.name, value=m.value, low=m.low, high=m.high, marked=m.marked, n=m.n
        )
        for m in (*analysis.scores.counts, *analysis.scores.measures)
    )
    session.flush()


def machine(session: Session, recording: Recording) -> Analysis:
    """The analysis as the engine made it, without words.

    Raises:
        NotFound: there is none yet.
    """
    return present.base(session, recording, texts.MACHINE)


def shown(session: Session, recording: Recording) -> Analysis:
    """The analysis as it stands now: turns, scores and feedback after corrections, without words.

    Raises:
        NotFound: there is none yet.
    """
    return replace(now(session, recording)[0], turns=present.corrected(session, recording).turns)


def now(session: Session, recording: Recording) -> tuple[Analysis, int]:
    """Scores and feedback after corrections, without turns, and the revision they are of.

    Raises:
        NotFound: there is none yet.
    """
    found = texts.read(session, recording, texts.NOW)
    if found is None:
        raise NotFound
    return Analysis.from_json(found[0]), found[1]


def words(session: Session, recording: Recording) -> list[tuple[Word, ...]]:
    """The words of each turn of the engine's analysis, with their times."""
    found = texts.read(session, recording, texts.WORDS)
    if found is None:
        raise NotFound
    return [
        tuple(Word(text=text, start=start, end=end, probability=sure) for text, start, end, sure in turn)
        for turn in json.loads(found[0])
    ]


def cover(session: Session, recording: Recording, names: Sequence[str]) -> None:
    """Cover names in all that is kept of what was said, for good."""
    for part in (texts.MACHINE, texts.SWAPPED, texts.NOW):
        found = texts.read(session, recording, part)
        if found is not None:
            covered = cover_analysis(Analysis.from_json(found[0]), names)
            texts.keep(session, recording, part, covered.to_json(), revision=found[1])
    keep_words(session, recording, [cover_words(turn, names) for turn in words(session, recording)])
    present.cover(session, recording, names)
