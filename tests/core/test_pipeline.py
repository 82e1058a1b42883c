from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coach.analysis import Job, listen, listen_for_voices
from coach.analysis.facts import DecodedFile, Diarized, Track, Transcribed
from coach.analysis.run import pending_stages, run_here
from coach.analysis.stages import ANNOTATE, DECODE, DIARIZE, Stage, sha256_of, write_atomically
from coach.config import Config
from coach.conversation import ModelUsed, Speech, Word
from coach.errors import InputError
from coach.interchange.json import dump
from coach.intervals import Span
from coach.ports import Diarization, Pitch, Progress, Report, Transcript
from coach.rules import Rules


class Ears:
    """Stands in for the models: writes what they would have found, and counts the calls."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def __call__(self, stages: Sequence[Stage[Any]], job: Job, report: Report) -> None:
        for stage in stages:
            self._run(stage, job, report)

    def _run(self, stage: Stage[Any], job: Job, report: Report) -> None:
        self.ran.append(stage.name)
        speech = (Speech(Span(0, 3), "A"), Speech(Span(3.5, 5), "B"))
        words = (Word(Span(0, 1), "Bonjour"), Word(Span(3.6, 4), "oui"))
        found = {
            "decode": DecodedFile(6.0, 1),
            "transcribe": Transcribed(Transcript(words, "fr"), (ModelUsed("asr", "fake"),)),
            "diarize": Diarized(Diarization(speech, speech)),
        }
        if stage is DECODE:
            np.save(job.sound, np.zeros((1, 10), np.float32))
        if stage.name in found:
            write_atomically(stage.result(job), dump(found[stage.name]))
        else:
            run_here((stage,), job, report)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    recording = tmp_path / "session.wav"
    recording.write_bytes(b"sound")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Job(recording, sha256_of(recording), tmp_path / "results", scratch, Config())


def with_config(job: Job, config: Config) -> Job:
    return Job(job.recording, job.sha256, job.results, job.scratch, config)


def test_a_recording_becomes_a_conversation(job: Job) -> None:
    conv = listen(job, run=Ears()).heard
    assert [s.id for s in conv.speakers] == ["A", "B"]
    assert [w.speaker for w in conv.words] == ["A", "B"]
    assert (conv.recording.id, conv.recording.sha256) == ("session", job.sha256)
    assert conv.provenance.models == (ModelUsed("asr", "fake"),)


def test_another_language_gets_no_english_questions(job: Job) -> None:
    conv = listen(job, run=Ears()).heard
    assert (conv.language, conv.sentences) == ("fr", ())


def test_finished_stages_are_not_run_again(job: Job) -> None:
    first, again = Ears(), Ears()
    assert listen(job, run=first) == listen(job, run=again)
    assert first.ran == ["decode", "transcribe", "diarize", "annotate"]
    assert again.ran == []


def test_a_recording_in_which_nobody_speaks_is_refused(job: Job) -> None:
    def deaf(stages: Sequence[Stage[Any]], job: Job, report: Report) -> None:
        Ears()(stages, job, report)
        if DIARIZE in stages:
            write_atomically(DIARIZE.result(job), dump(Diarized(Diarization((), ()))))

    with pytest.raises(InputError, match="No speech was found in session") as refused:
        listen(job, run=deaf)
    assert "Expected a conversation of two people" in str(refused.value)


@pytest.mark.parametrize(
    ("config", "runs"),
    [
        (Config(mentor="B"), []),
        (Config(rules=Rules(min_pause=0.5)), []),
        (Config(annotator="rules"), ["annotate"]),
        (Config(language="fr"), ["transcribe", "annotate"]),
        (Config(channels="mixed"), ["decode", "transcribe", "diarize", "annotate"]),
    ],
)
def test_a_changed_option_repeats_only_what_depends_on_it(
    job: Job, config: Config, runs: list[str]
) -> None:
    listen(job, run=Ears())
    ears = Ears()
    listen(with_config(job, config), run=ears)
    assert ears.ran == runs


def test_it_goes_on_where_it_was_killed_and_decodes_again_when_the_sound_is_gone(job: Job) -> None:
    listen(job, run=Ears())
    DIARIZE.result(job).unlink()
    ANNOTATE.result(job).unlink()
    assert pending_stages(job) == (DIARIZE, ANNOTATE)
    job.sound.unlink()
    assert pending_stages(job) == (DECODE, DIARIZE, ANNOTATE)


def test_a_failing_stage_leaves_nothing_half_written(job: Job) -> None:
    def fails(stages: Sequence[Stage[Any]], job: Job, report: Report) -> None:
        raise InputError("not a recording")

    with pytest.raises(InputError):
        listen(job, run=fails)
    assert not list(job.results.glob("*")) if job.results.exists() else True


def test_progress_names_every_stage(job: Job) -> None:
    seen: list[Progress] = []
    listen(job, run=Ears(), report=seen.append)
    assert [p.stage for p in seen if p.done == p.total] == [
        "decode",
        "transcribe",
        "diarize",
        "annotate",
    ]


def test_to_find_voices_nothing_is_written_down(job: Job) -> None:
    ears, seen = Ears(), list[Progress]()
    found = listen_for_voices(job, run=ears, report=seen.append)
    assert [speech.speaker for speech in found.diarization.regular] == ["A", "B"]
    assert ears.ran == ["decode", "diarize"]
    assert [each.stage for each in seen] == ["decode", "diarize"]


def test_a_track_keeps_the_voiced_part() -> None:
    heard = Pitch(np.array([0.01, 0.02, 0.0304]), np.array([100.04, np.nan, 220.06]))
    track = Track.of(heard)
    assert (track.times, track.f0_hz) == ((0.01, 0.03), (100.0, 220.1))
    assert track.pitch().times.tolist() == [0.01, 0.03]
    assert track.pitch().f0_hz.tolist() == [100.0, 220.1]
