"""The store: durable, first one wins, erased by session; on a folder and on an object store."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from coach.errors import InputError
from coach_api.store.objects import CHUNK, Storage, recording_key, stage_key
from coach_api.store.tables import new_id, now

GIVEN = os.environ.get("COACH_TEST_STORAGE_URL", "")
"""Another store to test on, such as s3://bucket/ with the AWS_* variables of its server."""


@pytest.fixture(params=["folder", "objects", *(["given"] if GIVEN else [])])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A store in a folder with blanks in its name, and one as S3 is, in memory."""
    if request.param == "given":
        return Storage(f"{GIVEN.rstrip('/')}/{new_id()}")
    if request.param == "objects":
        return Storage("memory:///")
    return Storage((tmp_path / "a store").as_uri())


def part(folder: Path, data: bytes) -> Path:
    path = folder / "upload.part"
    path.write_bytes(data)
    return path


def test_a_recording_moves_in_and_is_read_in_pieces(storage: Storage, tmp_path: Path) -> None:
    data = bytes(range(256)) * (CHUNK // 256 + 3)
    key = recording_key("5e55", "0a0b")
    source = part(tmp_path, data)
    storage.adopt(source, key)
    assert not source.exists()
    assert storage.size(key) == len(data)
    assert b"".join(storage.stream(key, 0, len(data))) == data
    assert b"".join(storage.stream(key, 5, 9)) == data[5:9]
    assert [each for each, _ in storage.keys("recordings")] == [key]
    for name in ("a.wav", "a.wav"):
        assert storage.fetch(key, tmp_path / name)
    assert (tmp_path / "a.wav").read_bytes() == data


def test_a_recording_that_nobody_accepted_is_given_back(storage: Storage, tmp_path: Path) -> None:
    key = recording_key("5e55", "0a0b")
    source = part(tmp_path, b"sound")
    storage.adopt(source, key)
    storage.give_back(key, source)
    assert source.read_bytes() == b"sound"
    assert storage.size(key) is None


def test_what_is_not_there_is_none(storage: Storage, tmp_path: Path) -> None:
    assert storage.read("stages/5e55/no") is None
    assert storage.size("stages/5e55/no") is None
    assert not storage.fetch("stages/5e55/no", tmp_path / "no")
    storage.erase("stages/5e55")


def test_the_first_result_counts(storage: Storage) -> None:
    key = stage_key("5e55", "decode-0.json")
    assert storage.put_once(key, b"first") == b"first"
    assert storage.put_once(key, b"second") == b"first"
    assert storage.read(key) == b"first"


def test_erasing_takes_one_session_only(storage: Storage) -> None:
    for session in ("5e55", "5e555"):
        storage.put_once(stage_key(session, "decode-0.json"), b"x")
    storage.erase("stages/5e55")
    assert [key for key, _ in storage.keys("stages")] == [stage_key("5e555", "decode-0.json")]


def test_tidying_removes_what_was_begun_long_ago(tmp_path: Path) -> None:
    storage = Storage(tmp_path.as_uri())
    begun = tmp_path / ".incoming" / "half"
    begun.parent.mkdir()
    begun.write_bytes(b"half")
    storage.tidy(now() - timedelta(hours=1))
    assert begun.exists()
    storage.tidy(now() + timedelta(seconds=1))
    assert not begun.exists()


def test_a_part_on_another_file_system_is_copied_across(
    tmp_path: Path, cross_device: Callable[[], None]
) -> None:
    storage = Storage((tmp_path / "store").as_uri())
    source = part(tmp_path, b"sound")
    cross_device()
    storage.adopt(source, recording_key("5e55", "0a0b"))
    assert storage.read(recording_key("5e55", "0a0b")) == b"sound"
    assert not source.exists()
    assert list((tmp_path / "store" / ".incoming").iterdir()) == []


@pytest.fixture
def cross_device(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """Makes renaming out of this folder fail as between two file systems."""
    import errno

    rename = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.parent == tmp_path:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(self, target)

    return lambda: monkeypatch.setattr(Path, "replace", refuse)


def test_another_url_is_refused() -> None:
    with pytest.raises(InputError, match="Expected file:///path or"):
        Storage("ftp://host/path")
