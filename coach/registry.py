"""Find installed adapters and commands through entry points."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Literal, overload

from coach.errors import InputError, MissingDependency
from coach.extras import install_line
from coach.ports import Annotator, Decoder, Diarizer, Encoder, Redactor, Tracker, Transcriber

if TYPE_CHECKING:
    import click

Port = Literal[
    "decoders", "transcribers", "diarizers", "annotators", "encoders", "trackers", "redactors",
    "pages", "commands",
]  # fmt: skip


def install_command(port: Port, entry: EntryPoint) -> str:
    """The command that installs the packages of an entry.

    Parameters
    ----------
    port : such as "transcribers".
    entry : the entry point.
    """
    if port == "trackers":
        return install_line("voice")
    if entry.value.startswith("coach_api"):
        return install_line("models", "api")
    return install_line("models")


def installed_entries(port: Port) -> dict[str, EntryPoint]:
    """The entries registered for a port, by name."""
    return {entry.name: entry for entry in entry_points(group=f"coach.{port}")}


@overload
def load(port: Literal["decoders"], name: str) -> type[Decoder]: ...
@overload
def load(port: Literal["transcribers"], name: str) -> type[Transcriber]: ...
@overload
def load(port: Literal["diarizers"], name: str) -> type[Diarizer]: ...
@overload
def load(port: Literal["annotators"], name: str) -> type[Annotator]: ...
@overload
def load(port: Literal["encoders"], name: str) -> type[Encoder]: ...
@overload
def load(port: Literal["trackers"], name: str) -> type[Tracker]: ...
@overload
def load(port: Literal["redactors"], name: str) -> type[Redactor]: ...
@overload
def load(port: Literal["pages"], name: str) -> Callable[[Any], str]: ...
@overload
def load(port: Literal["commands"], name: str) -> click.Command: ...
def load(port: Port, name: str) -> Any:
    """Load the class, page or command registered under `name`.

    Parameters
    ----------
    port : such as "transcribers"; its entry points are in the group ``coach.transcribers``.
    name : of the entry point.

    Raises
    ------
    InputError : if nothing has that name; the message lists the installed names.
    MissingDependency : if it is registered but its packages are not installed.
    """
    found = installed_entries(port)
    if name not in found:
        have = ", ".join(sorted(found)) or "nothing"
        raise InputError(f"No {port.removesuffix('s')} is called {name!r}. Installed: {have}.")
    try:
        return found[name].load()
    except ImportError as error:
        raise MissingDependency(
            f"The {port.removesuffix('s')} {name!r} needs the package {error.name!r}, which is not "
            f"installed. Install it with: {install_command(port, found[name])}"
        ) from error
