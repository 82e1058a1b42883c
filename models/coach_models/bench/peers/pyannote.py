"""Plain pyannote.audio pipeline at its defaults, with the weights that we use."""

from __future__ import annotations

from coach_models.bench.peers.values import Peer

PYANNOTE = Peer(
    name="default-pyannote",
    requirements=(),
    script="run_pyannote.py",
    models=("segmentation-3.0", "campplus"),
)
