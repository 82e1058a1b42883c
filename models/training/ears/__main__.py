"""Export the networks that hear voices: ``python -m ears``, with `models/training` on the path.

Reads the pulled weights (``coach models pull segmentation-3.0 campplus``) and writes three ONNX
files and the list of what they were made from. Needs the extras `models` and `train`. That the
files say what torch says is tested: tests/models/test_networks.py.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import torch
from torch import Tensor, nn

from coach_models import weights
from coach_models.networks import MEL_BINS, PRINTS, SEGMENTATION, WIDTH
from coach_models.networks.onnx_networks import EXPORTS, FOLDER
from coach_models.networks.torch_networks import print_network, segmentation_network

_OPSET = 17


class _Function(nn.Module):
    """A function of a network, in the shape that the exporter asks for."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network


class _Segment(_Function):
    def forward(self, samples: Tensor) -> Tensor:
        return self.network(samples.unsqueeze(1)).exp()


class _Trunk(_Function):
    def forward(self, features: Tensor) -> Tensor:
        return self.network.trunk(features)


class _Pool(_Function):
    def forward(self, statistics: Tensor) -> Tensor:
        return self.network.pool(statistics)


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER, help="Folder to write to.")
    folder = parser.parse_args().to
    torch.manual_seed(0)
    segmentation, prints = segmentation_network(), print_network()
    # Names, example inputs, and which axes of inputs and outputs may have any length.
    exports = (
        ("segmentation", SEGMENTATION, _Segment(segmentation), torch.zeros(2, 160_000),
         ({0: "windows"}, {0: "windows"})),
        ("trunk", PRINTS, _Trunk(prints), torch.zeros(2, 300, MEL_BINS),
         ({0: "blocks", 1: "frames"}, {0: "blocks", 2: "halved"})),
        ("pool", PRINTS, _Pool(prints), torch.zeros(2, 2 * WIDTH), ({0: "n"}, {0: "n"})),
    )  # fmt: skip
    lines = ["# Which network is in which file, and what it was made from. Written by the export."]
    for name, model, function, example, (given, found) in exports:
        path = folder / f"{name}.onnx"
        torch.onnx.export(
            function.eval(), (example,), str(path), input_names=["given"], output_names=["found"],
            dynamic_axes={"given": given, "found": found}, opset_version=_OPSET, dynamo=False,
        )  # fmt: skip
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        lines += ["", f"[{name}]", f'sha256 = "{sha256}"', f'weights = "{model}"']
        lines += [f'weights_sha256 = "{weights.sha256(model)}"']
    (folder / EXPORTS).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
