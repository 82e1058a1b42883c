"""Values as JSON documents: the contract between versions, stages and other software.

A document has ``schema``, ``schema_version`` and the fields of the value. Pydantic reads and writes
the dataclasses. The reader upgrades older versions with `MIGRATIONS`; it refuses newer versions,
unknown fields and values that are not strictly of the declared type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.times import round_value

Value = TypeVar("Value")
Body = dict[str, Any]
Migration = Callable[[Body], Body]

MIGRATIONS: dict[str, tuple[Migration, ...]] = {}
"""By document name: the n-th function turns a body of version n into one of version n + 1."""

_SHOWN_ERRORS = 3
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def dump(value: object, *, indent: int | None = 1) -> str:
    """Write a dataclass as a JSON document, times rounded to milliseconds.

    Measurements include their derived ``value`` for other software; `load` ignores it.

    Parameters
    ----------
    value : what to write.
    indent : spaces per level, for people; None writes one line and is several times faster.

    Raises
    ------
    InputError : if a number is not finite.

    Examples
    --------
    >>> from coach.talk import talk
    >>> print(dump(talk("A 0-3 hello")).splitlines()[1])
     "schema": "listening-coach/conversation",
    """
    wire = round_value(value)
    kind = type(value)
    body = {
        "schema": _schema_name(kind),
        "schema_version": _version(kind),
        **_adapter(kind).dump_python(wire, mode="json"),
    }
    _add_values(wire, body)
    separators = (",", ":") if indent is None else None
    return (
        json.dumps(body, indent=indent, separators=separators, ensure_ascii=False, allow_nan=False)
        + "\n"
    )


def load(kind: type[Value], text: str | bytes) -> Value:
    """Read a value of type `kind` from its JSON document.

    Parameters
    ----------
    kind : the dataclass; its name is the name of the document.
    text : of the document; bytes are UTF-8.

    Raises
    ------
    InputError : if the text is not JSON, is another document or a newer version, or has a missing,
        unknown or wrong field; the message names the place.

    Examples
    --------
    >>> from coach.talk import talk
    >>> conv = talk("A 0-3 hello", "B 3-4")
    >>> load(Conversation, dump(conv)) == conv
    True
    """
    body = _migrate(kind, parse(text))
    _drop_values(body)
    try:
        plain = json.dumps(body, allow_nan=False)
        value: Value = _adapter(kind).validate_json(plain, strict=True, extra="forbid")
    except ValidationError as error:
        raise InputError(_describe(kind, error)) from error
    except ValueError as error:
        raise InputError(
            f"{_schema_name(kind)} has a number that is too large: expected finite numbers."
        ) from error
    return value


def make_ready(*kinds: type[object]) -> None:
    """Prepare to read and write documents of these types; this takes 40 ms the first time."""
    for kind in kinds:
        _adapter(kind)


def write_conversation(conv: Conversation) -> str:
    """Write ``conversation.json``."""
    return dump(conv)


def read_conversation(text: str | bytes) -> Conversation:
    """Read ``conversation.json``; raises the errors of `load`."""
    return load(Conversation, text)


def parse(text: str | bytes) -> Any:
    """Parse strict JSON: no NaN, no lone surrogates, no endless nesting.

    Raises
    ------
    InputError : if the text is not JSON; the message names line and column.
    """
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise InputError(f"Not valid JSON: {error}. Was the file cut off or edited?") from error


def schema(kind: type[object]) -> Body:
    """Describe the documents of type `kind` as JSON Schema (draft 2020-12)."""
    described = _adapter(kind).json_schema(mode="validation")
    definitions = described.get("$defs", {})
    for each in (described, *definitions.values()):
        _tidy(each)
    if "Measurement" in definitions:
        definitions["Measurement"]["properties"]["value"] = {
            "description": "Derived from the parts; ignored by the reader.",
            "anyOf": [{"type": "number"}, {"type": "null"}],
            "readOnly": True,
        }
    described["properties"] = {
        "schema": {"const": _schema_name(kind)},
        "schema_version": {"const": _version(kind)},
        **described["properties"],
    }
    described["required"] = ["schema", "schema_version", *described.get("required", ())]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}


def _schema_name(kind: type[object]) -> str:
    return "listening-coach/" + re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()


def _version(kind: type[object]) -> int:
    return 1 + len(MIGRATIONS.get(_schema_name(kind), ()))


def _migrate(kind: type[object], document: Any) -> Body:
    name, newest = _schema_name(kind), _version(kind)
    found = document.get("schema") if isinstance(document, dict) else None
    if found != name:
        what = repr(found) if isinstance(found, str) else "JSON of another kind"
        raise InputError(f"Found {what}: expected a document with schema {name!r}.")
    version = document.get("schema_version")
    if type(version) is not int or version < 1:
        raise InputError(f"{name} without a schema_version: expected a number from 1 to {newest}.")
    if version > newest:
        raise InputError(
            f"{name} has schema_version {version}: this software reads up to {newest}. "
            "Install a newer version of listening-coach."
        )
    body = {key: each for key, each in document.items() if key not in ("schema", "schema_version")}
    for migrate in MIGRATIONS.get(name, ())[version - 1 :]:
        body = migrate(body)
    return body


def _add_values(wire: object, body: Body) -> None:
    """Add the derived number of each measurement after its name and speaker."""
    measurements = getattr(wire, "measurements", ())
    for i, measurement in enumerate(measurements):
        plain = body["measurements"][i]
        value = None if measurement.value is None else float(round_value(measurement.value))
        head = {"name": plain["name"], "speaker": plain["speaker"], "value": value}
        body["measurements"][i] = head | plain


def _drop_values(body: Body) -> None:
    measurements = body.get("measurements")
    for each in measurements if isinstance(measurements, list) else ():
        if isinstance(each, dict):
            each.pop("value", None)


def _describe(kind: type[object], error: ValidationError) -> str:
    errors = error.errors(include_url=False)
    shown = "; ".join(_describe_one(each) for each in errors[:_SHOWN_ERRORS])
    more = f"; and {len(errors) - _SHOWN_ERRORS} more" if len(errors) > _SHOWN_ERRORS else ""
    return (
        f"{_schema_name(kind)} cannot be read: {shown}{more}. Repair the file or create it again."
    )


def _describe_one(error: ErrorDetails) -> str:
    """Say where and what, without the value, which may contain spoken words."""
    place = ".".join(map(str, error["loc"])) or "the document"
    what = error["msg"].removeprefix("Value error, ").rstrip(".")
    return f"at {place}: {what}"


def _tidy(described: Body) -> None:
    """Keep the first line of the description and forbid other fields."""
    if "description" in described:
        described["description"] = described["description"].splitlines()[0]
    described["additionalProperties"] = False
