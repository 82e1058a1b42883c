"""Attacks by media: only decoders of sound that people record are ever opened."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import av.logging
import numpy as np
import pytest

from coach_models.decoding.decode_process import CODECS, Refused, Request, _open_container, decode


def film(
    path: Path, *, sound: str, picture: str | None, layout: str = "stereo", rate: int = 48_000
) -> Path:
    """A second of a tone, and of grey pictures."""
    with av.open(str(path), "w") as container:
        heard = container.add_stream(sound, rate=rate, layout=layout, options={"strict": "-2"})
        seen = container.add_stream(picture, rate=10) if picture else None
        if seen is not None:
            seen.width, seen.height, seen.pix_fmt = 64, 64, "yuvj420p"
            for number in range(10):
                frame = av.VideoFrame(64, 64, "yuvj420p")
                frame.pts, frame.time_base = number, Fraction(1, 10)
                container.mux(seen.encode(frame))
            container.mux(seen.encode(None))
        form = heard.codec_context.format.name
        kind = {"s16": "int16", "s32": "int32", "flt": "float32"}.get(form.rstrip("p"), "float32")
        tone = (np.sin(np.arange(rate) / 20) * 9000).astype(kind)
        for begin in range(0, rate, rate // 50):
            piece = np.repeat(tone[begin : begin + rate // 50], heard.codec_context.channels)[None]
            frame = av.AudioFrame.from_ndarray(piece, format=form.rstrip("p"), layout=layout)
            frame.sample_rate, frame.pts = rate, begin
            container.mux(heard.encode(frame))
        container.mux(heard.encode(None))
    return path


def request(path: Path, folder: Path) -> Request:
    return Request(str(path), str(folder), 60.0, 1000, 60)


def test_no_decoder_of_pictures_is_allowed() -> None:
    kinds = {name: av.codec.Codec(name, "r").type for name in CODECS if name in av.codecs_available}
    assert set(kinds.values()) == {"audio"}


def test_pictures_are_not_decoded_even_to_look_at_them(tmp_path: Path) -> None:
    path = film(tmp_path / "film.avi", sound="pcm_s16le", picture="mjpeg")
    av.logging.set_level(av.logging.VERBOSE)
    try:
        with av.logging.Capture() as said, _open_container(str(path), (0, 0), [None]) as container:
            assert container.streams.video
    finally:
        av.logging.set_level(None)
    assert any("not on whitelist" in text for _, _, text in said)


def test_the_sound_of_a_film_is_decoded(tmp_path: Path) -> None:
    path = film(tmp_path / "film.avi", sound="pcm_s16le", picture="mjpeg")
    done = decode(request(path, tmp_path), lambda message: None)
    assert done.samples == pytest.approx(16_000, abs=200)


def test_a_decoder_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mkv", sound="real_144", picture=None, layout="mono", rate=8_000)
    with pytest.raises(Refused, match="undecodable"):
        decode(request(path, tmp_path), lambda message: None)
