"""XML of annotation tools, read without document types, which could unfold without end."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from coach.errors import InputError


def parse_xml(text: str, root_name: str, kind: str, program: str) -> ET.Element:
    """The root of a document.

    Parameters
    ----------
    root_name : the tag that it must have.
    kind : of the file, for errors.
    program : in which to save the file again.

    Raises
    ------
    InputError : if it is no XML, has a document type, or another root.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError(
            f"{kind} with a document type: expected none. Save the file again in {program}."
        )
    try:
        root = ET.fromstring(text.lstrip())  # as text, for its encoding was dealt with
    except ET.ParseError as error:
        raise InputError(
            f"Not a readable {kind}: {error}. Save the file again in {program}."
        ) from error
    if root.tag != root_name:
        raise InputError(f"XML of another kind: expected {kind} as {program} writes it.")
    return root
