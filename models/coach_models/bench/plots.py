"""Drawings of the page: a dot for every file, and lines against the length of a recording."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from coach.page.svg import element, number, percent
from coach_models.bench.columns import Metric
from coach_models.bench.lengths import LengthRun
from coach_models.bench.report import Score

ROW, TOP, LEFT, WIDTH = 22, 6, 22.0, 74.0  # pixels, pixels, per cent, per cent


def dots(scores: Sequence[Score], column: Metric) -> Markup:
    """Every file of every set and listener on one scale; a title names the file.

    Parameters
    ----------
    scores : one for each set and listener.
    column : the measure.
    """
    known = [(s, v) for s in scores if (v := s.values.get(column.key)) is not None]
    if not known:
        return Markup("")
    top = max(value for _, value in known) or 1.0
    lanes = list(dict.fromkeys((s.group, s.listener) for s, _ in known))
    bottom = TOP + ROW * len(lanes)
    parts = [_lane(i, " ".join(lane)) for i, lane in enumerate(lanes)]
    for score, value in known:
        lane = lanes.index((score.group, score.listener))
        title = element("title", f"{score.name}: {column.text(value)}")
        css = "own" if score.listener == "coach" else "peer"
        parts.append(
            element("circle", title, class_=css, r=4, cx=_place(value / top), cy=_middle(lane))
        )
    parts += [_tick(share, column.text(share * top), bottom) for share in (0, 0.5, 1)]
    return _drawing(f"{column.what}, a dot for each recording", bottom + 18, parts)


def lines(
    runs: Sequence[LengthRun], read: Callable[[LengthRun], float], show: Callable[[float], str],
    what: str,
) -> Markup:  # fmt: skip
    """A value against minutes of sound; both scales start at nothing.

    Parameters
    ----------
    runs : one for each length.
    read : takes the value from a run.
    show : formats a value.
    what : name of the value, for a screen reader.
    """
    if not runs:
        return Markup("")
    longest, top = max(r.minutes for r in runs), max(map(read, runs)) or 1.0
    places = [(100 * run.minutes / longest, 100 - 95 * read(run) / top) for run in runs]
    path = " L".join(f"{number(x)} {number(y)}" for x, y in places)
    curve = element(
        "svg", element("path", d=f"M{path}", class_="curve"), viewBox="0 0 100 100",
        preserveAspectRatio="none", x=percent(LEFT), y=TOP, width=percent(WIDTH), height=100,
    )  # fmt: skip
    marks = [
        element("circle", element("title", f"{run.minutes:g} min: {show(read(run))}"),
                class_="own", r=4, cx=_place(x / 100), cy=TOP + y)
        for run, (x, y) in zip(runs, places, strict=True)
    ]  # fmt: skip
    ticks = [_tick(r.minutes / longest, f"{r.minutes:g} min", TOP + 100) for r in runs[-2:]]
    scale = element("text", show(top), x=percent(LEFT - 1), y=TOP + 10, text_anchor="end")
    return _drawing(what, TOP + 122, [curve, *marks, *ticks, scale])


def _lane(i: int, name: str) -> Markup:
    rule = element(
        "line",
        class_="rule",
        x1=percent(LEFT),
        x2=percent(LEFT + WIDTH),
        y1=_middle(i),
        y2=_middle(i),
    )
    return rule + element("text", name, x=percent(LEFT - 1), y=_middle(i) + 4, text_anchor="end")


def _tick(share: float, text: str, bottom: float) -> Markup:
    return element(
        "text", text, class_="tick", x=_place(share), y=bottom + 14, text_anchor="middle"
    )


def _place(share: float) -> str:
    return percent(LEFT + WIDTH * share)


def _middle(lane: int) -> float:
    return TOP + ROW * (lane + 0.5)


def _drawing(text: str, height: float, parts: Sequence[Markup]) -> Markup:
    return element("svg", *parts, role="img", aria_label=text, width="100%", height=number(height))
