"""The signature of a webhook call, so that its receiver knows who sent it and when."""

from __future__ import annotations

import hashlib
import hmac

HEADER = "Coach-Signature"


def signature(secret: str, body: bytes, at: int) -> str:
    """Sign a body: ``t=UNIX_SECONDS,v1=HMAC``, the HMAC-SHA256 over ``UNIX_SECONDS.BODY``.

    The receiver computes the same, compares in constant time and refuses old times.

    Examples
    --------
    >>> signature("s", b"{}", 1)[:8]
    't=1,v1=3'
    """
    said = b"%d." % at + body
    return f"t={at},v1={hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()}"
