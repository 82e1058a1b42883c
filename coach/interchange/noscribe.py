"""noScribe: HTML transcripts with each line in an anchor ``ts_START_END_SPEAKER``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.conversation import Conversation
from coach.interchange.cues import Cue, parts, segments_of
from coach.interchange.faults import Faults
from coach.interchange.segments import Origin, conversation
from coach.interchange.speaker_labels import label_of
from coach.interchange.text import one_line, unescape

_ANCHOR = re.compile(
    r"<a\s[^<>]{0,40}name=[\"']?ts_(\d{1,12})_(\d{1,12})_([^\"'<>]{0,100})[\"']?[^<>]{0,200}>",
    re.ASCII,
)
_TAG = re.compile(r"<[^<>]{1,500}>")
_END = re.compile(r"</(?:a|p)>")
_STAMP = re.compile(r"\[\d\d:\d\d:\d\d\]", re.ASCII)


def read(text: str, origin: Origin) -> Conversation:
    """Read the HTML of noScribe; the names of the anchors have the times in milliseconds.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if nobody says anything, or no line can be read (the message is about the first).
    """
    faults = Faults()
    said = segments_of(_cues(text, faults), lambda texts: list(parts(None, texts)))
    return conversation(said, origin, faults=faults)


def is_noscribe(text: str) -> bool:
    """Whether a text has the anchors of noScribe."""
    return _ANCHOR.search(text) is not None


def _cues(text: str, faults: Faults) -> Iterator[Cue]:
    """The text of each anchor; a regular expression takes linear time, `html.parser` does not."""
    before, *rest = _ANCHOR.split(text)
    line = before.count("\n") + 1
    for start, end, speaker, following in zip(*(rest[i::4] for i in range(4)), strict=True):
        said = _words_of(following, speaker)
        with faults.record_error(f"Line {line}"):
            span = faults.span(int(start) / 1000, int(end) / 1000, f"Line {line}")
            yield Cue(line, span, (said,) if said else (), label=label_of(speaker))
        line += following.count("\n")


def _words_of(following: str, speaker: str) -> str:
    """The words of an anchor, without a time and a name before them."""
    said = one_line(unescape(_TAG.sub(" ", _END.split(following, maxsplit=1)[0])))
    said = _STAMP.sub("", said, count=1).strip()
    for name in {speaker, label_of(speaker) or speaker}:
        said = said.removeprefix(f"{name}:").strip()
    return said
