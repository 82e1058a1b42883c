"""The pages over several sessions: trends, the day of a session, the programme."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest
import sqlalchemy as sa

from coach.measurement import Measurement
from coach_api.sessions.programme import LEAST_MENTORS, needs, quarters
from coach_api.sessions.trends import ScoredSession
from coach_api.store.tables import sessions

from .conftest import Person, Service, wav
from .signed_in import browser, csrf, send


def test_the_trends_page(service: Service, mentor: Person, lead: Person) -> None:
    client = browser(service, mentor)
    assert "Nothing to compare yet" in client.get("/trends").text
    for seed in range(3):
        service.upload(mentor, seed, mentor="Ada", partner=("Bo", "Cy")[seed % 2])
    page = client.get("/trends").text
    assert page.count("<circle") >= 3 and "You, over 3 scorecards" in page
    pair = re.findall(r'href="/trends\?of=(\w+)"[^>]*>You with Bo', page)[0]
    of_pair = client.get("/trends", params={"of": pair}).text
    assert "You with Bo, over 2 scorecards" in of_pair
    reader = browser(service, lead)
    assert "Bo" not in reader.get("/trends", params={"of": pair}).text
    unnamed = service.upload(mentor, 7)
    assert "You, over 4 scorecards" in client.get("/trends").text, "whatever name was typed"
    send(client, f"/sessions/{unnamed}/shares", email=lead.email)
    assert f"{mentor.email}, over 1 scorecard" in reader.get("/trends").text
    service.upload(lead, 8)
    assert "You, over 1 scorecard" in reader.get("/trends").text, "one's own come first"


def test_trends_go_by_the_day_of_the_session(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    for seed, day in ((1, "2026-03-02"), (2, "2026-01-05"), (3, "2026-02-03")):
        service.upload(mentor, seed, held_on=day)
    page = client.get("/trends").text
    listed = re.findall(r">(\d+ \w+ 2026)</a> <span>", page)[:3]
    assert listed == ["5 January 2026", "3 February 2026", "2 March 2026"]
    assert "5 Jan 2026</text>" in page and "2 Mar 2026</text>" in page
    assert "Usual so far" in page and '<rect class="band"' in page
    assert re.search(r"<b>[^<]*%</b> <span class=\"soft small\">\d+ s of \d+ s</span>", page)


def test_the_goal_is_drawn_where_it_was_set(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    for seed, day in enumerate(("2026-01-05", "2026-02-03", "2026-03-02")):
        service.upload(mentor, seed, held_on=day)
    wish = {"text": "Ask and wait", "measure": "stacked_questions", "direction": "less"}
    assert "Ask and wait" not in client.get("/trends").text
    mentor.client.post("/v1/goals", json=wish).raise_for_status()
    first = client.get("/trends").text.partition("</article>")[0]
    assert "Ask and wait" in first and "Usual before the goal" in first
    assert first.count('<line class="goal"') == 1 and "per hour" in first


@pytest.mark.parametrize("day", ["2999-01-01", "1904-01-01", "yesterday"])
def test_a_session_has_a_day_of_the_past(service: Service, mentor: Person, day: str) -> None:
    form = {"consent": "true", "held_on": day}
    files = {"recording": ("x.wav", wav(), "audio/wav")}
    assert mentor.client.post("/v1/sessions", data=form, files=files).status_code == 422


def test_the_day_is_said_after_the_upload_too(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    form = {"csrf": csrf(client), "consent": "true", "held_on": ""}
    page = client.post("/upload", data=form, files={"recording": ("x.wav", wav(), "audio/wav")})
    session = page.url.path
    today = mentor.client.get(f"/v1{session}").json()
    assert today["held_on"] == today["created_at"][:10]
    about = {"title": "A talk", "mentor": "", "partner": "", "held_on": today["held_on"]}
    send(client, f"{session}/about", **about)
    with service.context.engine.connect() as db:
        kept = db.execute(sa.select(sessions.c.held_on)).scalar_one()
    assert kept is None, "a day that only stands in the form is not told"
    about["held_on"] = "2026-05-04"
    assert 'value="2026-05-04"' in send(client, f"{session}/about", **about).text
    assert mentor.client.get(f"/v1{session}").json()["held_on"] == "2026-05-04"


def test_the_programme_page_has_totals_and_no_names(service: Service, lead: Person) -> None:
    client = browser(service, lead)
    for number in range(LEAST_MENTORS):
        page = client.get("/programme").text
        assert "Totals need 5 mentors" in page and "What most could try" not in page
        table = list(csv.DictReader(client.get("/programme.csv").text.splitlines()))
        assert {row["value"] for row in table} == {""}
        day = ("2026-02-03", "2026-08-03")[number == 0]
        service.upload(service.person(f"m{number}@example.org"), mentor="Ada", held_on=day)
    page = client.get("/programme").text
    assert "Over 5 scorecards of 5 mentors" in page and "Talk share" in page
    assert "Ada" not in page and "What most could try" in page
    table = list(csv.DictReader(client.get("/programme.csv").text.splitlines()))
    shares = {row["quarter"]: row["value"] for row in table if row["measure"] == "talk_share"}
    assert shares["all"] and shares["2026 Q1"] == shares["2026 Q3"] == "", "four and one mentors"


def test_what_most_could_try_is_on_the_newest_scorecards_of_five() -> None:
    share = {
        "talk_share": Measurement(
            "talk_share", "A", "ratio", numerator=1.0, denominator=2.0, count=1
        )
    }

    def newest(owner: int, attempt: str, day: int = 3) -> ScoredSession:
        return ScoredSession(
            f"s{owner}{day}", date(2026, 2, day), f"m{owner}", share, 60.0, attempt
        )

    found = [newest(number, "Leave more room") for number in range(LEAST_MENTORS)]
    found += [newest(9, "Ask openly"), newest(9, "Leave more room", day=1)]
    assert [(need.title, need.mentors) for need in needs(found)] == [
        ("Leave more room", LEAST_MENTORS)
    ]
    assert needs(found[1:]) == ()


def test_a_withheld_quarter_cannot_be_worked_out_from_the_total() -> None:
    def scored(owner: int, month: int) -> ScoredSession:
        share = Measurement("talk_share", "A", "ratio", numerator=1.0, denominator=2.0, count=1)
        held_on = date(2026, month, 3)
        return ScoredSession(f"s{owner}{month}", held_on, f"m{owner}", {"talk_share": share}, 60.0)

    def shown(found: list[ScoredSession]) -> list[bool]:
        return [each.value is not None for each in quarters(found, "talk_share")]

    first, second, third = (
        [scored(owner, month) for owner in range(LEAST_MENTORS)] for month in (2, 5, 8)
    )
    assert shown([*first, *second]) == [True, True]
    assert shown([*first, scored(0, 8)]) == [False, False]
    assert shown([*first, scored(7, 2), *second, scored(0, 8)]) == [True, False, False]
    assert shown([*first, *second, *third[:-1], scored(9, 8)]) == [True, True, True]
