"""Samples in files, mapped into memory, so that long recordings need little memory."""

from __future__ import annotations

import mmap
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coach_models.decoding.loudness import BLOCK

Samples = npt.NDArray[np.float32]


def map_samples(path: Path, shape: tuple[int, ...]) -> Samples:
    """Map a file of float32 samples; it may be deleted while the array lives.

    Parameters
    ----------
    path : of the file.
    shape : of the array.
    """
    return np.memmap(path, np.float32, "r+", shape=shape)


def join_channels(outputs: tuple[Path, Path], samples: int) -> Samples:
    """Map two channels as one array [shape=(2, samples)].

    Parameters
    ----------
    outputs : files of float32 samples; the second is appended to the first.
    samples : of each.
    """
    first, second = outputs
    with first.open("ab") as end, second.open("rb") as begin:
        shutil.copyfileobj(begin, end)
    return map_samples(first, (2, samples))


def mix(channels: Sequence[Samples], signs: Sequence[int]) -> Samples:
    """Average channels, each times its sign, into the first of them [shape=(1, samples)].

    Parameters
    ----------
    channels : samples [each: shape=(samples,), float32].
    signs : 1, or -1 for a channel that is turned upside down.
    """
    first, *others = channels
    if others:
        for start in range(0, len(first), BLOCK):
            block = slice(start, start + BLOCK)
            summed = sum(
                sign * channel[block] for channel, sign in zip(channels, signs, strict=True)
            )
            first[block] = summed / len(channels)
    return first[np.newaxis]


def forget(samples: object) -> None:
    """Give back the memory of a mapped file's pages; they are read again when needed.

    Arrays that are not mapped are left alone.
    """
    pages = getattr(samples, "_mmap", None)
    if isinstance(pages, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        pages.madvise(mmap.MADV_DONTNEED)
