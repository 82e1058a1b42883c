"""Recordings and results are encrypted in the store when there is a key."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from service import service_on, wait_for

from coach.cli import main
from coach.errors import InputError
from coach_api.settings import Settings
from coach_api.store.backup import back_up, restore
from coach_api.store.health import examine
from coach_api.store.migrate import migrate
from coach_api.store.objects import QUARANTINE, Storage, recording_key, stage_key
from coach_api.store.pairing import MARK, pair
from coach_api.store.sealing import (
    CHUNK,
    HEADER,
    SEAL,
    Key,
    SealBroken,
    content_size,
    is_sealed,
    open_range,
    seal,
)
from coach_api.store.tables import sessions
from coach_api.store.vault import Vault, add_key, open_store, seal_all

SOUND = os.urandom(3 * CHUNK + 1234)
RECORDING = recording_key("5e55", "0a0b")
KEYS = tuple(Key(bytes([number]) * 32) for number in range(3))

sizes = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7, 20 * CHUNK])


def opened(
    sealed: bytes,
    start: int = 0,
    end: int | None = None,
    file: str = "a",
    keys: tuple[Key, ...] = KEYS,
) -> bytes:
    stop = content_size(len(sealed)) if end is None else end
    ranges = open_range(keys, file, len(sealed), lambda a, b: sealed[a:b], start, stop)
    return b"".join(ranges)


@given(sizes, st.integers(0, 21 * CHUNK), st.integers(0, 21 * CHUNK), st.integers(1, 3 * CHUNK))
def test_any_range_reads_back(size: int, start: int, end: int, piece: int) -> None:
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    pieces = [content[at : at + piece] for at in range(0, size, piece)]
    sealed = b"".join(seal(KEYS[0], "a", pieces))
    assert (content_size(len(sealed)) == size and content[:64] not in sealed) or size < 64
    start, end = sorted((min(start, size), min(end, size)))
    assert opened(sealed, start, end) == content[start:end]


@given(st.data())
def test_no_byte_can_change(data: st.DataObject) -> None:
    sealed = bytearray(b"".join(seal(KEYS[0], "a", [SOUND[: CHUNK + 50]])))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    if is_sealed(bytes(sealed)):
        with pytest.raises(SealBroken):
            opened(bytes(sealed))


def test_nothing_can_be_cut_off_swapped_or_put_in_for_another() -> None:
    sealed = b"".join(seal(KEYS[0], "a", [SOUND]))
    step = CHUNK + 16
    first, second = sealed[HEADER : HEADER + step], sealed[HEADER + step : HEADER + 2 * step]
    other = b"".join(seal(KEYS[0], "a", [SOUND]))
    for changed in (
        sealed[: HEADER + step],
        sealed[: HEADER + 3 * step],
        sealed[:HEADER],
        sealed[:HEADER] + second + first + sealed[HEADER + 2 * step :],
        sealed[: HEADER + step] + other[HEADER + step :],
    ):
        with pytest.raises(SealBroken):
            opened(changed)
    with pytest.raises(SealBroken):
        opened(sealed, file="b")
    with pytest.raises(SealBroken):
        opened(sealed, keys=KEYS[1:])


def test_the_same_content_is_sealed_differently_each_time() -> None:
    assert len({b"".join(seal(KEYS[0], "a", [b"yes"])) for _ in range(50)}) == 50


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "store.key"
    path.parent.mkdir()
    add_key(path)
    return path


@pytest.fixture
def locked(sqlite_settings: Settings, file: Path) -> Settings:
    sqlite_settings.prepare()
    return replace(sqlite_settings, store_key_file=str(file))


@pytest.fixture(params=["file", "objects"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """A vault in a folder, and one in a store of objects."""
    url = "memory:///" if request.param == "objects" else (tmp_path / "store").as_uri()
    return Vault(url, KEYS[:1])


def raw(store: Vault, key: str) -> bytes:
    found = Storage.read(store, key)
    assert found is not None
    return found


def put(store: Storage, folder: Path, key: str = RECORDING, content: bytes = SOUND) -> None:
    part = folder / "upload.part"
    part.write_bytes(content)
    store.adopt(part, key)
    assert not part.exists()


def test_what_is_stored_is_sealed_and_reads_back(vault: Vault, tmp_path: Path) -> None:
    put(vault, tmp_path)
    words = stage_key("5e55", "transcribe-0.json")
    assert vault.put_once(words, b"my secret words") == b"my secret words"
    assert vault.put_once(words, b"others") == b"my secret words"
    assert is_sealed(raw(vault, RECORDING)) and b"secret" not in raw(vault, words)
    assert vault.size(RECORDING) == len(SOUND) and vault.read(words) == b"my secret words"
    assert b"".join(vault.stream(RECORDING, 70_000, 70_010)) == SOUND[70_000:70_010]
    copy = tmp_path / "work.wav"
    assert vault.fetch(RECORDING, copy) and copy.read_bytes() == SOUND
    assert copy.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.glob("*.sealed")] == []


def test_the_mark_of_the_store_is_no_secret(vault: Vault) -> None:
    vault.put_once(MARK, b"mark")
    assert raw(vault, MARK) == b"mark"


def test_an_upload_that_fails_is_where_it_was(vault: Vault, tmp_path: Path) -> None:
    put(vault, tmp_path)
    part = tmp_path / "back.part"
    vault.give_back(RECORDING, part)
    assert part.read_bytes() == SOUND and vault.size(RECORDING) is None


def test_quarantine_and_back_change_nothing(vault: Vault, tmp_path: Path) -> None:
    put(vault, tmp_path)
    vault.move(RECORDING, f"{QUARANTINE}/{RECORDING}")
    assert vault.read(f"{QUARANTINE}/{RECORDING}") == SOUND
    vault.move(f"{QUARANTINE}/{RECORDING}", RECORDING)
    assert vault.read(RECORDING) == SOUND


def test_what_was_there_before_the_key_is_read_and_then_sealed(
    sqlite_settings: Settings, locked: Settings, tmp_path: Path
) -> None:
    put(open_store(sqlite_settings), tmp_path)
    store = open_store(locked)
    assert store.read(RECORDING) == SOUND and raw(store, RECORDING) == SOUND
    assert doctor(locked) == "note"
    assert seal_all(locked, store) == 1 and seal_all(locked, store) == 0
    assert is_sealed(raw(store, RECORDING)) and store.read(RECORDING) == SOUND
    assert doctor(locked) == "ok"
    assert list(locked.uploads_dir.iterdir()) == []


@pytest.mark.parametrize("older", [(), KEYS[1:2], KEYS[:1]], ids=["plain", "old key", "same key"])
def test_who_reads_while_a_key_is_applied_gets_the_recording(
    vault: Vault, tmp_path: Path, older: tuple[Key, ...]
) -> None:
    content = os.urandom(40 * CHUNK + 5)  # more than is read at once
    vault._keys = older
    put(vault, tmp_path, content=content)
    vault._keys = (*KEYS[:1], *older)
    copy = tmp_path / "work.wav"
    assert vault.fetch(RECORDING, copy)
    reading = vault.stream(RECORDING, 3, len(content) - 3)
    first = next(reading)
    assert vault.seal_anew(RECORDING, tmp_path / "through.part")
    assert first + b"".join(reading) == content[3:-3]
    assert copy.read_bytes() == content and vault.size(RECORDING) == len(content)


def test_a_recording_that_is_erased_while_a_key_is_applied_leaves_nothing(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault._keys = ()
    put(vault, tmp_path)
    vault._keys = KEYS[:1]
    size = vault.size

    def erased_after(key: str) -> int | None:
        found = size(key)
        vault.erase("recordings/5e55")
        return found

    monkeypatch.setattr(vault, "size", erased_after)
    assert not vault.seal_anew(RECORDING, tmp_path / "through.part")
    assert list(vault.keys("recordings")) == [] and list(tmp_path.glob("*.part*")) == []
    assert vault.is_current(RECORDING)


def test_what_is_in_quarantine_still_needs_its_key(
    locked: Settings, file: Path, tmp_path: Path
) -> None:
    put(open_store(locked), tmp_path)
    add_key(file)
    store = open_store(locked)
    store.move(RECORDING, f"{QUARANTINE}/{RECORDING}")
    assert doctor(locked) == "note"
    seal_all(locked, store)
    assert doctor(locked) == "ok"


@pytest.mark.parametrize("content", [b"my notes", b"\xff\xfe\n"])
def test_a_file_of_something_else_gets_no_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no key"):
        add_key(path)
    assert path.read_bytes() == content and [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def doctor(settings: Settings) -> str:
    return next(each.verdict for each in examine(settings) if each.name == "encryption")


def test_a_new_key_takes_over_and_the_old_one_may_go(
    locked: Settings, file: Path, tmp_path: Path
) -> None:
    put(open_store(locked), tmp_path)
    add_key(file)
    store = open_store(locked)
    assert store.read(RECORDING) == SOUND
    put(store, tmp_path, recording_key("aaaa", "0c"), b"new")
    assert seal_all(locked, store) == 2  # the recording, and the file that tells the right key
    file.write_text(file.read_text().split()[0])
    assert open_store(locked).read(RECORDING) == SOUND


@pytest.mark.parametrize("told", ["no key", "another key"])
def test_without_the_right_key_the_service_does_not_start(
    locked: Settings, file: Path, tmp_path: Path, told: str
) -> None:
    put(open_store(locked), tmp_path)
    if told == "no key":
        settings = replace(locked, store_key_file="")
    else:
        file.unlink()
        add_key(file)
        settings = locked
    with pytest.raises(SealBroken, match="COACH_STORE_KEY_FILE"):
        open_store(settings)


def test_a_file_of_keys_that_protects_nothing_is_refused(locked: Settings, tmp_path: Path) -> None:
    inside = locked.data_dir / "store.key"
    add_key(inside)
    open_to_all = tmp_path / "open.key"
    add_key(open_to_all)
    open_to_all.chmod(0o644)
    empty, wrong = tmp_path / "empty.key", tmp_path / "wrong.key"
    for path, content in ((empty, ""), (wrong, "bm90IGEga2V5")):
        path.write_text(content)
        path.chmod(0o600)
    for path, why in (
        (inside, "data folder"),
        (open_to_all, "chmod 600"),
        (empty, "empty"),
        (wrong, "no key"),
        (tmp_path / "nowhere.key", "cannot be read"),
    ):
        with pytest.raises(InputError, match=why):
            open_store(replace(locked, store_key_file=str(path)))


def test_a_backup_is_as_encrypted_as_the_store(
    locked: Settings, file: Path, tmp_path: Path
) -> None:
    migrate(locked)
    put(open_store(locked), tmp_path)
    folder = tmp_path / "backup"
    back_up(locked, Storage(locked.storage), folder)
    add_key(file)
    seal_all(locked, open_store(locked))
    back_up(locked, Storage(locked.storage), folder)  # the same sizes, other content
    assert all(SOUND[:64] not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    file.write_text(file.read_text().split()[0])
    elsewhere = replace(locked, data_dir=tmp_path / "elsewhere")
    restore(elsewhere, Storage(elsewhere.storage), folder)
    assert open_store(elsewhere).read(RECORDING) == SOUND


def test_the_commands_make_a_key_and_apply_it(
    sqlite_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_settings.prepare()
    put(open_store(sqlite_settings), tmp_path)
    monkeypatch.setenv("COACH_DATA_DIR", str(sqlite_settings.data_dir))
    assert CliRunner().invoke(main, ["key", "apply"]).exit_code == 1
    path = tmp_path / "coach.key"
    assert CliRunner().invoke(main, ["key", "create", str(path)]).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("COACH_STORE_KEY_FILE", str(path))
    made = CliRunner().invoke(main, ["key", "apply"])
    assert made.exit_code == 0 and "1 file" in made.output
    assert SEAL in [entry.name for entry in (sqlite_settings.data_dir / "store").iterdir()]


def test_what_came_back_while_a_key_was_applied_is_erased_again(
    sqlite_settings: Settings, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service_on(sqlite_settings) as service:
        session_id = service.upload("erased in a moment")
        assert pair(service.engine, service.storage) is None
        [(key, _)] = service.storage.keys("recordings")
        with service.engine.begin() as db:
            db.execute(sa.update(sessions).values(status="done"))  # no tombstone, no second look
        service.jobs.forget(session_id)
        put(service.storage, tmp_path, key)  # as if it was read before it was erased
        monkeypatch.setenv("COACH_DATA_DIR", str(sqlite_settings.data_dir))
        monkeypatch.setenv("COACH_STORE_KEY_FILE", str(file))
        assert CliRunner().invoke(main, ["key", "apply"]).exit_code == 0
        assert list(service.storage.keys("recordings")) == []


def test_an_analysis_leaves_no_word_in_the_store(locked: Settings) -> None:
    with service_on(locked) as service, service.workers():
        session_id = service.upload("a secret call")
        assert service.wait(session_id, "done", "failed").status == "done"
        kept = [path for path in (locked.data_dir / "store").rglob("*") if path.is_file()]
        assert len(kept) >= 5  # the recording, four stages
        for path in kept:
            content = path.read_bytes()
            assert b"secret" not in content and b"happened" not in content, path.name
        service.jobs.forget(session_id)
        wait_for(lambda: not list(service.storage.keys("recordings")))
        assert not list(service.storage.keys("stages"))


def test_programs_that_read_media_are_not_told_where_the_key_is() -> None:
    assert "COACH_STORE_KEY_FILE" in Settings().secret_variables()
