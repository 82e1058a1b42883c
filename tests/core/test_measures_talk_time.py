"""Talk time, its two denominators, silence, speaking at once, and the balance over time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import Conversation, Recording, Speaker
from coach.intervals import Span, total
from coach.measurement import Measurement, find
from coach.measures import measure
from coach.measures.balance import Balance, balance_over_time
from coach.rules import Rules
from coach.talk import talk
from coach.turns import floor


def measured(name: str, speaker: str | None, *lines: str, duration: float = 20) -> Measurement:
    found = find(measure(floor(talk(*lines, duration=duration))), name, speaker)
    assert found is not None
    return found


def balance(*lines: str, rules: Rules | None = None) -> Balance:
    return balance_over_time(floor(talk(*lines), rules or Rules()))


TALK = ("A 0-6", "A 7-9", "B 5-8", "B 10-12")


def test_talk_time_counts_overlapped_speech_for_both() -> None:
    assert measured("talk_time", "A", *TALK).value == 8
    assert measured("talk_time", "B", *TALK).value == 5


def test_speech_given_twice_counts_once() -> None:
    assert measured("talk_time", "A", "A 0-6", "A 2-4", "B 7-8").value == 6


def test_talk_share_has_both_denominators() -> None:
    of_speech = measured("talk_share", "A", *TALK)
    assert (of_speech.numerator, of_speech.denominator) == (8, 13)
    of_recording = measured("talk_share_of_recording", "A", *TALK)
    assert (of_recording.numerator, of_recording.denominator) == (8, 20)


def test_evidence_of_talk_is_the_speech() -> None:
    assert measured("talk_share", "A", *TALK).evidence == (Span(0, 6), Span(7, 9))


def test_silence_is_what_nobody_fills() -> None:
    silence = measured("silence_share", None, *TALK)
    assert (silence.numerator, silence.denominator) == (9, 20)
    assert silence.evidence[-1] == Span(12, 20)
    assert total(silence.evidence) == 9


def test_a_ghost_is_not_silent() -> None:
    assert (
        measured("silence_share", None, "A 0-60", "B 61-119", "X 60-60.5", duration=120).count == 2
    )


def test_speaking_at_once_is_a_share_of_the_time_with_speech() -> None:
    together = measured("overlap_share", None, *TALK)
    assert (together.numerator, together.denominator, together.count) == (2, 11, 2)


def test_three_at_once_are_counted_once() -> None:
    together = measured("overlap_share", None, "A 0-10", "B 2-6", "C 4-8")
    assert together.numerator == 6


def test_two_at_once_stay_one_stretch_when_another_takes_over() -> None:
    together = measured("overlap_share", None, "A 0-10", "B 2-5", "C 5-8")
    assert (together.numerator, together.count, together.evidence) == (6, 1, (Span(2, 8),))


def test_touching_is_not_speaking_at_once() -> None:
    assert measured("overlap_share", None, "A 0-5", "B 5-9", "A 9-12").numerator == 0


def test_shares_of_nobody_are_undefined() -> None:
    silent = Conversation(Recording("silence", 10), (Speaker("A"),), ())
    found = measure(floor(silent))
    for name, who in (("talk_share", "A"), ("overlap_share", None), ("interruptions", "A")):
        taken = find(found, name, who)
        assert taken is not None and taken.value is None
    silence = find(found, "silence_share")
    assert silence is not None and silence.value == 1


def test_a_short_conversation_is_one_window() -> None:
    [window] = balance("A 2-10", "B 10-12").windows
    assert window.span == Span(2, 12)
    assert window.shares == {"A": 0.8, "B": 0.2}


def test_windows_slide_from_the_first_speech_to_the_last() -> None:
    windows = balance("A 10-100", "B 100-260").windows
    assert [window.span for window in windows] == [
        Span(10, 160), Span(40, 190), Span(70, 220), Span(100, 250),
    ]  # fmt: skip
    assert windows[3].shares == {"A": 0, "B": 1}


def test_a_window_without_speech_has_no_shares_and_is_left_out() -> None:
    windows = balance("A 0-10", "B 400-410").windows
    assert all(sum(window.shares.values()) == pytest.approx(1) for window in windows)
    assert not any(window.span.start == 60 for window in windows)


HALF_MINUTES = Rules(window=30, window_step=30)


@pytest.mark.parametrize(
    ("holders", "dynamic"),
    [
        ("AAAAAA", "dominating_throughout"),
        ("AAAAAB", "dominating_throughout"),
        ("AAABBB", "alternating_dominance"),
        ("AAB---", "back_and_forth"),
        ("AABB-A", "alternating_dominance"),
        ("------", "back_and_forth"),
    ],
)
def test_the_dynamic_is_who_dominates_how_many_windows(holders: str, dynamic: str) -> None:
    lines = []
    for i, holder in enumerate(holders):
        a = {"A": 24, "B": 6, "-": 15}[holder]
        lines += [f"A {30 * i}-{30 * i + a}", f"B {30 * i + a}-{30 * i + 30}"]
    assert balance(*lines, rules=HALF_MINUTES).dynamic == dynamic


def test_nobody_has_no_dynamic() -> None:
    assert balance_over_time(floor(Conversation(Recording("x", 9), (), ()))) == Balance((), None)


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 300), st.integers(1, 60)), min_size=1)
)
def test_shares_in_windows_are_what_lies_in_them(pieces: list[tuple[str, int, int]]) -> None:
    conv = talk(*(f"{who} {start}-{start + length}" for who, start, length in pieces))
    for window in balance_over_time(floor(conv, Rules(window=50, window_step=10))).windows:
        seconds = {
            who: sum(
                any(span.contains(second) for span in conv.speech_of(who))
                for second in range(int(window.span.start), int(window.span.end))
            )
            for who in window.shares
        }
        for who, share in window.shares.items():
            assert share == pytest.approx(seconds[who] / sum(seconds.values()))
