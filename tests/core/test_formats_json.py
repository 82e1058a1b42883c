"""Documents: what is written is read again, and what is wrong is named."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from math import inf, nan
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from coach.conversation import Acts, Conversation, Provenance, Recording, Word
from coach.errors import InputError
from coach.interchange.json import (
    MIGRATIONS,
    dump,
    load,
    parse,
    read_conversation,
    schema,
    write_conversation,
)
from coach.interchange.times import round_value
from coach.intervals import Span
from coach.measurement import Measurement
from coach.scorecard import Scorecard, score
from coach.talk import talk, with_acts

CONV = with_acts(
    talk("A 0-3 So how was it?", "B 2.8-4 Fine"), {0: Acts("open_question", 0.875, ("why",))}
)
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


@dataclass(frozen=True, slots=True)
class Card:
    measurements: tuple[Measurement, ...]


def edited(**changes: Any) -> str:
    return json.dumps({**json.loads(dump(CONV)), **changes})


def test_a_conversation_is_read_as_it_was_written() -> None:
    assert read_conversation(write_conversation(CONV)) == CONV


def test_a_document_says_what_it_is() -> None:
    document = json.loads(dump(CONV))
    assert list(document)[:2] == ["schema", "schema_version"]
    assert document["schema"] == "listening-coach/conversation"
    assert document["schema_version"] == 1


def test_the_same_value_gives_the_same_bytes() -> None:
    assert dump(load(Conversation, dump(CONV))) == dump(CONV)


def test_text_is_written_readably() -> None:
    assert "für Ünal" in dump(talk("A 0-3 für Ünal"))


def test_times_have_milliseconds_and_a_short_word_keeps_one() -> None:
    words = (Word(Span(0.12345, 1.98765), "so", "A", 0.123456789), Word(Span(2, 2.0001), "a", "A"))
    conv = replace(CONV, words=words, sentences=(), recording=Recording("r", 4.00049))
    again = load(Conversation, dump(conv))
    assert [word.span for word in again.words] == [Span(0.123, 1.988), Span(2.0, 2.001)]
    assert again.words[0].probability == 0.123457
    assert again.recording.duration == 4.0
    assert again == round_value(conv)


def test_a_configuration_is_not_rounded() -> None:
    config = {"threshold": 0.123456789012, "windows": [0.1, 1e-9]}
    conv = replace(CONV, provenance=Provenance(config=config))
    assert load(Conversation, dump(conv)).provenance.config == config


@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_what_is_not_finite_is_refused_with_its_place(number: float) -> None:
    conv = replace(CONV, words=(Word(Span(0, 1), "so", "A", number),), sentences=())
    with pytest.raises(InputError, match=r"Conversation\.words\.0\.probability"):
        dump(conv)
    with pytest.raises(InputError, match=r"provenance\.config\.a\.0"):
        dump(replace(CONV, provenance=Provenance(config={"a": [number]})))


def test_measurements_carry_their_value_which_is_ignored_when_read() -> None:
    card = Card(
        (
            Measurement("talk_share", "A", "ratio", numerator=1, denominator=3, count=2),
            Measurement("turns", None, "count", "total", numerator=7),
            Measurement("open_ratio", "A", "ratio", numerator=1, denominator=2, withheld="few"),
        )
    )
    written = json.loads(dump(card))["measurements"]
    assert [each["value"] for each in written] == [0.333333, 7.0, None]
    assert list(written[0])[:4] == ["name", "speaker", "value", "unit"]
    lied = dump(card).replace("0.333333", "0.9")
    assert load(Card, lied) == card


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1 column 0"),
        (dump(CONV)[:-40], "Not valid JSON"),
        ('{"a": NaN}', "Not valid JSON"),
        ('"\\ud800"', "Not valid JSON"),
        ("[" * 10_000, "recursion limit"),
        (b"\xff\xfe\x00", "Not valid JSON"),
        ("[]", "expected a document with schema 'listening-coach/conversation'"),
        ('{"schema": "listening-coach/scorecard"}', "Found 'listening-coach/scorecard'"),
        (edited(schema_version=None), "from 1 to 1"),
        (edited(schema_version=True), "from 1 to 1"),
        (edited(schema_version=0), "from 1 to 1"),
        (edited(schema_version=2), "Install a newer version"),
        (edited(zoo=1), "at zoo: Unexpected keyword argument"),
        (edited(speech=[{"speaker": "A"}]), r"at speech\.0\.span: Field required"),
        (edited(speech=[{"speaker": 7, "span": {"start": 0, "end": 1}}]), r"speech\.0\.speaker"),
        (edited(speech=[{"speaker": "A", "span": {"start": 2, "end": 1}}]), r"speech\.0\.span: Sp"),
        (edited(speech=[{"speaker": "A", "span": {"start": "0", "end": 1}}]), r"span\.start"),
        (edited(speakers=[]), r"unknown speakers \['A', 'B'\]"),
        (edited(words=[{}] * 5), "and 7 more"),
        (dump(CONV).replace('"duration": 4.0', '"duration": 1e999'), "too large"),
        (edited(measurements=[7]), "at measurements: Unexpected"),
    ],
)
def test_a_wrong_document_is_refused_with_its_place(text: str | bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_conversation(text)


def test_an_error_does_not_repeat_what_was_said() -> None:
    words = [{"span": {"start": 0, "end": 1}, "text": ["secret"]}]
    with pytest.raises(InputError) as raised:
        read_conversation(edited(words=words))
    assert "secret" not in str(raised.value)


def test_older_versions_are_migrated_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def first(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "language": "d"}

    def second(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "language": body["language"] + "e"}

    old = dump(CONV)
    monkeypatch.setitem(MIGRATIONS, "listening-coach/conversation", (first, second))
    assert read_conversation(old).language == "de"
    assert '"schema_version": 3' in dump(CONV)
    assert read_conversation(dump(CONV)).language == "en"


def test_parse_gives_plain_values() -> None:
    assert parse('{"a": [1, 2.5, null, "x"]}') == {"a": [1, 2.5, None, "x"]}


def test_a_scorecard_is_read_as_it_was_written() -> None:
    card = score(CONV)
    document = dump(card)
    assert load(Scorecard, document) == round_value(card)
    assert dump(load(Scorecard, document)) == document
    jsonschema.validate(json.loads(document), schema(Scorecard))
    values = {(m["name"], m["speaker"]): m["value"] for m in json.loads(document)["measurements"]}
    assert values["talk_time", "A"] == 3.0


@pytest.mark.parametrize("kind", [Conversation, Scorecard], ids=lambda kind: kind.__name__.lower())
def test_the_published_schema_is_the_code_s(kind: type) -> None:
    path = SCHEMAS / f"{kind.__name__.lower()}.schema.json"
    text = json.dumps(schema(kind), indent=1) + "\n"
    if os.environ.get("COACH_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "Changed on purpose? make golden"


def test_what_is_written_fulfils_the_schema() -> None:
    jsonschema.validate(json.loads(dump(CONV)), schema(Conversation))
    card = Card((Measurement("talk_share", "A", "ratio", numerator=1, denominator=3),))
    jsonschema.validate(json.loads(dump(card)), schema(Card))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(edited(zoo=1)), schema(Conversation))
