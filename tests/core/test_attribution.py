"""Whose words they are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from coach.analysis.attribution import attribute
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


def test_words_belong_to_who_is_active():
    words = heard("X 0-2 How was it?", "X 2.5-4 It was fine.")
    assert speakers(attribute(words, diarized("A 0-2", "B 2.5-4"))) == "AAABBB"


def test_a_word_in_silence_belongs_to_the_nearest_speech():
    words = heard("X 3-3.4 Yes.", "X 6-6.3 No.")
    assert speakers(attribute(words, diarized("A 0-2.8", "B 6.6-8"))) == "AB"


def test_a_short_answer_into_the_others_speech_goes_to_who_said_it():
    words = heard("X 0-2 I went there", "X 2.1-2.4 mm-hm", "X 2.5-4 and then left.")
    both = diarized("A 0-4", "B 2.1-2.5", exclusive=("A 0-4",))
    assert speakers(attribute(words, both)) == "AAABAAA"


def test_an_answer_of_two_words_goes_to_who_said_it():
    words = heard("X 0-2 I went there", "X 2.1-2.7 I see.", "X 2.8-4 and then left.")
    both = diarized("A 0-4", "B 2.1-2.7", exclusive=("A 0-4",))
    assert speakers(attribute(words, both)) == "AAABBAAA"


def test_words_that_are_no_answer_stay_with_the_floor():
    words = heard("X 0-4 I went there and then left again.")
    both = diarized("A 0-4", "B 2.1-2.5", exclusive=("A 0-4",))
    assert speakers(attribute(words, both)) == "A" * 7


def test_a_short_answer_between_turns_is_not_swallowed_by_its_neighbours():
    words = heard("X 0-2 Did you go?", "X 2.2-2.5 Yes.", "X 2.8-4 And then what?")
    assert speakers(attribute(words, diarized("A 0-2", "B 2.2-2.5", "A 2.8-4"))) == "AAABAAA"


def test_a_stray_word_at_the_edge_of_a_sentence_follows_the_sentence():
    words = heard("X 0-2.2 So how was it yesterday then?", "X 2.3-4 It was fine.")
    assert speakers(attribute(words, diarized("A 0-1.9", "B 1.9-4"))) == "AAAAAABBB"


def test_where_two_speak_the_sentence_knows_who_not_the_exclusive_view():
    words = heard("X 0-3 We were ordered to go there.", "X 3.2-6 Her mother was a wise woman.")
    both = diarized("A 0-4.8", "B 3.2-6", exclusive=("A 0-4", "B 4-6"))
    assert speakers(attribute(words, both)) == "A" * 6 + "B" * 6


def test_a_capital_where_two_speak_begins_a_sentence():
    words = heard("X 0-3 so I went to the table and", "X 3-5 Did you tell them that?")
    both = diarized("A 0-4", "B 3-5", exclusive=("A 0-3.6", "B 3.6-5"))
    assert speakers(attribute(words, both)) == "A" * 7 + "B" * 5


def test_a_short_pause_where_two_speak_begins_a_sentence():
    words = heard("X 0-3 that is what he said", "X 3.5-6 where there are hats and coats")
    both = diarized("A 0-4.8", "B 3.6-6", exclusive=("A 0-4.2", "B 4.2-6"))
    assert speakers(attribute(words, both)) == "A" * 5 + "B" * 6


def test_words_that_nobody_covers_keep_their_side_of_a_change():
    words = heard("X 0-6 so that is how it went and what did you do")
    both = diarized("A 0-3.2", "B 2.9-6", exclusive=("A 0-3", "B 3-6"))
    assert speakers(attribute(words, both)) == "A" * 6 + "B" * 5


def test_a_first_word_in_the_silence_before_its_sentence_goes_with_it():
    words = heard("X 0-2 Could you repeat that?", "X 2.3-2.5 I", "X 5-7 would like a new card.")
    assert speakers(attribute(words, diarized("A 0-2", "B 5-7"))) == "AAAA" + "B" * 6


def test_a_long_stretch_at_the_edge_of_a_sentence_is_no_stray():
    words = heard("X 0-6 So how was it then yes it was fine")
    assert speakers(attribute(words, diarized("A 0-4.6", "B 4.6-6"))) == "AAAAAAABB"


def test_a_pause_ends_a_sentence_without_punctuation():
    words = heard("X 0-3 so how was it then", "X 4.5-5 fine")
    assert speakers(attribute(words, diarized("A 0-3", "B 4.4-5"))) == "AAAAAB"


def test_words_in_overlap_are_marked():
    words = heard("X 0-1 one", "X 1-2 two", "X 2-3 three")
    both = diarized("A 0-2", "B 1.2-3", exclusive=("A 0-2", "B 2-3"))
    assert [word.overlapped for word in attribute(words, both)] == [False, True, False]


def test_words_of_a_channel_keep_their_speaker():
    words = talk("B 0-1 one", "A 1-2 two").words
    assert speakers(attribute(words, diarized("A 0-1", "B 1-2"))) == "BA"


def test_without_speech_words_have_no_speaker():
    assert speakers(attribute(heard("X 0-1 one"), Diarization((), ()))) == "-"


spans = st.tuples(st.floats(0, 50), st.floats(0.05, 8)).map(lambda t: Span(t[0], t[0] + t[1]))
speech = st.lists(st.builds(Speech, spans, st.sampled_from("AB")), min_size=1, max_size=12)
words = st.lists(st.builds(Word, spans, st.sampled_from(["yes.", "I", "see", "it"])), max_size=12)


@given(words, speech)
def test_every_word_is_kept_and_gets_a_known_speaker(said, active):
    found = attribute(said, Diarization(tuple(active), tuple(active)))
    assert sorted((w.span, w.text) for w in said) == sorted((w.span, w.text) for w in found)
    assert {word.speaker for word in found} <= {each.speaker for each in active}


@given(words, speech)
def test_relabelling_speakers_relabels_words(said, active):
    swap = {"A": "B", "B": "A"}
    swapped = tuple(replace(each, speaker=swap[each.speaker]) for each in active)
    found = attribute(said, Diarization(tuple(active), tuple(active)))
    other = attribute(said, Diarization(swapped, swapped))
    assert [swap[word.speaker] for word in found] == [word.speaker for word in other]
