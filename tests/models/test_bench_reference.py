from __future__ import annotations

import json
from pathlib import Path

import pytest

from coach.errors import InputError
from coach_models.bench.reference import find, read

RTTM = (
    "SPEAKER call 1 0.000 6.000 <NA> <NA> ann <NA> <NA>\n"
    "SPEAKER call 1 4.000 6.000 <NA> <NA> bo <NA> <NA>\n"
)
TURNS = [
    {"speaker": "ann", "start": 0, "end": 6, "text": "so how was it", "kind": "turn"},
    {"speaker": "bo", "start": 4, "end": 10, "text": "it was fine", "kind": "interruption"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    calls = tmp_path / "calls"
    calls.mkdir()
    for name in ("call.flac", "call_2ch.flac", "alone.wav"):
        (calls / name).write_bytes(b"sound")
    (calls / "call.rttm").write_text(RTTM)
    (calls / "call.json").write_text(json.dumps({"duration": 12.5, "turns": TURNS, "seed": 3}))
    return tmp_path


def test_recordings_with_a_reference_are_found_and_two_channels_are_a_set_of_their_own(
    folder: Path,
) -> None:
    found = find(folder)
    assert [(each.name, each.group) for each in found] == [
        ("call", "calls"),
        ("call_2ch", "calls_2ch"),
    ]
    assert found[0].conversation.recording.duration == 12.5
    assert [s.speaker for s in found[0].conversation.speech] == ["ann", "bo"]
    assert len(found[0].conversation.words) == 7


def test_sets_are_chosen_by_name(folder: Path) -> None:
    assert len(find(folder, frozenset({"calls"}))) == 2
    assert len(find(folder, frozenset({"calls_2ch"}))) == 1
    with pytest.raises(InputError, match="no reference"):
        find(folder, frozenset({"other"}))


def test_a_folder_given_directly_is_the_set(folder: Path) -> None:
    assert find(folder / "calls")[0].group == "calls"


def test_kinds_of_turns_become_labelled_overlaps(folder: Path) -> None:
    labels = find(folder)[0].labels
    assert labels is not None
    assert [(e.kind, e.first, e.second, e.span.start, e.span.end) for e in labels] == [
        ("interruption", "ann", "bo", 4.0, 6.0)
    ]


def test_listed_overlaps_with_classes_win_and_events_that_are_none_are_left_out(
    folder: Path,
) -> None:
    overlaps = [
        {"start": 4, "end": 5, "class": "attempt", "by": "bo", "over": "ann", "event": True},
        {"start": 5, "end": 5.2, "class": "terminal", "by": "bo", "over": "ann", "event": False},
    ]
    truth = folder / "calls" / "call.json"
    truth.write_text(json.dumps({"turns": TURNS, "overlaps": overlaps}))
    labels = find(folder)[0].labels
    assert labels is not None
    assert [each.kind for each in labels] == ["attempt"]


def test_a_reference_without_kinds_has_no_labels_and_without_rttm_the_turns_are_the_speech(
    folder: Path,
) -> None:
    (folder / "calls" / "call.rttm").unlink()
    plain = [{k: v for k, v in turn.items() if k != "kind"} for turn in TURNS]
    (folder / "calls" / "call.json").write_text(json.dumps({"turns": plain}))
    found = find(folder)[0]
    assert found.labels is None
    assert [s.span.end for s in found.conversation.speech] == [6.0, 10.0]


def test_rttm_alone_has_no_words(folder: Path) -> None:
    (folder / "calls" / "call.json").unlink()
    found = find(folder)[0]
    assert (found.turns, found.conversation.language) == ((), None)


def test_json_of_another_kind_is_named(folder: Path) -> None:
    (folder / "calls" / "call.json").write_text('{"words": []}')
    with pytest.raises(InputError, match=r"call\.json is no reference"):
        read(folder / "calls" / "call.flac", "calls")
