"""Tiers, the rows of intervals in which annotation tools show a conversation.

A speaker has a tier of utterances. We write two more: ``NAME - speech``, which keeps overlaps, and
``NAME - words`` (the convention of the Montreal Forced Aligner). Words without a speaker have no
tier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.nonspeech import kind_of
from coach.interchange.segments import Origin, Segment, conversation, disjoint, labels, segments
from coach.interchange.text import one_line
from coach.interchange.tier_names import Part, part_of, word_for
from coach.interchange.times import round_span
from coach.intervals import union

SPEECH = "speech"
GUESS_NOTE = (
    "Tiers that are not the speech of a person are left out, as their names or types tell: {}. If "
    "that is wrong, choose the tiers with coach import --tiers"
)
_MARKS = frozenset({"x", "1", "s", "+", "speech"})
_NUMBERED_UNIT = re.compile(r"ipu_?\d{1,6}", re.IGNORECASE | re.ASCII)
_LEAST_MARKS = 3
"""From so many intervals with the same label on, the label marks speech and is not a word."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A row of intervals that do not overlap, in order.

    Parameters
    ----------
    lines : the intervals that are not silence; without text, they are speech.
    participant : the person that the tool names; "" if it names nobody.
    kind : the tool's type of the tier.
    is_part : whether the tier depends on another one.
    """

    name: str
    lines: tuple[Segment, ...]
    participant: str = ""
    kind: str = ""
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class _Role:
    """A tier, its speaker and what it holds."""

    tier: Tier
    label: str | None
    part: Part | None


def tiers(conv: Conversation) -> tuple[Tier, ...]:
    """The tiers of each speaker: utterances, speech and words.

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


def build_from_tiers(
    found: Iterable[Tier], origin: Origin, faults: Faults | None = None
) -> Conversation:
    """Build a conversation from tiers; their names and types tell the people and parts.

    Parameters
    ----------
    found : the tiers of the file; the lines of each in order.
    origin : the recording's id, and the tiers to read.
    faults : of the reader, which become notes.

    Raises
    ------
    InputError : if no tier says anything, or one of `origin.tiers` is missing.

    Examples
    --------
    >>> from coach.talk import talk
    >>> conv = talk("A 0-3 hello you", "B 2-4 yes")
    >>> build_from_tiers(tiers(conv), Origin(source="hand")).words[1].text
    'you'
    """
    faults = faults or Faults()
    every = list(found)
    roles = _choose(every, origin.tiers) if origin.tiers else _people([_role(t) for t in every])
    if not origin.tiers:
        _note_omitted(every, roles, faults)
    parts: dict[Part, dict[str | None, tuple[Segment, ...]]] = {
        "said": {}, "words": {}, "speech": {},
    }  # fmt: skip
    for role in roles:
        held = parts[role.part or "said"] if role.part in parts else parts["said"]
        for label, own in _lines_of(role).items():
            held[label] = (*held.get(label, ()), *own)
    said, words, speech = parts["said"], parts["words"], parts["speech"]
    everyone = dict.fromkeys([*said, *words, *speech])
    lines = [s for who in everyone for s in words.get(who) or said.get(who) or ()]
    heard = [s for who in everyone for s in speech.get(who) or said.get(who) or words.get(who, ())]
    return conversation([s for s in lines if s.text], origin, speech=heard, faults=faults)


def _role(tier: Tier) -> _Role:
    label, part = part_of(tier.name)
    if part is None and tier.kind:
        part = part_of(tier.kind)[1]
    return _Role(tier, tier.participant or label, part)


def _choose(every: Sequence[Tier], names: tuple[str, ...]) -> list[_Role]:
    """Choose the requested tiers; the participant or else the name of a tier is its speaker."""
    known = {tier.name.casefold(): tier for tier in every}
    missing = [name for name in names if name.casefold() not in known]
    if missing:
        have = ", ".join(tier.name for tier in every) or "none"
        raise InputError(f"No tier is called {missing[0]!r}. There are: {have}.")
    chosen = [known[name.casefold()] for name in names]
    return [
        _Role(tier, tier.participant or part_of(tier.name)[0] or tier.name, "said")
        for tier in chosen
    ]


def _people(roles: list[_Role]) -> list[_Role]:
    """The tiers of speech: one of each part for each person."""
    kept = [role for role in roles if role.part not in ("phones", "ids", "other")]
    speakers = [role for role in kept if role.part == "speakers"]
    kept = [role for role in kept if role.part != "speakers"]
    named = [role for role in kept if role.label is not None]
    kept = named or kept or speakers
    best: dict[tuple[str | None, Part], _Role] = {}
    for role in kept:
        key = role.label, role.part or "said"
        before = best.get(key)
        if before is None or _worth(role) > _worth(before):
            best[key] = role
    return [role for role in kept if role in best.values()]


def _worth(role: _Role) -> tuple[bool, bool, int]:
    """Rank the tiers of one person: a telling name, then independence, then more words."""
    words = sum(len(line.text.split()) for line in role.tier.lines)
    return role.part is not None, not role.tier.is_part, words


def _note_omitted(every: list[Tier], roles: list[_Role], faults: Faults) -> None:
    """Note the omitted tiers, except those that every aligner adds."""
    kept = {id(role.tier) for role in roles}
    lost = [tier for tier in every if id(tier) not in kept and tier.lines]
    guessed = [tier for tier in lost if _role(tier).part not in ("phones", "ids")]
    if guessed:
        words = dict.fromkeys(word_for(tier.name, tier.kind) for tier in guessed)
        faults.note(GUESS_NOTE.format(", ".join(words)))


def _lines_of(role: _Role) -> dict[str | None, tuple[Segment, ...]]:
    """The lines of a tier by speaker, without silence; marks of speech keep only their times."""
    is_word = role.part == "words"
    kinds = [
        (line, kind_of(line.text, is_word=is_word) if line.text else "unclear")
        for line in role.tier.lines
    ]
    heard = [(line, kind) for line, kind in kinds if kind != "silence"]
    if role.part == "speakers":
        who = dict.fromkeys(line.text for line, _ in heard)
        return {
            label: tuple(replace(s, speaker=label, text="") for s, _ in heard if s.text == label)
            for label in who
        }
    are_marks = _are_marks([line.text for line, kind in heard if kind == "words"], role)
    return {
        role.label: tuple(
            replace(
                line, speaker=role.label, text="" if are_marks or kind != "words" else line.text
            )
            for line, kind in heard
        )
    }


def _are_marks(texts: list[str], role: _Role) -> bool:
    if texts and all(_NUMBERED_UNIT.fullmatch(text) for text in texts):
        return True
    if len(set(texts)) != 1 or role.part == "words":
        return False
    names = {role.tier.name.casefold(), (role.label or "").casefold()}
    return len(texts) >= _LEAST_MARKS or texts[0].casefold() in _MARKS | names


def _tidy(lines: list[Segment]) -> tuple[Segment, ...]:
    return disjoint(replace(s, span=round_span(s.span)) for s in lines if s.text)
