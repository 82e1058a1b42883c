from __future__ import annotations

from coach.conversation import Conversation, OverlapKind
from coach.corrections import Overrule, apply_changes
from coach.intervals import Span
from coach.talk import talk
from coach.turns import floor

TALK = talk("A 0-6 I think that we", "B 4.5-9 No, listen to me.")


def kinds(*changes: Overrule, conv: Conversation = TALK) -> list[tuple[OverlapKind, bool | None]]:
    return [(o.kind, o.cut_off) for o in floor(apply_changes(conv, changes)).overlaps]


def test_the_reader_has_the_last_word() -> None:
    assert [kind for kind, _ in kinds()] == ["interruption"]
    assert kinds(Overrule(Span(4.5, 6), "terminal")) == [("terminal", None)]


def test_only_an_interruption_keeps_who_was_cut_off() -> None:
    told = talk("A 0-2 I went.", "A 2-6 And then we wanted to", "B 4.5-9 No, listen to me.")
    assert kinds(conv=told) == [("interruption", True)]
    assert kinds(Overrule(Span(4.5, 6), "terminal"), conv=told) == [("terminal", None)]
    assert kinds(Overrule(Span(4.5, 6), "interruption"), conv=told) == [("interruption", True)]


def test_a_ruling_finds_its_event_when_times_have_moved_a_little() -> None:
    assert kinds(Overrule(Span(4.7, 6.2), "attempt")) == [("attempt", None)]


def test_a_ruling_on_nothing_changes_nothing() -> None:
    assert kinds(Overrule(Span(0, 1), "attempt")) == kinds()
