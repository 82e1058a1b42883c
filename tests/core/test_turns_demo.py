"""The demo recording's script knows its turns, backchannels and overlaps: the floor finds them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coach.conversation import Conversation
from coach.turns import floor


def heard(demo: Conversation, words: bool) -> Conversation:
    return demo if words else replace(demo, words=(), sentences=())


@pytest.mark.parametrize("words", [True, False])
def test_every_overlap_has_the_class_it_was_written_with(
    demo: Conversation, demo_truth: dict[str, Any], words: bool
) -> None:
    written = [(o["class"], o["by"], o["start"]) for o in demo_truth["overlaps"] if o["event"]]
    found = floor(heard(demo, words)).overlaps
    assert [(o.kind, o.second, pytest.approx(o.span.start, abs=0.1)) for o in found] == written


@pytest.mark.parametrize("words", [True, False])
def test_every_backchannel_is_found_and_no_other(
    demo: Conversation, demo_truth: dict[str, Any], words: bool
) -> None:
    written = [
        (t["speaker"], t["start"]) for t in demo_truth["turns"] if t["kind"] == "backchannel"
    ]
    found = floor(heard(demo, words)).backchannels
    assert [(b.speaker, pytest.approx(b.span.start, abs=0.1)) for b in found] == written


def test_everything_else_that_was_not_given_up_is_a_turn(
    demo: Conversation, demo_truth: dict[str, Any]
) -> None:
    aside = {"backchannel", "attempt"}
    written = [(t["speaker"], t["start"]) for t in demo_truth["turns"] if t["kind"] not in aside]
    found = floor(demo).turns
    assert [(t.speaker, pytest.approx(t.span.start, abs=0.1)) for t in found] == written


def test_who_breaks_off_in_the_script_was_cut_off(demo: Conversation) -> None:
    made = [o for o in floor(demo).overlaps if o.kind == "interruption"]
    assert [overlap.cut_off for overlap in made] == [True, True]
