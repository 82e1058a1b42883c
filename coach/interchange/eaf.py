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
from coach.interchange.eaf_tiers import read_tiers
from coach.interchange.faults import Faults
from coach.interchange.segments import Origin
from coach.interchange.text import one_line
from coach.interchange.tiers import Tier, build_from_tiers, tiers
from coach.interchange.xml import parse_xml

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_UNDATED = "1970-01-01T00:00:00Z"
_TYPE = "default-lt"


def write(conv: Conversation) -> str:
    """Write tiers of utterances, speech and words for each speaker, in milliseconds."""
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
    """Read the tiers according to what they hold (see `coach.interchange.tiers`).

    An annotation without a value is speech without words. A child tier has the times of its parent;
    it replaces a parent that only numbers its annotations.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if the text is not EAF, or no annotation can be read (the message is about the
        first).
    """
    root = parse_xml(text, "ANNOTATION_DOCUMENT", "EAF", "ELAN")
    faults = Faults()
    return build_from_tiers(read_tiers(root, faults), origin, faults)


def _slots(order: ET.Element, rows: tuple[Tier, ...]) -> dict[int, str]:
    """Write the times that annotations refer to; returns millisecond -> id."""
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
