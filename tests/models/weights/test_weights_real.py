"""The weights as pulled: whole, and loadable from their folder without a network."""

from __future__ import annotations

import pytest
import spacy

from coach_models import weights
from coach_models.networks import PRINTS, SEGMENTATION
from coach_models.weights.pull import defaults, verify

pytestmark = pytest.mark.models


@pytest.mark.parametrize("name", (*defaults(), SEGMENTATION, PRINTS))
def test_the_weights_are_the_pinned_bytes(name: str) -> None:
    record = verify(name)
    assert len(weights.sha256(name)) == 64
    assert record.source


def test_the_parser_loads_from_its_folder() -> None:
    nlp = spacy.load(weights.path("en-core-web-sm"))
    doc = nlp("How did that feel when Anna left?")
    assert [token.tag_ for token in doc][:2] == ["WRB", "VBD"]
    assert [entity.text for entity in doc.ents] == ["Anna"]
