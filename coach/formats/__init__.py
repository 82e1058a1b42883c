"""Reading and writing conversations: one module per format."""

from __future__ import annotations
