"""The product's own judgement of a dialogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from coach import score
from coach.feedback import Finding, Quote
from coach.intervals import Span
from coach.ports import Annotator, silent
from coach_models.annotation.turns import TranscriptTurn
from coach_models.judging.dialogues import conversation
from coach_models.judging.judgements import TOPICS, JudgedMoment, Judgement

_MOMENTS = 3


def judge(turns: Sequence[TranscriptTurn], annotator: Annotator) -> Judgement:
    """Score a written dialogue and keep what a reader could have said as well.

    What rests on the times of speech (pauses, signals, interruptions) is left out, for a text has
    none: such a strength or attempt counts as nothing said.

    Parameters
    ----------
    turns : of one dialogue, in order.
    annotator : finds the sentences and their acts.

    Returns
    -------
    Its moments are the first quotes of each finding, then the second ones: up to three, no
    two of one turn.
    """
    conv, spans = conversation(turns)
    # With the annotator named, its errors on real talk count, as they do for a recording.
    provenance = replace(conv.provenance, models=annotator.models)
    sentences = annotator(conv.words, pitch=None, report=silent)
    feedback = score(replace(conv, sentences=sentences, provenance=provenance)).feedback
    strengths = [each for each in feedback.strengths if each.topic in TOPICS]
    attempt = feedback.attempt if feedback.attempt and feedback.attempt.topic in TOPICS else None
    shown = [_moments(each, spans, good=True) for each in strengths]
    shown += [_moments(attempt, spans, good=False)] if attempt else []
    quoted = (moment for row in zip_longest(*shown) for moment in row if moment is not None)
    moments: dict[int, JudgedMoment] = {}
    for moment in quoted:
        moments.setdefault(moment.turn, moment)
    return Judgement(
        tuple(each.topic for each in strengths),
        frozenset(),
        attempt.topic if attempt else None,
        tuple(moments.values())[:_MOMENTS],
    )


def _moments(finding: Finding, spans: Sequence[Span], *, good: bool) -> Iterator[JudgedMoment]:
    said = finding.suggestion.said if finding.suggestion else None
    for quote in chain([said] if said else [], finding.quotes):
        yield JudgedMoment(_turn(quote, spans), finding.topic, good)


def _turn(quote: Quote, spans: Sequence[Span]) -> int:
    """The number of the turn that is quoted: the one nearest to the middle of the quote."""
    middle = quote.span.middle
    return min(
        range(len(spans)), key=lambda i: abs(spans[i].middle - middle) - _half_length(spans[i])
    )


def _half_length(span: Span) -> float:
    return span.duration / 2
