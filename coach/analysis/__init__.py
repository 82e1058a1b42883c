"""From a recording to a conversation.

``decode -> transcribe, diarize -> annotate`` are the stages (`stages`, the table; `work`, what they
do; `run`). Each leaves its value in a file under a key made of the recording's hash and the options
that matter to it, so that a second run, or one that was killed, goes on where the first one
stopped. Together the values are the facts (`facts`): what was heard. `interpret` makes the
conversation of them, with the options and the enrolled voices.
"""

from __future__ import annotations

from coach.analysis.job import Job
from coach.analysis.run import listen, listen_for_voices, playable
from coach.analysis.stages import Runner

__all__ = ["Job", "Runner", "listen", "listen_for_voices", "playable"]
