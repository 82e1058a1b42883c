"""The models on disk, for reading; it never touches the network."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from pydantic import TypeAdapter, ValidationError

from coach.conversation import ModelUsed
from coach.errors import ModelUnavailable
from coach_models.weights.manifest import File, Manifest, Model, read_shipped

RECORD = "pulled.json"


@dataclass(frozen=True, slots=True)
class Pulled:
    """The record of a finished pull: written last, so that a half-pulled model has none."""

    name: str
    source: str
    files: tuple[File, ...]


RECORDS = TypeAdapter(Pulled)


def folder() -> Path:
    """Return the folder of all models: ``$COACH_MODELS_DIR``, or in the user's data folder."""
    chosen = os.environ.get("COACH_MODELS_DIR")
    if chosen:
        return Path(chosen).expanduser()
    return platformdirs.user_data_path("listening-coach", appauthor=False) / "models"


def path(name: str, *, manifest: Manifest | None = None) -> Path:
    """Find the folder with the files of a pulled model.

    Looks at names and sizes only; ``coach models verify`` reads every byte.

    Parameters
    ----------
    name : name or alias in the manifest.

    Raises
    ------
    InputError : if no model has that name.
    ModelUnavailable : if it was not pulled, or is not what the manifest pins; the message has the
        command that mends it.
    """
    model = (manifest or read_shipped()).model(name)
    read_pulled(model)
    return folder() / model.name


def sha256(name: str, *, manifest: Manifest | None = None) -> str:
    """One hash for a pulled model, made from its files' hashes as recorded; reads no weights.

    Parameters
    ----------
    name : of the model in the manifest.
    manifest : None takes the one that came with the package.

    Raises
    ------
    InputError, ModelUnavailable : as `path`.
    """
    return digest(read_pulled((manifest or read_shipped()).model(name)).files)


def model_used(task: str, name: str, *, manifest: Manifest | None = None) -> ModelUsed:
    """Name a pulled model that took part in `task`, for the provenance.

    Parameters
    ----------
    task : a stage, such as "diarization".
    name : of the model in the manifest.
    manifest : None takes the one that came with the package.

    Raises
    ------
    InputError, ModelUnavailable : as `path`.
    """
    model = (manifest or read_shipped()).model(name)
    return ModelUsed(task, model.name, digest(read_pulled(model).files))


def digest(files: Iterable[File]) -> str:
    """Hash the hashes of files, independent of their order.

    Examples
    --------
    >>> a, b = File("a", 1, "00"), File("b", 1, "ff")
    >>> digest([a, b]) == digest([b, a]) != digest([a])
    True
    """
    lines = sorted(f"{file.sha256}  {file.path}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_pulled(model: Model) -> Pulled:
    """Read the record of a pulled model and check that its files are there, of their sizes.

    Raises
    ------
    ModelUnavailable : if there is none, a file lacks or differs in size, or other weights are
        pinned now.
    """
    record = _record(model)
    for file in record.files:
        _check_size(model, file)
    for pin in model.files:
        found = next((f.sha256 for f in record.files if f.path == pin.path), None)
        if found is None or (pin.sha256 is not None and pin.sha256 != found):
            raise ModelUnavailable(
                f"The model {model.name!r} in {folder()} is another version: {pin.path} has sha256 "
                f"{found}, expected {pin.sha256}. Run: coach models pull {model.name}"
            )
    return record


def _record(model: Model) -> Pulled:
    try:
        return RECORDS.validate_json((folder() / model.name / RECORD).read_bytes())
    except (OSError, ValidationError) as error:
        raise ModelUnavailable(
            f"The model {model.name!r} is not in {folder()}. "
            f"Get it once, with a network: coach models pull {model.name}"
        ) from error


def _check_size(model: Model, file: File) -> None:
    at = folder() / model.name / file.path
    size = at.stat().st_size if at.is_file() else None
    if size != file.size:
        found = "is missing" if size is None else f"has {size} bytes"
        raise ModelUnavailable(
            f"{at} {found}, expected {file.size} bytes. Run: coach models pull {model.name}"
        )
