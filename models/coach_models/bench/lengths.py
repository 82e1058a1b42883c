"""Speed and memory against the length of a recording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.config import Config
from coach.private import scratch_folder
from coach_models.bench.cost import Cost, elapsed_time, peak_together_mb
from coach_models.bench.listener import listen
from coach_models.bench.reference import ReferenceRecording
from coach_models.bench.sound import write_wav

SETTLED = 10.0  # minutes


@dataclass(frozen=True, slots=True)
class LengthRun:
    """The cost of a recording of a given length."""

    minutes: float
    costs: tuple[Cost, ...]

    @property
    def rtf(self) -> float:
        """Real-time factor: seconds from start to end for a second of sound."""
        return elapsed_time(self.costs) / (60 * self.minutes)

    @property
    def cpu(self) -> float:
        """Seconds of CPU for a second of sound."""
        return sum(cost.cpu_seconds for cost in self.costs) / (60 * self.minutes)

    @property
    def peak_mb(self) -> float:
        """Peak memory, if parallel stages peak at the same time."""
        return peak_together_mb(self.costs)


def run_lengths(
    references: Iterable[ReferenceRecording],
    minutes: Sequence[float],
    config: Config,
    results: Path,
) -> tuple[LengthRun, ...]:
    """Loop the longest recording to each length and analyse it.

    Parameters
    ----------
    references : recordings to choose the longest from.
    minutes : lengths to make.
    config : options of the analysis.
    results : folder for sound and results.
    """
    longest = max(references, key=lambda each: each.conversation.recording.duration)
    return tuple(_run(longest.recording, each, config, results) for each in minutes)


def _run(recording: Path, minutes: float, config: Config, results: Path) -> LengthRun:
    with scratch_folder() as scratch:
        wav = scratch / "looped.wav"
        write_wav(recording, wav, duration=60 * minutes)
        return LengthRun(minutes, listen(wav, results / "lengths" / f"{minutes:g}", config).costs)


def growth_per_hour(runs: Sequence[LengthRun]) -> float | None:
    """Megabytes of peak memory for every further hour, between the two longest runs.

    None unless both have ten minutes or more: before that, memory is that of the first batches.

    Examples
    --------
    >>> runs = [LengthRun(60, (Cost("a", 1, 1, 900),)), LengthRun(180, (Cost("a", 1, 1, 1000),))]
    >>> growth_per_hour(runs)
    50.0
    """
    long = sorted((run for run in runs if run.minutes >= SETTLED), key=lambda run: run.minutes)
    if len(long) < 2:
        return None
    shorter, longer = long[-2:]
    hours = (longer.minutes - shorter.minutes) / 60
    return (longer.peak_mb - shorter.peak_mb) / hours if hours else None
