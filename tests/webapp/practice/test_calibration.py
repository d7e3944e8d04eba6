"""A service's own calibration on the platform: which folder can be set, and that the worker sees what is in it now."""

from __future__ import annotations

from pathlib import Path

import pytest

from fidelity.classify.local import FILE, Adjusted, Local, in_use
from fidelity.codebook import CLIENT, PRACTITIONER
from webapp.learning.services import hearing
from webapp.settings import Settings, SettingsError


def kept(place: Path, *, change: float = 0.0, models: dict[str, str] | None = None) -> Path:
    speakers = {
        "practitioner": Adjusted(1.0, dict.fromkeys(PRACTITIONER, 0.0)),
        "client": Adjusted(1.0, {**dict.fromkeys(CLIENT, 0.0), "change": change}),
    }
    (place / FILE).write_text(Local(models or in_use(), speakers).to_json(), encoding="utf-8")
    return place


def test_a_calibration_of_these_models_can_be_set(tmp_path: Path) -> None:
    assert Settings.read(calibration=str(kept(tmp_path))).calibration_folder == tmp_path
    assert Settings.read().calibration_folder is None


def test_what_cannot_be_used_stops_the_start_in_words(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="calibration: it is a folder, from the root on"):
        Settings.read(calibration="own")
    with pytest.raises(SettingsError, match=r"calibration: There is no local calibration in .*calibration\.json is"):
        Settings.read(calibration=str(tmp_path))
    kept(tmp_path, models={**in_use(), "client": "0" * 64})
    with pytest.raises(SettingsError, match=r"made for other models than those in use \(client differ\)"):
        Settings.read(calibration=str(tmp_path))


def test_the_worker_sees_a_changed_one_and_keeps_its_models(tmp_path: Path) -> None:
    before = hearing.coder(kept(tmp_path))
    after = hearing.coder(kept(tmp_path, change=1.5))
    assert before.local is not None
    assert after.local is not None
    assert before.local.sha256 != after.local.sha256
    assert after.local.speakers["client"].offsets["change"] == 1.5
    assert hearing.coder().local is None  # exercises are answered without it
    assert after.practitioner is before.practitioner is hearing.coder().practitioner
