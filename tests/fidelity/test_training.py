"""Readers, folds, training and evaluation, on a small invented corpus."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fidelity.artefacts import CARD, MODELS, find
from fidelity.classify import Coder
from fidelity.codebook import PRACTITIONER_BEHAVIOURS
from fidelity.errors import DataError
from fidelity.training.card import card
from fidelity.training.corpora import Conversation, read
from fidelity.training.evaluate import evaluate
from fidelity.training.figures import Observation, figures
from fidelity.training.folds import check_leak, folds, groups
from fidelity.training.marks import marks
from fidelity.training.train import train
from tests.fidelity import small_corpus


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_corpus.write(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    train(data, out)
    return out


def conversation(name: str, source: str | None = None) -> Conversation:
    return Conversation(id=name, corpus="annomi", turns=(), gold=(), quality="high", source=source)


# --- reading ---


def test_both_kinds_are_read(data: Path) -> None:
    found = read(data)
    assert [c.corpus for c in found].count("annomi") == len(small_corpus.THEMES)
    assert [c.corpus for c in found].count("misc") == len(small_corpus.THEMES)
    annomi = next(c for c in found if c.corpus == "annomi")
    assert (annomi.gold[0].behaviour, annomi.gold[0].question) == ("question", "open")
    assert annomi.gold[1].behaviour == "change"
    misc = next(c for c in found if c.corpus == "misc")
    assert misc.gold[6].codes == ("GI", "Persuade")
    assert misc.turns[0].utterances[0].text == "Hello there, bedtime."


def test_several_coders_are_put_to_a_vote(tmp_path: Path) -> None:
    about = {"transcript_id": "7", "utterance_id": "0", "interlocutor": "therapist", "utterance_text": "Tired?"}
    question = {"main_therapist_behaviour": "question", "question_exists": "True", "question_subtype": "closed"}
    rows = [
        small_corpus.annomi_row(**about, annotator_id="0", main_therapist_behaviour="other"),
        small_corpus.annomi_row(**about, annotator_id="1", **question),
        small_corpus.annomi_row(**about, annotator_id="2", **question),
    ]
    (found,) = read(small_corpus.write_annomi(tmp_path / "x.csv", rows))
    (gold,) = found.gold
    assert (gold.behaviour, gold.question, gold.annotator) == ("question", "closed", "")


@pytest.mark.parametrize(("content", "says"), [
    (b"a,b\n1,2\n", "neither the columns"),
    (b"", "neither the columns"),
    (b"\xff\xfe\x00", "cannot be read as a CSV file"),
])  # fmt: skip
def test_a_wrong_file_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=says):
        read(path)


def test_unknown_labels_are_refused(tmp_path: Path) -> None:
    row = small_corpus.annomi_row(
        transcript_id="1", utterance_id="0", annotator_id="0", interlocutor="parrot", utterance_text="Hello."
    )
    with pytest.raises(DataError, match="parrot"):
        read(small_corpus.write_annomi(tmp_path / "x.csv", [row]))


def test_missing_and_empty_folders(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file or folder"):
        read(tmp_path / "nowhere")
    with pytest.raises(DataError, match="No AnnoMI or MISC file"):
        read(tmp_path)


# --- folds ---


def test_videos_scenarios_and_copies_stay_together() -> None:
    names = ("annomi:21", "annomi:53", "hlqc:high_099", "hlqc:low_001", "annomi:1", "annomi:2")
    found = groups([conversation(name, "v" if name in ("annomi:1", "annomi:2") else None) for name in names])
    assert len({found[name] for name in names[:4]}) == 1
    assert found["annomi:1"] == found["annomi:2"]
    assert found["annomi:1"] != found["annomi:21"]


def test_folds_hold_everything_once_and_are_always_the_same(data: Path) -> None:
    conversations = read(data)
    parts = folds(conversations)
    assert sorted(name for part in parts for name in part) == sorted(c.id for c in conversations)
    assert parts == folds(conversations[::-1])


def test_a_group_on_both_sides_is_a_leak() -> None:
    with pytest.raises(DataError, match="both training and test"):
        check_leak([conversation("annomi:21")], [conversation("hlqc:high_099")])


def test_much_the_same_text_on_both_sides_is_a_leak(data: Path) -> None:
    original = next(c for c in read(data) if c.corpus == "misc")
    copy = replace(original, id="miv:copy")
    with pytest.raises(DataError, match="much the same text"):
        check_leak([original], [copy])


# --- training ---


def test_training_gives_models_that_code(trained: Path) -> None:
    for name in ("practitioner", "client"):
        artefact = find(name, trained)
        assert artefact.meta["training"]["data"]
        assert len(artefact.meta["training"]["conversations"]) == 2 * len(small_corpus.THEMES)
    assert Coder.load(trained).models[0].name == "practitioner"


def test_training_twice_gives_the_same_bytes(data: Path, trained: Path, tmp_path: Path) -> None:
    train(data, tmp_path)
    files = sorted(f.relative_to(trained) for f in trained.rglob("*") if f.is_file())
    assert files == sorted(f.relative_to(tmp_path) for f in tmp_path.rglob("*") if f.is_file())
    assert [f for f in files if (trained / f).read_bytes() != (tmp_path / f).read_bytes()] == []


def test_training_needs_both_kinds(data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no misc conversations"):
        train(data / "annomi", tmp_path)


@pytest.mark.parametrize("name", ["practitioner", "client"])
def test_the_shipped_card_is_what_its_meta_says(name: str) -> None:
    artefact = find(name)
    assert (artefact.folder / CARD).read_text(encoding="utf-8") == card(artefact.meta)


# --- evaluation ---


def test_folds_give_figures_for_every_task(data: Path) -> None:
    found = evaluate("annomi", data, folds=True)
    tasks = {t.task: t for t in found.tasks}
    assert tasks["main behaviour"].n == 14 * len(small_corpus.THEMES)
    assert tasks["main behaviour"].macro_f1 > 0.8  # the invented corpus is easy
    low, high = tasks["client"].kappa_interval
    assert low <= tasks["client"].kappa <= high
    assert "cross-validation" in found.table()
    assert found.practitioner_found == found.conversations
    assert json.loads(found.to_json())["corpus"] == "annomi"


def test_shipped_models_are_not_measured_on_what_they_learned(data: Path, trained: Path) -> None:
    with pytest.raises(DataError, match="trained on every conversation"):
        evaluate("misc", data, models=trained)
    shown = evaluate("misc", data, models=trained, include_training=True)
    assert shown.table().startswith("TRAINING DATA – not a measure of accuracy")


def test_unseen_conversations_are_measured_and_text_may_be_as_heard(data: Path) -> None:
    found = evaluate("annomi", data, as_speech=True)
    assert found.about == "Conversations that the models were not trained on."
    assert found.left_out == ()
    assert found.conversations == len(small_corpus.THEMES)


def test_a_copy_of_a_training_conversation_is_left_out(tmp_path: Path) -> None:
    trained_on = set(find("client", MODELS).meta["training"]["conversations"])
    assert {"annomi:21", "hlqc:high_099"} <= trained_on
    rows = [
        small_corpus.annomi_row(
            transcript_id=name, utterance_id="0", annotator_id="0", interlocutor="client", client_talk_type="neutral",
            utterance_text="It is raining.", mi_quality="high", video_url=f"v{name}",
        )
        for name in ("21", "9001")
    ]  # fmt: skip
    found = evaluate("annomi", small_corpus.write_annomi(tmp_path / "x.csv", rows))
    assert (found.conversations, found.left_out) == (1, ("annomi:21",))


def test_the_wrong_corpus(data: Path) -> None:
    with pytest.raises(DataError, match="no MISC-coded conversation"):
        evaluate("misc", data / "annomi")


def test_figures_agree_with_a_table_worked_by_hand() -> None:
    pairs = [("a", "a")] * 4 + [("a", "b")] * 2 + [("b", "b")] * 3 + [("b", "a")]
    found = figures("t", [Observation("t", str(i % 2), g, p, 0.7) for i, (g, p) in enumerate(pairs)], ("a", "b"))
    assert found is not None
    assert found.kappa == pytest.approx(0.4)
    assert found.macro_f1 == pytest.approx((8 / 11 + 6 / 9) / 2, abs=1e-4)
    assert found.calibration_error == pytest.approx(0.0)
    assert found.settled is None


def test_what_the_machine_stands_by_is_told_from_what_it_suggests() -> None:
    seen = [
        Observation("t", "1", "a", p, 0.7, settled) for p, settled in [("a", True)] * 3 + [("b", False), ("a", False)]
    ]
    found = figures("t", seen, ("a", "b"))
    assert found is not None
    assert (found.settled, found.right_settled, found.right_suggested) == (0.6, 1.0, 0.5)


def test_reflections_are_shown_by_session_quality_however_they_are_counted(trained: Path, data: Path) -> None:
    coded = [(c.quality, g) for c in read(data) if c.corpus == "annomi" for g in c.gold]
    mine = [(quality, g) for quality, g in coded if g.behaviour in PRACTITIONER_BEHAVIOURS]
    table = marks(trained).split("| reflections, AnnoMI, by turn |")[1]
    for quality, sessions in (("high", "skilful sessions"), ("low", "**unskilful sessions**")):
        turns = [g for q, g in mine if q == quality]
        main, any_ = sum(g.behaviour == "reflection" for g in turns), sum(g.reflection is not None for g in turns)
        assert f"| the main thing a turn does, {sessions} | {len(turns)} | {main} | " in table
        assert f"| anywhere in a turn, {sessions} | {len(turns)} | {any_} | " in table


def test_the_figures_in_the_docs_are_those_of_the_models() -> None:
    page = (MODELS.parent / "docs" / "validity.md").read_text(encoding="utf-8")
    assert marks() in page, "run: changetalk models --figures, and put it into docs/validity.md"
    readme = (MODELS.parent / "README.md").read_text(encoding="utf-8")
    for line in marks().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 5 and cells[3].startswith("."):
            assert cells[3] in readme, f"{cells[1]}: README.md has another macro-F1"
