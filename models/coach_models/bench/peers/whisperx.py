"""WhisperX with our whisper weights; speakers from the plain pyannote pipeline.

WhisperX's own diarization is that pipeline behind a hub token, so it is given the speech that the
pipeline found with our weights, and what that cost is added to its own.
"""

from __future__ import annotations

from coach_models.bench.peers.pyannote import PYANNOTE
from coach_models.bench.peers.values import Peer

WHISPERX = Peer(
    name="whisperx",
    requirements=("whisperx==3.8.6",),
    script="run_whisperx.py",
    models=("whisper-base",),
    has_words=True,
    after=PYANNOTE,
)
