"""The configuration of an analysis: adapters, options and rules.

Options come from defaults, then a TOML file, then the command line; an unknown key is an error.
The effective configuration is stored with every result. `OPTIONS` declares each option for the
command line, a manifest's columns, an upload's fields, the file and Python.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypedDict, get_args

from coach import __version__
from coach.errors import InputError
from coach.ports import SpeakerCount
from coach.rules import Rules, check_names, replace_values

Channels = Literal["auto", "mixed", "separate"]
CHANNELS: tuple[str, ...] = get_args(Channels)


@dataclass(frozen=True, slots=True)
class Option:
    """An option of an analysis, with the same meaning everywhere.

    Parameters
    ----------
    name : of the field of `Config`, the flag, the column and the key in a file.
    help : for people, in one or two sentences.
    metavar : the form of its value.
    choices : its values; empty if any value is allowed.
    for_sound : whether it matters only for recordings; an analysis of a transcript refuses it.
    """

    name: str
    help: str
    metavar: str = "NAME"
    choices: tuple[str, ...] = ()
    for_sound: bool = False


OPTIONS = (
    Option(
        "channels",
        "mixed: one room; separate: one speaker per channel; auto (default) detects which.",
        choices=CHANNELS,
        for_sound=True,
    ),
    Option("tracks", "Audio tracks to read, such as 1,4. Default: all.", "N,...", for_sound=True),
    Option(
        "speakers",
        "Number of speakers: N, or auto for as many as are heard. Default: one or two.",
        "N|auto",
        for_sound=True,
    ),
    Option(
        "mentor",
        "The mentor: a speaker's label (A, B), 'first' (the first to speak), or the name of a "
        "voice from 'coach enrol'. Default: guess, from enrolled voices or else from who "
        "asks, marked as a guess.",
        "LABEL|first|NAME|guess",
    ),
    Option("language", "Language spoken, such as en. Default: detected.", "CODE"),
    Option("model", "Whisper model, as 'coach models list' names it.", for_sound=True),
    Option("transcriber", "Installed transcriber. Default: whisper.", for_sound=True),
    Option("diarizer", "Installed diarizer. Default: voices.", for_sound=True),
    Option("annotator", "Installed annotator of questions. Default: acts."),
    Option("device", "cpu (default) or cuda."),
)


class Options(TypedDict, total=False):
    """The options of an analysis as keywords; `OPTIONS` explains them."""

    channels: str
    tracks: str
    speakers: int | str
    mentor: str
    language: str
    model: str
    transcriber: str
    diarizer: str
    annotator: str
    device: str
    rules: Rules | Mapping[str, Any]


def sound_options(given: Mapping[str, object]) -> tuple[str, ...]:
    """Names of the given options that matter only for recordings.

    Parameters
    ----------
    given : options by name; None means not given.

    Examples
    --------
    >>> sound_options({"mentor": "A", "diarizer": "voices", "model": None})
    ('diarizer',)
    """
    names = (option.name for option in OPTIONS if option.for_sound)
    return tuple(name for name in names if given.get(name) is not None)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that decides a result; `OPTIONS` explains each option.

    Parameters
    ----------
    channels : auto, mixed (all channels are one room) or separate (one speaker per channel).
    tracks : "all", or numbers of the audio tracks to read, from 1, as "1,4".
    speakers : how many people to expect.
    mentor : a speaker's label ("A", "B", ...), "first" (the first to speak), the name of an
        enrolled voice, or "guess".
    language : ISO 639-1 code; None detects it.
    transcriber, diarizer, annotator : names of installed adapters.
    model : whisper model, as `coach models list` names them; None takes the adapter's default.
    device : cpu or cuda; a device that fails is an error, without a fallback.
    rules : thresholds of the measures.
    """

    channels: str = "auto"
    tracks: str = "all"
    speakers: SpeakerCount = field(default_factory=SpeakerCount)
    mentor: str = "guess"
    language: str | None = None
    transcriber: str = "whisper"
    diarizer: str = "voices"
    annotator: str = "acts"
    model: str | None = None
    device: str = "cpu"
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        if self.channels not in CHANNELS:
            raise InputError(f"channels = {self.channels!r}: expected {', '.join(CHANNELS)}.")
        track_numbers(self.tracks)
        for name in ("mentor", "transcriber", "diarizer", "annotator", "device"):
            _check_text(name, getattr(self, name))
        for name in ("language", "model"):
            if getattr(self, name) is not None:
                _check_text(name, getattr(self, name))

    def as_dict(self) -> dict[str, Any]:
        """All options as plain values, as stored with results."""
        return asdict(self)


