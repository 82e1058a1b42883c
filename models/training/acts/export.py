"""From the trained network to the small file that ships: ONNX, weights in eight bits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from acts.network import Network

_INPUTS = ["ids", "segments", "mask"]
_OUTPUTS = ["acts", "kinds", "listening"]


def export(network: Network, target: Path, *, eight_bits: bool = True) -> None:
    """Write the network for ONNX Runtime.

    Parameters
    ----------
    network : trained, in evaluation mode.
    target : the file to write.
    eight_bits : quantise the weights (activations are quantised as they come); else 32-bit floats.
    """
    example = torch.ones((2, 7), dtype=torch.int64)
    inputs = {name: {0: "sentences", 1: "tokens"} for name in _INPUTS}
    outputs = {name: {0: "sentences"} for name in _OUTPUTS}
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx" if eight_bits else target
        torch.onnx.export(
            network,
            (example, example, example),
            str(plain),
            input_names=_INPUTS,
            output_names=_OUTPUTS,
            dynamic_axes={**inputs, **outputs},
            opset_version=17,
            dynamo=False,
        )
        if eight_bits:
            quantize_dynamic(plain, target, weight_type=QuantType.QInt8, per_channel=True)
