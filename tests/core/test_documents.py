"""The scorecard as text and as Word, and the moments for an observation form."""

from __future__ import annotations

import builtins
import io
from typing import Any

import docx
import pytest

from coach.conversation import Acts, Conversation
from coach.errors import MissingDependency
from coach.page.documents import render_text, render_word
from coach.page.observations import blocks, observations
from coach.page.outline import Block, outline
from coach.page.view import Page
from coach.scorecard import score
from coach.talk import talk, with_acts


def session() -> Conversation:
    conv = talk(
        "A 0-3 How was your week?", "B 3.5-12 I felt so lonely in that room.",
        "A 15-18 Which room was it?", "B 18.5-30 The one upstairs, it is always cold.",
        "A 26-33 You should ask for another one.", "B 33.5-40 I did not dare to do that.",
        "A 41-44 It took some courage to tell me.", "B 44.3-50 Yes.",
    )  # fmt: skip
    acts = {
        0: Acts("open_question"), 2: Acts("closed_question"),
        4: Acts(listening=("advice_without_permission",)), 6: Acts(listening=("affirmation",)),
    }  # fmt: skip
    return with_acts(conv, acts)


@pytest.fixture
def page() -> Page:
    conv = session()
    return Page(score(conv), conv)


def word_text(document: bytes) -> str:
    read = docx.Document(io.BytesIO(document))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in read.paragraphs), *cells])


def test_text_and_word_have_the_same_words(page: Page) -> None:
    text, word = render_text(outline(page)), word_text(render_word(outline(page)))
    for block in outline(page):
        assert block.text in text and block.text in word
        assert block.found in text and block.found in word
    assert "0:15  You: Which room was it?  [closed question]" in text
    assert "lonely" in word and "Transcript" in word


def test_what_xml_cannot_hold_is_left_out_of_word() -> None:
    document = render_word(
        [Block("title", "a\x00b"), Block("moment", "c\x0bd\ud800", "0:01", "e\x07")]
    )
    assert "ab" in word_text(document) and "e: cd" in word_text(document)


def test_moments_stand_under_the_competencies_that_they_touch(page: Page) -> None:
    trust, presence, listening, awareness = (
        [(moment.text, moment.found) for moment in moments] for _, moments in observations(page)
    )
    assert [text for text, _ in trust] == [
        "You should ask for another one.", "It took some courage to tell me.",
    ]  # fmt: skip
    assert ("", "3.0 s of silence after the answer") in presence
    assert [text for text, _ in listening] == ["I felt so lonely in that room."]
    assert awareness == [
        ("How was your week?", "open question"), ("Which room was it?", "closed question"),
    ]  # fmt: skip


def test_an_observation_form_has_no_score_and_says_who_judges(page: Page) -> None:
    text = render_text(blocks(page))
    assert "judge yourself" in text
    for word in ("%", "score", "average", "per hour"):
        assert word not in text.lower()


def test_without_a_mentor_nobody_is_observed() -> None:
    conv = talk("A 0-3 How was it?", "B 3-9 Hard.", mentor=None)
    assert all(moments == () for _, moments in observations(Page(score(conv), conv)))


def test_without_python_docx_it_is_said_how_to_get_it(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name == "docx":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(MissingDependency, match=r"listening-coach\[docx\]"):
        render_word(outline(page))