def make_config(values: Mapping[str, Any], *, base: Config | None = None) -> Config:
    """Make a configuration with some options replaced; `rules` and `speakers` may be partial.

    Parameters
    ----------
    values : options by name.
    base : the configuration to start from; by default all defaults.

    Raises
    ------
    InputError : if an option is unknown or its value is not allowed.

    Examples
    --------
    >>> make_config({"mentor": "A", "rules": {"min_pause": 0.3}}).rules.min_pause
    0.3
    """
    base = base or Config()
    check_names(values, Config, "option")
    options = dict(values)
    if "rules" in options and not isinstance(options["rules"], Rules):
        options["rules"] = replace_values(base.rules, options["rules"])
    if "speakers" in options:
        options["speakers"] = speaker_count(options["speakers"])
    return replace(base, **options)


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise InputError(f"{name} = {value!r}: expected text, in quotes.")


def speaker_count(value: object) -> SpeakerCount:
    """Read ``auto``, a number, or ``{"least": 1, "most": 2}``.

    A number is exact: with "2", two speakers are found however alike they sound. The default is one
    or two.

    Raises
    ------
    InputError : if the value is none of these.

    Examples
    --------
    >>> speaker_count("auto")
    SpeakerCount(least=1, most=None)
    >>> speaker_count(2)
    SpeakerCount(least=2, most=2)
    """
    if isinstance(value, SpeakerCount):
        return value
    if isinstance(value, Mapping):
        check_names(value, SpeakerCount, "option of speakers")
        return SpeakerCount(**value)
    if value == "auto":
        return SpeakerCount(1, None)
    number = str(value)
    if not (number.isdecimal() and int(number) >= 1):
        raise InputError(f"speakers = {value!r}: expected auto or a number from 1 on, as 2.")
    return SpeakerCount(int(number), int(number))


def track_numbers(tracks: str) -> tuple[int, ...]:
    """Read the numbers of audio tracks; an empty tuple means all tracks.

    Raises
    ------
    InputError : if `tracks` is neither "all" nor numbers from 1 on.

    Examples
    --------
    >>> track_numbers("1, 4"), track_numbers("all")
    ((1, 4), ())
    """
    if tracks == "all":
        return ()
    numbers = [part.strip() for part in str(tracks).split(",")]
    if not all(number.isdecimal() and int(number) >= 1 for number in numbers):
        raise InputError(f"tracks = {tracks!r}: expected all, or numbers from 1 on, as 1,4.")
    return tuple(map(int, numbers))


def read_config(path: Path, *, base: Config | None = None) -> Config:
    """Read a TOML file of options, ``[rules]`` in a table of its own.

    Parameters
    ----------
    path : a TOML file.
    base : the configuration to start from; by default all defaults.

    Raises
    ------
    InputError : if the file cannot be read, is not TOML or has unknown keys.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"Cannot read the configuration {path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a TOML file: {error}.") from error
    return make_config(values, base=base)


def as_toml(config: Config) -> str:
    """Write every option, including defaults, for `read_config`.

    An option that is None (detected) becomes a comment, because TOML has no empty value.

    Examples
    --------
    >>> print(as_toml(Config(mentor="first")).splitlines()[3])
    mentor = "first"
    """
    options = config.as_dict()
    if config.speakers.most is None:
        options["speakers"] = "auto"
    return f"# listening-coach {__version__}\n" + "\n\n".join(_tables("", options)) + "\n"


def _tables(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """A table and those within it, each as lines; the outermost has no name."""
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    yield "\n".join([*([f"[{name}]"] if name else []), *_assignments(plain)])
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _tables(f"{name}.{key}" if name else key, value)


def _assignments(values: Mapping[str, Any]) -> list[str]:
    return [
        f"# {name} = (detected)" if value is None else f"{name} = {_toml(value)}"
        for name, value in values.items()
    ]


def _toml(value: Any) -> str:
    if not isinstance(value, str):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
