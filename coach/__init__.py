"""Listening scorecards from recorded mentoring conversations.

The domain: values, measures, feedback and formats. It needs no models, no web and no database; the
models live in `coach_models`, the service in `coach_api`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coach.telemetry import switch_off

switch_off()  # before anything else is imported, in every process of ours

if TYPE_CHECKING:
    from coach.analysis.recordings import analyse
    from coach.config import Config
    from coach.conversation import Conversation
    from coach.results import write_results as write
    from coach.rules import Rules
    from coach.scorecard import Scorecard, score

__all__ = [
    "Config", "Conversation", "Rules", "Scorecard", "__version__", "analyse", "score", "write",
]  # fmt: skip
__version__ = "0.1.0"

_HOMES = {
    "Config": ("coach.config", "Config"),
    "Conversation": ("coach.conversation", "Conversation"),
    "Rules": ("coach.rules", "Rules"),
    "Scorecard": ("coach.scorecard", "Scorecard"),
    "analyse": ("coach.analysis.recordings", "analyse"),
    "score": ("coach.scorecard", "score"),
    "write": ("coach.results", "write_results"),
}


def __getattr__(name: str) -> Any:
    """Load a name on first use, so that importing the package stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
