"""Choose one recording from a file that holds several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from coach.errors import InputError
from coach.interchange.segments import Origin

Item = TypeVar("Item")

COLUMNS = ("session_id", "conversation_id", "transcript_id", "recording_id", "recording")
"""Fields with the name of a record's recording."""

_NAMED = 8  # recordings in an error


def choose_recording(found: Iterable[tuple[str, Item]], origin: Origin, kind: str) -> list[Item]:
    """The items of the recording that `origin` names, or all items if there is only one recording.

    Parameters
    ----------
    found : pairs of recording and item.
    kind : of the file, for the error.

    Raises
    ------
    InputError : if there are several recordings and `origin` names none or several of them.

    Examples
    --------
    >>> choose_recording([("a", 1), ("b", 2)], Origin(recordings=("b",)), "RTTM")
    [2]
    """
    items = list(found)
    names = list(dict.fromkeys(name for name, _ in items))
    if len(names) < 2:
        return [item for _, item in items]
    plain = {name.strip().casefold(): name for name in reversed(names)}
    wanted = next(
        (plain[key] for each in origin.recordings if (key := each.casefold()) in plain), None
    )
    if wanted is None:
        shown = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
        raise InputError(
            f"{kind} of {len(names)} recordings: expected one. Choose it with --recording, in a "
            f"manifest by its id: {shown}."
        )
    return [item for name, item in items if name == wanted]


def recording_of(fields: Mapping[str, Any]) -> str:
    """The recording that a record names; "" if none."""
    found = next((fields[name] for name in COLUMNS if fields.get(name) is not None), "")
    return str(found)
