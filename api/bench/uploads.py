"""Memory while a large recording streams in: ``python api/bench/uploads.py --gb 2``.

A WAV file of silence, made on the way, goes to the real service in one form; the API process's
memory is looked at every tenth of a second.
"""

from __future__ import annotations

import http.client
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parent))
from serving import Service, resident_mb, run_service

PIECE = bytes(1 << 20)
WAV = b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(48)
BEFORE = (
    b'--x\r\nContent-Disposition: form-data; name="consent"\r\n\r\ntrue\r\n'
    b'--x\r\nContent-Disposition: form-data; name="recording"; filename="x.wav"\r\n\r\n'
)
AFTER = b"\r\n--x--\r\n"


@click.command()
@click.option("--gb", default=2.0, show_default=True)
def main(gb: float) -> None:
    """Measure and print."""
    pieces = int(gb * 1000**3) // len(PIECE)
    with run_service() as service:
        _send(service, 1)  # everything is loaded before memory is looked at
        before = resident_mb(service.process)
        began = time.perf_counter()
        peak = _peak_memory(service, pieces)
        seconds = time.perf_counter() - began
    megabytes = pieces * len(PIECE) / 1e6
    click.echo(
        f"{megabytes:.0f} MB in {seconds:.1f} s ({megabytes / seconds:.0f} MB/s); "
        f"API process {before:.0f} MB before, {peak:.0f} MB at most (+{peak - before:.0f} MB)"
    )


def _peak_memory(service: Service, pieces: int) -> float:
    """Send, and give the most memory the API process had meanwhile, in MB."""
    sender = threading.Thread(target=_send, args=(service, pieces))
    sender.start()
    peak = 0.0
    while sender.is_alive():
        peak = max(peak, resident_mb(service.process))
        time.sleep(0.1)
    sender.join()
    return peak


def _send(service: Service, pieces: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=600)
    length = len(BEFORE) + len(WAV) + pieces * len(PIECE) + len(AFTER)
    headers = {
        "Authorization": f"Bearer {service.token}",
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(length),
    }
    connection.request("POST", "/v1/sessions", body=_body(pieces), headers=headers)
    answer = connection.getresponse()
    if answer.status != 201:
        raise SystemExit(f"answered {answer.status}: {answer.read()!r}")


def _body(pieces: int) -> Iterator[bytes]:
    yield BEFORE + WAV
    for _ in range(pieces):
        yield PIECE
    yield AFTER


if __name__ == "__main__":
    main()
