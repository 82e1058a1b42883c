"""How far the figures can be trusted: uncertain words, and what the reader should know."""

from __future__ import annotations

from collections.abc import Iterator

from coach.conversation import Quality
from coach.measurement import Measurement
from coach.measures.gates import NO_WORDS, english_missing, timing_missing, words_missing
from coach.measures.parts import rate, withheld_measurement
from coach.turns import Floor

# Level of speech above the noise in dB: clear recordings had 27 to 61; with noise 10 dB below the
# speech it is measured as 12 to 14 (docs/decisions/015-poor-sound.md).
CLEAR_DB, NOISY_DB = 25.0, 17.0
CLIPPED = 0.002  # share of samples at full scale: none in recordings that were not too loud


def low_confidence_words(floor: Floor) -> tuple[Measurement, ...]:
    """Share of each speaker's words that were recognised with less than `low_probability`.

    None when the recogniser did not say how sure it was, as in a transcript written by hand.
    """
    return tuple(_low_confidence(floor, who) for who in floor.speakers)


def _low_confidence(floor: Floor, who: str) -> Measurement:
    if not floor.conversation.words:
        return withheld_measurement("low_confidence_words", who, NO_WORDS)
    known = [word for word in floor.voices[who].words if word.probability is not None]
    limit = floor.rules.low_probability
    unsure = [word.span for word in known if (word.probability or 0.0) < limit]
    parts = (len(unsure), len(known))
    return rate("low_confidence_words", who, parts, count=len(known), evidence=unsure)


def remarks(floor: Floor) -> tuple[str, ...]:
    """List what a reader should know about this recording before trusting the figures.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> remarks(floor(talk("A 0-60 Hello.", "B 60-99 Hello.", "X 30-30.5")))
    ('X was heard in scraps of 0.5 s in all, which is probably no person: not measured.',)
    """
    sound = _sound(floor.conversation.recording.quality)
    ghosts = [_ghost(floor, who) for who in floor.ghosts]
    reasons = [timing_missing(floor), *(_why_words_withheld(floor, who) for who in floor.speakers)]
    return tuple(dict.fromkeys([*sound, *ghosts, *(reason for reason in reasons if reason)]))


def _sound(quality: Quality) -> Iterator[str]:
    """Describe what is wrong with the sound itself."""
    speech, noise = quality.speech_level_db, quality.noise_level_db
    if speech is not None and noise is not None and speech - noise < NOISY_DB:
        yield (
            f"The recording is noisy: speech is {speech - noise:.0f} dB above the noise, where "
            f"clear recordings have {CLEAR_DB:.0f} and more. Words and short answers may be lost."
        )
    clipped = quality.clipped_share
    if clipped is not None and clipped > CLIPPED:
        yield (
            f"The recording is too loud: {clipped:.1%} of it is clipped. Words may be wrong; turn "
            "the microphone down next time."
        )


def _why_words_withheld(floor: Floor, who: str) -> str | None:
    """Why measures of a speaker's words are withheld; whose words, when they are uncertain."""
    reason = english_missing(floor, who)
    of_all = reason != words_missing(floor, who) or not floor.conversation.words
    if reason is None or of_all:
        return reason
    name = next((s.name for s in floor.conversation.speakers if s.id == who), None) or who
    return f"{name}: {reason[0].lower()}{reason[1:]}"


def _ghost(floor: Floor, who: str) -> str:
    seconds = sum(span.duration for span in floor.conversation.speech_of(who))
    return (
        f"{who} was heard in scraps of {seconds:.1f} s in all, which is probably no person: "
        "not measured."
    )
