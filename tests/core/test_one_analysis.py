"""One analysis: however a recording is finished, scoring what was left comes to the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import coach as api
from coach.analysis import Job, recordings
from coach.analysis.facts import (
    Annotated,
    DecodedFile,
    Diarized,
    Facts,
    Transcribed,
    facts_from,
)
from coach.analysis.interpret import interpret
from coach.analysis.recognition import PRINTS, EnrolledVoice
from coach.analysis.stages import DECODE, Stage, write_atomically
from coach.cli import main
from coach.config import Config, make_config
from coach.conversation import Conversation, ModelUsed
from coach.errors import InputError
from coach.interchange import write
from coach.interchange.json import dump, load
from coach.ports import Diarization, Report, Transcript, VoicePrint
from coach.rules import Rules
from coach.scorecard import Scorecard, score
from coach.talk import talk

HEARD = talk(
    "A 0-3 So how was it?",
    "B 3.2-9 It was hard",
    "B 9.4-12 and long",
    "A 12.35-15 What happened then?",
    "B 15.2-20 I told him",
    mentor=None,
)
PRINT_MODEL = ModelUsed(PRINTS, "prints", "f" * 64)


def facts(conv: Conversation = HEARD) -> Facts:
    """As the stages find them in a recording of that conversation."""
    vectors = {"A": (1.0, 0.0), "B": (0.0, 1.0), "C": (-1.0, 0.0)}
    prints = tuple(VoicePrint(each.id, vectors[each.id], 20.0) for each in conv.speakers)
    return facts_from(
        "session",
        "0a" * 32,
        DecodedFile(conv.recording.duration, 1),
        Transcribed(Transcript(conv.words, "en")),
        Diarized(Diarization(conv.speech, conv.speech, prints), (PRINT_MODEL,)),
        Annotated(conv.words, conv.sentences),
    )


def stand_in(stages: Sequence[Stage[Any]], job: Job, report: Report) -> None:
    """Leave what the models would have found in the recording."""
    found = {
        "decode": DecodedFile(HEARD.recording.duration, 1),
        "transcribe": Transcribed(Transcript(HEARD.words, "en")),
        "diarize": Diarized(Diarization(HEARD.speech, HEARD.speech)),
        "annotate": Annotated(HEARD.words, HEARD.sentences),
    }
    for stage in stages:
        if stage is DECODE:
            np.save(job.sound, np.zeros((1, 10), np.float32))
        write_atomically(stage.result(job), dump(found[stage.name]))


def coach(*words: object) -> str:
    """Run a command that succeeds."""
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def card_in(folder: Path) -> Scorecard:
    return load(Scorecard, (folder / "scorecard.json").read_text())


def rules_in(folder: Path) -> dict[str, float]:
    kept = json.loads((folder / "conversation.json").read_text())
    rules: dict[str, float] = kept["provenance"]["config"]["rules"]
    return rules


@pytest.fixture
def other_rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text("[rules]\nmin_pause = 0.5\n")
    return path


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(recordings, "run_in_children", stand_in)
    monkeypatch.setenv("COACH_VOICES_DIR", str(tmp_path / "voices"))
    monkeypatch.setenv("COACH_CACHE_DIR", str(tmp_path / "cache"))
    path = tmp_path / "session.wav"
    path.write_bytes(b"sound")
    return path


def test_three_lines_of_python_do_what_the_command_does(recording: Path, tmp_path: Path) -> None:
    conv = api.analyse(recording, mentor="B", rules={"min_pause": 0.5})
    card = api.score(conv)
    page = api.write(conv, card, tmp_path / "python")
    (tmp_path / "rules.toml").write_text("[rules]\nmin_pause = 0.5\n")
    coach(
        "analyse", recording, "-o", tmp_path, "--mentor", "B", "--config", tmp_path / "rules.toml",
    )  # fmt: skip
    assert page == tmp_path / "python" / "scorecard.html"
    for name in ("conversation.json", "scorecard.json", "scorecard.html", "speech.rttm"):
        assert (tmp_path / "session" / name).read_text() == (page.parent / name).read_text()


def test_a_transcript_is_analysed_in_python(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text(dump(interpret(facts(), Config())))
    conv = api.analyse(transcript=path, mentor="B")
    assert conv.mentor is not None and conv.mentor.id == "B"
    with pytest.raises(InputError, match="diarizer cannot be used"):
        api.analyse(transcript=path, diarizer="voices")
    with pytest.raises(InputError, match="one of the two"):
        api.analyse("session.wav", transcript=path)
    with pytest.raises(InputError, match="Unknown option loudness"):
        api.analyse("session.wav", loudness=3)  # type: ignore[call-arg]


def same_when_scored(folder: Path) -> bool:
    before = card_in(folder)
    coach("score", folder / "conversation.json")
    return card_in(folder) == before


def test_a_second_run_with_other_rules_leaves_them_in_the_conversation(
    recording: Path, other_rules: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out" / "session"
    coach("analyse", recording, "-o", tmp_path / "out")
    assert rules_in(folder)["min_pause"] == 0.2
    coach("analyse", recording, "-o", tmp_path / "out", "--config", other_rules)
    assert rules_in(folder)["min_pause"] == card_in(folder).rules.min_pause == 0.5
    assert same_when_scored(folder)


def test_an_annotation_is_scored_again_with_its_rules(other_rules: Path, tmp_path: Path) -> None:
    write(HEARD, tmp_path / "speech.rttm", "rttm")
    coach("import", tmp_path / "speech.rttm", "-o", tmp_path / "out", "--config", other_rules)
    assert rules_in(tmp_path / "out")["min_pause"] == 0.5
    assert same_when_scored(tmp_path / "out")


def test_a_conversation_given_as_a_transcript_takes_the_rules_of_this_run(
    other_rules: Path, tmp_path: Path
) -> None:
    path = tmp_path / "conversation.json"
    path.write_text(dump(interpret(facts(), Config())))
    coach("analyse", "--transcript", path, "-o", tmp_path / "out", "--config", other_rules)
    folder = tmp_path / "out" / "conversation"
    assert rules_in(folder)["min_pause"] == 0.5
    assert same_when_scored(folder)


def test_rules_and_mentor_given_to_score_stay(other_rules: Path, tmp_path: Path) -> None:
    path = tmp_path / "conversation.json"
    path.write_text(dump(interpret(facts(), Config(mentor="A"))))
    coach("score", path, "--config", other_rules, "--mentor", "B")
    assert rules_in(tmp_path)["min_pause"] == 0.5
    kept = load(Conversation, path.read_text())
    assert kept.mentor is not None and kept.mentor.id == "B"
    assert kept.provenance.config["mentor"] == "B"
    assert same_when_scored(tmp_path)


def test_the_name_of_an_enrolled_voice_stays_out_of_the_options_that_are_kept() -> None:
    bo = EnrolledVoice("Bo", (0.0, 1.0), PRINT_MODEL.sha256)
    conv = interpret(facts(), Config(mentor="bo"), [bo])
    assert conv.mentor is not None
    assert (conv.mentor.id, conv.mentor.role_source) == ("B", "enrolled")
    assert "bo" not in json.dumps(conv.provenance.config).casefold()


def test_a_transcript_that_names_its_speakers_needs_no_voice() -> None:
    ada = EnrolledVoice("Ada", (1.0, 0.0), PRINT_MODEL.sha256)
    first, second = HEARD.speakers
    named = replace(HEARD, speakers=(first, replace(second, name="Ada")))
    conv = interpret(Facts(named), Config(mentor="Ada"), [ada])
    assert conv.mentor is not None and conv.mentor.id == "B"


def test_interpreting_changes_no_facts() -> None:
    conv = interpret(facts(), Config(mentor="B", rules=Rules(min_pause=0.5)))
    heard = facts().heard
    assert (conv.speech, conv.words, conv.sentences) == (
        heard.speech, heard.words, heard.sentences,
    )  # fmt: skip
    assert conv.provenance.models == heard.provenance.models


def _rule(name: str) -> st.SearchStrategy[Any]:
    values = range(7) if isinstance(getattr(Rules(), name), int) else (0.05, 0.2, 0.5, 1.5, 30.0)
    return st.sampled_from([value for value in values if _is_allowed(name, value)])


def _is_allowed(name: str, value: Any) -> bool:
    try:
        Rules(**{name: value})
    except InputError:
        return False
    return True


FEEDBACK = st.fixed_dictionaries(
    {},
    optional={
        "least_talk": st.sampled_from([0.0, 5.0]),
        "balance": st.just({"poor": 0.9, "even": 0.7, "good": 0.6}),
        "reflections": st.just({"weight": 0}),
    },
)
NUMBERS = {f.name: _rule(f.name) for f in fields(Rules) if f.name != "feedback"}
RULES = st.fixed_dictionaries({}, optional=NUMBERS | {"feedback": FEEDBACK})
PERSON = st.sampled_from("ABC")
TURN = st.tuples(PERSON, st.sampled_from([0.3, 0.9, 2.0, 7.0]), st.sampled_from([-0.4, 0.0, 0.6]))
WORDS = ("mhm", "So how was it?", "Was it hard?", "I felt alone then", "")


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    at, lines = 1.0, []
    for who, length, gap in draw(st.lists(TURN, min_size=1, max_size=8)):
        start = max(0.0, at + gap)
        lines.append(f"{who} {start:.2f}-{start + length:.2f} {draw(st.sampled_from(WORDS))}")
        at = start + length
    return talk(*lines, mentor=None)


VOICES = st.lists(
    st.builds(
        EnrolledVoice,
        st.sampled_from(["Ada", "Bo"]),
        st.sampled_from([(1.0, 0.0), (0.0, 1.0), (0.8, 0.6)]),
        st.just(PRINT_MODEL.sha256),
    ),
    max_size=2,
    unique_by=lambda voice: voice.name,
)


@given(conversations(), RULES, st.sampled_from(["guess", "first", "label", "Ada"]), VOICES)
def test_scoring_what_was_left_is_what_the_analysis_scored(
    conv: Conversation, rules: dict[str, Any], mentor: str, voices: list[EnrolledVoice]
) -> None:
    names = [voice.name for voice in voices]
    if mentor == "label" or (mentor == "Ada" and "Ada" not in names):
        mentor = conv.speakers[-1].id
    config = make_config({"mentor": mentor, "rules": rules})
    analysed = interpret(facts(conv), config, voices)
    card = score(analysed)
    assert card.rules == config.rules
    again = score(load(Conversation, dump(analysed)))
    assert dump(again) == dump(card)


def test_a_rule_changes_what_is_measured() -> None:
    """Or the property above could hold by looking at nothing."""
    assert score(interpret(facts(), Config())).measurements != (
        score(interpret(facts(), Config(rules=Rules(min_pause=0.5)))).measurements
    )
