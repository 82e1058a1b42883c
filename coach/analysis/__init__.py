"""From a recording to a conversation.

``decode -> transcribe, diarize -> annotate`` are the stages: `stages` is their table, `work` does
the work, `run` runs them. Each stage writes its value to a file, named by a hash of the recording
and the options that matter to it. A second run, or one after a crash, continues from these files.
The values together are the facts (`facts`): what was heard. `interpret` makes the conversation from
the facts, the options and the enrolled voices.
"""

from __future__ import annotations

from coach.analysis.job import Job
from coach.analysis.run import encode_sound, listen, listen_for_voices
from coach.analysis.stages import Runner

__all__ = ["Job", "Runner", "encode_sound", "listen", "listen_for_voices"]
