"""The conversation from a few strings that all tests are written with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import Acts
from coach.errors import InputError
from coach.intervals import Span
from coach.talk import talk, with_acts


def test_a_line_is_speech_words_and_a_sentence() -> None:
    conv = talk("A 0-3 So how was it?", "B 2.5-4")
    assert [(s.speaker, s.span) for s in conv.speech] == [("A", Span(0, 3)), ("B", Span(2.5, 4))]
    assert [word.text for word in conv.words] == ["So", "how", "was", "it?"]
    assert [sentence.text for sentence in conv.sentences] == ["So how was it?"]
    assert conv.recording.duration == 4


def test_words_are_in_time_order_and_sentences_point_at_them() -> None:
    conv = talk("A 0-4 a b c d", "B 1-3 x y")
    assert [word.span.start for word in conv.words] == sorted(w.span.start for w in conv.words)
    for sentence in conv.sentences:
        assert " ".join(conv.words[i].text for i in sentence.words) == sentence.text


@pytest.mark.parametrize(
    ("mentor", "roles"),
    [("A", ["mentor", "mentee"]), ("B", ["mentee", "mentor"]), (None, ["other", "other"])],
)
def test_roles_follow_the_mentor(mentor: str | None, roles: list[str]) -> None:
    conv = talk("A 0-1", "B 1-2", mentor=mentor)
    assert [speaker.role for speaker in conv.speakers] == roles


def test_the_recording_may_be_longer_than_the_speech() -> None:
    assert talk("A 0-1", duration=10).recording.duration == 10


@pytest.mark.parametrize("line", ["A", "A 0 3", "0-3", "A 3", "A x-y hello"])
def test_a_line_that_cannot_be_read_is_quoted(line: str) -> None:
    with pytest.raises(InputError, match="expected 'WHO START-END"):
        talk(line)


def test_a_line_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InputError, match="expected 0 <= start < end"):
        talk("A 3-1")


@given(st.integers(1, 12), st.integers(1, 100))
def test_words_fill_their_line_evenly(words: int, seconds: int) -> None:
    conv = talk(f"A 0-{seconds} " + " ".join("w" * words))
    assert len(conv.words) == words
    assert conv.words[-1].span.end == pytest.approx(seconds)
    assert {round(word.span.duration, 6) for word in conv.words} == {round(seconds / words, 6)}


def test_acts_are_given_by_position_and_only_there() -> None:
    conv = with_acts(talk("A 0-1 Why?", "A 2-3 Oh."), {0: Acts("open_question", kinds=("why",))})
    assert [sentence.acts.act for sentence in conv.sentences] == ["open_question", "other"]
