"""Every notebook runs, has no output stored and no logic of its own."""

from __future__ import annotations

import ast
import os
import shutil
import sys
import warnings
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_output_and_no_logic(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            plain = "\n".join(ln for ln in cell.source.splitlines() if not ln.startswith("!"))
            kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If)
            assert not any(isinstance(node, kinds) for node in ast.walk(ast.parse(plain)))


@pytest.mark.models
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Jupyter's own, about platform folders
        from nbclient import NotebookClient
    for each in (path, FOLDER / "practice.py"):
        shutil.copy(each, tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PRACTICE_TRUTH", str(FOLDER.parent / "docs/demo/demo.truth.json"))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=900, resources={"metadata": {"path": tmp_path}}).execute()
    text = "\n".join(
        str(output.get("text", "")) for cell in notebook.cells for output in cell.get("outputs", ())
    )
    assert "48 of 48 recordings" in text or "16 of 16 recordings" in text
    assert "Tables of" in text
    assert "\x1b[2K" not in text  # no bars, which a notebook cannot draw over
