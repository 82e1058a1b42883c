"""Transcripts as lines to annotate: read one at a time, with their other fields kept.

JSON lines (``text``; optional ``speaker``, ``role``, ``conversation_id``, ``start``, ``end``),
tables with such columns, the layout of the AnnoMI corpus, and subtitles (WebVTT, SRT).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coach.conversation import Sentence
from coach.errors import InputError
from coach.interchange import srt, vtt
from coach.interchange.faults import Faults
from coach.interchange.language import detect_language
from coach.interchange.nonspeech import strip_nonspeech
from coach.interchange.records import match_fields, record
from coach.interchange.text import read_text
from coach_models.annotation.letters import has_letters
from coach_models.annotation.turns import Annotated, TranscriptTurn, turn_act

_TELLING_TURNS = 1000
"""The number of turns from the beginning that decide the language."""

_SUBTITLES = {".vtt": vtt.lines, ".srt": srt.lines}
_JSON_LINES = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")
_DELIMITERS = ",;\t|"
# AnnoMI's own names (Wu et al. 2022, Anno-MI), and the roles they have here.
_ANNOMI = {"text": "utterance_text", "speaker": "interlocutor", "conversation_id": "transcript_id"}
_ANNOMI_ROLES = {"therapist": "mentor", "client": "mentee"}


def read_turns(path: Path) -> Iterator[TranscriptTurn]:
    """Read a transcript turn by turn; the suffix decides the format.

    Raises
    ------
    InputError : if the file cannot be read, or a line has no text; the message names the line.
    """
    suffix = path.suffix.lower()
    for suffixes, read in _READERS:
        if suffix in suffixes:
            return _decode_turns(read(path), path)
    raise InputError(
        f"{path.name}: expected a transcript as .jsonl, .csv, .tsv, .vtt or .srt. Rename or "
        "convert it."
    )


@dataclass(frozen=True, slots=True)
class TranscriptSize:
    """The number of turns in a transcript, and its language, None if unknown."""

    turns: int
    language: str | None


def survey(path: Path) -> TranscriptSize:
    """Read a transcript to its end, to find errors before the work begins.

    Raises
    ------
    InputError : as in `read_turns`.
    """
    beginning: list[str] = []
    number = 0
    for number, turn in enumerate(read_turns(path), 1):
        if number <= _TELLING_TURNS:
            beginning.append(turn.text)
    named = vtt.language(read_text(path)) if path.suffix.lower() == ".vtt" else None
    return TranscriptSize(number, named or detect_language(beginning))


def format_line(annotated: Annotated) -> dict[str, Any]:
    """The input line with the act of its turn and the acts of its sentences."""
    turn, sentences = annotated
    return {
        **turn.row,
        "act": turn_act(sentences),
        "sentences": [_sentence(sentence) for sentence in sentences],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    acts = sentence.acts
    return {
        "text": sentence.text,
        "act": acts.act,
        "probability": None if acts.probability is None else round(acts.probability, 3),
        "kinds": list(acts.kinds),
        "listening": list(acts.listening),
        "label_probabilities": dict(acts.label_probabilities),
    }


def _decode_turns(turns: Iterator[TranscriptTurn], path: Path) -> Iterator[TranscriptTurn]:
    try:
        yield from turns
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} is not UTF-8 ({error.reason}): expected a text file. Save it as UTF-8."
        ) from error


def _read_json_lines(path: Path) -> Iterator[TranscriptTurn]:
    with _open(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _turn(_parse(line, f"{path.name}, line {number}"), number, path)


def _parse(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place} is no JSON: {error}. Expected an object a line.") from error
    if not isinstance(row, dict):
        raise InputError(f'{place}: expected an object, as {{"text": "How was it?"}}.')
    return row


def _read_table(path: Path) -> Iterator[TranscriptTurn]:
    with _open(path) as file:
        header = file.readline()
        file.seek(0)
        delimiter = max(_DELIMITERS, key=header.count)
        rows = csv.DictReader(file, delimiter=delimiter)
        try:
            for row in rows:
                yield _turn({k: v for k, v in row.items() if k}, rows.line_num, path)
        except csv.Error as error:
            raise InputError(
                f"{path.name}, line {rows.line_num}: {error}. Expected quotes in pairs."
            ) from error


def _read_subtitles(path: Path) -> Iterator[TranscriptTurn]:
    for line in _SUBTITLES[path.suffix.lower()](read_text(path), Faults()):
        row = record(line)
        yield TranscriptTurn(_words_of(line.text), line.speaker, row=row)


def _turn(row: dict[str, Any], number: int, path: Path) -> TranscriptTurn:
    """Find the required fields under the names in the file."""
    names = (
        _ANNOMI
        if _ANNOMI["text"] in row
        else {"conversation_id": "conversation_id", **match_fields([*row])}
    )
    text = row.get(names.get("text", ""))
    if not isinstance(text, str):
        raise InputError(
            f"{path.name}, line {number} has no text: expected a field 'text' (AnnoMI: "
            "'utterance_text')."
        )
    conversation = str(row.get(names.get("conversation_id", ""), ""))
    return TranscriptTurn(_words_of(text), _speaker(row, names), conversation, _with_role(row))


def _words_of(text: str) -> str:
    """The spoken words of a text, without sounds; empty if only numbers or pictures are left."""
    words = strip_nonspeech(text)[0]
    return words if has_letters(words) else ""


def _speaker(row: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    """The speaker: the name, or else the role."""
    found = row.get(names.get("speaker", "")) or row.get("role")
    return None if found is None else str(found)


def _with_role(row: dict[str, Any]) -> dict[str, Any]:
    role = _ANNOMI_ROLES.get(str(row.get(_ANNOMI["speaker"], "")))
    return row if role is None or "role" in row else {**row, "role": role}


def _open(path: Path) -> Any:
    try:
        return path.open(encoding="utf-8-sig", newline="" if path.suffix in _TABLES else None)
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.") from error


_READERS = (
    (tuple(_SUBTITLES), _read_subtitles), (_JSON_LINES, _read_json_lines), (_TABLES, _read_table)
)  # fmt: skip
