"""Recordings come in: streamed to a file while hashed, checked, stored, then one transaction.

It imports sessions and what lies below.
"""

from __future__ import annotations
