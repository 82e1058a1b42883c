"""No test knows what the user who runs it has enrolled or heard, and none has telemetry."""

from __future__ import annotations

import os
import shutil
import tempfile

import coach  # noqa: F401  # switches telemetry off, for the processes of the tests too

# It blocks torch as soon as it is imported, which is for the processes that a test starts.
collect_ignore = ["models/torch_blocked"]

os.environ["COACH_VOICES_DIR"] = tempfile.gettempdir() + "/coach-tests-no-voices"
os.environ["COACH_CACHE_DIR"] = tempfile.mkdtemp(prefix="coach-tests-")


def pytest_unconfigure() -> None:
    """Remove what the tests heard."""
    shutil.rmtree(os.environ["COACH_CACHE_DIR"], ignore_errors=True)
