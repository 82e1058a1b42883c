"""Other software on the same recordings, each in an environment of its own.

A peer is a small adapter (what to install, what it can do) and a script that runs in its
environment and knows nothing of this package: it reads a request and writes a reply, both JSON.
"""

from __future__ import annotations

from coach_models.bench.peers.pyannote import PYANNOTE
from coach_models.bench.peers.senko import SENKO
from coach_models.bench.peers.values import Peer
from coach_models.bench.peers.whisperx import WHISPERX

PEERS: dict[str, Peer] = {peer.name: peer for peer in (PYANNOTE, SENKO, WHISPERX)}
