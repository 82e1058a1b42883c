"""One mentor's many recordings do not delay another's first."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from service import Service

from coach_api.store.tables import new_id, users


def test_the_first_of_another_goes_before_the_rest_of_one(service: Service) -> None:
    many = [service.upload(f"mine {number}") for number in range(5)]
    other = new_id()
    with service.engine.begin() as tx:
        tx.execute(sa.insert(users).values(id=other, email="other@example.org"))
    one = replace(service, owner=other).upload("of another")
    with service.workers():
        ended = [service.wait(session_id, "done") for session_id in (*many, one)]
    begun = sorted(ended, key=lambda row: row.started_at)
    assert [row.id for row in begun] == [many[0], one, *many[1:]]
