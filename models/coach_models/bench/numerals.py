"""Convert numbers in words to digits: references spell them, recognisers write figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_LARGE = (("million", 1_000_000), ("thousand", 1000), ("hundred", 100))

Found = tuple[int, int]  # value, and the position behind it


def spell_digits(tokens: Sequence[str]) -> Iterator[str]:
    """Replace numbers, in words or in figures, by their single digits.

    Single digits make "four five six" and "456", "sixteen sixty four" and "1664" the same.

    Examples
    --------
    >>> " ".join(spell_digits("room four five six in sixteen sixty four".split()))
    'room 4 5 6 in 1 6 6 4'
    >>> " ".join(spell_digits("a hundred and twenty of 3500".split()))
    '1 2 0 of 3 5 0 0'
    """
    at = 0
    while at < len(tokens):
        found = _number(tokens, at)
        if found is None:
            yield from tokens[at] if tokens[at].isdecimal() else (tokens[at],)
            at += 1
        else:
            yield from str(found[0])
            at = found[1]


def _number(tokens: Sequence[str], at: int) -> Found | None:
    """Read the longest number at a position."""
    if tokens[at] == "a" and _token_at(tokens, at + 1) in ("hundred", "thousand", "million"):
        found: Found | None = (1, at + 1)
    else:
        found = _read_below_hundred(tokens, at)
    if found is None:
        return None
    value, behind = found
    for word, size in reversed(_LARGE):
        if _token_at(tokens, behind) == word:
            value, behind = value * size, behind + 1
            rest = _rest(tokens, behind, size)
            if rest is not None:
                value, behind = value + rest[0], rest[1]
    return value, behind


def _rest(tokens: Sequence[str], at: int, size: int) -> Found | None:
    """Read what follows a hundred or a thousand and is smaller than that."""
    start = at + 1 if _token_at(tokens, at) == "and" else at
    found = _number(tokens, start) if start < len(tokens) else None
    return found if found is not None and found[0] < size else None


def _read_below_hundred(tokens: Sequence[str], at: int) -> Found | None:
    word = _token_at(tokens, at)
    if word in _TENS:
        unit = _SMALL.get(_token_at(tokens, at + 1), 0)
        return (_TENS[word] + unit, at + 2) if 0 < unit < 10 else (_TENS[word], at + 1)
    return (_SMALL[word], at + 1) if word in _SMALL else None


def _token_at(tokens: Sequence[str], at: int) -> str:
    return tokens[at] if at < len(tokens) else ""
