"""The adapters are what the ports say; the type checker reads this file, too."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from coach import ports, registry
from coach.ports import Annotator, Decoder, Diarizer, Encoder, Redactor, Tracker, Transcriber
from coach_models.acts import TrainedAnnotator
from coach_models.annotator import RuleAnnotator
from coach_models.decoder import PyAvDecoder
from coach_models.diarizer import ChannelDiarizer, PyannoteDiarizer, VoiceDiarizer
from coach_models.opus import OpusEncoder
from coach_models.pitch import PraatTracker
from coach_models.redactor import SpacyRedactor
from coach_models.whisper import WhisperTranscriber

DECODERS: dict[str, type[Decoder]] = {"pyav": PyAvDecoder}
TRANSCRIBERS: dict[str, type[Transcriber]] = {"whisper": WhisperTranscriber}
DIARIZERS: dict[str, type[Diarizer]] = {
    "voices": VoiceDiarizer,
    "pyannote": PyannoteDiarizer,
    "channels": ChannelDiarizer,
}
ANNOTATORS: dict[str, type[Annotator]] = {"acts": TrainedAnnotator, "rules": RuleAnnotator}
TRACKERS: dict[str, type[Tracker]] = {"praat": PraatTracker}
ENCODERS: dict[str, type[Encoder]] = {"opus": OpusEncoder}
REDACTORS: dict[str, type[Redactor]] = {"spacy": SpacyRedactor}
ADAPTERS: dict[registry.Port, tuple[Any, dict[str, Any]]] = {
    "decoders": (Decoder, DECODERS),
    "transcribers": (Transcriber, TRANSCRIBERS),
    "diarizers": (Diarizer, DIARIZERS),
    "annotators": (Annotator, ANNOTATORS),
    "trackers": (Tracker, TRACKERS),
    "encoders": (Encoder, ENCODERS),
    "redactors": (Redactor, REDACTORS),
}


@pytest.mark.parametrize("port", ADAPTERS)
def test_every_installed_adapter_is_held_against_its_port(port: registry.Port) -> None:
    found = {name: entry.load() for name, entry in registry.installed_entries(port).items()}
    assert found == ADAPTERS[port][1]


@pytest.mark.parametrize("port", ADAPTERS)
def test_an_adapter_takes_what_its_port_names(port: registry.Port) -> None:
    protocol, adapters = ADAPTERS[port]
    for adapter in adapters.values():
        for name in ("create", "__call__"):
            expected = inspect.signature(getattr(protocol, name)).parameters
            assert list(inspect.signature(getattr(adapter, name)).parameters) == list(expected)


def test_every_port_is_here() -> None:
    protocols = {
        each
        for name, each in vars(ports).items()
        if getattr(each, "_is_protocol", False) and name != "Protocol"
    }
    assert {protocol for protocol, _ in ADAPTERS.values()} == protocols
