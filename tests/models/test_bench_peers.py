from __future__ import annotations

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from coach.config import Config
from coach.errors import AnalysisError, MissingDependency
from coach.talk import talk
from coach_models.bench.cost import Cost, cost_of
from coach_models.bench.pair import ListenerResult
from coach_models.bench.peers import PEERS, environment
from coach_models.bench.peers.environment import python_of
from coach_models.bench.peers.run import PeerListener, read_reply
from coach_models.bench.peers.script import run_script
from coach_models.bench.peers.values import Peer
from coach_models.bench.reference import ReferenceRecording
from coach_models.bench.sound import write_wav

SCRIPT = """
import json, sys, wave
request = json.load(open(sys.argv[1]))
with wave.open(request["wav"]) as sound:
    seconds = sound.getnframes() / sound.getframerate()
json.dump({"speech": [[0, seconds, "S"]], "notes": [str(request["max_speakers"])]},
          open(sys.argv[2], "w"))
"""


def tone(path: Path, seconds: float) -> Path:
    samples = (8000 * np.sin(np.arange(int(16000 * seconds)) / 5)).astype(np.int16)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(samples.tobytes())
    return path


def test_a_peer_gets_sound_and_its_reply_is_kept(tmp_path: Path) -> None:
    script = tmp_path / "peer.py"
    script.write_text(SCRIPT)
    peer = Peer("fake", (), str(script))
    listener = PeerListener(peer, python_of(peer), Config(), tmp_path / "kept")
    reference = ReferenceRecording("tone", "set", tone(tmp_path / "tone.wav", 11.0), talk("A 0-11"))
    said = listener(reference)
    assert [(s.speaker, round(s.span.end, 2)) for s in said.conversation.speech] == [("S", 11.0)]
    assert (said.notes, said.has_words) == (("2",), False)
    assert said.costs[0].stage == "fake"
    assert said.costs[0].peak_mb > 1
    script.unlink()
    assert listener(reference) == said


def test_words_are_given_to_the_speech_of_the_peer_before() -> None:
    first = ListenerResult(talk("X 0-3", "Y 3-5"), (Cost("first", 1, 1, 10),))
    reply = {"words": [[0.5, 1.0, "hello", "X"], [1.0, 1.0, "nothing", "X"], [4, 4.5, "yes", None]]}
    said = read_reply(reply, first, Cost("any", 2, 2, 20), PEERS["whisperx"])
    assert [(w.text, w.speaker) for w in said.conversation.words] == [("hello", "X"), ("yes", None)]
    assert said.conversation.speech == first.conversation.speech
    assert [cost.stage for cost in said.costs] == ["first", "whisperx"]


def test_a_script_that_fails_is_an_error_with_its_last_line() -> None:
    with pytest.raises(AnalysisError, match="ZeroDivisionError"):
        run_script([sys.executable, "-c", "1 / 0"])
    with pytest.raises(AnalysisError, match="exit code 3"):
        run_script([sys.executable, "-c", "raise SystemExit(3)"])


def test_costs_are_those_of_the_child_and_not_of_a_large_parent() -> None:
    large = np.ones(40_000_000)  # 300 MB in this process
    cost = cost_of("work", run_script, [sys.executable, "-c", "x = bytearray(50 * 2**20)"])
    assert large.nbytes > 300e6
    assert 50 < cost.peak_mb < 190
    assert 0 < cost.cpu_seconds


def test_an_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    installed: list[tuple[str, ...]] = []

    def create(folder: Path, *, clear: bool, with_pip: bool) -> None:
        folder.mkdir(parents=True)
        made.append(folder)

    def install(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        installed.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(environment, "cache", lambda: tmp_path)
    monkeypatch.setattr(environment.venv, "create", create)
    monkeypatch.setattr(environment.subprocess, "run", install)
    peer = PEERS["senko"]
    assert python_of(peer) == python_of(peer)
    assert made == [tmp_path / "senko"]
    assert [command[-1] for command in installed] == ["senko==0.2.2"]


def test_what_pip_says_is_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        said = "WARNING: old\nERROR: no matching distribution\n"
        return subprocess.CompletedProcess(command, 1, "", said)

    monkeypatch.setattr(environment, "cache", lambda: tmp_path)
    monkeypatch.setattr(environment.venv, "create", lambda *_, **__: None)
    monkeypatch.setattr(environment.subprocess, "run", fails)
    with pytest.raises(MissingDependency, match="no matching distribution"):
        python_of(PEERS["senko"])
    assert not (tmp_path / "senko" / "requirements.txt").exists()


def test_the_cache_is_in_the_users_folder() -> None:
    assert environment.cache().parts[-2:] == ("listening-coach", "bench")


def test_sound_is_looped_to_a_length(tmp_path: Path) -> None:
    write_wav(tone(tmp_path / "tone.wav", 11.0), tmp_path / "looped.wav", duration=25)
    with wave.open(str(tmp_path / "looped.wav")) as sound:
        assert sound.getnframes() == 400_000


def test_every_peer_has_its_script() -> None:
    folder = Path(environment.__file__).parent / "scripts"
    assert all((folder / peer.script).is_file() for peer in PEERS.values())
    assert json.dumps(sorted(PEERS)) == '["default-pyannote", "senko", "whisperx"]'
