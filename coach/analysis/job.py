"""One recording to analyse, and the folders for its results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coach.config import Config


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to analyse.

    Parameters
    ----------
    recording : the input file.
    sha256 : of its content.
    results : folder for the results of the stages.
    scratch : folder for decoded sound, deleted afterwards.
    config : the options.
    """

    recording: Path
    sha256: str
    results: Path
    scratch: Path
    config: Config

    @property
    def sound(self) -> Path:
        """The file of decoded samples, which depend on how the channels are read."""
        return self.scratch / f"sound-{self.sha256[:16]}-{self.config.channels}.npy"
