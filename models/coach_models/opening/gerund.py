"""The -ing form of an English verb."""

from __future__ import annotations

import re

_DOUBLED = frozenset(
    "begin forget refer prefer admit commit regret upset occur permit submit quit equip".split()
)
_ONE_SYLLABLE = re.compile(r"^[^aeiou]*[aeiou][bdgklmnprtz]$")


def gerund(lemma: str) -> str:
    """Form the gerund of a verb in its base form.

    Examples
    --------
    >>> [gerund(verb) for verb in ("lead", "take", "put", "lie", "see", "be", "visit", "fix")]
    ['leading', 'taking', 'putting', 'lying', 'seeing', 'being', 'visiting', 'fixing']
    """
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    if lemma.endswith("e") and lemma != "be" and not lemma.endswith(("ee", "oe", "ye")):
        return lemma[:-1] + "ing"
    if lemma in _DOUBLED or _ONE_SYLLABLE.match(lemma):
        return lemma + lemma[-1] + "ing"
    return lemma + "ing"
