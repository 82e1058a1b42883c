"""Conversations from what was given beside a recording: a transcript, an annotation by hand."""

from __future__ import annotations

from coach.analysis.facts import Facts
from coach.analysis.transcripts import annotated, from_transcript
from coach.config import Config
from coach.errors import InputError
from coach.interchange.annotation import read_annotation
from coach_api.corpus.manifest import Entry


def from_given(entry: Entry, config: Config) -> Facts:
    """Read what was given instead of listening.

    Raises
    ------
    InputError : if a file cannot be read.
    """
    if entry.speech is not None:
        return annotated(read_annotation(entry.speech, entry.transcript), config)
    if entry.transcript is None:
        raise InputError("Neither a transcript nor an annotation was given: expected one.")
    return from_transcript(entry.transcript, config)
