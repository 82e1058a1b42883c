"""The whole way, as a user goes it: the command, real models, real recordings."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import pytest
from offline import offline

from coach.analysis.facts import Diarized
from coach.analysis.stage_cache import cache_folder
from coach.analysis.stages import sha256_of
from coach.conversation import Conversation
from coach.interchange.json import load
from coach.intervals import total
from coach.measurement import find
from coach.scorecard import Scorecard

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "docs" / "demo" / "demo.opus"
SAMPLE = Path(str(files("pyannote.audio") / "sample" / "sample.wav"))
COACH = [sys.executable, "-m", "coach"]


def coach(*args: object, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*prefix, *COACH, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo recording, analysed without a network where the machine lets us cut it off."""
    out = tmp_path_factory.mktemp("out")
    done = coach("analyse", DEMO, "--mentor", "first", "--with-audio", "-o", out, prefix=offline())
    assert done.returncode == 0, done.stderr
    assert "talk" in done.stdout.lower()
    return out / "demo"


def test_it_writes_what_it_promises(demo: Path) -> None:
    names = {path.name for path in demo.iterdir()}
    assert names == {
        "conversation.json", "scorecard.json", "scorecard.html", "speech.rttm", "transcript.vtt",
    }  # fmt: skip
    assert "data:audio/ogg;base64," in (demo / "scorecard.html").read_text()
    assert "<v " in (demo / "transcript.vtt").read_text()
    assert isinstance(json.loads((demo / "scorecard.json").read_text())["measurements"], list)


def test_the_demo_is_heard_as_it_was_written(demo: Path) -> None:
    truth = json.loads((ROOT / "docs/demo/demo.truth.json").read_text())
    conv = load(Conversation, (demo / "conversation.json").read_text())
    card = load(Scorecard, (demo / "scorecard.json").read_text())
    share = find(card.measurements, "talk_share", "A")
    assert share is not None and share.value is not None
    assert share.value == pytest.approx(truth["talk_share"]["mentor"], abs=0.02)
    assert conv.mentor is not None and conv.mentor.id == "A"
    interruptions = [o for o in card.overlaps if o.kind == "interruption" and o.second == "A"]
    assert len(interruptions) == 2
    assert {m.task for m in conv.provenance.models} >= {"transcription", "diarization", "pitch"}
    assert sum(q.acts.act == "open_question" for q in card.questions if q.speaker == "A") >= 6


def test_another_run_reuses_the_finished_stages(demo: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in found_in(DEMO)}
    assert len(before) == 4
    done = coach("analyse", DEMO, "--mentor", "first", "--with-audio", "-o", demo.parent)
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in found_in(DEMO)} == before


def found_in(recording: Path) -> list[Path]:
    """What is kept of the stages of a recording."""
    return list((cache_folder() / "stages" / sha256_of(recording)).iterdir())


def test_what_is_kept_is_private_and_holds_no_voice_print(demo: Path) -> None:
    kept = [*cache_folder().rglob("*")]
    assert any(path.name.startswith("diarize-") for path in kept)
    for path in (cache_folder(), *kept):
        assert path.stat().st_mode & 0o077 == 0, path
    (diarized,) = (path for path in found_in(DEMO) if path.name.startswith("diarize-"))
    assert load(Diarized, diarized.read_text()).diarization.prints == ()


def test_a_voice_is_recognised_when_the_prints_are_gone(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_VOICES_DIR", str(tmp_path / "voices"))
    assert coach("enrol", "Ada", DEMO, "--speaker", "A").returncode == 0
    done = coach("analyse", DEMO, "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    conv = load(Conversation, (tmp_path / "demo" / "conversation.json").read_text())
    assert conv.mentor is not None
    assert (conv.mentor.name, conv.mentor.role_source) == ("Ada", "enrolled")
    (diarized,) = (path for path in found_in(DEMO) if path.name.startswith("diarize-"))
    assert load(Diarized, diarized.read_text()).diarization.prints == ()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_analysis_that_is_stopped_leaves_no_sound(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("COACH_CACHE_DIR", str(tmp_path / "cache"))
    running = subprocess.Popen(
        [*COACH, "analyse", SAMPLE, "-o", tmp_path / "out"],
        # Tests that run in the background may have it ignored, which children inherit.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    until = time.monotonic() + 300
    while not list(temporary.rglob("sound-*.npy")):
        assert running.poll() is None and time.monotonic() < until
        time.sleep(0.01)
    running.send_signal(number)
    assert running.wait(60) != 0
    assert list(temporary.iterdir()) == []


def test_sound_stays_in_the_page_when_it_is_scored_again(demo: Path, tmp_path: Path) -> None:
    done = coach("score", demo / "conversation.json", "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "data:audio/ogg;base64," in (tmp_path / "scorecard.html").read_text()


@pytest.mark.parametrize("document", ["README.md", "docs/python.md"])
def test_the_three_lines_of_python_are_true(demo: Path, document: str, tmp_path: Path) -> None:
    text = (ROOT / document).read_text()
    (code,) = re.findall(r"```python\n(import coach\n.*?)```", text, re.DOTALL)
    assert "coach.analyse(" in code
    here = code.replace('"docs/demo/demo.opus"', repr(str(DEMO)))
    command = [sys.executable, "-c", here]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = tmp_path / "scorecards" / "demo"
    for name in ("conversation.json", "scorecard.json", "speech.rttm", "transcript.vtt"):
        assert (written / name).read_text() == (demo / name).read_text()


def test_a_scorecard_is_computed_again_without_models(demo: Path, tmp_path: Path) -> None:
    done = coach("score", demo / "conversation.json", "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    first, again = ((d / "scorecard.json").read_text() for d in (demo, tmp_path))
    assert json.loads(first)["measurements"] == json.loads(again)["measurements"]


def test_a_real_telephone_call(tmp_path: Path) -> None:
    done = coach("analyse", SAMPLE, "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    conv = load(Conversation, (tmp_path / "sample" / "conversation.json").read_text())
    assert len(conv.speakers) == 2
    assert {s.role_source for s in conv.speakers} == {"guessed"}
    reference: dict[str, float] = {}
    for line in SAMPLE.with_suffix(".rttm").read_text().splitlines():
        fields = line.split()
        reference[fields[7]] = reference.get(fields[7], 0.0) + float(fields[4])
    shares = sorted(value / sum(reference.values()) for value in reference.values())
    heard = [total(conv.speech_of(s.id)) for s in conv.speakers]
    assert sorted(h / sum(heard) for h in heard) == pytest.approx(shares, abs=0.05)


def test_bad_files_are_said_and_the_others_go_on(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.wav", tmp_path / "notes.mp3"
    empty.touch()
    text.write_text("this is no sound\n" * 100)
    missing = tmp_path / "missing.wav"
    transcript = tmp_path / "said.vtt"
    transcript.write_text(
        "WEBVTT\n\n00:00.000 --> 00:04.000\n<v Ana>So how was it?\n\n"
        "00:04.500 --> 00:14.000\n<v Bo>It was hard.\n"
    )
    done = coach(
        "analyse", empty, text, missing, "--transcript", transcript, "-o", tmp_path / "out"
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for path in (empty, text, missing):
        assert str(path) in done.stderr
    assert "3 of 4 could not be analysed" in done.stderr
    assert (tmp_path / "out" / "said" / "scorecard.html").exists()


def test_a_wrong_command_line_is_a_usage_error() -> None:
    assert coach("analyse").returncode == 2
    assert coach("analyse", "--channels", "three", DEMO).returncode == 2
    assert coach("analyze").returncode == 2
