"""The trained network, run by ONNX Runtime on the CPU: text in, logits out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from coach.errors import ModelUnavailable
from coach_models.annotation.encoding import Batch, SentenceInContext, encode

Logits = npt.NDArray[np.float32]

NETWORK, TOKENIZER = "network.onnx", "tokenizer.json"
_BATCH = 32

Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Scores:
    """Logits of sentences [each: shape=(sentences, labels), float32], in the order of encoding."""

    acts: Logits
    kinds: Logits
    listening: Logits


class Classifier:
    """The encoder with its heads.

    Parameters
    ----------
    folder : holds the network and its tokeniser.
    threads : of ONNX Runtime; one process mostly runs several stages, so one is the default.

    Raises
    ------
    ModelUnavailable : if a file is missing or cannot be loaded.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._session = onnxruntime.InferenceSession(
                str(folder / NETWORK), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise ModelUnavailable(
                f"The act classifier in {folder} cannot be loaded ({error}). It comes with the "
                "package: install listening-coach anew."
            ) from error

    def score(self, heard: Sequence[SentenceInContext]) -> Scores:
        """Score sentences in their context."""
        parts = _run_by_length(heard, len, self._score_batch)
        rows = list(zip(*parts, strict=True)) if parts else [(), (), ()]
        acts, kinds, listening = (np.array(row, np.float32) for row in rows)
        return Scores(acts, kinds, listening)

    def _score_batch(self, heard: Sequence[SentenceInContext]) -> list[tuple[Logits, ...]]:
        batch = encode(heard, self._tokenizer)
        return list(zip(*self._run(batch, ["acts", "kinds", "listening"]), strict=True))

    def _run(self, batch: Batch, outputs: list[str]) -> list[Logits]:
        found: list[Logits] = self._session.run(outputs, batch.feed())
        return found


def _run_by_length(
    items: Sequence[Item],
    length: Callable[[Item], int],
    run: Callable[[Sequence[Item]], list[Found]],
) -> list[Found]:
    """Run in batches of similar length, which pads least; results in the order given."""
    order = sorted(range(len(items)), key=lambda i: length(items[i]))
    found: dict[int, Found] = {}
    for at in range(0, len(order), _BATCH):
        chosen = order[at : at + _BATCH]
        found.update(zip(chosen, run([items[i] for i in chosen]), strict=True))
    return [found[i] for i in range(len(items))]
