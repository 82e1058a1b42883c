"""What was said, given what an annotator found and how it errs.

An annotator mistakes some acts for others, so the number of what it found is not the number of what
was said. Its errors were counted on labelled talk; here they are propagated, as Rogan and Gladen do
for a test with errors, by sampling from the posterior of what was said given what was found.

References
----------
.. [1] Rogan & Gladen (1978), Estimating prevalence from the results of a screening test.
.. [2] Tanner & Wong (1987), The calculation of posterior distributions by data augmentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from coach.errors import InputError

_CHAINS = 800
_STEPS = 20
_TRIES = 50
SEED = 20
# Jeffreys' prior for each row of the confusion, and a weak one for what was said.
_PRIOR_CONFUSION = 0.5
_PRIOR_SAID = 0.5

Table = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each finding was given for each label.

    Parameters
    ----------
    counts : on labelled talk, a row for each label, a column for each finding.
    weights : for each label, how many labelled examples the errors of a single session are known as
        well as. Errors differ from session to session, so these are less than what was counted;
        None takes the counts as they are.
    is_ordered : of two labels, one holds and the other does not, and the findings go from the
        surest to none: the first is the best evidence and the last the least.

    Raises
    ------
    InputError : if the rows are not of one length, are fewer than two, or a count is negative.
    """

    counts: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...] | None = None
    is_ordered: bool = False

    def __post_init__(self) -> None:
        sizes = {len(row) for row in self.counts}
        is_table = len(sizes) == 1 and len(self.counts) > 1 and 0 not in sizes
        if not is_table or any(count < 0 for row in self.counts for count in row):
            raise InputError(
                f"Confusion of rows with {sorted(sizes)} counts: expected two rows or more of one "
                "length, no count below 0."
            )

    @property
    def used_findings(self) -> list[int]:
        """Places of the findings that were given at all."""
        return [at for at, column in enumerate(zip(*self.counts, strict=True)) if any(column)]

    @property
    def rows(self) -> Table:
        """Dirichlet parameters of the errors [shape=(labels, findings)]."""
        rows = np.array(self.counts, float) + _PRIOR_CONFUSION
        if self.weights is None:
            return rows
        return np.asarray(rows * np.array([self.weights]).T / rows.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Draws:
    """Samples of what was said in a session.

    Parameters
    ----------
    shares : of each label among all that might be said [shape=(samples, labels)].
    counts : of each label in this session [shape=(samples, labels)].
    behind : probability of each label behind a finding [shape=(samples, labels, findings)].
    """

    shares: Table
    counts: Counts
    behind: Table

    def chance(self, label: int, finding: int) -> float:
        """Probability that a label stands behind a finding in this session.

        Parameters
        ----------
        label, finding : positions in the table of errors.

        Returns
        -------
        A probability in [0, 1].
        """
        return float(self.behind[:, label, finding].mean())


@lru_cache(maxsize=64)
def sample_labels(found: tuple[int, ...], confusion: Confusion, *, seed: int = SEED) -> Draws:
    """Sample what was said.

    Parameters
    ----------
    found : how many of each finding the annotator gave.
    confusion : of that annotator, on labelled talk that it did not learn from.
    seed : of the simulation; one seed, one result.

    Examples
    --------
    >>> often = sample_labels((9, 1), Confusion(((90, 10), (10, 90))))
    >>> seldom = sample_labels((1, 9), Confusion(((90, 10), (10, 90))))
    >>> often.chance(0, 0) > seldom.chance(0, 0)
    True
    """
    draw = np.random.default_rng(seed)
    given = _draw_errors(draw, confusion)
    labels = len(confusion.counts)
    amounts = np.array(found)
    shares = np.full((_CHAINS, labels), 1 / labels)
    for _ in range(_STEPS):
        behind = shares[:, :, None] * given
        behind /= behind.sum(axis=1, keepdims=True)
        counts = _deal(draw, amounts, behind)
        gammas = draw.standard_gamma(counts + _PRIOR_SAID)
        shares = np.asarray(gammas / gammas.sum(axis=1, keepdims=True))
    return Draws(shares, counts, behind)


def _draw_errors(draw: np.random.Generator, confusion: Confusion) -> Table:
    """Errors that the counts allow; drawn anew as often as needed where they must be in order."""
    given = _rows(draw, confusion.rows)
    if not confusion.is_ordered:
        return given
    for _ in range(_TRIES):
        wrong = ~_is_in_order(given[:, :, confusion.used_findings])
        if not wrong.any():
            break
        given[wrong] = _rows(draw, confusion.rows)[wrong]
    return given


def _is_in_order(given: Table) -> npt.NDArray[np.bool_]:
    """Where the first finding speaks most for the first label, and the last least."""
    speaks = given[:, 0] / given[:, 1]
    return np.asarray((speaks[:, 0] >= speaks[:, 1]) & (speaks[:, 1] >= speaks[:, -1]))


def _rows(draw: np.random.Generator, weights: Table) -> Table:
    """Confusions that the counts allow [shape=(samples, labels, findings)]."""
    gammas = draw.standard_gamma(weights, size=(_CHAINS, *weights.shape))
    gammas = np.maximum(gammas, np.finfo(float).tiny)
    return np.asarray(gammas / gammas.sum(axis=2, keepdims=True))


def _deal(draw: np.random.Generator, found: Counts, behind: Table) -> Counts:
    """Deal each finding out to the labels that may lie behind it."""
    dealt = [draw.multinomial(amount, behind[:, :, at]) for at, amount in enumerate(found)]
    return np.asarray(sum(dealt))


def middle(samples: npt.ArrayLike, *, level: float = 0.95) -> tuple[float, float, float]:
    """Lower bound, median and upper bound of samples.

    Parameters
    ----------
    samples : of one number [shape=(samples,)].
    level : share of the samples between the bounds, in (0, 1).

    Examples
    --------
    >>> middle([1, 2, 3], level=1)
    (1.0, 2.0, 3.0)
    """
    low, half, high = np.quantile(
        np.asarray(samples, float), [(1 - level) / 2, 0.5, (1 + level) / 2]
    )
    return float(low), float(half), float(high)
