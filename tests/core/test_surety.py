"""What rests on labels is as sure as its evidence: intervals, moments, strengths and quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from telling import feedback, heard, topic_of

from coach.conversation import Acts, Conversation, ListeningAct, ModelUsed, Provenance
from coach.feedback.quotes import Candidate, choose_quotes
from coach.measurement import Measurement, find
from coach.measures import measure
from coach.measures.annotators import errors_of
from coach.page.figures import describe_parts, format_value
from coach.page.terminal import summary
from coach.rules import Rules
from coach.scorecard import score
from coach.talk import talk, with_acts
from coach.turns import floor

QUESTION = Acts("open_question", 0.97, ("feeling_probe",), (), (("feeling_probe", 0.9),))


def reflecting(share: float) -> Acts:
    label: tuple[ListeningAct, ...] = ("reflection_complex",) if share >= 0.05 else ()
    return Acts("other", 0.99, (), label, (("reflection_complex", share),))


def found(conv: Conversation) -> Conversation:
    """As the trained annotator found it, whose errors are known."""
    used = Provenance(models=(ModelUsed("annotation", "acts-en 1"),))
    return replace(conv, provenance=used)


TOPICS = "garden kitchen holiday brother contract meeting teacher hospital village concert".split()


def session(replies: Iterable[str], share: float, questions: int = 4) -> Conversation:
    """The mentee tells, the mentor replies; some questions at the end."""
    lines, labels = [], {}
    for i, reply in enumerate(replies):
        start, about = 20 * i, TOPICS[i % len(TOPICS)]
        lines += [f"B {start}-{start + 10} I spent the day at the {about}."]
        labels[len(lines)] = reflecting(share)
        lines += [f"A {start + 11}-{start + 15} {reply.format(about=about)}"]
    for i in range(questions):
        start = 1000 + 20 * i
        labels[len(lines)] = QUESTION
        lines += [
            f"A {start}-{start + 3} How was the {TOPICS[i]}?",
            f"B {start + 4}-{start + 9} Ok.",
        ]
    return found(with_acts(talk(*lines), labels))


LISTENS = session(["So it was all about the {about} for you."] * 10, 0.9)
LECTURES = session(["You have to be very careful with your savings."] * 10, 0.9)
SELDOM = session(["So it was all about the {about} for you.", *["Right then."] * 9], 0.9)


def measured(conv: Conversation, name: str) -> Measurement:
    one = find(measure(floor(conv)), name, "A")
    assert one is not None
    return one


def test_reflections_lie_between_two_ends_and_the_number_among_them() -> None:
    given = measured(LISTENS, "reflections")
    assert given.interval is not None
    low, high = given.interval
    assert 5 <= low <= (given.value or 0) <= high <= 14
    assert low < high
    ratio = measured(LISTENS, "reflection_to_question")
    assert ratio.interval is not None
    assert ratio.interval[0] <= (ratio.value or 0) <= ratio.interval[1]


def test_labels_of_a_person_are_taken_as_given() -> None:
    by_hand = replace(LISTENS, provenance=Provenance(source="hand"))
    assert errors_of(by_hand) is None
    assert measured(by_hand, "reflections").value == 10
    assert measured(by_hand, "reflections").interval is None


def test_a_ratio_that_may_be_anything_is_withheld_with_the_reason() -> None:
    unsure = session(["So it was like that for a while."] * 10, 0.1)
    ratio = measured(unsure, "reflection_to_question")
    assert ratio.value is None
    assert ratio.withheld is not None
    assert "Too uncertain to tell: between" in ratio.withheld
    assert "Too uncertain to tell" in " ".join(summary(score(unsure)).split())


def test_the_depth_of_a_reflection_is_not_told_where_it_was_found_by_a_model() -> None:
    assert "told apart" in (measured(LISTENS, "reflections_complex").withheld or "")


def test_reflecting_is_praised_where_the_partners_words_come_back() -> None:
    assert "reflections" in [finding.topic for finding in feedback(LISTENS).strengths]


@pytest.mark.parametrize("conv", [LECTURES, SELDOM], ids=["lectures", "seldom"])
def test_nobody_is_praised_for_reflecting_without_the_evidence(conv: Conversation) -> None:
    given = feedback(conv)
    assert "reflections" not in [finding.topic for finding in given.strengths]
    assert "gave back" not in summary(score(conv))


def test_moments_are_reflections_that_share_their_content() -> None:
    assert not [m for m in score(LECTURES).moments if m.kind.startswith("reflection")]
    assert len([m for m in score(LISTENS).moments if m.kind.startswith("reflection")]) == 10


def test_the_rules_say_how_sure_is_sure() -> None:
    strict = score(LISTENS, rules=Rules(sure_moment=1.0, sure_quote=1.0))
    assert not strict.moments
    assert "reflections" not in [finding.topic for finding in strict.feedback.strengths]


def test_what_cannot_be_told_is_said() -> None:
    unsure = session(["So it was all about the {about} for you."] * 3, 0.5)
    notes = " ".join(feedback(unsure).notes)
    lean = topic_of(unsure, "reflections")[0]
    assert lean is not None
    assert lean.low <= -0.25
    assert lean.high >= 0.25
    assert "It could not be told how often you gave back what you heard" in notes


def test_a_number_that_rests_on_labels_is_shown_between_its_ends() -> None:
    given = measured(LISTENS, "reflections")
    assert " to " in format_value(given)
    assert describe_parts(given) == f"most likely {given.value:.0f}"
    printed = " ".join(summary(score(LISTENS)).split())
    assert f"{format_value(given)} reflections to 4 questions" in printed


def test_quotes_are_the_surest_of_the_whole_session_and_no_two_alike() -> None:
    lines = [f"A {i * 10}-{i * 10 + 3} How was the {name}?" for i, name in enumerate(TOPICS)]
    lines += ["A 110-113 And how was the garden?", "A 120-123 How about the--"]
    conv = talk(*lines, "B 131-132 Fine.")
    candidates = [Candidate(s, 0.9, s.span.start) for s in conv.sentences if s.speaker == "A"]
    chosen = choose_quotes(heard(conv), candidates)
    texts = [s.text for s in chosen]
    assert [int(3 * s.span.start / conv.recording.duration) for s in chosen] == [0, 1, 2]
    assert texts[-1] == "And how was the garden?"
    assert "How was the garden?" not in texts
    unsure = [replace(each, chance=0.5) for each in candidates]
    assert choose_quotes(heard(conv), unsure) == ()
    assert choose_quotes(heard(conv), candidates[:1], fewest=2) == ()


def test_what_informs_rather_than_reflects_is_no_evidence() -> None:
    told = Acts(
        "other", 0.99, (), ("reflection_complex",),
        (("reflection_complex", 0.7), ("information", 0.8)),
    )  # fmt: skip
    conv = with_acts(LISTENS, {1: told})
    moments = [m.span for m in score(conv).moments if m.kind.startswith("reflection")]
    assert conv.sentences[1].span not in moments
    assert LISTENS.sentences[1].span in [m.span for m in score(LISTENS).moments]
