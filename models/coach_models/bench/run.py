"""A run of the benchmark: listeners on recordings, scores, a report."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from coach import __version__
from coach.config import Config
from coach.errors import CoachError, InputError, MissingDependency, ModelUnavailable
from coach.measures.hearing_error import kind_of
from coach_models.bench.lengths import run_lengths
from coach_models.bench.listener import Coach, Listener, Oracle
from coach_models.bench.pair import pair
from coach_models.bench.peers import PEERS
from coach_models.bench.peers.run import listener
from coach_models.bench.reference import TWO_CHANNELS, ReferenceRecording
from coach_models.bench.report import Absent, BenchReport, Score, rows, values
from coach_models.bench.scoring import score
from coach_models.bench.share_errors import ShareError, errors_of, read_transcripts

Say = Callable[[str], None]

ORACLE = Oracle()


def bench(
    references: Sequence[ReferenceRecording],
    listeners: Sequence[Listener],
    *,
    config: Config,
    say: Say,
) -> BenchReport:
    """Let every listener hear every recording, and score the results.

    Parameters
    ----------
    say : told in a line what is being done.
    """
    scores = []
    for number, reference in enumerate(references, 1):
        for each in listeners:
            say(f"{number}/{len(references)} {reference.group}/{reference.name}: {each.name}")
            scores.append(_attempt(reference, each))
    return BenchReport(
        version=__version__,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        config=config.as_dict(),
        rows=rows(scores),
        scores=tuple(scores),
    )


def with_lengths(
    report: BenchReport,
    references: Sequence[ReferenceRecording],
    minutes: Sequence[float],
    results: Path,
    config: Config,
) -> BenchReport:
    """Add the costs of long recordings.

    Parameters
    ----------
    report : of the recordings as they are.
    references : recordings to choose the longest from.
    minutes : lengths to make.
    results : folder for sound and results.
    config : options of the analysis.
    """
    return replace(report, lengths=run_lengths(references, minutes, config, results))


def share_errors(
    references: Sequence[ReferenceRecording], config: Config, results: Path
) -> tuple[ShareError, ...]:
    """Errors of the talk share, as heard and as transcripts tell it; failed recordings left out.

    Parameters
    ----------
    references : recordings with speech and words.
    config : options of the analysis.
    results : folder for results; those that are there are read.
    """
    found: list[ShareError] = []
    for reference in references:
        with suppress(CoachError):
            heard = Coach(config, results)(reference)
            found += errors_of(pair(reference, heard), kind_of(heard.conversation))
        if not reference.group.endswith(TWO_CHANNELS):
            for kind, told in read_transcripts(reference):
                found += errors_of(pair(reference, told), kind)
    return tuple(found)


def gather(
    names: Iterable[str], config: Config, results: Path, say: Say
) -> tuple[list[Listener], tuple[Absent, ...]]:
    """Make listeners: the pipeline, and the peers that can be installed.

    Parameters
    ----------
    names : of peers.
    config : options of the analysis.
    results : folder for environments and results.
    say : prints a line for the user.

    Returns
    -------
    The listeners, and the peers that cannot be installed here.

    Raises
    ------
    InputError : if no peer has that name.
    """
    listeners: list[Listener] = [Coach(config, results)]
    absent: list[Absent] = []
    for name in names:
        if name == ORACLE.name:
            listeners.append(ORACLE)
            continue
        if name not in PEERS:
            known = ", ".join([*PEERS, ORACLE.name])
            raise InputError(f"No peer is called {name!r}: expected {known}.")
        say(f"Preparing {name}; the first time this installs it, which takes minutes.")
        try:
            listeners.append(listener(PEERS[name], config, results))
        except (MissingDependency, ModelUnavailable) as error:
            absent.append(Absent(name, str(error)))
    return listeners, tuple(absent)


def _attempt(reference: ReferenceRecording, each: Listener) -> Score:
    """Score one listener on one recording; an expected failure becomes a row with the reason."""
    about = (reference.name, reference.group, each.name)
    duration = reference.conversation.recording.duration
    try:
        heard = each(reference)
    except CoachError as error:
        return Score(*about, duration, failure=str(error))
    duration = max(duration, heard.conversation.recording.duration)
    found = Score(*about, duration, {}, score(reference, heard), heard.costs, heard.notes)
    return replace(found, values=values([found]))
