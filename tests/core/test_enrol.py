from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.analysis.enrolled_voices import folder, forget, keep, list_voices
from coach.analysis.facts import Diarized
from coach.analysis.recognition import PRINTS, EnrolledVoice
from coach.cli import enrol as command
from coach.cli import main
from coach.cli.enrol import choose_print
from coach.conversation import ModelUsed, Speech
from coach.errors import InputError
from coach.intervals import Span
from coach.ports import Diarization, VoicePrint

ADA = EnrolledVoice("Ada Löv / Ω", (0.6, 0.8), "f" * 64, "2026-01-02")


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "voices"
    monkeypatch.setenv("COACH_VOICES_DIR", str(path))
    return path


def heard(**seconds: float) -> Diarized:
    """Speakers, one after the other, for so many seconds."""
    speech, prints, start = [], [], 0.0
    for speaker, length in seconds.items():
        speech.append(Speech(Span(start, start + length), speaker))
        prints.append(VoicePrint(speaker, (1.0, 0.0), length))
        start += length + 1
    found = Diarization(tuple(speech), tuple(speech), tuple(prints))
    return Diarized(found, (ModelUsed(PRINTS, "prints", "f" * 64),))


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["enrol", *map(str, args)])
    return result.exit_code, result.output


def test_a_voice_is_kept_for_its_user_alone_and_deleted(kept: Path) -> None:
    assert list_voices() == ()
    assert keep(ADA) is False and keep(ADA) is True
    assert list_voices() == (ADA,)
    (path,) = kept.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    forget("ada löv / ω")
    assert list(kept.iterdir()) == []


def test_it_lies_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COACH_VOICES_DIR")
    assert folder().name == "voices" and "listening-coach" in str(folder())


def test_a_voice_that_is_not_there_cannot_be_deleted() -> None:
    keep(ADA)
    with pytest.raises(InputError, match="Enrolled: Ada"):
        forget("Bo")


def test_a_file_of_another_kind_is_pointed_out(kept: Path) -> None:
    kept.mkdir()
    (kept / "x.json").write_text("{}")
    with pytest.raises(InputError, match=r"x\.json is not an enrolled voice"):
        list_voices()


def test_one_voice_or_one_that_has_the_talk_is_taken() -> None:
    assert choose_print(heard(A=12), None).speaker == "A"
    assert choose_print(heard(A=2, B=40), None).speaker == "B"


def test_of_two_voices_one_must_be_named() -> None:
    with pytest.raises(InputError, match=r"A for 20 s, as at 0:00; B for 40 s, as at 0:21"):
        choose_print(heard(A=20, B=40), None)
    assert choose_print(heard(A=20, B=40), "a").speaker == "A"
    with pytest.raises(InputError, match="Heard: A, B"):
        choose_print(heard(A=20, B=40), "Z")


def test_too_little_speech_or_none_is_refused() -> None:
    with pytest.raises(InputError, match="Expected at least 10 s"):
        choose_print(heard(A=9), None)
    with pytest.raises(InputError, match="No voice print"):
        choose_print(heard(), None)


def test_the_command_enrols_lists_and_deletes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_listen", lambda *_: heard(A=12))
    code, said = run("Ada", "any.wav")
    assert code == 0 and "12 s of speaker A" in said
    assert "in place of" in run(" ada ", "any.wav")[1]
    (voice,) = list_voices()
    assert (voice.name, voice.vector, voice.model) == ("ada", (1.0, 0.0), "f" * 64)
    assert run("--list")[1].split("\t")[0] == "ada"
    assert run("--delete", "Ada")[0] == 0
    assert run("--list") == (0, "")
    assert run("--delete", "Ada")[0] == 1


def test_a_line_without_a_recording_is_a_wrong_line() -> None:
    assert run("Ada")[0] == 2
    code, said = run("Ada", "missing.wav")
    assert code == 1 and "Cannot read the file" in said
