from __future__ import annotations

import os
from pathlib import Path

from coach.measures.catalogue import CATALOGUE, Measure

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
BEGIN = "<!-- measures: written by `make golden` from coach.measures.catalogue -->\n"
END = "<!-- end of measures -->"


def row(measure: Measure) -> str:
    share_of = f" Of: {measure.denominator}." if measure.denominator else ""
    unit = measure.unit.replace("_", " ")
    return (
        f"| `{measure.name}` | {measure.label} | {unit} | {measure.description}{share_of} "
        f"| {measure.norm} |\n"
    )


def table() -> str:
    head = "| name | measure | unit | meaning | reference |\n|---|---|---|---|---|\n"
    return "\n" + head + "".join(map(row, CATALOGUE.values())) + "\n"


def test_the_glossary_has_every_measure_as_the_code_defines_it() -> None:
    text = GLOSSARY.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    written, after = rest.split(END)
    if os.environ.get("COACH_GOLDEN") == "write":
        GLOSSARY.write_text(before + BEGIN + table() + END + after, encoding="utf-8")
        return
    assert written == table()
