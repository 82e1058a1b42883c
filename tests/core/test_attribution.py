"""Whose words they are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from coach.analysis.attribution import _answers, _ExclusiveView, _is_capital, _sentences, attribute
from coach.conversation import Speech, Word
from coach.intervals import Span
from coach.ports import Diarization
from coach.talk import talk


def heard(*lines: str) -> tuple[Word, ...]:
    """The words of some lines, their speakers forgotten."""
    return tuple(replace(word, speaker=None) for word in talk(*lines).words)


def diarized(*regular: str, exclusive: tuple[str, ...] | None = None) -> Diarization:
    both = talk(*regular).speech
    return Diarization(both, both if exclusive is None else talk(*exclusive).speech)


def speakers(words: tuple[Word, ...]) -> str:
    return "".join(word.speaker or "-" for word in words)


def test_words_belong_to_who_is_active() -> None:
    words = heard("X 0-2 How was it?", "X 2.5-4 It was fine.")
    assert speakers(attribute(words, diarized("A 0-2", "B 2.5-4"))) == "AAABBB"


def test_a_word_in_silence_belongs_to_the_nearest_speech() -> None:
    words = heard("X 3-3.4 Yes.", "X 6-6.3 No.")
    assert speakers(attribute(words, diarized("A 0-2.8", "B 6.6-8"))) == "AB"


def test_a_short_answer_into_the_others_speech_goes_to_who_said_it() -> None:
    words = heard("X 0-2 I went there", "X 2.1-2.4 mm-hm", "X 2.5-4 and then left.")
    both = diarized("A 0-4", "B 2.1-2.5", exclusive=("A 0-4",))
    assert speakers(attribute(words, both)) == "AAABAAA"


def test_an_answer_of_two_words_goes_to_who_said_it() -> None:
    words = heard("X 0-2 I went there", "X 2.1-2.7 I see.", "X 2.8-4 and then left.")
    both = diarized("A 0-4", "B 2.1-2.7", exclusive=("A 0-4",))
    assert speakers(attribute(words, both)) == "AAABBAAA"


def test_words_that_are_no_answer_stay_with_the_floor() -> None:
    words = heard("X 0-4 I went there and then left again.")
    both = diarized("A 0-4", "B 2.1-2.5", exclusive=("A 0-4",))
    assert speakers(attribute(words, both)) == "A" * 7


def test_a_short_answer_between_turns_is_not_swallowed_by_its_neighbours() -> None:
    words = heard("X 0-2 Did you go?", "X 2.2-2.5 Yes.", "X 2.8-4 And then what?")
    assert speakers(attribute(words, diarized("A 0-2", "B 2.2-2.5", "A 2.8-4"))) == "AAABAAA"


def test_a_stray_word_at_the_edge_of_a_sentence_follows_the_sentence() -> None:
    words = heard("X 0-2.2 So how was it yesterday then?", "X 2.3-4 It was fine.")
    assert speakers(attribute(words, diarized("A 0-1.9", "B 1.9-4"))) == "AAAAAABBB"


def test_where_two_speak_the_sentence_knows_who_not_the_exclusive_view() -> None:
    words = heard("X 0-3 We were ordered to go there.", "X 3.2-6 Her mother was a wise woman.")
    both = diarized("A 0-4.8", "B 3.2-6", exclusive=("A 0-4", "B 4-6"))
    assert speakers(attribute(words, both)) == "A" * 6 + "B" * 6


def test_a_capital_where_two_speak_begins_a_sentence() -> None:
    words = heard("X 0-3 so I went to the table and", "X 3-5 Did you tell them that?")
    both = diarized("A 0-4", "B 3-5", exclusive=("A 0-3.6", "B 3.6-5"))
    assert speakers(attribute(words, both)) == "A" * 7 + "B" * 5


def test_a_short_pause_where_two_speak_begins_a_sentence() -> None:
    words = heard("X 0-3 that is what he said", "X 3.5-6 where there are hats and coats")
    both = diarized("A 0-4.8", "B 3.6-6", exclusive=("A 0-4.2", "B 4.2-6"))
    assert speakers(attribute(words, both)) == "A" * 5 + "B" * 6


def test_words_that_nobody_covers_keep_their_side_of_a_change() -> None:
    words = heard("X 0-6 so that is how it went and what did you do")
    both = diarized("A 0-3.2", "B 2.9-6", exclusive=("A 0-3", "B 3-6"))
    assert speakers(attribute(words, both)) == "A" * 6 + "B" * 5


def test_a_first_word_in_the_silence_before_its_sentence_goes_with_it() -> None:
    words = heard("X 0-2 Could you repeat that?", "X 2.3-2.5 I", "X 5-7 would like a new card.")
    assert speakers(attribute(words, diarized("A 0-2", "B 5-7"))) == "AAAA" + "B" * 6


def test_a_long_stretch_at_the_edge_of_a_sentence_is_no_stray() -> None:
    words = heard("X 0-6 So how was it then yes it was fine")
    assert speakers(attribute(words, diarized("A 0-4.6", "B 4.6-6"))) == "AAAAAAABB"


def test_a_pause_ends_a_sentence_without_punctuation() -> None:
    words = heard("X 0-3 so how was it then", "X 4.5-5 fine")
    assert speakers(attribute(words, diarized("A 0-3", "B 4.4-5"))) == "AAAAAB"


def test_words_in_overlap_are_marked() -> None:
    words = heard("X 0-1 one", "X 1-2 two", "X 2-3 three")
    both = diarized("A 0-2", "B 1.2-3", exclusive=("A 0-2", "B 2-3"))
    assert [word.overlapped for word in attribute(words, both)] == [False, True, False]


def test_words_of_a_channel_keep_their_speaker() -> None:
    words = talk("B 0-1 one", "A 1-2 two").words
    assert speakers(attribute(words, diarized("A 0-1", "B 1-2"))) == "BA"


def test_without_speech_words_have_no_speaker() -> None:
    assert speakers(attribute(heard("X 0-1 one"), Diarization((), ()))) == "-"


def at(*words: tuple[float, float, str]) -> tuple[Word, ...]:
    return tuple(Word(Span(start, end), text) for start, end, text in words)


def floor(*exclusive: str, overlap: Span | None = None) -> _ExclusiveView:
    return _ExclusiveView(talk(*exclusive).speech, () if overlap is None else (overlap,))


def test_a_word_belongs_to_who_has_most_of_it_in_however_many_pieces() -> None:
    both = diarized("A 0-0.6", "B 0.6-1.5", "A 1.5-2")
    assert speakers(attribute(heard("X 0-2 So."), both)) == "A"
    assert speakers(attribute(heard("X 0-1 So."), diarized("A 0-0.4", "B 0.4-1"))) == "B"


def test_a_word_in_a_short_silence_belongs_to_the_nearer_speech() -> None:
    assert speakers(attribute(at((2.6, 2.8, "So.")), diarized("A 0-2", "B 3-4"))) == "B"


def test_two_short_words_follow_a_sentence_of_which_they_are_less_than_half() -> None:
    both = diarized("A 0-0.6", "B 0.6-5")
    words = at(
        (0, 0.3, "so"), (0.3, 0.6, "how"), (0.7, 1, "was"), (1, 1.3, "it"), (1.3, 1.6, "then")
    )  # fmt: skip
    assert speakers(attribute(words, both)) == "BBBBB"
    assert speakers(attribute(words[:4], both)) == "AABB"
    assert speakers(attribute(words[1:4], both)) == "BBB"


def test_half_of_a_sentence_is_no_stray_anywhere_in_a_recording() -> None:
    for later in (0, 7, 21599):
        words = at(*((later + i * 0.3, later + i * 0.3 + 0.3, "so") for i in range(4)))
        both = diarized(f"A {later}-{later + 0.6:.1f}", f"B {later + 0.6:.1f}-{later + 5}")
        assert speakers(attribute(words, both)) == "AABB"
    words = at(*((0.5 + i * 0.3, 0.5 + i * 0.3 + 0.3, "so") for i in range(5)))
    assert speakers(attribute(words, diarized("A 0-1.1", "B 1.1-5"))) == "BBBBB"


def test_of_two_who_say_as_much_of_a_sentence_the_first_has_it() -> None:
    both = diarized("A 0-4", "B 0-4", exclusive=("A 0-2", "B 2-4"))
    assert speakers(attribute(heard("X 0-4 so how was it"), both)) == "AAAA"


def test_words_that_no_other_speech_covers_say_whose_sentence_it_is() -> None:
    both = diarized("A 0-5", "B 2-5", exclusive=("A 0-2", "B 2-5"))
    assert speakers(attribute(heard("X 0-5 so I went on then"), both)) == "AAAAA"


def test_half_a_word_in_overlap_marks_it_and_less_does_not() -> None:
    words = heard("X 1-2 two")
    assert attribute(words, diarized("A 0-2", "B 1.5-3"))[0].overlapped
    assert not attribute(words, diarized("A 0-2", "B 1.6-3"))[0].overlapped


def test_every_overlap_is_seen_whoever_speaks() -> None:
    both = diarized("A 0-2", "B 1-2", "C 10-12", "D 11-12")
    words = attribute(heard("X 1-2 one", "X 11-12 two"), both)
    assert [word.overlapped for word in words] == [True, True]


def test_an_answer_is_looked_for_near_the_speech_of_who_gave_it() -> None:
    words = heard("X 0-2 I went there", "X 2.1-2.4 mm-hm", "X 2.5-4 and then left.", "X 8-8.4 yes")
    found = attribute(words, diarized("A 0-9", "B 2.1-2.5", exclusive=("A 0-9",)))
    assert speakers(found) == "AAABAAAA"
    assert [word.text for word in found] == [word.text for word in words]


def test_an_answer_is_marked_though_its_time_is_off() -> None:
    words = at((0, 2, "there"), (2.35, 2.7, "mm-hm"), (2.8, 4, "left."))
    found = attribute(words, diarized("A 0-4", "B 2.1-2.5", exclusive=("A 0-4",)))
    assert [(word.speaker, word.overlapped) for word in found] == [
        ("A", False), ("B", True), ("A", False),
    ]  # fmt: skip


def test_an_answer_lies_within_the_others_speech_and_is_short() -> None:
    word = at((2.2, 2.45, "yes"))
    for regular, who in (
        (("A 0-4", "B 2.05-2.5"), "B"),
        (("A 0-4", "B 0.8-2"), "A"),  # beside the word
        (("A 0-2.2", "B 2.05-2.6"), "A"),  # outlasts the other
        (("A 2-4", "B 2-2.5"), "A"),  # begins with the other
        (("A 0-2.5", "B 2.05-2.5"), "A"),  # ends with the other
        (("A 0-4", "B 1.9-3.2"), "A"),  # is too long
    ):
        both = diarized(*regular, exclusive=("A 0-4",))
        assert speakers(attribute(word, both)) == who, regular
    longest = diarized("A 0-4", "B 0.8-2", exclusive=("A 0-4",))  # 1.2 s to the last bit
    assert speakers(attribute(at((1, 1.3, "yes")), longest)) == "B"


def test_answers_are_single_words_or_continuers() -> None:
    assert _answers(["no"]) == {0}
    assert _answers(["no", "more"]) == {0}
    assert _answers(["table", "no"]) == {1}
    assert _answers(["no", "table", "yes"]) == {0, 2}


def test_who_speaks_is_a_guess_as_near_to_an_overlap_as_words_can_be_off() -> None:
    both = floor("A 0-9", overlap=Span(2, 3))
    spans = [Span(3.2, 3.5), Span(3.3, 3.5), Span(1.5, 1.8), Span(1.5, 1.75), Span(1.5, 1.7)]
    assert [both.is_guess(span) for span in spans] == [True, False, True, False, False]


def test_where_a_sentence_begins() -> None:
    alone = floor("A 0-1", "A 5-9")

    def lengths(words: tuple[Word, ...], taken: _ExclusiveView = alone) -> list[int]:
        return [len(sentence) for sentence in _sentences(words, taken)]

    assert lengths(at((0, 1, "so"), (2, 3, "so"))) == [2]  # a second is no long pause
    assert lengths(at((0, 1, "so"), (2.1, 3, "so"))) == [1, 1]
    assert lengths(at((2, 2.4, "so"), (5, 6, "so"))) == [2]  # alone in the silence before
    assert lengths(at((2, 2.4, "so"), (2.4, 2.8, "so"), (5, 6, "so"))) == [2, 1]
    both = floor("A 0-9", overlap=Span(0, 9))
    assert lengths(at((0, 0.6, "so"), (1, 2, "so")), both) == [2]  # 0.4 s is no pause
    assert lengths(at((0, 0.5, "so"), (1, 2, "so")), both) == [1, 1]


def test_the_word_for_oneself_is_no_capital() -> None:
    assert [_is_capital(text) for text in ("I", "I'm", "So", "so")] == [False, False, True, False]


spans = st.tuples(st.floats(0, 50), st.floats(0.05, 8)).map(lambda t: Span(t[0], t[0] + t[1]))
speech = st.lists(st.builds(Speech, spans, st.sampled_from("AB")), min_size=1, max_size=12)
words = st.lists(st.builds(Word, spans, st.sampled_from(["yes.", "I", "see", "it"])), max_size=12)


@given(words, speech)
def test_every_word_is_kept_and_gets_a_known_speaker(
    said: list[Word], active: list[Speech]
) -> None:
    found = attribute(said, Diarization(tuple(active), tuple(active)))
    assert sorted((w.span, w.text) for w in said) == sorted((w.span, w.text) for w in found)
    assert {word.speaker for word in found} <= {each.speaker for each in active}


@given(words, speech)
def test_relabelling_speakers_relabels_words(said: list[Word], active: list[Speech]) -> None:
    swap = {"A": "B", "B": "A"}
    swapped = tuple(replace(each, speaker=swap[each.speaker]) for each in active)
    found = attribute(said, Diarization(tuple(active), tuple(active)))
    other = attribute(said, Diarization(swapped, swapped))
    assert [swap[word.speaker or ""] for word in found] == [word.speaker for word in other]
