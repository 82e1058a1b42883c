"""Command, service and corpus with the real models try to reach nothing beyond this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from outbound import Watch, can_trace
from service import PATIENCE, wait_for

pytestmark = pytest.mark.models

SAMPLE = Path(str(files("pyannote.audio") / "sample" / "sample.wav"))
COACH = [sys.executable, "-m", "coach"]

# As somebody's profile might set them: none of it makes anything leave.
WISHES = {
    "ORT_DISABLE_TELEMETRY": "0",
    "PYANNOTE_METRICS_ENABLED": "1",
    "HF_HUB_DISABLE_TELEMETRY": "0",
    "DO_NOT_TRACK": "0",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
    "DBOS__CLOUD": "true",
    "ARROW_TRACING_BACKEND": "otlp_http",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4318",
}


def alone() -> tuple[str, ...]:
    """A prefix that gives a command a network of its own, without any way out of it."""
    for prefix in (("unshare", "-n"), ("unshare", "-rn")):
        up = [*prefix, "sh", "-c", "ip link set lo up"]
        if shutil.which("unshare") and not subprocess.run(up, capture_output=True).returncode:
            return (*prefix, "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
    return ()


def test_the_command(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    command = [*alone(), *watch.prefix, *COACH, "analyse", SAMPLE, "-o", tmp_path / "out"]
    done = subprocess.run(command, env=watch.environment(**WISHES), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/sample/scorecard.html").exists()
    assert watch.attempts() == []


def test_a_corpus(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    (tmp_path / "in").mkdir()
    shutil.copy(SAMPLE, tmp_path / "in")
    command = [*alone(), *watch.prefix, *COACH, "batch", tmp_path / "in", "-o", tmp_path / "out"]
    done = subprocess.run(command, env=watch.environment(**WISHES), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/recordings/sample/scorecard.json").exists()
    assert watch.attempts() == []


def test_the_service(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    environment = watch.environment(**WISHES, COACH_DATA_DIR=str(tmp_path / "data"))
    token = subprocess.run(
        [*COACH, "token", "create", "--name", "test"],
        env=environment, check=True, capture_output=True, text=True,
    ).stdout.split()[-1]  # fmt: skip
    serve = subprocess.Popen(
        [*watch.prefix, *COACH, "serve", "--port", "0"],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert serve.stdout
        address = serve.stdout.readline().removeprefix("Listening on ").strip()
        upload_and_read(address, token)
    finally:
        stop(serve)
    assert watch.attempts() == []


def upload_and_read(address: str, token: str) -> None:
    """From the upload to the scorecard's page, as a client of the API."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=headers, timeout=PATIENCE) as client:
        with SAMPLE.open("rb") as recording:
            form: dict[str, Any] = {"data": {"consent": "true"}, "files": {"recording": recording}}
            made = client.post("/v1/sessions", **form)
        assert made.status_code == 201, made.text
        where = f"/v1/sessions/{made.json()['id']}"
        wait_for(lambda: client.get(where).json()["status"] in ("done", "failed"))
        assert client.get(where).json()["status"] == "done"
        assert client.get(f"{where}/scorecard").status_code == 200


def stop(serve: subprocess.Popen[str]) -> None:
    """Stop the service and wait for the process that watches it, which ends with it."""
    running = psutil.Process(serve.pid)
    (*_, last) = [running, *running.children()] if can_trace() else [running]
    last.terminate()
    serve.wait(PATIENCE)
    serve.stdout.close()
