from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import coach
from coach.conversation import Acts, Conversation, Ruling, Speaker
from coach.interchange.json import dump, load
from coach.intervals import Span
from coach.rules import Rules
from coach.scorecard import Scorecard, score
from coach.talk import talk, with_acts

GOLDEN = Path(__file__).parents[1] / "golden"
# The promise is 0.1 s; a busy machine, or one that counts lines, takes longer.
PATIENCE = 20


@pytest.fixture(scope="module")
def session() -> Conversation:
    text = (GOLDEN / "session.conversation.json").read_text(encoding="utf-8")
    return load(Conversation, text)


def test_the_golden_scorecard_is_what_is_computed(session: Conversation) -> None:
    path, text = GOLDEN / "session.scorecard.json", dump(score(session))
    if os.environ.get("COACH_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "Changed on purpose? make golden"


def test_a_scorecard_is_read_as_it_was_written(session: Conversation) -> None:
    text = dump(score(session))
    assert dump(load(Scorecard, text)) == text


def test_the_mentor_comes_first_and_ghosts_not_at_all() -> None:
    conv = talk("B 0-60", "A 61-90", "C 70-70.4", "B 91-120")
    card = score(conv)
    assert [speaker.id for speaker in card.speakers] == ["A", "B"]
    assert card.mentor == Speaker("A", "mentor")
    assert "C was heard in scraps" in card.notes[0]
    assert score(talk("A 0-3", mentor=None)).mentor is None


def test_notes_of_the_hearing_are_kept_and_many_speakers_noted() -> None:
    conv = replace(talk("A 0-30", "B 30-60", "C 60-90"), notes=("It was noisy.",))
    assert score(conv).notes == (
        "It was noisy.",
        "No words were recognised.",
        "3 people speak; the page shows the mentor beside all others.",
    )  # fmt: skip


def test_questions_know_how_long_the_answer_was() -> None:
    conv = with_acts(
        talk("A 0-2 How was it?", "B 3-12 Hard.", "A 13-15 Why?"),
        {0: Acts("open_question", 0.9), 2: Acts("open_question")},
    )
    first, last = score(conv).questions
    assert (first.text, first.acts.probability, first.answer) == ("How was it?", 0.9, 9.0)
    assert last.answer is None


def test_moments_are_the_mentor_s_acts_and_the_partner_s_feelings(session: Conversation) -> None:
    kinds = [moment.kind for moment in score(session).moments]
    assert kinds.count("feeling") == 2
    assert kinds.count("feeling_passed") == 1
    assert kinds.count("reflection_complex") == 1
    assert "backchannel" not in kinds
    nobody = replace(session, speakers=tuple(replace(s, role="other") for s in session.speakers))
    assert score(nobody).moments == ()
    assert "feeling" not in [m.kind for m in score(replace(session, language=None)).moments]


def test_corrections_are_marked() -> None:
    conv = talk("A 0-5", "B 4-9")
    assert not score(conv).corrected
    assert score(conv, corrected=True).corrected
    assert score(replace(conv, rulings=(Ruling(Span(4, 5), "attempt"),))).corrected


def test_rules_are_kept_with_what_was_computed() -> None:
    rules = Rules(min_questions=1)
    card = score(talk("A 0-2 How?", "B 3-9 So."), rules=rules)
    assert card.rules == rules


def test_names_and_words_stay_out_of_repr(session: Conversation) -> None:
    shown = repr(score(session))
    for word in ("Tomas", "embarrassed", "supervisor", "projector"):
        assert word not in shown


def test_a_notebook_shows_the_page_in_a_frame(session: Conversation) -> None:
    shown = score(session)._repr_html_()
    assert shown.startswith("<iframe")
    assert "&lt;!doctype html&gt;" in shown
    assert "<script" not in shown


def hour() -> Conversation:
    """An hour of talk: 700 turns, 10000 words, a question in every fifth sentence."""
    lines = []
    words = "so I think that this is about the project and how we were worried"
    for i in range(700):
        start = i * 5.1
        lines.append(f"{'AB'[i % 2]} {start:.2f}-{start + 5.2:.2f} {words}")
    conv = talk(*lines)
    asked = {i: Acts("open_question" if i % 10 else "closed_question") for i in range(0, 700, 5)}
    return with_acts(conv, asked)


def test_an_hour_is_scored_in_a_moment() -> None:
    conv = hour()
    score(conv)
    begin = time.process_time()
    card = score(conv)
    assert time.process_time() - begin < 0.1 * PATIENCE
    assert len(card.questions) == 140


def test_the_package_offers_score_without_loading_anything_heavy() -> None:
    assert coach.score is score
    assert coach.Scorecard is Scorecard
    with pytest.raises(AttributeError, match="no attribute 'shout'"):
        coach.shout  # noqa: B018
    code = (
        "import sys, coach; heavy = {'torch', 'pydantic', 'jinja2', 'numpy'};"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_templates_are_in_the_package() -> None:
    from importlib.resources import files

    folder = files("coach.page") / "templates"
    assert {"scorecard.html", "scorecard.css", "play.js", "review.js"} <= {
        each.name for each in folder.iterdir()
    }
