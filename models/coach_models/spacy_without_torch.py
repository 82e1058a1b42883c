"""spaCy, as all of this package imports it: without torch.

spaCy's machine-learning library, thinc, looks once whether torch can be imported, and imports it
if so. None of our pipelines runs on torch, which would cost every process that reads sentences
half a gigabyte and two seconds. Where torch is in `sys.modules` as None, Python does not import it
(The Python Language Reference, section 5.3.1), and thinc goes on as if it were not installed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def block_import(package: str) -> Iterator[None]:
    """Have imports of a package fail meanwhile, unless it was imported before.

    Examples
    --------
    >>> with block_import("tabnanny"):
    ...     import tabnanny
    Traceback (most recent call last):
    ModuleNotFoundError: import of tabnanny halted; None in sys.modules
    >>> import tabnanny
    """
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]


with block_import("torch"):
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as TokenSpan
    from spacy.vocab import Vocab

__all__ = ["Doc", "Language", "Token", "TokenSpan", "Vocab", "spacy"]
