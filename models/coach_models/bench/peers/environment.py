"""A virtual environment for each peer, made once and kept in the user's cache folder."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import platformdirs

from coach.errors import MissingDependency
from coach_models.bench.peers.values import Peer

_DONE = "requirements.txt"  # written last: what is installed


def cache() -> Path:
    """The folder of all environments."""
    return platformdirs.user_cache_path("listening-coach", appauthor=False) / "bench"


def python_of(peer: Peer) -> Path:
    """The interpreter of a peer's environment, which is created if needed.

    Raises
    ------
    MissingDependency : if something cannot be installed; the message has pip's reason.
    """
    if not peer.requirements:
        return Path(sys.executable)
    folder = cache() / peer.name
    python = folder / "bin" / "python"
    wanted = "\n".join(peer.requirements) + "\n"
    done = folder / _DONE
    if not (done.is_file() and done.read_text() == wanted):
        venv.create(folder, clear=True, with_pip=True)
        _install(peer, python)
        done.write_text(wanted)
    return python


def _install(peer: Peer, python: Path) -> None:
    pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    done = subprocess.run((*pip, *peer.requirements), capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        why = said[-1] if said else "pip gives no reason"
        raise MissingDependency(f"{', '.join(peer.requirements)} cannot be installed: {why}.")
