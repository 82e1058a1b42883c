"""From a transcript to a conversation with sentences and roles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from coach import registry
from coach.analysis.transcripts import LANGUAGE_NOTE, annotated
from coach.config import Config
from coach.conversation import ModelUsed, Sentence, Word
from coach.ports import Pitch, Report
from coach.talk import talk

SAID = replace(talk("A 0-3 Wie war es?", "B 3-4 Gut."), sentences=(), language=None)


@dataclass
class OneSentence:
    """An annotator that takes everything for one sentence."""

    models: tuple[ModelUsed, ...] = ()

    def __call__(
        self, words: tuple[Word, ...], *, pitch: Pitch | None, report: Report
    ) -> tuple[Sentence, ...]:
        return (Sentence(words[0].span, "A", "all of it"),)


@pytest.fixture(autouse=True)
def one_annotator(monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = SimpleNamespace(create=lambda model, device: OneSentence())
    monkeypatch.setattr(registry, "load", lambda port, name: adapter)


def test_a_language_that_is_told_is_believed() -> None:
    conv = annotated(SAID, Config(language="de")).heard
    assert (conv.language, conv.sentences, LANGUAGE_NOTE in conv.notes) == ("de", (), False)
    conv = annotated(replace(SAID, language="fr"), Config(language="en")).heard
    assert (conv.language, len(conv.sentences), LANGUAGE_NOTE in conv.notes) == ("en", 1, False)


def test_a_language_that_nobody_tells_is_taken_for_english_with_a_note() -> None:
    conv = annotated(SAID, Config()).heard
    assert (conv.language, len(conv.sentences), LANGUAGE_NOTE in conv.notes) == ("en", 1, True)
    conv = annotated(replace(SAID, language="fr"), Config()).heard
    assert (conv.language, conv.sentences, LANGUAGE_NOTE in conv.notes) == ("fr", (), False)
