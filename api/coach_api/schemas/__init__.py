"""The values that the REST interface takes and returns, with examples.

The core's values travel as they are. It imports problems only.
"""

from __future__ import annotations
