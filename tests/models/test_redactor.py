"""Names and personal data are taken out of what was said."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.cli import main
from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.json import dump
from coach.talk import talk
from coach_models.redactor import SpacyRedactor

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def redact() -> SpacyRedactor:
    return SpacyRedactor.create()


def said(conv: Conversation) -> str:
    return " | ".join(sentence.text for sentence in conv.sentences)


def test_names_places_and_organisations_are_gone_with_their_later_mentions(
    redact: SpacyRedactor,
) -> None:
    conv = talk(
        "A 0-3 Then I told Bob that I work at Microsoft in Berlin.",
        "B 3-6 And did bob agree? Bob's always on time.",
        "A 6-9 Yes, mr smith said so on Thursday.",
    )
    found = said(redact(conv))
    assert found == (
        "Then I told [PERSON 1] that I work at [ORGANISATION 1] in [PLACE 1]. | "
        "And did [PERSON 1] agree? [PERSON 1]'s always on time. | "
        "Yes, mr [PERSON 2] said so on Thursday."
    )


@pytest.mark.parametrize(
    "secret",
    [
        "joe.doe@example.org", "joe at example dot org", "www.example.org", "+44 20 7946 0018",
        "(555) 123-4567", "five five five one two", "12345678",
    ],
)  # fmt: skip
def test_addresses_and_numbers_are_gone(redact: SpacyRedactor, secret: str) -> None:
    found = redact(talk(f"A 0-3 you can reach me under {secret} okay"))
    text = dump(found)
    assert not any(part in text for part in secret.split() if len(part) > 3 or part.isdigit())
    assert said(found).endswith("okay")


def test_speakers_keep_a_letter_and_lose_their_names(redact: SpacyRedactor) -> None:
    conv = talk("Ada 0-3 How was it?", "B 3-6 Hard, ada.", mentor="Ada")
    conv = replace(
        conv,
        speakers=(replace(conv.speakers[0], name="Ada Byron"), conv.speakers[1]),
        provenance=replace(conv.provenance, config={"mentor": "Ada"}),
    )
    found = redact(conv)
    assert [(s.id, s.role, s.name) for s in found.speakers] == [
        ("A", "mentor", None), ("B", "mentee", None),
    ]  # fmt: skip
    assert "ada" not in dump(found).casefold()
    assert said(found).endswith("[PERSON 1].")


def test_times_and_counts_of_words_stay(redact: SpacyRedactor) -> None:
    conv = talk("A 0-3 Then I told Bob Miller, of course.", "B 3-6 Mm-hm.")
    found = redact(conv)
    assert [w.span for w in found.words] == [w.span for w in conv.words]
    assert found.words[3].text == "[PERSON 1]"
    assert found.words[4].text == "[PERSON 1],"


def test_another_language_is_refused(redact: SpacyRedactor) -> None:
    with pytest.raises(InputError, match="expected English"):
        redact(replace(talk("A 0-3 Wie war es?"), language="de"))


def test_two_people_of_one_family_are_two(redact: SpacyRedactor) -> None:
    conv = talk("A 0-3 I met Anna Miller and then I met Bob Miller.", "B 3-6 Did Anna talk to Bob?")
    assert said(redact(conv)) == (
        "I met [PERSON 1] [PERSON 1] and then I met [PERSON 2] [PERSON 2]. | "
        "Did [PERSON 1] talk to [PERSON 2]?"
    )


def test_an_open_form_goes_with_a_name(redact: SpacyRedactor) -> None:
    conv = talk("A 0-3 Did you talk to Bob?", "A 3-6 Did you talk to them?")
    opened = "What happened with talking?"
    conv = replace(conv, sentences=tuple(replace(s, open_form=opened) for s in conv.sentences))
    assert [s.open_form for s in redact(conv).sentences] == ["", opened]


def test_the_name_of_the_file_and_what_notes_quote_are_gone(redact: SpacyRedactor) -> None:
    conv = talk("Ada 0-3 How was it?", "B 3-6 Hard.")
    conv = replace(
        conv,
        recording=replace(conv.recording, id="lena and tom"),
        notes=("Line 3: start 'Lena told me so' is no time.", "The voice may be Lena's."),
    )
    text = dump(redact(conv)).casefold()
    assert "lena" not in text and "tom" not in text
    assert "is no time" in text


def test_a_scorecard_and_an_export_are_redacted(tmp_path: Path) -> None:
    said = tmp_path / "lena and quentin.vtt"
    said.write_text(
        "WEBVTT\n\n00:00.000 --> 00:04.000\n<v Lena>So how is Gregory in Berlin?\n\n"
        "00:04.500 --> 00:14.000\n<v Quentin>Gregory is fine, Lena.\n"
    )
    run = CliRunner().invoke
    out = tmp_path / "out"
    done = run(main, ["analyse", "--transcript", str(said), "--redact", "-o", str(out)])
    assert done.exit_code == 0, done.output
    (folder,) = out.iterdir()
    done = run(
        main, ["export", str(said), "--redact", "--format", "convokit", "-o", str(tmp_path / "kit")]
    )
    assert done.exit_code == 0, done.output
    files = [path for each in (folder, tmp_path / "kit") for path in each.rglob("*.*")]
    assert len(files) > 8
    for path in files:
        text = path.read_text().casefold()
        assert not [name for name in ("lena", "quentin", "gregory", "berlin") if name in text], path
    lines = (folder / "transcript.vtt").read_text()
    assert re.search(r"how is \[(\w+ \d)\] in .*\[\1\] is fine, \[PERSON 1\]", lines, re.DOTALL)


def test_sound_is_not_redacted() -> None:
    done = CliRunner().invoke(main, ["analyse", "x.wav", "--redact", "--with-audio"])
    assert done.exit_code == 2
    assert "the sound contains the names" in done.output
