"""Lines of speaker, start, end and text, which most formats have; to a conversation and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from string import ascii_uppercase
from typing import Literal

from coach.conversation import (
    Conversation,
    Provenance,
    Recording,
    Role,
    Speaker,
    Speech,
    Word,
)
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.language import detect_language
from coach.interchange.nonspeech import strip_nonspeech
from coach.interchange.text import one_line
from coach.interchange.times import TICK
from coach.intervals import Seconds, Span, union

TRANSCRIPT_NOTE = (
    "Read from a transcript: its times are times of lines, so overlaps, interruptions and reply "
    "times are doubtful or withheld."
)
NO_SPEAKERS_NOTE = (
    "The transcript names no speakers: every line counts as A's. Write 'Name:' before each line "
    "to compare speakers."
)
UNNAMED_NOTE = "{} lines of the transcript name no speaker: given to the speaker before."

_NEW_LINE_GAP: Seconds = 1.0
_LABEL = re.compile(r"[A-Z]|SPEAKER_\d{1,4}", re.ASCII)
_ROLES: dict[str, Role] = {
    "mentor": "mentor", "coach": "mentor", "mentee": "mentee", "coachee": "mentee",
}  # fmt: skip

Source = Literal["transcript", "hand"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A line of a transcript; `speaker` is the file's label, or None."""

    span: Span
    speaker: str | None = field(repr=False)
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of segments: the recording's id, the source of its times, notes for the reader.

    `recordings` are names that choose one recording from a file of several, the best first; `tiers`
    are the tiers of an annotation tool to read, by default all.
    """

    id: str = "transcript"
    source: Source = "transcript"
    notes: tuple[str, ...] = ()
    language: str | None = None
    roles: dict[str, Role] = field(default_factory=dict)
    recordings: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()


def labels(conv: Conversation) -> dict[str | None, str | None]:
    """The label of each speaker id in files: the name, or else the id; labels are unique.

    Examples
    --------
    >>> from coach.talk import talk
    >>> labels(talk("A 0-1", "B 1-2"))["B"]
    'B'
    """
    names: dict[str | None, str | None] = {
        s.id: one_line(s.name or s.id) or s.id for s in conv.speakers
    }
    if len({*names.values()}) < len(names):
        names = {who: f"{name} ({who})" for who, name in names.items()}
    names[None] = None
    return names


def segments(conv: Conversation) -> tuple[Segment, ...]:
    """Lines to write, in time order: sentences, and words outside sentences.

    Examples
    --------
    >>> from coach.talk import talk
    >>> [s.text for s in segments(talk("A 0-3 So how was it?", "B 2-4 Fine"))]
    ['So how was it?', 'Fine']
    """
    names = labels(conv)
    within = {i for sentence in conv.sentences for i in sentence.words}
    loose = [word for i, word in enumerate(conv.words) if i not in within]
    lines = [Segment(s.span, names[s.speaker], one_line(s.text)) for s in conv.sentences]
    for speaker, words in _lines(loose):
        span = Span(words[0].span.start, max(word.span.end for word in words))
        lines.append(Segment(span, names[speaker], one_line(" ".join(w.text for w in words))))
    return tuple(sorted((s for s in lines if s.text), key=lambda s: (s.span, s.speaker or "")))


def conversation(
    lines: Iterable[Segment],
    origin: Origin,
    *,
    speech: Iterable[Segment] = (),
    faults: Faults | None = None,
) -> Conversation:
    """Build a conversation from lines; a word gets a share of its line's time by its length.

    Marks that are not words (see `coach.interchange.nonspeech`) are removed. The language is that
    of `origin`, or is detected from the words.

    Labels become names, and the ids are A, B, ... in order of first speech. Labels that are such
    letters, or a diarizer's numbers (SPEAKER_00), stay the ids.

    Parameters
    ----------
    lines : of the file, in any order.
    origin : the recording's id, the source of the times, notes for the reader.
    speech : intervals of speech, if the file has them apart from the lines; by default the lines.
    faults : of the reader, which become notes.

    Raises
    ------
    InputError : if nobody says anything; the first of `faults`, if there is one.

    Examples
    --------
    >>> lines = [Segment(Span(0.0, 2.0), "Ann", "Hey there"), Segment(Span(2.0, 3.0), "Bo")]
    >>> conv = conversation(lines, Origin())
    >>> [speaker.id for speaker in conv.speakers], conv.words[1].span
    (['A', 'B'], Span(start=0.8, end=2.0))
    """
    faults = faults or Faults()
    said, notes = _fill_speakers(sorted(_strip_lines(lines), key=lambda line: line.span))
    heard = sorted(speech, key=lambda line: line.span) or said
    everyone = sorted([*heard, *said], key=lambda line: line.span)
    if not everyone:
        faults.raise_first()
        raise InputError("Found no speech: expected at least one line with a time and words.")
    speakers = _speakers([line.speaker or "A" for line in everyone], origin.roles)
    ids = {label: speaker.id for label, speaker in speakers.items()}
    words = [word for line in said for word in spread(line, ids[line.speaker or "A"])]
    note = (TRANSCRIPT_NOTE,) if origin.source == "transcript" else ()
    return Conversation(
        recording=Recording(origin.id, max(line.span.end for line in everyone)),
        speakers=tuple(speakers.values()),
        speech=_speech(heard, ids),
        words=tuple(sorted(words, key=lambda word: (word.span, word.speaker or ""))),
        language=origin.language or detect_language(line.text for line in said),
        notes=origin.notes + note + faults.notes() + notes,
        provenance=Provenance(source=origin.source),
    )


def spread(line: Segment, speaker: str | None) -> Iterator[Word]:
    """Words of a line, each with a share of its time in proportion to its characters.

    Parameters
    ----------
    line : with its text and its time.
    speaker : id for the words; None if unknown.
    """
    texts = line.text.split()
    size = sum(len(text) + 1 for text in texts)
    duration, done = line.span.duration, 0
    for text in texts:
        start = line.span.start + duration * done / size
        done += len(text) + 1
        end = line.span.end if done == size else start + duration * (len(text) + 1) / size
        yield Word(Span(start, end), text, speaker)


def disjoint(lines: Iterable[Segment]) -> tuple[Segment, ...]:
    """Lines one after the other, for tiers without overlaps; each keeps at least a millisecond."""
    placed: list[Segment] = []
    for line in sorted(lines, key=lambda each: each.span):
        start = max(line.span.start, placed[-1].span.end) if placed else line.span.start
        span = Span(start, max(line.span.end, start + TICK))
        placed.append(Segment(span, line.speaker, line.text))
    return tuple(placed)


def _lines(words: Sequence[Word]) -> Iterator[tuple[str | None, list[Word]]]:
    """Group words of one speaker, until a sentence ends or for a second nobody speaks."""
    ordered = sorted(words, key=lambda word: (word.speaker or "", word.span))
    for speaker, own in groupby(ordered, key=lambda word: word.speaker):
        line: list[Word] = []
        for word in own:
            if line and _is_end(line[-1], word):
                yield speaker, line
                line = []
            line.append(word)
        yield speaker, line


def _is_end(last: Word, following: Word) -> bool:
    silence = following.span.start - last.span.end
    return silence >= _NEW_LINE_GAP or last.text.endswith((".", "?", "!"))


def _strip_lines(lines: Iterable[Segment]) -> Iterator[Segment]:
    """Keep only the words of each line; a line without words stays if somebody speaks in it."""
    for line in lines:
        words, speaks = strip_nonspeech(line.text) if line.text else ("", True)
        if speaks:
            yield Segment(line.span, line.speaker, words)


def _fill_speakers(lines: list[Segment]) -> tuple[list[Segment], tuple[str, ...]]:
    """Give lines without a speaker to the speaker before, and add a note."""
    named = [line.speaker for line in lines if line.speaker]
    if not named:
        return lines, (NO_SPEAKERS_NOTE,) if lines else ()
    result, last = [], named[0]
    for line in lines:
        last = line.speaker or last
        result.append(Segment(line.span, last, line.text))
    unnamed = len(lines) - len(named)
    return result, (UNNAMED_NOTE.format(unnamed),) if unnamed else ()


def _speakers(found: list[str], roles: dict[str, Role]) -> dict[str, Speaker]:
    unique = list(dict.fromkeys(found))
    lettered = all(_LABEL.fullmatch(label) for label in unique)
    return {
        label: Speaker(
            id=label if lettered else _letters(i),
            role=roles.get(label) or _ROLES.get(label.casefold(), "other"),
            name=None if lettered else label,
        )
        for i, label in enumerate(unique)
    }


def _letters(position: int) -> str:
    """A, B, ... Z, A1, B1, ..."""
    rounds, letter = divmod(position, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(rounds) if rounds else "")


def _speech(lines: list[Segment], ids: dict[str, str]) -> tuple[Speech, ...]:
    spans: dict[str, list[Span]] = {}
    for line in lines:
        spans.setdefault(ids[line.speaker or "A"], []).append(line.span)
    found = [Speech(span, who) for who, own in spans.items() for span in union(own)]
    return tuple(sorted(found, key=lambda speech: (speech.span, speech.speaker)))
