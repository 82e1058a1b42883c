"""Continuers, fillers, feelings and content words, as recognisers write them."""

from __future__ import annotations

import pytest

from coach.lexicon import (
    FEELINGS,
    FUNCTION_WORDS,
    content,
    is_continuer,
    is_feeling,
    is_filler,
    normalise,
)


@pytest.mark.parametrize(
    "said",
    [
        "Mm-hm.", "Mm-hmm,", "mhm", "Mmm", "Uh-huh.", "Uh huh", "Yeah, yeah.", "Right.", "Okay.",
        "OK", "I see.", "Oh, I see.", "Oh wow.", "Got it.", "That's right.", "Yes, of course.",
        "Hmm.", "Ooh",
    ],
)  # fmt: skip
def test_signals_of_listening_are_continuers(said: str) -> None:
    assert is_continuer(said.split())


@pytest.mark.parametrize(
    "said", ["No.", "Yeah, but", "I", "see", "Right now", "Okay so what", "Monday", "um"]
)
def test_what_says_something_is_no_continuer(said: str) -> None:
    assert not is_continuer(said.split())


def test_nothing_is_no_continuer() -> None:
    assert not is_continuer([])


@pytest.mark.parametrize("said", ["um", "Um,", "Uhhh", "er", "Erm...", "uhm"])
def test_filled_pauses_are_fillers(said: str) -> None:
    assert is_filler(said)


@pytest.mark.parametrize("said", ["uh-huh", "mm", "her", "arm", "I"])
def test_other_short_words_are_no_fillers(said: str) -> None:
    assert not is_filler(said)


def test_a_feeling_is_named_and_to_feel_is_not_enough() -> None:
    assert is_feeling("Overwhelmed,") and is_feeling("lonely")
    assert not is_feeling("felt") and not is_feeling("think")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("meeting", "meetings"), ("plan", "planning"), ("story", "stories"), ("worry", "worried"),
        ("move", "moving"), ("boss", "bosses"), ("cancel", "cancelled"), ("team", "team's"),
    ],
)  # fmt: skip
def test_forms_of_one_word_have_one_stem(left: str, right: str) -> None:
    assert content(left) == content(right) is not None


@pytest.mark.parametrize("word", ["the", "You're", "um", "ok", "it", "12", "--"])
def test_words_without_content_have_no_stem(word: str) -> None:
    assert content(word) is None


def test_the_lists_are_written_as_they_are_looked_up() -> None:
    assert all(word == normalise(word) for word in FEELINGS | FUNCTION_WORDS)
