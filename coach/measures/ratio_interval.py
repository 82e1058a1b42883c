"""How sure the open ratio is: sampling and the annotator's errors together.

The annotator mistakes some acts for others, so the ratio of what it found is not the ratio of what
was said. Its confusion was measured on labelled talk; here it is propagated, as Rogan and Gladen do
for a test with errors, by sampling from the posterior of what was said given what was found.

References
----------
.. [1] Rogan & Gladen (1978), Estimating prevalence from the results of a screening test.
.. [2] Tanner & Wong (1987), The calculation of posterior distributions by data augmentation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coach.errors import InputError
from coach.measurement import Interval

_ACTS = 3
_CHAINS = 800
_STEPS = 20
_SEED = 20
# Jeffreys' prior for each row of the confusion, and a weak one for what was said.
_PRIOR_CONFUSION = 0.5
_PRIOR_SAID = 0.5

Table = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts on labelled talk: a row for each label, a column for each act given.

    Both in the order open question, closed question, other.

    Raises
    ------
    InputError : if it is not three by three, or a count is negative.
    """

    counts: tuple[tuple[int, int, int], ...]

    def __post_init__(self) -> None:
        sizes = [len(row) for row in self.counts]
        if sizes != [_ACTS] * _ACTS or any(count < 0 for row in self.counts for count in row):
            raise InputError(f"Confusion of sizes {sizes}: expected 3 rows of 3 counts, none < 0.")


def open_ratio_interval(
    found: Sequence[int], confusion: Confusion, *, level: float = 0.95, seed: int = _SEED
) -> Interval | None:
    """Interval of the share of open questions among the questions that were really asked.

    Parameters
    ----------
    found : how many open questions, closed questions and other sentences the annotator gave.
    confusion : of that annotator, on labelled talk that it did not learn from.
    level : probability that the interval holds the true share.
    seed : of the simulation; one seed, one result.

    Returns
    -------
    Lowest and highest share, in [0, 1]; None without questions.

    Examples
    --------
    >>> sharp = Confusion(((900, 50, 50), (50, 900, 50), (10, 20, 2000)))
    >>> vague = Confusion(((20, 8, 4), (8, 20, 4), (4, 4, 60)))
    >>> narrow = open_ratio_interval((12, 8, 100), sharp)
    >>> wide = open_ratio_interval((12, 8, 100), vague)
    >>> narrow[1] - narrow[0] < wide[1] - wide[0]
    True
    """
    if found[0] + found[1] == 0:
        return None
    draw = np.random.default_rng(seed)
    given = _rows(draw, np.array(confusion.counts, float) + _PRIOR_CONFUSION)
    said = _said(draw, np.array(found), given)
    share = said[:, 0] / (said[:, 0] + said[:, 1])
    low, high = np.quantile(share, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _rows(draw: np.random.Generator, weights: Table) -> Table:
    """Confusions that the counts allow [shape=(chains, labels, acts given)]."""
    gammas = draw.standard_gamma(weights, size=(_CHAINS, *weights.shape))
    return np.asarray(gammas / gammas.sum(axis=2, keepdims=True))


def _said(draw: np.random.Generator, found: npt.NDArray[np.int64], given: Table) -> Table:
    """Shares of what was said [shape=(chains, acts)], after enough rounds of data augmentation.

    A round deals each found act out to the acts that may lie behind it, then draws the shares anew.
    """
    said = np.tile((found + _PRIOR_SAID) / (found + _PRIOR_SAID).sum(), (_CHAINS, 1))
    for _ in range(_STEPS):
        behind = said[:, :, None] * given
        behind /= behind.sum(axis=1, keepdims=True)
        counts = sum(draw.multinomial(found[act], behind[:, :, act]) for act in range(_ACTS))
        gammas = draw.standard_gamma(counts + _PRIOR_SAID)
        said = np.asarray(gammas / gammas.sum(axis=1, keepdims=True))
    return said
