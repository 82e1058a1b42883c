"""Turns of text through an annotator: order, context, bounded memory, and the act of a turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import ActName, Acts, Sentence, Word
from coach.intervals import Span
from coach_models.annotation.turns import TranscriptTurn, annotate_turns, to_words, turn_act


def _marks(words: tuple[Word, ...], **_: object) -> tuple[Sentence, ...]:
    """Annotate each word as a sentence: closed with a question mark, else other."""
    return tuple(
        Sentence(
            word.span,
            word.speaker or "",
            word.text,
            (i,),
            Acts("closed_question" if word.text.endswith("?") else "other", 0.9),
        )
        for i, word in enumerate(words)
    )


@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from("xyz"), st.text("ab? ", max_size=8)),
        max_size=30,
    ),
    st.integers(1, 7),
)
def test_every_turn_keeps_its_place_and_its_words(
    lines: list[tuple[str, str, str]], chunk: int
) -> None:
    turns = [TranscriptTurn(text, who, talk) for who, talk, text in lines]
    found = list(annotate_turns(turns, _marks, chunk=chunk))
    assert [turn for turn, _ in found] == turns
    assert [[s.text for s in own] for _, own in found] == [turn.text.split() for turn in turns]


def test_reads_no_further_than_a_chunk_ahead() -> None:
    read = []

    def lines() -> Iterator[TranscriptTurn]:
        for number in range(1000):
            read.append(number)
            yield TranscriptTurn("yes")

    next(annotate_turns(lines(), _marks, chunk=10))
    assert len(read) <= 11


def test_turns_of_a_chunk_are_heard_against_the_turns_before() -> None:
    heard = []

    def annotate(words: tuple[Word, ...], **_: object) -> tuple[Sentence, ...]:
        heard.append([word.text for word in words])
        return _marks(words)

    list(annotate_turns([TranscriptTurn(str(n), "AB"[n % 2]) for n in range(4)], annotate, chunk=2))
    assert heard == [["0", "1"], ["0", "1", "2", "3"]]


def test_conversations_do_not_hear_each_other() -> None:
    heard = []

    def annotate(words: tuple[Word, ...], **_: object) -> tuple[Sentence, ...]:
        heard.append([word.text for word in words])
        return _marks(words)

    list(annotate_turns([TranscriptTurn("a", "A", "1"), TranscriptTurn("b", "B", "2")], annotate))
    assert heard == [["a"], ["b"]]


def test_without_speakers_a_turn_is_the_partner_of_the_one_before() -> None:
    words, _ = to_words([TranscriptTurn("a"), TranscriptTurn("b"), TranscriptTurn("c")])
    assert words[0].speaker == words[2].speaker != words[1].speaker


@pytest.mark.parametrize(
    ("acts", "act"),
    [
        ([], "other"),
        (["other"], "other"),
        (["open_question", "other"], "open_question"),
        (["open_question", "closed_question"], "open_question"),
        (["other", "closed_question"], "closed_question"),
    ],
)
def test_an_open_question_makes_an_open_turn(acts: list[ActName], act: str) -> None:
    assert turn_act([Sentence(Span(0, 1), "A", "", acts=Acts(name)) for name in acts]) == act
