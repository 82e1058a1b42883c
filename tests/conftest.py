"""No test knows the voices that the user who runs it has enrolled, and none has telemetry."""

from __future__ import annotations

import os
import tempfile

import coach  # noqa: F401  # switches telemetry off, for the processes of the tests too

os.environ["COACH_VOICES_DIR"] = tempfile.gettempdir() + "/coach-tests-no-voices"
