"""A correction in a reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from coach.feedback.wording import clock

ACTS: Mapping[str, str] = MappingProxyType(
    {
        "open_question": "an open question", "closed_question": "a closed question",
        "other": "no question",
    }
)  # fmt: skip
OVERLAPS: Mapping[str, str] = MappingProxyType(
    {
        "interruption": "an interruption", "attempt": "an attempt to come in",
        "terminal": "ordinary turn-taking", "backchannel": "a signal of listening",
        "unclear": "unclear",
    }
)  # fmt: skip


def told(change: Mapping[str, Any], who: Mapping[str, str]) -> str:
    """Say what a correction changed.

    Parameters
    ----------
    change : as it is stored.
    who : what the speakers are called now, by id.

    Examples
    --------
    >>> told({"kind": "merge", "speaker": "C", "into": "B"}, {"B": "Bo (mentee)"})
    'Speaker C is Bo (mentee)'
    >>> told({"kind": "overrule", "span": {"start": 62.5, "end": 63}, "overlap": "terminal"}, {})
    'At 1:02: ordinary turn-taking'
    """
    called = {role: _called(change[role], who) for role in _PEOPLE if role in change}
    at = f"At {clock(change['span']['start'])}: " if "span" in change else ""
    return at + _SENTENCES[change["kind"]].format(
        **called,
        id=change.get("speaker", ""),
        name=change.get("name") or "nothing",
        act=ACTS.get(change.get("acts", {}).get("act", ""), ""),
        overlap=OVERLAPS.get(change.get("overlap", ""), ""),
    )


_PEOPLE = ("speaker", "to", "into", "first", "second")
_SENTENCES = {
    "rename": "Speaker {id} is called {name}",
    "set_mentor": "{speaker} is the mentor",
    "swap": "{first} and {second} were taken for each other",
    "merge": "{speaker} is {into}",
    "reattribute": "said by {to}, not {speaker}",
    "edit_text": "other words of {speaker}",
    "relabel": "{act}",
    "overrule": "{overlap}",
}


def _called(speaker: str, who: Mapping[str, str]) -> str:
    return who.get(speaker, f"Speaker {speaker}")
