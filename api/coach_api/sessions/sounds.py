"""The sound that a page plays: the recording as it was uploaded, or a small copy of it.

Browsers cannot play every kind of file. For the others the analysis leaves a copy as Ogg Opus,
which is erased together with the recording.
"""

from __future__ import annotations

from typing import Any

_PLAYED = frozenset(
    "audio/aac audio/flac audio/mp4 audio/mpeg audio/ogg audio/wav video/mp4 video/webm".split()
)
COPY_TYPE = "audio/ogg"


def needs_copy(media_type: str) -> bool:
    """Whether browsers cannot play such a file; one of an unknown type is left as it is.

    Examples
    --------
    >>> needs_copy("audio/mpeg"), needs_copy("application/zip")
    (False, True)
    """
    return bool(media_type) and media_type not in _PLAYED


def copy_key(session_id: str, sha256: str) -> str:
    """Name the copy in the store.

    Parameters
    ----------
    sha256 : of the recording.
    """
    return f"recordings/{session_id}/{sha256}.opus"


def object_of(row: Any) -> tuple[str, str]:
    """Name the object in the store that a page plays, and its media type.

    Parameters
    ----------
    row : of a session that has sound.
    """
    if needs_copy(row.media_type):
        return copy_key(row.id, row.sha256), COPY_TYPE
    return row.blob_key, row.media_type or "application/octet-stream"


def address_of(row: Any) -> str | None:
    """The address at which a page plays a session's sound; None when the sound is gone.

    Parameters
    ----------
    row : of the session.
    """
    if not row.blob_key:
        return None
    return f"/v1/sessions/{row.id}/audio" + ("/copy" if needs_copy(row.media_type) else "")
