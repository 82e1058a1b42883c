"""Training the tagger of sentence ends: logistic regression on hashed windows of words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from acts.examples import Stretch
from coach_models.annotation.encoding import strip_marks
from coach_models.annotation.ends import FILE, SIZE, Ends, gaps

OWN_WEIGHT = 3.0
_EPOCHS = 15
_ALPHA = 2e-6
# Weights this small change nothing; zeros compress.
_NEGLIGIBLE = 0.02


def words_and_ends(sentences: Sequence[str]) -> tuple[list[str], list[bool]]:
    """Give the words without marks, and whether each ends a sentence."""
    words: list[str] = []
    ends: list[bool] = []
    for sentence in sentences:
        own = strip_marks(sentence).split()
        words += own
        ends += [False] * (len(own) - 1) + [True] * bool(own)
    return words, ends


def train(turns: Sequence[Stretch], seed: int) -> Ends:
    """Fit the tagger.

    Parameters
    ----------
    turns : words with their ends.
    seed : of the order.
    """
    places, labels, weights = [], [], []
    for turn in turns:
        words, ends = words_and_ends(turn.sentences)
        found = list(gaps(words))
        places += found
        labels += ends[: len(found)]
        weights += [OWN_WEIGHT if turn.source == "mentoring" else 1.0] * len(found)
    fitted = SGDClassifier(
        loss="log_loss", alpha=_ALPHA, max_iter=_EPOCHS, tol=None, average=True, random_state=seed
    ).fit(_table(places), labels, sample_weight=weights)
    return Ends(fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0]))


def write(ends: Ends, folder: Path) -> None:
    """Store the weights as half-precision numbers, the negligible ones as zeros.

    Parameters
    ----------
    ends : the tagger.
    folder : of the component.
    """
    kept = np.where(np.abs(ends.weights) < _NEGLIGIBLE, 0, ends.weights).astype(np.float16)
    np.savez_compressed(folder / FILE, weights=kept, bias=ends.bias)


def best_threshold(ends: Ends, turns: Sequence[Stretch]) -> tuple[float, float]:
    """Find the probability from which an end is one, and the F1 there.

    Parameters
    ----------
    ends : the tagger.
    turns : that it was not trained on.
    """
    pairs = [words_and_ends(turn.sentences) for turn in turns]
    scores = np.concatenate([1 / (1 + np.exp(-ends(words))) for words, _ in pairs])
    labels = np.concatenate([np.array(own[:-1], bool) for _, own in pairs])
    return max(
        ((t, _f1(scores >= t, labels)) for t in np.arange(0.1, 0.9, 0.05)), key=lambda x: x[1]
    )


def _f1(given: np.ndarray, labels: np.ndarray) -> float:
    return float(2 * (given & labels).sum() / max(1, given.sum() + labels.sum()))


def _table(places: Sequence[Sequence[int]]) -> csr_matrix:
    width = len(places[0])
    flat = np.concatenate([np.asarray(row) for row in places])
    starts = np.arange(0, len(flat) + 1, width)
    return csr_matrix((np.ones(len(flat), np.float32), flat, starts), (len(places), SIZE))
