"""The test dialogues, spoken by synthetic voices and recognised.

It shows what is left of the acts and what the voice adds.
``python -m acts.spoken OUT.jsonl`` needs espeak-ng (a Debian package) and the recogniser's weights.
A synthesiser's intonation is a rule, so that this shows the machinery and an upper bound of what a
rise can tell, not what people do.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tomllib
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from acts.examples import rows
from coach.conversation import Sentence, Word
from coach.intervals import Span
from coach.ports import SAMPLE_RATE, Audio, Pitch, silent
from coach_models.acts import TrainedAnnotator
from coach_models.annotation.turns import turn_act
from coach_models.pitch import PraatTracker
from coach_models.whisper import WhisperTranscriber

VOICES = (
    ("en-gb", "en-us+f3"), ("en-us", "en-gb+f2"), ("en-gb-scotland+f4", "en-gb-x-rp"),
    ("en-us+m3", "en-gb-x-gbclan+f1"),
)  # fmt: skip
_BETWEEN_SENTENCES, _BETWEEN_TURNS = 0.3, 0.6


@dataclass(frozen=True, slots=True)
class Spoken:
    """A dialogue as sound, and where each of its sentences is."""

    audio: Audio
    spans: tuple[Span, ...]


def main() -> None:
    """Speak, recognise, annotate with and without the voice, and write a line for each sentence."""
    corpus = Path(__file__).parent.parent / "mentoring"
    listed = tomllib.loads((corpus / "split.toml").read_text("utf-8"))["test"]
    transcribe = WhisperTranscriber.create(model=None, device="cpu")
    annotate, track = TrainedAnnotator(), PraatTracker()
    own = [row for row in rows(corpus) if row["dialogue"] in listed]
    with Path(sys.argv[1]).open("w", encoding="utf-8") as out:
        for number, (_, group) in enumerate(groupby(own, key=lambda row: row["dialogue"])):
            dialogue = list(group)
            spoken = speak(dialogue, VOICES[number % len(VOICES)])
            heard = transcribe(spoken.audio, language="en", report=silent).words
            words = attribute(heard, dialogue, spoken.spans)
            pitch = track(spoken.audio)
            for line in _lines(dialogue, spoken, words, annotate, pitch):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")


def speak(dialogue: Sequence[dict], voices: tuple[str, str]) -> Spoken:
    """Say a dialogue with two voices; questions are said as questions.

    Parameters
    ----------
    dialogue : rows with text and speaker.
    voices : of espeak-ng, for the mentor and the partner.
    """
    sounds: list[np.ndarray] = []
    spans: list[Span] = []
    now, turn = 0.0, None
    for row in dialogue:
        pause = _BETWEEN_SENTENCES if row["turn"] == turn else _BETWEEN_TURNS
        turn = row["turn"]
        sound = _words_of(row, voices[0] if row["speaker"] == "M" else voices[1])
        sounds += [np.zeros(round(pause * SAMPLE_RATE), np.float32), sound]
        start = now + pause
        now = start + len(sound) / SAMPLE_RATE
        spans.append(Span(start, now))
    return Spoken(Audio(np.concatenate(sounds)[None]), tuple(spans))


def _words_of(row: dict, voice: str) -> np.ndarray:
    text = row["text"].rstrip(" .,?!") + ("?" if row["act"] != "other" else ".")
    command = ["espeak-ng", "-v", voice, "-s", "160", "--stdout", text]
    with wave.open(
        io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)
    ) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(10**9), np.int16) / 32768
    return np.asarray(resample_poly(samples, SAMPLE_RATE, rate), np.float32)


def attribute(
    words: Sequence[Word], dialogue: Sequence[dict], spans: Sequence[Span]
) -> tuple[Word, ...]:
    """Give each word the speaker of the sentence that it was heard in.

    Parameters
    ----------
    words : that were recognised.
    dialogue : rows with text and speaker.
    spans : of its sentences.
    """
    return tuple(
        Word(word.span, word.text, dialogue[find_nearest(word.span, spans)]["speaker"])
        for word in words
    )


def find_nearest(span: Span, spans: Sequence[Span]) -> int:
    """Position of the span that lies nearest to a moment's middle.

    Parameters
    ----------
    span : whose middle counts.
    spans : in order of time.
    """
    middle = span.middle
    return min(
        range(len(spans)), key=lambda i: max(spans[i].start - middle, middle - spans[i].end, 0.0)
    )


def _lines(
    dialogue: Sequence[dict],
    spoken: Spoken,
    words: tuple[Word, ...],
    annotate: TrainedAnnotator,
    pitch: Pitch,
) -> Iterator[dict]:
    without = _group_by_row(annotate(words), spoken.spans, len(dialogue))
    voiced = _group_by_row(annotate(words, pitch=pitch), spoken.spans, len(dialogue))
    said = [[] for _ in dialogue]
    for word in words:
        said[find_nearest(word.span, spoken.spans)].append(word.text.strip())
    for row, texts, plain, with_voice in zip(dialogue, said, without, voiced, strict=True):
        yield {
            **row,
            "recognised": " ".join(texts),
            "from_words": turn_act(plain),
            "from_words_and_voice": turn_act(with_voice),
        }


def _group_by_row(
    found: Sequence[Sentence], spans: Sequence[Span], count: int
) -> list[list[Sentence]]:
    own: list[list[Sentence]] = [[] for _ in range(count)]
    for sentence in found:
        own[find_nearest(sentence.span, spans)].append(sentence)
    return own


if __name__ == "__main__":
    main()
