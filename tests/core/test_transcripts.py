"""From a transcript to a conversation with sentences and roles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from coach import __version__, registry
from coach.analysis.transcripts import LANGUAGE_NOTE, annotate_conversation, facts_of_transcript
from coach.config import Config
from coach.conversation import ModelUsed, Sentence, Word
from coach.ports import Pitch, Progress, Report
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
    conv = annotate_conversation(SAID, Config(language="de")).heard
    assert (conv.language, conv.sentences, LANGUAGE_NOTE in conv.notes) == ("de", (), False)
    conv = annotate_conversation(replace(SAID, language="fr"), Config(language="en")).heard
    assert (conv.language, len(conv.sentences), LANGUAGE_NOTE in conv.notes) == ("en", 1, False)


def test_a_language_that_nobody_tells_is_taken_for_english_with_a_note() -> None:
    conv = annotate_conversation(SAID, Config()).heard
    assert (conv.language, len(conv.sentences), LANGUAGE_NOTE in conv.notes) == ("en", 1, True)
    conv = annotate_conversation(replace(SAID, language="fr"), Config()).heard
    assert (conv.language, conv.sentences, LANGUAGE_NOTE in conv.notes) == ("fr", (), False)


def test_the_annotator_that_was_chosen_reads_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    class Asked(OneSentence):
        def __call__(
            self, words: tuple[Word, ...], *, pitch: Pitch | None, report: Report
        ) -> tuple[Sentence, ...]:
            report(Progress("annotate", 1, 1))
            return super().__call__(words, pitch=pitch, report=report)

    def create(model: str | None, device: str) -> Asked:
        asked.append(device)
        return Asked((ModelUsed("annotation", "fake"),))

    def load(port: str, name: str) -> SimpleNamespace:
        asked.extend((port, name))
        return SimpleNamespace(create=create)

    monkeypatch.setattr(registry, "load", load)
    said: list[Progress] = []
    config = Config(annotator="mine", device="cuda")
    heard = annotate_conversation(SAID, config, report=said.append).heard
    assert asked == ["annotators", "mine", "cuda"]
    assert [each.stage for each in said] == ["annotate"]
    assert heard.provenance.models == (ModelUsed("annotation", "fake"),)
    assert heard.provenance.version == __version__
    assert heard.provenance.source == SAID.provenance.source


def test_a_transcript_is_read_with_the_options(tmp_path: Path) -> None:
    path = tmp_path / "talk.vtt"
    path.write_text("WEBVTT\n\n00:00.000 --> 00:03.000\n<v Ada>Wie war es?\n")
    assert facts_of_transcript(path, Config(language="de")).heard.language == "de"
    assert len(facts_of_transcript(path, Config()).heard.sentences) == 1
