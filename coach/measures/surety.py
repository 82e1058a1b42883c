"""How sure the labels of a speaker's sentences are, in this conversation.

The annotator's errors on real talk and how much it found here decide together (`confusion`): the
same finding is worth more with a speaker who is found to do it all the time than with one who is
found to do it once. Where nothing is known of the annotator's errors, or a person gave the labels,
they are taken as given.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from coach.conversation import ListeningAct, QuestionKind, Sentence
from coach.intervals import Seconds, Span
from coach.lexicon import contents
from coach.measurement import Interval
from coach.measures.annotators import errors_of
from coach.measures.confusion import SEED, Confusion, Draws, middle, sample_labels
from coach.measures.findings import (
    ADVICE,
    LIKELY,
    LISTENING_FINDINGS,
    QUESTION_FINDINGS,
    REFLECTION,
    listening_finding,
    probability,
    question_finding,
)
from coach.measures.sentences import asks, group_by_turn
from coach.turns import Floor

OPEN, CLOSED = 0, 1

# What the partner has said last: so many sentences, no longer ago than this.
_LAST_SENTENCES = 10
_RECENT: Seconds = 120.0
# Real talk moves the log-odds of a label by about so much, from one session to another.
_SHIFT = 1.0
_SAMPLES = 400
_TELLING = ("information", *ADVICE)
_LEAST = 0.01

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TurnFound:
    """A turn of the speaker with what was found in it; `best` is the surest reflection of it."""

    span: Span
    sentences: tuple[Sentence, ...] = field(repr=False)
    question: int
    reflection: int
    advice: int
    best: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Surety:
    """What one speaker's sentences do, and how sure that is.

    Parameters
    ----------
    turns : those with sentences, in order.
    carried : starts of the sentences that take up what the others have just said.
    questions, reflections, advice : samples of what was said; None where labels are as given.
    least : the probability from which on a moment is listed (`Rules.sure_moment`).
    """

    turns: tuple[TurnFound, ...]
    carried: frozenset[Seconds] = frozenset()
    questions: Draws | None = None
    reflections: Draws | None = None
    advice: Draws | None = None
    least: float = 0.5

    def asking(self, sentence: Sentence, label: int) -> float:
        """Probability that a question is open (`OPEN`) or closed (`CLOSED`).

        Parameters
        ----------
        sentence : a question of this speaker.
        label : `OPEN` or `CLOSED`.
        """
        if not asks(sentence):
            return 0.0
        if self.questions is None:
            return float((sentence.acts.act == "open_question") == (label == OPEN))
        return self.questions.chance(label, question_finding(sentence))

    def chance_of_question(self, sentence: Sentence) -> float:
        """Probability that it is an open or a closed question."""
        return self.asking(sentence, OPEN) + self.asking(sentence, CLOSED)

    def open_shares(self) -> Samples | None:
        """Samples of the share of open questions in this conversation."""
        if self.questions is None:
            return None
        opened, closed = self.questions.counts[:, OPEN], self.questions.counts[:, CLOSED]
        return np.asarray(opened / (opened + closed).clip(1))

    def chance_of_kind(self, sentence: Sentence, *kinds: QuestionKind) -> float:
        """Probability that it is an open or closed question of any of these kinds."""
        if not asks(sentence) or not {*kinds} & {*sentence.acts.kinds}:
            return 0.0
        if self.questions is None:
            return 1.0
        return self.chance_of_question(sentence) * probability(sentence.acts, kinds)

    def chance_of_reflection(self, sentence: Sentence) -> float:
        """Probability that it reflects."""
        if self.reflections is None:
            return float(bool({*REFLECTION} & {*sentence.acts.listening}))
        finding = listening_finding(sentence, REFLECTION, carried=self.is_carried(sentence))
        return self.reflections.chance(0, finding)

    def is_shown(self, sentence: Sentence, label: ListeningAct) -> bool:
        """Whether it is sure enough to be listed with a listening act.

        A reflection has to share content with what the others have just said.

        Parameters
        ----------
        sentence : of this speaker.
        label : the act that the annotator found.
        """
        is_carried = (
            label not in REFLECTION or self.reflections is None or self.is_evidence(sentence)
        )
        return is_carried and self.chance_of(sentence, label) >= self.least

    def is_evidence(self, sentence: Sentence) -> bool:
        """Whether a sentence found to reflect can show it.

        It shares content with what the others have just said, and tells or advises them less
        likely than it reflects.
        """
        acts = sentence.acts
        finding = listening_finding(sentence, REFLECTION, carried=self.is_carried(sentence))
        is_told = probability(acts, _TELLING) > probability(acts, REFLECTION)
        return self.is_carried(sentence) and finding <= LIKELY and not is_told

    def is_carried(self, sentence: Sentence) -> bool:
        """Whether it shares content with what the others have just said."""
        return sentence.span.start in self.carried

    def chance_of_advice(self, sentence: Sentence) -> float:
        """Probability that it advises."""
        if self.advice is None:
            return float(bool({*ADVICE} & {*sentence.acts.listening}))
        return self.advice.chance(0, listening_finding(sentence, ADVICE, carried=False))

    def chance_of(self, sentence: Sentence, label: ListeningAct) -> float:
        """Probability that it has a listening act, known errors on real talk included.

        Parameters
        ----------
        sentence : of this speaker.
        label : the act that the annotator found.

        Returns
        -------
        A probability in [0, 1].
        """
        if label in REFLECTION:
            return self.chance_of_reflection(sentence)
        if label in ADVICE:
            own, both = (probability(sentence.acts, labels) for labels in ((label,), ADVICE))
            return self.chance_of_advice(sentence) * (own / both if both else 0.0)
        return 1.0 if self.questions is None else probability(sentence.acts, (label,))


def surety(floor: Floor, who: str) -> Surety:
    """Find out how sure the labels of a speaker are.

    Parameters
    ----------
    floor : of the conversation.
    who : id of the speaker.

    Examples
    --------
    >>> from coach.conversation import Acts
    >>> from coach.talk import talk, with_acts
    >>> from coach.turns import floor
    >>> told = talk("B 0-4 I had to do it all myself.", "A 4.5-6 You felt alone with it.")
    >>> told = with_acts(told, {1: Acts(listening=("reflection_complex",))})
    >>> surety(floor(told), "A").chance_of_reflection(told.sentences[1])
    1.0
    """
    return floor.compute_once(_surety, who)


def _surety(floor: Floor, who: str) -> Surety:
    carried = _carried_starts(floor, who)
    turns = tuple(
        _finding_of(span, own, carried) for span, own in group_by_turn(floor, who).items()
    )
    errors = errors_of(floor.conversation)
    if errors is None:
        return Surety(turns, carried)
    return Surety(
        turns,
        carried,
        _sample_labels((turn.question for turn in turns), QUESTION_FINDINGS, errors.questions),
        _sample_labels((turn.reflection for turn in turns), LISTENING_FINDINGS, errors.reflections),
        _sample_labels((turn.advice for turn in turns), LISTENING_FINDINGS, errors.advice),
        least=floor.rules.sure_moment,
    )


def _finding_of(span: Span, own: list[Sentence], carried: frozenset[Seconds]) -> TurnFound:
    def reflecting(sentence: Sentence) -> tuple[int, float]:
        is_carried = sentence.span.start in carried
        finding = listening_finding(sentence, REFLECTION, carried=is_carried)
        return finding, -probability(sentence.acts, REFLECTION)

    best = min(own, key=reflecting)
    return TurnFound(
        span,
        tuple(own),
        question=min(map(question_finding, own)),
        reflection=reflecting(best)[0],
        advice=min(listening_finding(sentence, ADVICE, carried=False) for sentence in own),
        best=best if reflecting(best)[1] < 0 else None,
    )


def _sample_labels(findings: Iterable[int], classes: int, confusion: Confusion) -> Draws:
    counted = Counter(findings)
    return sample_labels(tuple(counted[i] for i in range(classes)), confusion)


def _carried_starts(floor: Floor, who: str) -> frozenset[Seconds]:
    """Starts of the speaker's sentences that share content with the others' last ones."""
    others = sorted(
        (s for other, voice in floor.voices.items() if other != who for s in voice.sentences),
        key=_start,
    )
    starts = [each.span.start for each in others]
    about = [contents(each.text) for each in others]

    def shares(sentence: Sentence) -> bool:
        start = sentence.span.start
        last = bisect_left(starts, start)
        first = max(bisect_left(starts, start - _RECENT), last - _LAST_SENTENCES, 0)
        return bool(contents(sentence.text) & frozenset().union(*about[first:last]))

    return frozenset(s.span.start for s in floor.voices[who].sentences if shares(s))


def _start(sentence: Sentence) -> Seconds:
    return sentence.span.start


def interval_of(samples: npt.ArrayLike) -> Interval:
    """95 % interval of samples."""
    low, _, high = middle(samples)
    return low, high


def sample_count(probabilities: Iterable[float], *, seed: int = SEED) -> Samples:
    """Samples of how many hold, where only the annotator's probabilities are known.

    All of a session are moved by one amount, for real talk differs from session to session.

    Parameters
    ----------
    probabilities : that each of the findings holds, in [0, 1].
    seed : of the simulation; the same seed gives the same samples.

    Returns
    -------
    How many hold, in each sample [shape=(samples,)].

    Examples
    --------
    >>> samples = sample_count([0.9, 0.9, 0.1])
    >>> bool(1 < samples.mean() < 2.5)
    True
    """
    told = np.array([p for p in probabilities if p >= _LEAST])
    draw = np.random.default_rng(seed)
    odds = np.clip(told, _LEAST, 1 - 1e-6)
    logits = np.log(odds / (1 - odds))
    shifts = draw.normal(0.0, _SHIFT, size=(_SAMPLES, 1))
    moved = 1 / (1 + np.exp(-(logits + shifts)))
    return np.asarray((draw.random(moved.shape) < moved).sum(axis=1), float)
