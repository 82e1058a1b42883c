"""Pulling out of a hub: a small one that the test serves on this computer."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from wheel_shop import Shop

from coach.errors import ModelUnavailable
from coach_models import weights
from coach_models.weights.manifest import File, Manifest, Source
from coach_models.weights.pull import pull, verify

COMMIT = "c0ffee" + "0" * 34
TOKEN = "hf_the_users_own"


@dataclass
class Hub:
    """What is served, who is let in, and which tokens came with which repository."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    tokens: set[tuple[str, str | None]] = field(default_factory=set)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    served = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, *, body: bool) -> None:
            repo = "/".join(self.path.split("/")[1:3])
            token = self.headers.get("Authorization")
            served.tokens.add((repo, token))
            content = served.files.get(self.path)
            if repo in served.closed and token != f"Bearer {TOKEN}":
                self.send_response(403)
                self.send_header("X-Error-Code", "GatedRepo")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(404 if content is None else 200)
            content = content or b""
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("HF_ENDPOINT", served.url)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def manifest(shop: Shop, models_dir: Path, hub: Hub) -> Manifest:
    """The model "open" and the gated model "closed", two files each, on the hub."""
    models = []
    for name in ("open", "closed"):
        for path, content in (("config.yaml", b"a: 1"), ("deep/model.bin", name.encode())):
            hub.files[f"/owner/{name}/resolve/{COMMIT}/{path}"] = content
        files = (shop.pin("config.yaml", b"a: 1"), shop.pin("deep/model.bin", name.encode()))
        source = Source(hub=f"owner/{name}", revision=COMMIT, gated=name == "closed")
        models.append(shop.model(name, files, source))
    hub.closed.add("owner/closed")
    return Manifest(tuple(models))


def test_files_come_from_the_pinned_commit(hub: Hub, manifest: Manifest, models_dir: Path) -> None:
    (record,) = pull(["open"], manifest=manifest)
    assert record.source == f"owner/open at {COMMIT}"
    home = weights.path("open", manifest=manifest)
    assert (home / "deep/model.bin").read_bytes() == b"open"
    assert not (models_dir / ".downloads").exists()


def test_the_token_goes_to_gated_repositories_only(hub: Hub, manifest: Manifest) -> None:
    pull(["open", "closed"], manifest=manifest, token=TOKEN)
    assert hub.tokens == {("owner/open", None), ("owner/closed", f"Bearer {TOKEN}")}


def test_a_gated_model_says_how_to_get_in(manifest: Manifest) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        pull(["closed"], manifest=manifest, token="hf_another")
    for part in ("owner/closed", "Accept their conditions at", "HF_TOKEN", "--token-file"):
        assert part in str(caught.value)
    assert "hf_another" not in str(caught.value)


def test_bytes_that_differ_from_the_pins_are_refused(hub: Hub, manifest: Manifest) -> None:
    hub.files[f"/owner/open/resolve/{COMMIT}/deep/model.bin"] = b"evil"
    with pytest.raises(ModelUnavailable) as caught:
        pull(["open"], manifest=manifest)
    for content in (b"open", b"evil"):
        assert hashlib.sha256(content).hexdigest() in str(caught.value)


def test_without_a_pinned_hash_the_first_use_is_trusted_and_kept(
    hub: Hub, manifest: Manifest, models_dir: Path
) -> None:
    unpinned = replace(manifest.models[0], files=(File("deep/model.bin"),))
    manifest = Manifest((unpinned,))
    (record,) = pull(["open"], manifest=manifest)
    assert record.files[0].sha256 == hashlib.sha256(b"open").hexdigest()
    (models_dir / "open/deep/model.bin").write_bytes(b"evil")
    with pytest.raises(ModelUnavailable, match=str(record.files[0].sha256)):
        verify("open", manifest=manifest)


@pytest.mark.parametrize("url", ["{hub}/nowhere", "http://127.0.0.1:9"])
def test_a_hub_that_cannot_be_reached_is_named(
    hub: Hub, manifest: Manifest, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)  # the hub's client waits between tries
    monkeypatch.setenv("HF_ENDPOINT", url.format(hub=hub.url))
    with pytest.raises(ModelUnavailable, match=f"owner/open at {COMMIT}: "):
        pull(["open"], manifest=manifest)


def test_the_hub_stands_in_when_the_index_has_nothing(
    shop: Shop, hub: Hub, manifest: Manifest
) -> None:
    wheel = shop.wheel("stale", {})
    gone = replace(wheel, pin="gone==1.0")
    model = replace(
        manifest.models[0], sources=(Source(("gone==1.0",), "gone"), manifest.models[0].sources[0])
    )
    (record,) = pull(["open"], manifest=Manifest((model,), (gone,)))
    assert record.source.startswith("owner/open")
