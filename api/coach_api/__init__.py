"""The service that takes recordings and serves scorecards."""

import coach  # noqa: F401  # switches telemetry off before a library of ours is imported
