"""What stands in a transcript and is no word: sounds, pauses, what could not be understood.

One table for all formats. Annotators put a sound into brackets, stars or notes of music; tiers
have labels of their own for silence. Square brackets hold remarks whatever is in them; round ones
may hold words, so they are left out only where the table knows what they say.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from coach.interchange.text import one_line

Kind = Literal["silence", "unclear", "words"]
"""What a label says: that nobody speaks, that somebody does without known words, or words."""

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
    # Praat, MFA, FAVE, MAUS and the Kaldi tools, in this order.
    """
    non-speech nonspeech  sil sp <eps>  {ns} {lg} {cg} {br} {sl}
    <p:> <p> <nib> <sil> $p  [sil] [silence] [noise] %sil% 0. # _ - -- ... …
    """.split()
)
_SILENT_WORDS = frozenset("silent silence pause pausa pauze stille schweigen noise".split())
_SPEECH_WORDS = frozenset("sounding speech speaking talk talking voice voiced".split())
_SPEECH_LABELS = frozenset("spn <unk> <usb> <spoken_noise> ???".split())
"""Of MFA (spoken noise) and MAUS (unintelligible)."""

_BRACKETS = re.compile(
    r"\[[^\[\]]{0,120}\]|【[^【】]{0,120}】|\({1,2}[^()]{0,80}\){1,2}|\uff08[^\uff08\uff09]{0,80}\uff09"
    r"|\{[^{}]{0,80}\}|<[^<>]{1,80}>|\*{1,2}[^*]{1,80}\*{1,2}|[♪♫]{1,3}[^♪♫]{0,300}[♪♫]{0,3}"
)
_MARKS = "[](){}<>*♪♫【】\uff08\uff09"
_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_]{1,19}\]")
"""A name or number that was taken out of the text: a word was there."""

_PAUSE = re.compile(r"\.{1,3}|…|\d{1,4}(?:[.,:]\d{1,3}){0,3}(?:\s?(?:s|ms|sec|sek)\.?)?")
_MOST_WORDS = 5  # of a remark about a sound in round brackets
_MARK_CATEGORIES = frozenset("Pc Pd Ps Pe Pi Pf Po So Sk Cf Mn".split())
_CLOSING = frozenset("?!.,;:…»)")


def kind_of(label: str, *, is_word: bool = False) -> Kind:
    """What the label of an interval says.

    Parameters
    ----------
    is_word : whether intervals hold one word each, so that "silent" was said.

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
    words, speaks = spoken(label)
    if words:
        return "words"
    return "unclear" if speaks else "silence"


def spoken(text: str) -> tuple[str, bool]:
    """Take out what is no word.

    Returns
    -------
    The words that are left, and whether somebody speaks: a line that could not be understood is
    speech without words, a line of music or of laughter is none.

    Examples
    --------
    >>> spoken("So (2 seconds pause) how was it [laughs] ?")
    ('So how was it?', True)
    >>> spoken("(inaudible)"), spoken("[Music]")
    (('', True), ('', False))
    """
    kinds: set[Kind] = set()

    def without(match: re.Match[str]) -> str:
        kind = _bracketed(match[0])
        kinds.add(kind)
        return match[0] if kind == "words" else " "

    rest = _BRACKETS.sub(without, text) if any(mark in text for mark in _MARKS) else text
    tokens = [token for token in rest.split() if not _is_code(token)]
    words = _joined(tokens)
    lost = "unclear" in kinds or len(tokens) < len(rest.split())
    leftover = not kinds and bool(text.strip())
    return words, bool(words) or lost or leftover


def _is_code(token: str) -> bool:
    """Whether a token stands for what was not understood, or for an event (``&=laughs``)."""
    return token.startswith("&=") or token.strip(".,?!").casefold() in ("xxx", "yyy", "www")


def is_sound(text: str) -> bool:
    """Whether a line says nothing but that there was a sound, a pause or no clear word."""
    return not spoken(text)[0] and any(mark in text for mark in _MARKS)


def _joined(tokens: list[str]) -> str:
    """Tokens without punctuation and pictures only; a mark that stands alone ends its word."""
    words: list[str] = []
    for token in tokens:
        if token[0].isalnum() or not all(_is_mark(sign) for sign in token):
            words.append(token)
        elif words and _CLOSING.issuperset(token):
            words[-1] += token
    return one_line(" ".join(words))


@lru_cache(maxsize=4096)
def _is_mark(sign: str) -> bool:
    """Whether nobody reads a sign aloud: punctuation and pictures, apart from ``&`` and such."""
    return sign not in "&%@#" and unicodedata.category(sign) in _MARK_CATEGORIES


def _bracketed(found: str) -> Kind:
    if _PLACEHOLDER.fullmatch(found) and not _known(found):
        return "words"
    inner = found.strip(_MARKS + " \t")
    kind = _known(found)
    if kind is not None:
        return kind
    if not inner.strip("?") and "?" in inner:
        return "unclear"
    if found[0] in "[【♪♫" or not inner or _PAUSE.fullmatch(inner):
        return "silence"
    return "words"


def _known(found: str) -> Kind | None:
    """What the table knows of the words in brackets."""
    words = re.findall(r"\w+", found.casefold())
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    if not _UNCLEAR.isdisjoint(words):
        return "unclear"
    return None if _SOUNDS.isdisjoint(words) else "silence"
