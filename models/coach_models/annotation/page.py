"""The figures of ``coach bench-acts`` as one page: the table, and how far probabilities hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from coach.formats.svg import element, join, number
from coach_models.annotation.agreement import Reliability
from coach_models.annotation.benchmark import Result

SIDE, MARGIN = 220.0, 34.0  # pixels
_LARGEST = 9.0
_EXPLAINED = (
    "A dot for each tenth of probability, its area the number of sentences. On the line, as many "
    "are right as were said to be."
)
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 84rem; padding: 0 1rem;
  color: #1d2430; background: #fff }
.wide { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid #dde2ea;
  white-space: nowrap }
svg text { font-size: 12px; fill: #4a5568 } .rule { stroke: #a0aec0 } .bin { fill: #1f6feb;
  fill-opacity: .75 } .plots { display: flex; flex-wrap: wrap; gap: 1.5rem }
@media (prefers-color-scheme: dark) { body { color: #e6e9ef; background: #14181f }
  th, td { border-color: #313a48 } svg text { fill: #a0aec0 } .bin { fill: #79b8ff } }
"""


def page(head: Sequence[str], rows: Iterable[Sequence[str]], results: Iterable[Result]) -> str:
    """Write the page.

    Parameters
    ----------
    head, rows : the table as the command prints it.
    results : whose reliability is drawn, where it is known.
    """
    drawn = [
        element("div", element("h3", f"{r.file}, {r.condition}, {r.annotator}"), plot(known))
        for r in results
        if (known := r.reliability) is not None
    ]
    table = element(
        "table",
        element("thead", element("tr", *(element("th", cell, scope="col") for cell in head))),
        element("tbody", *(element("tr", *(element("td", c) for c in row)) for row in rows)),
    )
    body = [
        element("h1", "Questions and listening acts"),
        element("div", table, class_="wide", tabindex=0),
        element("h2", "Do the probabilities hold?"),
        element("p", _EXPLAINED),
        element("div", *drawn, class_="plots"),
    ]
    return _document(join(body))


def plot(known: Reliability) -> Markup:
    """Share right against probability, with the line where both are the same."""
    total = sum(count for *_, count in known.bins)
    dots = [_dot(said, right, count, total) for said, right, count in known.bins]
    foot = MARGIN + SIDE
    parts = [
        element("line", class_="rule", x1=MARGIN, y1=foot, x2=foot, y2=MARGIN),
        element("line", class_="rule", x1=MARGIN, y1=foot, x2=foot, y2=foot),
        element("line", class_="rule", x1=MARGIN, y1=foot, x2=MARGIN, y2=MARGIN),
        *dots,
        element("text", "0", x=MARGIN - 12, y=foot + 4),
        element("text", "1", x=MARGIN - 12, y=MARGIN + 4),
        element("text", "1", x=foot - 3, y=foot + 16),
        element("text", "probability", x=MARGIN + SIDE / 2, y=foot + 16, text_anchor="middle"),
        element("text", f"share right; expected error {known.error:.3f}", x=MARGIN, y=MARGIN - 12),
    ]
    side = number(SIDE + 2 * MARGIN)
    label = f"Reliability: expected calibration error {known.error:.3f}"
    return element("svg", *parts, role="img", aria_label=label, width=side, height=side)


def _dot(said: float, right: float, count: int, total: int) -> Markup:
    return element(
        "circle",
        element("title", f"said {said:.2f}, right {right:.2f}, {count} sentences"),
        class_="bin",
        cx=number(MARGIN + SIDE * said),
        cy=number(MARGIN + SIDE * (1 - right)),
        r=number(max(2.0, _LARGEST * (count / total) ** 0.5)),
    )


def _document(body: Markup) -> str:
    head = join(
        [
            Markup('<meta charset="utf-8">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            element("title", "Listening acts: benchmark"),
            element("style", Markup(_STYLE)),
        ]
    )
    whole = element("html", element("head", head), element("body", body), lang="en")
    return f"<!doctype html>\n{whole}\n"
