"""The names of speakers on a page: the mentor is "you", the others have names."""

from __future__ import annotations

from dataclasses import dataclass, field

from coach.conversation import Speaker
from coach.scorecard import Scorecard

_CSS = ("first", "second", "third", "fourth")
_ROLES = {"mentor": "mentor", "mentee": "mentee", "other": ""}


@dataclass(frozen=True, slots=True)
class SpeakerName:
    """A speaker on the page; `css` gives the colour."""

    id: str
    label: str = field(repr=False)
    full: str = field(repr=False)
    role: str
    css: str
    is_reader: bool = False


def voices(card: Scorecard) -> dict[str, SpeakerName]:
    """Name every speaker, the mentor first.

    Examples
    --------
    >>> from coach.scorecard import score
    >>> from coach.talk import talk
    >>> [voice.full for voice in voices(score(talk("A 0-3", "B 3-4"))).values()]
    ['You (A)', 'B']
    """
    return {
        speaker.id: _voice(speaker, _CSS[min(i, len(_CSS) - 1)])
        for i, speaker in enumerate(card.speakers)
    }


def _voice(speaker: Speaker, css: str) -> SpeakerName:
    name = speaker.name or _readable_label(speaker.id)
    role = _ROLES[speaker.role]
    if speaker.role == "mentor":
        guess = ", a guess" if speaker.role_source == "guessed" else ""
        return SpeakerName(speaker.id, "You", f"You ({name})", role + guess, css, True)
    return SpeakerName(speaker.id, name, name, role, css)


def _readable_label(label: str) -> str:
    """Convert a diarizer's label: SPEAKER_00 is Speaker 1."""
    head, _, number = label.rpartition("_")
    if head.upper() == "SPEAKER" and number.isdigit():
        return f"Speaker {int(number) + 1}"
    return label
