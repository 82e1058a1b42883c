"""The page of a dossier: everything that is held about a person, beside the files for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

Rows = Sequence[Mapping[str, Any]]

_TITLES = {
    "user": "You", "api_tokens": "Tokens and browsers", "enrolments": "Remembered voices",
    "goals": "Goals", "uploads": "Uploads under way", "webhooks": "Webhooks",
    "actions": "What you did here", "consents": "Consent", "corrections": "Corrections",
    "notes": "Notes",
}  # fmt: skip
# Numbers for programs; the files have them.
_HIDDEN = frozenset({
    "id", "owner_id", "user_id", "author_id", "session_id", "print", "actor", "object", "model",
    "number",
})  # fmt: skip
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem}"
    "td,th{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top}"
)


@dataclass(frozen=True, slots=True)
class SessionFiles:
    """A session in the archive: how it is called, its day, its files, what is held beside them."""

    title: str = field(repr=False)
    day: date
    files: Mapping[str, str]
    tables: Mapping[str, Rows] = field(repr=False)


def dossier_page(account: Mapping[str, Rows], found: Iterable[SessionFiles]) -> str:
    """Make the page of a dossier; its links lead to the files beside it.

    Parameters
    ----------
    account : rows about the user, by table.
    found : the files of each session.

    Examples
    --------
    >>> shown = dossier_page({"goals": [{"id": "7", "text": "Ask <less>"}]}, [])
    >>> "<h2>Goals</h2>" in shown, "Ask &lt;less&gt;" in shown, "<td>7" in shown
    (True, True, False)
    """
    parts = [_tables(account, 2), Markup("<h2>Sessions</h2>"), *map(_session, found)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Your data</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>Everything that is held</h1>"
        "<p>Each scorecard is a page with its transcript; the JSON files have the same for "
        f"programs.</p>{Markup('').join(parts)}</main></body></html>"
    )


def _session(each: SessionFiles) -> Markup:
    links = Markup(" · ").join(
        Markup('<a href="{}">{}</a>').format(path, name) for name, path in each.files.items()
    )
    heading = Markup("<h3>{}</h3><p>{} · {}</p>").format(each.title, f"{each.day:%-d %B %Y}", links)
    return heading + _tables(each.tables, 4)


def _tables(tables: Mapping[str, Rows], level: int) -> Markup:
    return Markup("").join(
        Markup("<h{0}>{1}</h{0}>").format(level, _TITLES.get(name, name)) + _table(rows)
        for name, rows in tables.items()
        if rows
    )


def _table(rows: Rows) -> Markup:
    names = [name for name in rows[0] if name not in _HIDDEN]
    head = Markup("").join(
        Markup('<th scope="col">{}</th>').format(name.replace("_", " ")) for name in names
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td>{}</td>").format(_render_value(row[name])) for name in names
            )
        )
        for row in rows
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)


def _render_value(value: Any) -> Markup:
    if value is None or value == "":
        return Markup("")
    if isinstance(value, datetime):
        return escape(f"{value:%-d %B %Y, %-H:%M}")
    if isinstance(value, dict):
        value = ", ".join(f"{name}: {each}" for name, each in value.items())
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    return escape(value)
