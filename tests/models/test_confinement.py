"""The process that decodes can do little else; where it cannot be confined, it decodes as well."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import av
import numpy as np
import pytest
from media import write

from coach.ports import silent
from coach.system import module_command
from coach_models.decoder import DecoderConfig, PyAvDecoder
from coach_models.decoding.decode_process import Request
from coach_models.decoding.sandbox import decode_in_child, find_confinement

try:
    import seccompy
except ModuleNotFoundError:  # not on Linux
    seccompy = None

LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp are Linux's")
FOUND = find_confinement() if sys.platform == "linux" else ()
CONFINED = pytest.mark.skipif(
    FOUND != ("Landlock", "seccomp"), reason=f"this kernel and these packages give {FOUND}"
)

# Runs the process that decodes, with attempts in place of decoding; each says how it ended.
ATTEMPTS = """
import ctypes, fcntl, json, os, resource, socket, subprocess, sys, threading
from pathlib import Path
from coach_models.decoding import decode_process

recording, folder, elsewhere = (Path(each) for each in sys.argv[1:4])
address, numbers, parent = json.loads(sys.argv[4]), json.loads(sys.argv[5]), os.getppid()
libc = ctypes.CDLL(None, use_errno=True)

def call(name, *arguments):
    if libc.syscall(numbers[name], *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")

attempts = {
    "connect by TCP": lambda: socket.create_connection(address, 5),
    "make a socket for UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "make a Unix socket": lambda: socket.socket(socket.AF_UNIX),
    "make a pair of sockets": lambda: socket.socketpair(),
    "start a program": lambda: subprocess.run(["/bin/true"]),
    "become a program": lambda: os.execv("/bin/true", ["true"]),
    "fork": lambda: os.fork(),
    "write beside the recording": lambda: (elsewhere / "new").write_bytes(b"x"),
    "append to the recording": lambda: recording.open("ab"),
    "change another file": lambda: (elsewhere / "other").open("r+b"),
    "read another file": lambda: (elsewhere / "other").read_bytes(),
    "read a file of the system": lambda: Path("/etc/passwd").read_bytes(),
    "read about its parent": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
    "list another folder": lambda: os.listdir(elsewhere),
    "delete": lambda: (elsewhere / "other").unlink(),
    "link": lambda: (folder / "link").symlink_to("/etc/passwd"),
    "move": lambda: recording.rename(folder / "moved"),
    "make readable by all": lambda: recording.chmod(0o777),
    "end its parent": lambda: os.kill(parent, 0),
    "type into the terminal": lambda: fcntl.ioctl(0, 0x5412, b"x"),
    "take more memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (1, 1)),
    "keep a file in memory": lambda: os.memfd_create("x"),
    "use a ring of calls": lambda: call("io_uring_setup", 1, None),
    "look into a process": lambda: call("ptrace", 16, parent, 0, 0),
    "make a namespace": lambda: call("unshare", 0x10000000),
}

def decode(request, say):
    for name in json.loads(sys.argv[6]) or attempts:
        try:
            attempts[name]()
            say({"attempt": name, "errno": 0})
        except OSError as error:
            say({"attempt": name, "errno": error.errno})
    assert recording.read_bytes() == b"sound"
    (folder / "0").write_bytes(b"samples")
    assert (folder / "0").read_bytes() == b"samples"
    heard = []
    thread = threading.Thread(target=heard.append, args=(1,))
    thread.start()
    thread.join()
    import colorsys  # of the standard library, and not there yet
    say({"did": heard == [1]})
    sys.exit()

decode_process.decode = decode
decode_process.main(sys.argv[7])
"""


def attempt(place: Path, *names: str) -> dict[str, int]:
    """Make attempts, all if none is named, and decode; by name, the error of each, 0 for none."""
    recording, folder, elsewhere = (place / name for name in ("in", "out", "private"))
    recording.write_bytes(b"sound")
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "other").write_bytes(b"private")
    calls = ("io_uring_setup", "ptrace", "unshare")
    numbers = {name: seccompy.syscall_nr(name) for name in calls}
    request = Request(str(recording), str(folder), 60.0, 2048, 60)
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = (server.getsockname(), numbers, names, asdict(request))
        command = [sys.executable, "-P", "-c", ATTEMPTS, *map(str, (recording, folder, elsewhere))]
        command += map(json.dumps, told)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert said and said[-1] == {"did": True}, done.stderr
    return {each["attempt"]: each["errno"] for each in said[:-1]}


@LINUX_ONLY
@CONFINED
def test_it_can_read_its_recording_and_write_its_samples_and_nothing_else(tmp_path: Path) -> None:
    ends = attempt(tmp_path)
    assert len(ends) == 25
    refusals = {errno.ENOSYS, errno.EACCES, errno.EPERM}
    assert {name: end for name, end in ends.items() if end not in refusals} == {}
    assert sorted(os.listdir(tmp_path)) == ["in", "out", "private"]
    assert os.listdir(tmp_path / "out") == ["0"]
    assert (tmp_path / "in").read_bytes() == b"sound"
    assert (tmp_path / "private" / "other").read_bytes() == b"private"
    assert os.listdir(tmp_path / "private") == ["other"]


@LINUX_ONLY
@CONFINED
@pytest.mark.usefixtures("without_packages")
def test_what_it_cannot_do_is_possible_otherwise(tmp_path: Path) -> None:
    """Or else the attempts would say nothing."""
    harmless = (
        "connect by TCP", "make a socket for UDP", "make a Unix socket", "start a program",
        "write beside the recording", "append to the recording", "change another file",
        "read another file", "read a file of the system", "read about its parent",
        "list another folder", "keep a file in memory", "link", "end its parent", "delete",
    )  # fmt: skip
    assert attempt(tmp_path, *harmless) == dict.fromkeys(harmless, 0)


FORMATS = {
    "a.wav": ("pcm_s16le", 16_000), "a.flac": ("flac", 48_000), "a.mp3": ("mp3", 44_100),
    "a.m4a": ("aac", 44_100), "a.mp4": ("aac", 48_000), "a.opus": ("libopus", 48_000),
    "a.webm": ("libopus", 48_000), "a.mkv": ("ac3", 48_000), "a.amr": ("libopencore_amrnb", 8_000),
    "a.aiff": ("pcm_s16be", 44_100), "a.wv": ("wavpack", 44_100), "a.tta": ("tta", 44_100),
}  # fmt: skip


def tone(seconds: int, rate: int) -> np.ndarray:
    moments = np.arange(seconds * rate) / rate
    return (0.3 * np.sin(2 * np.pi * 220 * moments) * (moments % 1 < 0.6))[np.newaxis].astype("f4")


def decoded(path: Path) -> np.ndarray:
    decoder = PyAvDecoder(DecoderConfig(shortest=1.0))
    return np.array(decoder(path, channels="mixed", report=silent).audio.samples)


@pytest.fixture
def without_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children find no package that would confine them, as on macOS and Windows."""
    folder = tmp_path / "blocked"
    folder.mkdir()
    for name in ("landlockpy", "seccompy"):
        (folder / f"{name}.py").write_text(f"raise ModuleNotFoundError({name!r})\n")
    paths = [str(folder), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_decoded_is_the_same_when_it_is_not_confined(
    tmp_path: Path, name: str, request: pytest.FixtureRequest
) -> None:
    codec, rate = FORMATS[name]
    if codec not in av.codecs_available:
        pytest.skip(f"this PyAV cannot write {codec}")
    path = write(tmp_path / name, codec, tone(3, rate), rate=rate)
    confined = decoded(path)
    assert confined.shape[1] > 2 * 16_000
    request.getfixturevalue("without_packages")
    assert find_confinement() == ()
    assert np.array_equal(confined, decoded(path))


# A kernel that has no such calls: to all that this starts, they are unknown.
OLDER_KERNEL = """#!{python}
import os, sys
if sys.argv[1:2] != ["-P"]:
    raise SystemExit("not one of our processes")
sys.path[:0] = {paths!r}
import errno, seccompy
rules = seccompy.Filter()
for call in {calls!r}:
    rules.errno(call, errno.{error})
rules.load()
os.execv({python!r}, [{python!r}, *sys.argv[1:]])
"""
LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")


@LINUX_ONLY
@CONFINED
@pytest.mark.parametrize("error", ["ENOSYS", "EPERM"])
@pytest.mark.parametrize(
    ("calls", "left"),
    [(LANDLOCK, ("seccomp",)), (("seccomp",), ("Landlock",)), ((*LANDLOCK, "seccomp"), ())],
)
def test_a_kernel_without_it_still_decodes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    calls: tuple[str, ...],
    left: object,
    error: str,
) -> None:
    path = write(tmp_path / "a.opus", "libopus", tone(3, 48_000), rate=48_000)
    confined = decoded(path)
    older = tmp_path / "python"
    values = {"python": sys.executable, "paths": sys.path, "calls": calls, "error": error}
    older.write_text(OLDER_KERNEL.format(**values))
    older.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(older))
    assert find_confinement() == left
    assert np.array_equal(confined, decoded(path))


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_have_none(system: str) -> None:
    """Also where somebody has installed the packages there."""
    code = (
        "import sys, pathlib; from coach_models.decoding.confinement import confine; "
        f"sys.platform = {system!r}; print(confine(reads=(), writes=pathlib.Path()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "()\n", done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.usefixtures("without_packages")
def test_a_full_disk_is_not_the_recordings_fault(tmp_path: Path) -> None:
    """Only a process that is not confined may write there."""
    path = write(tmp_path / "a.wav", "pcm_s16le", tone(30, 16_000))
    (tmp_path / "0").symlink_to("/dev/full")
    request = Request(str(path), str(tmp_path), 100.0, 2048, 100)
    assert decode_in_child(request, 60.0, silent) == {"refused": "full"}


def test_no_module_of_the_folder_it_is_started_in_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who sends a recording may send a file beside it that has the name of a module."""
    path = write(tmp_path / "a.wav", "pcm_s16le", tone(3, 16_000))
    for name in ("json", "av", "numpy", "coach"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w'); raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert decoded(path).shape[1] > 2 * 16_000
    assert subprocess.run(module_command("coach", "--version"), check=True).returncode == 0
    assert not (tmp_path / "ran").exists()
