"""The rule annotator: what it finds in sentences as a recogniser gives them."""

from __future__ import annotations

import pytest

from coach.talk import talk
from coach_models.annotator import RuleAnnotator

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def annotate() -> RuleAnnotator:
    return RuleAnnotator.create(model=None, device="cpu")


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("So, um, what did you do then?", "open_question"),
        ("how did it go", "open_question"),
        ("Could you tell me a bit more about that.", "open_question"),
        ("Tell me more.", "open_question"),
        ("How many people were there?", "closed_question"),
        ("Did you call him", "closed_question"),
        ("You told him?", "closed_question"),
        ("That was hard, wasn't it", "closed_question"),
        ("What I did was I called him.", "other"),
        ("I don't know why she did it.", "other"),
        ("When I started, nobody helped.", "other"),
        ("Who knows, right?", "other"),
    ],
)
def test_act(annotate: RuleAnnotator, text: str, act: str) -> None:
    (sentence,) = annotate(talk(f"A 0-4 {text}").words)
    assert sentence.acts.act == act
    assert sentence.acts.probability is None


@pytest.mark.parametrize(
    ("text", "listening"),
    [
        ("Mm-hm.", "backchannel"),
        ("You should just call her.", "advice_without_permission"),
        ("Well done, that took courage.", "affirmation"),
        ("When I was new I got lost too.", "self_disclosure"),
    ],
)
def test_listening(annotate: RuleAnnotator, text: str, listening: str) -> None:
    (sentence,) = annotate(talk(f"A 0-4 {text}").words)
    assert listening in sentence.acts.listening


def test_advice_is_welcome_after_permission(annotate: RuleAnnotator) -> None:
    conv = talk(
        "A 0-2 Can I suggest something?", "B 2.5-3 Please do.", "A 3.5-6 You should call her."
    )
    assert annotate(conv.words)[-1].acts.listening == ("advice_with_permission",)


def test_feeling_added_makes_a_reflection_complex(annotate: RuleAnnotator) -> None:
    conv = talk("B 0-3 They moved my desk again.", "A 4-6 You feel angry about it.")
    assert annotate(conv.words)[-1].acts.listening == ("reflection_complex",)


def test_a_speaker_change_ends_a_sentence_and_words_stay_placed(annotate: RuleAnnotator) -> None:
    conv = talk("A 0-2 So you left. Why?", "B 3-5 because I had to")
    found = annotate(conv.words)
    assert [sentence.speaker for sentence in found] == ["A", "A", "B"]
    assert [i for sentence in found for i in sentence.words] == list(range(len(conv.words)))
    assert found[1].acts.kinds == ("why",)


def test_a_long_pause_ends_a_sentence(annotate: RuleAnnotator) -> None:
    assert len(annotate(talk("A 0-2 I went there", "A 6-8 did you go").words)) == 2


def test_nothing_said_nothing_found(annotate: RuleAnnotator) -> None:
    assert annotate(()) == ()
