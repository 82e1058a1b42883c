"""One account does not take all the room, nor all the time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .conftest import Service, wav
from .test_tus import announce, begin_untold, send

_FORM = {"consent": "true"}


def _send(who: Any, seed: int) -> Any:
    return who.client.post(
        "/v1/sessions", data=_FORM, files={"recording": ("x.wav", wav(seed), "audio/wav")}
    )


def test_an_account_keeps_so_many_bytes(make_service: Any) -> None:
    service: Service = make_service(account_bytes=2 * len(wav()))
    mentor, other = service.person("m@example.org"), service.person("o@example.org")
    first = [_send(mentor, seed) for seed in range(2)]
    assert [answer.status_code for answer in first] == [201, 201]
    refused = _send(mentor, 2)
    assert refused.status_code == 403 and refused.json()["type"] == "/problems/quota-reached"
    assert _send(mentor, 1).status_code == 200, "it is known already and takes no room"
    assert _send(other, 2).status_code == 201
    mentor.client.delete(first[0].headers["Location"]).raise_for_status()
    assert _send(mentor, 2).status_code == 201


def test_an_upload_in_pieces_is_counted_when_it_is_announced(make_service: Any) -> None:
    service: Service = make_service(account_bytes=2 * len(wav()))
    mentor, other = service.person("m@example.org"), service.person("o@example.org")
    assert announce(mentor, wav() + wav() + b"x").status_code == 403
    first = announce(mentor, wav(0))
    assert first.status_code == 201
    assert [announce(mentor, wav(n)).status_code for n in (1, 2)] == [201, 403]
    assert _send(mentor, 3).status_code == 403
    assert announce(other, wav(1)).status_code == 201
    assert send(mentor, first.headers["location"], wav(0), 0).status_code == 204


def test_uploads_that_are_announced_at_once_share_what_is_left(make_service: Any) -> None:
    service: Service = make_service(account_bytes=2 * len(wav()))
    mentor = service.person("m@example.org")
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda n: announce(mentor, wav(n)).status_code, range(8)))
    assert sorted(codes) == [201] * 2 + [403] * 6
    assert len(list(service.settings.uploads_dir.iterdir())) == 2


def test_recordings_that_come_at_once_share_what_is_left(make_service: Any) -> None:
    service: Service = make_service(account_bytes=2 * len(wav()))
    mentor = service.person("m@example.org")
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda n: _send(mentor, n).status_code, range(8)))
    assert sorted(codes) == [201] * 2 + [403] * 6
    assert len(list(service.context.storage.keys("recordings"))) == 2
    assert list(service.settings.uploads_dir.iterdir()) == []


def test_an_upload_without_a_length_stays_within_what_is_left(make_service: Any) -> None:
    mentor = make_service(account_bytes=len(wav())).person("m@example.org")
    at = begin_untold(mentor)
    assert send(mentor, at, wav() + b"x", 0).status_code == 413
    assert send(mentor, at, wav(), 0).status_code == 204


def test_an_account_has_so_many_recordings_in_the_queue(make_service: Any) -> None:
    service: Service = make_service(account_queue=2)
    service.context.jobs.at_once = False  # type: ignore[attr-defined]
    mentor, other = service.person("m@example.org"), service.person("o@example.org")
    assert [_send(mentor, seed).status_code for seed in range(3)] == [201, 201, 403]
    assert _send(other, 0).status_code == 201
    service.jobs.run()
    assert _send(mentor, 2).status_code == 201
