"""Who is asking and what they may do."""

from __future__ import annotations
