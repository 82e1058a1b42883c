"""How many tiny recordings pass through `coach batch`, and what a second worker brings.

By hand: ``make bench-corpus RECORDINGS=10000 WORKERS=2``. Stages are the fake program's, so this
measures the engine, not the ears.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from corpus import Corpus


def measure(recordings: int, workers: int, seconds: float) -> float:
    """Seconds that a corpus takes; every stage sleeps for `seconds`."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(Path(folder) / "corpus")
        for number in range(recordings):
            corpus.record(f"{number:05}.wav")
        process = corpus.start("--workers", str(workers), FAKE_EARS_SECONDS=str(seconds))
        begun = time.perf_counter()
        said = "".join(process.communicate())
        if process.returncode != 0:
            raise SystemExit(said)
        return time.perf_counter() - begun


def main(recordings: int, workers: int, seconds: float) -> None:
    """Measure one worker, then several."""
    one = measure(recordings, 1, seconds)
    many = measure(recordings, workers, seconds)
    sys.stdout.write(
        f"{recordings} recordings, {seconds:g} s a stage: 1 worker {one:.0f} s, "
        f"{workers} workers {many:.0f} s, speed-up {one / many:.2f}; "
        f"{recordings / many:.2f} recordings a second\n"
    )


if __name__ == "__main__":
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("--recordings", type=int, default=200)
    wanted.add_argument("--workers", type=int, default=2)
    wanted.add_argument("--seconds", type=float, default=0.5)
    main(**vars(wanted.parse_args()))
