"""How many tiny recordings pass through `coach batch`, and what a second worker brings.

By hand: ``make bench-corpus RECORDINGS=10000``, and ``make bench-corpus RECORDINGS=64 SECONDS=1
WORKERS=2`` for the speed-up. Sound is real, 1 to 2 s each; of the stages only the light ones are
(`light_ears`), so this measures the engine, not the models.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq
from light_ears import make_wav

HERE = Path(__file__).parent
COACH = Path(sys.executable).with_name("coach")


def measure(source: Path, recordings: int, workers: int, seconds: float) -> float:
    """Seconds that a corpus takes from the command to its tables; says what it needs beside."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ, "COACH_STAGE_PROGRAM": "light_ears", "LIGHT_EARS_SECONDS": str(seconds),
            "PYTHONPATH": os.pathsep.join((str(HERE), os.environ.get("PYTHONPATH", ""))),
        }  # fmt: skip
        begun = time.perf_counter()
        subprocess.run(
            [COACH, "batch", source, "-o", folder, "--workers", str(workers)],
            env=environment,
            check=True,
        )
        took = time.perf_counter() - begun
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        kept = {name: _megabytes(Path(folder), name) for name in ("*.db*", "tables/*", "*")}
        sys.stdout.write(
            f"Largest process {largest:.0f} MB; database {kept['*.db*']:.0f} MB, tables "
            f"{kept['tables/*']:.0f} MB, everything {kept['*']:.0f} MB.\n"
        )
        found = pq.read_table(f"{folder}/tables/sessions.parquet", columns=["recording_id"])
        if found.num_rows != 2 * recordings:
            raise SystemExit(f"{found.num_rows} rows of sessions, expected {2 * recordings}.")
        return took


def _megabytes(folder: Path, pattern: str) -> float:
    files = (path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def main(recordings: int, workers: int, seconds: float) -> None:
    """Measure one worker, then several where more than one is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(recordings):
            make_wav(Path(folder) / f"{number:05}.wav", number)
        one = measure(Path(folder), recordings, 1, seconds)
        sys.stdout.write(
            f"{recordings} recordings, {seconds:g} s of computing each, 1 worker: {one:.0f} s, "
            f"{recordings / one:.2f} a second\n"
        )
        if workers > 1:
            many = measure(Path(folder), recordings, workers, seconds)
            sys.stdout.write(f"{workers} workers: {many:.0f} s, speed-up {one / many:.2f}\n")


if __name__ == "__main__":
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("--recordings", type=int, default=200)
    wanted.add_argument("--workers", type=int, default=1)
    wanted.add_argument("--seconds", type=float, default=0.0)
    main(**vars(wanted.parse_args()))
