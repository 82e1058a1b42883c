"""The figures of ``coach bench-acts`` as one page: the table and the calibration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from coach.page.svg import element, number
from coach_models.annotation.agreement import Reliability
from coach_models.annotation.benchmark import Result
from coach_models.figures_page import sheet, table

SIDE, MARGIN = 220.0, 34.0  # pixels
_LARGEST = 9.0
_EXPLAINED = (
    "A dot for each tenth of probability, its area the number of sentences. On the line, as many "
    "are right as were said to be."
)
_STYLE = """
body { max-width: 84rem } .rule { stroke: #a0aec0 } .bin { fill: #1f6feb; fill-opacity: .75 }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem }
@media (prefers-color-scheme: dark) { .bin { fill: #79b8ff } }
"""


def page(head: Sequence[str], rows: Iterable[Sequence[str]], results: Iterable[Result]) -> str:
    """Write the page.

    Parameters
    ----------
    head, rows : the table as the command prints it.
    results : their reliability is drawn, if it is known.
    """
    drawn = [
        element("div", element("h3", f"{r.file}, {r.condition}, {r.annotator}"), plot(known))
        for r in results
        if (known := r.reliability) is not None
    ]
    return sheet(
        "Listening acts: benchmark",
        element("h1", "Questions and listening acts"),
        table(head, rows),
        element("h2", "Do the probabilities hold?"),
        element("p", _EXPLAINED),
        element("div", *drawn, class_="plots"),
        style=_STYLE,
    )


def plot(known: Reliability) -> Markup:
    """Share right against probability, with the line of equality."""
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
