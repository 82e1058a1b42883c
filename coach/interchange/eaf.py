"""ELAN annotation files (.eaf), format 3.0.

References
----------
.. [1] Max Planck Institute for Psycholinguistics, EAFv3.0.xsd.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from xml.etree import ElementTree as ET

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import span_at
from coach.interchange.segments import Origin, Segment
from coach.interchange.text import one_line
from coach.interchange.tiers import Tier, from_tiers, tiers

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_UNDATED = "1970-01-01T00:00:00Z"
_TYPE = "default-lt"
_PER_SECOND = {"NTSC-frames": 30_000 / 1001, "PAL-frames": 25.0}
"""Time units other than milliseconds, which is what a header without a unit means."""


def write(conv: Conversation) -> str:
    """Write tiers of what was said, speech and words for each speaker, in milliseconds."""
    root = ET.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": "",
            "DATE": one_line(conv.provenance.created_at or "") or _UNDATED,
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": _XSI,
            "xsi:noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
        },
    )
    ET.SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    order = ET.SubElement(root, "TIME_ORDER")
    rows = tiers(conv)
    slots = _slots(order, rows)
    numbers = count(1)
    for tier in rows:
        _write_tier(root, tier, slots, numbers)
    ET.SubElement(
        root,
        "LINGUISTIC_TYPE",
        {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": _TYPE, "TIME_ALIGNABLE": "true"},
    )
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def read(text: str, origin: Origin) -> Conversation:
    """Read the time-aligned tiers; each is a speaker (see `coach.interchange.tiers`).

    Tiers that depend on others (glosses, translations) are passed over.

    Raises
    ------
    InputError : if it is no EAF, or naming the tier, if an annotation has no time.
    """
    root = _parse(text)
    header = root.find("HEADER")
    unit = "" if header is None else header.get("TIME_UNITS", "")
    rate = _PER_SECOND.get(unit, 1000.0)
    times = {
        slot.get("TIME_SLOT_ID", ""): _number(slot.get("TIME_VALUE", "")) / rate
        for slot in root.iter("TIME_SLOT")
        if slot.get("TIME_VALUE") is not None
    }
    found = [
        Tier(_name(tier, number), tuple(_lines(tier, times)))
        for number, tier in enumerate(root.iter("TIER"), 1)
        if tier.get("PARENT_REF") is None
    ]
    return from_tiers(found, origin)


def _slots(order: ET.Element, rows: tuple[Tier, ...]) -> dict[int, str]:
    """Write the moments that annotations refer to; millisecond -> id."""
    bounds = {b for tier in rows for line in tier.lines for b in (line.span.start, line.span.end)}
    slots = {}
    for number, moment in enumerate(sorted({round(bound * 1000) for bound in bounds}), 1):
        slots[moment] = f"ts{number}"
        attributes = {"TIME_SLOT_ID": slots[moment], "TIME_VALUE": str(moment)}
        ET.SubElement(order, "TIME_SLOT", attributes)
    return slots


def _write_tier(
    root: ET.Element, tier: Tier, slots: dict[int, str], numbers: Iterator[int]
) -> None:
    element = ET.SubElement(
        root,
        "TIER",
        {
            "LINGUISTIC_TYPE_REF": _TYPE,
            "PARTICIPANT": re.sub(" - (speech|words)$", "", tier.name),
            "TIER_ID": tier.name,
        },
    )
    for line in tier.lines:
        annotation = ET.SubElement(
            ET.SubElement(element, "ANNOTATION"),
            "ALIGNABLE_ANNOTATION",
            {
                "ANNOTATION_ID": f"a{next(numbers)}",
                "TIME_SLOT_REF1": slots[round(line.span.start * 1000)],
                "TIME_SLOT_REF2": slots[round(line.span.end * 1000)],
            },
        )
        ET.SubElement(annotation, "ANNOTATION_VALUE").text = line.text


def _parse(text: str) -> ET.Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError("EAF with a document type: expected none. Save the file again in ELAN.")
    try:
        root = ET.fromstring(text.lstrip())  # as text, for its encoding was dealt with
    except ET.ParseError as error:
        raise InputError(f"Not a readable EAF: {error}. Save the file again in ELAN.") from error
    if root.tag != "ANNOTATION_DOCUMENT":
        raise InputError("XML of another kind: expected an ELAN annotation document (.eaf).")
    return root


def _number(value: str) -> float:
    if re.fullmatch(r"\d{1,12}(\.\d*)?", value, re.ASCII) is None:
        raise InputError("EAF with a TIME_VALUE that is no number: expected milliseconds.")
    return float(value)


def _name(tier: ET.Element, number: int) -> str:
    return one_line(tier.get("TIER_ID") or "") or f"tier {number}"


def _lines(tier: ET.Element, times: dict[str, float]) -> Iterator[Segment]:
    for number, annotation in enumerate(tier.iter("ALIGNABLE_ANNOTATION"), 1):
        place = f"EAF, annotation {number} of a tier"
        try:
            start = times[annotation.get("TIME_SLOT_REF1", "")]
            end = times[annotation.get("TIME_SLOT_REF2", "")]
        except KeyError as error:
            raise InputError(f"{place} has no time: expected two time slots. Align it.") from error
        text = one_line(annotation.findtext("ANNOTATION_VALUE") or "")
        if text:
            yield Segment(span_at(start, end, place), None, text)
