"""Compare annotators with labelled talk: as transcribed, without punctuation, and as recognised."""

from __future__ import annotations

import gzip
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coach.conversation import ActName, Sentence
from coach.errors import InputError
from coach_models.annotation import agreement
from coach_models.annotation.agreement import LabelAgreement, RatioError, Reliability
from coach_models.annotation.encoding import ACTS, strip_marks
from coach_models.annotation.turns import Annotate, TranscriptTurn, annotate_turns, turn_act

CONDITIONS: dict[str, Callable[[TranscriptTurn], str]] = {
    "text": lambda turn: turn.text,
    "no punctuation": lambda turn: strip_marks(turn.text),
    "recognised": lambda turn: str(turn.row.get("recognised", "")),
}
_MENTORS = ("mentor", "mentor-like", "therapist", None)


@dataclass(frozen=True, slots=True)
class Result:
    """What one annotator found in one file under one condition."""

    annotator: str
    file: str
    condition: str
    units: int
    acts: dict[ActName, LabelAgreement]
    macro_f1: float
    kappa: float | None
    question: LabelAgreement
    reflection: LabelAgreement | None
    ratio: RatioError | None
    reflections_to_questions_auc: float | None
    reliability: Reliability | None
    sentences_per_second: float


@dataclass(frozen=True, slots=True)
class Unit:
    """A labelled line, and what was found in it."""

    turn: TranscriptTurn
    label: ActName
    sentences: tuple[Sentence, ...]

    @property
    def found_act(self) -> ActName:
        """The act found."""
        return turn_act(self.sentences)


def read_labelled(path: Path) -> list[TranscriptTurn]:
    """Read lines with labels: turns, or the sentences of our own corpus; gzip or plain.

    Raises
    ------
    InputError : if the file cannot be read, or its lines have no labels.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise InputError(f"Cannot read {path}: {error}. Expected labelled JSON lines.") from error
    if not rows or any("text" not in row or "act" not in row for row in rows):
        raise InputError(f"{path.name}: expected lines with 'text' and 'act'.")
    return [_read_row(row) for row in rows]


def _read_row(row: dict[str, Any]) -> TranscriptTurn:
    conversation = str(row.get("conversation_id") or row.get("dialogue") or "")
    act = row["act"]
    if act == "open_question" and row.get("wh_fact_heuristic"):
        act = "closed_question"  # who, when, how many: closed in the coaching sense
    return TranscriptTurn(row["text"], row.get("speaker"), conversation, {**row, "act": act})


def compare(
    name: str, annotate: Annotate, file: str, turns: Sequence[TranscriptTurn], condition: str
) -> Result | None:
    """Annotate all turns and compare those of the mentor that have a label.

    None if the file has nothing for the condition.

    Parameters
    ----------
    name : of the annotator.
    annotate : the annotator.
    file : name of the file for the table.
    turns : of the file, with labels on some.
    condition : a key of `CONDITIONS`, which says what text the annotator gets.
    """
    heard = [replace(turn, text=CONDITIONS[condition](turn)) for turn in turns]
    if condition == "recognised" and not any(turn.text for turn in heard):
        return None
    began = time.perf_counter()
    annotated = list(annotate_turns(heard, annotate))
    seconds = time.perf_counter() - began
    count = sum(len(sentences) for _, sentences in annotated)
    units = list(_units(annotated))
    labels, given = [u.label for u in units], [u.found_act for u in units]
    acts = agreement.compare_acts(labels, given)
    return Result(
        annotator=name,
        file=file,
        condition=condition,
        units=len(units),
        acts=acts,
        macro_f1=agreement.macro_f1(acts),
        kappa=agreement.kappa(labels, given),
        question=agreement.compare_label(
            [x != "other" for x in labels], [x != "other" for x in given]
        ),
        reflection=_reflection(units),
        ratio=agreement.ratio_error(_sessions(units)),
        reflections_to_questions_auc=_auc(units),
        reliability=_reliability(units),
        sentences_per_second=count / seconds if seconds else 0.0,
    )


def _units(annotated: Iterable[tuple[TranscriptTurn, tuple[Sentence, ...]]]) -> Iterator[Unit]:
    for turn, sentences in annotated:
        label = turn.row["act"]
        if label in ACTS and turn.row.get("role") in _MENTORS and not turn.row.get("left_out"):
            yield Unit(turn, label, sentences)


def _sessions(units: Iterable[Unit]) -> Mapping[str, tuple[list[ActName], list[ActName]]]:
    sessions: dict[str, tuple[list[ActName], list[ActName]]] = defaultdict(lambda: ([], []))
    for unit in units:
        labels, given = sessions[unit.turn.conversation]
        labels.append(unit.label)
        given.append(unit.found_act)
    return sessions


def reflects(names: Iterable[str]) -> bool:
    """Whether a reflection is among the listening acts."""
    return any(name.startswith("reflection") for name in names)


def _finds_reflection(unit: Unit) -> bool:
    return any(reflects(sentence.acts.listening) for sentence in unit.sentences)


def _reflection(units: Sequence[Unit]) -> LabelAgreement | None:
    labels = [reflects(unit.turn.row.get("listening", ())) for unit in units]
    return (
        agreement.compare_label(labels, list(map(_finds_reflection, units)))
        if any(labels)
        else None
    )


def _auc(units: Iterable[Unit]) -> float | None:
    """How well reflections per question separate high from low sessions, if they are rated."""
    sessions: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        sessions[unit.turn.conversation].append(unit)
    rated = [own for own in sessions.values() if own[0].turn.row.get("mi_quality")]
    values = [
        sum(map(_finds_reflection, own)) / max(1, sum(unit.found_act != "other" for unit in own))
        for own in rated
    ]
    return agreement.area_under_curve(
        values, [own[0].turn.row["mi_quality"] == "high" for own in rated]
    )


def _reliability(units: Iterable[Unit]) -> Reliability | None:
    """Calibration, if a line is one sentence and has a probability."""
    alone = [unit for unit in units if len(unit.sentences) == 1]
    known = [
        (share, unit.sentences[0].acts.act == unit.label)
        for unit in alone
        if (share := unit.sentences[0].acts.probability) is not None
    ]
    return agreement.reliability([share for share, _ in known], [right for _, right in known])
