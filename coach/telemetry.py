"""Switch off the telemetry of every library that has some, before it is imported.

``import coach`` sets the switches, so each of our processes does, and its children inherit them.
They override the user's environment: nothing leaves this machine. docs/privacy.md lists what each
library would send, and how we know that it does not.
"""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import closing, suppress
from pathlib import Path

SWITCHES = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime
    "PYANNOTE_METRICS_ENABLED": "0",  # pyannote.audio
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface-hub and hf-xet
    "HF_XET_TELEMETRY_ENABLED": "0",  # hf-xet
    "DO_NOT_TRACK": "1",  # libraries that follow the convention
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",  # fastapi
    "DBOS__CLOUD": "false",  # dbos: variables that name exporters and a console
    "ARROW_TRACING_BACKEND": "",  # pyarrow
}

_QUEUE = Path("Microsoft", "DeveloperTools", ".onnxruntime")


def switch_off() -> None:
    """Set the switches, for this process and its children."""
    os.environ.update(SWITCHES)
    if "onnxruntime" in sys.modules:
        _stop_onnxruntime()


def _stop_onnxruntime() -> None:
    """Stop what can still be stopped: onnxruntime reads its switch only when it is imported."""
    sys.modules["onnxruntime"].disable_telemetry_events()
    warnings.warn(
        "onnxruntime was imported before coach, and has begun its telemetry by then. Import coach "
        "first, or set ORT_DISABLE_TELEMETRY=1 for the process.",
        stacklevel=4,
    )


def discard_queued() -> None:
    """Delete the events of this Python that onnxruntime keeps to send later.

    If no other program has events, delete its id of this device too.
    """
    folder = _cache() / _QUEUE
    queue = folder / "onnxruntime.db"
    if not queue.exists():
        return
    import sqlite3  # rarely needed, so it is not imported with coach

    with suppress(sqlite3.Error, OSError):
        with closing(sqlite3.connect(queue, timeout=1)) as db, db:
            ours = "delete from events where instr(payload, ?)"
            db.execute(ours, (os.fsencode(sys.executable),))
            (others,) = db.execute("select count(*) from events").fetchone()
        if not others:
            for path in folder.iterdir():
                path.unlink()


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
