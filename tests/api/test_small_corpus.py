"""A corpus needs the job engine and no web service: `docs/deploy/install.py corpus`."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tomllib
from contextlib import closing
from pathlib import Path

from corpus import COACH, Corpus
from service import HERE, PATIENCE

ROOT = HERE.parents[1]
WEB = (
    "argon2", "authlib", "fastapi", "httptools", "httpx", "itsdangerous", "prometheus_client",
    "pyotp", "python_multipart", "starlette", "uvicorn", "uvloop", "zxcvbn",
)  # fmt: skip
BLOCK = f"""
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {WEB!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Block())
"""


def without_web(folder: Path) -> Path:
    """A folder that keeps web packages from every Python that has it on its path."""
    site = folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(BLOCK)
    return site


def test_a_corpus_runs_where_no_web_package_can_be_imported(tmp_path: Path) -> None:
    """In the command, in its workers and in their stages."""
    corpus = Corpus(tmp_path / "corpus")
    for name in ("one.wav", "two.wav"):
        corpus.record(name)
    code, said = corpus.batch(PYTHONPATH=f"{without_web(tmp_path)}:{HERE}")
    assert code == 0, said
    assert {path.name for path in (corpus.out / "recordings").iterdir()} == {"one", "two"}
    assert len(corpus.marked("annotate")) == 2
    with closing(sqlite3.connect(corpus.out / ".coach" / "coach.db")) as database:
        assert database.execute("SELECT count(*) FROM results").fetchone() == (0,), "scored twice"


def test_the_service_says_what_it_lacks_there(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(without_web(tmp_path)), "COACH_DATA_DIR": "none"}
    run = subprocess.run(
        [COACH, "serve", "--port", "0"], env=environment, cwd=tmp_path, capture_output=True,
        text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert run.returncode == 1
    assert "needs the package 'uvicorn'" in run.stderr
    assert not (tmp_path / "none").exists()


def test_the_extra_names_no_web_package() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {
        word.split(">")[0].split("[")[0].lower()
        for word in extras["optional-dependencies"]["corpus"]
    }
    assert "dbos" in named
    assert named.isdisjoint({"listening-coach", "psycopg", "fastapi", "authlib", "uvicorn"})
