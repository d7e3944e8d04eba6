"""Learning a calibration from a service's own sessions: what it learns, when it learns nothing, and what it refuses."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fidelity.classify import Coder
from fidelity.classify.decode import best
from fidelity.classify.local import FILE, Adjusted, Local, in_use, load
from fidelity.classify.practitioner import BEHAVIOUR
from fidelity.cli import main
from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.conversation import CodedTurn, CodedUtterance, Turn, Utterance
from fidelity.errors import DataError, OutputError
from fidelity.hand.coding import HeardTurn, Parse
from fidelity.hand.package import Package, PackagedCoding
from fidelity.training.double_coded import read_packages, sessions, used
from fidelity.training.local import Trial, left_out, train_local, tried
from fidelity.training.local_card import card
from fidelity.training.local_fit import unchanged
from fidelity.training.written import read_written

Coded = list[tuple[str, tuple[CodedTurn, ...]]]
Codes = Callable[[CodedUtterance], str]


@pytest.fixture(scope="module", autouse=True)
def _remembered() -> Iterator[None]:
    """The models read the same turns many times here: each is read once, whichever coder asks."""
    read, kept = Coder.verdicts, dict[Any, Any]()

    def verdicts(self: Coder, turns: Sequence[Turn], only: Any = None, known: Any = None) -> Any:
        key = (tuple(turns), only, self.options, tuple(use for use in self.models if use.name != "calibration"))
        if key not in kept:
            kept[key] = read(self, turns, only, known)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Coder, "verdicts", verdicts)
        yield


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


@pytest.fixture(scope="module")
def coded(coder: Coder) -> Coded:
    """Some written conversations as the machine codes them."""
    wanted = [c for c in read_written() if not c.held_out and not c.pair][:10]
    found = []
    for c in wanted:
        turns = tuple(
            replace(t, utterances=tuple(replace(u, text=" ".join(u.text.split())) for u in t.utterances))
            for t in c.turns[:24]
        )
        turns = tuple(replace(t, text=" ".join(u.text for u in t.utterances)) for t in turns)
        found.append((c.id, coder.code(turns)))
    return found


def package(name: str, turns: tuple[CodedTurn, ...], codes: Codes, coders: tuple[str, ...] = ("A", "B")) -> Package:
    heard = tuple(HeardTurn(n=t.n, speaker=t.speaker, text=t.text) for t in turns)
    parses: dict[int, Parse] = {}
    for t in turns:
        parse, word = [], 0
        for u in t.utterances:
            parse.append((word, codes(u)))
            word += len(u.text.split())
        parses[t.n] = tuple(parse)
    return Package(
        title=name, turns=heard, codings=tuple(PackagedCoding(coder=c, kind="own", parses=parses) for c in coders)
    )


def as_machine(said: CodedUtterance) -> str:
    return said.code or "NC"


def biased(said: CodedUtterance) -> str:
    """Coders who draw two lines elsewhere: complex reflections and change talk begin sooner for them."""
    if said.code == "SR" and said.probabilities["CR"] > 0.05:
        return "CR"
    return "change" if said.code == "neutral" and said.probabilities["change"] > 0.15 else as_machine(said)


def packed(coded: Coded, codes: Codes) -> list[tuple[str, Package]]:
    return [(name, package(name, turns, codes)) for name, turns in coded]


@pytest.fixture(scope="module")
def folder(coded: Coded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("codings")
    for k, (_, one) in enumerate(packed(coded, biased)):
        (place / f"{k}.json").write_text(one.to_json(), encoding="utf-8")
    return place


@dataclass(frozen=True)
class Made:
    """What the command made of the biased coders' files, what it printed, and the trial behind it."""

    out: Path
    printed: str
    trial: Trial


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    out, trials, printed = tmp_path_factory.mktemp("made") / "own", list[Trial](), io.StringIO()

    def kept_trial(*given: Any, **more: Any) -> Trial:
        trials.append(tried(*given, **more))
        return trials[-1]

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr("fidelity.training.local.tried", kept_trial)
        assert main(["train", "--local", "--data", str(folder), "--out", str(out)]) == 0
    return Made(out, printed.getvalue(), trials[0])


@pytest.fixture(scope="module")
def moved(made: Made) -> Trial:
    return made.trial


def test_a_bias_of_the_coders_is_learned_and_helps_on_sessions_it_has_not_seen(moved: Trial) -> None:
    offsets = moved.local.speakers["practitioner"].offsets
    assert offsets["CR"] - offsets["SR"] > 0.5
    client = moved.local.speakers["client"].offsets
    assert client["change"] - client["neutral"] > 0.3
    assert moved.local.better
    assert not moved.reasons
    for before, after in zip(moved.before.tasks, moved.after.tasks, strict=True):
        assert before.n == after.n > 100
        assert after.kappa > before.kappa


