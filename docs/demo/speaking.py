"""Speak the script with flite and put every utterance in its place in time."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Seconds = float
Samples = NDArray[np.float32]  # shape=(samples,), in -1..1
Interval = tuple[Seconds, Seconds]
Table = dict[str, Any]  # a table of the script, or of the truth

RATE = 16000  # what flite's voices speak at
TAKES_FLOOR = ("turn", "interruption", "terminal")  # the other kinds start inside somebody's turn
MIN_PAUSE: Seconds = 0.2  # a shorter silence is part of the speech (Heldner & Edlund 2010)
VOICED_DB = -40.0  # a frame this far below the loudest one of its sentence is silence
FRAME: Seconds = 0.01
FADE: Seconds = 0.015


class DemoError(Exception):
    """The demo cannot be built, or what was built is not what it promises to be."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One spoken sentence without silence around it; times count from its first sample."""

    audio: Samples
    heard: str
    planned: str
    unheard: Seconds  # how much of the plan is missing, because the speaker broke off
    marks: tuple[Seconds, ...]  # where the other speaker comes in
    labels: Table

    @property
    def duration(self) -> Seconds:
        """Seconds from the first to the last sound."""
        return len(self.audio) / RATE


@dataclass(frozen=True, slots=True)
class Utterance:
    """One contribution in its place: its sentences with their starts, and where it is voiced."""

    speaker: str
    kind: str
    sentences: tuple[tuple[Seconds, Sentence], ...]
    speech: tuple[Interval, ...]
    host: Utterance | None  # the turn that it follows, or starts in

    @property
    def start(self) -> Seconds:
        """Time of the first sound."""
        return self.speech[0][0]

    @property
    def end(self) -> Seconds:
        """Time of the last sound."""
        return self.speech[-1][1]

    @property
    def planned_end(self) -> Seconds:
        """Time of the last sound, had the speaker not broken off."""
        return self.end + self.sentences[-1][1].unheard


def run_flite(voice: Table, *source: str) -> tuple[Samples, list[tuple[str, Seconds]]]:
    """Speak a text; return the samples, and each phone with the time at which it ends."""
    if shutil.which("flite") is None:
        raise DemoError("The synthesiser flite is missing: apt-get install flite")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        options = ("-voice", voice["flite"], "--setf", f"duration_stretch={voice['stretch']}")
        command = ["flite", *options, "-psdur", *source, "-o", str(path)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode or not path.exists():
            raise DemoError(f"{' '.join(command)} failed: {result.stderr.strip()}")
        with wave.open(str(path)) as file:
            if file.getframerate() != RATE:
                raise DemoError(f"{voice['flite']} speaks at {file.getframerate()} Hz, not {RATE}")
            pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    phones = [token.rsplit(":", 1) for token in result.stdout.split()]
    audio = (pcm / 32768).astype(np.float32)
    return audio, [(name, float(end)) for name, end in phones]


def voiced(audio: Samples) -> list[Interval]:
    """Intervals of speech in `audio`, split where a silence lasts `MIN_PAUSE` or longer."""
    size = round(FRAME * RATE)
    frames = audio[: len(audio) // size * size].reshape(-1, size)
    level = np.sqrt((frames**2).mean(axis=1))
    spans: list[Interval] = []
    for frame in np.flatnonzero(level > level.max() * 10 ** (VOICED_DB / 20)):
        start, end = float(frame * FRAME), float((frame + 1) * FRAME)
        near = spans and start - spans[-1][1] < MIN_PAUSE - FRAME / 2
        spans.append((spans.pop()[0] if near else start, end))
    return spans


def faded(audio: Samples) -> Samples:
    """`audio` with short ramps at both ends, so that a cut does not click."""
    ramp = np.linspace(0, 1, round(FADE * RATE), dtype=np.float32)
    result = audio.copy()
    result[: len(ramp)] *= ramp
    result[-len(ramp) :] *= ramp[::-1]
    return result


def plain(text: str) -> str:
    """`text` without its marks."""
    return " ".join(re.sub(r"[\^|]", " ", text).split())


def time_of(words: str, voice: Table, phones: Sequence[tuple[str, Seconds]]) -> Seconds:
    """When `words`, with which a sentence begins, have been said.

    The phones of these words alone are counted, and found again in those of the sentence.
    """
    count = sum(name != "pau" for name, _ in run_flite(voice, "-t", words)[1])
    return [end for name, end in phones if name != "pau"][count - 1]


def speak(labels: Table, voice: Table) -> Sentence:
    """Synthesise one sentence of the script, trim it, and find the times of its marks."""
    text = labels["text"]
    source = ("-p", labels["phones"]) if "phones" in labels else ("-t", plain(text))
    audio, phones = run_flite(voice, *source)
    spans = voiced(audio)
    first, last = spans[0][0], spans[-1][1]
    heard = plain(text.split("|")[0])
    stop = time_of(heard, voice, phones) if "|" in text else last
    before_marks = (plain(text[: mark.start()]) for mark in re.finditer(r"\^", text))
    return Sentence(
        audio=faded(audio[round(first * RATE) : round(stop * RATE)]),
        heard=heard,
        planned=plain(text),
        unheard=last - stop,
        marks=tuple(time_of(words, voice, phones) - first for words in before_marks),
        labels=labels,
    )


def arrange(script: Table) -> list[Utterance]:
    """Speak every utterance of the script and give it its place in time.

    Returns
    -------
    The utterances in the order of the script. One that takes the floor starts `gap` after the
    end of the turn before; any other starts at the next mark ^ of the turn it belongs to.
    """
    placed: list[Utterance] = []
    host: Utterance | None = None
    marks: list[Seconds] = []
    for entry in script["utterance"]:
        spoken = [speak(s, script["voices"][entry["speaker"]]) for s in entry["sentences"]]
        floor = entry["kind"] in TAKES_FLOOR
        if floor == bool(marks):
            raise DemoError(f"Marks ^ and entries do not match at {spoken[0].heard!r}")
        if floor:
            start = entry["gap"] + (host.end if host else script["audio"]["lead_in"])
        else:
            start = marks.pop(0)
        utterance = place(entry, spoken, start, script["audio"]["sentence_pause"], host)
        placed.append(utterance)
        if floor:
            host = utterance
            marks = [at + mark for at, s in utterance.sentences for mark in s.marks]
    return placed


def place(
    entry: Table, spoken: Iterable[Sentence], start: Seconds, pause: Seconds, host: Utterance | None
) -> Utterance:
    """Put the sentences one after the other, beginning at `start`."""
    at, timed, speech = start, list[tuple[Seconds, Sentence]](), list[Interval]()
    for sentence in spoken:
        at += sentence.labels.get("pause", pause) if timed else 0.0
        timed.append((at, sentence))
        speech += [(at + a, at + b) for a, b in voiced(sentence.audio)]
        at += sentence.duration
    return Utterance(entry["speaker"], entry["kind"], tuple(timed), tuple(speech), host)
