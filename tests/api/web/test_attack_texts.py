"""Attacks with long texts: the API takes no more than the forms of the pages."""

from __future__ import annotations

import pytest
from hostile import check_linear

from coach.conversation import Conversation
from coach.corrections import EditText, apply_changes
from coach.intervals import Span
from coach.scorecard import score
from coach_api.schemas.lengths import EMAIL, NAME, NOTE, SAID, TITLE

from .conftest import Person, Service, spoken

_SPAN = {"start": 4.5, "end": 16.0}


@pytest.mark.parametrize(
    ("change", "field", "most"),
    [
        ({"kind": "edit_text", "span": _SPAN, "speaker": "B"}, "text", SAID),
        ({"kind": "rename", "speaker": "A"}, "name", NAME),
    ],
)
def test_a_correction_has_the_lengths_of_the_form(
    service: Service, mentor: Person, change: dict[str, object], field: str, most: int
) -> None:
    path = f"/v1/sessions/{service.upload(mentor)}/corrections"
    refused = mentor.client.post(path, json={**change, field: "x" * (most + 1)})
    assert refused.status_code == 422 and field in refused.json()["detail"]
    assert mentor.client.post(path, json={**change, field: "x" * most}).status_code == 201


def test_a_speaker_of_a_correction_is_no_longer_than_a_name(
    service: Service, mentor: Person
) -> None:
    path = f"/v1/sessions/{service.upload(mentor)}/corrections"
    change = {"kind": "set_mentor", "speaker": "x" * (NAME + 1)}
    assert "speaker" in mentor.client.post(path, json=change).json()["detail"]


@pytest.mark.parametrize(("field", "most"), [("title", TITLE), ("mentor", NAME), ("partner", NAME)])
def test_a_session_has_the_lengths_of_the_form(
    service: Service, mentor: Person, field: str, most: int
) -> None:
    path = f"/v1/sessions/{service.upload(mentor)}"
    assert mentor.client.patch(path, json={field: "x" * (most + 1)}).status_code == 422
    assert mentor.client.patch(path, json={field: "x" * most}).status_code == 200


def test_a_share_and_a_note_have_them_too(service: Service, mentor: Person) -> None:
    path = f"/v1/sessions/{service.upload(mentor)}"
    long = {"email": "x" * EMAIL + "@example.org"}
    assert mentor.client.post(f"{path}/shares", json=long).status_code == 422
    assert mentor.client.post(f"{path}/notes", json={"text": "x" * (NOTE + 1)}).status_code == 422


def test_rescoring_takes_linear_time_in_the_words_of_a_sentence() -> None:
    conv: Conversation = spoken()

    def work(text: str) -> object:
        return score(apply_changes(conv, [EditText(Span(4.5, 16.0), "B", text)]))

    for piece in ("a ", "sad ", "? ", "i felt so "):
        check_linear(work, piece)
