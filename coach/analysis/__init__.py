"""From a recording to a conversation, stage by stage.

``decode -> transcribe, diarize -> assemble``. Every stage leaves its result in a folder under a key
made of the recording's hash and the options that matter to it, so that a second run, or one
that was killed, goes on where the first one stopped.
"""

from __future__ import annotations

from coach.analysis.run import analyse, diarized, playable
from coach.analysis.stages import Job, Runner

__all__ = ["Job", "Runner", "analyse", "diarized", "playable"]
