"""No test knows the voices that the user who runs it has enrolled."""

from __future__ import annotations

import os
import tempfile

os.environ["COACH_VOICES_DIR"] = tempfile.gettempdir() + "/coach-tests-no-voices"
