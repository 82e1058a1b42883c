"""Recognise the speakers whose voices are enrolled under a name.

A match is recognised, a guess, or none (docs/decisions/011-enrolled-voices.md). Two prints of one
person are above the first limit of similarity, prints of two people are below the second; between
the two limits, voices are only reported as similar.
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
APART = 0.10  # least margin over the similarity to any other speaker
LEAST: Seconds = 3.0  # least speech behind a print to compare, in seconds


@dataclass(frozen=True, slots=True)
class EnrolledVoice:
    """A voice under a name: its print and nothing else.

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
class VoiceMatch:
    """A speaker whose voice is like an enrolled one; `is_sure` if it is recognised."""

    speaker: str
    name: str = field(repr=False)
    similarity: float
    is_sure: bool


def match_voices(
    prints: Sequence[VoicePrint], enrolled: Iterable[EnrolledVoice]
) -> tuple[VoiceMatch, ...]:
    """Find the enrolled voices among the speakers of one recording, the surest first.

    Every speaker matches one voice at most, and every voice one speaker. Prints from less than 3 s
    of speech are left out.

    Parameters
    ----------
    prints : one for each speaker of the recording.
    enrolled : voices whose prints the same model made.

    Examples
    --------
    >>> heard = [VoicePrint("A", (1.0, 0.0), 60.0), VoicePrint("B", (0.0, 1.0), 60.0)]
    >>> ada = EnrolledVoice("Ada", (0.8, 0.6), "sha")
    >>> [(match.speaker, match.similarity, match.is_sure) for match in match_voices(heard, [ada])]
    [('A', 0.8, True)]
    """
    usable = [each for each in prints if each.seconds >= LEAST]
    found = [match for voice in enrolled if (match := _best_match(usable, voice)) is not None]
    kept: dict[str, VoiceMatch] = {}
    for match in sorted(found, key=lambda match: -match.similarity):
        kept.setdefault(match.speaker, match)
    return tuple(kept.values())


def recognise_speakers(
    conv: Conversation,
    prints: Sequence[VoicePrint],
    enrolled: Sequence[EnrolledVoice],
    *,
    is_told: bool,
) -> Conversation:
    """Name the speakers whose voices are enrolled; one of them is the mentor.

    Parameters
    ----------
    conv : with given or guessed roles.
    prints : voice prints of its speakers.
    enrolled : voices to look for; those made by another model are left out, with a note.
    is_told : whether the user named the mentor; then voices give names but no role.

    Returns
    -------
    If one voice is recognised, its speaker is the mentor, with `role_source` "enrolled". Among
    several, the mentor is guessed. A voice that is only similar gives a guess: its name gets a
    question mark.
    """
    usable = [voice for voice in enrolled if voice.model == model_of(conv.provenance.models)]
    if len(usable) < len(enrolled) and prints:
        conv = _add_note(conv, "An enrolled voice was made with another model: enrol it again.")
    found = match_voices(prints, usable)
    sure = [match for match in found if match.is_sure]
    conv = _name_speakers(conv, {match.speaker: match.name for match in sure})
    if is_told or not found:
        return conv
    if len(sure) == 1:
        return assign_roles(conv, sure[0].speaker, source="enrolled")
    if sure:
        mentor = guess_mentor(conv, among=[match.speaker for match in sure])
        return conv if mentor is None else assign_roles(conv, mentor, source="guessed")
    likely = found[0]
    conv = _name_speakers(conv, {likely.speaker: f"{likely.name}?"})
    return _add_note(
        assign_roles(conv, likely.speaker, source="guessed"),
        f"{likely.speaker}'s voice is like an enrolled one, but not surely the same (similarity "
        f"{likely.similarity:.2f}; {SURE:.2f} and more is sure): the mentor is a guess.",
    )


def model_of(models: Iterable[ModelUsed]) -> str:
    """The sha256 of the model that made the voice prints; "" if there is none."""
    return next((model.sha256 for model in models if model.task == PRINTS), "")


