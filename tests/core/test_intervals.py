"""Spans and their algebra, against a plain drawing of the same time in cells."""

from __future__ import annotations

import math
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import InputError
from coach.intervals import Lookup, Span, intersect, subtract, total, union

CELL = 1 / 8


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    cells = st.tuples(st.integers(0, 60), st.integers(1, 20))
    return [Span(a * CELL, (a + n) * CELL) for a, n in draw(st.lists(cells, max_size=8))]


def drawn(found: list[Span] | tuple[Span, ...]) -> set[int]:
    """Cells that the spans cover."""
    return {
        cell for span in found for cell in range(round(span.start / CELL), round(span.end / CELL))
    }


@pytest.mark.parametrize(
    ("start", "end"),
    [(1, 1), (2, 1), (-1, 1), (math.nan, 1), (0, math.inf), (-0.5, -0.1)],
)
def test_a_span_that_is_no_stretch_of_time_is_refused(start: float, end: float) -> None:
    with pytest.raises(InputError, match="Span"):
        Span(start, end)


def test_spans_are_half_open() -> None:
    assert not Span(0, 1).overlaps(Span(1, 2))
    assert not Span(1, 2).overlaps(Span(0, 1))
    assert Span(0, 1).intersection(Span(1, 2)) is None
    assert Span(0, 1).contains(0) and not Span(0, 1).contains(1)


def test_a_lookup_puts_items_in_the_order_of_their_spans() -> None:
    items = [("a", Span(5, 6)), ("b", Span(0, 1))]
    assert Lookup(items, lambda item: item[1]).find_overlapping(Span(0, 1)) == [("b", Span(0, 1))]


def test_a_span_knows_its_length_its_middle_and_what_it_shares() -> None:
    assert Span(1, 4).duration == 3
    assert Span(1, 4).middle == 2.5
    assert Span(1, 4).intersection(Span(3, 9)) == Span(3, 4)
    assert Span(1, 4).overlaps(Span(0, 2))


def test_spans_sort_by_start_then_end() -> None:
    assert sorted([Span(1, 3), Span(0, 9), Span(1, 2)]) == [Span(0, 9), Span(1, 2), Span(1, 3)]


@given(spans())
def test_a_union_is_disjoint_in_order_and_covers_the_same(found: list[Span]) -> None:
    merged = union(found)
    assert drawn(merged) == drawn(found)
    assert all(a.end < b.start for a, b in pairwise(merged))
    assert union(merged) == merged


@given(spans(), st.integers(0, 8))
def test_a_union_closes_exactly_the_short_gaps(found: list[Span], cells: int) -> None:
    gap = cells * CELL
    merged = union(found, max_gap=gap)
    assert all(b.start - a.end > gap for a, b in pairwise(merged))
    assert drawn(found) <= drawn(merged)


@given(spans(), spans())
def test_intersection_and_difference_split_the_left_side(
    left: list[Span], right: list[Span]
) -> None:
    both, rest = intersect(left, right), subtract(left, right)
    assert drawn(both) == drawn(left) & drawn(right)
    assert drawn(rest) == drawn(left) - drawn(right)
    assert total(both) + total(rest) == total(left)


@given(spans())
def test_total_counts_every_moment_once(found: list[Span]) -> None:
    assert total(found) == len(drawn(found)) * CELL


def test_the_algebra_of_many_spans_is_quick() -> None:
    many = [Span(i, i + 0.5) for i in range(10_000)]
    began = time.process_time()
    assert len(subtract([Span(0, 10_000)], many)) == 10_000
    assert len(subtract(many, [Span(i + 0.25, i + 0.75) for i in range(10_000)])) == 10_000
    assert len(intersect(many, many)) == 10_000
    assert time.process_time() - began < 2


@given(spans(), st.integers(0, 60), st.integers(1, 20))
def test_a_lookup_finds_what_a_search_of_everything_finds(
    items: list[Span], start: int, cells: int
) -> None:
    asked = Span(start * CELL, (start + cells) * CELL)
    lookup = Lookup(items, lambda span: span)
    found = lookup.find_overlapping(asked)
    assert sorted(found) == sorted(span for span in items if span.overlaps(asked))
    assert all(one.start <= following.start for one, following in pairwise(found))
    for moment in (asked.start, asked.end):
        assert sorted(lookup.at(moment)) == sorted(s for s in items if s.contains(moment))
