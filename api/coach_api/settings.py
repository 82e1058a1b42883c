"""What a deployment chooses, read from the environment once, at the edge.

Every option is a field of `Settings`; its variable is the field's name in capitals after
``COACH_``. Secrets never show in a repr, so that they cannot reach a log.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from coach.errors import InputError
from coach.private import private_file, private_folder

GIB = 1024**3
DATABASE = "coach.db"
"""In the data folder, unless `database_url` says otherwise."""


def default_data_dir() -> Path:
    """Where a user's programs keep their data, by the XDG convention."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "listening-coach"


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of the service.

    Parameters
    ----------
    data_dir : database, recordings and working files, unless the two URLs say otherwise.
    database_url : sqlite:////path or postgresql://...; empty is a SQLite file in `data_dir`.
    storage_url : file:///path or s3://bucket/prefix; empty is a folder in `data_dir`.
    store_key_file : keys with which recordings and results of stages are encrypted in the store;
        empty leaves them as they are.
    public_url : where browsers reach the service; decides cookies' Secure flag and links.
    secret_key : signs cookies; empty makes one and keeps it in `data_dir`.
    max_upload_bytes, max_duration_hours : larger or longer recordings are refused; the decoder
        itself refuses what is much longer than three hours.
    max_connections : of browsers and programs to the service at once.
    min_free_bytes : an upload that would leave less free space than this is refused.
    reserve_bytes : with SQLite, room on the disk that is kept for deleting when it is full.
    account_bytes, account_queue : of recordings that are kept, and how many that wait for their
        analysis, for each account.
    audio_days : how long sound is kept; results stay until they are deleted.
    idle_hours : a browser that was not used for so long is signed out.
    upload_hours : how long an unfinished upload may be resumed.
    stage_hours : a stage that takes longer is stopped.
    max_attempts : how often a recording may end its worker before it is parked.
    retry_seconds : wait before a stage that died is tried again; three times as long each time.
    stage_program : the Python module that runs one stage as a child process.
    rate_factor : multiplies the limits of requests; a large one allows everything.
    private_webhooks : whether webhooks may call plain http and private networks.
    app : whether one person has started it on their own computer, and may stop it in the page.
    log_level : of the service's own log.
    oidc_issuer, oidc_client_id, oidc_client_secret : sign-in by OpenID Connect; empty is off.
    """

    data_dir: Path = field(default_factory=default_data_dir)
    database_url: str = field(default="", repr=False)
    storage_url: str = field(default="", repr=False)
    store_key_file: str = field(default="", repr=False)
    public_url: str = ""
    secret_key: str = field(default="", repr=False)
    max_upload_bytes: int = 4 * GIB
    max_duration_hours: float = 3.5
    max_connections: int = 500
    min_free_bytes: int = GIB // 4
    reserve_bytes: int = GIB // 64
    account_bytes: int = 100 * GIB
    account_queue: int = 200
    audio_days: float = 90.0
    idle_hours: float = 72.0
    upload_hours: float = 24.0
    stage_hours: float = 12.0
    max_attempts: int = 12
    retry_seconds: float = 2.0
    stage_program: str = "coach.analysis.stage_process"
    rate_factor: float = 1.0
    private_webhooks: bool = False
    app: bool = False
    log_level: str = "INFO"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for name in _POSITIVE:
            if getattr(self, name) <= 0:
                raise InputError(
                    f"COACH_{name.upper()} is {getattr(self, name)}: expected a positive number."
                )

    @property
    def database(self) -> str:
        """The database's URL, the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / DATABASE}"

    @property
    def storage(self) -> str:
        """The store's URL, the default filled in."""
        return self.storage_url or (self.data_dir.resolve() / "store").as_uri()

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file, hence all processes are on this machine."""
        return self.database.startswith("sqlite")

    @property
    def uploads_dir(self) -> Path:
        """Where uploads lie while they arrive."""
        return self.data_dir / "uploads"

    @property
    def work_dir(self) -> Path:
        """Where workers keep decoded sound while they need it."""
        return self.data_dir / "work"

    @property
    def locks_dir(self) -> Path:
        """Where worker slots are locked when the database is a file."""
        return self.data_dir / "locks"

    @property
    def stop_file(self) -> Path:
        """Where a page notes that the app is to stop."""
        return self.data_dir / "app.stop"

    def prepare(self) -> None:
        """Make the folders, readable by this user only."""
        for folder in (self.data_dir, self.uploads_dir, self.work_dir, self.locks_dir):
            private_folder(folder)
        if not self.database_url:
            private_file(self.data_dir / DATABASE)

    def environment(self) -> dict[str, str]:
        """Write these settings as variables, for the processes that we start."""
        return {_variable(f.name): str(getattr(self, f.name)) for f in fields(self)}

    def secret_variables(self) -> frozenset[str]:
        """Name the variables that hold secrets, to keep them from child processes."""
        return frozenset(_variable(f.name) for f in fields(self) if not f.repr)


_POSITIVE = (
    "max_upload_bytes", "max_duration_hours", "max_connections", "account_bytes",
    "account_queue", "audio_days", "idle_hours",
    "upload_hours", "stage_hours", "max_attempts", "retry_seconds", "rate_factor",
)  # fmt: skip
_READ: dict[str, Callable[[str], Any]] = {
    "Path": Path, "int": int, "float": float, "str": str,
    "bool": lambda text: text.casefold() in ("1", "true", "yes", "on"),
}  # fmt: skip


def settings_from(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    InputError : if a value cannot be read; the message names the variable, never a secret.

    Examples
    --------
    >>> settings_from({"COACH_DATA_DIR": "/srv/coach", "COACH_AUDIO_DAYS": "30"}).audio_days
    30.0
    """
    environ = os.environ if environ is None else environ
    given: dict[str, Any] = {}
    for each in fields(Settings):
        text = environ.get(_variable(each.name), "")
        if text:
            given[each.name] = _read(each.name, str(each.type), text)
    return Settings(**given)


def _read(name: str, kind: str, text: str) -> Any:
    try:
        return _READ[kind](text)
    except ValueError:
        raise InputError(f"{_variable(name)} is {text!r}: expected a number.") from None


def _variable(name: str) -> str:
    return f"COACH_{name.upper()}"
