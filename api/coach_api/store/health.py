"""Look a deployment over: whether it can accept, keep, analyse and serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from typing import Literal

import sqlalchemy as sa
from obstore.exceptions import BaseError

from coach import registry
from coach.config import Config
from coach.errors import CoachError, InputError
from coach_api.settings import GIB, Settings
from coach_api.store.database import connect, file_of, sound_file
from coach_api.store.locks import LocksAway, locks_for
from coach_api.store.migrate import is_current
from coach_api.store.stops import current_stop
from coach_api.store.tables import new_id, now, sessions
from coach_api.store.vault import find_older, open_store

Verdict = Literal["ok", "note", "bad"]
_LONG_QUEUED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check, and what to do about it."""

    name: str
    verdict: Verdict
    said: str


def examine(settings: Settings) -> tuple[CheckResult, ...]:
    """Make every check; one that cannot be made is a finding too."""
    return tuple(_run_check(name, check, settings) for name, check in CHECKS.items())


def _run_check(
    name: str, check: Callable[[Settings], CheckResult], settings: Settings
) -> CheckResult:
    try:
        return check(settings)
    except CoachError as error:
        return CheckResult(name, "bad", str(error))
    except (OSError, sa.exc.SQLAlchemyError, LocksAway, BaseError) as error:
        return CheckResult(name, "bad", f"It cannot be reached or used ({type(error).__name__}).")


def _folders(settings: Settings) -> CheckResult:
    settings.prepare()
    probe = settings.uploads_dir / f"{new_id()}.part"
    probe.write_bytes(b"probe")
    probe.unlink()
    mode = settings.data_dir.stat().st_mode & 0o077
    if mode:
        said = "Another user owns the data folder and lets others look into it: chmod 700 it."
        return CheckResult("folders", "note", said)
    return CheckResult("folders", "ok", "The data folder can be written, by this user only.")


def _database(settings: Settings) -> CheckResult:
    engine = connect(settings)
    kind = "SQLite" if settings.is_sqlite else "Postgres"
    try:
        with sound_file(settings):
            is_ready = is_current(engine)
            _check_pages(engine, settings)
    finally:
        engine.dispose()
    if not is_ready:
        return CheckResult(
            "database", "note", f"{kind}: its tables come at the first 'coach serve'."
        )
    return CheckResult("database", "ok", f"{kind}, tables of this version.")


def _check_pages(engine: sa.Engine, settings: Settings) -> None:
    """Read all of a database in a file; a server looks after its own."""
    if settings.is_sqlite:
        with engine.connect() as connection:
            said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if said != "ok":
            raise InputError(f"{file_of(settings)} is damaged: restore a backup.")


def _locks(settings: Settings) -> CheckResult:
    locks = locks_for(settings)
    held = locks.take(f"doctor-{new_id()}")
    if held is None or not held.renew():
        raise InputError("A lock could not be had. Postgres: connect directly, not by a pooler.")
    held.release()
    return CheckResult("locks", "ok", "Workers can prove that they are alive.")


def _store(settings: Settings) -> CheckResult:
    storage = open_store(settings)
    key = f"recordings/doctor-{new_id()}/probe"
    try:
        storage.put_once(key, b"probe")
        is_kept = storage.read(key) == b"probe" and storage.put_once(key, b"other") == b"probe"
    finally:
        storage.erase(key.rsplit("/", 1)[0])
    if not is_kept:
        raise InputError("What was stored reads back differently. Is it really an S3 store?")
    free = storage.free_bytes()
    if free is not None and free < settings.min_free_bytes + GIB:
        return CheckResult("store", "note", f"Only {free / GIB:.1f} GiB are free.")
    return CheckResult("store", "ok", "Files are kept as they came, and erased.")


def _encryption(settings: Settings) -> CheckResult:
    if not settings.store_key_file:
        said = "The store is not encrypted by the service: put it on an encrypted disk."
        return CheckResult("encryption", "ok", said)
    older = len(find_older(open_store(settings)))
    if older:
        said = f"{older} files are not encrypted with the key in use: run 'coach key apply'."
        return CheckResult("encryption", "note", said)
    return CheckResult(
        "encryption", "ok", "All files of the store are encrypted with the key in use."
    )


def _cleanup(settings: Settings) -> CheckResult:
    engine = connect(settings)
    try:
        if not is_current(engine):
            return CheckResult("cleanup", "ok", "There is nothing yet.")
        stop = current_stop(engine, open_store(settings))
    finally:
        engine.dispose()
    if stop is not None:
        return CheckResult("cleanup", "bad", stop.said)
    return CheckResult(
        "cleanup", "ok", "Database and store belong together; what is due is deleted."
    )


def _listening(settings: Settings) -> CheckResult:
    if find_spec(settings.stage_program) is None:
        raise InputError(f"COACH_STAGE_PROGRAM {settings.stage_program} is not installed.")
    config = Config()
    registry.load("decoders", "pyav")
    registry.load("transcribers", config.transcriber)
    registry.load("diarizers", config.diarizer)
    return CheckResult("listening", "ok", "Adapters are there; see also 'coach models verify'.")


def _decoding(settings: Settings) -> CheckResult:
    registry.load("decoders", "pyav")  # says what to install, where it is not
    from coach_models.decoding.sandbox import find_confinement

    found = find_confinement()
    if missing := [name for name in ("Landlock", "seccomp") if name not in found]:
        said = f"Recordings are decoded without {' and '.join(missing)}: see docs/operating.md."
        return CheckResult("decoding", "note", said)
    return CheckResult("decoding", "ok", "Landlock and seccomp confine the process that decodes.")


def _jobs(settings: Settings) -> CheckResult:
    engine = connect(settings)
    try:
        if not is_current(engine):
            return CheckResult("jobs", "ok", "There are none yet.")
        waiting, running, late = _counts(engine)
    finally:
        engine.dispose()
    said = f"{waiting} waiting, {running} running."
    if late:
        return CheckResult("jobs", "bad", f"{said} {late} wait for an hour: is a worker running?")
    return CheckResult("jobs", "ok", said)


def _counts(engine: sa.Engine) -> tuple[int, int, int]:
    queued = sessions.c.status == "queued"
    query = sa.select(
        sa.func.count().filter(queued),
        sa.func.count().filter(sessions.c.status == "running"),
        sa.func.count().filter(queued, sessions.c.updated_at < now() - _LONG_QUEUED),
    ).where(sessions.c.deleted_at.is_(None))
    with engine.connect() as connection:
        waiting, running, late = connection.execute(query).one()
    return waiting, running, late


def _address(settings: Settings) -> CheckResult:
    if settings.public_url.startswith("http://"):
        return CheckResult(
            "address", "note", "COACH_PUBLIC_URL is not https: put a proxy before it."
        )
    return CheckResult(
        "address", "ok", settings.public_url or "This machine only, as COACH_PUBLIC_URL is empty."
    )


CHECKS: dict[str, Callable[[Settings], CheckResult]] = {
    "folders": _folders,
    "database": _database,
    "locks": _locks,
    "store": _store,
    "encryption": _encryption,
    "cleanup": _cleanup,
    "listening": _listening,
    "decoding": _decoding,
    "jobs": _jobs,
    "address": _address,
}
