"""XML of annotation tools; document types are refused, because they can expand without end."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from coach.errors import InputError


def parse_xml(text: str, root_name: str, kind: str, program: str) -> ET.Element:
    """Parse a document and return its root.

    Parameters
    ----------
    root_name : the tag that the root must have.
    kind : the format, for errors.
    program : the program in which to save the file again.

    Raises
    ------
    InputError : if the text is not XML, has a document type, or has another root.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError(
            f"{kind} with a document type: expected none. Save the file again in {program}."
        )
    try:
        root = ET.fromstring(text.lstrip())  # as text, because it is already decoded
    except ET.ParseError as error:
        raise InputError(
            f"Not a readable {kind}: {error}. Save the file again in {program}."
        ) from error
    if root.tag != root_name:
        raise InputError(f"XML of another kind: expected {kind} as {program} writes it.")
    return root
