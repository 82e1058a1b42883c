"""The tiers of an ELAN document, with times for every annotation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.segments import Segment
from coach.interchange.text import one_line
from coach.interchange.tier_names import part_of
from coach.interchange.tiers import Tier
from coach.intervals import Seconds, Span

_PER_SECOND = {"NTSC-frames": 30_000 / 1001, "PAL-frames": 25.0}
"""Time units other than milliseconds, the default of a header without a unit."""

_NUMBERED = re.compile(r"[\w.@-]{0,40}\d[\w.]{0,20}")
"""The value of an annotation that only numbers it, as ``text_s.001``."""


def read_tiers(root: ET.Element, faults: Faults) -> list[Tier]:
    """The tiers with content of their own; annotations without a time go to `faults`.

    Of a child tier and its parent, the child is left out; if the parent only numbers its
    annotations, the parent is left out.

    Parameters
    ----------
    root : of the EAF document.
    faults : collects the annotations that cannot be read.
    """
    times = _slot_times(root, faults)
    elements = {_name(each, number): each for number, each in enumerate(root.iter("TIER"), 1)}
    spans: dict[str, Span] = {}
    lines = {name: _read_aligned(each, times, spans, faults) for name, each in elements.items()}
    for _ in elements:  # a child may come before its parent, and may have a child of its own
        open_tiers = [name for name in elements if not lines[name]]
        for name in open_tiers:
            lines[name] = _read_children(elements[name], spans)
        if not any(lines[name] for name in open_tiers):
            break
    numbering = {name for name, each in elements.items() if _is_numbering(name, lines[name])}
    parents = {name: each.get("PARENT_REF") for name, each in elements.items()}
    return [
        Tier(
            name,
            tuple(lines[name]),
            one_line(element.get("PARTICIPANT") or ""),
            element.get("LINGUISTIC_TYPE_REF") or "",
            is_part=parents[name] is not None,
        )
        for name, element in elements.items()
        if name not in _numbering_parents(numbering, parents)
        and (parents[name] is None or parents[name] in numbering or _is_words(name))
    ]


def _numbering_parents(numbering: set[str], parents: dict[str, str | None]) -> set[str]:
    """Parents that only number their annotations."""
    return {name for name in numbering if name in parents.values()}


def _is_words(name: str) -> bool:
    """Whether a child tier splits its parent's utterances into words."""
    return part_of(name)[1] == "words"


def _is_numbering(name: str, lines: list[Segment]) -> bool:
    texts = [line.text for line in lines]
    if part_of(name)[1] == "ids" or not any(texts):
        return True
    return all(_NUMBERED.fullmatch(text) for text in texts) and len({*texts}) == len(texts) > 1


def _slot_times(root: ET.Element, faults: Faults) -> dict[str, Seconds]:
    header = root.find("HEADER")
    unit = "" if header is None else header.get("TIME_UNITS", "")
    rate = _PER_SECOND.get(unit, 1000.0)
    times = {}
    for slot in root.iter("TIME_SLOT"):
        value = slot.get("TIME_VALUE")
        if value is not None:
            with faults.record_error(f"Time slot {slot.get('TIME_SLOT_ID')}"):
                times[slot.get("TIME_SLOT_ID", "")] = _number(value) / rate
    return times


def _number(value: str) -> float:
    if re.fullmatch(r"\d{1,12}(\.\d*)?", value, re.ASCII) is None:
        raise InputError("EAF with a TIME_VALUE that is not a number: expected milliseconds.")
    return float(value)


def _name(tier: ET.Element, number: int) -> str:
    return one_line(tier.get("TIER_ID") or "") or f"tier {number}"


def _read_aligned(
    tier: ET.Element, times: dict[str, Seconds], spans: dict[str, Span], faults: Faults
) -> list[Segment]:
    """Annotations with times of their own; adds the span of each to `spans`, by its id."""
    found = list(tier.iter("ALIGNABLE_ANNOTATION"))
    between = _interpolate(found, times)
    lines = []
    for number, annotation in enumerate(found, 1):
        place = f"EAF, annotation {number} of a tier"
        with faults.record_error(place):
            start = between.get(annotation.get("TIME_SLOT_REF1", ""))
            end = between.get(annotation.get("TIME_SLOT_REF2", ""))
            if start is None or end is None:
                raise InputError(f"{place} has no time: expected two time slots. Align it.")
            text = one_line(annotation.findtext("ANNOTATION_VALUE") or "")
            if text or start != end:
                span = faults.span(start, end, place)
                spans[annotation.get("ANNOTATION_ID", "")] = span
                lines.append(Segment(span, None, text))
    return lines


def _interpolate(found: list[ET.Element], times: dict[str, Seconds]) -> dict[str, Seconds]:
    """Times of a tier's slots; slots without one are spread evenly between their neighbours."""
    order = dict.fromkeys(
        slot
        for annotation in found
        for slot in (annotation.get("TIME_SLOT_REF1", ""), annotation.get("TIME_SLOT_REF2", ""))
    )
    known = dict(times)
    waiting: list[str] = []
    last: Seconds | None = None
    for slot in order:
        now = times.get(slot)
        if now is None:
            waiting.append(slot)
            continue
        if last is not None:
            step = (now - last) / (len(waiting) + 1)
            known.update({each: last + step * i for i, each in enumerate(waiting, 1)})
        waiting, last = [], now
    return known


def _read_children(tier: ET.Element, spans: dict[str, Span]) -> list[Segment]:
    """Annotations with the time of their parent's; several share it evenly."""
    groups: defaultdict[str, list[ET.Element]] = defaultdict(list)
    for annotation in tier.iter("REF_ANNOTATION"):
        groups[annotation.get("ANNOTATION_REF", "")].append(annotation)
    return [
        line
        for parent, own in groups.items()
        if parent in spans
        for line in _share_time(own, spans[parent], spans)
    ]


def _share_time(own: list[ET.Element], whole: Span, spans: dict[str, Span]) -> Iterator[Segment]:
    step = whole.duration / len(own)
    for number, annotation in enumerate(own):
        start = whole.start + step * number
        end = whole.end if number == len(own) - 1 else start + step
        spans[annotation.get("ANNOTATION_ID", "")] = span = Span(start, end)
        yield Segment(span, None, one_line(annotation.findtext("ANNOTATION_VALUE") or ""))
