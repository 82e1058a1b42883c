"""Signed calls to other services when a scorecard is ready.

It imports sessions and what lies below.
"""

from __future__ import annotations
