from __future__ import annotations

from pathlib import Path

import pytest

from coach.config import (
    Config,
    as_toml,
    make_config,
    read_config,
    speaker_count,
    track_numbers,
)
from coach.errors import InputError
from coach.ports import SpeakerCount
from coach.rules import Rules


def test_options_replace_only_what_they_name() -> None:
    config = make_config({"mentor": "A", "rules": {"min_pause": 0.3}, "speakers": "auto"})
    assert config.mentor == "A"
    assert config.rules == Rules(min_pause=0.3)
    assert config.speakers == SpeakerCount(1, None)
    assert config.diarizer == Config().diarizer


def test_a_stored_configuration_reads_back() -> None:
    config = make_config({"speakers": 3, "language": "de", "rules": {"window": 60}})
    assert make_config(config.as_dict()) == config


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"mentr": "A"}, "mentr"),
        ({"rules": {"pause": 1}}, "pause"),
        ({"speakers": {"low": 1}}, "low"),
        ({"channels": "stereo"}, "stereo"),
        ({"speakers": "many"}, "many"),
        ({"speakers": 0}, "0"),
        ({"rules": {"min_pause": -1}}, "min_pause"),
        ({"rules": {"ghost_share": 2}}, "ghost_share"),
        ({"rules": {"window": 0}}, "window"),
    ],
)
def test_what_is_wrong_is_named(values: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=named):
        make_config(values)


def test_a_file_of_options(tmp_path: Path) -> None:
    file = tmp_path / "coach.toml"
    file.write_text('channels = "mixed"\n[rules]\nmin_overlap = 0.5\n')
    config = read_config(file, base=Config(mentor="B"))
    assert (config.channels, config.mentor, config.rules.min_overlap) == ("mixed", "B", 0.5)


def test_a_file_that_is_no_toml_or_not_there(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("channels = ")
    with pytest.raises(InputError, match="not a TOML file"):
        read_config(broken)
    with pytest.raises(InputError, match="Cannot read"):
        read_config(tmp_path / "missing.toml")


def test_two_means_two_and_nothing_said_one_or_two() -> None:
    assert speaker_count("2") == SpeakerCount(2, 2)
    assert Config().speakers == SpeakerCount(1, 2)


def test_tracks_are_numbers_from_one_on() -> None:
    assert track_numbers(Config(tracks="2, 4").tracks) == (2, 4)
    for tracks in ("0", "x", "1;2", ""):
        with pytest.raises(InputError, match="as 1,4"):
            Config(tracks=tracks)


@pytest.mark.parametrize(
    "text",
    [
        "mentor = 3",
        "language = 5",
        "model = []",
        "rules = 3",
        "rules = [1]",
        'speakers = {least = "x"}',
        "speakers = 0",
        "speakers = {most = 1.5}",
    ],
)
def test_options_of_another_kind_are_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "coach.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"rule|" + text.split()[0]):
        read_config(path)


def test_a_configuration_may_begin_with_a_mark_and_hold_any_name(tmp_path: Path) -> None:
    path = tmp_path / "coach.toml"
    path.write_text(as_toml(Config(mentor="Zoë 😀\x7f")), encoding="utf-8-sig")
    assert read_config(path).mentor == "Zoë 😀\x7f"
