"""``coach analyse``: recordings in, scorecards out."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from coach.analysis.bundle import join_recordings
from coach.analysis.enrolled_voices import list_voices
from coach.analysis.facts import Facts
from coach.analysis.interpret import interpret
from coach.analysis.recognition import check_mentor
from coach.analysis.recordings import hear
from coach.analysis.transcripts import facts_of_transcript
from coach.cli.options import (
    analysis_options,
    config_from,
    make_redactor,
    redact_option,
    refuse_unused,
)
from coach.cli.progress import bars
from coach.config import Config
from coach.conversation import Conversation
from coach.errors import CoachError
from coach.page.terminal import summary
from coach.ports import Redactor
from coach.results import name_write_errors, write_results
from coach.scorecard import score


@dataclass(frozen=True, slots=True)
class Task:
    """One input of the command line and the folder for its results.

    Parameters
    ----------
    sources : a recording, or several of one conversation; or a transcript.
    """

    sources: tuple[Path, ...]
    folder: Path
    is_transcript: bool = False

    @property
    def name(self) -> str:
        """The input, for messages."""
        return " + ".join(map(str, self.sources))


@click.command()
@click.argument("recordings", nargs=-1, type=click.Path(path_type=Path), metavar="RECORDING...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default="scorecards",
    show_default=True,
    help="Folder for the results, with a folder for each recording.",
)
@click.option(
    "--transcript",
    "transcripts",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Transcript to read (WebVTT, SRT, JSONL, CSV, our JSON) instead of a recording.",
)
@click.option(
    "--together",
    is_flag=True,
    help="The recordings are of one conversation, such as one for each microphone.",
)
@click.option("--with-audio", is_flag=True, help="Put the sound into the page, to play moments.")
@redact_option
@analysis_options
def analyse(
    recordings: tuple[Path, ...],
    output: Path,
    transcripts: tuple[Path, ...],
    together: bool,
    with_audio: bool,
    redact: bool,
    config_file: Path | None,
    **given: Any,
) -> None:
    """Listen to recordings of two-person conversations and write their listening scorecards.

    Any audio or video file works. Nothing leaves this computer.
    """
    if not recordings:
        refuse_unused(given, "A transcript has no sound")
    config = config_from(config_file, given)
    if together and len(recordings) < 2:
        raise click.UsageError("--together needs two or more recordings of one conversation.")
    groups = [recordings] if together else [(each,) for each in recordings]
    tasks = plan(groups, transcripts, output)
    if not tasks:
        raise click.UsageError("Nothing to analyse: name a recording, or a --transcript.")
    if with_audio and not recordings:
        raise click.UsageError("--with-audio needs a RECORDING: a transcript has no sound.")
    if with_audio and redact:
        raise click.UsageError(
            "--with-audio and --redact exclude each other: the sound contains the names."
        )
    redactor = make_redactor(redact)
    failures = sum(not _attempt(task, config, redactor, with_audio=with_audio) for task in tasks)
    if failures:
        click.echo(f"{failures} of {len(tasks)} could not be analysed.", err=True)
        click.get_current_context().exit(1)


def plan(
    recordings: Iterable[tuple[Path, ...]], transcripts: Iterable[Path], output: Path
) -> list[Task]:
    """Give every input its own folder, named after the file.

    Parameters
    ----------
    recordings : audio or video files, those of one conversation together.
    transcripts : files to read instead of recordings.
    output : the folder that gets a folder for each input.
    """
    tasks: list[Task] = []
    inputs = [(paths, False) for paths in recordings] + [((path,), True) for path in transcripts]
    stems = [_stem(paths[0]) for paths, _ in inputs]
    taken: set[str] = set()
    for (paths, is_transcript), stem in zip(inputs, stems, strict=True):
        numbered = (f"{stem}-{number}" for number in count(2))
        free = (name for name in numbered if name not in taken and name not in stems)
        name = stem if stem not in taken else next(free)
        taken.add(name)
        tasks.append(Task(paths, output / name, is_transcript))
    return tasks


def _stem(path: Path) -> str:
    """The name of a file without its suffix; for "." or "..", the name of that folder."""
    return (path if path.name not in ("", "..") else path.resolve()).stem or "recording"


def _attempt(task: Task, config: Config, redactor: Redactor | None, *, with_audio: bool) -> bool:
    """Analyse one input; print an expected failure and return False."""
    try:
        voices = () if task.is_transcript else list_voices()  # read before hours of listening
        if not task.is_transcript:
            check_mentor(voices, config.mentor, config.speakers.most)
        facts, audio_src = _hear(task, config, needs_prints=bool(voices), with_audio=with_audio)
        conv = interpret(facts, config, voices)
        conv = redactor(conv) if redactor else conv
        card = score(conv)
        folder = free_folder(task.folder, conv)
        page = write_results(conv, card, folder, audio_src=audio_src)
    except CoachError as error:
        click.echo(f"{task.name}: {error}", err=True)
        return False
    click.echo(summary(card))
    if hint := mentor_hint(conv, folder):
        click.echo(hint)
    if folder != task.folder:
        click.echo(f"{task.folder} holds another recording of this name, and is as it was.")
    click.echo(f"Scorecard: {click.format_filename(page)}")
    return True


def free_folder(folder: Path, conv: Conversation) -> Path:
    """The folder for the results: another one where there are results of another recording.

    Parameters
    ----------
    folder : that is named after the recording.
    conv : to be written; a recording that is analysed again replaces its results.
    """
    names = (folder, *(folder.with_name(f"{folder.name}-{number}") for number in range(2, 1000)))
    return next((each for each in names if not _holds_another(each, conv)), folder)


def _holds_another(folder: Path, conv: Conversation) -> bool:
    try:
        kept = json.loads((folder / "conversation.json").read_bytes())["recording"]["sha256"]
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return bool(kept and conv.recording.sha256) and kept != conv.recording.sha256


def mentor_hint(conv: Conversation, folder: Path) -> str:
    """How to name another mentor than the guessed one; "" if the mentor was not guessed.

    Parameters
    ----------
    folder : with the results, for the command to copy.
    """
    mentor = conv.mentor
    others = [speaker.id for speaker in conv.speakers if speaker is not mentor]
    if mentor is None or mentor.role_source != "guessed" or not others:
        return ""
    kept = shlex.quote(str(folder / "conversation.json"))
    return f"Another mentor? coach score {kept} --mentor {others[0]}"


def _hear(
    task: Task, config: Config, *, needs_prints: bool, with_audio: bool
) -> tuple[Facts, str | None]:
    with bars(Console(stderr=True)) as report:
        if task.is_transcript:
            return facts_of_transcript(task.sources[0], config, report=report), None
        with name_write_errors(task.folder):  # before hours of listening
            task.folder.mkdir(parents=True, exist_ok=True)
        with join_recordings(task.sources) as recording:
            return hear(
                recording, config, needs_prints=needs_prints, with_sound=with_audio, report=report
            )
