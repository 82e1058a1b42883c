"""What is said about installing more can be run as it is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from coach import extras
from coach.extras import install_line

ROOT = Path(__file__).parents[2]


def test_a_checkout_is_installed_with_its_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "_source", lambda: ROOT)
    python, script, *given = install_line("models", "api").split()
    assert (python, given) == (sys.executable, ["models", "api"])
    assert Path(script).is_file()


class Installed:
    """A distribution that pip has noted the origin of, or not."""

    def __init__(self, origin: str | None) -> None:
        self.origin = origin

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return self.origin


@pytest.mark.parametrize(("origin", "what"), [
    ('{"url": "file:///my%20files/listening_coach-0.1.0-py3-none-any.whl", "archive_info": {}}',
     "'/my files/listening_coach-0.1.0-py3-none-any.whl[models,bench]'"),
    (None, "'listening-coach[models,bench]'"),
])  # fmt: skip
def test_a_wheel_is_installed_by_pip(
    monkeypatch: pytest.MonkeyPatch, origin: str | None, what: str
) -> None:
    monkeypatch.setattr(extras, "distribution", lambda name: Installed(origin))
    assert install_line("models", "bench") == f"{sys.executable} -m pip install {what}"
