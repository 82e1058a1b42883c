"""Every text that the API takes has a greatest length, and every list a greatest number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .conftest import Service

_BOUNDED = ("maxLength", "enum", "const")
_FORMATS = ("date", "date-time", "binary")
_REPEATED = re.compile(r"[*+]|\{\d+,\}")  # in a pattern


def is_bounded(text: dict[str, Any]) -> bool:
    pattern = text.get("pattern", "*")
    is_short = pattern.startswith("^") and pattern.endswith("$") and not _REPEATED.search(pattern)
    return is_short or text.get("format") in _FORMATS or any(key in text for key in _BOUNDED)


def unbounded(
    schema: Any, schemas: dict[str, Any], place: str, seen: tuple[str, ...]
) -> Iterator[str]:
    """The places of texts and lists in a schema that may be of any length."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from unbounded(schemas[name], schemas, place, (*seen, name))
        return
    kind = schema.get("type")
    if kind == "string" and not is_bounded(schema):
        yield place
    if kind == "array" and "maxItems" not in schema:
        yield f"{place}[]"
    for key in ("anyOf", "allOf", "oneOf"):
        for each in schema.get(key, ()):
            yield from unbounded(each, schemas, place, seen)
    for name, each in schema.get("properties", {}).items():
        yield from unbounded(each, schemas, f"{place}.{name}", seen)
    for key in ("items", "additionalProperties"):
        yield from unbounded(schema.get(key), schemas, f"{place}.{key}", seen)


def taken(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of what the API takes, with its place."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            for each in operation.get("parameters", ()):
                yield f"{method} {path} {each['in']} {each['name']}", each["schema"]
            for kind, body in operation.get("requestBody", {}).get("content", {}).items():
                yield f"{method} {path} {kind}", body["schema"]


CHECKED_LATER = "/corrections application/json"
"""Values of the core, without lengths in their types: `coach_api.sessions.edits` looks at them, and
`test_attack_texts` sees to it."""


def test_everything_that_is_taken_has_a_greatest_length(service: Service) -> None:
    description = service.app.openapi()
    schemas = description["components"]["schemas"]
    found = [
        place
        for name, schema in taken(description)
        if CHECKED_LATER not in name
        for place in unbounded(schema, schemas, name, ())
    ]
    assert found == [], "\n".join(found)
