"""One recording to analyse, and the folders for what is found in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coach.config import Config


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to analyse.

    Parameters
    ----------
    recording : the file as given.
    sha256 : of its content.
    results : folder that keeps the results of the stages.
    scratch : folder for decoded sound, thrown away afterwards.
    config : the options.
    """

    recording: Path
    sha256: str
    results: Path
    scratch: Path
    config: Config

    @property
    def sound(self) -> Path:
        """The decoded samples, which depend on how the channels are read."""
        return self.scratch / f"sound-{self.sha256[:16]}-{self.config.channels}.npy"
