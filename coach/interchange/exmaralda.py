"""EXMARaLDA basic transcriptions (.exb): tiers of events over a common time line.

References
----------
.. [1] Schmidt & Worner (2014), EXMARaLDA, in The Oxford Handbook of Corpus Phonology.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.segments import Origin, Segment, conversation
from coach.interchange.text import one_line
from coach.interchange.times import seconds
from coach.interchange.xml import parse_xml
from coach.intervals import Seconds

_SAID = "t"
"""The type of tiers with utterances; others annotate or describe."""


def read(text: str, origin: Origin) -> Conversation:
    """Read the tiers of utterances; missing times are spread evenly between known ones.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if the text is not EXB, or nobody says anything.
    """
    root = parse_xml(text, "basic-transcription", "EXB", "EXMARaLDA")
    faults = Faults()
    times = _times(root)
    names = {
        each.get("id", ""): one_line(each.findtext("abbreviation") or "") or each.get("id", "")
        for each in root.iter("speaker")
    }
    lines = [
        line
        for tier in root.iter("tier")
        if tier.get("type", _SAID) == _SAID
        for line in _lines(tier, names, times, faults)
    ]
    return conversation(lines, origin, faults=faults)


def _times(root: ET.Element) -> dict[str, Seconds]:
    """The time of each point; points without one are spread evenly between their neighbours."""
    points = [(tli.get("id", ""), tli.get("time")) for tli in root.iter("tli")]
    known = [(at, seconds(time)) for at, (_, time) in enumerate(points) if time]
    if not known:
        raise InputError("EXB without times: expected a time line. Align it in EXMARaLDA.")
    found: dict[str, Seconds] = {}
    here = 0
    for at, (name, _) in enumerate(points):
        while here + 1 < len(known) and known[here + 1][0] <= at:
            here += 1
        (left, start), (right, end) = known[here], known[min(here + 1, len(known) - 1)]
        share = (at - left) / (right - left) if right > left else 0.0
        found[name] = start + max(0.0, share) * (end - start)
    return found


def _lines(
    tier: ET.Element, names: dict[str, str], times: dict[str, Seconds], faults: Faults
) -> Iterator[Segment]:
    label = names.get(tier.get("speaker", ""), "") or one_line(tier.get("display-name") or "")
    for number, event in enumerate(tier.iter("event"), 1):
        place = f"Event {number} of tier {tier.get('id', '')}"
        said = one_line("".join(event.itertext()))
        with faults.record_error(place):
            start, end = times.get(event.get("start", "")), times.get(event.get("end", ""))
            if start is None or end is None:
                raise InputError(f"{place} has no time: expected two points of the time line.")
            if said:
                yield Segment(faults.span(start, end, place), label or None, said)
