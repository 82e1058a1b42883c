"""Run WhisperX: ``script REQUEST.json REPLY.json``. Uses nothing of this package."""

import json
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import whisperx

THREADS = 2
BATCH = 8
NO_ALIGNMENT = "no alignment model here: words are spread evenly over their segments"


def main(request: dict[str, Any]) -> dict[str, Any]:
    """Write down the words, align them if the model can be had, say who said them."""
    with wave.open(request["wav"]) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    audio = samples.astype(np.float32) / 32768
    model = whisperx.load_model(
        request["models"]["whisper-base"], "cpu", compute_type="int8", threads=THREADS
    )
    found = model.transcribe(audio, batch_size=BATCH)
    found, notes = align(found, audio)
    speech = pd.DataFrame(request["speech"], columns=["start", "end", "speaker"])
    found = whisperx.assign_word_speakers(speech, found)
    words = [word for segment in found["segments"] for word in list_words(segment)]
    return {"words": words, "notes": notes}


def align(found: dict[str, Any], audio: Any) -> tuple[dict[str, Any], list[str]]:
    """Give words their times, with the model that WhisperX downloads for the language."""
    try:
        model, about = whisperx.load_align_model(found["language"], "cpu")
    except Exception as error:  # whatever a download may raise: the peer goes on without
        return found, [f"{NO_ALIGNMENT} ({type(error).__name__})"]
    return whisperx.align(found["segments"], model, about, audio, "cpu"), []


def list_words(segment: dict[str, Any]) -> Iterator[list[Any]]:
    """List the words of a segment with times and speaker."""
    timed = [word for word in segment.get("words", []) if "start" in word]
    for word in timed:
        yield [word["start"], word["end"], word["word"], word.get("speaker")]
    if not timed:
        texts = segment["text"].split()
        step = (segment["end"] - segment["start"]) / max(1, len(texts))
        for i, text in enumerate(texts):
            start = segment["start"] + i * step
            yield [start, start + step, text, segment.get("speaker")]


if __name__ == "__main__":
    reply = main(json.loads(Path(sys.argv[1]).read_text()))
    Path(sys.argv[2]).write_text(json.dumps(reply))
