"""Secrets: made at random, kept as hashes, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from coach_api.settings import Settings

TOKEN_PREFIX = "coach_"  # so that scanners for leaked secrets can know one


def new_secret() -> str:
    """A secret of 256 random bits that is shown once."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Hash a secret for the database; it is random, so a fast hash is as good as a slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_hash(key: bytes, purpose: str, text: str) -> str:
    """A keyed hash of `text`; different purposes give unrelated values.

    Parameters
    ----------
    key : the secret of the deployment.
    purpose : what the value is for.
    text : to be hashed.
    """
    return hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()[:32]


def is_same(left: str, right: str) -> bool:
    """Compare two secrets in a time that does not depend on how much is right.

    Parameters
    ----------
    left, right : in any order.
    """
    return hmac.compare_digest(left.encode(), right.encode())


def signing_key(settings: Settings) -> bytes:
    """The key of this deployment: as configured, or made once and kept in the data directory."""
    if settings.secret_key:
        return settings.secret_key.encode()
    path = settings.data_dir / "secret.key"
    if not path.exists():
        _create(path)
    return path.read_bytes()


def _create(path: Path) -> None:
    """Write a new key; of several processes that start at once, the first one's stays."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.touch(mode=0o600)
    part.write_bytes(secrets.token_bytes(32))
    try:
        os.link(part, path)
    except FileExistsError:
        return
    finally:
        part.unlink()
