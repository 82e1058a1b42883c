from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import Acts, Conversation, FeelingKind
from coach.corrections import (
    Change,
    EditText,
    JudgeFeeling,
    Merge,
    Overrule,
    Reattribute,
    Relabel,
    Rename,
    SetMentor,
    Swap,
    apply_changes,
)
from coach.errors import InputError
from coach.intervals import Span, intersect, total
from coach.measurement import find
from coach.scorecard import score
from coach.talk import talk

TALK = talk("A 0-4 So how was your week?", "B 4-8 It was fine I suppose", "A 8-9 Good")


def said(conv: Conversation) -> list[tuple[str, str]]:
    return [(s.speaker, s.text) for s in conv.sentences]


def test_rename_and_forget_a_name() -> None:
    named = apply_changes(TALK, [Rename("A", "Jo")])
    assert named.speakers[0].name == "Jo"
    for nothing in ("", " "):
        assert apply_changes(named, [Rename("A", nothing)]).speakers[0].name is None


def test_swap_exchanges_roles_and_names_and_twice_is_nothing() -> None:
    once = apply_changes(TALK, [Rename("A", "Jo"), Swap("A", "B")])
    assert [(s.role, s.name) for s in once.speakers] == [("mentee", None), ("mentor", "Jo")]
    assert apply_changes(TALK, [Swap("A", "B"), Swap("A", "B")]) == TALK


def test_beside_a_ghost_the_partner_is_the_mentee() -> None:
    conv = apply_changes(talk("A 0-300", "X 300-300.5", "B 301-600", mentor=None), [SetMentor("B")])
    assert {s.id: s.role for s in conv.speakers} == {"A": "mentee", "X": "other", "B": "mentor"}


def test_set_mentor() -> None:
    conv = apply_changes(TALK, [SetMentor("B")])
    assert [s.role for s in conv.speakers] == ["mentee", "mentor"]


def test_merge_keeps_every_second_once() -> None:
    conv = talk("A 0-4", "B 3-6 yes", "C 5-8 no")
    merged = apply_changes(conv, [Merge("C", into="B")])
    assert [s.id for s in merged.speakers] == ["A", "B"]
    assert merged.speech_of("B") == (Span(3, 8),)
    assert said(merged) == [("B", "yes"), ("B", "no")]


def test_a_part_of_a_turn_goes_to_the_other() -> None:
    conv = apply_changes(TALK, [Reattribute(Span(6.4, 8), "B", "A")])
    assert said(conv)[1:3] == [("B", "It was fine"), ("A", "I suppose")]
    assert conv.speech_of("A") == (Span(0, 4), Span(6.4, 9))
    assert sum(total(conv.speech_of(s)) for s in "AB") == pytest.approx(9)


def test_the_longest_part_of_a_split_sentence_keeps_its_act() -> None:
    asked = apply_changes(TALK, [Relabel(Span(0, 4), "A", Acts("open_question"))])
    conv = apply_changes(asked, [Reattribute(Span(3, 4), "A", "B")])
    acts = {(s.text, s.acts.act) for s in conv.sentences[:2]}
    assert ("So how was your", "open_question") in acts
    assert ("week?", "other") in acts


def test_text_is_edited_in_its_place() -> None:
    conv = apply_changes(TALK, [EditText(Span(4, 8), "B", "Not so good")])
    assert said(conv)[1] == ("B", "Not so good")
    assert [w.text for w in conv.words_of("B")] == ["Not", "so", "good"]
    assert [[conv.words[i].text for i in s.words] for s in conv.sentences][2] == ["Good"]


def test_text_can_be_taken_away() -> None:
    conv = apply_changes(TALK, [EditText(Span(8, 9), "A", "")])
    assert len(conv.sentences) == 2
    assert len(conv.words) == len(TALK.words) - 1


def test_an_overruled_overlap_keeps_the_last_word() -> None:
    span = Span(3, 4)
    conv = apply_changes(TALK, [Overrule(span, "attempt"), Overrule(span, "terminal")])
    assert [ruling.kind for ruling in conv.rulings] == ["terminal"]


@pytest.mark.parametrize(
    "change",
    [
        Rename("Z", "Jo"),
        Swap("A", "Z"),
        Merge("A", into="A"),
        Reattribute(Span(20, 30), "A", "B"),
        EditText(Span(4, 8), "A", "no"),
        Relabel(Span(20, 21), "A", Acts()),
    ],
)
def test_what_is_not_there_cannot_be_corrected(change: Change) -> None:
    with pytest.raises(InputError):
        apply_changes(TALK, [change])


def test_names_and_text_stay_out_of_reprs() -> None:
    assert "Jo" not in repr(Rename("A", "Jo"))
    assert "secret" not in repr(EditText(Span(0, 1), "A", "secret"))


@given(st.floats(0, 8.9), st.floats(0.1, 9))
def test_giving_away_and_back_keeps_talk_time(start: float, length: float) -> None:
    span = Span(start, start + length)
    try:
        there = apply_changes(TALK, [Reattribute(span, "A", "B")])
    except InputError:
        return
    heard = sum(total(there.speech_of(s)) for s in "AB")
    assert heard == pytest.approx(9)
    assert sorted(w.text for w in there.words) == sorted(w.text for w in TALK.words)


