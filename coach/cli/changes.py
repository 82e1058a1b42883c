"""A file of corrections: one change per line, as a JSON object."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Discriminator, TypeAdapter, ValidationError

from coach.corrections import Change
from coach.errors import InputError
from coach.interchange.text import read_text

_CHANGE: TypeAdapter[Change] = TypeAdapter(Annotated[Change, Discriminator("kind")])
_EXAMPLE = '{"kind": "rename", "speaker": "A", "name": "Ana"}'


def read_changes(path: Path) -> tuple[Change, ...]:
    """Read the changes in order; ignore empty lines.

    Raises
    ------
    InputError : if a line is not a change; the message names the line, not its content.
    """
    try:
        lines = read_text(path).split("\n")
    except InputError as error:
        raise InputError(
            f"Cannot read {path.name}: expected a text file with one correction per line, as in "
            f"{_EXAMPLE}"
        ) from error
    return tuple(_change(line, number) for number, line in enumerate(lines, 1) if line.strip())


def _change(line: str, number: int) -> Change:
    try:
        return _CHANGE.validate_json(line, strict=True, extra="forbid")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the line"
        raise InputError(
            f"Line {number} of the corrections: at {place}: {first['msg']}. "
            f"Expected for example {_EXAMPLE}"
        ) from error
