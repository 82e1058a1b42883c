"""Encrypted files, of which any range can be read: AES-256-GCM in chunks.

A sealed file is a header (magic, name of the key, salt) and chunks of 64 KiB, each with its tag.
From the salt and the file's name in the store follows a key for this file only, so that no file
stands in for another. The nonce of a chunk is its number and whether it is the last, so that chunks
can be neither cut off nor put in another order (the STREAM construction).

References
----------
.. [1] Hoang, Reyhanitabar, Rogaway & Vizár (2015), Online authenticated-encryption and its
   nonce-reuse misuse-resistance. https://eprint.iacr.org/2015/189
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from coach.errors import InputError

SEAL = "store-key"
"""Names a sealed file with known content: it tells whether the right key is there."""

KEY_BYTES = 32
CHUNK = 1 << 16
"""Bytes of content in a chunk; the last may have fewer, and is there even when it is empty."""

_MAGIC = b"\x93coach\x1a\x01"
_NAME, _SALT, _TAG = 8, 16, 16
HEADER = len(_MAGIC) + _NAME + _SALT
_SEALED_CHUNK = CHUNK + _TAG
_AT_ONCE = 16
_PURPOSE = b"listening-coach store 1\x00"

ReadRange = Callable[[int, int], bytes]
"""Reads the bytes [start, end) of a sealed file."""


class SealBroken(InputError):
    """A file of the store cannot be opened: its key is missing, or it was changed."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the store.

    Parameters
    ----------
    secret : 32 random bytes.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise InputError(f"A key of the store has {KEY_BYTES} bytes, not {len(self.secret)}.")

    @property
    def name(self) -> bytes:
        """Eight bytes that tell keys apart and do not give the key away."""
        return hashlib.sha256(_PURPOSE + self.secret).digest()[:_NAME]

    def cipher(self, salt: bytes, file: str) -> AESGCM:
        """The cipher of one file.

        Parameters
        ----------
        salt : from the header of the file.
        file : name of the file in the store.
        """
        derive = HKDF(SHA256(), KEY_BYTES, salt, _PURPOSE + file.encode())
        return AESGCM(derive.derive(self.secret))


def is_sealed(header: bytes) -> bool:
    """Whether a file that begins like this is sealed."""
    return len(header) >= HEADER and header.startswith(_MAGIC)


def is_sealed_with(header: bytes, key: Key) -> bool:
    """Whether a file that begins like this is sealed with that key.

    Parameters
    ----------
    header : the first bytes of the file.
    key : of the deployment.
    """
    return is_sealed(header) and header[len(_MAGIC) :][:_NAME] == key.name


def seal(key: Key, file: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Seal a file.

    Parameters
    ----------
    file : its name in the store.
    pieces : its content, in pieces of any length.
    """
    salt = os.urandom(_SALT)
    cipher = key.cipher(salt, file)
    yield _MAGIC + key.name + salt
    for number, (chunk, is_last) in enumerate(_chunks(pieces)):
        yield cipher.encrypt(_nonce(number, is_last), chunk, None)


def content_size(sealed: int) -> int:
    """Bytes of content in a sealed file.

    Parameters
    ----------
    sealed : bytes of the whole file.

    Examples
    --------
    >>> [content_size(HEADER + 16 + n) for n in (0, 1, CHUNK)]
    [0, 1, 65536]
    """
    body = max(0, sealed - HEADER)
    return max(0, body - _TAG * _count(body))


def open_range(
    keys: Sequence[Key], file: str, sealed: int, read: ReadRange, start: int, end: int
) -> Iterator[bytes]:
    """Read the content [start, end) of a sealed file, chunk by chunk.

    Parameters
    ----------
    keys : one of them sealed the file.
    file : its name in the store.
    sealed : bytes of the whole file.
    read : reads a range of it.

    Raises
    ------
    SealBroken : if no key fits, or the file was changed.
    """
    header = read(0, HEADER)
    key = next((each for each in keys if is_sealed_with(header, each)), None)
    if key is None:
        raise SealBroken(
            "A file of the store is encrypted with another key. Expected that key in the file that "
            "COACH_STORE_KEY_FILE names; older keys belong below the one in use."
        )
    cipher = key.cipher(header[-_SALT:], file)
    last = _count(sealed - HEADER) - 1
    # Also of an empty file the only chunk is opened: that nothing is there must be true, too.
    first = min(start // CHUNK, last)
    stop = max(first + 1, -(-end // CHUNK))
    for number, chunk in _sealed_chunks(read, sealed, first, stop):
        try:
            content = cipher.decrypt(_nonce(number, number == last), chunk, None)
        except InvalidTag as error:
            raise SealBroken(
                "A file of the store was changed or cut off after it was encrypted. Bring it back "
                "from a backup."
            ) from error
        offset = number * CHUNK
        yield content[max(0, start - offset) : max(0, end - offset)]


def _sealed_chunks(
    read: ReadRange, sealed: int, first: int, stop: int
) -> Iterator[tuple[int, bytes]]:
    """Read chunks [first, stop), some at a time: a store far away answers each request slowly."""
    for number in range(first, stop, _AT_ONCE):
        begin = HEADER + number * _SEALED_CHUNK
        end = HEADER + min(stop, number + _AT_ONCE) * _SEALED_CHUNK
        found = read(begin, min(sealed, end))
        for i in range(min(stop - number, _AT_ONCE)):
            yield number + i, found[i * _SEALED_CHUNK : (i + 1) * _SEALED_CHUNK]


def _chunks(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut content into chunks, and say which is the last."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        while len(gathered) > CHUNK:
            yield bytes(gathered[:CHUNK]), False
            del gathered[:CHUNK]
    yield bytes(gathered), True


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _count(body: int) -> int:
    """How many chunks there are in so many bytes after the header."""
    return max(1, -(-body // _SEALED_CHUNK))
