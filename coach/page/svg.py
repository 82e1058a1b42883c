"""Small pieces of SVG, escaped.

Horizontal positions are percentages of the drawing's width, so a drawing fits every screen without
a script and its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def element(tag: str, *children: str | Markup, **attributes: object) -> Markup:
    """Make an element; ``class_`` stands for class, other underscores for hyphens.

    Attributes that are None are left out. Plain text children are escaped.

    Examples
    --------
    >>> print(element("text", "a < b", class_="label", text_anchor="end", x=percent(12.5)))
    <text class="label" text-anchor="end" x="12.5%">a &lt; b</text>
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup("<{0}{1}>{2}</{0}>").format(tag, Markup(written), join(children))


def join(parts: Iterable[str | Markup]) -> Markup:
    """Concatenate pieces; plain text is escaped."""
    return Markup("").join(parts)


def percent(share: float) -> str:
    """Format a position in 0..100 as an SVG percentage.

    Examples
    --------
    >>> percent(33.33333), percent(50)
    ('33.333%', '50%')
    """
    return number(share) + "%"


def number(value: float) -> str:
    """Format a coordinate with at most three decimals.

    Examples
    --------
    >>> number(2.50000), number(-0.0001)
    ('2.5', '0')
    """
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")
