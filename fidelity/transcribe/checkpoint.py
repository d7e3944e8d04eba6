"""Reads CTranslate2 Whisper weights into OpenAI's model, so both engines can share one file.

CTranslate2 stores a flat list of named arrays, with the query, key and value projections of an attention
joined into one. OpenAI's model wants them apart, and has no bias on the key.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fidelity.errors import ModelError

if TYPE_CHECKING:
    from numpy import generic
    from numpy.typing import NDArray

_SPEC = "WhisperSpec"
_DTYPES = {0: "f4", 1: "i1", 2: "i2", 3: "i4", 4: "f2"}  # CTranslate2's type numbers


def read_variables(path: Path) -> dict[str, NDArray[generic]]:
    """All arrays of a CTranslate2 ``model.bin`` by name. Raises ``ModelError`` if it is not Whisper's."""
    import numpy as np

    def number(kind: str) -> int:
        return int(struct.unpack(f"<{kind}", file.read(struct.calcsize(kind)))[0])

    def text(file: BinaryIO) -> str:
        return file.read(number("H"))[:-1].decode()

    try:
        with path.open("rb") as file:
            number("I")  # version of the container
            if text(file) != _SPEC:
                raise ModelError(f"{path} does not hold a Whisper model.")
            number("I")  # revision of the specification
            variables = {}
            for _ in range(number("I")):
                name = text(file)
                shape = [number("I") for _ in range(number("B"))]
                dtype = np.dtype(_DTYPES[number("B")])
                variables[name] = np.frombuffer(file.read(number("I")), dtype=dtype).reshape(shape)
    except (struct.error, UnicodeDecodeError, KeyError, ValueError) as error:
        raise ModelError(f"{path} is damaged or not a CTranslate2 model.") from error
    return variables


def whisper_from_converted(folder: Path) -> Any:
    """OpenAI's ``Whisper`` with the weights of a CTranslate2 folder, alignment heads set."""
    import torch
    from whisper.model import ModelDimensions, Whisper

    raw = read_variables(folder / "model.bin")
    if any(array.dtype == "i1" and array.ndim == 2 for array in raw.values()):
        raise ModelError(f"The weights in {folder} are int8; the openai-whisper engine needs float weights.")
    weights = {name: torch.tensor(array.astype("f4")) for name, array in raw.items() if array.ndim}
    heads = {part: int(raw[f"{part}/num_heads"]) for part in ("encoder", "decoder")}
    layers = {
        part: sum(name.startswith(f"{part}/") and name.endswith("/ffn/linear_0/weight") for name in raw)
        for part in heads
    }
    width = weights["encoder/conv1/weight"].shape[0]
    model = Whisper(
        ModelDimensions(
            n_mels=weights["encoder/conv1/weight"].shape[1],
            n_audio_ctx=weights["encoder/position_encodings/encodings"].shape[0],
            n_audio_state=width,
            n_audio_head=heads["encoder"],
            n_audio_layer=layers["encoder"],
            n_vocab=weights["decoder/embeddings/weight"].shape[0],
            n_text_ctx=weights["decoder/position_encodings/encodings"].shape[0],
            n_text_state=width,
            n_text_head=heads["decoder"],
            n_text_layer=layers["decoder"],
        )
    )
    model.load_state_dict(_state(weights, layers))
    pairs = json.loads((folder / "config.json").read_text())["alignment_heads"]
    mask = torch.zeros(layers["decoder"], heads["decoder"], dtype=torch.bool)
    for layer, head in pairs:
        mask[layer, head] = True
    model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    return model.eval()


def _state(weights: dict[str, Any], layers: dict[str, int]) -> dict[str, Any]:
    state = {
        "encoder.positional_embedding": weights["encoder/position_encodings/encodings"],
        "decoder.positional_embedding": weights["decoder/position_encodings/encodings"],
        "decoder.token_embedding.weight": weights["decoder/embeddings/weight"],
        **_norm(weights, "encoder/layer_norm", "encoder.ln_post"),
        **_norm(weights, "decoder/layer_norm", "decoder.ln"),
    }
    for conv in ("conv1", "conv2"):
        for kind in ("weight", "bias"):
            state[f"encoder.{conv}.{kind}"] = weights[f"encoder/{conv}/{kind}"]
    for part, count in layers.items():
        for n in range(count):
            here, there = f"{part}/layer_{n}", f"{part}.blocks.{n}"
            state |= _attention(weights, f"{here}/self_attention", f"{there}.attn", fused=("query", "key", "value"))
            if part == "decoder":
                state |= _attention(weights, f"{here}/attention", f"{there}.cross_attn", fused=("key", "value"))
            state |= _norm(weights, f"{here}/ffn/layer_norm", f"{there}.mlp_ln")
            for source, target in (("linear_0", "mlp.0"), ("linear_1", "mlp.2")):
                for kind in ("weight", "bias"):
                    state[f"{there}.{target}.{kind}"] = weights[f"{here}/ffn/{source}/{kind}"]
    return state


def _norm(weights: dict[str, Any], here: str, there: str) -> dict[str, Any]:
    return {f"{there}.weight": weights[f"{here}/gamma"], f"{there}.bias": weights[f"{here}/beta"]}


def _attention(weights: dict[str, Any], here: str, there: str, *, fused: tuple[str, ...]) -> dict[str, Any]:
    """Split the joined projections. Cross attention keeps its query apart, in the first linear."""
    state = _norm(weights, f"{here}/layer_norm", f"{there}_ln")
    linears = [fused, ("out",)] if "query" in fused else [("query",), fused, ("out",)]
    for index, names in enumerate(linears):
        for kind in ("weight", "bias"):
            chunks = weights[f"{here}/linear_{index}/{kind}"].chunk(len(names))
            for name, chunk in zip(names, chunks, strict=True):
                if not (name == "key" and kind == "bias"):
                    state[f"{there}.{name}.{kind}"] = chunk.clone()
    return state
