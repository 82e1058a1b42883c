"""The fields of a correction's form, and the change that they describe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Form
from pydantic import ValidationError

from coach.conversation import Acts, Conversation, Sentence
from coach.corrections import Change, Relabel
from coach.page.labels import UNCOUNTED
from coach_api.problems import Problem
from coach_api.schemas.lengths import NAME, SAID
from coach_api.sessions import corrections
from coach_api.web.correction_text import ACTS, COUNTED, KIND, LISTENING, NO_LISTENING

Short = Annotated[str, Form(max_length=NAME)]
Moment = Annotated[float | None, Form()]
_CLOSED_ALONE = frozenset({"alternative", "tag", "fact"})


@dataclass(frozen=True, slots=True)
class Filled:
    """What the forms of the pages have as fields; each form has some of them."""

    kind: Short
    speaker: Short = ""
    to: Short = ""
    name: Short = field(default="", repr=False)
    text: Annotated[str, Form(max_length=SAID)] = field(default="", repr=False)
    start: Moment = None
    end: Moment = None
    label: Short = ""
    back: Short = ""

    def change(self, conv: Conversation) -> Change:
        """The change that is described, of the conversation as it is shown.

        Raises
        ------
        Problem : if none is.
        """
        span = {"start": self.start, "end": self.end} if self.start is not None else None
        fields = _FIELDS.get(self.kind)
        described = {"kind": self.kind, **(fields(self) if fields else {})}
        try:
            made = corrections.CHANGE.validate_python(described | ({"span": span} if span else {}))
            return _apply_label(made, self.label, conv) if isinstance(made, Relabel) else made
        except (ValidationError, KeyError):
            raise Problem(
                "invalid-request",
                "The form does not describe a correction. Fill it in and try again.",
            ) from None


_FIELDS: Mapping[str, Callable[[Filled], dict[str, Any]]] = MappingProxyType(
    {
        "rename": lambda form: {"speaker": form.speaker, "name": form.name},
        "set_mentor": lambda form: {"speaker": form.speaker},
        "swap": lambda form: {"first": form.speaker, "second": form.to},
        "merge": lambda form: {"speaker": form.speaker, "into": form.to},
        "reattribute": lambda form: {"speaker": form.speaker, "to": form.to},
        "edit_text": lambda form: {"speaker": form.speaker, "text": form.text},
        "relabel": lambda form: {"speaker": form.speaker, "acts": {}},
        "overrule": lambda form: {"overlap": form.label},
        "judge_feeling": lambda form: {"speaker": form.speaker, "feeling": form.label},
    }
)


def _apply_label(change: Relabel, label: str, conv: Conversation) -> Relabel:
    """Set the label that the form names; the sentence keeps its other labels as far as they fit."""
    said = sentence_at(conv, change.speaker, change.span.middle)
    acts = said.acts if said is not None else Acts()
    return replace(change, acts=with_label(acts, label))


def sentence_at(conv: Conversation, speaker: str, moment: float) -> Sentence | None:
    """The sentence of that speaker at a moment."""
    return next(
        (s for s in conv.sentences if s.speaker == speaker and s.span.contains(moment)), None
    )


def with_label(acts: Acts, label: str) -> Acts:
    """What a sentence does after one choice of a reader, who is sure.

    Raises
    ------
    KeyError : if there is no such choice.

    Examples
    --------
    >>> with_label(Acts("closed_question", 0.6, ("fact",)), "open_question").kinds
    ()
    >>> with_label(Acts("closed_question"), "logistics").kinds
    ('logistics',)
    """
    kept: list[str] = [act for act in acts.listening if act not in LISTENING]
    if label in ACTS:
        gone = _CLOSED_ALONE if label == "open_question" else frozenset[str]()
        fitting = [kind for kind in acts.kinds if label != "other" and kind not in gone]
        return _acts(label, fitting, acts.listening)
    if label in LISTENING or label == NO_LISTENING:
        return _acts(acts.act, acts.kinds, [*kept, *([label] if label in LISTENING else [])])
    if label in UNCOUNTED or label == COUNTED:
        others = [kind for kind in acts.kinds if kind not in UNCOUNTED]
        return _acts(acts.act, [*others, *([label] if label in UNCOUNTED else [])], acts.listening)
    kind = label.removeprefix(KIND)
    if kind == label:
        raise KeyError(label)
    has = kind in acts.kinds
    toggled: list[str] = [k for k in acts.kinds if k != kind] if has else [*acts.kinds, kind]
    return _acts(acts.act, toggled, acts.listening)


def _acts(act: str, kinds: Iterable[str], listening: Iterable[str]) -> Acts:
    described = {"act": act, "kinds": list(kinds), "listening": list(listening)}
    made: Acts = corrections.ACTS.validate_python(described)
    return made
