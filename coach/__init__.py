"""Listening scorecards from recorded mentoring conversations.

The domain: values, measures, feedback and formats. It needs no models, no web and no database; the
models live in `coach_models`, the service in `coach_api`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coach.telemetry import switch_off

switch_off()  # before anything else is imported, in every process of ours

if TYPE_CHECKING:
    from coach.conversation import Conversation
    from coach.rules import Rules
    from coach.scorecard import Scorecard, score

__all__ = ["Conversation", "Rules", "Scorecard", "__version__", "score"]
__version__ = "0.1.0"

_HOMES = {
    "Conversation": "coach.conversation",
    "Rules": "coach.rules",
    "Scorecard": "coach.scorecard",
    "score": "coach.scorecard",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is first used, so that importing the package stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
