"""``coach serve``: the API and its workers, from one command."""

from __future__ import annotations

import ipaddress
import socket
import sys

import click
import uvicorn  # noqa: F401  # of the API process: where it is missing, say so here, once

from coach.errors import InputError
from coach.system import module_command
from coach_api.people import accounts
from coach_api.people.links import local_link
from coach_api.settings import Settings, settings_from
from coach_api.store.database import connect, leave_whole
from coach_api.store.migrate import migrate
from coach_api.work.processes import Program, begin_process, keep_running, worker_programs


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on; 0 takes any.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(min=0),
    help="Worker processes; each analyses one recording at a time.",
)  # fmt: skip
def serve(host: str, port: int, workers: int) -> None:
    """Start the service: pages, API and the workers that analyse.

    Everything is kept in COACH_DATA_DIR. Stop it with Ctrl+C; nothing is lost.
    """
    settings = settings_from()
    begin_process(settings)
    migrate(settings)
    with listen(host, port) as listener:
        _greet(settings, host, _address(settings, host, listener.getsockname()[1]))
        code = run_service(settings, listener, workers)
    click.get_current_context().exit(code)


def run_service(settings: Settings, listener: socket.socket, workers: int) -> int:
    """Run the API and its workers until they are told to stop; gives the exit code.

    Parameters
    ----------
    listener : where the API answers.
    workers : processes that analyse.
    """
    api = Program(
        "api",
        module_command("coach_api.web.serving", str(listener.fileno())),
        settings.environment(),
        pass_fds=(listener.fileno(),),
    )
    programs = [api, *worker_programs(settings, workers)]
    code = keep_running(programs, until=settings.stop_file.exists if settings.app else None)
    leave_whole(settings)
    return code


def listen(host: str, port: int) -> socket.socket:
    """Open the socket here: requests wait while the API process starts again.

    Parameters
    ----------
    port : 0 takes any.

    Raises
    ------
    InputError : if it cannot be opened.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise InputError(
            f"Cannot listen on {host} port {port} ({error.strerror}). Expected a free port of this "
            "machine: choose another with --port."
        ) from error


def _address(settings: Settings, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return settings.public_url or f"http://{shown}:{port}"


def _greet(settings: Settings, host: str, address: str) -> None:
    click.echo(f"Listening on {address}")
    if not _is_loopback(host):
        _greet_operator(settings, host)
    elif not sys.stdout.isatty():  # a log is read by others, and kept
        click.echo("For a link that signs you in once: coach user link")
    else:
        engine = connect(settings)
        click.echo(f"Sign in once with {local_link(engine, address)}")
        engine.dispose()


def _greet_operator(settings: Settings, host: str) -> None:
    """Say what whoever serves other machines has to do first, while it is not done."""
    if not settings.public_url.startswith("https://"):
        click.echo(
            f"Warning: this speaks plain http on {host}: passwords and recordings cross the "
            "network readable. Put a proxy with TLS before it and set COACH_PUBLIC_URL=https://... "
            "(docs/operating.md).",
            err=True,
        )
    engine = connect(settings)
    with engine.connect() as db:
        has_admin = accounts.has_admin(db)
    engine.dispose()
    if not has_admin:
        click.echo("There is no admin yet. Make one: coach user create EMAIL --role admin")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
