"""What the REST interface takes and gives, with examples; the core's values travel as they are.

It imports problems only.
"""

from __future__ import annotations
