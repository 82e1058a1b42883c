"""The tables of a corpus: every row fits its columns, and keys join."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.config import Config, as_toml, read_config
from coach.conversation import Acts
from coach.measures.catalogue import CATALOGUE
from coach.ports import SpeakerCount
from coach.rules import Rules
from coach.scorecard import score
from coach.tables.catalogue import SESSIONS, TABLES
from coach.tables.columns import Session, Table
from coach.talk import talk, with_acts

KINDS = {
    "text": str, "number": float, "integer": int, "flag": bool, "numbers": tuple,
}  # fmt: skip


@pytest.fixture
def session() -> Session:
    conv = talk(
        "A 0-3 So how was your week?",
        "B 2.5-9 It was hard and I felt alone",
        "A 5-5.4 mhm",
        "A 8-12 But listen to me now",
        "B 13-15 Yes",
    )
    conv = with_acts(conv, {0: Acts("open_question", 0.9, ("feeling_probe", "follow_up"))})
    return Session("s", conv, score(conv), {"cohort": "2024"})


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_rows_fit_their_columns(table: Table, session: Session) -> None:
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert names[0] == "recording_id"
    rows = list(table.rows(session))
    assert rows
    for row in rows:
        assert row[0] == "s"
        for column, cell in zip(table.columns, row, strict=True):
            assert cell is None or type(cell) is KINDS[column.kind], column.name


def rows_of(name: str, session: Session) -> list[dict[str, object]]:
    table = next(table for table in TABLES if table.name == name)
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows(session)]


def test_every_measure_has_its_parts_in_sessions(session: Session) -> None:
    names = {column.name for column in SESSIONS.columns}
    ends = ("", "_numerator", "_denominator", "_count", "_low", "_high")
    assert {measure + end for measure in CATALOGUE for end in ends} <= names
    mentor = rows_of("sessions", session)[0]
    share = next(m for m in session.card.measurements if (m.name, m.speaker) == ("talk_share", "A"))
    assert mentor["talk_share"] == pytest.approx(share.value, abs=1e-6)
    assert mentor["talk_share_numerator"] == pytest.approx(share.numerator)
    silence = {row["silence_share"] for row in rows_of("sessions", session)}
    assert len(silence) == 1


def test_keys_join(session: Session) -> None:
    turns = {row["turn"]: row for row in rows_of("turns", session)}
    for word in rows_of("words", session):
        if word["turn"] is not None:
            turn = turns[word["turn"]]
            assert turn["speaker"] == word["speaker"]
            assert turn["start"] <= word["end"]  # type: ignore[operator]
    assert sum(turn["words"] for turn in turns.values()) == sum(  # type: ignore[misc]
        word["turn"] is not None for word in rows_of("words", session)
    )
    (question,) = rows_of("questions", session)
    assert question["kinds"] == "feeling_probe follow_up"
    assert question["answer"] == turns[1]["duration"]
    for row in rows_of("transitions", session):
        assert row["fto"] == pytest.approx(row["start"] - row["stop"])  # type: ignore[operator]


def test_a_conversation_without_words_has_rows_too() -> None:
    conv = talk("A 0-3", "B 3-4")
    session = Session("s", conv, score(conv))
    assert rows_of("words", session) == []
    assert [row["text"] for row in rows_of("turns", session)] == [None, None]


@pytest.mark.parametrize(
    "config",
    [
        Config(),
        Config(mentor='the "first"', language="de", speakers=SpeakerCount(1, None)),
        Config(rules=Rules(min_pause=0.31, min_questions=7), model="base", device="cuda"),
    ],
)
def test_a_locked_configuration_reads_back_as_it_was(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "coach.toml"
    path.write_text(as_toml(config), encoding="utf-8")
    assert read_config(path) == config
