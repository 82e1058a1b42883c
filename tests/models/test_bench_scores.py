from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import Conversation
from coach.interchange.segments import Segment
from coach.intervals import Span
from coach.talk import talk
from coach.turns import Overlap
from coach_models.bench.normalise import normalise
from coach_models.bench.pair import ListenerResult
from coach_models.bench.reference import ReferenceRecording
from coach_models.bench.report import Score, rows, values
from coach_models.bench.scoring import score

TRUE = talk("A 0-6 so how was it then", "B 4-10 it was fine really", "A 11-12 good", duration=20)


def reference(conv: Conversation, labels: tuple[Overlap, ...] | None = None) -> ReferenceRecording:
    turns = tuple(Segment(s.span, s.speaker, s.text) for s in conv.sentences)
    return ReferenceRecording("talk", "set", Path("talk.wav"), conv, turns, labels)


def found(
    true: Conversation, heard: ListenerResult | Conversation, **labels: object
) -> dict[str, object]:
    said = heard if isinstance(heard, ListenerResult) else ListenerResult(heard)
    measured = score(reference(true, **labels), said)  # type: ignore[arg-type]
    return {each.name: each.value for each in measured}


def test_what_was_heard_right_has_no_error() -> None:
    apart = replace(TRUE, recording=replace(TRUE.recording, channels=2))
    value = found(TRUE, apart)
    zero = (
        "der_0", "der_025", "miss_0", "false_alarm_0", "confusion_0", "jer", "share_error",
        "share_error_worst", "turn_count_error", "boundary_error", "first_word_error", "wer",
        "cpwer", "wrong_speaker", "invented_words", "false_interruptions",
    )  # fmt: skip
    assert {name: value[name] for name in zero} == dict.fromkeys(zero, 0.0)
    one = ("speakers_right", "boundaries_found", "overlap_f1", "overlap_seconds_recall")
    assert {name: value[name] for name in one} == dict.fromkeys(one, 1.0)


@given(st.permutations(["X", "Y"]))
def test_names_of_speakers_do_not_matter(names: list[str]) -> None:
    lines = ("0-6 so how was it then", "4-10 it was fine really", "11-12 good")
    said = talk(*(f"{names[i % 2]} {line}" for i, line in enumerate(lines)), duration=20)
    assert found(TRUE, said) == found(TRUE, TRUE)


def test_der_splits_into_its_parts() -> None:
    value = found(talk("A 0-10", "B 10-20"), talk("X 0-12", "Y 12-18", "Y 20-21", duration=22))
    assert value["der_0"] == pytest.approx(5 / 20)
    assert value["confusion_0"] == pytest.approx(2 / 20)
    assert value["miss_0"] == pytest.approx(2 / 20)
    assert value["false_alarm_0"] == pytest.approx(1 / 20)
    # 0.25 s on both sides of 0, 10 and 20 are not scored
    assert value["confusion_025"] == pytest.approx(1.75 / 19)


def test_short_speech_is_scored_by_the_person_it_is_heard_from() -> None:
    truth = talk("A 0-5", "B 1-1.375", "B 2-2.75", "A 6-6.25", "B 7-9")
    value = found(truth, talk("A 0-5", "B 2-2.5", "A 6-6.25", "B 7-9"))
    assert value["heard_below_half"] == pytest.approx(0.25 / 0.625)
    assert value["heard_below_one"] == pytest.approx(0.5 / 0.75)


def test_a_speaker_too_many_is_nobody_and_wrong() -> None:
    value = found(talk("A 0-10", "B 10-20"), talk("X 0-10", "Y 10-15", "Z 15-20"))
    assert (value["speakers_right"], value["speakers_heard"]) == (0.0, 3.0)
    assert value["share_error_worst"] == pytest.approx(0.25)


def test_a_flagged_scrap_may_be_a_person_or_not() -> None:
    two, three = talk("A 0-60", "B 60-99"), talk("A 0-60", "B 60-99", "C 99-100")
    assert found(three, three)["speakers_right"] == 1.0
    assert found(two, three)["speakers_right"] == 1.0
    assert found(three, two)["speakers_right"] == 0.0


def test_boundaries_and_first_words_are_measured_in_seconds() -> None:
    value = found(talk("A 0-4 hello there", "B 5-9 yes"), talk("A 0-4 hello there", "B 5.4-9 yes"))
    assert value["first_word_error"] == pytest.approx(0.2)  # of 0 and 0.4
    assert value["boundary_error_p90"] == pytest.approx(0.4)
    assert value["boundaries_found"] == 1.0


