"""A calibration that is there: what it moves in an analysis, and when it is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fidelity.classify import Coder
from fidelity.classify.local import FILE, Adjusted, Local, in_use, load
from fidelity.cli import main
from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.config import DRIFTS, ScoreOptions
from fidelity.conversation import Turn
from fidelity.errors import ModelError
from fidelity.pipeline import Options, code

TRANSCRIPT = (
    Turn(n=0, speaker="practitioner", text="What worries you most about this week?"),
    Turn(n=1, speaker="client", text="I want to stop shouting. But I need a drink to sleep."),
    Turn(n=2, speaker="practitioner", text="You want calmer evenings."),
)


def neutral(**more: object) -> Local:
    speakers = {
        "practitioner": Adjusted(1.0, dict.fromkeys(PRACTITIONER, 0.0)),
        "client": Adjusted(1.0, dict.fromkeys(CLIENT, 0.0)),
    }
    return replace(Local(in_use(), speakers), **more)  # type: ignore[arg-type]


def kept(place: Path, local: Local) -> Path:
    place.mkdir(exist_ok=True)
    (place / FILE).write_text(local.to_json(), encoding="utf-8")
    return place


def test_without_change_every_code_stays_and_an_analysis_says_so(tmp_path: Path) -> None:
    plain = code(TRANSCRIPT)
    assert "calibration" not in plain.settings
    assert all(m.name != "calibration" for m in plain.models)
    same = code(TRANSCRIPT, Options(calibration=kept(tmp_path / "same", neutral())))
    left = {**json.loads(same.to_json()), "settings": None, "models": None}
    assert left == {**json.loads(plain.to_json()), "settings": None, "models": None}
    assert same.models[:-1] == plain.models
    assert same.models[-1].role == "local calibration"
    assert same.settings["calibration"] == same.models[-1].sha256
    assert ScoreOptions.of(same.settings) == ScoreOptions() == ScoreOptions.of(plain.settings)
    assert code(TRANSCRIPT).to_json() == plain.to_json()


def test_a_strong_offset_moves_codes_and_the_drift_is_kept_with_the_analysis(tmp_path: Path) -> None:
    local = neutral()
    client = Adjusted(1.0, {"change": 8.0, "sustain": 0.0, "neutral": 0.0}, 1.5)
    made = kept(tmp_path / "moved", replace(local, speakers={**local.speakers, "client": client}))
    moved = code(TRANSCRIPT, Options(calibration=made))
    assert {u.code for u in moved.turns[1].utterances} == {"change"}
    assert moved.turns[1].behaviour == "change"
    for turn in moved.turns:
        for u in turn.utterances:
            assert sum(u.probabilities.values()) == pytest.approx(1)
    assert ScoreOptions.of(moved.settings).client_drift == pytest.approx(ScoreOptions().client_drift * 1.5)
    assert set(DRIFTS) <= set(moved.settings)
    assert code(TRANSCRIPT, Options(calibration=made)).to_json() == moved.to_json()


def test_a_calibration_of_other_models_is_refused(tmp_path: Path) -> None:
    made = kept(tmp_path / "other", neutral(models={**in_use(), "client": "0" * 64}))
    with pytest.raises(ModelError, match=r"made for other models than those in use \(client differ"):
        Coder.load(calibration=made)


def test_one_of_another_version_of_the_models_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it is after an upgrade: the same names, other bytes."""
    other = str(kept(tmp_path / "other", neutral(models=dict.fromkeys(in_use(), "0" * 64))))
    transcript = tmp_path / "t.csv"
    transcript.write_text("speaker,text\npractitioner,What worries you?\nclient,I want to stop.\n", encoding="utf-8")
    assert main(["code", str(transcript), "--calibration", other]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "made for other models than those in use (client, encoder, practitioner differ)" in said.err
    assert "Make it again with `changetalk train --local`, or leave it out." in said.err
    assert main(["models", "--calibration", other]) == 2
    assert "REFUSED" in capsys.readouterr().out


def test_one_that_was_changed_on_disk_is_read_anew(tmp_path: Path) -> None:
    place, strong = kept(tmp_path / "own", neutral()), Adjusted(1.0, {"change": 0.0, "sustain": 8.0, "neutral": 0.0})
    coder = Coder.load(calibration=place)
    before = code(TRANSCRIPT, Options(calibration=place))
    kept(place, neutral(speakers={**neutral().speakers, "client": strong}))
    after = code(TRANSCRIPT, Options(calibration=place))
    assert {u.code for u in before.turns[1].utterances} == {"change"}
    assert {u.code for u in after.turns[1].utterances} == {"sustain"}
    assert after.settings["calibration"] == after.models[-1].sha256 != before.settings["calibration"]
    again = coder.calibrated(place)
    assert again.models == after.models  # of the one before nothing is left
    assert again.local is not None
    assert again.local.speakers["client"] == strong
    kept(place, neutral(models={}))
    with pytest.raises(ModelError, match="made for other models"):
        again.calibrated(place)


def test_one_that_is_no_better_is_used_only_if_wanted(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no better than the models alone"):
        Coder.load(calibration=kept(tmp_path / "worse", neutral(better=False)))
    assert Coder.load(calibration=kept(tmp_path / "wanted", neutral(better=False, anyway=True))).local is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [("format", "changetalk.local/9"), ("speakers", {}), ("speakers", None), ("models", []), ("better", None)],
)
def test_a_damaged_calibration_is_refused(tmp_path: Path, name: str, value: object) -> None:
    about = json.loads(neutral().to_json())
    (tmp_path / FILE).write_text(json.dumps({**about, name: value}), encoding="utf-8")
    with pytest.raises(ModelError):
        load(tmp_path, in_use())


def test_numbers_out_of_range_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is missing"):
        load(tmp_path)
    about = json.loads(neutral().to_json())
    for value in (1e9, None, True, "1", float("nan")):
        about["speakers"]["client"]["offsets"]["change"] = value
        (tmp_path / FILE).write_text(json.dumps(about), encoding="utf-8")
        with pytest.raises(ModelError, match="out of range"):
            load(tmp_path)
