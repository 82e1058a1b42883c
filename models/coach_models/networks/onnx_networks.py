"""The networks on the CPU: ONNX Runtime on the files that `models/training/ears` exported."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path

import onnxruntime
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from coach.analysis.recognition import PRINTS as PRINTS_TASK
from coach.conversation import ModelUsed
from coach.errors import ModelUnavailable
from coach_models.networks import PRINTS, SEGMENTATION, Networks, Values

FOLDER = Path(__file__).parent
EXPORTS = "exports.toml"


@dataclass(frozen=True)
class ExportedFile:
    """A file and what it was made from.

    Parameters
    ----------
    sha256 : of the file.
    weights : the model whose weights are in it.
    weights_sha256 : what `coach_models.weights.sha256` says of that model.
    """

    sha256: str
    weights: str
    weights_sha256: str


def load(folder: Path = FOLDER, *, threads: int = 1) -> Networks:
    """Load the networks.

    Parameters
    ----------
    folder : of the files; those that ship with the package when not given.
    threads : of each network; more than one make a busy machine slower, not faster.

    Raises
    ------
    ModelUnavailable : if a file is missing, or is not what was exported.
    """
    exports = read_exports(folder)
    of = {export.weights: export.weights_sha256 for export in exports.values()}
    return Networks(
        _function(folder, exports, "segmentation", threads),
        _function(folder, exports, "trunk", threads),
        _function(folder, exports, "pool", threads),
        (
            ModelUsed("diarization", SEGMENTATION, of[SEGMENTATION]),
            ModelUsed(PRINTS_TASK, PRINTS, of[PRINTS]),
        ),
    )


def read_exports(folder: Path = FOLDER) -> dict[str, ExportedFile]:
    """Read which files there are, by the name of the network.

    Raises
    ------
    ModelUnavailable : if the list is missing or damaged.
    """
    try:
        values = tomllib.loads((folder / EXPORTS).read_text("utf-8"))
        return TypeAdapter(dict[str, ExportedFile]).validate_python(values)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"The list of networks in {folder} cannot be read. {_AGAIN}"
        ) from error


def _function(
    folder: Path, exports: dict[str, ExportedFile], name: str, threads: int
) -> Callable[[Values], Values]:
    path = folder / f"{name}.onnx"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.enable_cpu_mem_arena = False  # it keeps the peak of every shape that it has seen
    options.log_severity_level = 3
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"The network {path} cannot be read. {_AGAIN}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != exports[name].sha256:
        raise ModelUnavailable(
            f"The network {path} has sha256 {found}, expected {exports[name].sha256}. {_AGAIN}"
        )
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()

    def run(values: Values) -> Values:
        result: Values = session.run(None, {given.name: values})[0]
        return result

    return run


_AGAIN = "It comes with the package: install listening-coach again."
