"""Recordings come in: streamed to a file while hashed, checked, stored, then one transaction."""

from __future__ import annotations
