"""The kind of a file by its first bytes; its name and declared type are not trusted."""

from __future__ import annotations

from coach_api.problems import Problem

HEAD_BYTES = 64
_SYNC = 0xFF
_AT_START: tuple[tuple[bytes, str], ...] = (
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),  # EBML: Matroska and WebM
    (b"#!AMR", "audio/amr"),
    (b"caff", "audio/x-caf"),
    (b".snd", "audio/basic"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"wvpk", "audio/x-wavpack"),
)
BUNDLE = "application/zip"
"""Several recordings of one conversation; documents of offices are zip files too."""
_ZIP, _NAME_AT = b"PK\x03\x04", 30
_DOCUMENT = (b"[Content_Types]", b"mimetype", b"_rels/")
_RIFF = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_FORM = {b"AIFF": "audio/aiff", b"AIFC": "audio/aiff"}
_MP4_AUDIO = (b"M4A", b"M4B")


def media_type(head: bytes) -> str:
    """Find the media type of a recording by its first bytes.

    Raises
    ------
    Problem : if it is not a recording that we can read.

    Examples
    --------
    >>> media_type(b"OggS" + bytes(60))
    'audio/ogg'
    """
    found = next((kind for magic, kind in _AT_START if head.startswith(magic)), None)
    found = found or _sniff_container(head) or _sniff_zip(head) or _sniff_frames(head)
    if found is None:
        raise Problem(
            "not-a-recording",
            "The file does not begin like a sound or video file. Expected for instance WAV, MP3, "
            "M4A, MP4, Ogg, Opus, FLAC or WebM, or a zip file of several recordings.",
        )
    return found


def _sniff_container(head: bytes) -> str | None:
    kind = head[8:12]
    if head[:4] in (b"RIFF", b"RF64", b"RIFX"):
        return _RIFF.get(kind)
    if head[:4] == b"FORM":
        return _FORM.get(kind)
    if head[4:8] == b"ftyp":
        return "audio/mp4" if kind.startswith(_MP4_AUDIO) else "video/mp4"
    return "video/quicktime" if head[4:8] in (b"moov", b"mdat", b"wide", b"free") else None


def _sniff_zip(head: bytes) -> str | None:
    is_document = head[_NAME_AT:].startswith(_DOCUMENT)
    return BUNDLE if head.startswith(_ZIP) and not is_document else None


def _sniff_frames(head: bytes) -> str | None:
    """Raw frames of MP3 and AAC begin with eleven or twelve set bits."""
    if len(head) < 2 or head[0] != _SYNC:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return "audio/mpeg" if head[1] & 0xE0 == 0xE0 and head[1] & 0x06 else None