def read_mentor(
    voices: Sequence[EnrolledVoice], mentor: str
) -> tuple[tuple[EnrolledVoice, ...], str]:
    """Read a `mentor` option that may be the name of an enrolled voice.

    Parameters
    ----------
    voices : every enrolled voice.
    mentor : the option.

    Returns
    -------
    The voices to look for, and the option for functions that know no voices.

    Examples
    --------
    >>> ada, bo = EnrolledVoice("Ada", (1.0,), "sha"), EnrolledVoice("Bo", (1.0,), "sha")
    >>> read_mentor([ada, bo], "ada") == ((ada,), "guess")
    True
    >>> read_mentor([ada, bo], "A") == ((ada, bo), "A")
    True
    """
    only = tuple(voice for voice in voices if voice.name.casefold() == mentor.casefold())
    return (only, "guess") if only else (tuple(voices), mentor)


def check_mentor(voices: Sequence[EnrolledVoice], mentor: str, speakers: int | None = None) -> None:
    """Refuse a `mentor` option that cannot match anybody, before hours of listening.

    Parameters
    ----------
    speakers : the largest possible number of people; None if unknown.

    Raises
    ------
    InputError : if `mentor` is not "first", "guess", the letter of a speaker or an enrolled voice.

    Examples
    --------
    >>> check_mentor([], "first"), check_mentor([], "B", 2)
    (None, None)
    """
    letters = ascii_uppercase[: speakers or len(ascii_uppercase)]
    is_known = mentor in ("guess", "first") or read_mentor(voices, mentor)[1] == "guess"
    if is_known or (len(mentor) == 1 and mentor.upper() in letters):
        return
    raise InputError(
        f"No mentor can be found by {mentor!r}: expected 'first' for who speaks first, 'guess', "
        f"the letter of a speaker as {letters[0]} or {letters[min(1, len(letters) - 1)]}, or the "
        "name of an enrolled voice. 'coach enrol' lists and adds voices."
    )


def check_name(name: str) -> str:
    """Check the name of a voice; returns it without spaces around it.

    Raises
    ------
    InputError : if the name is empty or could be a speaker's label.
    """
    name = name.strip()
    if len(name) < 2 or len(name) > 200 or name.casefold() in ("guess", "first"):
        raise InputError(
            f"A voice cannot be called {name!r}: expected a name of 2 to 200 letters that is not "
            "'first' or 'guess'."
        )
    return name


def cosine(left: Sequence[float], right: Sequence[float]) -> float:
    """Cosine of two vectors; -1 if they cannot be compared.

    Parameters
    ----------
    left, right : vectors of the same length.

    Examples
    --------
    >>> cosine((1.0, 0.0), (0.6, 0.8)), cosine((1.0,), (1.0, 0.0))
    (0.6, -1.0)
    """
    norms = math.hypot(*left) * math.hypot(*right)
    if len(left) != len(right) or not norms:
        return -1.0
    return sum(a * b for a, b in zip(left, right, strict=True)) / norms


def _best_match(prints: Sequence[VoicePrint], voice: EnrolledVoice) -> VoiceMatch | None:
    """The speaker most similar to an enrolled voice; None if there are none or several."""
    alike = sorted((cosine(each.vector, voice.vector), each.speaker) for each in prints)
    if not alike or alike[-1][0] < SIMILAR:
        return None
    similarity, speaker = alike[-1]
    margin = similarity - alike[-2][0] if len(alike) > 1 else math.inf
    if similarity < SURE and margin < APART:
        return None
    return VoiceMatch(speaker, voice.name, similarity, similarity >= SURE and margin >= APART)


def _name_speakers(conv: Conversation, names: Mapping[str, str]) -> Conversation:
    speakers = (replace(s, name=names.get(s.id, s.name)) for s in conv.speakers)
    return replace(conv, speakers=tuple(speakers))


def _add_note(conv: Conversation, note: str) -> Conversation:
    return replace(conv, notes=(*conv.notes, note))
