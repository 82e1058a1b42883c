"""Facts from an existing transcript, without a recording."""

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
    "The transcript does not state its language: read as English. If it is another, set --language."
)


def facts_of_transcript(path: Path, config: Config, *, report: Report = silent) -> Facts:
    """Read a transcript and find its sentences and their acts.

    A conversation that already has sentences (our own JSON) keeps them.

    Parameters
    ----------
    path : a file in any format of `coach.interchange`.
    config : its annotator, device and language are used.
    report : called with the progress.

    Raises
    ------
    InputError : if the file is not a transcript in a known format.
    """
    return annotate_conversation(read_transcript(path), config, report=report)


def annotate_conversation(conv: Conversation, config: Config, *, report: Report = silent) -> Facts:
    """The facts of a conversation as read; finds its sentences, unless it has some.

    Parameters
    ----------
    conv : as read from a transcript or an annotation.
    config : its annotator, device and language are used. If neither the config nor the conversation
        has a language, it is English, with a note.
    """
    if not conv.words or conv.sentences:
        return Facts(conv)
    conv = _with_language(conv, config.language)
    if conv.language != "en":
        return Facts(conv)
    adapter = registry.load("annotators", config.annotator)
    annotator = adapter.create(model=None, device=config.device)
    sentences = annotator(conv.words, pitch=None, report=report)
    provenance = replace(conv.provenance, version=__version__, models=annotator.models)
    return Facts(replace(conv, sentences=sentences, provenance=provenance))


def _with_language(conv: Conversation, told: str | None) -> Conversation:
    if told is not None or conv.language is not None:
        return replace(conv, language=told or conv.language)
    return replace(conv, language="en", notes=(*conv.notes, LANGUAGE_NOTE))
