"""The habit of a speaker, learned from the conversation itself.

People differ in how often they reflect, more than single sentences show: a probability that is
right on average is too high for people who never reflect and too low for those who always do.
Expectation and maximisation finds each speaker's own share, drawn to the usual one, and the
probabilities are moved from the usual to the own share.

References
----------
.. [1] Saerens, Latinne & Decaestecker (2002), Adjusting the outputs of a classifier to new a priori
   probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from coach.conversation import Acts, ListeningAct
from coach_models.annotation.calibration import LEAST_TOLD, REFLECTIONS, Habit, reflecting
from coach_models.annotation.encoding import LISTENING

Shares = npt.NDArray[np.float64]

_ROUNDS = 30
_SUREST = 1e-4


def decide_by_habit(
    acts: Sequence[Acts], speakers: Sequence[str], least: Sequence[float], habit: Habit
) -> list[Acts]:
    """Decide on reflections by the habit of each speaker.

    Parameters
    ----------
    acts : of all sentences of a conversation, with the probabilities of their labels.
    speakers : the speaker of each sentence.
    least : the probability of a reflection from which on each of them is one.
    habit : of all speakers together.
    """
    shares = np.array([reflecting(each) for each in acts])
    own = np.array(speakers)
    for who in dict.fromkeys(speakers):
        shares[own == who] = adjust(shares[own == who], habit)
    return [_set_reflection(*row) for row in zip(acts, shares.tolist(), least, strict=True)]


def adjust(shares: Shares, habit: Habit) -> Shares:
    """Move the probabilities of one speaker's sentences to the share that they suggest.

    Parameters
    ----------
    shares : probabilities of a reflection [shape=(sentences,)].
    habit : the usual share of reflections, and how many sentences it weighs.

    Examples
    --------
    >>> habit = Habit(usual=0.1, sentences=1)
    >>> often = adjust(np.array([0.9, 0.9, 0.9, 0.3]), habit)
    >>> never = adjust(np.array([0.01, 0.01, 0.01, 0.3]), habit)
    >>> bool(often[-1] > 0.3 > never[-1])
    True
    """
    bounded = np.clip(shares, _SUREST, 1 - _SUREST)
    odds, usual_odds = bounded / (1 - bounded), habit.usual / (1 - habit.usual)
    own, found = habit.usual, bounded
    for _ in range(_ROUNDS):
        moved = odds * own / (1 - own) / usual_odds
        found = moved / (1 + moved)
        own = (found.sum() + habit.usual * habit.sentences) / (len(shares) + habit.sentences)
    return np.asarray(found)


def _set_reflection(acts: Acts, share: float, least: float) -> Acts:
    """The acts with another probability of a reflection, of the more likely kind."""
    before = reflecting(acts)
    if before == 0:
        return acts
    told = {
        label: round(p * share / before, 3) if label in LISTENING[REFLECTIONS] else p
        for label, p in acts.label_probabilities
    }
    likelier = max(LISTENING[REFLECTIONS], key=lambda kind: told.get(kind, 0.0))
    given: set[ListeningAct] = {*acts.listening} - {*LISTENING[REFLECTIONS]}
    given |= {likelier} if share >= least else set()
    return replace(
        acts,
        listening=tuple(act for act in LISTENING if act in given),
        label_probabilities=tuple((label, p) for label, p in told.items() if p >= LEAST_TOLD),
    )
