"""The reasons for withholding a measure, in words for the reader."""

from __future__ import annotations

from bisect import bisect_left

from coach.turns import Floor
from coach.turns.word_lookup import is_english

NO_WORDS = "No words were recognised."
NO_TIMING = "Read from a transcript, which keeps neither pauses nor who spoke at once."
NO_SENTENCES = "The words were not divided into sentences."


def timing_missing(floor: Floor) -> str | None:
    """Why pauses and overlaps cannot be measured, or None when they can.

    A transcript was merged into one stream: that nobody overlaps in it says nothing.
    """
    return NO_TIMING if floor.conversation.provenance.source == "transcript" else None


def words_missing(floor: Floor, speaker: str) -> str | None:
    """Why the words of a speaker cannot be measured, or None when they can.

    Parameters
    ----------
    floor : of the conversation.
    speaker : id of the speaker.

    Returns
    -------
    A sentence for the reader, or None.
    """
    voice = floor.voices[speaker]
    if not voice.words:
        return NO_WORDS
    sure = voice.probabilities
    unsure = bisect_left(sure, floor.rules.low_probability)
    if unsure > floor.rules.max_low_confidence * len(sure):
        share = f"{unsure / len(sure):.0%}"
        return f"The words are too uncertain: {share} were recognised with low confidence."
    return None


def english_missing(floor: Floor, speaker: str) -> str | None:
    """Why what a speaker said cannot be read by English rules, or None when it can.

    Parameters
    ----------
    floor : of the conversation.
    speaker : id of the speaker.

    Returns
    -------
    A sentence for the reader, or None.
    """
    conv = floor.conversation
    if conv.words and not is_english(conv):
        found = f"'{conv.language}'" if conv.language else "not known"
        return f"English only; the language of this conversation is {found}."
    return words_missing(floor, speaker)


def sentences_missing(floor: Floor, speaker: str) -> str | None:
    """Why the sentences of a speaker cannot be measured, or None when they can.

    Parameters
    ----------
    floor : of the conversation.
    speaker : id of the speaker.

    Returns
    -------
    A sentence for the reader, or None.
    """
    reason = english_missing(floor, speaker)
    if reason is None and not floor.conversation.sentences:
        return NO_SENTENCES
    return reason
