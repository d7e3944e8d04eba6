"""The report page, the captions, the table of utterances and the terminal text."""

from __future__ import annotations

import csv as table
import io
import json
import re
import tracemalloc
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
import webvtt

from fidelity.feedback import give_feedback
from fidelity.report import csv, terminal, vtt, write_html
from tests import factories

NASTY = "<script>alert(1)</script>"


class _Page(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self.sound: list[str] = []
        self.data: dict[str, str] = {}
        self.visible: list[str] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in self.inside:
            return
        self._open = tag
        kind = given.get("type")
        if kind == "text/plain":
            self.sound.append("")
            self._open = "sound"
        elif kind:
            self._open = given.get("id") or ""
        else:
            self.inside[tag].append("")

    def handle_data(self, data: str) -> None:
        if self._open in self.inside:
            self.inside[self._open][-1] += data
        elif self._open == "sound":
            self.sound[-1] += data
        elif self._open:
            self.data[self._open] = self.data.get(self._open, "") + data
        else:
            self.visible.append(data)

    def handle_endtag(self, _tag: str) -> None:
        self._open = ""

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


def _page(folder: Path, analysis=None, audio: Path | None = None) -> _Page:
    target = folder / "report.html"
    write_html(analysis or factories.analysis(), audio, target)
    return _Page(target.read_text(encoding="utf-8"))


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Any bytes will do here: the browser tests play real ones."""
    path = tmp_path / "copy.mp3"
    path.write_bytes(bytes(range(256)) * 4000)
    return path


def test_policy_allows_no_network_and_exactly_the_scripts_and_styles_of_the_page(tmp_path: Path) -> None:
    page = _page(tmp_path)
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    rules = {part.split()[0]: part.split()[1:] for part in (policy or "").split("; ")}
    assert rules["default-src"] == ["'none'"]

    def hashed(text: str) -> str:
        return "'sha256-" + b64encode(sha256(text.encode()).digest()).decode() + "'"

    assert rules["script-src"] == [hashed(script) for script in page.inside["script"]]
    assert {hashed(style) for style in page.inside["style"]} == set(rules["style-src"])
    assert "unsafe" not in (policy or "")
    assert "http" not in (policy or "")


def test_page_points_at_nothing_outside_itself(tmp_path: Path, sound: Path) -> None:
    page = _page(tmp_path, audio=sound)
    for tag, attrs in page.tags:
        for name in ("src", "srcset", "action", "data", "poster"):
            assert name not in attrs, (tag, attrs)
        assert (attrs.get("href") or "#").startswith("#"), (tag, attrs)
        assert not any(name.startswith("on") or name == "style" for name in attrs), "the policy would refuse it"
    ours = page.inside["script"][-1] + page.inside["style"][0]
    assert "http" not in ours


def test_every_link_and_label_finds_its_target(tmp_path: Path, sound: Path) -> None:
    page = _page(tmp_path, audio=sound)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in page.tags:
        for name in ("href", "for", "aria-labelledby", "aria-controls"):
            if target := attrs.get(name):
                assert target.removeprefix("#") in ids


def test_sound_is_in_the_page_whole_and_never_in_memory_whole(tmp_path: Path) -> None:
    long = tmp_path / "long.mp3"
    long.write_bytes(b"0123456789abcdef" * (24 * 65536))  # 24 MiB
    analysis, target = factories.analysis(), tmp_path / "report.html"
    write_html(analysis, None, target)  # what is loaded once is not counted
    tracemalloc.start()
    write_html(analysis, None, target)
    without = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    write_html(analysis, long, target)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - without < 12 * 2**20, "a third of what the sound takes up in the page"
    pieces = re.findall(r'class="sound">([^<]*)<', target.read_text())
    assert b"".join(map(b64decode, pieces)) == long.read_bytes()


def test_a_transcript_has_no_player_and_loses_nothing_else(tmp_path: Path) -> None:
    analysis = factories.analysis(times=False)
    page = _page(tmp_path, analysis)
    assert not page.all("audio")
    assert not page.sound
    assert not any("data-from" in attrs for _, attrs in page.tags)
    visible = " ".join(" ".join(page.visible).split())
    for turn in analysis.turns:
        for said in turn.utterances:
            assert said.text in visible
    assert not json.loads(page.data["timeline-data"])["timed"]


def test_names_and_words_stay_text(tmp_path: Path) -> None:
    analysis = factories.with_text(factories.analysis(name=f"{NASTY}.mp3"), 3, 0, f"He said </script>{NASTY} & left")
    step = replace(analysis.feedback.next_step, title=NASTY)
    analysis = replace(analysis, feedback=replace(analysis.feedback, next_step=step))
    page = _page(tmp_path, analysis)
    assert len(page.inside["script"]) == 2, "Plotly and our own"
    assert "alert(1)" not in page.inside["script"][-1]
    visible = "".join(page.visible)
    assert f"{NASTY}.mp3" in visible
    assert f"He said </script>{NASTY} & left" in visible


def test_page_says_what_it_must(tmp_path: Path) -> None:
    analysis = factories.analysis(warnings=("The last 12 seconds could not be read.",))
    page = _page(tmp_path, analysis)
    said = " ".join(" ".join(page.visible).split())
    assert len(page.all("h1")) == 1
    for text in (
        "The last 12 seconds could not be read.",
        "They are places to look, not a verdict",
        "The engine gives no rating",
        "about ten minutes or more",
        analysis.feedback.next_step.text,
        analysis.feedback.closing,
        *(moment.another_way for moment in analysis.feedback.moments if moment.another_way),
        *(measure.withheld for measure in analysis.scores.measures if measure.withheld),
        *(model.sha256 for model in analysis.models),
    ):
        assert text in said
    full = " ".join(" ".join(_page(tmp_path, factories.long_analysis(3)).visible).split())
    assert "expert opinion" in full
    assert "MITI 4.2.1" in full


@pytest.mark.parametrize("times", [True, False])
def test_feedback_as_the_engine_gives_it_fits_every_output(tmp_path: Path, times: bool) -> None:
    analysis = factories.analysis(times)
    feedback = give_feedback(analysis.turns, analysis.scores)
    analysis = replace(analysis, feedback=feedback)
    said = " ".join(" ".join(_page(tmp_path, analysis).visible).split())
    flat = " ".join(terminal(analysis, 80).split())
    assert feedback.went_well
    assert feedback.moments
    for moment in (*feedback.went_well, *feedback.moments):
        for words in (moment.heard, moment.said, moment.note, moment.another_way or ""):
            assert words in said
        assert moment.said in flat
    assert feedback.next_step.text in said


def test_outputs_are_the_same_every_time(tmp_path: Path, sound: Path) -> None:
    for audio in (None, sound):
        first, second = tmp_path / "first.html", tmp_path / "second.html"
        write_html(factories.analysis(), audio, first)
        write_html(factories.analysis(), audio, second)
        assert first.read_bytes() == second.read_bytes()
    for make in (csv, vtt, lambda a: terminal(a, 80)):
        assert make(factories.analysis()) == make(factories.analysis())


def test_captions_have_one_cue_an_utterance_with_its_voice() -> None:
    analysis = factories.with_text(factories.analysis(), 1, 0, "Quiet & calm\n\n--> <i>since</i> Tuesday")
    cues = list(webvtt.from_string(vtt(analysis)))
    said = [u for turn in analysis.turns for u in turn.utterances]
    assert len(cues) == len(said)
    assert {cue.voice for cue in cues} == {"Practitioner", "Client"}
    for cue, utterance in zip(cues, said, strict=True):
        assert cue.start_in_seconds == int(utterance.start or 0)
    assert "Quiet &amp; calm --&gt; &lt;i&gt;since&lt;/i&gt; Tuesday" in vtt(analysis)


def test_captions_need_times() -> None:
    assert vtt(factories.analysis(times=False)) == ""


def test_captions_tell_two_clients_apart() -> None:
    analysis = factories.analysis()
    turns = tuple(replace(turn, voice="C") if turn.n == 5 else turn for turn in analysis.turns)
    voices = {cue.voice for cue in webvtt.from_string(vtt(replace(analysis, turns=turns)))}
    assert voices == {"Practitioner", "Client 1", "Client 2"}


def test_table_has_a_row_for_each_utterance() -> None:
    analysis = factories.analysis()
    rows = list(table.DictReader(io.StringIO(csv(analysis))))
    said = [(turn, u) for turn in analysis.turns for u in turn.utterances]
    assert list(rows[0]) == "turn utterance speaker voice start end text code status probability why".split()
    assert len(rows) == len(said)
    for row, (turn, utterance) in zip(rows, said, strict=True):
        assert (row["turn"], row["utterance"]) == (str(turn.n), str(utterance.u))
        assert row["text"] == utterance.text
        assert row["code"] == utterance.code
        assert float(row["probability"]) == pytest.approx(utterance.probabilities[utterance.code or ""], abs=1e-3)
        assert float(row["start"]) == pytest.approx(utterance.start, abs=0.01)


def test_table_leaves_out_what_is_not_known() -> None:
    analysis = factories.analysis(times=False)
    turn = analysis.turns[0]
    uncoded = replace(turn.utterances[0], code=None, probabilities={})
    analysis = replace(analysis, turns=(replace(turn, speaker="other", utterances=(uncoded,)), *analysis.turns[1:]))
    row = next(table.DictReader(io.StringIO(csv(analysis))))
    assert [row[name] for name in ("start", "end", "code", "status", "probability")] == [""] * 5


@pytest.mark.parametrize("text", ["=1+1", "+44 7", "-no", "@sum", "\t=1", " =1"])
def test_table_runs_nothing_in_a_spreadsheet(text: str) -> None:
    rows = list(table.DictReader(io.StringIO(csv(factories.with_text(factories.analysis(), 0, 0, text)))))
    assert rows[0]["text"] == "'" + text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_terminal_text_fits_and_says_it_all(width: int) -> None:
    analysis = factories.long_analysis(3)
    analysis = replace(analysis, recording=replace(analysis.recording, warnings=("It breaks off.",)))
    text = terminal(analysis, width)
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text
    flat = " ".join(text.split())
    for moment in (*analysis.feedback.went_well, *analysis.feedback.moments):
        assert moment.said in flat
        assert moment.note in flat
        assert (moment.another_way or "") in flat
    for measure in analysis.scores.measures:
        assert measure.title in flat
    assert "It breaks off." in flat
    share = analysis.scores.measure("reflection_share")
    assert f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})" in flat, "a value with its interval"


def test_terminal_text_says_why_a_measure_is_missing() -> None:
    flat = " ".join(terminal(factories.analysis(times=False), 80).split())
    assert "Your share of the talking: no value. The transcript has no times." in flat
    assert "Turn 3, complex reflection" in flat
