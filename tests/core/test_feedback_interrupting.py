"""Feedback on cutting in, and on giving the floor back."""

from __future__ import annotations

import pytest
from telling import INTERRUPTED, feedback, heard, praised, proposed, topic_of

from coach.feedback.interrupting import hands_back, interruption_rate
from coach.talk import talk

ONE = (
    "B 0-40 I had thought that we would",
    "A 38-50 Listen to me now please",
    "B 51-90 And then I wanted to say that it",
)
SORRY = "A 88-100 No but I. Sorry, I cut you off, please go on."


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("I am sorry, I did not let you finish. Please tell me more.", True),
        ("Sorry, I interrupted you.", True),
        ("No, you go on.", True),
        ("You were saying?", True),
        ("Please continue.", True),
        ("I'm sorry to hear that.", False),
        ("Sorry, what did you say?", False),
        ("And how did it go on?", False),
        ("I want you to go to the meeting.", False),
    ],
)
def test_a_repair_gives_the_floor_back(text: str, is_one: bool) -> None:
    assert hands_back(text) is is_one


def test_an_interruption_that_was_made_good_weighs_less() -> None:
    three = talk(
        *ONE, SORRY, "B 101-140 Well it was about the", "A 138-150 No, listen.", "B 151-190 Ok."
    )
    hard = talk(
        *ONE, "A 88-100 No but listen to me", "B 101-140 Well it was about the",
        "A 138-150 No, listen.", "B 151-190 Ok.",
    )  # fmt: skip
    soft, plain = interruption_rate(heard(three)), interruption_rate(heard(hard))
    assert soft is not None
    assert plain is not None
    assert 0 < soft.value < plain.value
    finding = proposed(three, "interruptions")
    assert "once you gave the floor back" in finding.figures
    assert len(finding.quotes) == 2


def test_with_one_left_nothing_is_proposed_and_the_repair_is_praised() -> None:
    conv = talk(*ONE, SORRY, "B 101-140 Fine.")
    assert topic_of(conv, "interruptions")[0] is None
    finding = praised(conv, "repair")
    assert finding.title == "You gave the floor back after cutting in"
    assert finding.quotes[0].note == "gives the floor back"
    assert "repair" in [each.topic for each in feedback(conv).strengths]


def test_without_a_repair_there_is_none_to_praise() -> None:
    assert topic_of(INTERRUPTED, "repair")[0] is None
