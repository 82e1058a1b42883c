"""Marks in a transcript that are not words: sounds, pauses, unintelligible speech.

One table serves all formats. Annotators mark a sound with brackets, asterisks or music notes; tiers
have their own labels for silence. Square brackets always hold remarks. Round brackets may hold
words, so they are removed only if the table knows their content.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from coach.interchange.text import one_line

Kind = Literal["silence", "unclear", "words"]
"""What a label means: nobody speaks, somebody speaks unknown words, or words."""

_SOUNDS = frozenset(
    """
    pause pauses silence silent music noise noises applause laughter laugh laughs laughing laughed
    chuckle chuckles chuckling giggles cough coughs coughing sigh sighs sighing sniff sniffs
    breath breathes breathing inhales exhales gasp gasps cries crying sobs sobbing yawn yawns throat
    sneezes nods nodding smiles beep typing silencio blank_audio blankaudio footsteps knocking
    stille schweigen schweigt musik geräusch geräusche applaus beifall lachen lacht gelächter hustet
    husten seufzt seufzen räuspert räuspern atmet weint nickt schmunzelt klingelt
    musique bruit bruits rire rires rit applaudissements tousse soupir soupire
    pausa música ruido ruidos risa risas ríe aplausos tose suspira suspiro
    silenzio musica rumore rumori risata risate applausi tossisce sospira
    silêncio ruído risos risada pauze stilte muziek geluid gelach hoest zucht
    """.split()
)
_UNCLEAR = frozenset(
    """
    inaudible unintelligible indistinct unclear crosstalk incomprehensible unint unv unverständlich
    undeutlich incompréhensible inintelligible ininteligible incomprensible inintelligibile
    incomprensibile ininteligível inaudível onverstaanbaar foreign xxx yyy www
    """.split()
)
_SILENT_LABELS = frozenset(
    # In this order: Praat, MFA, FAVE, MAUS and the Kaldi tools.
    """
    non-speech nonspeech  sil sp <eps>  {ns} {lg} {cg} {br} {sl}
    <p:> <p> <nib> <sil> $p  [sil] [silence] [noise] %sil% 0. # _ - -- ... …
    """.split()
)
_SILENT_WORDS = frozenset("silent silence pause pausa pauze stille schweigen noise".split())
_SPEECH_WORDS = frozenset("sounding speech speaking talk talking voice voiced".split())
_SPEECH_LABELS = frozenset("spn <unk> <usb> <spoken_noise> ???".split())
"""Labels of MFA (spoken noise) and MAUS (unintelligible)."""

_BRACKETS = re.compile(
    r"\[[^\[\]]{0,120}\]|【[^【】]{0,120}】|\({1,2}[^()]{0,80}\){1,2}|\uff08[^\uff08\uff09]{0,80}\uff09"
    r"|\{[^{}]{0,80}\}|<[^<>]{1,80}>|\*{1,2}[^*]{1,80}\*{1,2}|[♪♫]{1,3}[^♪♫]{0,300}[♪♫]{0,3}"
)
_MARKS = "[](){}<>*♪♫【】\uff08\uff09"
_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_]{1,19}\]")
"""A placeholder for a redacted name or number; it counts as a word."""

_PAUSE = re.compile(r"\.{1,3}|…|\d{1,4}(?:[.,:]\d{1,3}){0,3}(?:\s?(?:s|ms|sec|sek)\.?)?")
_MOST_WORDS = 5  # of a remark about a sound in round brackets
_MARK_CATEGORIES = frozenset("Pc Pd Ps Pe Pi Pf Po So Sk Cf Mn".split())
_CLOSING = frozenset("?!.,;:…»)")


def kind_of(label: str, *, is_word: bool = False) -> Kind:
    """What the label of an interval means.

    Parameters
    ----------
    is_word : whether intervals hold one word each, so that "silent" is a spoken word.

    Examples
    --------
    >>> kind_of("silent"), kind_of("sounding"), kind_of("(laughs)"), kind_of("Hello")
    ('silence', 'unclear', 'silence', 'words')
    """
    plain = label.strip().casefold()
    if not plain or plain in _SILENT_LABELS:
        return "silence"
    if not is_word and plain in _SILENT_WORDS:
        return "silence"
    if plain in _SPEECH_LABELS or (not is_word and plain in _SPEECH_WORDS):
        return "unclear"
    words, speaks = strip_nonspeech(label)
    if words:
        return "words"
    return "unclear" if speaks else "silence"


def strip_nonspeech(text: str) -> tuple[str, bool]:
    """Remove everything that is not a word.

    Returns
    -------
    The words that are left, and whether somebody speaks: an unintelligible line is speech without
    words; a line of music or laughter is not speech.

    Examples
    --------
    >>> strip_nonspeech("So (2 seconds pause) how was it [laughs] ?")
    ('So how was it?', True)
    >>> strip_nonspeech("(inaudible)"), strip_nonspeech("[Music]")
    (('', True), ('', False))
    """
    kinds: set[Kind] = set()

    def without(match: re.Match[str]) -> str:
        kind = _kind_of_brackets(match[0])
        kinds.add(kind)
        return match[0] if kind == "words" else " "

    rest = _BRACKETS.sub(without, text) if any(mark in text for mark in _MARKS) else text
    tokens = [token for token in rest.split() if not _is_code(token)]
    words = _join(tokens)
    lost = "unclear" in kinds or len(tokens) < len(rest.split())
    leftover = not kinds and bool(text.strip())
    return words, bool(words) or lost or leftover


def _is_code(token: str) -> bool:
    """Whether a token marks unintelligible speech or an event (``&=laughs``)."""
    return token.startswith("&=") or token.strip(".,?!").casefold() in ("xxx", "yyy", "www")


def is_sound(text: str) -> bool:
    """Whether a line only marks a sound, a pause or unclear speech."""
    return any(mark in text for mark in _MARKS) and not strip_nonspeech(text)[0]


def _join(tokens: list[str]) -> str:
    """Join the tokens; drop pictures, and add a mark that stands alone to the word before."""
    words: list[str] = []
    for token in tokens:
        if token[0].isalnum() or not all(_is_mark(sign) for sign in token):
            words.append(token)
        elif words and _CLOSING.issuperset(token):
            words[-1] += token
    return one_line(" ".join(words))


@lru_cache(maxsize=4096)
def _is_mark(sign: str) -> bool:
    """Whether a sign is silent: punctuation and pictures, except ``&`` and similar signs."""
    return sign not in "&%@#" and unicodedata.category(sign) in _MARK_CATEGORIES


def _kind_of_brackets(found: str) -> Kind:
    if _PLACEHOLDER.fullmatch(found) and not _kind_of_sound(found):
        return "words"
    inner = found.strip(_MARKS + " \t")
    kind = _kind_of_sound(found)
    if kind is not None:
        return kind
    if not inner.strip("?") and "?" in inner:
        return "unclear"
    if found[0] in "[【♪♫" or not inner or _PAUSE.fullmatch(inner):
        return "silence"
    return "words"


def _kind_of_sound(found: str) -> Kind | None:
    """The kind of the words in brackets, if the table has it."""
    words = re.findall(r"\w+", found.casefold())
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    if not _UNCLEAR.isdisjoint(words):
        return "unclear"
    return None if _SOUNDS.isdisjoint(words) else "silence"
