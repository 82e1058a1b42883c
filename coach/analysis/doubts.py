"""Find facts that contradict each other, so that nobody relies on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from coach.conversation import Speech, Word
from coach.intervals import Seconds, total

LONG: Seconds = 20.0  # of speech; with less, few words may be chance
FEWEST_PER_SECOND = 0.5  # words; slow talkers say more than one


def find_wordless_speakers(speech: Iterable[Speech], words: Iterable[Word]) -> Iterator[str]:
    """Report speakers who are heard for long but have hardly any recognised words.

    Parameters
    ----------
    speech : who spoke when.
    words : with their speakers.

    Examples
    --------
    >>> from coach.talk import talk
    >>> conv = talk("A 0-30 " + "so " * 60, "B 30-60 yes")
    >>> list(find_wordless_speakers(conv.speech, conv.words))[0][:61]
    'B was heard for 30 s, but hardly any words were made out (1).'
    """
    spans: dict[str, list[Speech]] = {}
    for each in speech:
        spans.setdefault(each.speaker, []).append(each)
    said = Counter(word.speaker for word in words)
    for speaker, own in sorted(spans.items()):
        seconds = total(each.span for each in own)
        if seconds >= LONG and said[speaker] < FEWEST_PER_SECOND * seconds:
            yield (
                f"{speaker} was heard for {seconds:.0f} s, but hardly any words were made out "
                f"({said[speaker]}). What counts words, questions or answers of {speaker} is too "
                "low: the voice is too quiet, too far from the microphone, or in another language."
            )
