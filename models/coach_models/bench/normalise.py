"""Normalise text for comparison: what sounds the same is written the same.

English contractions and numbers are spelled out; for other languages case and punctuation go.
"""

from __future__ import annotations

import re
import unicodedata

from coach_models.bench.numerals import spell_digits

_FILLERS = frozenset(
    {"uh", "um", "uhm", "er", "erm", "ah", "hm", "hmm", "mm", "mmm", "mhm", "mmhmm"}
)
_SAME = {
    "okay": "ok", "alright": "all right", "cannot": "can not", "gonna": "going to",
    "wanna": "want to", "gotta": "got to", "yep": "yes", "yup": "yes", "mr": "mister",
    "mrs": "missus", "dr": "doctor", "1st": "first", "2nd": "second", "3rd": "third",
    "colour": "color", "humour": "humor", "neighbour": "neighbor", "neighbours": "neighbors",
}  # fmt: skip
_CONTRACTED = (
    (r"\bwon't\b", "will not"), (r"\bcan't\b", "can not"), (r"\bshan't\b", "shall not"),
    (r"\blet's\b", "let us"), (r"n't\b", " not"), (r"'re\b", " are"), (r"'ve\b", " have"),
    (r"'ll\b", " will"), (r"'m\b", " am"), (r"'d\b", " would"),
    (r"\b(it|that|what|he|she|there|here|who|where|how|when)'s\b", r"\1 is"),
)  # fmt: skip
_FIGURES = (
    (r"(?<=\d),(?=\d{3})", ""), (r"(?<=\d)\.(?=\d)", " point "), (r"[$]([\d ]*\d)", r"\1 dollars"),
    (r"%", " percent"), (r"&", " and "), (r"\bmm-hm+\b|\buh-huh\b|\bmhm+\b", "mhm"),
)  # fmt: skip


def normalise(text: str) -> list[str]:
    """Words to compare: lower case, no punctuation, contractions and numbers in one form.

    Hesitations are left out: recognisers are trained to.

    Examples
    --------
    >>> normalise("Okay, I'm 25 - it's twenty-five dollars. Uh, $25!")
    ['ok', 'i', 'am', '2', '5', 'it', 'is', '2', '5', 'dollars', '2', '5', 'dollars']
    >>> normalise("Größe? Ja.")
    ['größe', 'ja']
    """
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")  # noqa: RUF001
    for pattern, instead in (*_FIGURES, *_CONTRACTED):
        plain = re.sub(pattern, instead, plain)
    tokens = re.findall(r"\w+", plain.replace("'", "").replace("_", " "))
    words = " ".join(_SAME.get(token, token) for token in tokens).split()
    return [word for word in spell_digits(words) if word not in _FILLERS]
