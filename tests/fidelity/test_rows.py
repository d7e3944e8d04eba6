"""What each kind of coded conversation teaches the encoder, and how much of it counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fidelity.classify.windows import Reader
from fidelity.conversation import Speaker, Turn
from fidelity.training.corpora import Conversation, Corpus, Gold, read
from fidelity.training.rows import UNSKILFUL_WEIGHT, encoder_targets, targets
from fidelity.training.tune import TuneOptions, tune
from fidelity.training.validate import prepared
from fidelity.utterances import split_all
from tests.fidelity import small_corpus, small_encoder


def said(corpus: Corpus, gold: Gold, *, speaker: Speaker = "practitioner", quality: str | None = None) -> Conversation:
    turns = split_all([Turn(n=0, speaker=speaker, text="You want to stop.")])
    return Conversation(id="one", corpus=corpus, turns=turns, gold=(gold,), quality=quality)


@pytest.mark.parametrize(("codes", "behaviour"), [
    (("SR",), "reflection"), (("CR", "SR"), "reflection"), (("OQ", "CQ"), "question"), (("Seek",), "question"),
    (("PwP",), "input"), (("Confront",), "other"), (("NC", "AF"), "other"), (("NC", "SR"), None), (("GI", "OQ"), None),
])  # fmt: skip
def test_a_written_turn_of_one_kind_says_what_a_turn_mainly_does(codes: tuple[str, ...], behaviour: str | None) -> None:
    written = said("written", Gold(codes=codes))
    found = encoder_targets(written, 0)
    assert [t.label for t in found if t.head == "behaviour"] == ([] if behaviour is None else [behaviour])
    assert [t for t in found if t.head != "behaviour"] == targets(written, 0)  # what the words learn


def test_recorded_utterances_teach_no_main_behaviour() -> None:
    assert {t.head for t in encoder_targets(said("misc", Gold(codes=("SR",))), 0)} == {"code", "depth"}


def test_what_a_practitioner_does_in_an_unskilful_session_counts_more() -> None:
    gold = Gold(behaviour="reflection", reflection="simple")
    skilful, unskilful = (encoder_targets(said("annomi", gold, quality=quality), 0) for quality in ("high", "low"))
    assert [(t.head, t.label) for t in skilful] == [(t.head, t.label) for t in unskilful]
    assert [b.weight / a.weight for a, b in zip(skilful, unskilful, strict=True)] == [UNSKILFUL_WEIGHT] * len(skilful)
    client = encoder_targets(said("annomi", Gold(behaviour="change"), speaker="client", quality="low"), 0)
    assert [t.weight for t in client] == [1.0]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_written_turns_are_read_without_punctuation_more_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[bool, int] = {}
    windows = Reader.windows

    def counted(self: Reader, *turn: Any, as_heard: bool | None = None) -> Any:
        if as_heard is not None:  # while it learns
            seen[as_heard] = seen.get(as_heard, 0) + 1
        return windows(self, *turn, as_heard=bool(as_heard))

    monkeypatch.setattr(Reader, "windows", counted)
    recorded = prepared(read(small_corpus.write(tmp_path / "data"))[:20], as_speech=False)
    options = TuneOptions(epochs=1, unpunctuated=0.0, unpunctuated_written=1.0)
    base = small_encoder.write(tmp_path / "base")
    tune([*recorded, said("written", Gold(codes=("SR",)))], tmp_path / "out", base=base, options=options)
    assert seen[True] == 1
    assert seen[False] > 100
