"""The tree of errors.

::

    CoachError
    ├── InputError          the user can fix it: wrong file, wrong option, wrong label
    ├── MissingDependency   an optional package is not installed
    ├── ModelUnavailable    weights are missing, changed, gated, or the device fails
    ├── NoRoom              a disk is full; try again later
    └── AnalysisError       the recording was understood, the analysis could not be finished

A message says what was found, what was expected, and what to do.
"""

from __future__ import annotations

import errno

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
"""The codes of an `OSError` for a full disk or an exceeded quota."""


class CoachError(Exception):
    """Base of every error that this software raises on purpose."""


class InputError(CoachError, ValueError):
    """Something the user gave cannot be used; the message says what to do.

    It is a `ValueError`, so pydantic adds the place in the document.
    """


class MissingDependency(CoachError):
    """A package that this feature needs is not installed."""


class ModelUnavailable(CoachError):
    """A model's weights are missing, altered or cannot be loaded here."""


class NoRoom(CoachError):
    """A disk is full; the recording is not the cause."""


class AnalysisError(CoachError):
    """The analysis of a readable recording could not be finished."""