def test_overlaps_are_matched_one_to_one() -> None:
    true = talk("A 0-10", "B 3-3.8", "B 6-6.9", "A 12-14")
    value = found(true, talk("A 0-10", "B 3.1-3.8", "A 12-14", "B 12.5-13.3"))
    assert value["overlap_precision"] == pytest.approx(1 / 2)
    assert value["overlap_recall"] == pytest.approx(1 / 2)
    assert value["overlap_seconds_recall"] == pytest.approx(0.7 / 1.7)


def test_classes_are_scored_against_labels_with_words_and_without() -> None:
    labels = (
        Overlap(Span(3, 3.6), "A", "B", "backchannel"),
        Overlap(Span(8, 10), "A", "B", "interruption"),
    )
    said = talk("A 0-10 so then we went to see them", "B 3-3.6 bottle", "B 8-14 no wait listen now")
    value = found(TRUE, said, labels=labels)
    assert (value["interruption_f1"], value["interruption_f1_by_timing"]) == (1.0, 1.0)
    assert (value["backchannel_f1"], value["backchannel_f1_by_timing"]) == (0.0, 1.0)
    assert value["false_interruptions"] == 0.0
    assert "interruption_f1" not in found(TRUE, said)


def test_an_interruption_that_is_none_is_counted_per_ten_minutes() -> None:
    true = talk("A 0-10", "B 10-14", duration=60)
    assert found(true, talk("A 0-10", "B 8-14", duration=60))["false_interruptions"] == 10.0


def test_words_in_the_wrong_mouth_cost_cpwer_and_not_wer() -> None:
    said = talk("A 0-6 so how was it", "B 6-10 then it was fine really", "A 11-12 good")
    true = talk("A 0-6 so how was it then", "B 6-10 it was fine really", "A 11-12 good")
    value = found(true, said)
    assert value["wer"] == 0.0
    assert value["cpwer"] == pytest.approx(2 / 10)
    assert value["wrong_speaker"] == pytest.approx(1 / 10)


def test_words_in_silence_are_invented() -> None:
    said = talk("A 0-6 so how was it then", "B 4-10 fine", "A 14-15 you", "A 12.4-12.6 near")
    assert found(TRUE, said)["invented_words"] == 1.0


def test_who_does_not_listen_for_words_or_speech_has_no_error_in_them() -> None:
    value = found(TRUE, ListenerResult(TRUE, has_words=False))
    assert "wer" not in value and "invented_words" not in value and "der_0" in value
    value = found(TRUE, ListenerResult(TRUE, has_speech=False))
    assert "wer" in value and "cpwer" not in value and "der_0" not in value


def test_nothing_heard_is_all_missed() -> None:
    nothing = Conversation(TRUE.recording, (), ())
    value = found(TRUE, nothing)
    assert (value["der_0"], value["wer"], value["cpwer"], value["jer"]) == (1.0, 1.0, 1.0, 1.0)
    assert value["overlap_precision"] is None


def test_sets_are_pooled_by_parts_and_never_by_rates() -> None:
    short = score(reference(talk("A 0-10")), ListenerResult(talk("A 0-5", duration=10)))
    long = score(reference(talk("A 0-90")), ListenerResult(talk("A 0-90")))
    both = [Score("s", "g", "x", 10, {}, short), Score("l", "g", "x", 90, {}, long)]
    assert values(both)["der_0"] == pytest.approx(5 / 100)
    assert values(both)["share_error_worst"] == 0.0
    assert [(row.files, row.failed) for row in rows(both)] == [(2, 0)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("It's twenty-five percent.", "it is 25%"),
        ("four five six", "456"),
        ("one thousand two hundred and five", "1,205"),
        ("OK, we can't; don't", "okay we can not do not"),
        ("sixteen sixty four", "1664"),
        ("Uh, fifty dollars", "$50"),
        ("a hundred", "100"),
        ("two point five", "2.5"),
        ("the 3rd one", "the third 1"),
    ],
)
def test_what_sounds_the_same_compares_the_same(left: str, right: str) -> None:
    assert normalise(left) == normalise(right)


@given(st.integers(0, 9_999_999))
def test_figures_are_single_digits(number: int) -> None:
    assert normalise(f"{number:,}") == list(str(number))
