"""The measures of the demo conversation: what its script says, and every figure as it was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from coach.conversation import Conversation
from coach.measurement import Measurement, find
from coach.measures import measure
from coach.turns import floor

GOLDEN = Path(__file__).parents[1] / "golden" / "measures.json"


def figures(taken: Measurement) -> dict[str, Any]:
    value = None if taken.value is None else round(taken.value, 3)
    interval = None if taken.interval is None else [round(bound, 3) for bound in taken.interval]
    first = taken.evidence[0].start if taken.evidence else None
    return {
        "name": taken.name,
        "speaker": taken.speaker,
        "value": value,
        "unit": taken.unit,
        "count": taken.count,
        "interval": interval,
        "first_evidence": None if first is None else round(first, 3),
        "withheld": taken.withheld,
    }


def test_every_figure_of_the_demo_is_as_it_was(demo: Conversation) -> None:
    lines = (json.dumps(figures(taken)) for taken in measure(floor(demo)))
    text = "[\n " + ",\n ".join(lines) + "\n]\n"
    if os.environ.get("COACH_GOLDEN") == "write":
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == text, "Changed on purpose? make golden"


@pytest.fixture(scope="module")
def mentor(demo: Conversation) -> dict[str, Measurement]:
    return {m.name: m for m in measure(floor(demo)) if m.speaker == "mentor"}


def test_talk_time_is_that_of_the_script(
    mentor: dict[str, Measurement], demo_truth: dict[str, Any]
) -> None:
    assert mentor["talk_time"].value == pytest.approx(demo_truth["talk_s"]["mentor"], abs=0.01)
    assert mentor["talk_share"].value == pytest.approx(
        demo_truth["talk_share"]["mentor"], abs=0.001
    )
    assert mentor["words"].value == demo_truth["words"]["mentor"]


def test_questions_and_their_kinds_are_those_of_the_script(
    mentor: dict[str, Measurement], demo_truth: dict[str, Any]
) -> None:
    written = demo_truth["mentor"]
    assert mentor["open_questions"].value == written["questions"]["open_question"]
    assert mentor["closed_questions"].value == written["questions"]["closed_question"]
    assert mentor["open_ratio"].value == pytest.approx(written["open_ratio"], abs=0.001)
    for kind, count in written["kinds"].items():
        if kind != "stacked":
            assert mentor[f"question_{kind}"].value == count


def test_listening_acts_are_those_of_the_script(
    mentor: dict[str, Measurement], demo_truth: dict[str, Any]
) -> None:
    written = demo_truth["mentor"]["listening"]
    assert mentor["reflections_simple"].value == written["reflection_simple"]
    assert mentor["reflections_complex"].value == written["reflection_complex"]
    assert mentor["affirmations"].value == written["affirmation"]
    assert mentor["advice_without_permission"].value == written["advice_without_permission"]
    assert mentor["backchannels"].count == written["backchannel"]


def test_the_feeling_that_was_picked_up_is_found(
    demo: Conversation, demo_truth: dict[str, Any]
) -> None:
    picked_up = [each for each in demo_truth["feelings"] if each["picked_up"]]
    words = find(measure(floor(demo)), "feeling_words", "mentor")
    assert words is not None and words.value == len(picked_up)
