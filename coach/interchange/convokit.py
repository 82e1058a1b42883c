"""ConvoKit corpora: a folder of JSON files that `convokit.Corpus(filename=...)` loads.

Speakers are identified by id, without names, because a corpus is made to be shared.

References
----------
.. [1] Chang et al. (2020), ConvoKit: a toolkit for the analysis of conversations, SIGDIAL; the
   files are described under "Data format" in its documentation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from coach.conversation import Conversation, Role
from coach.errors import InputError
from coach.interchange import jsonl
from coach.interchange.faults import Faults
from coach.interchange.json import parse
from coach.interchange.records import lines_of
from coach.interchange.segments import Origin, conversation, labels, segments
from coach.interchange.text import name_file_in_errors, read_text
from coach.interchange.times import round_span

Line = tuple[str, dict[str, Any]]
"""An utterance and its place in the file, for errors."""

UTTERANCES = "utterances.jsonl"
_SPEAKERS = "speakers.json"
_INDEX = {
    "utterances-index": {"end": ["<class 'float'>"]},
    "speakers-index": {"role": ["<class 'str'>"]},
    "conversations-index": {"recording": ["<class 'str'>"]},
    "overall-index": {"name": ["<class 'str'>"]},
    "version": 1,
    "vectors": [],
}


def write(conversations: Iterable[Conversation], folder: Path) -> None:
    """Write a corpus of conversations: one utterance per sentence, its start as timestamp.

    Parameters
    ----------
    folder : for the files of the corpus; created if it does not exist.

    Raises
    ------
    InputError : if two recordings have the same id.
    """
    files: dict[str, dict[str, Any]] = {_SPEAKERS: {}, "conversations.json": {}}
    lines: list[dict[str, Any]] = []
    seen: set[str] = set()
    for conv in conversations:
        if conv.recording.id in seen:
            raise InputError("Two recordings have the same id: expected different ones. Rename.")
        seen.add(conv.recording.id)
        for speaker in conv.speakers:
            entry = {"meta": {"role": speaker.role}, "vectors": []}
            files[_SPEAKERS][f"{conv.recording.id}:{speaker.id}"] = entry
        own = list(_utterances(conv))
        if own:
            entry = {"meta": {"recording": conv.recording.id}, "vectors": []}
            files["conversations.json"][own[0]["id"]] = entry
        lines += own
    folder.mkdir(parents=True, exist_ok=True)
    plain = {**files, "corpus.json": {"name": "listening-coach"}, "index.json": _INDEX}
    for name, content in plain.items():
        (folder / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / UTTERANCES).write_text(text, encoding="utf-8")


def read(folder: Path) -> tuple[Conversation, ...]:
    """Read every conversation of a corpus; skip a line that cannot be read and add a note.

    An utterance starts at its ``timestamp`` and ends at ``end`` in its metadata. Most corpora made
    from text lack these, so there are no times to measure.

    Raises
    ------
    InputError : if a file is missing or wrong, or no part of a conversation can be read.
    """
    faults = Faults()
    with name_file_in_errors(folder / _SPEAKERS):
        people = parse(read_text(folder / _SPEAKERS))
    roles = {who: _role(each) for who, each in people.items()} if isinstance(people, dict) else {}
    grouped: dict[str, list[Line]] = {}
    with name_file_in_errors(folder / UTTERANCES):
        for place, line in jsonl.objects(read_text(folder / UTTERANCES), faults):
            grouped.setdefault(str(line.get("conversation_id")), []).append((place, line))
        if not grouped:
            faults.raise_first()
        broken = faults.notes()
        return tuple(_conversation(lines, roles, broken) for lines in grouped.values())


def _utterances(conv: Conversation) -> Iterator[dict[str, Any]]:
    ids = {label: who for who, label in labels(conv).items()}
    first = previous = None
    for number, line in enumerate(segments(conv)):
        span = round_span(line.span)
        name = f"{conv.recording.id}-{number}"
        first = first or name
        yield {
            "id": name,
            "conversation_id": first,
            "text": line.text,
            "speaker": f"{conv.recording.id}:{ids[line.speaker] or 'unknown'}",
            "meta": {"end": span.end},
            "reply-to": previous,
            "timestamp": span.start,
            "vectors": [],
        }
        previous = name


def _role(entry: Any) -> Role:
    meta = entry.get("meta", entry) if isinstance(entry, dict) else {}
    role = meta.get("role") if isinstance(meta, dict) else None
    return role if role in ("mentor", "mentee") else "other"


def _conversation(
    lines: list[Line], roles: dict[str, Role], notes: tuple[str, ...]
) -> Conversation:
    first = str(lines[0][1].get("id", "conversation"))
    recording = first.rpartition("-")[0] or first
    mine = f"{recording}:"
    found = []
    for place, line in lines:
        meta = line.get("meta")
        fields = {
            "start": line.get("timestamp"),
            "end": meta.get("end") if isinstance(meta, dict) else None,
            "speaker": str(line.get("speaker") or "").removeprefix(mine),
            "text": line.get("text"),
        }
        found.append((place, fields))
    faults = Faults()
    own = {who.removeprefix(mine): role for who, role in roles.items()}
    origin = Origin(recording, roles=own, notes=notes)
    return conversation(lines_of(found, faults), origin, faults=faults)
