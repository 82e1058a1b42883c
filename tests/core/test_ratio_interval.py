"""The interval of the open ratio holds the truth as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import InputError
from coach.measures.ratio_interval import Confusion, open_ratio_interval

MEASURED = Confusion(((92, 5, 5), (3, 105, 20), (3, 7, 336)))


def _session(
    draw: np.random.Generator, sentences: int, table: Confusion
) -> tuple[float, list[int]]:
    """Draw a mentor's true share, and what an annotator with the table's errors would find."""
    share, asks = draw.beta(3, 3), draw.beta(4, 12)
    said = draw.multinomial(sentences, [asks * share, asks * (1 - share), 1 - asks])
    rows = [draw.dirichlet(np.array(row) + 0.5) for row in table.counts]
    found = sum(draw.multinomial(count, row) for count, row in zip(said, rows, strict=True))
    return share, [int(each) for each in found]


@pytest.mark.parametrize("sentences", [80, 200])
def test_covers_the_truth_as_often_as_it_says(sentences: int) -> None:
    draw = np.random.default_rng(1)
    held = []
    while len(held) < 500:
        share, found = _session(draw, sentences, MEASURED)
        if found[0] + found[1] < 4:
            continue
        low, high = open_ratio_interval(found, MEASURED, seed=len(held))
        held.append(low <= share <= high)
    assert 0.93 <= np.mean(held) <= 0.97


def test_more_errors_and_fewer_questions_make_it_wider() -> None:
    sharp = Confusion(((500, 5, 5), (5, 500, 5), (5, 5, 2000)))

    def width(found: tuple[int, int, int], table: Confusion) -> float:
        low, high = open_ratio_interval(found, table)
        return high - low

    assert width((20, 20, 200), sharp) < width((20, 20, 200), MEASURED)
    assert width((20, 20, 200), sharp) < width((4, 4, 40), sharp)


@settings(max_examples=10, deadline=None)
@given(st.tuples(*[st.integers(0, 40)] * 3))
def test_lies_in_the_unit_range_and_repeats(found: tuple[int, int, int]) -> None:
    interval = open_ratio_interval(found, MEASURED)
    if found[0] + found[1] == 0:
        assert interval is None
        return
    assert 0 <= interval[0] <= interval[1] <= 1
    assert interval == open_ratio_interval(found, MEASURED)


@pytest.mark.parametrize("counts", [((1, 2, 3),), ((1, 1, 1), (1, 1, 1), (1, 1, -1))])
def test_a_table_must_be_three_by_three(counts: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(InputError, match="expected 3 rows"):
        Confusion(counts)
