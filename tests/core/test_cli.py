from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from coach import registry
from coach.analysis.roles import assign_roles
from coach.cli import main
from coach.cli.analyse import free_folder, mentor_hint, plan
from coach.cli.changes import read_changes
from coach.corrections import Change
from coach.interchange.json import dump
from coach.results import write_results
from coach.scorecard import score
from coach.talk import talk


@pytest.fixture
def conversation(tmp_path: Path) -> Path:
    path = tmp_path / "conversation.json"
    path.write_text(
        dump(talk("A 0-3 So how was it?", "B 2-12 It was hard. I was tired", "A 13-15"))
    )
    return path


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    return result.exit_code, result.output


def test_score_writes_beside_the_conversation_and_takes_a_mentor(conversation: Path) -> None:
    code, said = run("score", conversation, "--mentor", "B")
    assert code == 0
    assert str(conversation.parent / "scorecard.html") in said
    card = json.loads((conversation.parent / "scorecard.json").read_text())
    assert [s["role"] for s in card["speakers"] if s["id"] == "B"] == ["mentor"]


def test_a_guessed_mentor_is_said_with_the_way_to_name_another(tmp_path: Path) -> None:
    conv, folder = talk("A 0-3 So how was it?", "B 2-12 It was hard"), tmp_path / "my talk"
    hint = mentor_hint(assign_roles(conv, "guess"), folder)
    assert hint == f"Another mentor? coach score '{folder}/conversation.json' --mentor B"
    assert mentor_hint(conv, folder) == ""
    assert mentor_hint(talk("A 0-3", mentor=None), folder) == ""


def test_a_folder_of_recordings_is_for_batch(tmp_path: Path) -> None:
    code, said = run("analyse", tmp_path, "-o", tmp_path / "out")
    assert code == 1 and "'coach batch'" in said


def test_score_applies_corrections_and_leaves_the_conversation_as_it_is(
    conversation: Path, tmp_path: Path
) -> None:
    before = conversation.read_text()
    changes = tmp_path / "changes.jsonl"
    changes.write_text(
        '{"kind": "rename", "speaker": "A", "name": "Ana"}\n\n{"kind": "reattribute", "span": '
        '{"start": 13, "end": 15}, "speaker": "A", "to": "B"}\n'
    )
    assert run("score", conversation, "--corrections", changes)[0] == 0
    assert conversation.read_text() == before
    card = json.loads((conversation.parent / "corrected" / "scorecard.json").read_text())
    assert card["corrected"] is True
    assert [s["name"] for s in card["speakers"] if s["id"] == "A"] == ["Ana"]
    talk_time = {m["speaker"]: m["value"] for m in card["measurements"] if m["name"] == "talk_time"}
    assert talk_time == {"A": 3.0, "B": 12.0}


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("not json", "the line"),
        ('{"kind": "shout"}', "the line"),
        ('{"kind": "rename", "speaker": "A"}', "rename.name"),
        ('{"kind": "rename", "speaker": "A", "name": "Ana", "age": 3}', "rename.age"),
    ],
)
def test_a_line_that_is_no_correction_is_named(
    conversation: Path, tmp_path: Path, line: str, place: str
) -> None:
    changes = tmp_path / "changes.jsonl"
    changes.write_text('{"kind": "set_mentor", "speaker": "A"}\n' + line)
    code, said = run("score", conversation, "--corrections", changes)
    assert code == 1
    assert f"Line 2 of the corrections: at {place}: " in said
    assert "Ana" not in said.split("Expected")[0]
    assert run("score", conversation, "--corrections", tmp_path / "none.jsonl")[0] == 1


def test_the_documented_corrections_are_read(tmp_path: Path) -> None:
    document = (Path(__file__).parents[2] / "docs" / "corrections.md").read_text("utf-8")
    example = tmp_path / "corrections.jsonl"
    example.write_text(document.split("```jsonl\n")[1].split("```")[0])
    shown = [change.kind for change in read_changes(example)]
    explained = re.findall(r"^\| `(\w+)` \|", document, re.MULTILINE)
    assert set(shown) < set(explained)
    assert set(explained) == {
        field.default for each in get_args(Change) for field in fields(each) if field.name == "kind"
    }


def test_score_takes_other_rules(conversation: Path, tmp_path: Path) -> None:
    rules = tmp_path / "coach.toml"
    rules.write_text("[rules]\nmin_overlap = 2.0\n")
    assert run("score", conversation, "--config", rules, "-o", tmp_path / "out")[0] == 0
    card = json.loads((tmp_path / "out" / "scorecard.json").read_text())
    assert card["rules"]["min_overlap"] == 2.0
    assert card["overlaps"] == []
    again = tmp_path / "out" / "conversation.json"
    assert run("score", again)[0] == 0


@pytest.mark.parametrize("content", [None, "", "{}", "not json", b"\xff\xfe\x00"])
def test_score_refuses_what_is_no_conversation(tmp_path: Path, content: str | bytes | None) -> None:
    path = tmp_path / "conversation.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    code, said = run("score", path)
    assert code == 1
    assert said.startswith("Error: ")


