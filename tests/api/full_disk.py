"""A service on a disk that gets full, in a mount namespace of its own; what it says, as JSON.

Its argument is a folder to mount the small disk on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from fastapi.testclient import TestClient
from service import service_on

from coach_api.people import tokens
from coach_api.settings import Settings
from coach_api.web.app import create_app

disk = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
settings = Settings(data_dir=disk / "data", min_free_bytes=1 << 20, reserve_bytes=4 << 20)
said: dict[str, object] = {}
with service_on(settings) as service:
    session_id = service.upload("one")
    with service.workers():
        service.wait(session_id, "done", "failed")
    with service.engine.begin() as db:
        _, token = tokens.issue(db, service.owner, "test", ("read", "write"))
    mine = f"/v1/sessions/{session_id}"
    with TestClient(create_app(service.settings, service.jobs)) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        said["room before"] = client.get("/readyz").json()["room"]
        for size in (1 << 20, 1 << 12, 1):  # down to the last byte
            with (disk / f"other.{size}").open("wb", buffering=0) as file:
                try:
                    while file.write(b"0" * size):
                        pass
                except OSError:
                    pass
        said["room"] = client.get("/readyz").json()["room"]
        said["renamed"] = client.patch(
            f"/v1/sessions/{session_id}", json={"title": "x"}
        ).status_code
        said["read"] = client.get(mine).status_code
        said["deleted"] = client.delete(mine).status_code
        said["read again"] = client.get(mine).status_code
    said["files"] = [key for key, _ in service.storage.keys("recordings")]
sys.stdout.write(json.dumps(said))
