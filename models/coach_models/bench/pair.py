"""Pair what was heard with the reference, with the same names for the same people."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

from coach.conversation import Conversation, Word
from coach.intervals import Seconds, Span, union
from coach.turns import Floor, floor
from coach_models.bench.cost import Cost
from coach_models.bench.reference import ReferenceRecording


@dataclass(frozen=True, slots=True)
class ListenerResult:
    """The result of a listener for a recording.

    `has_speech` and `has_words` say whether it looks for them at all; only then is finding none an
    error.
    """

    conversation: Conversation
    costs: tuple[Cost, ...] = ()
    has_speech: bool = True
    has_words: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """A reference and what was heard, its speakers renamed to those of the reference.

    Both floors come from the same code. `timing` is the floor without words: what the classes of
    overlaps are by time alone.
    """

    reference: ReferenceRecording
    heard: ListenerResult
    true_floor: Floor = field(repr=False)
    heard_floor: Floor = field(repr=False)
    timing: Floor = field(repr=False)

    @property
    def truth(self) -> Conversation:
        """The true conversation."""
        return self.reference.conversation

    @property
    def hypothesis(self) -> Conversation:
        """The heard conversation."""
        return self.heard.conversation

    @property
    def duration(self) -> Seconds:
        """The seconds to score: all of the recording."""
        return max(self.truth.recording.duration, self.hypothesis.recording.duration)


def pair(reference: ReferenceRecording, heard: ListenerResult) -> ScoredPair:
    """Pair what was heard with the reference.

    Parameters
    ----------
    reference : with the true conversation.
    heard : what a listener found in the same recording.
    """
    truth = reference.conversation
    said = rename_speakers(heard.conversation, speaker_map(truth, heard.conversation))
    return ScoredPair(
        reference,
        replace(heard, conversation=said),
        floor(truth),
        floor(said),
        floor(replace(said, words=(), sentences=())),
    )


def speaker_map(truth: Conversation, said: Conversation) -> dict[str, str]:
    """Map heard speakers to true ones, one to one, so that they share the most time.

    Parameters
    ----------
    truth, said : the true and the heard conversation, with speech.

    Returns
    -------
    A true speaker for each heard one that has a match.

    Examples
    --------
    >>> from coach.talk import talk
    >>> found = speaker_map(talk("A 0-3", "B 3-5"), talk("X 3.2-5", "Y 0-3", "Z 9-10"))
    >>> dict(sorted(found.items()))
    {'X': 'B', 'Y': 'A'}
    """
    metric = DiarizationErrorRate()
    mapping: dict[str, str] = metric.optimal_mapping(annotation(truth), annotation(said))
    return mapping


def rename_speakers(conv: Conversation, names: dict[str, str]) -> Conversation:
    """Rename speakers; those without a match become ``heard-X``.

    Parameters
    ----------
    conv : with any speakers.
    names : new ids, by old ones.
    """
    new = {s.id: names.get(s.id, f"heard-{s.id}") for s in conv.speakers}
    return replace(
        conv,
        speakers=tuple(replace(s, id=new[s.id]) for s in conv.speakers),
        speech=tuple(replace(s, speaker=new[s.speaker]) for s in conv.speech),
        sentences=tuple(replace(s, speaker=new[s.speaker]) for s in conv.sentences),
        words=tuple(_rename_word(word, new) for word in conv.words),
    )


def _rename_word(word: Word, names: dict[str, str]) -> Word:
    return word if word.speaker is None else replace(word, speaker=names[word.speaker])


def annotation(conv: Conversation) -> Annotation:
    """Speech for pyannote.metrics; tracks separate two speakers of the same span."""
    heard = Annotation(uri=conv.recording.id)
    for speaker in conv.speakers:
        for span in union(conv.speech_of(speaker.id)):
            heard[Segment(span.start, span.end), speaker.id] = speaker.id
    return heard


def whole_recording(duration: Seconds) -> Timeline:
    """The whole recording as a timeline to score."""
    return Timeline([Segment(0.0, duration)])


def speech_spans(conv: Conversation) -> tuple[Span, ...]:
    """Spans in which anybody speaks."""
    return union(each.span for each in conv.speech)
