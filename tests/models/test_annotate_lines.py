"""Reading transcripts as lines and writing them back with their acts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.conversation import Acts, Sentence, Word
from coach.errors import InputError
from coach_models.annotation.lines import format_line, read_turns, survey
from coach_models.annotation.turns import TranscriptTurn
from coach_models.cli_annotate import annotate


class Fake:
    """Annotates a turn as one sentence: open if it has a question mark."""

    @classmethod
    def create(cls, *, model: str | None, device: str) -> Fake:
        return cls()

    def __call__(self, words: tuple[Word, ...], **_: object) -> tuple[Sentence, ...]:
        return tuple(
            Sentence(
                word.span,
                word.speaker or "",
                word.text,
                (i,),
                Acts("open_question", 0.876_54, ("why",), (), (("why", 0.912), ("tag", 0.034)))
                if word.text.endswith("?")
                else Acts(listening=("backchannel",)),
            )
            for i, word in enumerate(words)
        )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.registry.load", lambda port, name: Fake)


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _run(path: Path) -> list[dict]:
    done = CliRunner().invoke(annotate, [str(path), "-o", "-"], catch_exceptions=False)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_json_lines_keep_every_field_and_their_order(fake: None, tmp_path: Path) -> None:
    rows = [
        {"text": "Why?", "speaker": "A", "role": "mentor", "conversation_id": 7, "note": [1]},
        {"text": "", "speaker": "B", "start": 1.5, "end": 2},
        {"text": "Yeah."},
    ]
    path = _write(tmp_path, "in.jsonl", "\n".join(map(json.dumps, rows)) + "\n\n")
    found = _run(path)
    assert [{k: line[k] for k in row} for line, row in zip(found, rows, strict=True)] == rows
    assert [line["act"] for line in found] == ["open_question", "other", "other"]
    assert found[0]["sentences"] == [
        {
            "text": "Why?",
            "act": "open_question",
            "probability": 0.877,
            "kinds": ["why"],
            "listening": [],
            "label_probabilities": {"why": 0.912, "tag": 0.034},
        }
    ]
    assert found[1]["sentences"] == []
    assert found[2]["sentences"][0]["probability"] is None


def test_annomi_layout(tmp_path: Path) -> None:
    header = "mi_quality,transcript_id,utterance_id,interlocutor,timestamp,utterance_text"
    path = _write(tmp_path, "in.csv", f'{header}\nhigh,3,0,therapist,00:00:01,"So, why?"\n')
    (turn,) = read_turns(path)
    assert (turn.text, turn.speaker, turn.conversation) == ("So, why?", "therapist", "3")
    assert turn.row["role"] == "mentor"
    assert turn.row["mi_quality"] == "high"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_with_any_delimiter(tmp_path: Path, delimiter: str) -> None:
    lines = (delimiter.join(("speaker", "text")), delimiter.join(("A", "Why?")))
    (turn,) = read_turns(_write(tmp_path, "in.csv", "\n".join(lines)))
    assert (turn.speaker, turn.text) == ("A", "Why?")


def test_subtitles(fake: None, tmp_path: Path) -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Why?</v>\n"
    srt = "1\n00:00:01,000 --> 00:00:02,000\nAnn: Why?\n\n2\n00:00:02,000 --> 00:00:03,000\nBo: I\n"
    assert _run(_write(tmp_path, "in.vtt", vtt))[0]["speaker"] == "Ann"
    found = _run(_write(tmp_path, "in.srt", srt))
    assert [(line["speaker"], line["start"], line["act"]) for line in found] == [
        ("Ann", 1.0, "open_question"),
        ("Bo", 2.0, "other"),
    ]


def test_the_file_appears_only_when_it_is_whole(fake: None, tmp_path: Path) -> None:
    path = _write(tmp_path, "in.jsonl", '{"text": "Why?"}\nno json\n')
    out = tmp_path / "out.jsonl"
    with pytest.raises(InputError, match=r"in\.jsonl, line 2 is no JSON"):
        CliRunner().invoke(annotate, [str(path), "-o", str(out)], catch_exceptions=False)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("in.txt", "Why?", "expected a transcript as"),
        ("in.jsonl", "[1]\n", "line 1: expected an object"),
        ("in.jsonl", '{"words": 3}\n', "line 1 has no text"),
        ("in.csv", "speaker,said\nA,Why?\n", "line 2 has no text"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        list(read_turns(_write(tmp_path, name, text)))


def test_what_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\xb1\xff\n")
    with pytest.raises(InputError, match=r"in\.jsonl is not UTF-8"):
        survey(path)


def test_turns_are_counted_as_they_are_read(tmp_path: Path) -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Why?</v>\n"
    assert survey(_write(tmp_path, "in.vtt", vtt)).turns == 1
    jsonl = _write(tmp_path, "in.jsonl", '{"text": "Why?"}\n\n{"text": ""}\n')
    assert survey(jsonl).turns == 2


def test_a_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read"):
        list(read_turns(tmp_path / "none.jsonl"))


def test_a_line_carries_its_turns_act() -> None:
    assert format_line((TranscriptTurn("", row={"x": 1}), ())) == {
        "x": 1,
        "act": "other",
        "sentences": [],
    }


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("a.jsonl", '{"text": "Wo warst du denn gestern und was hast du gemacht?"}\n', "de"),
        ("a.jsonl", '{"text": "你昨天去了哪里? 我在家里。"}\n', "zh"),
        ("a.vtt", "WEBVTT\nLanguage: fr\n\n00:01.000 --> 00:02.000\nOui.\n", "fr"),
    ],
)
def test_a_transcript_in_another_language_is_refused(
    fake: None, tmp_path: Path, name: str, text: str, language: str
) -> None:
    path = _write(tmp_path, name, text)
    with pytest.raises(InputError, match=f"in the language '{language}': .* English only"):
        CliRunner().invoke(annotate, [str(path), "-o", "-"], catch_exceptions=False)
    told = CliRunner().invoke(annotate, [str(path), "-o", "-", "--language", "en"])
    assert told.exit_code == 0


def test_a_language_is_told_or_not_known(fake: None, tmp_path: Path) -> None:
    path = _write(tmp_path, "a.jsonl", '{"text": "Why?"}\n')
    done = CliRunner().invoke(annotate, [str(path), "-o", "-"], catch_exceptions=False)
    assert "too few to tell their language" in done.stderr
    for told, says in (("de", "English only"), ("klingon", "No language is called 'klingon'")):
        with pytest.raises(InputError, match=says):
            CliRunner().invoke(
                annotate, [str(path), "-o", "-", "--language", told], catch_exceptions=False
            )


@pytest.mark.parametrize("text", ["42.", "🙂", "(inaudible)", "17, 18", "[laughs]", "xxx"])
def test_what_has_no_words_has_no_sentences(fake: None, tmp_path: Path, text: str) -> None:
    (line,) = _run(_write(tmp_path, "a.jsonl", json.dumps({"text": text}) + "\n"))
    assert (line["text"], line["act"], line["sentences"]) == (text, "other", [])
