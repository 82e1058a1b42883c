"""Find what a tier of an annotation tool holds from its name, type and participant.

A tier is not a person: tools also keep words, phones, gestures, notes and the numbers of utterances
in tiers. One table gives the meaning of the usual names.
"""

from __future__ import annotations

import re
from typing import Literal

Part = Literal["said", "words", "speech", "phones", "ids", "speakers", "other"]

_TABLE: dict[Part, str] = {
    "said": "utt utts utterance utterances transcription transcript transcripts trans tx text "
    "orth orthography ortho sentence sentences phrase phrases said trn tr ipu ipus",
    "words": "tokensalign word words wort wörter mot mots token tokens ort-mau ort tok",
    "speech": "activity speech speaking vad activity sad",
    "phones": "phone phones phoneme phonemes segment segments mau kan-mau kan syllable syllables "
    "syll mas mas-mau phon phono phonalign "
    "phonetic phonetics ipa tone tones tobi break breaks prosody "
    "intonation pitch",
    "ids": "ref id ids number numbers",
    "speakers": "speaker speakers diarization diarisation spk who talker turns",
    "other": "note notes comment comments cmt remark remarks overlap overlaps gesture gestures "
    "gest gaze posture nod nods hands face facial translation translations ft fte ge "
    "gloss glosses mb mot-a pos mor morph morphemes lemma lemmas event events noise "
    "noises music background context topic topics task tasks code codes coding xds vcm "
    "lex mwu action actions emotion emotions laughter misc quality environment section "
    "sections silence silences pause pauses paralinguistic on_off stimulus video audio media "
    "kommentar kommentare geste gesten übersetzung notizen",
}
_PARTS: dict[str, Part] = {word: part for part, words in _TABLE.items() for word in words.split()}
_BETWEEN = re.compile(r" - |[_@/.:-]")


def part_of(name: str) -> tuple[str | None, Part | None]:
    """The speaker in a tier's name, and what the tier holds; None if the name does not say it.

    Examples
    --------
    >>> part_of("Ann - word"), part_of("tx@Ann"), part_of("phones"), part_of("Ann")
    (('Ann', 'words'), ('Ann', 'said'), (None, 'phones'), ('Ann', None))
    """
    plain = name.strip()
    whole = _PARTS.get(plain.casefold())
    if whole is not None:
        return None, whole
    separators = list(_BETWEEN.finditer(plain))
    if separators:
        first, last = separators[0], separators[-1]
        behind = _PARTS.get(plain[last.end() :].strip().casefold())
        if behind is not None and plain[: last.start()].strip():
            return plain[: last.start()].strip(), behind
        before = _PARTS.get(plain[: first.start()].strip().casefold())
        if before is not None and plain[first.end() :].strip():
            return plain[first.end() :].strip(), before
    return plain, None


def word_for(name: str, kind: str = "") -> str:
    """The name of an omitted tier for a note: a word of the table, never a person's name.

    Parameters
    ----------
    name : of the tier.
    kind : the tool's type of the tier, "" if it has none.
    """
    pieces = [piece.strip() for piece in (name, *_BETWEEN.split(name), kind)]
    return next((piece for piece in pieces if piece.casefold() in _PARTS), "an unnamed kind")
