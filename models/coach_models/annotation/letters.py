"""Whether a text has words: a number or a picture alone is not a listening act."""

from __future__ import annotations


def has_letters(text: str) -> bool:
    """Whether there is a letter in a text.

    Examples
    --------
    >>> has_letters("So 42?"), has_letters("42.")
    (True, False)
    """
    return any(sign.isalpha() for sign in text)
