"""Listening scorecards from recorded mentoring conversations.

The domain: values, measures, feedback and formats. It needs no models, no web and no database; the
models live in `coach_models`, the service in `coach_api`.
"""

from __future__ import annotations

__version__ = "0.1.0"
