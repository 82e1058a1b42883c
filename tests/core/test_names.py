"""Names in code: functions are no participles, and a class name means one thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("coach", "models/coach_models", "models/training", "api/coach_api")
IRREGULAR = frozenset(
    "begun bound chosen done drawn drew found given gone heard held hidden kept known left made "
    "met said sent shown spoken taken thought told torn worn written".split()
)
VERBS = frozenset({"succeed"})
VALUES = frozenset({"CorpusProgress.done"})
ENTRY_POINTS = frozenset({"framed"})
SHARED = {"Page"}
"""A page of a list in the REST interface, and the page of a scorecard."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def definitions() -> Iterator[tuple[str, str, ast.AST]]:
    """Every class and function of a module or a class: its file, its name, and itself."""
    for where in SOURCES:
        for path in sorted((ROOT / where).rglob("*.py")):
            module = ast.parse(path.read_text(encoding="utf-8"))
            for node in module.body:
                if isinstance(node, ast.ClassDef | Function):
                    yield str(path.relative_to(ROOT)), node.name, node
                if isinstance(node, ast.ClassDef):
                    for each in node.body:
                        if isinstance(each, Function):
                            yield str(path.relative_to(ROOT)), f"{node.name}.{each.name}", each


def is_participle(name: str) -> bool:
    """Whether a function's name is a participle alone."""
    word = name.rpartition(".")[2].strip("_")
    is_regular = word.endswith("ed") and not word.endswith("eed")
    return "_" not in word and (is_regular or word in IRREGULAR) and word not in VERBS


def test_functions_are_named_by_what_they_do_or_return() -> None:
    assert is_participle("_shown") and is_participle("Heard.asked") and not is_participle("read")
    names = {
        (file, name)
        for file, name, node in definitions()
        if isinstance(node, Function) and is_participle(name)
    }
    assert [each for each in sorted(names) if each[1] not in VALUES | ENTRY_POINTS] == []


def test_a_class_name_means_one_thing() -> None:
    files = defaultdict(set)
    for file, name, node in definitions():
        if isinstance(node, ast.ClassDef):
            files[name].add(file)
    assert len(files) > 300
    twice = {name: sorted(where) for name, where in files.items() if len(where) > 1}
    assert twice.keys() == SHARED
