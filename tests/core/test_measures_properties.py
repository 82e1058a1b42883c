"""What holds for the measures of any conversation."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import Acts, Conversation, Recording, Sentence, Speaker, Speech, Word
from coach.intervals import Span
from coach.measurement import Measurement
from coach.measures import measure
from coach.turns import floor

TEXTS = (
    "Yeah.",
    "What happened?",
    "You felt worried about the meeting.",
    "Um, so we went on then.",
)
ACTS = (
    Acts(),
    Acts("open_question", kinds=("why",)),
    Acts("closed_question", kinds=("logistics",)),
    Acts(listening=("reflection_complex",)),
)

pieces = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.integers(0, 600),
        st.integers(1, 80),
        st.sampled_from(TEXTS),
        st.sampled_from(ACTS),
    ),
    min_size=1,
    max_size=14,
)


def conversation(found: list[tuple[str, int, int, str, Acts]], *, by: float = 0) -> Conversation:
    speech: list[Speech] = []
    words: list[Word] = []
    sentences: list[Sentence] = []
    for who, start, length, text, acts in found:
        span = Span(start / 8 + by, (start + length) / 8 + by)
        speech.append(Speech(span, who))
        step, texts = span.duration / len(text.split()), text.split()
        at = range(len(words), len(words) + len(texts))
        words += [
            Word(Span(span.start + i * step, span.start + (i + 1) * step), t, who, 0.9)
            for i, t in enumerate(texts)
        ]
        sentences.append(Sentence(span, who, text, tuple(at), acts))
    end = max(each.span.end for each in speech)
    return Conversation(
        Recording("any", end),
        (Speaker("A", "mentor"), Speaker("B", "mentee")),
        tuple(speech),
        tuple(words),
        tuple(sentences),
        "en",
    )


conversations = pieces.map(conversation)


def by_key(conv: Conversation) -> dict[tuple[str, str | None], Measurement]:
    return {(m.name, m.speaker): m for m in measure(floor(conv))}


@given(conversations)
def test_shares_sum_to_one_and_lie_between_nothing_and_all(conv: Conversation) -> None:
    found = by_key(conv)
    assert sum(found["talk_share", who].value or 0 for who in "AB") == pytest.approx(1)
    for taken in found.values():
        if taken.unit == "ratio" and taken.name != "reflection_to_question":
            assert taken.value is None or 0 <= taken.value <= 1


@given(conversations)
def test_a_value_is_there_or_there_is_a_reason_or_nothing_to_divide_by(conv: Conversation) -> None:
    for taken in by_key(conv).values():
        undefined = taken.statistic != "total" and not (taken.denominator or taken.samples)
        assert (taken.value is None) == (taken.withheld is not None or undefined)
        assert taken.count >= 0
        assert (
            taken.interval is None or taken.interval[0] <= (taken.value or 0) <= taken.interval[1]
        )


@given(conversations)
def test_evidence_lies_in_the_recording(conv: Conversation) -> None:
    for taken in by_key(conv).values():
        assert all(span.end <= conv.recording.duration for span in taken.evidence)


@given(conversations)
def test_what_has_a_value_has_moments_to_listen_to(conv: Conversation) -> None:
    for taken in by_key(conv).values():
        assert taken.evidence or not taken.value


@given(conversations)
def test_time_heard_by_one_by_both_and_by_nobody_is_the_recording(conv: Conversation) -> None:
    found = by_key(conv)
    talk = sum(found["talk_time", who].value or 0 for who in "AB")
    together = found["overlap_share", None].numerator or 0
    silence = found["silence_share", None].numerator or 0
    assert talk - together + silence == pytest.approx(conv.recording.duration)


@given(pieces, st.integers(1, 500))
def test_later_in_the_recording_everything_but_its_length_is_the_same(
    found: list[tuple[str, int, int, str, Acts]], by: int
) -> None:
    there, here = by_key(conversation(found, by=by)), by_key(conversation(found))
    of_the_recording = {"silence_share", "talk_share_of_recording"}
    for key, taken in here.items():
        if key[0] not in of_the_recording:
            assert there[key].value == pytest.approx(taken.value), key
            assert there[key].count == taken.count


@given(conversations)
def test_names_do_not_matter(conv: Conversation) -> None:
    names = {"A": "Zoe", "B": "Ann"}
    renamed = replace(
        conv,
        speakers=tuple(replace(s, id=names[s.id]) for s in conv.speakers),
        speech=tuple(replace(s, speaker=names[s.speaker]) for s in conv.speech),
        words=tuple(replace(w, speaker=names[w.speaker or ""]) for w in conv.words),
        sentences=tuple(replace(s, speaker=names[s.speaker]) for s in conv.sentences),
    )
    there = by_key(renamed)
    for (name, who), taken in by_key(conv).items():
        other = names.get(who or "")
        assert there[name, other] == replace(taken, speaker=other)


POOLED = (
    "talk_time", "talk_share", "words", "speech_rate", "fillers", "open_questions", "open_ratio",
    "closed_questions", "question_why", "question_logistics", "feeling_words",
    "low_confidence_words",
)  # fmt: skip


@given(st.lists(pieces, min_size=2, max_size=3))
def test_what_is_pooled_is_what_one_long_conversation_gives(
    parts: list[list[tuple[str, int, int, str, Acts]]],
) -> None:
    everyone = [
        [*part, ("A", 0, 8, "Yeah.", Acts()), ("B", 0, 8, "Yeah.", Acts())] for part in parts
    ]
    apart = [by_key(conversation(part)) for part in everyone]
    moved = [
        (who, start + 1000 * i, length, text, acts)
        for i, part in enumerate(everyone)
        for who, start, length, text, acts in part
    ]
    whole = by_key(conversation(moved))
    for name in POOLED:
        for who in "AB":
            pooled = reduce(add, (found[name, who] for found in apart))
            expected = replace(whole[name, who], withheld=None)
            assert pooled.value == pytest.approx(expected.value), name
            assert pooled.count == expected.count
