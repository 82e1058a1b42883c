"""What is known of the annotators' errors on real talk.

Counted on AnnoMI's turns of therapists (83 dialogues of motivational interviewing; one of its
coders left out), as transcribed and without punctuation, with good and poor sessions counting the
same, per mille. Written by ``coach bench-acts --errors``; docs/acts.md has how.
"""

from __future__ import annotations

from dataclasses import dataclass

from coach.conversation import Conversation
from coach.measures.confusion import Confusion


@dataclass(frozen=True, slots=True)
class Errors:
    """An annotator's errors, a row for each label and a column for each finding.

    Parameters
    ----------
    questions : open, closed, neither; findings as `coach.measures.findings.question_finding`.
    reflections, advice : given or not; findings as `coach.measures.findings.listening_finding`.
    """

    questions: Confusion
    reflections: Confusion
    advice: Confusion


# Errors differ from session to session about as much as samples of so many turns do. With these,
# the 95 % intervals of AnnoMI's sessions held the coders' open ratio in 98 %, the number of their
# reflections in 88 %.
_QUESTIONS = (60.0, 60.0, 60.0)
_LISTENING = (8.0, 50.0)


def _listening(holds: tuple[float, ...], does_not: tuple[float, ...]) -> Confusion:
    return Confusion((holds, does_not), _LISTENING, is_ordered=True)


_ERRORS = {
    "acts-en": Errors(
        questions=Confusion(
            ((572, 184, 24, 144, 74), (44, 58, 191, 442, 266), (6, 32, 11, 55, 895)), _QUESTIONS
        ),
        reflections=_listening((120, 373, 168, 338), (13, 51, 50, 886)),
        advice=_listening((0, 154, 190, 656), (0, 46, 56, 898)),
    ),
    "en-core-web-sm": Errors(
        questions=Confusion(
            ((0, 567, 0, 126, 307), (0, 80, 0, 655, 265), (0, 21, 0, 66, 913)), _QUESTIONS
        ),
        reflections=_listening((0, 218, 0, 782), (0, 54, 0, 946)),
        advice=_listening((0, 179, 0, 821), (0, 41, 0, 959)),
    ),
}


def errors_of(conv: Conversation) -> Errors | None:
    """The measured errors of the annotator that found the acts; None when it is not one of ours.

    Examples
    --------
    >>> from coach.talk import talk
    >>> errors_of(talk("A 0-3 How was it?")) is None
    True
    """
    used = (model.name for model in conv.provenance.models if model.task == "annotation")
    names = (each.partition(" ")[0] for each in used)
    return next((_ERRORS[name] for name in names if name in _ERRORS), None)
