"""Facts from an existing transcript: no listening, only reading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coach import __version__, registry
from coach.analysis.facts import Facts
from coach.config import Config
from coach.conversation import Conversation
from coach.interchange.transcript import read_transcript
from coach.ports import Report, silent

LANGUAGE_NOTE = (
    "A transcript does not say its language: read as English. If it is another, say so with "
    "--language."
)


def from_transcript(path: Path, config: Config, *, report: Report = silent) -> Facts:
    """Read a transcript and find its sentences and their acts.

    A conversation that already has sentences, our own JSON, keeps them.

    Raises
    ------
    InputError : if the file is no transcript that we read.
    """
    return annotated(read_transcript(path), config, report=report)


def annotated(conv: Conversation, config: Config, *, report: Report = silent) -> Facts:
    """The facts of a conversation as read, with sentences, unless it has some.

    Parameters
    ----------
    conv : as read from a transcript or an annotation.
    config : its annotator, device and language count. A language that neither knows is taken for
        English, with a note.
    """
    if not conv.words or conv.sentences:
        return Facts(conv)
    conv = _in_language(conv, config.language)
    if conv.language != "en":
        return Facts(conv)
    adapter = registry.load("annotators", config.annotator)
    annotator = adapter.create(model=None, device=config.device)
    sentences = annotator(conv.words, pitch=None, report=report)
    provenance = replace(conv.provenance, version=__version__, models=annotator.models)
    return Facts(replace(conv, sentences=sentences, provenance=provenance))


def _in_language(conv: Conversation, told: str | None) -> Conversation:
    if told is not None or conv.language is not None:
        return replace(conv, language=told or conv.language)
    return replace(conv, language="en", notes=(*conv.notes, LANGUAGE_NOTE))
