import errno
from pathlib import Path

import pytest

from fidelity import report
from fidelity.errors import OutputError
from fidelity.outputs import ANALYSIS, clear_leftovers, done_already, write_outputs
from tests.factories import analysis as an_analysis


def test_everything_is_written_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(report, "write_html", full)
    with pytest.raises(OutputError, match=r"no space left.*Nothing was written"):
        write_outputs(an_analysis(), None, tmp_path / "out" / "talk")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_earlier_analysis_is_kept_when_the_new_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_outputs(an_analysis(), None, tmp_path / "talk")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(report, "write_html", refuse)
    with pytest.raises(OutputError, match="may be written"):
        write_outputs(an_analysis(), None, tmp_path / "talk")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["talk"]


def test_an_earlier_analysis_is_replaced(tmp_path: Path) -> None:
    folder = write_outputs(an_analysis(), None, tmp_path / "talk")
    (folder / ANALYSIS).write_text("{}")
    write_outputs(an_analysis(), None, tmp_path / "talk")
    assert (folder / ANALYSIS).read_text() == an_analysis().to_json()
    assert [path.name for path in tmp_path.iterdir()] == ["talk"]


def test_a_folder_with_other_things_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "talk").mkdir()
    (tmp_path / "talk" / "letter.txt").write_text("mine")
    with pytest.raises(OutputError, match="already holds other files"):
        write_outputs(an_analysis(), None, tmp_path / "talk")
    assert (tmp_path / "talk" / "letter.txt").read_text() == "mine"


def test_done_means_this_file_with_these_settings(tmp_path: Path) -> None:
    analysis = an_analysis()
    folder = write_outputs(analysis, None, tmp_path / "talk")
    digest, settings = analysis.recording.sha256, analysis.settings
    assert done_already(folder, digest, settings)
    assert not done_already(folder, "0" * 64, settings)
    assert not done_already(folder, digest, {**settings, "swap": "perhaps"})
    assert not done_already(tmp_path / "other", digest, settings)
    (folder / ANALYSIS).write_text("{ broken")
    assert not done_already(folder, digest, settings)


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".changetalk-abc").mkdir()
    (tmp_path / ".changetalk-abc" / "copy.mp3").write_bytes(b"sound")
    (tmp_path / "talk").mkdir()
    clear_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["talk"]
