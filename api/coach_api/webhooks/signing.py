"""The signature of a webhook call, which tells its receiver who sent it and when.

It follows Standard Webhooks (https://www.standardwebhooks.com), for which receivers have libraries.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from standardwebhooks import Webhook

_PREFIX = "whsec_"


def make_secret() -> str:
    """Make the secret of a webhook, of 256 random bits."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(secret: str, call_id: str, body: str, at: datetime) -> dict[str, str]:
    """Make the headers that sign a call.

    Parameters
    ----------
    secret : of the webhook. One that was made before these headers is its own key, as text.
    call_id : the same when the call is repeated, so that its receiver can know it again.
    body : as it is sent.
    at : when, in UTC; a receiver refuses old calls.

    Examples
    --------
    >>> from datetime import UTC
    >>> signed_headers("whsec_c2VjcmV0", "d1", "{}", datetime(2026, 1, 1, tzinfo=UTC))
    ... # doctest: +NORMALIZE_WHITESPACE
    {'webhook-id': 'd1', 'webhook-timestamp': '1767225600',
     'webhook-signature': 'v1,5jxA2uEtD2EDfUeqWYOzsCcTUW9jJzI6oCLYITJotU4='}
    """
    key: str | bytes = secret if secret.startswith(_PREFIX) else secret.encode()
    return {
        "webhook-id": call_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(key).sign(call_id, at, body),
    }
