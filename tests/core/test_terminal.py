from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from coach.conversation import Conversation, Recording, Speaker
from coach.interchange.json import load
from coach.measurement import Measurement
from coach.page.figures import describe_parts, format_value, label
from coach.page.speaker_names import voices
from coach.page.terminal import summary
from coach.scorecard import score
from coach.talk import talk

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def session() -> Conversation:
    text = (GOLDEN / "session.conversation.json").read_text(encoding="utf-8")
    return load(Conversation, text)


def test_the_golden_summary_is_what_is_printed(session: Conversation) -> None:
    path, text = GOLDEN / "session.txt", summary(score(session)) + "\n"
    if os.environ.get("COACH_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "Changed on purpose? make golden"


def test_it_fits_a_terminal_and_has_no_colour_codes(session: Conversation) -> None:
    text = summary(score(session))
    assert max(map(len, text.splitlines())) <= 88
    assert "\x1b" not in text


def test_both_speakers_are_shown_when_nobody_is_the_mentor() -> None:
    text = summary(score(talk("A 0-30", "B 30-90", mentor=None)))
    assert "A: 30 s (in one turn; B at most 1 min)" in text
    assert "not known who the mentor is" in text


def test_moments_without_words_keep_their_time_and_note() -> None:
    text = summary(score(talk("B 0-60", "A 61-65", "B 66-130")))
    assert "0:00 B: a turn of 1 min" in text


def test_a_stretch_is_called_a_next_step() -> None:
    lines = [f"B {i * 10}-{i * 10 + 7}" for i in range(9)]
    lines += [f"A {i * 10 + 7.5}-{i * 10 + 9.5}" for i in range(9)]
    assert "> A next step: Let a silence stand after an answer" in summary(score(talk(*lines)))


def test_backchannels_without_words_say_so() -> None:
    signals = [f"A {i * 10 + 5}-{i * 10 + 5.4}" for i in range(8)]
    text = summary(score(talk("B 0-90", *signals, "A 88-200")))
    assert "    0:05 You: a short sound without a clear word\n" in text


@pytest.mark.parametrize("speakers", [(), (Speaker("A"),)])
def test_nobody_heard_is_no_error(speakers: tuple[Speaker, ...]) -> None:
    card = score(Conversation(Recording("quiet", 9.0), speakers, ()))
    assert "Nobody is heard" in summary(card)


@pytest.mark.parametrize(
    ("measurement", "value", "parts"),
    [
        (Measurement("talk_share", "A", "ratio", numerator=30, denominator=120), "25%",
         "30 s of 2 min"),
        (Measurement("open_ratio", "A", "ratio", numerator=1, denominator=4), "25%", "1 of 4"),
        (Measurement("reflection_to_question", "A", "ratio", numerator=6, denominator=4), "1.5",
         "6 to 4"),
        (Measurement("response_latency", "A", "seconds", "median", samples=(-0.5,)), "\u22120.5 s",
         "1 observation; below 0: begun before the other had stopped"),
        (Measurement("backchannels", "A", "per_minute", numerator=4, denominator=60, scale=60),
         "4 per minute", "4 in 1 min"),
        (Measurement("interruptions", "A", "per_10_minutes", numerator=1, denominator=600,
                     scale=600), "1 per 10 min", "1 in 10 min"),
        (Measurement("speech_rate", "A", "words_per_minute", numerator=90, denominator=30,
                     scale=60), "180 words per minute", "90 in 30 s"),
        (Measurement("turns", "A", "count", "total", numerator=7), "7", ""),
        (Measurement("turn_entropy", None, "bits", numerator=3, denominator=2), "1.50 bits",
         "3 in 2.0 s"),
        (Measurement("noise", None, "dB", "total", numerator=-40.4), "-40 dB", ""),
        (Measurement("uptake", "A", "ratio", withheld="No words."), "\u2013", ""),
    ],
)  # fmt: skip
def test_values_are_shown_with_what_they_were_made_from(
    measurement: Measurement, value: str, parts: str
) -> None:
    assert format_value(measurement) == value
    assert describe_parts(measurement) == parts


def test_a_missing_measurement_is_a_dash_and_an_unknown_name_itself() -> None:
    assert format_value(None) == "\u2013"
    assert label("of_another_day") == "of_another_day"


def test_voices_have_names_roles_and_colours() -> None:
    conv = talk("SPEAKER_00 0-9", "B_2 9-20", "C 20-30", "D 30-40", "E 40-50", mentor="SPEAKER_00")
    guessed = replace(conv.speakers[0], role_source="guessed")
    called = voices(score(replace(conv, speakers=(guessed, *conv.speakers[1:]))))
    assert [voice.full for voice in called.values()] == ["You (Speaker 1)", "B_2", "C", "D", "E"]
    assert called["SPEAKER_00"].role == "mentor, a guess"
    assert [v.css for v in called.values()] == ["first", "second", "third", "fourth", "fourth"]
