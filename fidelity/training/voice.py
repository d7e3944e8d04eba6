"""Converts the speaker encoder's published weights into the file ``fidelity.voice`` reads.

``python -m fidelity.training.voice PRETRAINED.pt OUT.npz``. Needs torch; running the encoder does not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fidelity.errors import ModelError
from fidelity.voice import LAYERS, SHAPES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def convert(pretrained: Path) -> dict[str, NDArray[np.float16]]:
    """The tensors of a Resemblyzer checkpoint that the encoder needs, in half precision.

    Half precision halves the file and moves no vector of read speech by more than a millionth in cosine.
    The two bias vectors of each layer are only ever added, so they are stored as their sum.
    """
    import numpy as np
    import torch

    try:
        state = torch.load(pretrained, map_location="cpu", weights_only=True)["model_state"]
        tensors = {name: value.numpy().astype(np.float64) for name, value in state.items()}
        for layer in range(LAYERS):
            tensors[f"lstm.bias_l{layer}"] = tensors[f"lstm.bias_ih_l{layer}"] + tensors[f"lstm.bias_hh_l{layer}"]
        return {name: tensors[name].astype(np.float16) for name in SHAPES}
    except Exception as error:  # torch raises many kinds for a wrong file; all mean the same to the user
        raise ModelError(
            f"{pretrained} is not a Resemblyzer checkpoint. Give the pretrained.pt of its package."
        ) from error


def main(arguments: list[str]) -> int:
    """Convert the checkpoint named first into the file named second."""
    import numpy as np

    if len(arguments) != 2:
        sys.stderr.write("usage: python -m fidelity.training.voice PRETRAINED.pt OUT.npz\n")
        return 2
    try:
        weights = convert(Path(arguments[0]))
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    np.savez_compressed(Path(arguments[1]), allow_pickle=False, **weights)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
