"""A conversation from an existing transcript: no listening, only reading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coach import __version__, registry
from coach.config import Config
from coach.conversation import Conversation
from coach.formats.transcript import read_transcript
from coach.ports import Report, silent
from coach.roles import assign_roles


def from_transcript(path: Path, config: Config, *, report: Report = silent) -> Conversation:
    """Read a transcript and find its sentences and their acts.

    A conversation that already has sentences, our own JSON, keeps them.

    Raises
    ------
    InputError : if the file is no transcript that we read.
    """
    return annotated(read_transcript(path), config, report=report)


def annotated(conv: Conversation, config: Config, *, report: Report = silent) -> Conversation:
    """The conversation with sentences, unless it has some, and with roles.

    Parameters
    ----------
    conv : as read from a transcript or an annotation.
    config : its annotator and its mentor count.
    """
    if conv.words and not conv.sentences and conv.language in (None, "en"):
        annotator = registry.load("annotators", config.annotator).create(
            model=None, device=config.device
        )
        conv = replace(
            conv,
            language="en",
            sentences=annotator(conv.words, pitch=None, report=report),
            provenance=replace(
                conv.provenance,
                version=__version__,
                models=annotator.models,
                config=config.as_dict(),
            ),
        )
    if conv.mentor is None or config.mentor != "guess":
        conv = assign_roles(conv, config.mentor)
    return conv
