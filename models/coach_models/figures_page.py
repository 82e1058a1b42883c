"""A self-contained page of figures, for the pages of the benchmarks."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from coach.page.svg import element

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem;
  color: #1d2430; background: #fff }
.wide { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid #dde2ea;
  white-space: nowrap }
svg text { font-size: 12px; fill: #4a5568 }
@media (prefers-color-scheme: dark) { body { color: #e6e9ef; background: #14181f }
  th, td { border-color: #313a48 } svg text { fill: #a0aec0 } }
"""


def sheet(title: str, *body: Markup, style: str) -> str:
    """Write a page; its own `style` follows the common one.

    Parameters
    ----------
    title : of the page.
    body : its parts, in order.
    style : CSS that follows the common one.
    """
    head = element(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width">'),
        element("title", title),
        element("style", Markup(_STYLE + style)),
    )
    whole = element("html", head, element("body", *body), lang="en")
    return f"<!doctype html>\n{whole}\n"


def table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> Markup:
    """Make a table that scrolls sideways where it is too wide.

    Parameters
    ----------
    head : texts of the first row.
    lines : texts of the other rows.
    """
    rows = [element("tr", *(element("td", cell) for cell in line)) for line in lines]
    top = element("tr", *(element("th", cell, scope="col") for cell in head))
    whole = element("table", element("thead", top), element("tbody", *rows))
    return element("div", whole, class_="wide", tabindex=0)
