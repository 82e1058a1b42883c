"""Annotations made by hand, measured in the same way as what the software hears."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import read
from coach.interchange.format_detection import detect_format
from coach.interchange.segments import TRANSCRIPT_NOTE, labels
from coach.interchange.transcript import read_transcript
from coach.intervals import LONGEST, Seconds


def read_annotation(
    speech: Path,
    words: Path | None = None,
    *,
    duration: Seconds | None = None,
    recordings: tuple[str, ...] = (),
    tiers: tuple[str, ...] = (),
) -> Conversation:
    """Read who spoke when from one file and, optionally, the words from another.

    Parameters
    ----------
    speech : RTTM, TextGrid, EAF or another format; its times are treated as exact.
    words : a transcript whose speakers have the same labels; None if `speech` has the words.
    duration : length of the recording in seconds, which such files do not state; by default the
        latest end.
    recordings : names that choose one recording from files of several, the best first.
    tiers : names of the tiers of `speech` to read; by default the tiers of speech.

    Raises
    ------
    InputError : if a file cannot be read, `speech` lacks a speaker of `words`, or `duration` is not
        a positive length.
    """
    if duration is not None and not 0 < duration <= LONGEST:
        raise InputError(f"A length of {duration} seconds: expected a number above 0, as 1800.")
    heard = read(speech, detect_format(speech), source="hand", recordings=recordings, tiers=tiers)
    if words is not None:
        heard = _with_words(heard, read_transcript(words, recordings=recordings), words.name)
    length = max(heard.recording.duration, duration or 0.0)
    return replace(heard, recording=replace(heard.recording, duration=length))


def _with_words(heard: Conversation, said: Conversation, name: str) -> Conversation:
    ids = {(label or "").casefold(): who for who, label in labels(heard).items()}
    to = {who: ids.get((label or "").casefold()) for who, label in labels(said).items()}
    unknown = sum(1 for who in to if who is not None and to[who] is None)
    if unknown:
        raise InputError(
            f"{name} has {unknown} speakers that the speech file lacks: expected the same labels "
            "in both files. Rename them in one."
        )
    length = max(heard.recording.duration, said.recording.duration)
    return replace(
        heard,
        recording=replace(heard.recording, duration=length),
        words=tuple(replace(word, speaker=to[word.speaker]) for word in said.words),
        sentences=(),
        language=said.language,
        notes=heard.notes + tuple(note for note in said.notes if note != TRANSCRIPT_NOTE),
    )
