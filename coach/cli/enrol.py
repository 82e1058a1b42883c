"""``coach enrol``: keep the print of a voice under a name, list the names, delete one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from coach.analysis import Job, listen_for_voices
from coach.analysis.enrolled_voices import forget, keep, list_voices
from coach.analysis.facts import Diarized
from coach.analysis.recognition import EnrolledVoice, check_name, model_of
from coach.analysis.recordings import hash_recording
from coach.analysis.stage_process import run_in_children
from coach.cli.options import with_options
from coach.cli.progress import bars
from coach.config import make_config
from coach.errors import InputError
from coach.feedback.wording import clock
from coach.intervals import Seconds, total
from coach.ports import VoicePrint
from coach.private import scratch_folder

MIN_SPEECH: Seconds = 10.0  # least speech for a print, in seconds
DOMINANT_SHARE = 0.9  # a voice with this share of the talk is chosen without asking


@click.command()
@click.argument("name", required=False)
@click.argument("recording", required=False, type=click.Path(path_type=Path))
@click.option(
    "--speaker", metavar="LABEL", help="The speaker to enrol, if several are heard: A, B."
)
@click.option("--list", "is_listing", is_flag=True, help="List the enrolled voices.")
@click.option("--delete", "deleted", metavar="NAME", help="Delete a voice print.")
@with_options("channels", "diarizer", "device")
def enrol(
    name: str | None,
    recording: Path | None,
    speaker: str | None,
    is_listing: bool,
    deleted: str | None,
    **given: str | None,
) -> None:
    """Keep a mentor's voice print under NAME, to recognise the mentor in later sessions.

    RECORDING is a session, or half a minute of the mentor alone. Only the voice print is kept: 192
    numbers, in a file that only you can read.
    """  # fmt: skip
    asked = (name is not None, is_listing, deleted is not None)
    if sum(asked) > 1:
        raise click.UsageError("Expected only one of NAME RECORDING, --list and --delete NAME.")
    if is_listing:
        for voice in list_voices():
            click.echo(f"{voice.name}\t{voice.enrolled_on}")
    elif deleted is not None:
        forget(deleted)
        click.echo(f"Deleted: the voice of {deleted}.")
    elif name is None or recording is None:
        raise click.UsageError("Expected NAME RECORDING, --list, or --delete NAME.")
    else:
        _enrol(check_name(name), recording, speaker, given)


def _enrol(
    name: str, recording: Path, speaker: str | None, given: Mapping[str, str | None]
) -> None:
    found = _listen(recording, given)
    mine = choose_print(found, speaker)
    today = datetime.now(UTC).date().isoformat()
    was_there = keep(EnrolledVoice(name, mine.vector, model_of(found.models), today))
    again = ", in place of the print that was there" if was_there else ""
    click.echo(
        f"Enrolled: {name}, from {mine.seconds:.0f} s of speaker {mine.speaker}{again}. "
        f"Delete it with: coach enrol --delete '{name}'"
    )


def choose_print(found: Diarized, speaker: str | None) -> VoicePrint:
    """Choose the print to keep: that of `speaker`, or of the speaker with nearly all of the talk.

    Parameters
    ----------
    found : the voices of the recording.
    speaker : label of the speaker to enrol; None chooses who has nearly all of the talk.

    Raises
    ------
    InputError : if the choice is unclear, or the speaker is missing or speaks too little.
    """
    heard = found.diarization
    times = {
        each.speaker: total(s.span for s in heard.regular if s.speaker == each.speaker)
        for each in heard.prints
    }
    if not times:
        raise InputError("No voice print was made. Expected a recording with speech.")
    label = (speaker or max(times, key=lambda each: times[each])).upper()
    if label not in times:
        raise InputError(f"No speaker {label!r}. Heard: {', '.join(times)}.")
    if speaker is None and times[label] < DOMINANT_SHARE * sum(times.values()):
        raise InputError(
            f"{len(times)} voices are heard: {_introduce(found, times)}. Choose one with "
            "--speaker, or give a recording of one person."
        )
    if times[label] < MIN_SPEECH:
        raise InputError(
            f"Speaker {label} is heard for {times[label]:.0f} s. Expected at least "
            f"{MIN_SPEECH:.0f} s of speech: choose a longer recording."
        )
    return next(each for each in heard.prints if each.speaker == label)


def _introduce(found: Diarized, times: Mapping[str, Seconds]) -> str:
    """Each speaker with the length of their speech and a moment to listen to."""
    parts = []
    for label, seconds in times.items():
        own = (s.span for s in found.diarization.exclusive if s.speaker == label)
        longest = max(own, key=lambda span: span.duration)
        parts.append(f"{label} for {seconds:.0f} s, as at {clock(longest.start)}")
    return "; ".join(parts)


def _listen(recording: Path, given: Mapping[str, str | None]) -> Diarized:
    """Find the voices; the files of the stages are deleted."""
    config = make_config({key: value for key, value in given.items() if value is not None})
    with scratch_folder() as folder, bars(Console(stderr=True)) as report:
        job = Job(recording, hash_recording(recording), folder, folder, config)
        return listen_for_voices(job, run=run_in_children, report=report)
