"""The coder: turns with utterances in, coded turns out. What stands behind it can be exchanged."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fidelity.classify import client, heads, local, practitioner
from fidelity.classify.decode import Probabilities, best
from fidelity.classify.encoder import FORMAT, Encoder, Reads
from fidelity.classify.heads import Model
from fidelity.classify.local import Local
from fidelity.classify.practitioner import CodedSample, Verdict
from fidelity.classify.why import Explainer
from fidelity.codebook import ALWAYS_SUGGESTED
from fidelity.config import CodingOptions
from fidelity.conversation import Behaviour, CodedTurn, CodedUtterance, ModelUse, Turn, Utterance
from fidelity.errors import ModelError

if TYPE_CHECKING:
    from fidelity.artefacts import Artefact


_ROLES = {"practitioner": "practitioner codes", "client": "client codes", "encoder": "reading for both"}


@dataclass(frozen=True, slots=True)
class Coder:
    """Codes conversations. Make one with ``load``."""

    practitioner: Model
    client: Model
    encoder: Reads | None = None
    models: tuple[ModelUse, ...] = ()
    options: CodingOptions = field(default_factory=CodingOptions)
    local: Local | None = None

    @classmethod
    def load(
        cls, models: Path | None = None, options: CodingOptions | None = None, calibration: Path | None = None
    ) -> Coder:
        """The coder with the models of a folder, by default those that come with the project.

        ``calibration`` is the folder of a service's own calibration; one that belongs to other models is refused.
        """
        from fidelity.artefacts import find

        found = [find(name, models) for name in ("practitioner", "client")]
        practitioner_codes, client_codes = found
        for artefact in found:
            _check(artefact, heads.FORMAT)
        encoder = None
        name = practitioner_codes.meta.get("encoder")
        if name:
            read_by = find(name["name"], models)
            _check(read_by, FORMAT)
            if read_by.sha256 != name["sha256"] or client_codes.meta.get("encoder") != name:
                raise ModelError(
                    "The coding models were trained with another encoder than the one that is installed. Install the "
                    "models that belong together."
                )
            encoder = Encoder.load(read_by.folder)
            found.append(read_by)
        plain = cls(
            Model.load(practitioner_codes.folder),
            Model.load(client_codes.folder),
            encoder,
            tuple(artefact.use(_ROLES[artefact.name]) for artefact in found),
            options or CodingOptions(),
        )
        return plain if calibration is None else plain.calibrated(calibration)

    def calibrated(self, folder: Path) -> Coder:
        """The same models with the calibration that is in a folder now; of another one nothing is left.

        Raises:
            ModelError: it cannot be used with these models.
        """
        models = tuple(use for use in self.models if self.local is None or use != self.local.use())
        own = local.load(folder, {use.name: use.sha256 for use in models})
        return replace(self, models=(*models, own.use()), local=own)

    def code(
        self,
        turns: Sequence[Turn],
        only: Container[int] | None = None,
        known: Mapping[int, Probabilities] | None = None,
    ) -> tuple[CodedTurn, ...]:
        """Every turn with its codes, one to one. The turns must have their utterances.

        The turns around a turn are taken into account, also those after it, and for what the practitioner does all of
        hers. People who are neither practitioner nor client get no code, nor do turns whose position is not in
        ``only``, if that is given. What other turns of the practitioner's mainly do may be ``known`` from an earlier
        coding, by position: they are not read again, so that one turn of an hour takes no longer than one of a minute.
        """
        return self.coded(turns, self.verdicts(turns, only, known))

    def verdicts(
        self,
        turns: Sequence[Turn],
        only: Container[int] | None = None,
        known: Mapping[int, Probabilities] | None = None,
    ) -> dict[int, tuple[Verdict, Explainer]]:
        """What the models say of each turn, by its position, before any calibration of a service's own."""
        verdicts: dict[int, tuple[Verdict, Explainer]] = {}
        for speaker, model in (("practitioner", self.practitioner), ("client", self.client)):
            own = [i for i, turn in enumerate(turns) if turn.speaker == speaker and turn.utterances]
            wanted = [i for i in own if only is None or i in only]
            left = [i for i in own if only is not None and i not in only] if wanted and model.flow else []
            others = {i: (known or {}).get(i) for i in left}
            read = sorted([*wanted, *(i for i, p in others.items() if p is None)])
            explainer = Explainer(model, speaker)
            readings = self.encoder.read(turns, read) if self.encoder else None
            if speaker == "client":
                judged = client.judge(model, turns, read, self.options, readings)
            else:
                settled = {i: p for i, p in others.items() if p is not None}
                judged = practitioner.judge(model, turns, read, self.options, readings, settled)
            found = dict(zip(read, judged, strict=True))
            verdicts |= {i: (found[i], explainer) for i in wanted}
        return verdicts

    def coded(
        self, turns: Sequence[Turn], verdicts: Mapping[int, tuple[Verdict, Explainer]], *, explain: bool = True
    ) -> tuple[CodedTurn, ...]:
        """Every turn with the codes that the verdicts come to, calibrated where a service has its own calibration.

        Without ``explain`` no utterance says why, which is quicker.
        """
        return tuple(self._coded(turn, verdicts.get(i), explain) for i, turn in enumerate(turns))

    def _coded(self, turn: Turn, found: tuple[Verdict, Explainer] | None, explain: bool) -> CodedTurn:
        utterances: tuple[CodedUtterance, ...]
        if found is None:
            behaviour, probabilities = None, {}
            utterances = tuple(CodedUtterance(u=u.u, text=u.text, start=u.start, end=u.end) for u in turn.utterances)
        else:
            verdict, explainer = found
            if self.local is not None:
                verdict = self.local.verdict(turn.speaker, verdict)
            behaviour, probabilities = cast(Behaviour, verdict.behaviour), _rounded(verdict.behaviour_probabilities)
            utterances = tuple(
                self._utterance(u, coded, explainer if explain else None)
                for u, coded in zip(turn.utterances, verdict.utterances, strict=True)
            )
        return CodedTurn(
            n=turn.n,
            speaker=turn.speaker,
            text=turn.text,
            start=turn.start,
            end=turn.end,
            voice=turn.voice,
            certainty=turn.certainty,
            behaviour=behaviour,
            behaviour_probabilities=probabilities,
            words=turn.words,
            utterances=utterances,
        )

    def _utterance(self, utterance: Utterance, coded: CodedSample, explainer: Explainer | None) -> CodedUtterance:
        code = best(coded.probabilities)
        sure = coded.probabilities[code] >= self.options.confident and code not in ALWAYS_SUGGESTED
        return CodedUtterance(
            u=utterance.u,
            text=utterance.text,
            start=utterance.start,
            end=utterance.end,
            code=code,
            probabilities=_rounded(coded.probabilities),
            status="confident" if sure else "suggested",
            why=explainer.why(coded, code) if explainer else "",
        )


def _check(artefact: Artefact, form: str) -> None:
    if artefact.meta.get("format") != form:
        raise ModelError(
            f"The model {artefact.name} {artefact.version} was made for another version of Changetalk "
            f"({artefact.meta.get('format')}; this one reads {form}). Install the models that belong to it."
        )


def _rounded(p: dict[str, float]) -> dict[str, float]:
    """Six decimals, the likeliest taking up the rest so that they sum to one."""
    rounded = {key: round(value, 6) for key, value in p.items()}
    top = best(p)
    rounded[top] = round(rounded[top] + 1 - sum(rounded.values()), 6)
    return rounded
