"""The same words for the same options at every door; what cannot be used is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import click
import pytest
from click.testing import CliRunner

from coach import registry
from coach.cli import main
from coach.config import OPTIONS, Config, Options, make_config
from coach.errors import InputError
from coach.interchange import write
from coach.talk import talk

NAMES = {option.name for option in OPTIONS}
LISTENING = {option.name for option in OPTIONS if option.for_sound}


def flags(command: str) -> set[str]:
    found = registry.load("commands", command)
    return {
        flag.removeprefix("--")
        for parameter in found.params
        if isinstance(parameter, click.Option)
        for flag in parameter.opts
    }


@pytest.fixture
def rttm(tmp_path: Path) -> Path:
    path = tmp_path / "speech.rttm"
    write(talk("A 0-3", "B 3.2-9", "A 9.5-12"), path, "rttm")
    return path


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(word) for word in words])
    return done.exit_code, done.output


def test_one_declaration_says_what_a_configuration_has() -> None:
    assert {field.name for field in fields(Config)} == NAMES | {"rules"}
    assert set(get_type_hints(Options)) == NAMES | {"rules"}


@pytest.mark.parametrize("command", ["analyse", "lock"])
def test_a_command_that_listens_has_every_option(command: str) -> None:
    assert flags(command) >= NAMES | {"config"}


def test_a_command_that_reads_has_those_that_it_can_use() -> None:
    assert flags("import") & NAMES == NAMES - LISTENING
    assert "transcript" in flags("import") and "transcript" in flags("analyse")


@pytest.mark.parametrize("name", sorted(LISTENING))
def test_an_option_of_no_use_is_refused(name: str, rttm: Path, tmp_path: Path) -> None:
    value = "mixed" if name == "channels" else "7"
    code, said = run("import", rttm, "-o", tmp_path / "out", f"--{name}", value)
    assert code == 2 and f"--{name}" in said
    code, said = run("analyse", "--transcript", rttm, "-o", tmp_path / "out", f"--{name}", value)
    assert code == 2 and f"--{name} cannot be used" in said
    assert not (tmp_path / "out").exists()


def test_a_file_of_options_serves_every_command(rttm: Path, tmp_path: Path) -> None:
    locked = tmp_path / "coach.toml"
    assert run("lock", "-o", locked, "--diarizer", "pyannote", "--mentor", "B")[0] == 0
    code, said = run("import", rttm, "-o", tmp_path / "out", "--config", locked)
    assert code == 0, said


def test_choices_are_those_that_a_configuration_takes() -> None:
    for option in OPTIONS:
        for choice in option.choices:
            values: dict[str, Any] = {option.name: choice}
            assert getattr(make_config(values), option.name) == choice
        if option.choices:
            with pytest.raises(InputError):
                make_config({option.name: "nothing of this kind"})
