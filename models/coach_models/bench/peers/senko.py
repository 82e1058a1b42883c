"""senko: fast diarization without overlap, its weights in its wheel."""

from __future__ import annotations

from coach_models.bench.peers.values import Peer

SENKO = Peer(name="senko", requirements=("senko==0.2.2",), script="run_senko.py")
