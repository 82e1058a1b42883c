"""What was said, given what was found: intervals hold the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import InputError
from coach.measures import confusion
from coach.measures.confusion import Confusion, middle, sample_labels

MEASURED = Confusion(((92, 5, 5), (3, 105, 20), (3, 7, 336)))


def _session(
    draw: np.random.Generator, sentences: int, table: Confusion
) -> tuple[float, tuple[int, ...]]:
    """Draw the share that a mentor asked openly, and what is found with the table's errors."""
    share, asks = draw.beta(3, 3), draw.beta(4, 12)
    spoken = draw.multinomial(sentences, [asks * share, asks * (1 - share), 1 - asks])
    rows = [draw.dirichlet(row) for row in table.rows]
    found = [draw.multinomial(count, row) for count, row in zip(spoken, rows, strict=True)]
    return spoken[0] / max(1, spoken[0] + spoken[1]), tuple(int(n) for n in np.sum(found, axis=0))


def _interval(found: tuple[int, ...], table: Confusion, seed: int = 1) -> tuple[float, float]:
    counts = sample_labels(found, table, seed=seed).counts
    low, _, high = middle(counts[:, 0] / (counts[:, 0] + counts[:, 1]).clip(1))
    return low, high


@pytest.mark.parametrize("weights", [None, (60, 60, 60)])
def test_covers_the_truth_as_often_as_it_says(
    weights: tuple[float, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confusion, "_CHAINS", 200)  # a quarter: enough for the ends of an interval
    draw, table = np.random.default_rng(1), Confusion(MEASURED.counts, weights)
    held: list[bool] = []
    while len(held) < 160:
        share, found = _session(draw, sentences=(80, 200)[len(held) % 2], table=table)
        if found[0] + found[1] < 4:
            continue
        low, high = _interval(found, table, seed=len(held))
        held.append(low <= share <= high)
    sample_labels.cache_clear()
    assert 0.93 <= np.mean(held) <= 0.99


def test_more_errors_and_fewer_questions_make_it_wider() -> None:
    sharp = Confusion(((500, 5, 5), (5, 500, 5), (5, 5, 2000)))

    def width(found: tuple[int, int, int], table: Confusion) -> float:
        low, high = _interval(found, table)
        return high - low

    assert width((20, 20, 200), sharp) < width((20, 20, 200), MEASURED)
    assert width((20, 20, 200), MEASURED) < width(
        (20, 20, 200), Confusion(MEASURED.counts, (10, 10, 10))
    )


def test_one_finding_is_worth_more_where_many_were_found() -> None:
    table = Confusion(((30, 70), (3, 97)))
    assert (
        sample_labels((1, 60), table).chance(0, 0)
        < 0.7
        < sample_labels((20, 40), table).chance(0, 0)
    )


def test_the_surest_finding_is_never_less_evidence_than_none() -> None:
    table = Confusion(((10, 20, 70), (3, 10, 87)), (8, 8), is_ordered=True)
    draws = sample_labels((12, 0, 2), table)
    assert middle(draws.counts[:, 0])[0] >= 8
    assert (draws.behind[:, 0, 0] >= draws.behind[:, 0, 2]).all()


@settings(max_examples=10)
@given(st.tuples(*[st.integers(0, 40)] * 3))
def test_what_was_found_is_dealt_out_whole_and_repeats(found: tuple[int, int, int]) -> None:
    draws = sample_labels(found, MEASURED, seed=3)
    assert (draws.counts.sum(axis=1) == sum(found)).all()
    sample_labels.cache_clear()
    assert (sample_labels(found, MEASURED, seed=3).counts == draws.counts).all()


@pytest.mark.parametrize("counts", [((1, 2),), ((1, 2), (1, 2, 3)), ((1, -1), (1, 1)), ()], ids=str)
def test_a_table_that_is_none_is_refused(counts: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(InputError, match="Confusion of rows"):
        Confusion(counts)
