"""The intake of recordings: stream to a file while hashing, check, store, then one transaction.

It imports sessions and the rooms below it.
"""

from __future__ import annotations
