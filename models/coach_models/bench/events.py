"""Overlaps: whether they are found, their seconds and their class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from coach.conversation import Conversation
from coach.intervals import Seconds, Span, intersect, total, union
from coach.measurement import Measurement
from coach.turns import Overlap
from coach_models.bench.pair import ScoredPair
from coach_models.bench.rates import rate
from coach_models.bench.reference import KINDS

MIN_SHARED = 0.5  # of the longer of two events
COLLAR: Seconds = 0.25

Matches = list[tuple[Overlap, Overlap]]


def events(pair: ScoredPair) -> Iterator[Measurement]:
    """Overlaps of at least `Rules.min_overlap`, and all seconds in which two speak."""
    if not pair.heard.has_speech:
        return
    true, heard = pair.true_floor.overlaps, pair.heard_floor.overlaps
    yield from _scores("overlap", len(match_events(true, heard)), len(true), len(heard))
    yield from _seconds(pair)
    labels = pair.reference.labels
    yield _false_interruptions(pair, true if labels is None else labels)
    if labels is not None:
        yield from _classes("", labels, heard)
        yield from _classes("_by_timing", labels, pair.timing.overlaps)


def match_events(true: Sequence[Overlap], heard: Sequence[Overlap]) -> Matches:
    """Match events one to one, those that share the most time first.

    Two events are the same when they share half of the longer one, or when both ends lie within
    0.25 s.

    Parameters
    ----------
    true, heard : of one class or of all, in order.

    Examples
    --------
    >>> a, b = Overlap(Span(1, 2), "A", "B", "attempt"), Overlap(Span(1.4, 2), "A", "B", "attempt")
    >>> len(match_events([a], [b])), len(match_events([a], [b, b]))
    (1, 1)
    """
    near = [each for each in product(true, heard) if _is_same(each[0].span, each[1].span)]
    near.sort(key=lambda each: _shared_time(each[0].span, each[1].span), reverse=True)
    taken: set[int] = set()
    pairs: Matches = []
    for left, right in near:
        if not {id(left), id(right)} & taken:
            taken |= {id(left), id(right)}
            pairs.append((left, right))
    return pairs


def _is_same(left: Span, right: Span) -> bool:
    close = max(abs(left.start - right.start), abs(left.end - right.end)) <= COLLAR
    return close or _shared_time(left, right) >= MIN_SHARED * max(left.duration, right.duration)


def _shared_time(left: Span, right: Span) -> Seconds:
    both = left.intersection(right)
    return both.duration if both else 0.0


def _classes(
    suffix: str, labels: Sequence[Overlap], heard: Sequence[Overlap]
) -> Iterator[Measurement]:
    pairs = match_events(labels, heard)
    for kind in sorted(KINDS):
        right = sum(t.kind == h.kind == kind and t.second == h.second for t, h in pairs)
        wanted = sum(each.kind == kind for each in labels)
        found = sum(each.kind == kind for each in heard)
        yield from _scores(kind, right, wanted, found, suffix)


def _scores(
    name: str, right: int, wanted: int, found: int, suffix: str = ""
) -> Iterator[Measurement]:
    """Precision, recall and F1 as rates whose parts add up."""
    parts = {
        "precision": (right, found),
        "recall": (right, wanted),
        "f1": (2 * right, wanted + found),
    }
    for part, (numerator, denominator) in parts.items():
        yield rate(f"{name}_{part}{suffix}", numerator, denominator)


def _false_interruptions(pair: ScoredPair, true: Sequence[Overlap]) -> Measurement:
    """Interruptions that are not in the reference."""
    heard = pair.heard_floor.overlaps
    right = sum(t.kind == h.kind == "interruption" for t, h in match_events(true, heard))
    return Measurement(
        "false_interruptions", None, "per_10_minutes", scale=600,
        numerator=float(sum(each.kind == "interruption" for each in heard) - right),
        denominator=pair.duration,
    )  # fmt: skip


def _seconds(pair: ScoredPair) -> Iterator[Measurement]:
    true, heard = overlap_spans(pair.truth), overlap_spans(pair.hypothesis)
    both, wanted, found = total(intersect(true, heard)), total(true), total(heard)
    yield rate("overlap_seconds_precision", both, found)
    yield rate("overlap_seconds_recall", both, wanted)
    for name, seconds in (("overlap_seconds_true", wanted), ("overlap_seconds_heard", found)):
        yield Measurement(name, None, "seconds", "total", numerator=float(seconds))


def overlap_spans(conv: Conversation) -> tuple[Span, ...]:
    """Spans in which two or more speak.

    Examples
    --------
    >>> from coach.talk import talk
    >>> overlap_spans(talk("A 0-3", "B 2-4", "C 2.5-3.5"))
    (Span(start=2.0, end=3.5),)
    """
    spans = {speaker.id: conv.speech_of(speaker.id) for speaker in conv.speakers}
    before: tuple[Span, ...] = ()
    found: list[Span] = []
    for own in spans.values():
        found += intersect(own, before)
        before = union(before + own)
    return union(found)
