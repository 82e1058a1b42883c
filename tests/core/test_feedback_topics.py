"""Affirmations, summaries, hurried comfort, what is not taken up; what is sure enough."""

from __future__ import annotations

import pytest
from telling import acts, feedback, heard, praised, proposed, reflecting, rounds, topic_of

from coach.conversation import Acts, Conversation, ListeningAct
from coach.feedback.acknowledging import praise_affirmation
from coach.feedback.topic import Leaning
from coach.feedback.unheard import unheard
from coach.rules import FeedbackRules
from coach.talk import talk, with_acts


def having(act: ListeningAct, texts: tuple[str, ...]) -> Conversation:
    """The mentor says each text with that act, the partner answers at length."""
    lines = [
        line
        for i, text in enumerate(texts)
        for line in (f"A {i * 20}-{i * 20 + 4} {text}", f"B {i * 20 + 5}-{i * 20 + 19} Then I did")
    ]
    return with_acts(talk(*lines), {i * 2: Acts(listening=(act,)) for i in range(len(texts))})


NAMED = ("You kept going where others stop.", "That took courage.", "You are patient with them.")


def test_affirmations_are_praised_with_what_was_named() -> None:
    finding = praised(having("affirmation", NAMED), "affirmation")
    assert [quote.text for quote in finding.quotes] == list(NAMED)


def test_a_single_affirmation_is_no_strength() -> None:
    lean, looked = topic_of(having("affirmation", NAMED[:1]), "affirmation")
    assert lean is not None and lean.is_strength(looked.rules)
    assert praise_affirmation(looked) is None


def test_a_summary_is_a_strength() -> None:
    finding = praised(
        having("summary", ("So there is the move, the exam and your dad.",)), "summary"
    )
    assert len(finding.quotes) == 1


def test_hurried_comfort_is_met_with_an_invitation_to_stay() -> None:
    said = "Oh, everybody has doubts in the first year."
    finding = proposed(having("minimising", (said,)), "minimising")
    assert finding.suggestion is not None and finding.suggestion.said is not None
    assert finding.suggestion.said.text == said


@pytest.mark.parametrize("name", ["affirmation", "summary", "minimising"])
def test_what_nobody_did_is_not_spoken_of(name: str) -> None:
    assert topic_of(talk(*rounds("Go on", "Yes I will")), name)[0] is None


CAME_BACK = (
    "B 0-8 My uncle wants me to stay.", "A 9-12 How many hours do you work?",
    "B 13-20 Forty. My uncle counts them.", "A 21-25 And who makes the plan?",
    "B 26-40 We all do.",
)  # fmt: skip


def test_what_the_partner_comes_back_to_is_named_with_its_moments() -> None:
    (found,) = unheard(heard(talk(*CAME_BACK)))
    assert found.word == "uncle"
    assert [said.span.start for said in found.said] == [0.0, 13.0]
    finding = proposed(talk(*CAME_BACK), "unheard")
    assert finding.suggestion is not None and "uncle" in finding.suggestion.text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (1, "A 9-12 What does he say?"),  # pointed to
        (3, "A 21-25 And your uncle makes the plan?"),  # named later
        (2, "B 13-20 Forty and more."),  # never came back
        (0, "B 0-8 I was told to stay."),  # came up once
    ],
)
def test_what_was_taken_up_or_came_up_once_is_not_missed(line: int, text: str) -> None:
    lines = [text if i == line else told for i, told in enumerate(CAME_BACK)]
    assert unheard(heard(talk(*lines))) == ()


def test_a_strength_is_most_likely_good_and_surely_not_poor() -> None:
    rules = FeedbackRules()
    assert Leaning(0.0, 0.3, 1.0, 1.0).is_strength(rules)
    assert not Leaning(-0.1, 0.9, 1.0, 1.0).is_strength(rules)
    assert not Leaning(0.1, 0.2, 0.3, 1.0).is_strength(rules)
    assert Leaning(-1.0, -0.3, 0.0, 1.0).is_weakness(rules)
    assert not Leaning(-1.0, -0.9, 0.1, 1.0).is_weakness(rules)


def test_an_invitation_shows_a_moment_and_says_that_it_is_one() -> None:
    """Nothing is surely poor, so what may be tried rests on a moment, never on a figure."""
    deep, probing = Acts(listening=("reflection_complex",)), Acts("open_question", kinds=("why",))
    conv = reflecting({i: deep if i % 3 else probing for i in range(24) if i % 3 != 1}, 8)
    given_ = feedback(conv)
    assert given_.stretch
    assert given_.attempt is not None and given_.attempt.suggestion is not None
    assert given_.attempt.suggestion.said is not None or given_.attempt.quotes
    assert given_.attempt.topic not in {"balance", "monologue", "interruptions"}


def test_a_talk_share_of_a_little_over_half_is_neither_praised_nor_to_be_mended() -> None:
    for share in (55, 60, 65):
        conv = acts(talk(f"A 0-{share * 2} So", f"B {share * 2}-200 Yes"), Acts())
        lean, looked = topic_of(conv, "balance")
        assert lean is not None
        assert not lean.is_strength(looked.rules) and not lean.is_weakness(looked.rules)
