"""Keeps the hub's client off the network. Import it before pyannote, which imports that client."""

from __future__ import annotations

import os

# Read once, when the client is imported: weights come from our folder only.
os.environ["HF_HUB_OFFLINE"] = "1"
