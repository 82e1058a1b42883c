"""The trained annotator as it ships: fast, small, honest, and right where it is plain."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import spacy

from coach.errors import ModelUnavailable
from coach.talk import talk
from coach_models.acts import TrainedAnnotator
from coach_models.annotation.encoding import strip_marks
from coach_models.annotation.language import FOLDER, ListeningActs, ends_sentence
from coach_models.annotation.turns import turn_act

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def annotate() -> TrainedAnnotator:
    return TrainedAnnotator.create(model=None, device="cpu")


PLAIN = [
    ("So, um, what was that like for you?", "open_question"),
    ("Tell me more about that.", "open_question"),
    ("How many people were there?", "closed_question"),
    ("Did you call him?", "closed_question"),
    ("Was it the team or was it the deadline?", "closed_question"),
    ("That was hard, wasn't it?", "closed_question"),
    ("What I did was I called him.", "other"),
    ("I don't know why she did it.", "other"),
    ("My first boss told me to keep a list.", "other"),
]


@pytest.mark.parametrize(("text", "act"), PLAIN)
@pytest.mark.parametrize("change", [str, strip_marks])
def test_plain_cases(annotate: TrainedAnnotator, text: str, act: str, change: type) -> None:
    found = annotate(talk(f"A 0-4 {change(text)}").words)
    assert turn_act(found) == act


def test_probabilities_are_given_and_words_stay_placed(annotate: TrainedAnnotator) -> None:
    conv = talk("A 0-3 Okay. So how was it?", "B 3.5-6 It was fine, I guess. Mm.", "A 7-8 Mm-hm.")
    found = annotate(conv.words)
    assert all(0 <= (sentence.acts.probability or -1) <= 1 for sentence in found)
    assert [i for sentence in found for i in sentence.words] == list(range(len(conv.words)))
    assert found[-1].acts.listening == ("backchannel",)


def test_sentences_are_found_without_punctuation(annotate: TrainedAnnotator) -> None:
    conv = talk("A 0-6 i went there on monday and nobody came so what did you do then")
    assert annotate(conv.words)[-1].acts.act == "open_question"


def test_nothing_said_nothing_found(annotate: TrainedAnnotator) -> None:
    assert annotate(()) == ()
    assert annotate(talk("A 0-1 ...").words) != ()


def test_it_is_a_spacy_pipeline() -> None:
    began = time.process_time()
    nlp = spacy.load(FOLDER)
    assert time.process_time() - began < 2
    doc = nlp("How was it? Did you sleep?")
    assert [sent._.acts.act for sent in doc.sents] == ["open_question", "closed_question"]


def test_it_is_small_and_fast(annotate: TrainedAnnotator) -> None:
    assert sum(file.stat().st_size for file in FOLDER.rglob("*")) < 60e6
    said = "So what did you say to him then?"
    lines = [f"{'AB'[n % 2]} {n * 9}-{n * 9 + 3} {said}" for n in range(300)]
    words = talk(*lines).words
    began = time.process_time()
    found = annotate(words)
    assert len(found) / (time.process_time() - began) > 300


def test_its_weights_are_named_in_the_provenance(annotate: TrainedAnnotator) -> None:
    (used,) = annotate.models
    assert used.name.startswith("acts-en ")
    assert len(used.sha256) == 64


def test_missing_weights_are_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        ListeningActs().from_disk(tmp_path)
    blank = spacy.blank("en")
    blank.add_pipe("listening_acts")
    with pytest.raises(ModelUnavailable, match="has no weights"):
        blank("How was it?")


@pytest.mark.parametrize(
    ("word", "ends"),
    [("so?", True), ('"so."', True), ("Dr.", False), ("wait--", True), ("a", False)],
)
def test_marks_that_end_a_sentence(word: str, ends: bool) -> None:
    assert ends_sentence(word) == ends
