"""The manifest: which models there are, their files and hashes, and where to get them."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from coach.errors import InputError

_STRICT = ConfigDict(extra="forbid")
_COMMIT = re.compile("[0-9a-f]{40}")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class File:
    """A file of a model. Without `sha256` the first pull records what it got, and says so.

    Raises
    ------
    InputError : if `path` would lie outside the model's folder.
    """

    path: str
    size: int | None = None
    sha256: str | None = None

    def __post_init__(self) -> None:
        parts = PurePosixPath(self.path).parts
        if not parts or self.path.startswith("/") or ".." in parts or "\\" in self.path:
            raise InputError(f"File {self.path!r}: expected a path inside the model's folder.")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel on the package index, taken as an archive of files; `pin` is ``name==version``."""

    pin: str
    size: int
    sha256: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Source:
    """Where the files of a model come from: wheels, or a hub repository at a commit.

    A file is the member ``folder/path`` of one of the `wheels` (by pin), or the members that
    `members` lists for it, one after the other. In a `hub` repository it has the same path.
    """

    wheels: tuple[str, ...] = ()
    folder: str = ""
    members: dict[str, tuple[str, ...]] | None = None
    hub: str | None = None
    revision: str = ""
    gated: bool = False

    def __post_init__(self) -> None:
        if bool(self.wheels) == bool(self.hub):
            raise InputError("A source has either wheels or a hub repository.")
        if self.hub and not _COMMIT.fullmatch(self.revision):
            raise InputError(f"{self.hub}: expected the full commit as revision, for it is a pin.")

    def members_of(self, path: str) -> tuple[str, ...]:
        """List the members that make up the file `path`, in order."""
        return (self.members or {}).get(path, (f"{self.folder}/{path}",))

    def __str__(self) -> str:
        return ", ".join(self.wheels) or f"{self.hub} at {self.revision}"


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be pulled; `default` ones are what `coach analyse` uses."""

    name: str
    task: str
    licence: str
    description: str
    files: tuple[File, ...]
    sources: tuple[Source, ...]
    aliases: tuple[str, ...] = ()
    default: bool = False

    @property
    def size(self) -> int:
        """Bytes on disk, as far as the manifest knows them."""
        return sum(file.size or 0 for file in self.files)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Manifest:
    """All models, and the wheels that their sources name."""

    models: tuple[Model, ...]
    wheels: tuple[Wheel, ...] = ()

    def model(self, name: str) -> Model:
        """Find the model with that name or alias.

        Raises
        ------
        InputError : if there is none; the message lists what there is.
        """
        for model in self.models:
            if name == model.name or name in model.aliases:
                return model
        have = ", ".join(model.name for model in self.models)
        raise InputError(f"No model is called {name!r}. There are: {have}.")

    def wheel(self, pin: str) -> Wheel:
        """Find the wheel pinned as `pin`."""
        for wheel in self.wheels:
            if wheel.pin == pin:
                return wheel
        raise InputError(f"The manifest names the wheel {pin!r} and gives no hash for it.")


def read(path: Path) -> Manifest:
    """Read a manifest.

    Raises
    ------
    InputError : if the file is not a manifest.
    """
    try:
        return TypeAdapter(Manifest).validate_python(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise InputError(f"{path} is not a manifest of models: {error}") from error


@functools.cache
def read_shipped() -> Manifest:
    """Read the manifest that came with this package."""
    return read(Path(str(files("coach_models") / "manifest.toml")))
