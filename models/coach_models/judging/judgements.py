"""Judgements of a dialogue: strengths, one thing to try, moments to hear again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coach.errors import InputError

# The topics of the rubric. What can only be heard (pauses, interruptions) is not among them.
TOPICS = frozenset(
    "reflections feelings open_questions probing advice affirmation balance monologue "
    "stacked_questions repair minimising summary curiosity".split()
)


@dataclass(frozen=True, slots=True)
class JudgedMoment:
    """A turn worth hearing again, for a topic; `good` says whether as a strength."""

    turn: int
    topic: str
    good: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of a dialogue by one reader, or by the product.

    Parameters
    ----------
    strengths : topics, at most two.
    denied : topics for which nobody honest would praise the mentor; the product denies none.
    attempt : the topic of the one thing to try; None where nothing is proposed.
    moments : at most three.
    """

    strengths: tuple[str, ...]
    denied: frozenset[str]
    attempt: str | None
    moments: tuple[JudgedMoment, ...]


Judgements = Mapping[str, Judgement]


def read_judgements(path: Path) -> dict[str, Judgement]:
    """Read a reader's file: one dialogue a line, as the rubric describes it.

    Raises
    ------
    InputError : if the file cannot be read, a line is not as the rubric wants it, or a dialogue
        stands there twice.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read {path}: {error}. Expected JSON lines.") from error
    found: dict[str, Judgement] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, judgement = _parse(line, f"{path.name}, line {number}")
        if name in found:
            raise InputError(f"{path.name}, line {number}: {name} was judged before.")
        found[name] = judgement
    if not found:
        raise InputError(f"{path.name} has no judgement: expected one dialogue a line.")
    return found


def _parse(line: str, place: str) -> tuple[str, Judgement]:
    try:
        row = json.loads(line)
        name = str(row["dialogue"])
        judgement = _judgement(row)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{place} is no judgement ({type(error).__name__}: {error}). Expected an object with "
            "dialogue, strengths, denied, try and moments (turn, topic, good)."
        ) from error
    named = {*judgement.strengths, *judgement.denied, *(m.topic for m in judgement.moments)}
    unknown = sorted((named | {judgement.attempt or "advice"}) - TOPICS)
    if unknown:
        raise InputError(
            f"{place}: unknown topic {unknown[0]!r}. Expected {', '.join(sorted(TOPICS))}."
        )
    return name, judgement


def _judgement(row: Mapping[str, Any]) -> Judgement:
    return Judgement(
        strengths=tuple(row["strengths"]),
        denied=frozenset(row["denied"]),
        attempt=row["try"],
        moments=tuple(
            JudgedMoment(int(m["turn"]), m["topic"], bool(m["good"])) for m in row["moments"]
        ),
    )
