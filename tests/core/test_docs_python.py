"""The documents' Python is true."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["docs/python.md"])
def test_the_examples_of_a_document_run(name: str) -> None:
    found = doctest.testfile(str(ROOT / name), module_relative=False)
    assert found.attempted > 0
    assert found.failed == 0
