"""Several recordings of one conversation become one file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.analysis.bundle import bundle, join_recordings
from coach.cli import main
from coach.errors import InputError


def recordings(folder: Path, count: int) -> list[Path]:
    made = [folder / f"Lena {number}.wav" for number in range(count)]
    for number, path in enumerate(made):
        path.write_bytes(bytes([number]) * 100)
    return made


def test_the_same_recordings_make_the_same_file_and_no_name_is_in_it(tmp_path: Path) -> None:
    made = []
    for name in ("first.zip", "second.zip"):
        bundle(recordings(tmp_path, 2), tmp_path / name)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1] and b"Lena" not in made[0]
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        assert [archive.read(name) for name in archive.namelist()] == [bytes(100), b"\1" * 100]


def test_one_recording_is_that_file_itself(tmp_path: Path) -> None:
    [path] = recordings(tmp_path, 1)
    with join_recordings([path]) as file:
        assert file == path


def test_the_file_goes_when_it_is_no_longer_needed(tmp_path: Path) -> None:
    with join_recordings(recordings(tmp_path, 3)) as file:
        assert file.stem == "Lena 0"
    assert not file.exists()


@pytest.mark.parametrize("count", [1, 9])
def test_too_few_or_too_many_are_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(InputError, match="expected 2 to 8"):
        bundle(recordings(tmp_path, count), tmp_path / "x.zip")


def test_a_recording_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there\.wav"):
        bundle([*recordings(tmp_path, 1), tmp_path / "there.wav"], tmp_path / "x.zip")


def test_one_recording_cannot_be_together(tmp_path: Path) -> None:
    [path] = recordings(tmp_path, 1)
    result = CliRunner().invoke(main, ["analyse", "--together", str(path)])
    assert result.exit_code == 2 and "two or more" in result.output
