"""How an annotator errs on labelled talk, counted as `coach.measures.annotators` holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from coach.conversation import Conversation, Recording, Speaker, Speech, Word
from coach.intervals import Span
from coach.measures.findings import ADVICE, LISTENING_FINDINGS, QUESTION_FINDINGS
from coach.measures.surety import TurnFound, surety
from coach.ports import silent
from coach.turns import floor
from coach_models.annotation.encoding import ACTS
from coach_models.annotation.turns import Annotate, TranscriptTurn, to_words

_MENTORS = ("mentor", "mentor-like", "therapist", None)
_ADVICE = ("advice", "options", "negotiation", *ADVICE)

# With fewer examples of a label in good or in poor sessions, both are counted together.
_ENOUGH = 50

Counts = npt.NDArray[np.float64]
Label = Callable[[dict[str, Any]], int]
Found = Callable[[TurnFound], int]


def count_errors(turns: Sequence[TranscriptTurn], annotate: Annotate) -> dict[str, Counts]:
    """Per mille of each finding for each label, good and poor sessions counting the same.

    Parameters
    ----------
    turns : labelled, of whole dialogues; those that are ``left_out`` are context only.
    annotate : an annotator.

    Returns
    -------
    For questions, reflections and advice: per mille [shape=(labels, findings)].
    """
    pairs = [pair for own in _dialogues(turns, annotate) for pair in own]
    return {
        "questions": _table(pairs, _act, lambda t: t.question, (len(ACTS), QUESTION_FINDINGS)),
        "reflections": _table(pairs, _reflects, lambda t: t.reflection, (2, LISTENING_FINDINGS)),
        "advice": _table(pairs, _advises, lambda t: t.advice, (2, LISTENING_FINDINGS)),
    }


Pair = tuple[dict[str, Any], TurnFound]


def _table(pairs: Iterable[Pair], label: Label, found: Found, shape: tuple[int, int]) -> Counts:
    """Count the findings of each label by the quality of the session."""
    counts: dict[Any, Counts] = {}
    for row, turn in pairs:
        table = counts.setdefault(row.get("mi_quality"), np.zeros(shape))
        table[label(row), found(turn)] += 1
    return np.array([_row(np.array(rows)) for rows in zip(*counts.values(), strict=True)])


def _row(rows: Counts) -> Counts:
    """Per mille of the findings of one label, from a row for each quality of session."""
    if rows.sum(axis=1).min() < _ENOUGH:
        rows = rows.sum(axis=0, keepdims=True)
    shares = rows / rows.sum(axis=1, keepdims=True).clip(1)
    return np.asarray(np.round(1000 * shares.mean(axis=0)))


def _act(row: dict[str, Any]) -> int:
    return ACTS.index(row["act"])


def _reflects(row: dict[str, Any]) -> int:
    return int(not any(name.startswith("reflection") for name in row.get("listening", ())))


def _advises(row: dict[str, Any]) -> int:
    return int(not {*_ADVICE} & {*row.get("listening", ())})


def _dialogues(turns: Sequence[TranscriptTurn], annotate: Annotate) -> Iterable[list[Pair]]:
    for _, group in groupby(turns, key=lambda turn: turn.conversation):
        yield _dialogue(list(group), annotate)


def _dialogue(turns: list[TranscriptTurn], annotate: Annotate) -> list[Pair]:
    """The labelled turns of the mentor, each with what was found in it."""
    words, turn_of = to_words(turns)
    spans = _spans(words, turn_of)
    who = {at: words[i].speaker or "" for i, at in enumerate(turn_of)}
    conv = Conversation(
        Recording("labelled", max(span.end for span in spans.values())),
        tuple(Speaker(each) for each in dict.fromkeys(who.values())),
        tuple(Speech(span, who[at]) for at, span in spans.items()),
        words,
        tuple(annotate(words, pitch=None, report=silent)),
        language="en",
    )
    taken = floor(conv)
    found = {turn.span: turn for each in taken.speakers for turn in surety(taken, each).turns}
    rows = ((turns[at].row, found.get(span)) for at, span in spans.items())
    return [(row, turn) for row, turn in rows if turn is not None and _is_counted(row)]


def _spans(words: Sequence[Word], turn_of: Sequence[int]) -> dict[int, Span]:
    """When each turn is said."""
    spans: dict[int, Span] = {}
    for word, at in zip(words, turn_of, strict=True):
        spans[at] = Span(spans.get(at, word.span).start, word.span.end)
    return spans


def _is_counted(row: dict[str, Any]) -> bool:
    is_labelled = row["act"] in ACTS and not row.get("left_out")
    return is_labelled and row.get("role") in _MENTORS
