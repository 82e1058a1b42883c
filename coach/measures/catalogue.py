"""What is measured: one entry per measure, with its denominator and where its range comes from.

The entry is the single place that fixes a measure's name, unit and statistic; the families compute
the parts. A reference range is always borrowed: `Reference.domain` says from where, and a measure
without one says so (`Measure.norm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from coach.measurement import Statistic, Unit

NO_NORM = "No norm exists for mentoring."

_SCALES: Mapping[Unit, float] = MappingProxyType(
    {"per_minute": 60.0, "per_10_minutes": 600.0, "words_per_minute": 60.0}
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A range that was borrowed; an open end is None. `domain` is where it was found to hold."""

    low: float | None
    high: float | None
    domain: str
    source: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measurement of this name means.

    Parameters
    ----------
    name : the key, in code, files and tables.
    label : what a reader sees.
    unit, statistic : of every measurement of this name.
    description : one sentence, in the reader's words.
    denominator : what the number is a share or a rate of; "" for a plain count or duration.
    better : the direction that is usually sought, None where more is neither better nor worse.
    reference : a borrowed range, or None where there is no norm.
    """

    name: str
    label: str
    unit: Unit
    description: str
    denominator: str = ""
    better: Literal["lower", "higher"] | None = None
    reference: Reference | None = None
    statistic: Statistic = "rate"

    @property
    def scale(self) -> float:
        """Factor from numerator / denominator to `unit`."""
        return _SCALES.get(self.unit, 1.0)

    @property
    def norm(self) -> str:
        """Where the range comes from, or that there is none.

        Examples
        --------
        >>> CATALOGUE["fillers"].norm
        'No norm exists for mentoring.'
        """
        if self.reference is None:
            return NO_NORM
        return f"Borrowed from {self.reference.domain}: {self.reference.source}."


_MI_TALK = Reference(
    None, 0.5, "motivational interviewing",
    "teaching asks the practitioner to speak less than half of the time; in expert-labelled "
    "demonstrations the median word share was 54 % in good and 64 % in poor sessions",
)  # fmt: skip
_MITI_OPEN = Reference(
    0.5, 0.7, "motivational interviewing",
    "an earlier coding manual (MITI 3.1) asks for 50 % open questions of a beginner and 70 % of a "
    "competent practitioner; MITI 4 has no such figure",
)  # fmt: skip
_MITI_REFLECTIONS = Reference(
    1.0, 2.0, "motivational interviewing",
    "its coding manual (MITI 4) calls one reflection per question fair and two good; it counts "
    "turns, and so do we",
)  # fmt: skip
_STIVERS = Reference(
    0.0, 0.5, "everyday conversation",
    "answers to yes-or-no questions came after about 0.2 s, on average between 0 and 0.5 s in each "
    "of ten languages (Stivers 2009); here it stands beside all replies",
)  # fmt: skip
_ROWE = Reference(
    2.7,
    None,
    "classrooms",
    "answers grow longer where teachers wait about 2.7-3 s, after a question (wait time 1, which "
    "an answer may end) or after the answer (wait time 2; Rowe 1986)",
)

_OTHERS_TALK = "talk time of the others"
_OWN_TALK = "own talk time"
_QUESTIONS = "open and closed questions, without logistics and rhetorical ones"

_BALANCE = (
    Measure(
        "talk_time", "Talk time", "seconds",
        "Seconds of speech; overlapped speech counts for each speaker in it.",
        statistic="total",
    ),
    Measure(
        "talk_share", "Talk share", "ratio",
        "Share of all speech; the shares of all speakers sum to 1.",
        "talk time of all speakers", reference=_MI_TALK,
    ),
    Measure(
        "talk_share_of_recording", "Talk share of the recording", "ratio",
        "Share of the recording during which the speaker is heard.",
        "length of the recording",
    ),
    Measure(
        "silence_share", "Silence", "ratio",
        "Share of the recording in which nobody is heard.", "length of the recording",
    ),
    Measure(
        "overlap_share", "Speaking at once", "ratio",
        "Share of the time with speech in which two or more are heard.",
        "time in which anybody is heard",
    ),
)  # fmt: skip

_TURNS = (
    Measure(
        "longest_monologue", "Longest monologue", "seconds",
        "Longest turn; backchannels do not break it, a lapse does.", statistic="max",
    ),
    Measure(
        "turn_length_median", "Turn length, median", "seconds",
        "Half of the turns are shorter; lapses inside a turn are left out.", statistic="median",
    ),
    Measure(
        "turn_length_p90", "Turn length, 90th percentile", "seconds",
        "Nine turns of ten are at most this long; lapses inside a turn are left out.",
        statistic="p90",
    ),
    Measure("turns", "Turns", "count", "How often the speaker had the floor.", statistic="total"),
    Measure(
        "turn_entropy", "Spread of the turns", "bits",
        "How evenly turns are spread over more than two speakers: 0 when one has them all.",
        "turns of all speakers",
    ),
)  # fmt: skip

_OVERLAPS = (
    Measure(
        "interruptions", "Interruptions, at least", "per_10_minutes",
        "Starts in the middle of the other's clause that take the floor. A judgement on which "
        "people often differ: listen and decide.",
        _OTHERS_TALK, "lower",
    ),
    Measure(
        "interruptions_cut_off", "Interruptions that cut off, at least", "per_10_minutes",
        "Interruptions after which the other broke off in the middle of a clause.",
        _OTHERS_TALK, "lower",
    ),
    Measure(
        "attempts", "Attempts to come in", "per_10_minutes",
        "Starts in the middle of the other's clause that did not take the floor.", _OTHERS_TALK,
    ),
    Measure(
        "terminal_overlaps", "Overlaps at turn ends", "per_10_minutes",
        "Starts shortly before the other stops or after a finished clause: ordinary turn-taking.",
        _OTHERS_TALK,
    ),
    Measure(
        "cooperative_overlaps", "Words that help along", "per_10_minutes",
        "A few words said during the other's talk that want no floor: a word that was looked for, "
        "an agreement.",
        _OTHERS_TALK,
    ),
    Measure(
        "backchannels", "Backchannels", "per_minute",
        "Short signals of listening that do not take the floor (mm-hm, yeah, I see).",
        _OTHERS_TALK,
    ),
)  # fmt: skip

_PACE = (
    Measure(
        "response_latency", "Time to a reply", "seconds",
        "Median time from the other's stop to the speaker's start; below 0 the reply began "
        "earlier. Lapses are left out.",
        reference=_STIVERS, statistic="median",
    ),
    Measure(
        "early_responses", "Started before the other had stopped", "ratio",
        "Share of the speaker's replies that began before the other's turn ended.",
        "own turns after a turn of another",
    ),
    Measure(
        "quick_responses", "Started within 0.2 s", "ratio",
        "Share of replies within 0 to 0.2 s, the usual gap in conversation: no fault in itself.",
        "own turns after a turn of another",
    ),
    Measure(
        "wait_after_question", "Wait after an own question", "seconds",
        "Median silence kept after an own question that was not answered, before going on.",
        "", "higher", _ROWE, "median",
    ),
    Measure(
        "wait_after_answer", "Wait after the answer", "seconds",
        "Median silence kept after the answer to an own question, before speaking again.",
        "", "higher", _ROWE, "median",
    ),
    Measure(
        "lapses", "Lapses", "count", "Silences of more than 5 s in the conversation.",
        statistic="total",
    ),
)  # fmt: skip


def _count(name: str, label: str, description: str) -> Measure:
    return Measure(name, label, "count", description, statistic="total")


_QUESTION_MEASURES = (
    _count("open_questions", "Open questions", "Questions that invite the other to elaborate."),
    _count(
        "closed_questions", "Closed questions",
        "Questions that yes, no, a choice or a short fact answers in full.",
    ),
    Measure(
        "open_ratio", "Share of open questions", "ratio",
        "Open questions among the open and closed ones.", _QUESTIONS, "higher", _MITI_OPEN,
    ),
    _count("question_why", "Why questions", "Questions for a reason."),
    _count(
        "question_feeling_probe", "Questions about feelings",
        "Questions about what the other feels, or what something was like for them.",
    ),
    _count(
        "question_view_probe", "Questions about views",
        "Questions about the other's opinion, judgement or wish.",
    ),
    _count("question_possibility", "What-if questions", "Questions that open a possibility."),
    _count(
        "question_follow_up", "Follow-up questions",
        "Questions that take up what the other has just said.",
    ),
    _count("question_leading", "Leading questions", "Questions with the wanted answer built in."),
    _count("question_alternative", "Either-or questions", "Questions that offer a choice."),
    _count("question_tag", "Tag questions", "Statements turned into a question (isn't it?)."),
    _count("question_fact", "Fact questions", "Who, when, where, how many: a short fact."),
    _count(
        "question_logistics", "Questions about the meeting",
        "About the call, the room or the time; not counted in the share of open questions.",
    ),
    _count(
        "question_rhetorical", "Rhetorical questions",
        "Questions that await no answer; not counted as questions.",
    ),
    _count("stacked_questions", "Stacked questions", "Turns with two or more questions in them."),
)  # fmt: skip

_LISTENING = (
    _count(
        "reflections", "Reflections",
        "Turns that give back what the other has said. A model that finds them errs, so their "
        "number is known between two ends.",
    ),
    _count("reflections_simple", "Simple reflections", "They repeat or rephrase."),
    _count("reflections_complex", "Complex reflections", "They add a meaning or a feeling."),
    Measure(
        "reflection_to_question", "Reflections per question", "ratio",
        "How many reflections there are for each question.", _QUESTIONS, "higher",
        _MITI_REFLECTIONS,
    ),
    _count("feeling_words", "Feeling words reflected", "Words for feelings in reflections."),
    _count("summaries", "Summaries", "Reflections that gather several things that were said."),
    _count(
        "affirmations", "Affirmations", "Sentences that name a strength or an effort of the other."
    ),
    _count(
        "repairs", "Repairs", "Apologies for cutting in, and words that hand the floor back."
    ),
    _count(
        "minimising", "Minimising",
        "Sentences that play down what the other finds hard, or hurry to comfort.",
    ),
    _count(
        "advice_with_permission", "Advice with permission",
        "Advice that the other asked for or allowed.",
    ),
    _count(
        "advice_without_permission", "Advice without permission",
        "Advice that the other had not asked for.",
    ),
    Measure(
        "uptake", "Uptake", "ratio",
        "Replies that pick up a content word of the other's last turn.",
        "own turns after a turn of another, both with content words", "higher",
    ),
)  # fmt: skip

_SPEECH = (
    _count("words", "Words", "Words that were recognised."),
    Measure(
        "speech_rate", "Pace", "words_per_minute", "Words per minute of own talk.", _OWN_TALK
    ),
    Measure(
        "fillers", "Fillers, at least", "per_minute",
        "Um, uh, er. A lower bound: speech recognisers leave most of them out.", _OWN_TALK,
    ),
    Measure(
        "low_confidence_words", "Words hard to hear", "ratio",
        "Share of words that the recogniser was unsure of.", "recognised words", "lower",
    ),
)  # fmt: skip

CATALOGUE: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for family in (
            _BALANCE, _TURNS, _OVERLAPS, _PACE, _QUESTION_MEASURES, _LISTENING, _SPEECH,
        )
        for measure in family
    }
)  # fmt: skip
