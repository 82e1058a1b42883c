"""Who spoke when: the steps on made-up evidence, and the whole on a real recording."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from calls import telephone_call
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coach.analysis.recognition import EnrolledVoice, match_voices, model_of
from coach.conversation import Speech
from coach.errors import InputError, ModelUnavailable
from coach.intervals import Span, intersect, total
from coach.ports import Audio, Diarization, SpeakerCount, silent
from coach_models.decoder import PyAvDecoder
from coach_models.diarization import assembly, channels, one_or_two
from coach_models.diarization.fusion import floor
from coach_models.diarization.hearing import HeardChannel
from coach_models.diarization.one_or_two import (
    ONE_NOTE,
    TWO_NOTE,
    Decision,
    Verdict,
    decide,
    judge,
    separation,
)
from coach_models.diarization.segmentation import Windows
from coach_models.diarization.third_voice import third_voice
from coach_models.diarization.views import (
    close_gaps,
    exclusive_view,
    hysteresis,
    regular_view,
    runs,
)
from coach_models.diarization.viterbi import decode_two_states
from coach_models.diarization.voice import GRID, VoiceTrack, unit
from coach_models.diarization.voice_pair import VoicePair, candidates
from coach_models.diarizer import ChannelDiarizer, DiarizerConfig, PyannoteDiarizer, VoiceDiarizer
from coach_models.networks.torch_networks import choose_device

FRAME = 0.1
DEMO = Path(__file__).parents[2] / "docs" / "demo" / "demo.opus"


def track_of(labels: list[int], *, spread: float = 0.6) -> VoiceTrack:
    """A track that goes on without a pause; each label is a voice."""
    rng = np.random.default_rng(7)
    voices = unit(rng.normal(size=(max(labels) + 1, 192)).astype(np.float32))
    noise = rng.normal(size=(len(labels), 192)).astype(np.float32) / np.sqrt(192)
    vectors = unit(voices[labels] + spread * noise)
    times = (np.arange(len(labels)) + 0.5) * GRID
    return VoiceTrack(times, np.zeros(len(labels), np.int64), vectors, np.ones(len(labels)))


def windows_of(labels: list[int], *, both: tuple[int, int] = (0, 0)) -> Windows:
    """One sure window per 10 s; class 1 + label is the local speaker, class 4 is both."""
    classes = np.zeros((len(labels), 7), np.float16)
    classes[np.arange(len(labels)), np.array(labels) + 1] = 1.0
    classes[both[0] : both[1]] = np.eye(7)[4]
    return Windows(classes[np.newaxis], 2.5, FRAME, len(labels) * FRAME)


def heard_of(labels: list[int], *, both: tuple[int, int] = (0, 0)) -> HeardChannel:
    windows = windows_of(labels, both=both)
    overlap = windows.overlap() > 0.5
    unclear = overlap.astype(np.float64)
    speech = windows.speech()
    return HeardChannel(windows, track_of(labels), speech > 0.5, overlap, unclear, speech)


@given(
    arrays(np.float64, st.integers(1, 7), elements=st.floats(-3, 3)),
    st.floats(0, 2),
)
def test_two_states_are_the_best_of_all_sequences(evidence: Any, price: float):
    def worth(states: Any) -> float:
        sides = np.where(np.array(states) == 0, evidence, -evidence).sum() / 2
        return sides - price * np.count_nonzero(np.diff(states))

    found = decode_two_states(evidence, np.full(len(evidence), price))
    best = max(worth(states) for states in product((0, 1), repeat=len(evidence)))
    assert worth(found) == pytest.approx(best)


def test_two_voices_are_told_apart() -> None:
    labels = [0] * 60 + [1] * 40 + [0] * 50
    pair = decide(heard_of(labels), certain=False).pair
    assert pair is not None
    assert np.array_equal(pair.labels == pair.labels[0], np.array(labels) == 0)


def test_who_hardly_speaks_is_found() -> None:
    labels = [0] * 200 + [1] * 15 + [0] * 200
    pair = decide(heard_of(labels), certain=False).pair
    assert pair is not None and min(pair.seconds) == pytest.approx(1.5, abs=0.3)


def test_one_voice_is_not_split_unless_two_are_certain() -> None:
    heard = heard_of([0] * 150)
    assert decide(heard, certain=False) == Decision(None)
    assert decide(heard, certain=True).pair is not None


def pair_of(alike: float, *seconds: float) -> VoicePair:
    one, other = np.eye(192, dtype=np.float32)[:2]
    turned = np.stack([one, alike * one + np.sqrt(1 - alike**2) * other])
    return VoicePair(np.zeros(1, np.int8), turned, np.zeros(1), seconds, 1.0)


def test_the_less_speech_prints_rest_on_the_less_alike_those_of_two_people_are() -> None:
    assert pair_of(0.5, 30, 30).limit == pytest.approx(0.70)
    assert 0.5 > pair_of(0.5, 1, 2).limit < pair_of(0.5, 2, 4).limit < pair_of(0.5, 2, 30).limit


def test_prints_that_are_clear_decide_alone() -> None:
    heard = heard_of([0] * 100)
    assert judge(heard, pair_of(0.3, 30, 30)) == Verdict(True, True)
    assert judge(heard, pair_of(0.9, 30, 30)) == Verdict(False, True)


@pytest.mark.parametrize("alike", [0.65, 0.75])
def test_near_the_limit_the_segmentation_decides(
    alike: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = np.array([0] * 50 + [1] * 50, np.int8)
    monkeypatch.setattr(one_or_two, "floor", lambda *_: labels)
    two, one = heard_of(labels.tolist()), heard_of([0] * 100)
    assert separation(two.windows, labels) == pytest.approx(1, abs=0.01)
    assert separation(one.windows, labels) == pytest.approx(0, abs=0.01)
    pair = pair_of(alike, 30, 30)
    assert judge(two, pair) == Verdict(True, True)
    assert judge(one, pair) == Verdict(False, True)


def test_a_decision_that_is_not_sure_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = heard_of([0] * 60 + [1] * 40)
    for is_two, note in ((True, TWO_NOTE), (False, ONE_NOTE)):
        monkeypatch.setattr(one_or_two, "judge", lambda *_, is_two=is_two: Verdict(is_two, False))
        assert decide(heard, certain=False).notes == (note,)
        assert decide(heard, certain=True).notes == ()


def test_nothing_is_fitted_to_overlap_alone() -> None:
    assert candidates(track_of([0] * 50), np.ones(50)) == ()


def test_the_floor_follows_voices_and_segmentation() -> None:
    labels = [0] * 48 + [1] * 52
    heard = heard_of(labels)
    pair = decide(heard, certain=True).pair
    found = floor(heard.windows, heard.active, heard.track, pair)
    assert np.abs(np.flatnonzero(np.diff(found)) - 47).max() <= 1


def test_overlap_belongs_to_both_and_the_floor_to_one() -> None:
    heard = heard_of([0] * 50 + [1] * 50, both=(44, 50))
    pair = decide(heard, certain=True).pair
    found = assembly.assemble_two(heard, floor(heard.windows, heard.active, heard.track, pair))
    one, other = ([s.span for s in found.regular if s.speaker == k] for k in "AB")
    assert total(intersect(one, other)) == pytest.approx(0.6, abs=0.05)
    spans = [s.span for s in found.exclusive]
    assert sum(span.duration for span in spans) == pytest.approx(total(spans))
    assert [each.speaker for each in found.prints] == ["A", "B"]


def test_one_voice_has_all_speech() -> None:
    found = assembly.assemble_one(heard_of([0] * 100))
    assert {each.speaker for each in found.regular} == {"A"}
    assert found.regular == found.exclusive


def test_who_is_heard_shortly_is_pointed_out() -> None:
    found = assembly.assemble_two(*_short_pair())
    assert found.notes == ("Speaker B was heard for 1.5 s only.",)


def _short_pair() -> Any:
    return told_apart([0] * 85 + [1] * 15)


def told_apart(labels: list[int]) -> tuple[HeardChannel, np.ndarray]:
    heard = heard_of(labels)
    pair = decide(heard, certain=True).pair
    return heard, floor(heard.windows, heard.active, heard.track, pair)


def notes_of(labels: list[int]) -> tuple[str, ...]:
    heard, floors = told_apart(labels)
    return assembly.assemble_two(heard, floors, third_voice(heard, floors)).notes


def test_a_third_voice_is_pointed_out_when_two_are_told_apart() -> None:
    (note,) = notes_of([0] * 100 + [1] * 100 + [2] * 60 + [0] * 100)
    assert "third voice" in note and "about 6 s, as at 0:20" in note and "--speakers 3" in note


def test_two_voices_and_a_scrap_of_another_are_no_third_person() -> None:
    assert notes_of([0] * 100 + [1] * 160 + [0] * 100) == ()
    assert notes_of([0] * 100 + [1] * 100 + [2] * 25 + [0] * 100) == ()


def test_many_speakers_are_named_in_order_of_first_speech() -> None:
    speech = tuple(Speech(Span(s, s + 1), k) for s, k in ((5, "x"), (2, "y"), (0, "z")))
    found = assembly.assemble_many(heard_of([0] * 100), speech, speech)
    assert [each.speaker for each in found.regular] == ["A", "B", "C"]


masks = arrays(np.bool_, st.integers(1, 60))


@given(masks)
def test_runs_cover_what_is_active(active: Any) -> None:
    assert total(runs(active, FRAME)) == pytest.approx(active.sum() * FRAME)


@given(masks, st.floats(0, 1))
def test_closing_holes_keeps_long_activity(active: Any, gap: int) -> None:
    assert (active <= close_gaps(active, FRAME, gap=gap, shortest=0.0)).all()


@given(arrays(np.float32, st.integers(1, 40), elements=st.floats(0, 1, width=32)))
def test_what_is_held_lies_between_both_thresholds(probability: Any) -> None:
    kept = hysteresis(probability, 0.6, 0.4)
    assert ((probability > 0.6) <= kept).all()
    assert (kept <= (probability > 0.4)).all()


@given(masks, masks)
def test_in_the_exclusive_view_nobody_overlaps(first: Any, second: Any) -> None:
    size = min(len(first), len(second))
    activity = {"A": first[:size], "B": second[:size]}
    regular = regular_view(activity, FRAME, size * FRAME)
    holders = {"A": runs(first[:size], FRAME), "B": runs(second[:size] & ~first[:size], FRAME)}
    view = exclusive_view(regular, holders)
    assert sum(s.span.duration for s in view) == pytest.approx(total(s.span for s in view))


def channel_of(active: list[int], *, gain: float = 0.1) -> channels.Channel:
    """Ten seconds; active tenths of a second are noise."""
    on = np.array(active, bool)
    noise = np.random.default_rng(3).normal(0, gain, len(on) * 1600)
    classes = np.zeros((1, len(on), 7), np.float16)
    classes[0, np.arange(len(on)), on.astype(int)] = 1.0
    windows = Windows(classes, 2.5, FRAME, len(on) * FRAME)
    track = track_of([0] * len(on))
    heard = HeardChannel(
        windows, track, on, np.zeros(len(on), bool), np.zeros(len(on)), windows.speech()
    )
    return channels.Channel((noise * np.repeat(on, 1600)).astype(np.float32), heard)


def test_each_channel_is_a_speaker() -> None:
    found = channels.separate([channel_of([1] * 60 + [0] * 40), channel_of([0] * 50 + [1] * 50)])
    one, other = ([s.span for s in found.regular if s.speaker == k] for k in "AB")
    assert total(one) == pytest.approx(6, abs=0.1) and total(other) == pytest.approx(5, abs=0.1)
    assert total(intersect(one, other)) == pytest.approx(1, abs=0.1)
    assert total(s.span for s in found.exclusive) == pytest.approx(10, abs=0.1)
    assert [each.speaker for each in found.prints] == ["A", "B"]


def test_what_bleeds_into_the_other_channel_is_not_counted() -> None:
    loud, quiet = channel_of([1] * 50 + [0] * 50), channel_of([0] * 50 + [1] * 50)
    bleeding = channels.Channel(quiet.samples + loud.samples * 0.03, channel_of([1] * 100).heard)
    found = channels.separate([loud, bleeding])
    assert total(s.span for s in found.regular if s.speaker == "B") == pytest.approx(5, abs=0.2)


def test_a_device_that_fails_is_an_error() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    for name in ("cuda:99", "quantum"):
        with pytest.raises(ModelUnavailable, match="--device"):
            choose_device(name)
        with pytest.raises(ModelUnavailable, match="--device"):
            VoiceDiarizer.create(device=name)


def test_impossible_options_are_refused() -> None:
    for options in ({"step": 0.0}, {"threads": 0}):
        with pytest.raises(InputError):
            DiarizerConfig(**options)


@pytest.fixture(scope="module")
def diarizer() -> VoiceDiarizer:
    return VoiceDiarizer.create()


@pytest.mark.models
def test_a_telephone_call_is_attributed(diarizer: VoiceDiarizer) -> None:
    samples, reference = telephone_call()
    said = []
    found = diarizer(Audio(samples[np.newaxis]), speakers=SpeakerCount(), report=said.append)
    assert [each.speaker for each in found.prints] == ["A", "B"]
    names = list(dict.fromkeys(s.speaker for s in sorted(reference, key=lambda s: s.span)))
    for name, expected in zip("AB", names, strict=True):
        own = [s.span for s in found.regular if s.speaker == name]
        true = [s.span for s in reference if s.speaker == expected]
        assert total(intersect(own, true)) > 0.85 * total(true)
    assert found.notes == ()
    assert len(diarizer.models) == 2 and all(model.sha256 for model in diarizer.models)
    assert said[-1].done == pytest.approx(said[-1].total, abs=1.0)


@pytest.mark.models
def test_speech_of_one_person_is_one_speaker(diarizer: VoiceDiarizer) -> None:
    samples, reference = telephone_call()
    name = reference[0].speaker
    others = [s.span for s in reference if s.speaker != name]
    own = [s.span for s in reference if s.speaker == name and not intersect([s.span], others)]
    parts = [samples[int(s.start * 16_000) : int(s.end * 16_000)] for s in own]
    audio = Audio(np.concatenate(parts)[np.newaxis])
    found = diarizer(audio, speakers=SpeakerCount(), report=silent)
    assert {each.speaker for each in found.regular} == {"A"}


@pytest.mark.models
def test_clustering_finds_more_than_two_where_they_are_allowed(diarizer: VoiceDiarizer) -> None:
    samples, _ = telephone_call()
    found = diarizer(Audio(samples[np.newaxis]), speakers=SpeakerCount(1, None), report=silent)
    assert len({each.speaker for each in found.regular}) in (2, 3)
    only = diarizer(Audio(samples[np.newaxis]), speakers=SpeakerCount(1, 1), report=silent)
    assert {each.speaker for each in only.regular} == {"A"}


@pytest.mark.models
def test_pyannotes_own_clustering_tells_a_call_apart() -> None:
    samples, reference = telephone_call()
    diarizer = PyannoteDiarizer.create()
    found = diarizer(Audio(samples[np.newaxis]), speakers=SpeakerCount(), report=silent)
    names = _called(found, reference, 0.0)
    assert set(names) == {"A", "B"} and len(set(names.values())) == 2
    for speaker, name in names.items():
        own = [s.span for s in found.regular if s.speaker == speaker]
        true = [s.span for s in reference if s.speaker == name]
        assert total(intersect(own, true)) > 0.6 * total(true)
    assert [each.speaker for each in found.prints] == ["A", "B"]


@pytest.mark.models
def test_three_and_more_voices_are_told_apart_by_clustering(diarizer: VoiceDiarizer) -> None:
    call, _ = telephone_call()
    demo = PyAvDecoder()(DEMO, channels="mixed", report=silent).audio.samples[0, : 60 * 16_000]
    audio = Audio(np.concatenate([call, demo])[np.newaxis])
    found = diarizer(audio, speakers=SpeakerCount(3, 4), report=silent)
    assert len({each.speaker for each in found.regular}) in (3, 4)
    before = {each.speaker for each in found.regular if each.span.end < 30}
    after = {each.speaker for each in found.regular if each.span.start > 30}
    assert before - after and after - before


@pytest.mark.models
def test_silence_has_no_speaker(diarizer: VoiceDiarizer) -> None:
    nothing = Audio(np.zeros((1, 12 * 16_000), np.float32))
    found = diarizer(nothing, speakers=SpeakerCount(), report=silent)
    assert found.regular == ()


@pytest.mark.models
def test_channels_are_speakers_in_a_real_call() -> None:
    samples, _ = telephone_call()
    half = len(samples) // 2
    both = np.zeros((2, len(samples)), np.float32)
    both[0, :half], both[1, half:] = samples[:half], samples[half:]
    diarizer = ChannelDiarizer.create()
    found = diarizer(Audio(both), speakers=SpeakerCount(), report=silent)
    assert max(s.span.end for s in found.regular if s.speaker == "A") <= half / 16_000 + 0.1
    assert min(s.span.start for s in found.regular if s.speaker == "B") >= half / 16_000 - 0.1
    with pytest.raises(InputError, match="expected two"):
        diarizer(Audio(samples[np.newaxis]), speakers=SpeakerCount(), report=silent)


@pytest.mark.models
def test_a_voice_is_recognised_in_the_other_half_of_a_call(diarizer: VoiceDiarizer) -> None:
    samples, reference = telephone_call()
    half = len(samples) // 2
    parts = [Audio(part[np.newaxis]) for part in (samples[:half], samples[half:])]
    first, second = (diarizer(part, speakers=SpeakerCount(), report=silent) for part in parts)
    who = {"first": _called(first, reference, 0.0), "second": _called(second, reference, 15.0)}
    model = model_of(diarizer.models)
    known = [EnrolledVoice(who["first"][p.speaker], p.vector, model) for p in first.prints]
    found = match_voices(second.prints, known)
    assert model and any(match.is_sure for match in found)
    assert all(who["second"][match.speaker] == match.name for match in found)


def _called(found: Diarization, reference: list[Speech], start: float) -> dict[str, str]:
    """The reference's name of every speaker that was found."""

    def shared(speaker: str, name: str) -> float:
        own = [Span(s.span.start + start, s.span.end + start)
               for s in found.regular if s.speaker == speaker]  # fmt: skip
        return total(intersect(own, [s.span for s in reference if s.speaker == name]))

    names = sorted({s.speaker for s in reference})
    speakers = {each.speaker for each in found.regular}
    return {who: max(names, key=lambda name: shared(who, name)) for who in speakers}