def test_nothing_is_put_to_use_where_codes_are_as_likely_as_the_machine_says(coder: Coder, coded: Coded) -> None:
    drawn = random.Random(6)

    def as_likely(said: CodedUtterance) -> str:
        return drawn.choices(list(said.probabilities), list(said.probabilities.values()))[0]

    trial = tried(sessions(packed(coded, as_likely), coder), coder)
    unmoved = all(a == unchanged(speaker) for speaker, a in trial.local.speakers.items())
    assert unmoved or not trial.local.better


def test_a_speaker_who_came_out_worse_is_left_alone_where_the_other_did_not(moved: Trial) -> None:
    assert left_out(moved.before, moved.after) == {}
    theirs, own = ({f.task: f for f in figures.tasks} for figures in (moved.before, moved.after))
    fell = replace(own["client"], kappa=theirs["client"].kappa - 0.05)
    told = f"The client's kappa fell from {theirs['client'].kappa:.3f} to {fell.kappa:.3f}."
    assert left_out(moved.before, replace(moved.after, tasks=(own["practitioner"], fell))) == {"client": [told]}
    both = replace(own["practitioner"], macro_f1=theirs["practitioner"].macro_f1 - 0.05)
    assert left_out(moved.before, replace(moved.after, tasks=(both, fell))) == {}  # then all of it is no better


