"""`coach export`, `coach import`, `coach lock` and `coach score`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coach.cli import main
from coach.cli.export import export
from coach.cli.import_annotation import take
from coach.cli.lock import lock
from coach.config import Config, read_config
from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import FORMATS, read, write
from coach.interchange.json import dump, load
from coach.results import write_results
from coach.scorecard import score
from coach.talk import talk

CONVERSATION = talk("A 0-3 So how was it?", "B 2.5-9 It was hard", "A 9.5-11 I see")


def run(command: object, *words: object) -> Result:
    return CliRunner().invoke(
        command,  # type: ignore[arg-type]
        [str(word) for word in words],
        catch_exceptions=False,
    )


@pytest.fixture
def conversation(tmp_path: Path) -> Path:
    path = tmp_path / "conversation.json"
    write(CONVERSATION, path, "json")
    return path


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_a_conversation_is_exported_in_every_format(
    conversation: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "exported"
    assert run(export, conversation, "-o", path, "--format", name).exit_code == 0
    assert len(read(path, name).speakers) == 2


def test_the_folder_of_an_exported_file_is_made(conversation: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "x.vtt"
    assert run(export, conversation, "-o", path, "--format", "vtt").exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("WEBVTT")
    with pytest.raises(InputError, match="Cannot create the folder"):
        run(export, conversation, "-o", path / "below" / "a file.vtt", "--format", "vtt")


def test_annotation_by_hand_is_measured(tmp_path: Path) -> None:
    silent = talk("A 0-3", "B 2.5-9", "A 9.5-11")
    write(silent, tmp_path / "speech.rttm", "rttm")
    done = run(
        take, tmp_path / "speech.rttm", "-o", tmp_path / "out", "--mentor", "first",
        "--duration", "20",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    conv = load(Conversation, (tmp_path / "out/conversation.json").read_text())
    assert conv.provenance.source == "hand"
    assert conv.recording.duration == 20
    assert conv.mentor is not None
    assert (tmp_path / "out/scorecard.html").exists()


def test_a_configuration_is_locked_with_all_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "coach.toml"
    assert run(lock, "-o", path, "--mentor", "first", "--speakers", "auto").exit_code == 0
    locked = read_config(path)
    assert (locked.mentor, locked.speakers.most) == ("first", None)
    assert locked.rules == Config().rules
    assert "min_pause" in run(lock).output


def test_a_page_keeps_its_sound_when_it_is_scored_again(tmp_path: Path) -> None:
    conv = talk("A 0-3 How was it?", "B 3-9 Hard.")
    conv = replace(conv, recording=replace(conv.recording, sha256="5e" * 32))
    src = "data:audio/ogg;base64,T2dnUw=="
    write_results(conv, score(conv), tmp_path, audio_src=src)
    done = CliRunner().invoke(main, ["score", str(tmp_path / "conversation.json")])
    assert done.exit_code == 0, done.output
    assert src in (tmp_path / "scorecard.html").read_text(encoding="utf-8")
    other = replace(conv, recording=replace(conv.recording, sha256="0f" * 32))
    (tmp_path / "conversation.json").write_text(dump(other), encoding="utf-8")
    CliRunner().invoke(main, ["score", str(tmp_path / "conversation.json")])
    assert src not in (tmp_path / "scorecard.html").read_text(encoding="utf-8")
