from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from coach.analysis import Job, analyse
from coach.analysis.run import pending
from coach.analysis.stages import StageName, sha256_of, write_atomically
from coach.analysis.work import DecodedFile, Diarized, Transcribed, run_here
from coach.config import Config
from coach.conversation import ModelUsed, Speech, Word
from coach.errors import InputError
from coach.interchange.json import dump
from coach.intervals import Span
from coach.ports import Diarization, Progress, Report, Transcript


class Ears:
    """Stands in for the models: writes what they would have found, and counts the calls."""

    def __init__(self) -> None:
        self.ran: list[StageName] = []

    def __call__(self, stages: Sequence[StageName], job: Job, report: Report) -> None:
        for stage in stages:
            self._run(stage, job, report)

    def _run(self, stage: StageName, job: Job, report: Report) -> None:
        self.ran.append(stage)
        speech = (Speech(Span(0, 3), "A"), Speech(Span(3.5, 5), "B"))
        words = (Word(Span(0, 1), "Bonjour"), Word(Span(3.6, 4), "oui"))
        found = {
            "decode": DecodedFile(6.0, 1),
            "transcribe": Transcribed(Transcript(words, "fr"), (ModelUsed("asr", "fake"),)),
            "diarize": Diarized(Diarization(speech, speech)),
        }
        if stage == "decode":
            np.save(job.sound, np.zeros((1, 10), np.float32))
        if stage in found:
            write_atomically(job.result(stage), dump(found[stage]))
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
    conv = analyse(job, run=Ears())
    assert [s.id for s in conv.speakers] == ["A", "B"]
    assert [w.speaker for w in conv.words] == ["A", "B"]
    assert (conv.recording.id, conv.recording.sha256) == ("session", job.sha256)
    assert conv.provenance.models == (ModelUsed("asr", "fake"),)
    assert conv.provenance.config == job.config.as_dict()


def test_another_language_gets_no_english_questions(job: Job) -> None:
    conv = analyse(job, run=Ears())
    assert (conv.language, conv.sentences) == ("fr", ())


def test_finished_stages_are_not_run_again(job: Job) -> None:
    first, again = Ears(), Ears()
    assert analyse(job, run=first) == analyse(job, run=again)
    assert first.ran == ["decode", "transcribe", "diarize", "assemble"]
    assert again.ran == []


def test_a_recording_in_which_nobody_speaks_is_refused(job: Job) -> None:
    def deaf(stages: Sequence[StageName], job: Job, report: Report) -> None:
        Ears()(stages, job, report)
        if "diarize" in stages:
            write_atomically(job.result("diarize"), dump(Diarized(Diarization((), ()))))

    with pytest.raises(InputError, match="No speech was found in session") as refused:
        analyse(job, run=deaf)
    assert "Expected a conversation of two people" in str(refused.value)


@pytest.mark.parametrize(
    ("config", "runs"),
    [
        (Config(mentor="B"), ["assemble"]),
        (Config(language="fr"), ["transcribe", "assemble"]),
        (Config(channels="mixed"), ["decode", "transcribe", "diarize", "assemble"]),
    ],
)
def test_a_changed_option_repeats_only_what_depends_on_it(
    job: Job, config: Config, runs: list[StageName]
) -> None:
    analyse(job, run=Ears())
    ears = Ears()
    analyse(with_config(job, config), run=ears)
    assert ears.ran == runs


def test_it_goes_on_where_it_was_killed_and_decodes_again_when_the_sound_is_gone(job: Job) -> None:
    analyse(job, run=Ears())
    job.result("diarize").unlink()
    job.result("assemble").unlink()
    assert pending(job) == ("diarize", "assemble")
    job.sound.unlink()
    assert pending(job) == ("decode", "diarize", "assemble")


def test_a_failing_stage_leaves_nothing_half_written(job: Job) -> None:
    def fails(stages: Sequence[StageName], job: Job, report: Report) -> None:
        raise InputError("not a recording")

    with pytest.raises(InputError):
        analyse(job, run=fails)
    assert not list(job.results.glob("*")) if job.results.exists() else True


def test_progress_names_every_stage(job: Job) -> None:
    seen: list[Progress] = []
    analyse(job, run=Ears(), report=seen.append)
    assert [p.stage for p in seen if p.done == p.total] == [
        "decode",
        "transcribe",
        "diarize",
        "assemble",
    ]
