"""Signed calls to other services when a scorecard is ready."""

from __future__ import annotations
