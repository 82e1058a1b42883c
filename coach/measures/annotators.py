"""What is known of the annotators' errors: their acts against labels that they did not learn from.

Mentors' sentences in the kept-apart dialogues of our own corpus (models/training/mentoring), as
transcribed and without punctuation, each sentence counted as one half of both. docs/acts.md has it.
"""

from __future__ import annotations

from coach.conversation import Conversation
from coach.measures.ratio_interval import Confusion

_CONFUSIONS = {
    "en-core-web-sm": Confusion(((58, 4, 20), (4, 59, 47), (2, 6, 443))),
    "acts-en": Confusion(((92, 5, 5), (3, 105, 20), (3, 7, 336))),
}


def confusion_of(conv: Conversation) -> Confusion | None:
    """The measured errors of the annotator that found the acts; None when it is not one of ours.

    Examples
    --------
    >>> from coach.talk import talk
    >>> confusion_of(talk("A 0-3 How was it?")) is None
    True
    """
    used = (model.name for model in conv.provenance.models if model.task == "annotation")
    names = (each.partition(" ")[0] for each in used)
    return next((_CONFUSIONS[name] for name in names if name in _CONFUSIONS), None)
