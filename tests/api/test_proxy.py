"""The proxies' configurations in docs/deploy, before a running service.

A proxy that is not installed is skipped: ``apt-get install nginx-light caddy`` brings both.
"""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from service import PATIENCE, Service, wait_for

from coach_api.people import accounts, links
from coach_api.people.limits import RATES

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
HOST = "localhost"


@dataclass(frozen=True)
class Proxied:
    """A service behind a proxy with a certificate that nobody else knows."""

    url: str
    service: Service

    def client(self, source: str = "127.0.0.1") -> httpx.Client:
        """A caller with that address."""
        anybody = ssl.create_default_context()
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        transport = httpx.HTTPTransport(verify=anybody, local_address=source)
        return httpx.Client(base_url=self.url, transport=transport, timeout=PATIENCE)


@pytest.fixture(params=["nginx", "caddy"])
def proxied(
    request: pytest.FixtureRequest, sqlite_service: Service, tmp_path: Path
) -> Iterator[Proxied]:
    """The service behind each proxy, as docs/operating.md says."""
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    port, behind = free_port(), free_port()
    url = f"https://{HOST}:{port}"
    settings = replace(sqlite_service.settings, public_url=url)
    serve = [str(Path(sys.executable).with_name("coach")), "serve", "--workers", "0"]
    environment = sqlite_service.environment() | settings.environment()
    argv = PROXIES[request.param](tmp_path, port, behind)
    with (
        running([*serve, "--port", str(behind)], behind, environment),
        running(argv, port, environment | {"XDG_DATA_HOME": str(tmp_path / "caddy")}),
    ):
        yield Proxied(url, sqlite_service)


def nginx(folder: Path, port: int, behind: int) -> list[str]:
    """Run nginx with a certificate of our own, and what its own nginx.conf says."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", f"/CN={HOST}",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    site = (DEPLOY / "nginx.conf").read_text()
    for there, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80", f"listen 127.0.0.1:{free_port()}"),
        ("coach.example.org", HOST),
        ("/etc/ssl/coach", str(folder)),
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
    ):
        site = changed(site, there, here)
    temporary = "".join(
        f"{each}_temp_path {folder}/{each};\n"
        for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{temporary}{site}}}\n"
    )
    argv = ["nginx", "-c", str(folder / "nginx.conf")]
    subprocess.run([*argv, "-t"], check=True, capture_output=True)
    return argv


def caddy(folder: Path, port: int, behind: int) -> list[str]:
    """Run Caddy with a certificate of its own making: nobody out there knows this host."""
    site = (DEPLOY / "Caddyfile").read_text()
    site = changed(site, "coach.example.org {", f"{HOST}:{port} {{\n\ttls internal")
    site = changed(site, "127.0.0.1:8000", f"127.0.0.1:{behind}")
    options = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n"
    (folder / "Caddyfile").write_text(options + site)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


PROXIES: dict[str, Callable[[Path, int, int], list[str]]] = {"nginx": nginx, "caddy": caddy}


def changed(text: str, there: str, here: str) -> str:
    assert there in text
    return text.replace(there, here)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running(argv: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: process.poll() is not None or answers(port))
        assert process.poll() is None
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_people_sign_in_and_recordings_come_through(proxied: Proxied) -> None:
    with proxied.service.engine.begin() as db:
        secret = links.issue(db, accounts.first_user(db))
    with proxied.client() as client:
        answer = client.post(f"/sign-in/{secret}", headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]
        page = client.get("/")
        assert page.status_code == 200
        csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        recording = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(3 << 20)
        accepted = client.post(
            "/v1/sessions", data={"consent": "true"}, headers={"X-CSRF-Token": csrf},
            files={"recording": ("talk.wav", recording, "audio/wav")},
        )  # fmt: skip
        assert accepted.status_code == 201, accepted.text
        with client.stream("GET", f"/v1/sessions/{accepted.json()['id']}/events") as events:
            # The analysis has not begun: only a proxy that does not wait for the end shows this.
            assert next(events.iter_lines()).startswith("event: progress")


def test_a_caller_is_who_the_proxy_says_and_not_who_they_say(proxied: Proxied) -> None:
    burst = int(RATES["door"].burst)
    with proxied.client() as client:
        statuses = [
            client.get("/sign-in/guessed", headers={"X-Forwarded-For": f"192.0.2.{number}"})
            for number in range(burst + 3)
        ]
        assert 429 in {answer.status_code for answer in statuses}
    with proxied.client("127.0.0.2") as another:
        assert another.get("/sign-in/guessed").status_code != 429
