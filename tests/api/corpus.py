"""A corpus under test: recordings that are texts, a fake stage program, the real command."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from service import HERE, PATIENCE, write_fake_results

from coach.analysis.job import Job
from coach.analysis.stages import ANALYSIS
from coach.config import Config

COACH = Path(sys.executable).with_name("coach")


@dataclass
class Corpus:
    """Recordings in `root`/in, results in `root`/out."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("in", "marks"):
            (self.root / name).mkdir(parents=True)
        write_fake_results(self.root / "found")

    @property
    def out(self) -> Path:
        """The folder of the corpus."""
        return self.root / "out"

    @property
    def tables(self) -> Path:
        """Its tables."""
        return self.out / "tables"

    def record(self, name: str, asked: str = "", config: Config | None = None) -> str:
        """Lay down a recording, whose first line may ask for trouble; gives its hash."""
        path = self.root / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{asked}\n{name}")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.foresee(digest, config or Config())
        return digest

    def foresee(self, digest: str, config: Config) -> None:
        """Tell the fake program the names of results, which depend on the options."""
        folder = self.root / "found"
        job = Job(folder, digest, folder, folder, config)
        keys = {stage.name: stage.key(job) for stage in ANALYSIS}
        (folder / f"{digest}.keys").write_text(json.dumps(keys))

    def start(self, *options: str, source: str = "in", **more: str) -> subprocess.Popen[str]:
        """Start ``coach batch``."""
        return subprocess.Popen(
            [COACH, "batch", self.root / source, "-o", self.out, *options],
            env=self.variables(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def batch(self, *options: str, source: str = "in", **more: str) -> tuple[int, str]:
        """Run ``coach batch`` to its end; gives exit code and all that it said."""
        process = self.start(*options, source=source, **more)
        out, err = process.communicate(timeout=5 * PATIENCE)
        return process.returncode, out + err

    def marked(self, stage: str, event: str = "ended") -> list[str]:
        """The contents of which that stage has begun or ended, with repetitions."""
        marks = (self.root / "marks").glob(f"*.{stage}.{event}.*")
        return [path.name.split(".")[0] for path in marks]

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of its processes."""
        return {
            **os.environ,
            "PYTHONPATH": str(HERE),
            "COACH_STAGE_PROGRAM": "fake_ears",
            "COACH_RETRY_SECONDS": "0.05",
            "FAKE_EARS_MARKS": str(self.root / "marks"),
            "FAKE_EARS_RESULTS": str(self.root / "found"),
            "FAKE_EARS_SECONDS": "0.05",
            **self.environment,
            **more,
        }
