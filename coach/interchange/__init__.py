"""Read and write conversations: one module per format, and one table of all formats.

It imports `coach.scorecard` and the rooms below it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import (
    chat,
    convokit,
    csv,
    eaf,
    exmaralda,
    json,
    jsonl,
    noscribe,
    plain_text,
    recognisers,
    rttm,
    seglst,
    srt,
    stm,
    textgrid,
    vtt,
    word,
)
from coach.interchange.format_detection import detect_text_format
from coach.interchange.segments import Origin, Source
from coach.interchange.text import name_file_in_errors, printable_name, read_text


@dataclass(frozen=True, slots=True)
class Format:
    """A format of conversations.

    Parameters
    ----------
    name : as in ``--format``.
    suffix : of its files, with the dot.
    read : makes a conversation from a file or folder and its origin.
    write : writes a conversation to a file or folder.
    source : what its times are: "transcript" for times of lines, too coarse for overlaps; "hand"
        for times of speech, marked by people.
    """

    name: str
    suffix: str
    read: Callable[[Path, Origin], Conversation]
    write: Callable[[Conversation, Path], None]
    source: Source = "transcript"


def _text_reader(
    read: Callable[[str, Origin], Conversation],
) -> Callable[[Path, Origin], Conversation]:
    def read_file(path: Path, origin: Origin) -> Conversation:
        return read(read_text(path), origin)

    return read_file


def _text_writer(write: Callable[[Conversation], str]) -> Callable[[Conversation, Path], None]:
    def write_file(conv: Conversation, path: Path) -> None:
        path.write_text(write(conv), encoding="utf-8", newline="\n")

    return write_file


def _read_json(text: str, origin: Origin) -> Conversation:
    return json.read_conversation(text)


def _read_convokit(path: Path, origin: Origin) -> Conversation:
    found = convokit.read(path)
    if len(found) != 1:
        raise InputError(
            f"A corpus of {len(found)} conversations: expected one. In Python, "
            "coach.interchange.convokit.read gives them all."
        )
    return found[0]


def _write_convokit(conv: Conversation, path: Path) -> None:
    convokit.write([conv], path)


def _read_word(path: Path, origin: Origin) -> Conversation:
    text = word.text_of(path)
    return _TEXT_READERS[detect_text_format(text)](text, origin)


def _cannot_write(conv: Conversation, path: Path) -> None:
    raise InputError(f"This format is read only. Choose one of {_names(FORMATS)}.")


_TEXT_READERS: dict[str, Callable[[str, Origin], Conversation]] = {
    "json": _read_json, "rttm": rttm.read, "vtt": vtt.read, "srt": srt.read, "jsonl": jsonl.read,
    "csv": csv.read, "textgrid": textgrid.read, "eaf": eaf.read, "chat": chat.read,
    "seglst": seglst.read, "recogniser": recognisers.read, "stm": stm.read,
    "exmaralda": exmaralda.read, "noscribe": noscribe.read, "text": plain_text.read,
}  # fmt: skip

FORMATS = (
    Format("json", ".json", _text_reader(_read_json), _text_writer(json.dump)),
    Format("rttm", ".rttm", _text_reader(rttm.read), _text_writer(rttm.write), "hand"),
    Format("vtt", ".vtt", _text_reader(vtt.read), _text_writer(vtt.write)),
    Format("srt", ".srt", _text_reader(srt.read), _text_writer(srt.write)),
    Format("jsonl", ".jsonl", _text_reader(jsonl.read), _text_writer(jsonl.write)),
    Format("csv", ".csv", _text_reader(csv.read), _text_writer(csv.write)),
    Format(
        "textgrid", ".TextGrid", _text_reader(textgrid.read), _text_writer(textgrid.write), "hand"
    ),
    Format("eaf", ".eaf", _text_reader(eaf.read), _text_writer(eaf.write), "hand"),
    Format("chat", ".cha", _text_reader(chat.read), _text_writer(chat.write)),
    Format("seglst", ".seglst.json", _text_reader(seglst.read), _text_writer(seglst.write), "hand"),
    Format("convokit", ".convokit", _read_convokit, _write_convokit),
)
"""Formats that can be read and written."""

READ_ONLY = (
    Format("recogniser", ".json", _text_reader(recognisers.read), _cannot_write),
    Format("stm", ".stm", _text_reader(stm.read), _cannot_write, "hand"),
    Format("exmaralda", ".exb", _text_reader(exmaralda.read), _cannot_write, "hand"),
    Format("noscribe", ".html", _text_reader(noscribe.read), _cannot_write),
    Format("text", ".txt", _text_reader(plain_text.read), _cannot_write),
    Format("docx", ".docx", _read_word, _cannot_write),
)
"""Formats of other programs, which can only be read."""


def _names(formats: tuple[Format, ...]) -> str:
    return ", ".join(each.name for each in formats)


def find_format(name: str) -> Format:
    """Find a format by its name.

    Raises
    ------
    InputError : if no format has that name; the message lists the names.

    Examples
    --------
    >>> find_format("rttm").suffix
    '.rttm'
    """
    found = next((each for each in (*FORMATS, *READ_ONLY) if each.name == name), None)
    if found is None:
        raise InputError(f"No format {name!r}: expected one of {_names(FORMATS)}.")
    return found


def write(conv: Conversation, path: Path, name: str) -> None:
    """Write a conversation in the format called `name`.

    Parameters
    ----------
    name : of a format in `FORMATS`.

    Raises
    ------
    InputError : if there is no such format, or the file cannot be written.
    """
    chosen = find_format(name)
    try:
        chosen.write(conv, path)
    except OSError as error:
        raise InputError(
            f"Cannot write {path}: {error.strerror}. Choose a folder that exists and is yours."
        ) from error


def read(
    path: Path,
    name: str,
    *,
    source: Source | None = None,
    recordings: tuple[str, ...] = (),
    tiers: tuple[str, ...] = (),
) -> Conversation:
    """Read a conversation in the format called `name`.

    Parameters
    ----------
    path : a file, or the folder of a corpus.
    name : of the format.
    source : what the times are, if that differs from the usual for the format; our own JSON states
        it.
    recordings : names that choose one recording from a file of several, the best first.
    tiers : names of the tiers to read (TextGrid, EAF); by default the tiers of speech.

    Raises
    ------
    InputError : if the file cannot be read; the message names the file and the place in it.
    """
    chosen = find_format(name)
    origin = Origin(
        _recording_id(path, chosen),
        source or chosen.source,
        recordings=recordings,
        tiers=tiers,
    )
    with name_file_in_errors(path):
        conv = chosen.read(path, origin)
    if conv.recording.sha256 or not path.is_file():
        return conv
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(conv, recording=replace(conv.recording, sha256=digest))


def _recording_id(path: Path, chosen: Format) -> str:
    """The name of the file without the suffix of its format; other dots belong to the name."""
    path = path if path.name not in ("", "..") else path.resolve()
    name = printable_name(path.name)
    if name.lower().endswith(chosen.suffix.lower()):
        return name[: -len(chosen.suffix)] or name
    return name if path.is_dir() else printable_name(path.stem)
