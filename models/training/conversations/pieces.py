"""What one person says alone in a recording."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.intervals import Seconds, Span, intersect, total, union

JOINED: Seconds = 0.8  # speech without words: what lies closer together is one utterance
CHANNELS = ("agent", "caller")  # of the recordings with a channel for each
ASKING = ("what", "how", "which", "can you", "is there", "and what", "okay what", "okay is", "why")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a recording in which one voice speaks and nobody else.

    `speech` is that of the voice, in seconds from the start of the piece.
    """

    source: Path
    channel: int
    start: Seconds
    speech: tuple[Span, ...]
    text: str = ""

    @property
    def duration(self) -> Seconds:
        """From the first speech to the last."""
        return self.speech[-1].end


Voices = dict[str, list[Piece]]


def voices(folder: Path) -> dict[str, Voices]:
    """Read the voices of each recording, by set and recording: calls, dialogues, read speech."""
    found = {}
    for rttm in sorted(folder.glob("*/*.rttm")):
        sound = rttm.with_name(f"{rttm.stem}_2ch.flac")
        truth = rttm.with_suffix(".json")
        if sound.exists() or (rttm.parent.name in ("sim", "swoz")):
            speech = _speech(rttm)
            turns = json.loads(truth.read_text("utf-8"))["turns"] if truth.exists() else None
            lines = _lines(turns) if turns else _utterances(speech)
            found[f"{rttm.parent.name}/{rttm.stem}"] = _pieces(rttm, sound, speech, lines)
    return found


def _speech(rttm: Path) -> dict[str, tuple[Span, ...]]:
    spans: dict[str, list[Span]] = {}
    for line in rttm.read_text("utf-8").splitlines():
        fields = line.split()
        start, duration = float(fields[3]), float(fields[4])
        spans.setdefault(fields[7], []).append(Span(start, start + duration))
    return {who: union(own) for who, own in spans.items()}


def _lines(turns: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, Span, str]]:
    for turn in turns:
        text = str(turn["text"])
        mark = "?" if text.startswith(ASKING) else "."
        span = Span(float(str(turn["start"])), float(str(turn["end"])))
        yield str(turn["speaker"]), span, text + mark


def _utterances(speech: Mapping[str, tuple[Span, ...]]) -> Iterator[tuple[str, Span, str]]:
    for who, spans in speech.items():
        for span in union(spans, max_gap=JOINED):
            yield who, span, ""


def _pieces(
    rttm: Path,
    sound: Path,
    speech: Mapping[str, tuple[Span, ...]],
    lines: Iterator[tuple[str, Span, str]],
) -> Voices:
    """Keep the lines in which nobody else speaks."""
    found: Voices = {who: [] for who in speech}
    for who, span, text in lines:
        others = [each for other, spans in speech.items() if other != who for each in spans]
        own = intersect([span], speech[who])
        if own and total(intersect([span], others)) == 0:
            start = own[0].start
            spans = tuple(Span(each.start - start, each.end - start) for each in own)
            channel = CHANNELS.index(who) if sound.exists() else 0
            path = sound if sound.exists() else rttm.with_suffix(".flac")
            found[who].append(Piece(path, channel, start, spans, text))
    return found
