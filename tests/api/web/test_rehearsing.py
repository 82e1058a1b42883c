"""Cards of one's own sessions: what they show, and what a typed sentence has become."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from coach import registry
from coach.conversation import Acts, Role
from coach.talk import talk
from coach_api.sessions import rehearsal

from .conftest import Person, Service
from .signed_in import browser, send
from .test_privacy import everywhere

CARDS = "/practice/rehearse"


def with_cards() -> Any:
    """A closed question, one about the meeting, one that is unsure, and a feeling that went by."""
    conv = talk(
        "B 0-4 I had a hard week at work.", "A 4.5-7 Did you talk to your manager?",
        "B 7.5-12 Yes and I felt so lonely after it.", "A 12.5-15 Which room was it?",
        "B 15.5-19 The one upstairs.", "A 19.5-22 Can you hear me?", "B 22.5-24 Yes.",
        duration=30.0,
    )  # fmt: skip
    acts = {
        1: Acts("closed_question", 0.95), 3: Acts("closed_question", 0.55),
        5: Acts("closed_question", 0.99, ("logistics",)),
    }  # fmt: skip
    sentences = tuple(
        replace(each, acts=acts.get(at, Acts())) for at, each in enumerate(conv.sentences)
    )
    named: dict[str, Role] = {"A": "mentor", "B": "mentee"}
    speakers = tuple(replace(each, role=named[each.id]) for each in conv.speakers)
    return replace(conv, sentences=sentences, speakers=speakers)


@pytest.fixture
def first(service: Service, mentor: Person) -> str:
    service.jobs.conversation = with_cards()
    return f"{CARDS}/{service.upload(mentor)}/4500"


def test_closed_questions_and_missed_feelings_come_as_cards(
    service: Service, mentor: Person, first: str
) -> None:
    client = browser(service, mentor)
    page = client.get(CARDS).text
    assert "Card 1 of 2" in page
    assert "Did you talk to your manager?" in page and "I had a hard week" in page
    other = re.findall(rf'href="({CARDS}/\w+/\d+)">Next card', page)[0]
    feeling = client.get(other).text
    assert "Card 2 of 2" in feeling and "“lonely”" in feeling and "felt so lonely" in feeling
    assert "Which room was it?" in feeling and first in feeling
    assert "Can you hear me" not in page + feeling, "it is not counted"


@pytest.mark.parametrize(("typed", "became"), [
    ("What was it like to talk to your manager?", "an open question (sure)"),
    ("Did you call her?", "a closed question (sure)"),
    ("It sounds as if the week wore you out.", "a reflection: it gives back what was said"),
    ("Let us have some tea.", "neither a question nor a reflection"),
])  # fmt: skip
def test_what_is_typed_is_read_and_kept_nowhere(
    service: Service, mentor: Person, first: str, typed: str, became: str
) -> None:
    page = send(browser(service, mentor), first, text=typed)
    assert f"<q>{typed}</q> is <b>{became}" in page.text
    assert everywhere(service, typed) == []


def test_two_sentences_are_read_one_by_one(service: Service, mentor: Person, first: str) -> None:
    page = send(browser(service, mentor), first, text="What did you want? Did you say it?").text
    assert page.count("an open question") == 1 and page.count("a closed question") == 1


def test_a_page_without_an_annotator_says_so(
    service: Service, mentor: Person, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsal._annotator.cache_clear()
    monkeypatch.setattr(registry, "installed_entries", lambda port: {})
    client = browser(service, mentor)
    page = client.get(first).text
    assert "not installed in this service" in page and 'name="text"' not in page
    assert send(client, first, text="What was it like?").status_code == 200


def test_cards_are_of_ones_own_sessions(
    service: Service, mentor: Person, lead: Person, first: str
) -> None:
    session_id = first.split("/")[3]
    send(browser(service, mentor), f"/sessions/{session_id}/shares", email=lead.email)
    reader = browser(service, lead)
    assert "No cards yet" in reader.get(CARDS).text
    assert reader.get(first).status_code == 404
    assert browser(service, mentor).get(f"{CARDS}/{session_id}/99").status_code == 404
    mentor.client.delete(f"/v1/sessions/{session_id}")
    assert "No cards yet" in browser(service, mentor).get(CARDS).text


def test_a_corrected_question_is_no_card(service: Service, mentor: Person, first: str) -> None:
    session_id = first.split("/")[3]
    form = {"kind": "relabel", "label": "open_question", "start": 4.5, "end": 7, "speaker": "A"}
    client = browser(service, mentor)
    send(client, f"/sessions/{session_id}/corrections", **form).raise_for_status()
    assert "Card 1 of 1" in client.get(CARDS).text
