"""The rise of the voice at the end of a sentence, used if the words do not decide.

A rise at the end marks "You did?" as a question when its words could be a statement (a declarative
question; Gunlogson 2003, Bartels 1999: most, not all, of them rise in English). It is measured in
semitones against the speaker's own other endings, because voices differ more than acts do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
import numpy.typing as npt

from coach.conversation import Acts, Sentence
from coach.intervals import Seconds, Span
from coach.ports import Pitch
from coach_models.annotation.patterns import asks_by_form, normalise

_TAIL: Seconds = 0.35
_BODY: Seconds = 1.5
_LEAST_VOICED = 4
_LEAST_ENDINGS = 5
_SPREAD_FLOOR = 1.0
_DECLARATIVE_WORDS = 14

_GIVEN_BACK = frozenset({"backchannel", "reflection_simple", "reflection_complex"})

Track = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VoiceWeight:
    """The weight of the voice in the decision.

    Parameters
    ----------
    per_deviation : change of the log-odds of a closed question for each standard deviation that a
        rise lies above the speaker's usual ending.
    most : bound of that change.
    """

    per_deviation: float = 1.0
    most: float = 2.5


DEFAULT = VoiceWeight()


class Rises:
    """Final rises of a recording's sentences, against each speaker's usual ending.

    Parameters
    ----------
    sentences : all of the recording.
    pitch : its track.
    """

    def __init__(self, sentences: Iterable[Sentence], pitch: Pitch) -> None:
        self._rises: dict[Span, float] = {}
        endings: dict[str, list[float]] = {}
        for sentence in sentences:
            rise = final_rise(pitch, sentence.span)
            if rise is not None:
                self._rises[sentence.span] = rise
                endings.setdefault(sentence.speaker, []).append(rise)
        self._usual = {who: _usual_ending(rises) for who, rises in endings.items()}

    def deviation(self, sentence: Sentence) -> float | None:
        """Standard deviations above the speaker's usual ending; None if unknown."""
        rise = self._rises.get(sentence.span)
        usual = self._usual.get(sentence.speaker)
        if rise is None or usual is None:
            return None
        middle, spread = usual
        return (rise - middle) / spread


def final_rise(pitch: Pitch, span: Span) -> float | None:
    """Semitones from the body of a sentence to its very end; None with too little voice.

    Parameters
    ----------
    pitch : track of the recording; nan where unvoiced.
    span : the sentence.
    """
    inside = (pitch.times >= span.start) & (pitch.times < span.end) & ~np.isnan(pitch.f0_hz)
    times, tones = pitch.times[inside], 12 * np.log2(pitch.f0_hz[inside])
    if len(times) == 0:
        return None
    stop = times[-1]
    tail = tones[times > stop - _TAIL]
    body = tones[(times <= stop - _TAIL) & (times > stop - _TAIL - _BODY)]
    if min(len(tail), len(body)) < _LEAST_VOICED:
        return None
    return float(np.median(tail[-max(_LEAST_VOICED, len(tail) // 2) :]) - np.median(body))


def _usual_ending(rises: list[float]) -> tuple[float, float] | None:
    """Median ending and its spread (median absolute deviation, scaled); None with too few."""
    if len(rises) < _LEAST_ENDINGS:
        return None
    middle = median(rises)
    spread = 1.4826 * median(abs(rise - middle) for rise in rises)
    return middle, max(_SPREAD_FLOOR, spread)


def with_voice(
    sentences: tuple[Sentence, ...], rises: Rises, weights: VoiceWeight = DEFAULT
) -> tuple[Sentence, ...]:
    """Use the voice if the words are ambiguous: short statements that may be questions.

    Parameters
    ----------
    sentences : annotated by their words.
    rises : how far the pitch rises at the end of each.
    weights : how much the voice counts.
    """
    return tuple(
        _apply_rise(sentence, rises.deviation(sentence), weights) for sentence in sentences
    )


def _apply_rise(sentence: Sentence, deviation: float | None, weights: VoiceWeight) -> Sentence:
    acts = sentence.acts
    if deviation is None or acts.probability is None or not _could_ask(sentence):
        return sentence
    moved = float(np.clip(weights.per_deviation * deviation, -weights.most, weights.most))
    asks = acts.probability if acts.act == "closed_question" else 1 - acts.probability
    odds = np.log(asks / (1 - asks)) if 0 < asks < 1 else np.copysign(np.inf, asks - 0.5)
    return replace(sentence, acts=_make_question(acts, 1 / (1 + float(np.exp(-(odds + moved))))))


def _could_ask(sentence: Sentence) -> bool:
    """Whether it may be a declarative question: short, and no other form of question.

    A reflection stays a reflection, also with a rising voice.
    """
    acts = sentence.acts
    if acts.act == "open_question" or _GIVEN_BACK & {*acts.listening}:
        return False
    short = len(sentence.text.split()) <= _DECLARATIVE_WORDS
    return short and not asks_by_form(normalise(sentence.text))


def _make_question(acts: Acts, asks: float) -> Acts:
    """Turn a statement into a question, which is not a reflection."""
    if asks >= 0.5 and acts.act == "other":
        return Acts("closed_question", asks)
    if asks >= 0.5:
        return replace(acts, probability=asks)
    return replace(acts, act="other", probability=1 - asks, kinds=())
