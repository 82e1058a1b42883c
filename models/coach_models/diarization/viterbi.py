"""Find the best sequence of two states."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def decode_two_states(
    evidence: npt.NDArray[np.float64], prices: npt.NDArray[np.float64]
) -> npt.NDArray[np.int8]:
    """Find the states (0 or 1) with the most evidence, minus the price of every change.

    Parameters
    ----------
    evidence : for state 0 where positive, for state 1 where negative [shape=(n,)].
    prices : of changing the state before each place [shape=(n,)].

    Examples
    --------
    >>> decode_two_states(np.array([1.0, 1.0, -0.2, 1.0, -3.0, -1.0]), np.full(6, 1.0)).tolist()
    [0, 0, 0, 0, 1, 1]
    """
    stays = np.zeros((len(evidence), 2), np.bool_)
    # Only the lead of state 0 over state 1 matters; a change can never be worth more than it costs.
    lead = 0.0
    for i, (gain, price) in enumerate(zip(evidence.tolist(), prices.tolist(), strict=True)):
        stays[i] = lead >= -price, lead <= price
        lead = min(max(lead, -price), price) + gain
    states = np.zeros(len(evidence), np.int8)
    state = 0 if lead >= 0 else 1
    for i in range(len(evidence) - 1, -1, -1):
        states[i] = state
        if not stays[i, state]:
            state = 1 - state
    return states
