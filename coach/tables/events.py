"""The tables of events in a session: turns, words, sentences, overlaps, transitions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from coach.conversation import Sentence
from coach.intervals import Seconds
from coach.tables.columns import (
    RECORDING_ID,
    ROLE,
    SPEAKER,
    Column,
    Row,
    Session,
    Table,
    index,
    number,
    text,
    tick,
    time,
)
from coach.turns import Turn

_SPAN = (
    time("start", "From the start of the recording."),
    time("end", "From the start of the recording."),
    time("duration", "From start to end."),
)
_TURN = index("turn", "Number of the turn in the recording; joins `turns`.")
_SENTENCE = index("sentence", "Number of the sentence in the recording; joins `sentences`.")
_ACTS = (
    text("act", "open_question, closed_question or other."),
    Column("act_probability", "number", "The annotator's confidence in the act.", "ratio"),
    text("kinds", "Kinds of question, separated by spaces."),
)
_BACK = 4  # turns to look back for one that still lasts


def _span(start: Seconds, end: Seconds) -> tuple[float, float, float]:
    return tick(start), tick(end), tick(end - start)


def _turn_at(turns: Sequence[Turn], moment: Seconds, speaker: str | None) -> int | None:
    """The turn of `speaker` at `moment`; None if they have no turn then."""
    last = bisect_right(turns, moment, key=lambda turn: turn.span.start) - 1
    for i in range(last, max(-1, last - _BACK), -1):
        if turns[i].speaker == speaker and turns[i].span.end >= moment:
            return i
    return None


def _turns(session: Session) -> Iterator[Row]:
    turns = session.card.turns
    said: dict[int | None, list[str]] = {}
    for word in session.conv.words:
        said.setdefault(_turn_at(turns, word.span.middle, word.speaker), []).append(word.text)
    for i, turn in enumerate(turns):
        speech = sum(unit.span.duration for unit in turn.ipus)
        words = said.get(i, [])
        yield (
            session.id, i, turn.speaker, session.role(turn.speaker),
            *_span(turn.span.start, turn.span.end), tick(speech), len(turn.ipus), len(words),
            " ".join(words) or None,
        )  # fmt: skip


def _words(session: Session) -> Iterator[Row]:
    sentences = {i: n for n, s in enumerate(session.conv.sentences) for i in s.words}
    for i, word in enumerate(session.conv.words):
        yield (
            session.id, i, word.speaker, session.role(word.speaker),
            *_span(word.span.start, word.span.end), word.text, number(word.probability),
            word.overlapped, _turn_at(session.card.turns, word.span.middle, word.speaker),
            sentences.get(i),
        )  # fmt: skip


def _acts(sentence: Sentence) -> Row:
    acts = sentence.acts
    return acts.act, number(acts.probability), " ".join(acts.kinds) or None


def _sentences(session: Session) -> Iterator[Row]:
    for i, sentence in enumerate(session.conv.sentences):
        yield (
            session.id, i, sentence.speaker, session.role(sentence.speaker),
            *_span(sentence.span.start, sentence.span.end), *_acts(sentence),
            " ".join(sentence.acts.listening) or None,
            _turn_at(session.card.turns, sentence.span.middle, sentence.speaker), sentence.text,
        )  # fmt: skip


def _questions(session: Session) -> Iterator[Row]:
    answers: Mapping[tuple[object, str], Seconds | None] = {
        (question.span, question.speaker): question.answer for question in session.card.questions
    }
    for i, sentence in enumerate(session.conv.sentences):
        key = (sentence.span, sentence.speaker)
        if sentence.acts.act != "other" and key in answers:
            answer = answers[key]
            yield (
                session.id, i, sentence.speaker, session.role(sentence.speaker),
                *_span(sentence.span.start, sentence.span.end), *_acts(sentence),
                None if answer is None else tick(answer),
                _turn_at(session.card.turns, sentence.span.middle, sentence.speaker),
                sentence.text,
            )  # fmt: skip


def _overlaps(session: Session) -> Iterator[Row]:
    for i, overlap in enumerate(session.card.overlaps):
        yield (
            session.id, i, *_span(overlap.span.start, overlap.span.end),
            overlap.first, session.role(overlap.first), overlap.second,
            session.role(overlap.second), overlap.kind, overlap.cut_off, overlap.shift,
        )  # fmt: skip


def _backchannels(session: Session) -> Iterator[Row]:
    for each in session.card.backchannels:
        yield (
            session.id, each.speaker, session.role(each.speaker),
            *_span(each.span.start, each.span.end), each.listener_to,
        )  # fmt: skip


def _transitions(session: Session) -> Iterator[Row]:
    for i, (before, after) in enumerate(pairwise(session.card.turns)):
        yield (
            session.id, i, i + 1, before.speaker, session.role(before.speaker),
            after.speaker, session.role(after.speaker), tick(before.span.end),
            tick(after.span.start), tick(after.span.start - before.span.end),
        )  # fmt: skip


def _balance(session: Session) -> Iterator[Row]:
    for i, window in enumerate(session.card.balance.windows):
        for speaker, share in window.shares.items():
            yield (
                session.id, i, speaker, session.role(speaker),
                *_span(window.span.start, window.span.end), number(share),
            )  # fmt: skip


EVENTS = (
    Table(
        "turns",
        "One row per turn: speech of one speaker until another takes the floor.",
        (
            RECORDING_ID, _TURN, SPEAKER, ROLE, *_SPAN,
            time("speech", "Talk within the turn, without its pauses."),
            Column("ipus", "integer", "Inter-pausal units.", "count"),
            Column("words", "integer", "Words.", "count"),
            text("text", "The words."),
        ),
        _turns,
    ),
    Table(
        "words",
        "One row per recognised word.",
        (
            RECORDING_ID, index("word", "Number of the word in the recording."), SPEAKER, ROLE,
            *_SPAN, text("text", "The word with its punctuation."),
            Column("probability", "number", "The recogniser's confidence.", "ratio"),
            Column("overlapped", "flag", "Whether two people spoke at the time."), _TURN, _SENTENCE,
        ),
        _words,
    ),
    Table(
        "sentences",
        "One row per sentence with its acts.",
        (
            RECORDING_ID, _SENTENCE, SPEAKER, ROLE, *_SPAN, *_ACTS,
            text("listening", "Listening acts, separated by spaces: reflection_simple, advice..."),
            _TURN, text("text", "The words."),
        ),
        _sentences,
    ),
    Table(
        "questions",
        "One row per question in `sentences`.",
        (
            RECORDING_ID, _SENTENCE, SPEAKER, ROLE, *_SPAN, *_ACTS,
            time("answer", "Length of the other's turn after it; empty if there is none."),
            _TURN, text("text", "The question."),
        ),
        _questions,
    ),
    Table(
        "overlaps",
        "One row per overlap of two speakers.",
        (
            RECORDING_ID, index("overlap", "Number of the overlap in the recording."), *_SPAN,
            text("first", "Who spoke."), text("first_role", "The role of the first."),
            text("second", "Speaker who came in."), text("second_role", "The role of the second."),
            text("kind", "backchannel, cooperative, terminal, interruption, attempt or unclear."),
            Column("cut_off", "flag", "Whether the first broke off mid-clause; empty if unknown."),
            Column("shift", "flag", "Whether the second took the floor."),
        ),
        _overlaps,
    ),
    Table(
        "backchannels",
        "One row per short signal of listening that does not take the floor.",
        (RECORDING_ID, SPEAKER, ROLE, *_SPAN, text("listener_to", "Speaker who has the floor.")),
        _backchannels,
    ),
    Table(
        "transitions",
        "One row per change of the floor, from `turn` to `next_turn`.",
        (
            RECORDING_ID, _TURN, index("next_turn", "Number of the next turn."),
            text("before", "Speaker who had the floor."),
            text("before_role", "The role of that speaker."),
            text("after", "Speaker who took the floor."),
            text("after_role", "The role of that speaker."),
            time("stop", "End of the turn before."), time("start", "Start of the turn after."),
            time("fto", "Floor-transfer offset, start - stop: > 0 a gap, < 0 an overlap."),
        ),
        _transitions,
    ),
    Table(
        "balance",
        "Talk shares in a sliding window: one row per speaker and window.",
        (
            RECORDING_ID, index("window", "Number of the window in the recording."), SPEAKER,
            ROLE, *_SPAN, Column("share", "number", "Share of the talk in the window.", "ratio"),
        ),
        _balance,
    ),
)  # fmt: skip