def test_an_unknown_mentor_is_an_error_that_names_who_was_heard(conversation: Path) -> None:
    code, said = run("score", conversation, "--mentor", "Z")
    assert (code, "Heard: A, B" in said) == (1, True)


def test_recordings_of_the_same_name_get_folders_of_their_own(tmp_path: Path) -> None:
    tasks = plan([(Path("a/talk.wav"),), (Path("b/talk.mp3"),)], [Path("talk.vtt")], tmp_path)
    assert [task.folder.name for task in tasks] == ["talk", "talk-2", "talk-3"]
    assert [task.is_transcript for task in tasks] == [False, False, True]


def test_no_two_recordings_share_a_folder(tmp_path: Path) -> None:
    tasks = plan([(Path(n),) for n in ("talk-2.wav", "talk.wav", "talk.mp3")], [], tmp_path)
    assert [task.folder.name for task in tasks] == ["talk-2", "talk", "talk-3"]
    tasks = plan([(Path(n),) for n in ("talk.wav", "talk.mp3", "talk-2.wav")], [], tmp_path)
    assert [task.folder.name for task in tasks] == ["talk", "talk-3", "talk-2"]


def test_another_recording_of_the_same_name_replaces_nothing(tmp_path: Path) -> None:
    conv = talk("A 0-3 hello", "B 3-9 hi")
    monday, friday, transcript = (
        replace(conv, recording=replace(conv.recording, sha256=sha256))
        for sha256 in ("a" * 64, "b" * 64, "")
    )
    folder = tmp_path / "session"
    assert free_folder(folder, monday) == folder
    write_results(monday, score(monday), folder)
    assert free_folder(folder, monday) == folder, "analysed again"
    assert free_folder(folder, friday) == tmp_path / "session-2"
    write_results(friday, score(friday), tmp_path / "session-2")
    assert free_folder(folder, friday) == tmp_path / "session-2"
    assert free_folder(folder, transcript) == folder
    (folder / "conversation.json").write_text("{}")
    assert free_folder(folder, friday) == folder, "what is no result of ours"


def test_the_folder_above_is_never_written_into(tmp_path: Path) -> None:
    [task] = plan([], [Path("..")], tmp_path)
    assert task.folder.parent == tmp_path and task.folder.name != ".."


@pytest.mark.parametrize("command", ["score", "import"])
def test_what_cannot_be_written_is_said(conversation: Path, command: str) -> None:
    code, said = run(command, conversation, "-o", conversation / "results")
    assert code == 1
    assert f"Cannot write {conversation / 'results'}" in said and "choose another with -o" in said


def test_a_file_that_is_no_conversation_is_named(tmp_path: Path) -> None:
    path = tmp_path / "talk.vtt"
    path.write_text("WEBVTT")
    code, said = run("score", path)
    assert code == 1 and str(path) in said and "expected a conversation.json" in said.casefold()


def test_a_conversation_and_corrections_may_have_a_mark_of_their_encoding(
    conversation: Path,
) -> None:
    changes = conversation.parent / "changes.jsonl"
    change = '{"kind": "rename", "speaker": "A", "name": "Ana\u2028Lee"}\r\n'
    changes.write_text(change, encoding="utf-8-sig")
    conversation.write_text(conversation.read_text(), encoding="utf-8-sig")
    assert run("score", conversation, "--corrections", changes)[0] == 0


def test_a_name_that_is_no_text_is_written_with_question_marks(
    conversation: Path, tmp_path: Path
) -> None:
    path = tmp_path / "caf\udce9.vtt"
    assert run("export", conversation, "--format", "vtt", "-o", path)[0] == 0
    assert run("export", path, "--format", "json", "-o", tmp_path / "t.json")[0] == 0
    assert json.loads((tmp_path / "t.json").read_text())["recording"]["id"] == "caf?"


def test_one_thing_is_asked_of_enrol_at_a_time() -> None:
    assert run("enrol", "--list", "--delete", "Ann")[0] == 2
    assert run("enrol", "Ann", "talk.wav", "--list")[0] == 2


@pytest.mark.parametrize("duration", ["-5", "0", "nan", "inf"])
def test_the_length_of_a_recording_is_a_number_of_seconds(
    conversation: Path, duration: str
) -> None:
    code, said = run("import", conversation, "-o", conversation.parent, "--duration", duration)
    assert code == 1 and f"A length of {float(duration)} seconds" in said


def test_a_transcript_has_no_sound_to_put_into_a_page() -> None:
    code, said = run("analyse", "--transcript", "talk.vtt", "--with-audio")
    assert code == 2 and "needs a RECORDING" in said


def test_an_unknown_command_is_a_usage_error() -> None:
    assert run("listen")[0] == 2


def test_a_command_without_its_packages_is_listed_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = EntryPoint("far", "a_package_that_is_not_there:far", "coach.commands")
    monkeypatch.setattr(registry, "installed_entries", lambda port: {"far": broken})
    assert "not installed" in run("--help")[1]
    code, said = run("far", "away", "--fast")
    assert (code, "install.py models" in said) == (1, True)
