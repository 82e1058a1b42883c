"""What holds for every test.

No test knows what the user who runs it has enrolled or heard, and none has telemetry. Properties
are searched in the same way each time, for as long as it takes: no test fails on a slow machine.
"""

from __future__ import annotations

import os
import shutil
import tempfile

from hypothesis import settings

import coach  # noqa: F401  # switches telemetry off, for the processes of the tests too

# The first blocks torch as soon as it is imported, which is for the processes that a test starts;
# the second is a program, whose library only `make mutants` installs.
collect_ignore = ["models/torch_blocked", "mutants.py"]

settings.register_profile("coach", deadline=None, derandomize=True, max_examples=30)
settings.load_profile("coach")

os.environ["COACH_VOICES_DIR"] = tempfile.gettempdir() + "/coach-tests-no-voices"
os.environ["COACH_CACHE_DIR"] = tempfile.mkdtemp(prefix="coach-tests-")


def pytest_unconfigure() -> None:
    """Remove what the tests heard."""
    shutil.rmtree(os.environ["COACH_CACHE_DIR"], ignore_errors=True)
