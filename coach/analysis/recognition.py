"""Enrolled voices: who of the speakers is a person whose voice was kept under a name.

A match is recognised, a guess, or none (docs/decisions/011-enrolled-voices.md): two prints of one
person are more alike than the first limit, prints of two people less alike than the second, and
what lies between is only said to be similar.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_uppercase

from coach.analysis.roles import assign_roles, guess_mentor
from coach.conversation import Conversation, ModelUsed
from coach.errors import InputError
from coach.intervals import Seconds
from coach.ports import VoicePrint

PRINTS = "voice prints"
"""The task of the model that makes voice prints, in a result's provenance."""

# Cosines of two prints; the figures behind them are in docs/decisions/011-enrolled-voices.md.
SURE = 0.75
SIMILAR = 0.55
APART = 0.10  # an enrolled voice is this much more like one speaker than like any other
LEAST: Seconds = 3.0  # speech that a print must rest on to be compared


@dataclass(frozen=True, slots=True)
class EnrolledVoice:
    """A voice kept under a name: its print and nothing else.

    Parameters
    ----------
    vector : unit voice print.
    model : sha256 of the model that made it; prints of different models cannot be compared.
    enrolled_on : date, ISO 8601.
    """

    name: str = field(repr=False)
    vector: tuple[float, ...] = field(repr=False)
    model: str
    enrolled_on: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A speaker whose voice is like an enrolled one; `is_sure` when it is recognised."""

    speaker: str
    name: str = field(repr=False)
    similarity: float
    is_sure: bool


def matches(prints: Sequence[VoicePrint], enrolled: Iterable[EnrolledVoice]) -> tuple[Match, ...]:
    """Find the enrolled voices among the speakers of one recording, the surest first.

    Every speaker is matched with one voice at most, and every voice with one speaker. Prints on
    less than 3 s of speech are left out.

    Examples
    --------
    >>> heard = [VoicePrint("A", (1.0, 0.0), 60.0), VoicePrint("B", (0.0, 1.0), 60.0)]
    >>> ada = EnrolledVoice("Ada", (0.8, 0.6), "sha")
    >>> [(match.speaker, match.similarity, match.is_sure) for match in matches(heard, [ada])]
    [('A', 0.8, True)]
    """
    usable = [each for each in prints if each.seconds >= LEAST]
    found = [match for voice in enrolled if (match := _best(usable, voice)) is not None]
    kept: dict[str, Match] = {}
    for match in sorted(found, key=lambda match: -match.similarity):
        kept.setdefault(match.speaker, match)
    return tuple(kept.values())


def recognised(
    conv: Conversation,
    prints: Sequence[VoicePrint],
    enrolled: Sequence[EnrolledVoice],
    *,
    is_told: bool,
) -> Conversation:
    """Name the speakers whose voices are enrolled; one of them is the mentor.

    Parameters
    ----------
    conv : with roles as they were told or guessed.
    prints : of its speakers.
    enrolled : voices to look for; those made by another model are left out, with a note.
    is_told : who the mentor is was told, so a voice gives names and no role.

    Returns
    -------
    With one voice recognised its speaker is the mentor, `role_source` "enrolled". Of several the
    mentor is guessed. A voice that is only similar leaves a guess: the name gets a question mark.
    """
    usable = [voice for voice in enrolled if voice.model == model_of(conv.provenance.models)]
    if len(usable) < len(enrolled) and prints:
        conv = _noted(conv, "An enrolled voice was made with another model: enrol it again.")
    found = matches(prints, usable)
    sure = [match for match in found if match.is_sure]
    conv = _named(conv, {match.speaker: match.name for match in sure})
    if is_told or not found:
        return conv
    if len(sure) == 1:
        return assign_roles(conv, sure[0].speaker, source="enrolled")
    if sure:
        mentor = guess_mentor(conv, among=[match.speaker for match in sure])
        return conv if mentor is None else assign_roles(conv, mentor, source="guessed")
    likely = found[0]
    conv = _named(conv, {likely.speaker: f"{likely.name}?"})
    return _noted(
        assign_roles(conv, likely.speaker, source="guessed"),
        f"{likely.speaker}'s voice is like an enrolled one, but not surely the same (similarity "
        f"{likely.similarity:.2f}; {SURE:.2f} and more is sure): the mentor is a guess.",
    )


def model_of(models: Iterable[ModelUsed]) -> str:
    """The sha256 of the model that made the voice prints; "" when none did."""
    return next((model.sha256 for model in models if model.task == PRINTS), "")


def looked_for(
    voices: Sequence[EnrolledVoice], mentor: str
) -> tuple[tuple[EnrolledVoice, ...], str]:
    """Read a `mentor` option that may be the name of an enrolled voice.

    Returns
    -------
    The voices to look for, and the option for those who know no voices.

    Examples
    --------
    >>> ada, bo = EnrolledVoice("Ada", (1.0,), "sha"), EnrolledVoice("Bo", (1.0,), "sha")
    >>> looked_for([ada, bo], "ada") == ((ada,), "guess")
    True
    >>> looked_for([ada, bo], "A") == ((ada, bo), "A")
    True
    """
    only = tuple(voice for voice in voices if voice.name.casefold() == mentor.casefold())
    return (only, "guess") if only else (tuple(voices), mentor)


def check_mentor(voices: Sequence[EnrolledVoice], mentor: str, speakers: int | None = None) -> None:
    """Refuse a `mentor` option that nobody in a recording can have, before hours of listening.

    Parameters
    ----------
    speakers : how many people there are at most; None if that is not known.

    Raises
    ------
    InputError : if it is no way to choose, no letter of a speaker and no enrolled voice.

    Examples
    --------
    >>> check_mentor([], "first"), check_mentor([], "B", 2)
    (None, None)
    """
    letters = ascii_uppercase[: speakers or len(ascii_uppercase)]
    is_known = mentor in ("guess", "first") or looked_for(voices, mentor)[1] == "guess"
    if is_known or (len(mentor) == 1 and mentor.upper() in letters):
        return
    raise InputError(
        f"No mentor can be found by {mentor!r}: expected 'first' for who speaks first, 'guess', "
        f"the letter of a speaker as {letters[0]} or {letters[min(1, len(letters) - 1)]}, or the "
        "name of an enrolled voice. 'coach enrol' lists and adds voices."
    )


def check_name(name: str) -> str:
    """A name for a voice, without spaces around it.

    Raises
    ------
    InputError : if it is empty, or could be taken for a speaker's label.
    """
    name = name.strip()
    if len(name) < 2 or len(name) > 200 or name.casefold() in ("guess", "first"):
        raise InputError(
            f"A voice cannot be called {name!r}: expected a name of 2 to 200 letters that is not "
            "'first' or 'guess'."
        )
    return name


def cosine(left: Sequence[float], right: Sequence[float]) -> float:
    """Cosine of two vectors; -1 when they cannot be compared.

    Examples
    --------
    >>> cosine((1.0, 0.0), (0.6, 0.8)), cosine((1.0,), (1.0, 0.0))
    (0.6, -1.0)
    """
    norms = math.hypot(*left) * math.hypot(*right)
    if len(left) != len(right) or not norms:
        return -1.0
    return sum(a * b for a, b in zip(left, right, strict=True)) / norms


def _best(prints: Sequence[VoicePrint], voice: EnrolledVoice) -> Match | None:
    """The speaker whom an enrolled voice is like; None when it is like nobody, or like several."""
    alike = sorted((cosine(each.vector, voice.vector), each.speaker) for each in prints)
    if not alike or alike[-1][0] < SIMILAR:
        return None
    similarity, speaker = alike[-1]
    margin = similarity - alike[-2][0] if len(alike) > 1 else math.inf
    if similarity < SURE and margin < APART:
        return None
    return Match(speaker, voice.name, similarity, similarity >= SURE and margin >= APART)


def _named(conv: Conversation, names: Mapping[str, str]) -> Conversation:
    speakers = (replace(s, name=names.get(s.id, s.name)) for s in conv.speakers)
    return replace(conv, speakers=tuple(speakers))


def _noted(conv: Conversation, note: str) -> Conversation:
    return replace(conv, notes=(*conv.notes, note))
