"""Recordings in an object store that is not ours, named by their URLs: read, never kept.

The variables of the store's own tools say who we are (``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT_URL``,
``GOOGLE_APPLICATION_CREDENTIALS``, ``AZURE_STORAGE_ACCOUNT_NAME`` and their fellows).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from coach.errors import InputError

SCHEMES = ("s3", "gs", "az", "https", "file")
_CHUNK = 1 << 20


def stat(url: str) -> tuple[int, int]:
    """Size in bytes, and time of the last change in microseconds, of what a URL names.

    Raises
    ------
    InputError : if it cannot be read.
    """
    store, key = _open(url)
    try:
        found = obstore.head(store, key)
    except (BaseError, OSError) as error:
        raise _unreadable(url, error) from error
    return int(found["size"]), round(found["last_modified"].timestamp() * 1e6)


def sha256_at(url: str) -> str:
    """Hash what a URL names while reading it.

    Raises
    ------
    InputError : if it cannot be read.
    """
    digest = hashlib.sha256()
    for piece in _pieces(url):
        digest.update(piece)
    return digest.hexdigest()


def fetch(url: str, to: Path) -> None:
    """Copy what a URL names to a file, all of it or nothing.

    Parameters
    ----------
    url : of one of the schemes in `SCHEMES`.
    to : the file; its folder must exist.

    Raises
    ------
    InputError : if it cannot be read.
    """
    part = to.with_name(to.name + ".part")
    with part.open("wb") as file:
        file.writelines(_pieces(url))
    part.replace(to)


def _pieces(url: str) -> Iterator[bytes]:
    store, key = _open(url)
    try:
        for piece in obstore.get(store, key).stream(min_chunk_size=_CHUNK):
            yield bytes(piece)
    except (BaseError, OSError) as error:
        raise _unreadable(url, error) from error


def _open(url: str) -> tuple[Any, str]:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise InputError(f"{parts.scheme}://... cannot be read. Expected a path, or {known}.")
    try:
        return from_url(f"{parts.scheme}://{parts.netloc}"), unquote(parts.path).lstrip("/")
    except (BaseError, ValueError) as error:
        raise _unreadable(url, error) from error


def _unreadable(url: str, error: Exception) -> InputError:
    return InputError(
        f"Cannot read {url} ({type(error).__name__}). Expected a recording there: check the URL, "
        "and the variables that say who you are to the store."
    )