def test_whoever_is_left_alone_is_as_shipped_and_the_card_says_why(
    coder: Coder, coded: Coded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fidelity.training.local.left_out", lambda *_figures: {"client": ["It fell."]})
    found = sessions(packed(coded, biased), coder)
    trial = tried(found, coder)
    assert trial.local.speakers["client"] == unchanged("client")
    assert trial.local.speakers["practitioner"] != unchanged("practitioner")
    assert trial.local.better
    before, after = ({f.task: f for f in figures.tasks} for figures in (trial.before, trial.after))
    assert after["client"] == before["client"]
    assert after["practitioner"].kappa > before["practitioner"].kappa
    text = card(trial.local, trial.before, trial.after, trial.reasons, found, left=trial.left)
    assert "It can be put to use. The client's codes are left as they are. It fell." in text
    wanted = tried(found, coder, anyway=True)
    assert wanted.local.speakers["client"] != unchanged("client")
    assert wanted.left == ()


@pytest.mark.parametrize("more", [["--all"], ["--keep-encoder"], ["--work", "x"], ["--workers", "2"]])
def test_options_of_training_models_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert main(["train", "--local", "--data", str(folder), "--out", str(tmp_path / "o"), *more]) == 2
    assert "goes without --all, --keep-encoder, --work and --workers" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_the_agreed_coding_counts_alone_and_one_coder_is_not_enough(coded: Coded) -> None:
    one = package(*coded[0], as_machine)
    agreed = replace(one.codings[0], coder="both", kind="agreed")
    assert used(replace(one, codings=(*one.codings, agreed))) == (agreed,)
    assert used(one) == one.codings
    assert used(replace(one, codings=one.codings[:1])) == ()


def test_too_few_sessions_are_refused_in_words(coder: Coder, coded: Coded) -> None:
    packages = packed(coded, as_machine)
    with pytest.raises(DataError, match="9 double-coded sessions among 9 files, and it takes at least 10"):
        sessions(packages[:9], coder)
    same = [("one", p) for _, p in packages]
    with pytest.raises(DataError, match="There are 1 double-coded"):
        sessions(same, coder)


def test_sessions_with_one_code_throughout_are_refused(coder: Coder, coded: Coded) -> None:
    def one(said: CodedUtterance) -> str:
        return "neutral" if said.code in CLIENT else as_machine(said)

    with pytest.raises(DataError, match="the client has only the code “neutral”"):
        sessions(packed(coded, one), coder)


def test_files_that_are_broken_or_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file of double-coded sessions"):
        read_packages([tmp_path])
    (tmp_path / "half.json").write_text('{"title": "x"', encoding="utf-8")
    with pytest.raises(DataError, match=r"half\.json.*not whole"):
        read_packages([tmp_path])
    with pytest.raises(DataError, match="cannot be read"):
        read_packages([tmp_path / "none.json"])


def test_the_same_conversation_under_two_titles_is_one_group(tmp_path: Path, coded: Coded) -> None:
    for name in ("a", "b"):
        text = package(name, coded[0][1], as_machine).to_json()
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    assert [name for name, _ in read_packages([tmp_path])] == ["a", "a"]


def test_codes_stand_as_they_were_learned_and_the_turn_is_what_one_of_them_bears_out(
    coder: Coder, coded: Coded
) -> None:
    """A flat calibration once let turns, which nothing was learned of, take the calibrated codes back."""
    offsets = {**dict.fromkeys(PRACTITIONER, -1.0), "NC": 1.5, "OQ": 1.7, "SR": 1.1, "GI": 1.4}
    speakers = {
        "practitioner": Adjusted(0.46, offsets),
        "client": Adjusted(0.5, {"change": 1.0, "sustain": 1.0, "neutral": 0.0}),
    }
    own, moved = Local({}, speakers), 0
    for _, turns in coded:
        plain = tuple(_plain(turn) for turn in turns)
        for i, (before, _) in coder.verdicts(plain).items():
            speaker = turns[i].speaker
            after = own.verdict(speaker, before)
            for u, was in zip(after.utterances, before.utterances, strict=True):
                assert u.probabilities == speakers[speaker].probabilities(was.probabilities)
            codes = [best(u.probabilities) for u in after.utterances]
            moved += codes != [best(u.probabilities) for u in before.utterances]
            assert after.behaviour in {BEHAVIOUR.get(code, code) for code in codes}
            assert after.behaviour == best(after.behaviour_probabilities)
            assert sum(after.behaviour_probabilities.values()) == pytest.approx(1)
    assert moved > 20


def _plain(turn: CodedTurn) -> Turn:
    said = tuple(Utterance(u=u.u, text=u.text, start=u.start, end=u.end) for u in turn.utterances)
    return Turn(n=turn.n, speaker=turn.speaker, text=turn.text, start=turn.start, end=turn.end, utterances=said)


def test_it_is_never_written_among_the_models(tmp_path: Path) -> None:
    from fidelity.artefacts import MODELS

    with pytest.raises(OutputError, match="where the models are kept"):
        train_local([tmp_path], MODELS / "local")
    assert not (MODELS / "local").exists()


def test_the_card_names_measures_that_came_out_farther(made: Made, coder: Coder, coded: Coded) -> None:
    trial, found = made.trial, sessions(packed(coded, biased), coder)
    measure, was = next((m, d) for m, d in trial.before.distance.items() if d)
    assert trial.after.distance.keys() == trial.before.distance.keys()
    for now, named in ((was * 1.05, False), (was * 1.2, True)):
        after = replace(trial.after, distance={**trial.before.distance, measure: now})
        text = card(trial.local, trial.before, after, (), found)
        told = f"Farther from what humans counted than without it: {measure} ({was:.2f}, now {now:.2f})."
        assert (told in text) is named
    exact = replace(trial.before, distance={measure: 0.0})
    assert "Farther" not in card(trial.local, exact, exact, (), found)


def test_on_the_command_line(made: Made, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = made.out
    assert "Better than the models alone" in made.printed
    assert "| practitioner |" in made.printed
    assert "| distance from it before | after |" in made.printed
    assert (out / "README.md").read_text(encoding="utf-8") in made.printed
    first = (out / FILE).read_bytes()
    assert load(out, in_use()).sessions == 10
    assert main(["models", "--calibration", str(out)]) == 0
    assert "10 sessions" in capsys.readouterr().out
    transcript = tmp_path / "t.csv"
    transcript.write_text("speaker,text\npractitioner,What worries you?\nclient,I want to stop.\n", encoding="utf-8")
    assert main(["code", str(transcript), "--calibration", str(out)]) == 0
    assert "local calibration" in capsys.readouterr().out
    assert main(["code", str(transcript), "--calibration", str(folder)]) == 2
    assert "There is no local calibration" in capsys.readouterr().err
    assert (out / FILE).read_bytes() == first
    assert {path.name for path in out.iterdir()} == {FILE, "README.md"}  # nothing half written


def test_utterances_are_parsed_as_the_coders_did(coder: Coder, coded: Coded) -> None:
    found = sessions(packed(coded, as_machine), coder)
    name, turns = coded[0]
    mine = next(s for s in found if s.group == name)
    said = [u for t in turns if t.speaker == "practitioner" for u in t.utterances]
    assert len(mine.rows["practitioner"].truth) == 2 * len(said)
    assert mine.rows["practitioner"].weights.sum() == pytest.approx(len(said))
    assert isinstance(mine.parsed[0].turns[0].utterances[0], Utterance)
