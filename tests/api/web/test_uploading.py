"""Recordings come in."""

from __future__ import annotations


def test_first(service, mentor):
    session_id = service.upload(mentor, mentor="Ada", partner="Bo", title="First")
    got = mentor.client.get(f"/v1/sessions/{session_id}").json()
    assert got["status"] == "done"
    card = mentor.client.get(f"/v1/sessions/{session_id}/scorecard")
    assert card.status_code == 200 and card.json()["measurements"]
