"""The real service with the built-in hour in it: for drawing pages and for measuring them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import sqlalchemy as sa

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "tests/core"), str(ROOT / "api/bench")]

from hour import hour  # noqa: E402
from serving import run_service  # noqa: E402

from coach.interchange.json import dump  # noqa: E402
from coach_api.people.links import local_link  # noqa: E402
from coach_api.sessions.scoring import SessionDetails, score_corrected  # noqa: E402
from coach_api.settings import Settings  # noqa: E402
from coach_api.store.database import connect  # noqa: E402
from coach_api.store.objects import Storage, recording_key  # noqa: E402
from coach_api.store.tables import new_id, results, sessions, users  # noqa: E402

DEMO = ROOT / "docs/demo/demo.opus"


@dataclass(frozen=True, slots=True)
class Hour:
    """A running service: a link that signs in, the session's address, and the API process."""

    link: str
    session: str
    process: int


@contextmanager
def served_hour(minutes: float = 60.0, title: str = "About many things") -> Iterator[Hour]:
    """Serve a finished session of so many minutes, with sound."""
    with run_service(COACH_RATE_FACTOR="1000") as service:
        base = f"http://127.0.0.1:{service.port}"
        engine = connect(Settings(data_dir=service.data))
        session_id = _fill(engine, Settings(data_dir=service.data), minutes, title)
        link = local_link(engine, base)
        engine.dispose()
        yield Hour(link, f"{base}/sessions/{session_id}", service.process)


def _fill(engine: sa.Engine, settings: Settings, minutes: float, title: str) -> str:
    conv, session_id = hour(minutes), new_id()
    part = settings.data_dir / "hour.opus"
    write_sound(part, conv.recording.duration)
    sha256 = hashlib.sha256(part.read_bytes()).hexdigest()
    key, size = recording_key(session_id, sha256), part.stat().st_size
    card = score_corrected(conv, (), SessionDetails(title))
    made = {"conversation": dump(conv), "scorecard": dump(card, indent=None)}
    with engine.begin() as db:
        owner = db.execute(sa.select(users.c.id)).scalars().first()
        row = {
            "id": session_id, "owner_id": owner, "sha256": sha256, "size": size, "title": title,
            "blob_key": key, "status": "done", "media_type": "audio/ogg", "partner": "Jonas",
        }  # fmt: skip
        db.execute(sessions.insert().values(**row))
        db.execute(results.insert().values(session_id=session_id, **made))
    Storage(settings.storage).adopt(part, key)
    return session_id


def write_sound(path: Path, duration: float) -> None:
    """The demo recording again and again: sound of the right length, not of the right words."""
    with av.open(str(DEMO)) as source, av.open(str(path), "w", format="ogg") as target:
        packets = [packet for packet in source.demux(audio=0) if packet.size]
        stream = target.add_stream_from_template(source.streams.audio[0])
        first, last, base = packets[0], packets[-1], source.streams.audio[0].time_base
        assert first.pts is not None and last.pts is not None
        assert last.duration is not None and base is not None
        length = last.pts + last.duration - first.pts
        whole = int(duration / base)
        for round_ in range(whole // length + 1):
            for packet in packets:
                again = av.Packet(bytes(packet))
                again.stream, again.time_base = stream, packet.time_base
                again.pts = again.dts = (packet.pts or 0) + round_ * length
                again.duration = packet.duration
                if again.pts < whole:
                    target.mux(again)


def main() -> None:
    """Serve until Enter is pressed."""
    with served_hour(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0) as found:
        subprocess.run(["echo", found.link, found.session], check=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
