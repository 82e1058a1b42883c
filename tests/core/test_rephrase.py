from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.feedback.patterns import PATTERNS
from coach.feedback.rephrasing import GENERAL, is_openable, rephrase
from coach.feedback.verbs import PAST


@pytest.mark.parametrize(
    ("closed", "opened"),
    [
        ("Did you talk to her?", "What happened when you talked to her?"),
        ("Okay. So did you actually tell him", "What happened when you told him?"),
        ("You told him, right?", "What happened when you told him?"),
        ("Did you stop?", "What happened when you stopped?"),
        ("Did you say anything to him?", "What did you say to him?"),
        ("Did you feel supported?", "How did that feel for you?"),
        ("Did you like the course?", "What did you like about the course, and what less so?"),
        ("Did she agree?", "How did she react?"),
        ("She said no?", "What did she say?"),
        ("Did they promote... no, did they call?", GENERAL),
        ("Did they call you back?", GENERAL),
        ("Did it work?", "How did it go?"),
        ("Did you call me?", GENERAL),
        ("did you enjoy it the nine hundred No.", GENERAL),  # a second sentence without a mark
        ("Have you thought about leaving?", "What comes up when you think about leaving?"),
        ("Have you spoken to anyone yet?", GENERAL),
        ("Do you think you could ask for help?", GENERAL),
        ("Do you have any options?", "What options do you have?"),
        ("Do you have an idea why that is?", GENERAL),
        ("Do you have enough support?", "What support do you have?"),
        ("Have you done anything about it?", GENERAL),
        ("Are you happy with the team?", "How do you feel about the team?"),
        ("Are you sure about that?", GENERAL),
        ("And that was hard, wasn't it", "What was that like for you?"),
        ("Was the meeting difficult?", "What was the meeting like for you?"),
        ("Is there anything else you want to raise?", "What else do you want to raise?"),
        ("Is there anything you could do differently?", "What could you do differently?"),
        ("Is there a way to tell him?", "How might you tell him?"),
        ("Can you talk to your boss?", GENERAL),
        ("Don't you think you should just ask?", GENERAL),
        ("How long have you been in the team?", GENERAL),
    ],
)
def test_a_closed_question_is_said_openly(closed: str, opened: str) -> None:
    assert rephrase(closed).text == opened


@pytest.mark.parametrize(
    "closed",
    [
        "Can you give me an example?",  # a request, open as it is
        "Could you describe a recent situation?",
        "Why don't you start by telling me about yourself?",
        "Have you ever done that?",  # nothing may have been done
        "Have you done this sheet more than once?",
        "Have you thought about when you want to leave?",  # "think about when" is not English
        "Did you talk to anyone?",  # "when you talked to anyone" is not English
        "Did you go on Monday or Tuesday?",
        "Did you get the job?",  # no verb of doing
        "Did you know that she was ill?",
        "You did set it up?",  # an auxiliary
        "So you told me you were ill?",  # about this conversation
        "Is it good quiet or bad quiet?",  # the adjective goes on
        "Did he come to any harm?",
        "How many people came?",
        "Was it the team, or the deadline?",
        "Did you, in the end, talk to him?",
        "Are you worried about any of them?",
        "Did you " + "really " * 15 + "talk?",
        "Do you still want to lead this team?",  # what to do is another subject
        "Would you like to stay?",
        "Sixty?",
        "",
    ],
)
def test_what_no_pattern_surely_fits_gets_the_general_opener(closed: str) -> None:
    opened = rephrase(closed)
    assert (opened.text, opened.close) == (GENERAL, False)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Did you tell him?", True),
        ("Can I offer a thought?", False),
        ("Mind if I suggest something?", False),
        ("Do you want me to read it?", False),
        ("At you?", False),
    ],
)
def test_offers_and_scraps_are_left_alone(question: str, expected: bool) -> None:
    assert is_openable(question) is expected


def test_past_tenses_are_spelled_right() -> None:
    assert [PAST[verb] for verb in ("talk", "reply", "chat", "raise", "go", "practise")] == [
        "talked", "replied", "chatted", "raised", "went", "practised",
    ]  # fmt: skip


WORDS = st.sampled_from(
    "did do you she he it was is there anything else a the your boss talk tell think about feel "
    "happy hard have thought tried can could not any or when if that to with really".split()
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_the_result_is_always_one_whole_question(words: str) -> None:
    opened = rephrase(words + "?").text
    assert opened[0].isupper()
    assert opened.endswith("?")
    assert opened.count("?") == 1
    assert "{" not in opened
    assert "  " not in opened


def test_every_pattern_has_its_lists_filled_in() -> None:
    assert not [pattern.pattern for pattern, _ in PATTERNS if "<adv>" in pattern.pattern]
    assert not [p.pattern for p, _ in PATTERNS if "<state>" in p.pattern or "<end>" in p.pattern]


def test_the_open_form_of_an_annotator_comes_first() -> None:
    opened = rephrase("Did you talk to her?", "What happened with talking to her?")
    assert opened.text == "What happened with talking to her?" and opened.close
