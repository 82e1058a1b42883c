"""References of recordings: who spoke when, who said what, the class of each overlap.

A reference lies beside its recording under the same name: ``.rttm`` (who spoke when), ``.json``
or ``.truth.json`` (turns with words and kinds), or both; then the speech is that of the RTTM. A
recording called ``NAME_2ch`` uses the reference of ``NAME`` and is a set of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from coach.conversation import Conversation, OverlapKind, Recording, Speaker, Speech, Word
from coach.errors import InputError
from coach.interchange import rttm
from coach.interchange.segments import Origin, Segment, spread
from coach.interchange.text import name_file_in_errors, read_text
from coach.intervals import Seconds, Span, intersect, union
from coach.rules import Rules
from coach.turns import Overlap

SOUND = frozenset(
    {".wav", ".flac", ".opus", ".ogg", ".mp3", ".m4a", ".aac", ".mp4", ".webm", ".mkv", ".mov"}
)
TWO_CHANNELS = "_2ch"
KINDS: frozenset[str] = frozenset(get_args(OverlapKind)) - {"unclear"}


@dataclass(frozen=True, slots=True)
class ReferenceRecording:
    """A recording and its reference.

    Parameters
    ----------
    name : of the file, without its suffix.
    group : the set that it is pooled in: its folder.
    conversation : speech, and words spread evenly over their turns.
    turns : who said what, in order; empty where the reference has no words.
    labels : overlaps with the class that the reference gives them; None where it gives none.
    """

    name: str
    group: str
    recording: Path
    conversation: Conversation
    turns: tuple[Segment, ...] = field(default=(), repr=False)
    labels: tuple[Overlap, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    speaker: str
    start: Seconds
    end: Seconds
    text: str = ""
    kind: str = "turn"


@dataclass(frozen=True, slots=True)
class _Truth:
    turns: tuple[_Said, ...]
    duration: Seconds | None = None
    language: str = "en"
    speech: tuple[_Said, ...] = ()
    overlaps: tuple[dict[str, Any], ...] = ()


def find(folder: Path, groups: frozenset[str] = frozenset()) -> tuple[ReferenceRecording, ...]:
    """Read every recording below a folder that has a reference, in order of set and name.

    Parameters
    ----------
    groups : names of sets; all when empty. Set ``hvb`` takes ``hvb_2ch`` along.

    Raises
    ------
    InputError : if there is none, or a reference cannot be read; the message names the file.
    """
    recordings = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SOUND and p.is_file())
    grouped = [(path, _group(path, folder)) for path in recordings if _reference_files(path)]
    found = tuple(read(path, group) for path, group in grouped if _is_wanted(group, groups))
    if not found:
        raise InputError(
            f"Found {len(recordings)} recordings in {folder} and no reference to score them by. "
            "Expected NAME.rttm or NAME.json beside NAME.flac, and --sets that exist."
        )
    return found


def read(recording: Path, group: str) -> ReferenceRecording:
    """Read the reference that lies beside a recording.

    Parameters
    ----------
    recording : the file; its reference has the same name and another suffix.
    group : the set that it is pooled in.

    Raises
    ------
    InputError : if it cannot be read.
    """
    truth = next((_truth(p) for p in _reference_files(recording) if p.suffix == ".json"), None)
    speech = next((_rttm(p) for p in _reference_files(recording) if p.suffix == ".rttm"), None)
    if speech is None and truth is not None:
        speech = tuple(_speech(truth.speech or truth.turns))
    turns = _turns(truth) if truth else ()
    conv = _conversation(recording.stem, speech or (), turns, truth)
    return ReferenceRecording(
        recording.stem, group, recording, conv, turns, _labels(truth, conv) if truth else None
    )


def _reference_files(recording: Path) -> list[Path]:
    stem = recording.stem.removesuffix(TWO_CHANNELS)
    names = (f"{stem}.rttm", f"{stem}.json", f"{stem}.truth.json")
    return [path for path in map(recording.with_name, names) if path.is_file()]


def _group(recording: Path, folder: Path) -> str:
    inside = recording.parent.relative_to(folder).as_posix()
    name = folder.resolve().name if inside == "." else inside
    return name + TWO_CHANNELS if recording.stem.endswith(TWO_CHANNELS) else name


def _is_wanted(group: str, groups: frozenset[str]) -> bool:
    return not groups or bool({group, group.removesuffix(TWO_CHANNELS)} & groups)


def _truth(path: Path) -> _Truth:
    try:
        return TypeAdapter(_Truth).validate_json(read_text(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(
            f"{path.name} is no reference: at {first['loc']}: {first['msg']}. Expected turns with "
            "speaker, start, end, and optionally text and kind."
        ) from error


def _rttm(path: Path) -> tuple[Speech, ...]:
    with name_file_in_errors(path):
        conv = rttm.read(read_text(path), Origin(path.stem, "hand"))
    names = {speaker.id: speaker.name or speaker.id for speaker in conv.speakers}
    return tuple(Speech(each.span, names[each.speaker]) for each in conv.speech)


def _speech(said: tuple[_Said, ...]) -> Iterator[Speech]:
    for speaker in dict.fromkeys(each.speaker for each in said):
        own = (Span(each.start, each.end) for each in said if each.speaker == speaker)
        yield from (Speech(span, speaker) for span in union(own))


def _turns(truth: _Truth) -> tuple[Segment, ...]:
    lines = [Segment(Span(t.start, t.end), t.speaker, t.text) for t in truth.turns if t.text]
    return tuple(sorted(lines, key=lambda line: line.span))


def _conversation(
    name: str, speech: tuple[Speech, ...], turns: tuple[Segment, ...], truth: _Truth | None
) -> Conversation:
    ordered = tuple(sorted(speech, key=lambda each: each.span))
    ids = dict.fromkeys([s.speaker for s in ordered] + [t.speaker or "" for t in turns])
    words: list[Word] = [word for line in turns for word in spread(line, line.speaker)]
    end = max([s.span.end for s in ordered] + [t.span.end for t in turns], default=0.0)
    return Conversation(
        recording=Recording(name, max(end, (truth.duration if truth else None) or 0.0)),
        speakers=tuple(map(Speaker, ids)),
        speech=ordered,
        words=tuple(sorted(words, key=lambda word: word.span)),
        language=truth.language if truth and words else None,
    )


def _labels(truth: _Truth, conv: Conversation) -> tuple[Overlap, ...] | None:
    if any("class" in row for row in truth.overlaps):
        rows = [row for row in truth.overlaps if row["class"] in KINDS and row.get("event", True)]
        return tuple(
            Overlap(Span(row["start"], row["end"]), row["over"], row["by"], row["class"])
            for row in rows
        )
    labelled = [turn for turn in truth.turns if turn.kind in KINDS]
    return tuple(e for turn in labelled for e in _event(turn, conv)) if labelled else None


def _event(turn: _Said, conv: Conversation) -> Iterator[Overlap]:
    """Find the overlap that a labelled turn begins with, if it is long enough for an event."""
    own = intersect([Span(turn.start, turn.end)], conv.speech_of(turn.speaker))
    others = [s for s in conv.speech if s.speaker != turn.speaker]
    shared = intersect(own, [s.span for s in others])
    both = union(shared, max_gap=Rules().terminal_max)[:1]
    for span in both:
        first = next(s.speaker for s in others if s.span.overlaps(span))
        if sum(s.duration for s in shared if span.overlaps(s)) >= Rules().min_overlap:
            yield Overlap(span, first, turn.speaker, turn.kind)  # type: ignore[arg-type]
