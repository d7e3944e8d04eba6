"""Names and places are found as an aid, and covered in words and sound where a person says so."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest

from fidelity.audio import Sound, compact_copy, open_audio
from fidelity.config import SAMPLE_RATE
from fidelity.conversation import Span, Word
from fidelity.masking import COVER, cover_analysis, cover_text, cover_words, find_names, spans_of
from tests import factories
from tests.media import tone, write_audio


def test_what_may_be_a_name_is_found_with_how_often_it_is_said() -> None:
    found = {n.text: n for n in find_names([
        "So Leanne, when you took Jayden to St Mary's Primary in Luton, did Mrs Okafor say anything?",
        "No. jayden likes Leanne's sister. Call me on 07700 900123, we live at AB12 3CD.",
    ])}  # fmt: skip
    assert {"Leanne", "Jayden", "Luton", "Okafor", "07700 900123", "AB12 3CD"} <= set(found)
    assert (found["Leanne"].times, found["Jayden"].times) == (2, 2)  # in lower case and with 's too
    assert found["07700 900123"].kind == "a telephone number"


def test_nothing_is_found_where_nobody_is_named() -> None:
    assert find_names(["You are tired, and you keep going.", ""]) == ()


@pytest.mark.parametrize(("text", "covered", "says"), [
    ("Leanne said leanne's fine.", ["Leanne"], f"{COVER} said {COVER}'s fine."),
    ("Ann and Annie", ["Ann"], f"{COVER} and Annie"),
    ("Mary Jones met Mary", ["Mary", "Mary Jones"], f"{COVER} {COVER} met {COVER}"),
    ("call 07700  900123 now", ["07700 900123"], f"call {COVER} {COVER} now"),
    ("a (b) c", ["(b)"], f"a {COVER} c"), ("nothing", [], "nothing"),
])  # fmt: skip
def test_covering_words(text: str, covered: list[str], says: str) -> None:
    assert cover_text(text, covered) == says


def test_where_words_are_said() -> None:
    words = [
        Word(text=t, start=float(n), end=n + 0.5)
        for n, t in enumerate("So, Mary Jones, ask mary. Jones? Yes".split())
    ]  # fmt: skip
    assert spans_of(words, ["Mary Jones"]) == (
        Span(start=pytest.approx(0.94), end=pytest.approx(2.56)),  # "mary. Jones" is two sentences
    )
    assert [round(s.start, 2) for s in spans_of(words, ["mary", "jones"])] == [0.94, 1.94, 3.94, 4.94]
    close = [Word(text=t, start=n / 10, end=n / 10 + 0.08) for n, t in enumerate("Mary Jones".split())]
    assert len(spans_of(close, ["mary", "jones"])) == 1
    assert spans_of(words, []) == spans_of([], ["mary"]) == ()


def test_words_keep_their_times() -> None:
    words = [
        Word(text=t, start=float(n), end=n + 0.5)
        for n, t in enumerate("So, Mary Jones, ask Tom.".split())
    ]  # fmt: skip
    covered = cover_words(words, ["Mary Jones", "tom"])
    assert [(w.text, w.start, w.end) for w in covered] == [
        ("So,", 0, 0.5), (COVER, 1, 1.5), (f"{COVER},", 2, 2.5), ("ask", 3, 3.5), (f"{COVER}.", 4, 4.5),
    ]  # fmt: skip
    assert cover_words(words, ["nobody"]) == tuple(words)


def test_an_analysis_holds_no_covered_name_and_is_else_the_same() -> None:
    whole = factories.analysis(name="Visit to Leanne.m4a")
    said = whole.turns[1].utterances[0].text.split()[-1].strip(".,?")
    covered = cover_analysis(whole, ["Leanne", said])
    assert covered.recording.name == f"Visit to {COVER}.m4a"
    turns = " ".join(t.text + " ".join(u.text for u in t.utterances) for t in covered.turns)
    assert re.search(rf"\b{said}\b", turns, re.IGNORECASE) is None
    assert COVER in turns
    assert covered.scores == whole.scores
    assert [u.code for t in covered.turns for u in t.utterances] == [u.code for t in whole.turns for u in t.utterances]


def test_the_sound_is_a_tone_there_and_untouched_elsewhere(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.wav", tone(8, pitch=220.0))
    copy = io.BytesIO()
    length = compact_copy(path, copy, cover=[Span(start=2.0, end=3.0), Span(start=5.5, end=6.0)])
    assert length == pytest.approx(8, abs=0.05)
    heard = np.concatenate([b.mono for b in open_audio(Sound("copy", (copy,))).blocks()])

    def pitch(second: float) -> float:
        piece = heard[int(second * SAMPLE_RATE) :][: SAMPLE_RATE // 4]
        return float(np.abs(np.fft.rfft(piece)).argmax() * SAMPLE_RATE / len(piece))

    assert [round(pitch(s)) for s in (1.0, 2.3, 4.0, 5.6, 7.0)] == [220, 440, 220, 440, 220]
