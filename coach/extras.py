"""Make the command that installs more of this package, from where it was installed."""

from __future__ import annotations

import json
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

_NAME = "listening-coach"


def install_line(*extras: str) -> str:
    """Return the command that installs extras of `pyproject.toml`."""
    source = _source()
    if source is not None and source.suffix != ".whl":
        return shlex.join([sys.executable, str(source / "docs" / "deploy" / "install.py"), *extras])
    what = f"{source or _NAME}[{','.join(extras)}]"
    return shlex.join([sys.executable, "-m", "pip", "install", what])


def _source() -> Path | None:
    """The folder or file that pip was given."""
    try:
        found = distribution(_NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    return Path(url2pathname(urlsplit(json.loads(found)["url"]).path)) if found else None
