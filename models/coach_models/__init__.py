"""Adapters to the speech and language models, and their weights."""

import coach  # noqa: F401  # switches telemetry off before a library of ours is imported
