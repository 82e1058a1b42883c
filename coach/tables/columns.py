"""The parts of a table: columns with a kind and a unit, and a function that makes rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from coach.conversation import Conversation
from coach.interchange.times import NUMBER_DECIMALS, TIME_DECIMALS
from coach.intervals import Seconds
from coach.scorecard import Scorecard

Kind = Literal["text", "number", "integer", "flag", "numbers"]
"""Text, floating point number, whole number, true or false, list of numbers."""

Cell = str | float | int | bool | tuple[float, ...] | None
"""None means unknown, undefined or withheld; it is never 0."""

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `unit` is "" if there is none."""

    name: str
    kind: Kind
    description: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """One analysed recording of a corpus.

    Parameters
    ----------
    id : of the recording, unique in the corpus; the key that joins all tables.
    conv, card : the conversation and its scorecard.
    groups : the values of the recording in the manifest, by column.
    """

    id: str
    conv: Conversation = field(repr=False)
    card: Scorecard = field(repr=False)
    groups: Mapping[str, str] = field(default_factory=dict)

    def role(self, speaker: str | None) -> str | None:
        """The role of a speaker of the conversation."""
        return next((s.role for s in self.conv.speakers if s.id == speaker), None)


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `rows` makes the rows of one session, in the order of `columns`."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: Callable[[Session], Iterable[Row]] = field(repr=False)


RECORDING_ID = Column("recording_id", "text", "The recording; joins all tables.")
SPEAKER = Column("speaker", "text", "Speaker label within the recording.")
ROLE = Column("role", "text", "mentor, mentee or other.")


def text(name: str, description: str) -> Column:
    """A column of text.

    Parameters
    ----------
    name : of the column.
    description : for the data dictionary.
    """
    return Column(name, "text", description)


def index(name: str, description: str) -> Column:
    """A column that numbers rows from 0.

    Parameters
    ----------
    name : of the column.
    description : for the data dictionary.
    """
    return Column(name, "integer", description)


def time(name: str, description: str) -> Column:
    """A column of seconds.

    Parameters
    ----------
    name : of the column.
    description : for the data dictionary.
    """
    return Column(name, "number", description, "seconds")


def tick(seconds: Seconds) -> Seconds:
    """A time for a table: rounded to the millisecond."""
    return round(float(seconds), TIME_DECIMALS)


def number(value: float | None) -> float | None:
    """A number for a table, rounded: platforms differ in the last bits, tables should not."""
    return None if value is None else round(float(value), NUMBER_DECIMALS)
