"""The folder that ships: a spaCy pipeline with our component and its weights."""

from __future__ import annotations

from pathlib import Path

import spacy

from coach_models.annotation.calibration import ADAPTER, FILE, Calibrations
from coach_models.annotation.language import NAME

_META = {
    "name": "acts",
    "version": "1.0.0",
    "description": "Sentences, question acts and listening acts of mentoring talk",
    "license": "MIT",
}


def write_pipeline(folder: Path) -> None:
    """Write everything but the weights; the component's own folder is kept."""
    nlp = spacy.blank("en")
    nlp.add_pipe(NAME)
    nlp.meta.update(_META)
    nlp.to_disk(folder)


def write_calibrations(folder: Path, calibrations: Calibrations) -> None:
    """Write the numbers beside the network."""
    (folder / NAME / FILE).write_bytes(ADAPTER.dump_json(calibrations, indent=2) + b"\n")
