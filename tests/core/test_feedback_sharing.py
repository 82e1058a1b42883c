"""Feedback on the floor: balance, interruptions, silence, signals of listening."""

from __future__ import annotations

from dataclasses import replace

from telling import INTERRUPTED, OPEN_TALK, praised, proposed, topic_of

from coach.conversation import Conversation, Provenance, Speaker
from coach.feedback import TOPICS
from coach.talk import talk


def test_a_small_talk_share_is_a_strength_and_a_large_one_is_not() -> None:
    quiet = praised(OPEN_TALK, "balance")
    assert quiet.title == "You left the floor to your mentee"
    assert quiet.quotes[0].speaker == "B"
    loud = replace(
        OPEN_TALK,
        speakers=(Speaker("A", "mentee", "Ida"), Speaker("B", "mentor")),
    )
    finding = proposed(loud, "balance")
    assert finding.title == "Leave more room for Ida"
    assert "You spoke for 79% to 92% of the talk" in finding.figures
    assert topic_of(talk("A 0-10", "B 10-20"), "balance")[0] is None


def test_a_long_monologue_is_named_with_its_moment() -> None:
    conv = talk("B 0-60", "A 61-181", "B 182-200")
    finding = proposed(conv, "monologue")
    assert finding.figures == "Your longest turn lasted 2 min, from 1:01 on."
    assert finding.quotes[0].note == "a turn of 2 min"


def test_interruptions_are_counted_at_least_and_left_to_the_reader() -> None:
    finding = proposed(INTERRUPTED, "interruptions")
    assert finding.figures.startswith("At least twice you came in and took the floor while")
    assert finding.figures.endswith("twice the sentence was cut off.")
    assert "judgement" in finding.sure
    assert [quote.note for quote in finding.quotes] == ["broke off here", "broke off here"]
    assert finding.quotes[0].text == "I had thought that we would"
    assert finding.quotes[0].span.end > 40


def test_without_words_nobody_is_said_to_have_been_cut_off() -> None:
    finding = proposed(replace(INTERRUPTED, words=(), sentences=()), "interruptions")
    assert "cut off" not in finding.figures
    assert [quote.note for quote in finding.quotes] == ["you came in here"] * 2


def test_one_interruption_is_no_pattern() -> None:
    conv = talk("B 0-40", "A 38-50", "B 51-120")
    assert topic_of(conv, "interruptions")[0] is None


def test_no_interruption_is_a_strength_when_there_was_enough_to_interrupt() -> None:
    finding = praised(talk("B 0-40", "A 41-50", "B 51-120"), "interruptions")
    assert finding.title == "You let your mentee finish"
    assert finding.figures == "No interruption was found in 1 min 49 s of your mentee's talk."
    assert topic_of(talk("B 0-40", "A 41-50"), "interruptions")[0] is None


def test_several_partners_are_the_others() -> None:
    conv = talk("B 0-40", "A 41-45", "C 46-120", "A 121-125")
    finding = praised(conv, "interruptions")
    assert finding.title == "You let the others finish"
    assert "the others' talk" in finding.figures
    conv = talk("B 0-40", "A 38-50", "C 51-90", "A 88-100", "B 101-140")
    assert "while the others were still speaking" in proposed(conv, "interruptions").figures


def test_early_replies_are_shown_with_how_early_they_were() -> None:
    lines = [f"B {i * 10}-{i * 10 + 7.0} So it was" for i in range(8)]
    lines += [f"A {i * 10 + 6.7}-{i * 10 + 9.5} I see what you mean" for i in range(8)]
    finding = proposed(talk(*lines), "early_replies")
    assert finding.figures == "100% of your replies began before your mentee had stopped."
    assert finding.quotes[0].note == "you began 0.3 s before the end"
    assert topic_of(talk("B 0-7", "A 6.7-9"), "early_replies")[0] is None


def waiting(gap: float) -> Conversation:
    lines = []
    for i in range(8):
        start = i * 20
        lines += [f"B {start}-{start + 8} That was it", f"A {start + 8 + gap}-{start + 14} So then"]
    return talk(*lines)


def test_silence_kept_is_praised_and_its_lack_proposed() -> None:
    kept = praised(waiting(3.0), "silence")
    assert kept.figures == "You waited 2.7 s or more before 8 of your 8 replies, up to 3.0 s."
    assert kept.quotes[0].note == "then 3.0 s of silence"
    hasty = proposed(waiting(0.4), "silence")
    assert hasty.figures == "You never waited 2.7 s before you answered."
    assert hasty.quotes[0].note == "you went on after 0.4 s"
    assert topic_of(talk("B 0-3", "A 4-5"), "silence")[0] is None


