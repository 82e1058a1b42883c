"""Find the ends of sentences in words without punctuation: a linear tagger.

It looks at three words before and three after each gap, hashed into one table of weights
(Weinberger et al. 2009); it needs no network and reads 60,000 words a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from coach.errors import ModelUnavailable

FILE = "ends.npz"
SIZE = 2**18
_EDGE = "|"
_FAR = 6

Logits = npt.NDArray[np.float64]


def gaps(words: Sequence[str]) -> Iterator[list[int]]:
    """Features of the gap after each word but the last, as places in the table.

    Parameters
    ----------
    words : bare: lower case, no marks.
    """
    padded = [_EDGE] * 2 + list(words) + [_EDGE] * 3
    for at in range(len(words) - 1):
        a, b, c, d, e, f = padded[at : at + 6]
        last, rest = min(at, _FAR), min(len(words) - at - 2, _FAR)
        yield [
            crc32(feature.encode()) % SIZE
            for feature in (
                f"a {a}", f"b {b}", f"c {c}", f"d {d}", f"e {e}", f"f {f}", f"bc {b} {c}",
                f"cd {c} {d}", f"de {d} {e}", f"ef {e} {f}", f"bcd {b} {c} {d}",
                f"cde {c} {d} {e}", f"def {d} {e} {f}", f"last {last}", f"rest {rest}",
            )
        ]  # fmt: skip


class Ends:
    """The tagger.

    Parameters
    ----------
    weights : one for each place of the table [shape=(SIZE,)].
    bias : added to every sum.
    """

    def __init__(self, weights: npt.NDArray[np.float32], bias: float) -> None:
        self.weights = weights
        self.bias = bias

    def __call__(self, words: Sequence[str]) -> Logits:
        """Score each gap: log-odds that a sentence ends there [shape=(len(words) - 1,)]."""
        if len(words) < 2:
            return np.zeros(0)
        places = np.array(list(gaps(words)))
        return np.asarray(self.weights[places].sum(axis=1, dtype=float) + self.bias)


def read_ends(folder: Path) -> Ends:
    """Read the weights that ship.

    Raises
    ------
    ModelUnavailable : if the file is missing or is not what training writes.
    """
    try:
        with np.load(folder / FILE) as stored:
            return Ends(stored["weights"].astype(np.float32), float(stored["bias"]))
    except (OSError, KeyError, ValueError) as error:
        raise ModelUnavailable(
            f"{folder / FILE} cannot be used: expected the weights of the sentence tagger, which "
            "come with the package. Install listening-coach anew."
        ) from error
