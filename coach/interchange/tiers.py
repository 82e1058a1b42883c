"""Tiers: how annotation tools lay a conversation out, one row of intervals under another.

A speaker has a tier of what was said. In what we write, two more follow it: ``NAME - speech``, the
overlap-preserving speech, and ``NAME - words`` (the convention of the Montreal Forced Aligner).
Words that were attributed to nobody have no tier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from coach.conversation import Conversation
from coach.interchange.segments import Origin, Segment, conversation, disjoint, labels, segments
from coach.interchange.text import one_line
from coach.interchange.times import rounded_span
from coach.intervals import union

SPEECH = "speech"
_PART = re.compile(r"(?P<label>.+?) - (?P<part>speech|words|phones)")
_SILENCE = frozenset({"", "sil", "sp", "silence", "<sil>", "#"})


@dataclass(frozen=True, slots=True)
class Tier:
    """A row of intervals that do not overlap, in order."""

    name: str
    lines: tuple[Segment, ...]


def tiers(conv: Conversation) -> tuple[Tier, ...]:
    """Lay out what each speaker said, the speech and the words.

    Examples
    --------
    >>> from coach.talk import talk
    >>> [tier.name for tier in tiers(talk("A 0-3 hello"))]
    ['A', 'A - speech', 'A - words']
    """
    said, names = segments(conv), labels(conv)
    laid = []
    for speaker in conv.speakers:
        name = names[speaker.id] or speaker.id
        own = [line for line in said if line.speaker == name]
        speech = [Segment(span, name, SPEECH) for span in union(conv.speech_of(speaker.id))]
        words = [Segment(w.span, name, one_line(w.text)) for w in conv.words_of(speaker.id)]
        laid += [
            Tier(name, _tidy(own)),
            Tier(f"{name} - speech", _tidy(speech)),
            Tier(f"{name} - words", _tidy(words)),
        ]
    return tuple(laid)


def from_tiers(found: Iterable[Tier], origin: Origin) -> Conversation:
    """Build a conversation; each tier is a speaker, apart from the ones named ``X - words``.

    Raises
    ------
    InputError : if no tier says anything.

    Examples
    --------
    >>> from coach.talk import talk
    >>> conv = talk("A 0-3 hello you", "B 2-4 yes")
    >>> from_tiers(tiers(conv), Origin(source="hand")).words[1].text
    'you'
    """
    said: dict[str, tuple[Segment, ...]] = {}
    words: dict[str, tuple[Segment, ...]] = {}
    speech: dict[str, tuple[Segment, ...]] = {}
    for tier in found:
        match = _PART.fullmatch(tier.name)
        part = match["part"] if match else "said"
        label = match["label"] if match else tier.name
        kept = tuple(replace(s, speaker=label) for s in tier.lines if s.text not in _SILENCE)
        if part != "phones":
            {"said": said, "words": words, "speech": speech}[part][label] = kept
    everyone = dict.fromkeys([*said, *words, *speech])
    lines = [s for who in everyone for s in words.get(who) or said.get(who) or ()]
    heard = [s for who in everyone for s in speech.get(who) or said.get(who) or words.get(who, ())]
    return conversation(lines, origin, speech=heard)


def _tidy(lines: list[Segment]) -> tuple[Segment, ...]:
    return disjoint(replace(s, span=rounded_span(s.span)) for s in lines if s.text)