def test_one_silence_kept_is_said_too() -> None:
    told = [f"B {i * 20}-{i * 20 + 8} So" for i in range(8)]
    replies = [f"A {i * 20 + (11 if i == 3 else 8.5)}-{i * 20 + 14} Yes" for i in range(8)]
    conv = talk(*told, *replies)
    lean, looked = topic_of(conv, "silence")
    topic = next(topic for topic in TOPICS if topic.name == "silence")
    assert lean is not None
    assert topic.propose is not None
    told_of = topic.propose(looked)
    assert told_of is not None
    assert told_of.figures == "You waited 2.7 s or more before 1 of your 8 replies."


def test_backchannels_are_praised_and_never_missed() -> None:
    conv = talk(
        "B 0-90 " + "word " * 90, *[f"A {i * 10 + 5}-{i * 10 + 5.4} Mm-hm." for i in range(8)]
    )
    finding = praised(conv, "backchannels")
    assert finding.figures == (
        "8 short signals of listening such as mm-hm or yes, 5.3 for each minute that your mentee "
        "spoke."
    )
    topic = next(topic for topic in TOPICS if topic.name == "backchannels")
    assert topic.propose is None


def test_signals_with_words_are_shown_first_and_others_are_explained() -> None:
    said = ["", "mm-hm", "", "yeah", "right", "", "", ""]
    story = "B 0-90 " + "word " * 90
    conv = talk(story, *[f"A {i * 10 + 5}-{i * 10 + 5.4} {text}" for i, text in enumerate(said)])
    assert [q.text for q in praised(conv, "backchannels").quotes] == ["mm-hm", "yeah", "right"]
    quiet = talk(story, *[f"A {i * 10 + 5}-{i * 10 + 5.4}" for i in range(8)])
    assert all(not q.text and q.note for q in praised(quiet, "backchannels").quotes)


def test_few_interruptions_of_much_talk_are_said_and_not_denied() -> None:
    told = [f"B {i * 64}-{i * 64 + 60} and so on" for i in range(20)]
    told += [f"A {i * 64 + 61}-{i * 64 + 63} I see." for i in range(20)]
    told += ["B 1300-1310 and then", "A 1305-1314 no wait"]
    told += ["B 1320-1330 and then", "A 1325-1334 no wait"]
    finding = praised(talk(*told), "interruptions")
    assert finding.title == "You let your mentee finish, mostly"
    assert finding.figures.startswith("Only 2 interruptions were found in 20 min 20 s")


def test_who_often_starts_early_is_not_praised_for_letting_finish() -> None:
    lines = [f"B {i * 10}-{i * 10 + 7.0} So it was" for i in range(10)]
    lines += [f"A {i * 10 + 6.7}-{i * 10 + 9.5} I see what you mean" for i in range(10)]
    assert topic_of(talk(*lines), "interruptions")[0] is None
    few = talk("B 0-40", "A 39.8-45", "B 46-90", "A 89.8-92")
    assert topic_of(few, "interruptions")[0] is None


def test_a_partner_who_only_signals_never_had_the_floor() -> None:
    conv = talk("A 0-600 so", *(f"B {i * 8}-{i * 8 + 0.9} Mm-hm." for i in range(1, 74)))
    assert topic_of(conv, "interruptions")[0] is None
    finding = proposed(conv, "balance")
    assert (
        finding.figures == "You spoke for 84% to 96% of the talk; your mentee never had the floor."
    )


def test_a_silence_in_the_middle_is_no_part_of_a_long_turn() -> None:
    conv = talk("B 0-61 so", "A 62-72 well", "A 372-433 and then", "B 434-500 yes")
    finding = proposed(conv, "monologue")
    assert finding.figures == "Your longest turn lasted 1 min 1 s, from 6:12 on."
    assert [quote.span.start for quote in finding.quotes] == [372]
    assert "at most 1 min 6 s" in praised(conv, "balance").figures


def test_without_words_nobody_is_said_to_be_in_a_sentence() -> None:
    bare = replace(INTERRUPTED, words=(), sentences=())
    assert "while your mentee was still speaking" in proposed(bare, "interruptions").figures


def test_who_often_starts_early_is_not_praised_for_some_silences() -> None:
    early = [(i * 12, -0.3 if i % 2 else 3.0) for i in range(16)]
    lines = [f"B {at}-{at + 6} That was it" for at, _ in early]
    lines += [f"A {at + 6 + gap}-{at + 11} So then" for at, gap in early]
    assert topic_of(talk(*lines), "silence")[0] is None


def test_nothing_is_said_of_silences_that_a_transcript_does_not_keep() -> None:
    conv = waiting(3.0)
    assert topic_of(replace(conv, provenance=Provenance(source="transcript")), "silence")[0] is None
