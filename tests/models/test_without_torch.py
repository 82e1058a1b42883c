"""One and two speakers need no torch, whether it is installed or not."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from calls import telephone_call

from coach.conversation import Conversation
from coach.extras import install_line
from coach.interchange.json import load
from coach.ports import Audio, SpeakerCount, silent
from coach_models.diarizer import VoiceDiarizer
from coach_models.networks import torch_networks

BLOCKED = Path(__file__).parent / "torch_blocked"
CALL = Path(find_spec("pyannote").submodule_search_locations[0]) / "audio/sample/sample.wav"


def blocked(*command: object) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(BLOCKED), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, *map(str, command)], env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def test_no_adapter_imports_torch_where_it_is_installed() -> None:
    code = (
        "import sys; from coach import registry\n"
        "ports = ('decoders', 'transcribers', 'diarizers', 'annotators', 'encoders', 'redactors')\n"
        "for port in ports:\n"
        "    for name in registry.installed_entries(port): registry.load(port, name)\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('torch', 'pyannote')])\n"
        "import torch; print(torch.tensor([1]).item())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.split("\n")[:2] == ["[]", "1"], done.stderr


def test_more_than_two_speakers_say_what_to_install() -> None:
    code = (
        "from coach_models.diarizer import PyannoteDiarizer, VoiceDiarizer\n"
        "from coach.errors import MissingDependency\n"
        "for make in (PyannoteDiarizer.create, lambda: VoiceDiarizer.create(device='cuda')):\n"
        "    try: make()\n"
        "    except MissingDependency as error: print(error)"
    )
    done = blocked("-c", code)
    first, second = done.stdout.splitlines()
    assert install_line("models") in first and "--speakers 2" in first
    assert install_line("models") in second and "--device" in second


@pytest.mark.models
def test_an_analysis_hears_the_same_without_torch(tmp_path: Path) -> None:
    assert blocked("-c", "import torch").returncode == 1
    done = blocked("-m", "coach", "analyse", CALL, "--mentor", "first", "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    conv = load(Conversation, (tmp_path / "sample" / "conversation.json").read_text())
    assert conv.sentences and {word.speaker for word in conv.words} == {"A", "B"}
    diarizer = VoiceDiarizer()
    diarizer._ears.networks = torch_networks.load("cpu")
    audio = Audio(telephone_call()[0][np.newaxis])
    told = diarizer(audio, speakers=SpeakerCount(), report=silent).regular
    assert [each.speaker for each in conv.speech] == [each.speaker for each in told]
    # The command decodes and levels the sound itself: a border may move by two frames of 17 ms.
    for one, other in zip(conv.speech, told, strict=True):
        assert one.span.start == pytest.approx(other.span.start, abs=0.035)
        assert one.span.end == pytest.approx(other.span.end, abs=0.035)
