from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from coach import registry
from coach.errors import InputError, MissingDependency


def test_an_unknown_name_is_answered_with_what_is_installed() -> None:
    with pytest.raises(InputError, match=r"transcriber is called 'shouting'.*whisper"):
        registry.load("transcribers", "shouting")


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = EntryPoint("far", "a_package_that_is_not_there:Far", "coach.diarizers")
    monkeypatch.setattr(registry, "installed_entries", lambda port: {"far": broken})
    with pytest.raises(MissingDependency, match=r"a_package_that_is_not_there.*install\.py models"):
        registry.load("diarizers", "far")
