"""The encoder: what it reads, how it is fine-tuned, exported and pooled with words. A tiny one stands for the real."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from fidelity.artefacts import META, file_sha256, find, register
from fidelity.classify import Coder
from fidelity.classify.encoder import NETWORK, Encoder
from fidelity.classify.heads import Pooling
from fidelity.classify.windows import AFTER, BEFORE, OWN, Reader
from fidelity.conversation import Turn, Utterance
from fidelity.errors import DataError, ModelError
from fidelity.training.corpora import read
from fidelity.training.pooling import Seconds, settle
from fidelity.training.readings import TABLES, Readings, kept
from fidelity.training.train import train
from fidelity.training.tune import TuneOptions
from fidelity.training.tuned import tune_parts
from fidelity.training.validate import Setting, prepared
from tests.fidelity import small_corpus, small_encoder

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_encoder.write(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_corpus.write(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def setting(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Setting:
    return Setting(base=base, work=tmp_path_factory.mktemp("work"), workers=2, tune=TuneOptions(epochs=1))


@pytest.fixture(scope="module")
def trained(data: Path, setting: Setting, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    train(data, out, setting=setting)
    return out


def turns(*said: str) -> list[Turn]:
    """Turns of practitioner and client in turn; a bar parts the utterances."""
    made = []
    for n, text in enumerate(said):
        parts = [part.strip() for part in text.split("|")]
        made.append(
            Turn(
                n=n,
                speaker="client" if n % 2 else "practitioner",
                text=" ".join(parts),
                utterances=tuple(Utterance(u=u, text=part) for u, part in enumerate(parts)),
            )
        )
    return made


# --- what is read ---


@pytest.fixture(scope="module")
def reader(base: Path) -> Reader:
    return Reader(Tokenizer.from_file(str(base / "tokenizer.json")))


def words(pieces: tuple[int, ...]) -> str:
    vocabulary = list(dict.fromkeys(small_encoder.WORDS))
    return " ".join(vocabulary[piece] for piece in pieces)


def test_a_window_holds_what_came_before_the_turn_itself_and_what_follows(reader: Reader) -> None:
    (window,) = reader.windows(
        turns("how is school ?", "it is hard .", "so it is hard . | what did you want ?", "no ."), 2
    )
    assert words(window.pieces) == (
        "[CLS] counsellor : how is school ? client : it is hard . [SEP] "
        "counsellor : so it is hard . what did you want ? [SEP] no . [SEP]"
    )
    assert words(window.pieces[slice(*window.own)]) == "so it is hard . what did you want ?"
    assert [words(window.pieces[slice(*span)]) for span in window.utterances] == [
        "so it is hard .",
        "what did you want ?",
    ]


def test_punctuation_can_be_left_out_as_by_a_recogniser(reader: Reader) -> None:
    (window,) = reader.windows(turns("How is it?", "It is Hard."), 1, as_heard=True)
    assert words(window.pieces) == "[CLS] counsellor : how is it [SEP] client : it is hard [SEP] [SEP]"


def test_a_long_turn_is_read_in_windows_that_cut_between_utterances(reader: Reader) -> None:
    long = " ".join(["school"] * 40)
    several = reader.windows(turns(f"{long} | {long} | {long}", f"{long} {long}"), 0)
    assert [len(w.utterances) for w in several] == [2, 1]
    assert [w.own[1] - w.own[0] for w in several] == [80, 40]
    assert max(len(w.pieces) for w in several) <= BEFORE + OWN + AFTER + 8
    endless = " ".join(["school"] * 500)
    (one,) = reader.windows(turns(endless), 0)
    assert one.own[1] - one.own[0] == OWN


# --- fine-tuning and export ---


def test_what_is_exported_is_what_was_trained(base: Path, tmp_path: Path) -> None:
    """Eight bits move the vectors a little and change no direction much."""
    import torch

    from fidelity.training.network import Network, export

    network = Network(base, {"talk": ("a", "b", "c")}, ("one",))
    export(network, base, tmp_path)
    encoder = Encoder.load(tmp_path)
    talk = turns("what did you want ?", "school is hard .")
    (window,) = encoder.reader.windows(talk, 1)
    with torch.no_grad():
        expected = network.bert(input_ids=torch.tensor([window.pieces])).last_hidden_state[0].numpy()
    found = encoder._states(window)
    assert found.shape == expected.shape == (len(window.pieces), small_encoder.SIZE)
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.97
    (reading,) = encoder.read(talk, [1])
    assert reading.turn.shape == (2 * small_encoder.SIZE,)
    assert reading.utterances.shape == (1, 2 * small_encoder.SIZE)
    assert np.allclose(reading.turn, reading.utterances[0])  # the turn is its only utterance


def test_weights_are_unsigned_so_that_no_processor_cuts_products_off(base: Path, tmp_path: Path) -> None:
    import onnx

    from fidelity.training.network import Network, export

    export(Network(base, {"talk": ("a", "b", "c")}, ("one",)), base, tmp_path)
    for folder in (tmp_path, find("encoder").folder):
        graph = onnx.load(folder / NETWORK).graph
        kept = {tensor.name: tensor.data_type for tensor in graph.initializer}
        products = [node.input[1] for node in graph.node if node.op_type == "MatMulInteger"]
        assert products
        assert {kept[name] for name in products} == {onnx.TensorProto.UINT8}


def test_a_turn_reads_the_same_whatever_it_is_read_with(trained: Path) -> None:
    encoder = Encoder.load(find("encoder", trained).folder)
    talk = turns("how is school ?", "hard .", "so it is hard . | what did you want ?")
    alone, together = encoder.read(talk, [2]), encoder.read(talk, [0, 1, 2])
    assert (alone[0].utterances == together[2].utterances).all()


def test_tuning_learns(base: Path, data: Path, tmp_path: Path) -> None:
    conversations = prepared(read(data), as_speech=False)
    options = TuneOptions(epochs=6, rate=2e-3, head_rate=1e-2)
    (tuned,) = tune_parts([conversations], tmp_path, base=base, options=options, workers=1, progress=lambda *_: None)
    encoder = Encoder.load(tuned.folder)
    right = total = 0
    for c in conversations[:6]:
        asked = [i for i, t in enumerate(c.turns) if t.speaker == "practitioner"]
        vectors = np.stack([r.turn for r in encoder.read(c.turns, asked)])
        said = tuned.heads["question"].probabilities(vectors)[:, 1] > 0.5
        right += sum(bool(c.gold[i].question) == s for i, s in zip(asked, said, strict=True) if c.corpus == "annomi")
        total += len(asked) if c.corpus == "annomi" else 0
    assert total > 0
    assert right / total > 0.65  # a coin would be right half the time


def test_encoders_that_are_there_are_not_tuned_again(
    data: Path, setting: Setting, trained: Path, tmp_path: Path
) -> None:
    work = setting.work
    assert work is not None
    before = {f: f.stat().st_mtime_ns for f in work.rglob(NETWORK)}
    assert len(before) == 6  # five folds and everything
    train(data, tmp_path, setting=setting)
    assert {f: f.stat().st_mtime_ns for f in work.rglob(NETWORK)} == before
    for name in ("practitioner", "client", "encoder"):
        assert find(name, tmp_path).sha256 == find(name, trained).sha256


# --- an encoder that stays as it is ---


def figures(models: Path) -> dict[str, tuple[float, float]]:
    found = find("practitioner", models).meta["figures"]
    kinds = ("tasks", "as_speech")
    return {f"{c} {t['task']} {k}": (t["macro_f1"], t["kappa"]) for c in found for k in kinds for t in found[c][k]}


def test_words_are_learned_anew_beside_the_encoder_with_the_same_figures(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    """What its folds said was kept, so it need not be there: figures and codes are those of the long way."""
    train(data, tmp_path, setting=Setting(kept=kept(trained), workers=2))
    for name in ("encoder", "readings"):
        assert find(name, tmp_path).sha256 == find(name, trained).sha256
    before, after = figures(trained), figures(tmp_path)
    assert before.keys() == after.keys()
    assert all(after[name] == pytest.approx(before[name], abs=0.02) for name in before)  # kept in half precision
    talk = turns("What worries you most about the school?", "I want to change it, I do.")
    codes = [Coder.load(models).code(talk)[0].utterances[0] for models in (trained, tmp_path)]
    assert codes[0].code == codes[1].code
    assert codes[0].probabilities == pytest.approx(codes[1].probabilities, abs=0.01)


def test_what_is_kept_is_only_for_the_same_words(data: Path, trained: Path) -> None:
    own = kept(trained)
    talk = prepared(read(data), as_speech=False)[0].turns
    assert len(own.readings.read(talk, [0])) == 1
    with pytest.raises(DataError, match="Nothing is kept"):
        own.readings.read((replace(talk[0], text="Something else."), *talk[1:]), [0])


@pytest.fixture
def with_another_encoder(trained: Path, tmp_path: Path) -> Path:
    models = tmp_path / "models"
    shutil.copytree(trained, models)
    folder = find("encoder", models).folder
    meta = json.loads((folder / META).read_text(encoding="utf-8"))
    (folder / META).write_text(json.dumps(meta | {"note": "another"}), encoding="utf-8")
    register("encoder", folder.name, models)
    return models


def test_readings_of_another_encoder_are_refused(with_another_encoder: Path) -> None:
    with pytest.raises(ModelError, match="those of another encoder"):
        kept(with_another_encoder)


def test_damaged_readings_are_refused(tmp_path: Path) -> None:
    (tmp_path / TABLES).write_bytes(b"no table")
    with pytest.raises(ModelError, match="cannot be read"):
        Readings.load(tmp_path)


# --- models that belong together ---


def test_models_with_an_encoder_code(trained: Path) -> None:
    coder = Coder.load(trained)
    assert {use.name for use in coder.models} == {"practitioner", "client", "encoder"}
    coded = coder.code(turns("What worries you most about the school?", "I want to change it, I do."))
    assert sum(coded[0].utterances[0].probabilities.values()) == pytest.approx(1)
    assert coded[0].utterances[0].why
    assert "Two opinions made one" in find("practitioner", trained).card
    assert "fine-tuned" in find("encoder", trained).card


def test_the_encoder_takes_part_in_the_decision(trained: Path) -> None:
    coder = Coder.load(trained)
    talk = turns("Something else entirely.", "Nobody knows.")
    alone = replace(coder, encoder=None).code(talk)
    assert alone[0].behaviour_probabilities != coder.code(talk)[0].behaviour_probabilities


def test_an_encoder_of_other_models_is_refused(with_another_encoder: Path) -> None:
    with pytest.raises(ModelError, match="trained with another encoder"):
        Coder.load(with_another_encoder)


def test_a_damaged_network_is_refused(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(find("encoder", trained).folder, folder)
    (folder / NETWORK).write_bytes(b"not a network")
    assert file_sha256(folder / NETWORK)
    with pytest.raises(ModelError, match="cannot be read"):
        Encoder.load(folder)


# --- two opinions ---


def _table(truth: np.ndarray, belief: float) -> np.ndarray:
    """A table of two classes that gives the true one ``belief``."""
    table = np.full((len(truth), 2), 1 - belief)
    table[np.arange(len(truth)), truth] = belief
    return table


def test_opinions_are_pooled_as_sure_as_they_deserve() -> None:
    truth = np.random.default_rng(0).integers(2, size=400)
    right = np.where(np.arange(400) % 10 == 0, 1 - truth, truth)  # nine in ten
    shy, bold = _table(right, 0.6), _table(right, 0.99)
    weights = np.ones(400)
    for words, vectors in ((shy, shy), (bold, bold), (shy, bold)):
        found = settle([{"head": Seconds(words, vectors, truth, weights)}])["head"]
        assert found.pool(words, vectors).max(axis=1).mean() == pytest.approx(0.9, abs=0.02)


def test_pooling_is_a_mean_of_the_logarithms() -> None:
    pooled = Pooling(0.5, 1.0).pool(np.array([[0.8, 0.2]]), np.array([[0.2, 0.8]]))
    assert pooled == pytest.approx(np.array([[0.5, 0.5]]))
    assert Pooling(0.0, 1.0).pool(np.array([[0.8, 0.2]]), np.array([[0.1, 0.9]])) == pytest.approx(
        np.array([[0.8, 0.2]])
    )
