"""Durable jobs: an accepted recording ends in a scorecard or in a clear error."""

from __future__ import annotations

from coach_api.jobs.port import JobProgress, Jobs

__all__ = ["JobProgress", "Jobs"]
