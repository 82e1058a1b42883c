"""What can be corrected, and a correction in a reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from coach.feedback.wording import clock
from coach.page.labels import KINDS, UNCOUNTED, Group

ACTS: Mapping[str, str] = MappingProxyType(
    {
        "open_question": "an open question", "closed_question": "a closed question",
        "other": "no question",
    }
)  # fmt: skip
LISTENING: Mapping[str, str] = MappingProxyType(
    {
        "reflection_simple": "a reflection", "reflection_complex": "a reflection that adds meaning",
        "summary": "a summary", "repair": "a repair", "minimising": "playing it down",
        "affirmation": "an affirmation", "advice_with_permission": "advice that was asked for",
        "advice_without_permission": "advice that was not asked for",
    }
)  # fmt: skip
OVERLAPS: Mapping[str, str] = MappingProxyType(
    {
        "interruption": "an interruption", "attempt": "an attempt to come in",
        "terminal": "ordinary turn-taking", "backchannel": "a signal of listening",
        "cooperative": "helping along", "unclear": "unclear",
    }
)  # fmt: skip
FEELINGS: Mapping[str, str] = MappingProxyType(
    {
        "picked_up": "a feeling that was picked up", "passed": "a feeling that was not picked up",
        "none": "no feeling",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a label can be set to; `key` is the letter that sets it, "" for none."""

    value: str
    text: str
    key: str = ""


NO_LISTENING, COUNTED, KIND = "no_listening", "counted", "kind:"
_TOGGLED = tuple(Choice(KIND + kind, text) for kind, text in KINDS.items() if kind not in UNCOUNTED)
CHOICES: Mapping[Group, tuple[Choice, ...]] = MappingProxyType(
    {
        "question": (
            Choice("open_question", ACTS["open_question"], "o"),
            Choice("closed_question", ACTS["closed_question"], "c"),
            Choice("other", ACTS["other"], "x"),
            Choice("logistics", "about the meeting, not counted", "m"),
            Choice("rhetorical", "rhetorical, not counted", "r"),
            Choice(COUNTED, "counted after all", "k"),
            *_TOGGLED,
        ),
        "listening": (
            Choice("reflection_simple", LISTENING["reflection_simple"], "s"),
            Choice("reflection_complex", LISTENING["reflection_complex"], "d"),
            Choice("summary", LISTENING["summary"], "g"),
            Choice("affirmation", LISTENING["affirmation"], "a"),
            Choice("repair", LISTENING["repair"], "r"),
            Choice("minimising", LISTENING["minimising"], "p"),
            Choice("advice_with_permission", LISTENING["advice_with_permission"], "w"),
            Choice("advice_without_permission", LISTENING["advice_without_permission"], "v"),
            Choice(NO_LISTENING, "none of these", "x"),
        ),
        "feeling": (
            Choice("picked_up", FEELINGS["picked_up"], "u"),
            Choice("passed", FEELINGS["passed"], "l"),
            Choice("none", FEELINGS["none"], "x"),
        ),
        "overlap": (
            Choice("interruption", OVERLAPS["interruption"], "i"),
            Choice("attempt", OVERLAPS["attempt"], "a"),
            Choice("terminal", OVERLAPS["terminal"], "t"),
            Choice("backchannel", OVERLAPS["backchannel"], "b"),
            Choice("cooperative", OVERLAPS["cooperative"], "c"),
            Choice("unclear", OVERLAPS["unclear"], "u"),
        ),
    }
)
"""What each group of labels can be set to."""

SENT_AS: Mapping[Group, str] = MappingProxyType(
    {
        "question": "relabel",
        "listening": "relabel",
        "overlap": "overrule",
        "feeling": "judge_feeling",
    }
)
"""The kind of correction that sets a label of the group."""


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
    >>> acts = {"act": "closed_question", "kinds": ["logistics"]}
    >>> told({"kind": "relabel", "span": {"start": 62.5, "end": 63}, "acts": acts}, {})
    'At 1:02: a closed question, about the meeting'
    """
    called = {role: _called(change[role], who) for role in _PEOPLE if role in change}
    at = f"At {clock(change['span']['start'])}: " if "span" in change else ""
    return at + _SENTENCES[change["kind"]].format(
        **called,
        id=change.get("speaker", ""),
        name=change.get("name") or "nothing",
        acts=_acts(change["acts"]) if "acts" in change else "",
        overlap=OVERLAPS.get(change.get("overlap", ""), ""),
        feeling=FEELINGS.get(change.get("feeling", ""), ""),
    )


def _acts(acts: Mapping[str, Any]) -> str:
    """A sentence's acts: its question with kinds, or how it listens."""
    kinds = [KINDS[kind] for kind in acts.get("kinds", ()) if kind in KINDS]
    listening = [LISTENING[act] for act in acts.get("listening", ()) if act in LISTENING]
    asks = acts.get("act", "other") != "other"
    first = [ACTS[acts.get("act", "other")]] if asks or not listening else []
    return ", ".join([*first, *(kinds if asks else []), *listening])


_PEOPLE = ("speaker", "to", "into", "first", "second")
_SENTENCES = {
    "rename": "Speaker {id} is called {name}",
    "set_mentor": "{speaker} is the mentor",
    "swap": "{first} and {second} were taken for each other",
    "merge": "{speaker} is {into}",
    "reattribute": "said by {to}, not {speaker}",
    "edit_text": "other words of {speaker}",
    "relabel": "{acts}",
    "overrule": "{overlap}",
    "judge_feeling": "{feeling}",
}


def _called(speaker: str, who: Mapping[str, str]) -> str:
    return who.get(speaker, f"Speaker {speaker}")
