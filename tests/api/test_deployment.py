"""Settings, the supervised processes, the doctor, and the commands."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest
import yaml
from click.testing import CliRunner
from service import PATIENCE, Service, slowness, wait_for

from coach.errors import InputError
from coach_api.cli.doctor import doctor
from coach_api.people import accounts
from coach_api.settings import Settings, settings_from
from coach_api.store.health import examine
from coach_api.work.processes import CANNOT_START, Program
from coach_models.decoding.sandbox import find_confinement

COACH = Path(sys.executable).with_name("coach")


def test_settings_travel_through_the_environment_and_hide_secrets() -> None:
    settings = Settings(
        data_dir=Path("/srv/coach"), database_url="postgresql://u:hush@h/n", secret_key="hush",
        oidc_client_secret="hush", storage_url="s3://hush/", audio_days=7, private_webhooks=True,
    )  # fmt: skip
    assert settings_from(settings.environment()) == settings
    assert "hush" not in repr(settings)
    assert {"COACH_SECRET_KEY", "COACH_DATABASE_URL"} <= settings.secret_variables()
    assert "COACH_AUDIO_DAYS" not in settings.secret_variables()


def test_every_setting_is_explained() -> None:
    page = (Path(__file__).parents[2] / "docs" / "service.md").read_text()
    assert [name for name in Settings().environment() if f"`{name}`" not in page] == []


def test_defaults_are_a_file_and_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    settings = Settings()
    settings.prepare()
    assert settings.database == f"sqlite:///{tmp_path}/listening-coach/coach.db"
    assert settings.storage == f"file://{tmp_path}/listening-coach/store"
    assert settings.data_dir.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("value", ["many", "0", "-1"])
def test_a_wrong_number_is_named(value: str) -> None:
    with pytest.raises(InputError, match="COACH_AUDIO_DAYS"):
        settings_from({"COACH_AUDIO_DAYS": value})


def test_serve_says_where_survives_a_kill_and_stops_cleanly(sqlite_service: Service) -> None:
    service = sqlite_service
    serve = subprocess.Popen(
        [COACH, "serve", "--port", "0", "--workers", "1"],
        env=service.environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert serve.stdout
    address = serve.stdout.readline().removeprefix("Listening on ").strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    # Not in a terminal: what is printed is a log, and a link in it would be anybody's.
    assert serve.stdout.readline() == "For a link that signs you in once: coach user link\n"
    assert httpx.get(f"{address}/healthz", timeout=PATIENCE).status_code == 200
    api = next(
        each for each in psutil.Process(serve.pid).children()
        if "coach_api.web.serving" in each.cmdline()
    )  # fmt: skip
    api.kill()
    # The socket is the supervisor's: a request waits for the next process, and is not refused.
    assert httpx.get(f"{address}/healthz", timeout=PATIENCE).status_code == 200
    children = psutil.Process(serve.pid).children(recursive=True)
    serve.terminate()
    assert serve.wait(PATIENCE) == 0
    assert psutil.wait_procs(children, PATIENCE)[1] == []
    serve.stdout.close()


@pytest.mark.parametrize("is_ready", [False, True])
def test_serving_other_machines_says_what_to_do_first(
    sqlite_service: Service, is_ready: bool
) -> None:
    public = "https://coach.example.org" if is_ready else "http://coach.example.org"
    if is_ready:
        with sqlite_service.engine.begin() as db:
            accounts.create(db, "admin@example.org", role="admin")
    serve = subprocess.Popen(
        [COACH, "serve", "--host", "0.0.0.0", "--port", "0", "--workers", "0"],
        env=sqlite_service.environment(COACH_PUBLIC_URL=public, COACH_LOG_LEVEL="CRITICAL"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert serve.stdout
    assert serve.stdout.readline() == f"Listening on {public}\n"
    if not is_ready:
        assert "coach user create EMAIL --role admin" in serve.stdout.readline()
    serve.terminate()
    said, warned = serve.communicate(timeout=PATIENCE)
    assert said == ""
    assert ("plain http" in warned) is not is_ready


def test_what_is_deployed_is_pinned_and_runs_as_a_user() -> None:
    folder = Path(__file__).parents[2] / "docs" / "deploy"
    texts = {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}
    images = [
        image for text in texts.values() for image in re.findall(r"(?:FROM|image:) +(\S+)", text)
    ]
    others = [image for image in images if not image.startswith("listening-coach:")]
    assert others
    assert all(re.search(r":[^@]+@sha256:[0-9a-f]{64}$", image) for image in others)
    assert "\nUSER 1000\n" in texts["Dockerfile"]
    ours = yaml.safe_load(texts["compose.yaml"])["services"]
    for each in (ours["api"], ours["worker"], ours["weights"]):
        assert each["read_only"] and each["cap_drop"] == ["ALL"]
    assert ours["api"]["ports"] == ["127.0.0.1:8000:8000"]
    for document in yaml.safe_load_all(texts["kubernetes.yaml"]):
        if "template" in document["spec"]:
            pod = document["spec"]["template"]["spec"]
            assert pod["securityContext"]["runAsNonRoot"]
            for container in pod["containers"] + pod.get("initContainers", []):
                assert container["securityContext"]["readOnlyRootFilesystem"]


def test_children_end_with_a_killed_supervisor(sqlite_service: Service) -> None:
    worker = subprocess.Popen([COACH, "worker"], env=sqlite_service.environment())
    locks = sqlite_service.settings.locks_dir
    wait_for(lambda: any("migrate" not in each.name for each in locks.iterdir()))
    children = psutil.Process(worker.pid).children()
    assert len(children) == 1
    worker.kill()
    worker.wait()
    assert psutil.wait_procs(children, PATIENCE)[1] == []


def test_a_process_that_cannot_be_started_just_now_is_started_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = Program("sleep", ("sleep", "60"))
    with monkeypatch.context() as full:
        full.setattr(subprocess, "Popen", cannot_fork)
        assert program.check() is None
    wait_for(lambda: program.check() is None and program.pid is not None)
    program.terminate()
    program.stop(time.monotonic() + 30)


def cannot_fork(*_: object, **more: object) -> None:
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def test_a_port_in_use_is_explained(sqlite_service: Service) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [COACH, "serve", "--port", str(taken.getsockname()[1])],
            env=sqlite_service.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "choose another with --port" in done.stderr


def test_a_worker_that_cannot_start_is_not_started_for_ever(sqlite_service: Service) -> None:
    environment = sqlite_service.environment(COACH_STORAGE_URL="ftp://host/")
    argv = [sys.executable, "-m", "coach_api.work.worker"]
    alone = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    assert alone.returncode == CANNOT_START
    assert "COACH_STORAGE_URL" in alone.stderr
    supervised = subprocess.run([COACH, "worker"], env=environment, timeout=PATIENCE, check=False)
    assert supervised.returncode == 1


def test_a_stopped_worker_leaves_its_job_to_the_next(sqlite_service: Service) -> None:
    service = sqlite_service
    session_id = service.upload("one")
    with service.workers(FAKE_EARS_SECONDS="2") as (worker,):
        wait_for(lambda: bool(service.marked("decode", "begun")))
        begun = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
        assert time.monotonic() - begun < 3 * slowness()
    with service.workers():
        assert service.wait(session_id, "done", "failed").status == "done"


def test_the_doctor_finds_a_healthy_deployment(service: Service) -> None:
    service.upload("one")
    found = {each.name: each for each in examine(service.settings)}
    bad = {name: each.said for name, each in found.items() if each.verdict == "bad"}
    assert bad == {}
    assert found["jobs"].said == "1 waiting, 0 running."
    assert list(service.storage.keys("recordings/doctor")) == []


def test_the_doctor_finds_what_is_wrong(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, storage_url="ftp://host/", stage_program="no_such_module",
        database_url="postgresql://nobody:hush@127.0.0.1:9/none", public_url="http://coach.example",
    )  # fmt: skip
    os.chmod(tmp_path, 0o755)
    found = {each.name: each.verdict for each in examine(settings)}
    assert found.pop("decoding") != "bad"  # a question of the kernel, see below
    assert found == {
        "folders": "ok", "database": "bad", "locks": "bad", "store": "bad", "cleanup": "bad",
        "encryption": "ok", "listening": "bad", "jobs": "bad", "address": "note",
    }  # fmt: skip
    assert not any("hush" in each.said for each in examine(settings))
    result = CliRunner().invoke(doctor, env=settings.environment())
    assert result.exit_code == 1
    assert "bad   database" in result.output


@pytest.mark.parametrize("absent", [(), ("landlockpy",), ("landlockpy", "seccompy")])
def test_the_doctor_says_in_a_line_what_confines_the_decoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent: tuple[str, ...]
) -> None:
    """The process that decodes is asked, in which some packages cannot be imported."""
    for name in absent:
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError({name!r})\n")
    paths = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    present = find_confinement()
    result = CliRunner().invoke(doctor, env=Settings(data_dir=tmp_path / "data").environment())
    (line,) = [line for line in result.output.splitlines() if " decoding " in line]
    missing = [name for name in ("Landlock", "seccomp") if name not in present]
    assert line.startswith("note" if missing else "ok")
    assert f"without {' and '.join(missing)}:" in line if missing else "confine" in line
    assert len(missing) >= len(absent)


def test_the_doctor_notes_an_empty_and_a_nearly_full_deployment(tmp_path: Path) -> None:
    settings = replace(Settings(data_dir=tmp_path / "data"), min_free_bytes=2**60)
    found = {each.name: each for each in examine(settings)}
    assert found["database"].verdict == "note"
    assert "GiB are free" in found["store"].said
    assert found["jobs"].said == "There are none yet."
