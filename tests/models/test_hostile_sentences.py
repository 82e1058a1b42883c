"""Annotating and redacting a hostile sentence takes linear time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hostile import PHRASES, PIECES, check_linear

from coach_models.annotation import patterns, rules
from coach_models.annotation.language import ends_sentence
from coach_models.opening import clause, open_form
from coach_models.redactor import _PATTERNS, _QUOTED, _mask


def _redact(text: str) -> None:
    for _, pattern in _PATTERNS:
        pattern.sub("", text)
    _QUOTED.sub("", text)
    _mask(text, "PERSON 1")


def _annotate(text: str) -> None:
    rules.form(text)
    rules.is_backchannel(text)
    rules.asks_permission(text)
    core = patterns.strip_opening(patterns.normalise(text))
    for _, pattern in (*patterns.STATEMENTS, *patterns.KINDS):
        pattern.search(core)
    for pattern in (patterns.DEEPENING, patterns.ADVICE, patterns.LEADING):
        pattern.search(core)


def _open(text: str) -> None:
    for pattern in (clause._LAST_WORD, clause._CHAINED, clause._HEDGES, clause._BOTH):
        pattern.search(text)
    open_form._OFFER.search(text)


_WORKS: tuple[Callable[[str], object], ...] = (_redact, _annotate, _open, ends_sentence)


@pytest.mark.parametrize("piece", [*PHRASES, *PIECES])
def test_a_sentence_is_read_in_linear_time(piece: str) -> None:
    for work in _WORKS:
        check_linear(work, piece, "I {}x")
