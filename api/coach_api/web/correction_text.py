"""The corrections that a reader can make, in a reader's words."""

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
class LabelChoice:
    """Something that a label can be set to; `key` is the letter that sets it, "" for none."""

    value: str
    text: str
    key: str = ""


NO_LISTENING, COUNTED, KIND = "no_listening", "counted", "kind:"
_TOGGLED = tuple(
    LabelChoice(KIND + kind, text) for kind, text in KINDS.items() if kind not in UNCOUNTED
)
CHOICES: Mapping[Group, tuple[LabelChoice, ...]] = MappingProxyType(
    {
        "question": (
            LabelChoice("open_question", ACTS["open_question"], "o"),
            LabelChoice("closed_question", ACTS["closed_question"], "c"),
            LabelChoice("other", ACTS["other"], "x"),
            LabelChoice("logistics", "about the meeting, not counted", "m"),
            LabelChoice("rhetorical", "rhetorical, not counted", "r"),
            LabelChoice(COUNTED, "counted after all", "k"),
            *_TOGGLED,
        ),
        "listening": (
            LabelChoice("reflection_simple", LISTENING["reflection_simple"], "s"),
            LabelChoice("reflection_complex", LISTENING["reflection_complex"], "d"),
            LabelChoice("summary", LISTENING["summary"], "g"),
            LabelChoice("affirmation", LISTENING["affirmation"], "a"),
            LabelChoice("repair", LISTENING["repair"], "r"),
            LabelChoice("minimising", LISTENING["minimising"], "p"),
            LabelChoice("advice_with_permission", LISTENING["advice_with_permission"], "w"),
            LabelChoice("advice_without_permission", LISTENING["advice_without_permission"], "v"),
            LabelChoice(NO_LISTENING, "none of these", "x"),
        ),
        "feeling": (
            LabelChoice("picked_up", FEELINGS["picked_up"], "u"),
            LabelChoice("passed", FEELINGS["passed"], "l"),
            LabelChoice("none", FEELINGS["none"], "x"),
        ),
        "overlap": (
            LabelChoice("interruption", OVERLAPS["interruption"], "i"),
            LabelChoice("attempt", OVERLAPS["attempt"], "a"),
            LabelChoice("terminal", OVERLAPS["terminal"], "t"),
            LabelChoice("backchannel", OVERLAPS["backchannel"], "b"),
            LabelChoice("cooperative", OVERLAPS["cooperative"], "c"),
            LabelChoice("unclear", OVERLAPS["unclear"], "u"),
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


def describe_change(change: Mapping[str, Any], who: Mapping[str, str]) -> str:
    """Describe a correction in a reader's words.

    Parameters
    ----------
    change : as it is stored.
    who : what the speakers are called now, by id.

    Examples
    --------
    >>> describe_change({"kind": "merge", "speaker": "C", "into": "B"}, {"B": "Bo (mentee)"})
    'Speaker C is Bo (mentee)'
    >>> span = {"start": 62.5, "end": 63}
    >>> describe_change({"kind": "overrule", "span": span, "overlap": "terminal"}, {})
    'At 1:02: ordinary turn-taking'
    >>> acts = {"act": "closed_question", "kinds": ["logistics"]}
    >>> describe_change({"kind": "relabel", "span": span, "acts": acts}, {})
    'At 1:02: a closed question, about the meeting'
    """
    called = {role: _speaker_name(change[role], who) for role in _PEOPLE if role in change}
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


def _speaker_name(speaker: str, who: Mapping[str, str]) -> str:
    return who.get(speaker, f"Speaker {speaker}")
