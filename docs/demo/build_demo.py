"""Speak the script of the demo conversation; write the recording, its truth and its RTTM.

Needs numpy, av and the synthesiser flite (Debian package `flite`). Run `python build_demo.py`:
the same script and the same versions of flite and libopus give the same files, byte for byte.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from speaking import RATE, DemoError, Samples, Seconds, Table, Utterance, arrange
from truth import NAME, broken_promises, truth_of

HERE = Path(__file__).parent


def render(placed: Sequence[Utterance], script: Table, duration: Seconds) -> Samples:
    """Mix both speakers and the noise of a quiet room into one channel.

    Returns
    -------
    The recording, [shape=(samples,), float32 in -1..1] at `RATE`.
    """
    audio = script["audio"]
    room = room_noise(round(duration * RATE), audio["seed"])
    mix = scaled(room, room, audio["level_db"] - audio["snr_db"])
    for speaker, voice in script["voices"].items():
        channel = np.zeros_like(mix)
        for at, sentence in (s for u in placed if u.speaker == speaker for s in u.sentences):
            first = round(at * RATE)
            channel[first : first + len(sentence.audio)] += sentence.audio
        mix += scaled(channel, channel[channel != 0], audio["level_db"] + voice["gain_db"])
    if np.abs(mix).max() >= 1:
        raise DemoError(f"The mix clips (peak {np.abs(mix).max():.2f}): lower level_db")
    return mix


def scaled(audio: Samples, measured: Samples, level_db: float) -> Samples:
    """`audio` times the factor that brings the RMS of `measured` to `level_db`."""
    rms = np.sqrt((measured.astype(np.float64) ** 2).mean())
    return audio * np.float32(10 ** (level_db / 20) / rms)


def room_noise(samples: int, seed: int) -> Samples:
    """Pink noise (falls by 3 dB per octave above 60 Hz), as in a quiet room."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(samples))
    hertz = np.fft.rfftfreq(samples, 1 / RATE)
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 60)), samples).astype(np.float32)


def write_opus(path: Path, audio: Samples, bit_rate: int) -> None:
    """Encode mono `audio` as Opus in Ogg; bit-exact flags keep random serial numbers out."""
    pcm = np.round(audio * 32767).astype(np.int16)
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = bit_rate
        stream.options = {"flags": "+bitexact"}
        frame = av.AudioFrame.from_ndarray(pcm[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)


def rounded(value: Any) -> Any:
    """`value` with every float in it rounded to milliseconds."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return round(value, 3) if isinstance(value, float) else value


def rttm(truth: Table) -> str:
    """Write the speech intervals as RTTM, one line each."""
    line = "SPEAKER {} 1 {:.3f} {:.3f} <NA> <NA> {} <NA> <NA>\n"
    rows = truth["speech"]
    return "".join(line.format(NAME, r["start"], r["end"] - r["start"], r["speaker"]) for r in rows)


def build(folder: Path) -> None:
    """Read `mentoring.toml` in `folder`; write recording, truth and RTTM beside it.

    Raises
    ------
    DemoError : if flite is missing, or the result breaks a promise of the README.
    """
    script = tomllib.loads((folder / "mentoring.toml").read_text(encoding="utf-8"))
    placed = arrange(script)
    duration = max(u.end for u in placed) + script["audio"]["lead_out"]
    truth = truth_of(placed, script, duration)
    if broken := broken_promises(placed, truth):
        raise DemoError("\n".join(broken))
    audio = render(placed, script, duration)
    write_opus(folder / f"{NAME}.opus", audio, script["audio"]["bit_rate"])
    text = json.dumps(rounded(truth), indent=1, ensure_ascii=False)
    (folder / f"{NAME}.truth.json").write_text(text + "\n", encoding="utf-8")
    (folder / f"{NAME}.rttm").write_text(rttm(truth), encoding="utf-8")


if __name__ == "__main__":
    try:
        build(HERE)
    except DemoError as error:
        sys.exit(str(error))