@pytest.mark.parametrize(("gone", "into"), [("C", "A"), ("A", "C")])
def test_a_mentor_heard_as_two_stays_the_mentor(gone: str, into: str) -> None:
    conv = apply_changes(talk("A 0-4", "B 4-8", "C 8-9"), [SetMentor("A"), Merge(gone, into)])
    assert {s.id: s.role for s in conv.speakers} == {into: "mentor", "B": "mentee"}


def test_a_partner_heard_as_two_is_the_mentee() -> None:
    conv = apply_changes(talk("A 0-4", "B 4-8", "C 8-9"), [SetMentor("A"), Merge("C", into="B")])
    assert [s.role for s in conv.speakers] == ["mentor", "mentee"]


def test_a_sentence_without_words_goes_with_the_speech() -> None:
    bare = replace(TALK, words=(), sentences=tuple(replace(s, words=()) for s in TALK.sentences))
    conv = apply_changes(bare, [Reattribute(Span(8, 9), "A", "B")])
    assert [who for who, _ in said(conv)] == ["A", "B", "B"]


def test_edited_words_stay_in_order_of_time_among_those_of_others() -> None:
    conv = talk("A 0-4 So how was your week?", "B 1-2 Well, mm", "A 5-6 Good")
    edited = apply_changes(conv, [EditText(Span(0, 4), "A", "What was it like then")])
    starts = [word.span.start for word in edited.words]
    assert starts == sorted(starts)
    assert said(edited) == [("A", "What was it like then"), ("B", "Well, mm"), ("A", "Good")]
    told = [" ".join(edited.words[i].text for i in s.words) for s in edited.sentences]
    assert told == [s.text for s in edited.sentences]


@pytest.mark.parametrize(
    ("feeling", "expected"),
    [("picked_up", ["feeling"]), ("none", []), ("passed", ["feeling_passed"])],
)
def test_a_feeling_is_what_the_reader_says(feeling: FeelingKind, expected: list[str]) -> None:
    told = talk("B 0-5 I felt so lonely there.", "A 6-8 Which room was it?", "B 9-20 Upstairs.")
    assert [m.kind for m in score(told).moments] == ["feeling_passed"]
    judged = apply_changes(told, [JudgeFeeling(Span(0, 5), "B", feeling)])
    assert [m.kind for m in score(judged).moments] == expected
    with pytest.raises(InputError, match="says nothing"):
        apply_changes(told, [JudgeFeeling(Span(50, 60), "B", feeling)])


def test_an_open_form_goes_with_the_words_that_it_repeats() -> None:
    asked = talk("A 0-4 Do you want to leave?", "B 4-8 I suppose")
    opened = tuple(replace(s, open_form="How do you feel about leaving?") for s in asked.sentences)
    conv = replace(asked, sentences=opened)
    edited = apply_changes(conv, [EditText(Span(0, 4), "A", "Do you want to live?")])
    assert [s.open_form for s in edited.sentences] == ["", opened[1].open_form]


def test_an_edit_of_words_leaves_other_sentences_alone() -> None:
    """Their text as it was written, and sentences without words too."""
    first = replace(TALK.sentences[0], words=())
    last = replace(TALK.sentences[2], text="Good!", open_form="How good?")
    conv = replace(TALK, sentences=(first, TALK.sentences[1], last))
    edited = apply_changes(conv, [EditText(Span(4, 8), "B", "fine")])
    assert edited.sentences[0] == first
    assert said(edited)[1:] == [("B", "fine"), ("A", "Good!")]
    assert edited.sentences[2] == replace(last, words=(len(edited.words) - 1,))


OVER = "B 3-15 I did it as she well in my own experience told me to"


def test_words_of_an_overlap_go_to_whose_they_are_and_the_overlap_stays() -> None:
    """The mentor tried to come in, and the partner was written down as saying their words."""
    conv = talk("A 0-2 So?", OVER, "A 7.5-12.5", mentor="A")
    said_by = {w.text: w.span for w in conv.words}
    span = Span(said_by["well"].start, said_by["experience"].end)
    before, after = score(conv), score(apply_changes(conv, [Reattribute(span, "B", "A")]))
    assert [o.kind for o in before.overlaps] == ["attempt"]
    assert [(o.kind, o.second) for o in after.overlaps] == [("attempt", "A")]
    shares = [find(card.measurements, "talk_share", "A") for card in (before, after)]
    assert shares[0] == shares[1]
    changed = apply_changes(conv, [Reattribute(span, "B", "A")])
    assert " ".join(w.text for w in changed.words_of("A")) == "So? well in my own experience"


@given(*[st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=6)] * 2,
       st.integers(0, 40), st.integers(1, 20))  # fmt: skip
def test_what_is_given_to_the_other_is_heard_as_long_as_before(
    first: list[tuple[int, int]], second: list[tuple[int, int]], start: int, length: int
) -> None:
    """Neither the time with speech changes, nor the time in which both are heard."""
    lines = [f"A {at}-{at + n}" for at, n in first] + [f"B {at}-{at + n}" for at, n in second]
    conv = talk("A 50-51", "B 52-53", *lines)
    try:
        changed = apply_changes(conv, [Reattribute(Span(start, start + length), "A", "B")])
    except InputError:
        return  # nothing is said there
    for measured in (heard_at_all, heard_at_once):
        assert measured(changed) == pytest.approx(measured(conv))


def heard_at_all(conv: Conversation) -> float:
    return total(speech.span for speech in conv.speech)


def heard_at_once(conv: Conversation) -> float:
    return total(intersect(conv.speech_of("A"), conv.speech_of("B")))
