"""A service whose database and store do not belong together keeps nothing, and says so."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from coach_api.store.pairing import MARK
from coach_api.store.tables import deployment, sessions

from .conftest import Person, Service, wav


def test_no_recording_is_accepted_into_a_store_of_others(service: Service, mentor: Person) -> None:
    known = service.upload(mentor, 1)
    storage = service.context.storage
    storage.replace(MARK, b"of another service")
    answer = mentor.client.post(
        "/v1/sessions", data={"consent": "true"}, files={"recording": ("x.wav", wav(2))}
    )
    assert answer.status_code == 503
    assert "coach doctor" in answer.json()["detail"]
    assert len(list(storage.keys("recordings"))) == 1
    with service.context.engine.connect() as db:
        assert db.scalars(sa.select(sessions.c.id)).all() == [known]
    ready = service.client().get("/readyz")
    assert ready.status_code == 503
    assert "different services" in ready.json()["detail"]


def test_readiness_says_what_stops_the_cleanup(service: Service, mentor: Person) -> None:
    assert ready(service) == {"status": "ok", "room": "ok", "cleanup": "ok"}
    service.upload(mentor, 1)
    assert ready(service) == {"status": "ok", "room": "ok", "cleanup": "ok"}
    with service.context.engine.begin() as db:
        db.execute(sa.update(deployment).values(stopped="Many strays."))
    assert ready(service) == {"status": "ok", "room": "ok", "cleanup": "Many strays."}


def ready(service: Service) -> Any:
    answer = service.client().get("/readyz")
    assert answer.status_code == 200
    return answer.json()
