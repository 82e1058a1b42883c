"""Closed questions asked openly, built from spaCy's parse."""

from __future__ import annotations

import pytest

from coach.conversation import Acts, Sentence
from coach.intervals import Span
from coach_models import weights
from coach_models.opening.open_form import ask_openly, with_open_forms
from coach_models.spacy_without_torch import Language, spacy

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(weights.path("en-core-web-sm"), exclude=["ner"])


@pytest.mark.parametrize(
    ("closed", "opened"),
    [
        ("Do you still want to lead this team?", "How do you feel now about leading this team?"),
        ("Would you want to work on one?", "How would you feel about working on one?"),
        ("Have you told them about it", "Where are you with telling them about it?"),
        ("Okay, so have you thought about asking them?", "What are your thoughts on asking them?"),
        ("Have you been taking the pills?", "How has it been going with the pills?"),
        ("Do you get any help from your sister?", "What help do you get from your sister?"),
        ("Have you been having any bad thoughts?", "What bad thoughts have you been having?"),
        ("Are you nervous about the exam?", "How do you feel about the exam?"),
        ("Have you done the Freedom Programme yet", "Where are you with the Freedom Programme?"),
        ("Are you sleeping at all", "How is the sleeping going?"),
        ("Is it weird having your mom step out?", "What is it like having your mom step out?"),
        ("Is there anything stopping you going more?", "What is stopping you going more?"),
        ("Is there anything else you'd like to say?", "What else would you like to say?"),
        ("Does the landlord know?", "What does the landlord know so far?"),
        ("Could you live with that?", "What would it take for you to live with that?"),
        ("Did your doctor tell you to stop", "What did your doctor say about stopping?"),
    ],
)  # fmt: skip
def test_the_open_form_keeps_the_subject(nlp: Language, closed: str, opened: str) -> None:
    assert ask_openly(closed, nlp) == opened


@pytest.mark.parametrize(
    "closed",
    [
        "Is that right?",
        "Can I tell you what I would do?",
        "Would it help if I wrote to them?",
        "How old is he?",
        "When do you send them?",
        "Was it the team, or the deadline, or neither?",
        "Have you, um, have you told",
        "Is it Tuesday?",
        "Did I say that?",
        "Did you finish the chapter?",  # whether they did is not known
        "Do you set an alarm?",
        "Are you adding salt?",
        "Is there anyone who could help?",  # a name would answer it
        "Was that too blunt?",  # "in what ways not?" sounds like a form
        "Would it be useful to know what we saw?",  # an offer
        "So have you ever tried to quit before?",
        "Have you sent it Did you pay them?",  # two sentences, one mark
        "You never told him, did you?",
        "So you're on the late shift.",
        "Okay?",
        "",
    ],
)
def test_what_is_not_sure_gets_no_open_form(nlp: Language, closed: str) -> None:
    assert ask_openly(closed, nlp) is None


def test_only_closed_questions_get_an_open_form() -> None:
    said = "Do you want to leave?"
    asked = Sentence(Span(0, 1), "A", said, acts=Acts("closed_question"))
    told = Sentence(Span(1, 2), "A", said, acts=Acts("other"))
    found = with_open_forms((asked, told))
    assert [each.open_form for each in found] == ["How do you feel about leaving?", ""]


def test_without_the_parser_sentences_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach_models.opening.open_form._parser", lambda: None)
    asked = Sentence(Span(0, 1), "A", "Do you want to leave?", acts=Acts("closed_question"))
    assert with_open_forms((asked,)) == (asked,)
