"""Conversations from the annotations beside a recording: a transcript, or speech marked by hand."""

from __future__ import annotations

from coach.analysis.facts import Facts
from coach.analysis.transcripts import annotate_conversation
from coach.config import Config
from coach.errors import InputError
from coach.interchange.annotation import read_annotation
from coach.interchange.transcript import read_transcript
from coach_api.corpus.manifest import Entry


def read_annotations(entry: Entry, config: Config) -> Facts:
    """Read the annotations of an entry, which replace listening.

    From a file of several recordings (RTTM, SegLST, STM, a table) the recording is read that has
    the id of the entry, or the name of its recording.

    Parameters
    ----------
    entry : of the manifest, with a speech file or a transcript.
    config : its options.

    Raises
    ------
    InputError : if a file cannot be read.
    """
    names = (entry.id, entry.id.rpartition("/")[2], entry.path.stem if entry.path else entry.id)
    if entry.speech is not None:
        conv = read_annotation(entry.speech, entry.transcript, recordings=names)
        return annotate_conversation(conv, config)
    if entry.transcript is None:
        raise InputError("Neither a transcript nor an annotation was given: expected one.")
    return annotate_conversation(read_transcript(entry.transcript, recordings=names), config)
