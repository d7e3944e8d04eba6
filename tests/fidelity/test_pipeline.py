"""From a file to an analysis, with the real models, on the sample recordings."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import fidelity
from fidelity import Analysis, Options, analyse, code
from fidelity.audio import open_audio
from fidelity.errors import RecordingError
from fidelity.training import sample_analyses
from fidelity.training.sample_script import Reference, names
from tests.fidelity.clips import clip
from tests.media import write_audio

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
REBUILD = "run: changetalk samples poor mixed skilful --analyses --out data/samples"


def reference(name: str) -> Reference:
    return Reference.from_json((SAMPLES / name / "reference.json").read_text(encoding="utf-8"))


@cache
def analysed(name: str) -> Analysis:
    return analyse(SAMPLES / name / reference(name).recording)


def speaker_at(name: str, time: float) -> str | None:
    return next((t.speaker for t in reference(name).turns if (t.start or 0) <= time <= (t.end or 0)), None)


@pytest.mark.parametrize("name", names())
def test_words_go_to_the_right_person_and_the_practitioner_is_found(name: str) -> None:
    pairs = [
        (turn.speaker, speaker_at(name, (word.start + word.end) / 2))
        for turn in analysed(name).turns
        for word in turn.words
    ]
    known = [(ours, true) for ours, true in pairs if true is not None]
    assert len(known) > 300
    assert sum(ours == true for ours, true in known) / len(known) >= 0.98


@pytest.mark.parametrize("name", names())
def test_turns_follow_the_script(name: str) -> None:
    assert len(analysed(name).turns) == pytest.approx(len(reference(name).turns), abs=4)
    ours = " ".join(t.text for t in analysed(name).turns).lower().split()
    script = " ".join(t.text for t in reference(name).turns).lower().split()
    assert len(set(script) & set(ours)) / len(set(script)) > 0.85


def test_an_analysis_is_whole_and_survives_json() -> None:
    analysis = analysed("skilful")
    assert Analysis.from_json(analysis.to_json()) == analysis
    assert analysis.recording.name == "skilful.m4a"
    assert analysis.recording.duration == pytest.approx(reference("skilful").duration, abs=0.2)
    assert [m.role for m in analysis.models][:2] == ["speech", "voice"]
    assert len({m.role for m in analysis.models}) == len(analysis.models) >= 4
    assert all(len(m.sha256) == 64 and m.version for m in analysis.models)
    for turn in analysis.turns:
        assert "".join(u.text for u in turn.utterances).replace(" ", "") == turn.text.replace(" ", "")
        assert turn.utterances[0].start == turn.words[0].start
        assert all(u.code and u.why for u in turn.utterances)


def test_skill_shows_in_the_measures() -> None:
    skilful, poor = analysed("skilful").scores, analysed("poor").scores
    assert skilful.measure("reflection_share").value > poor.measure("reflection_share").value  # type: ignore[operator]
    assert skilful.measure("mi_non_adherent").value < poor.measure("mi_non_adherent").value  # type: ignore[operator]


def test_feedback_quotes_what_was_said() -> None:
    analysis = analysed("poor")
    assert len(analysis.feedback.moments) == 3
    for moment in (*analysis.feedback.went_well, *analysis.feedback.moments):
        assert moment.said == analysis.turns[moment.n].utterances[moment.u].text
        assert analysis.turns[moment.n].speaker == "practitioner"


def test_the_hook_hears_every_step_from_start_to_end(tmp_path: Path) -> None:
    heard: dict[str, list[tuple[float, float]]] = {}
    recording = clip(SAMPLES / "poor" / "poor.mp3", tmp_path / "minute.flac")
    analyse(recording, hook=lambda step, *report: heard.setdefault(step, []).append(report))
    assert list(heard) == list(fidelity.pipeline.STEPS)
    for reports in heard.values():
        assert reports[0][0] == 0
        assert reports[-1][0] == reports[-1][1] > 0


def test_the_user_overrules_who_is_the_practitioner(tmp_path: Path) -> None:
    path = clip(SAMPLES / "poor" / "poor.mp3", tmp_path / "minute.flac")
    found = analyse(path)
    practitioner = next(t.voice for t in found.turns if t.speaker == "practitioner")
    other = next(t.voice for t in found.turns if t.speaker == "client")
    swapped = analyse(path, Options(swap=True))
    named = analyse(path, Options(practitioner=str(other).lower()))
    for analysis in (swapped, named):
        assert {t.voice for t in analysis.turns if t.speaker == "practitioner"} == {other}
        assert {t.voice for t in analysis.turns if t.speaker == "client"} == {practitioner}
    with pytest.raises(RecordingError, match="no voice Z"):
        analyse(path, Options(practitioner="Z"))


def test_the_analyses_kept_for_the_demo_are_what_the_engine_says() -> None:
    """Word for word and code for code; figures as near as another processor's rounding leaves them."""
    for name in ("poor", "mixed", "skilful"):
        kept, fresh = sample_analyses.read(SAMPLES / name / sample_analyses.NAME), analysed(name)
        assert [(t.speaker, t.text) for t in kept.turns] == [(t.speaker, t.text) for t in fresh.turns], REBUILD
        codes = [[u.code for t in a.turns for u in t.utterances] for a in (kept, fresh)]
        assert codes[0] == codes[1], REBUILD
        assert kept.feedback == fresh.feedback, REBUILD
        for measure in (*kept.scores.counts, *kept.scores.measures):
            now = fresh.scores.measure(measure.name)
            values = [-1.0 if value is None else value for value in (measure.value, now.value)]
            assert values[0] == pytest.approx(values[1], abs=0.05, rel=0.05), (measure.name, REBUILD)


def test_one_voice_only_is_refused(tmp_path: Path) -> None:
    name = "poor"
    whole = np.concatenate([b.samples for b in open_audio(SAMPLES / name / "poor.mp3").blocks()], axis=1)
    alone = [
        whole[:, int((t.start or 0) * 16_000) : int((t.end or 0) * 16_000)]
        for t in reference(name).turns
        if t.speaker == "practitioner"
    ]
    path = write_audio(tmp_path / "alone.flac", np.concatenate(alone, axis=1), rate=16_000)
    with pytest.raises(RecordingError, match="only one voice"):
        analyse(path)


def test_code_takes_a_transcript_and_needs_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "talk.csv"
    rows = [f'{t.speaker},"{t.text}",{t.start},{t.end}' for t in reference("skilful").turns]
    path.write_text("speaker,text,start,end\n" + "\n".join(rows) + "\n")
    analysis = code(path)
    assert [t.text for t in analysis.turns] == [t.text for t in reference("skilful").turns]
    assert analysis.recording.kind == "transcript"
    assert set(analysis.settings) == {"practitioner", "swap"}, "nothing was listened to"
    assert analysis.scores.measure("practitioner_talk_share").value is not None
    assert analysis == code(path)
