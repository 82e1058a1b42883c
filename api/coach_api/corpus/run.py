"""A run of a corpus, from the beginning or from where an earlier run stopped.

A finished recording is skipped. If its facts are known, and only rules, groups or formats have
changed, it is scored again without listening; the workers listen to the rest. An error in one
recording is a row of the table `errors`, and the others go on.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from coach.analysis.enrolled_voices import list_voices
from coach.analysis.facts import Facts
from coach.analysis.interpret import interpret
from coach.analysis.recognition import check_mentor
from coach.config import Config
from coach.errors import CoachError, InputError
from coach.intervals import Seconds
from coach_api.corpus.annotations import read_annotations
from coach_api.corpus.manifest import Entry
from coach_api.corpus.outcome import Folder, SourceFile
from coach_api.corpus.queue import Queue, State, has_same_facts, settings_for
from coach_api.settings import Settings

_CHECK_EVERY: Seconds = 0.5
_ENQUEUE_AT_ONCE = 50  # recordings to hash and enqueue before checking the workers again


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a recording has no result."""

    entry: Entry
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class CorpusProgress:
    """The progress of a corpus.

    Parameters
    ----------
    total, finished, failed : recordings.
    waiting : recordings that the workers have or have yet to take.
    running : the state of each recording that a worker has, by id.
    """

    total: int
    finished: int = 0
    failed: int = 0
    waiting: int = 0
    running: Mapping[str, State] = field(default_factory=dict)

    @property
    def done(self) -> float:
        """The number of recordings done; those that a worker has count in part."""
        return self.finished + self.failed + sum(s.fraction for s in self.running.values())

    @property
    def is_over(self) -> bool:
        """Whether every recording is finished or has failed."""
        return self.finished + self.failed == self.total


Watch = Callable[[CorpusProgress], None]


@dataclass(frozen=True, slots=True)
class _Task:
    entry: Entry
    config: Config
    key: str
    sources: tuple[SourceFile, ...]

    @property
    def sha256(self) -> str:
        return self.sources[0].sha256


class CorpusRun:
    """One run over a corpus.

    Parameters
    ----------
    folder : of the corpus.
    config : options of all recordings, unless the manifest says otherwise.
    settings : of the service, for its database.
    workers : processes to start; 0 when others run elsewhere.
    """

    def __init__(self, folder: Folder, config: Config, settings: Settings, workers: int) -> None:
        self._folder, self._config = folder, config
        self._settings, self._workers = settings, workers
        self._waiting: dict[str, list[_Task]] = {}
        self._states: Mapping[str, State] = {}
        self._voices = list_voices()
        self.failures: list[Failure] = []

    @cached_property
    def _queue(self) -> Queue:
        """The queue, opened for the first recording that needs listening."""
        root = self._folder.root.resolve()
        return Queue(settings_for(self._folder.inner, self._settings), str(root), self._workers)

    def __call__(self, entries: Sequence[Entry], watch: Watch) -> tuple[str, ...]:
        """Finish all recordings that can be finished.

        Parameters
        ----------
        entries : of the manifest.
        watch : called with the progress, about twice a second.

        Returns
        -------
        The ids of those that are finished.

        Raises
        ------
        InputError : at the start, if a mentor is neither a label nor an enrolled voice.
        """
        self._check_mentors(entries)
        finished: list[str] = []
        try:
            for done in self._finish_in_steps(entries):
                finished += done
                watch(self._progress(len(entries), len(finished)))
        finally:
            self._close()
        self.failures.sort(key=lambda failure: failure.entry.id)  # they came as the workers ended
        return tuple(sorted(finished))

    def _check_mentors(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if not entry.needs_listening:
                continue  # a transcript has names, and is read in no time
            try:
                config = entry.config(self._config)
            except CoachError:
                continue  # a row of the errors
            try:
                check_mentor(self._voices, config.mentor, config.speakers.most)
            except InputError as error:
                raise InputError(f"{entry.id}: {error}") from error

    def forget(self, names: Iterable[str], entries: Iterable[Entry]) -> None:
        """Erase recordings: their results, their parts of the tables, and their facts.

        Facts that another recording with the same content needs stay.

        Parameters
        ----------
        names : ids of recordings.
        entries : of the manifest as it is now.

        Raises
        ------
        InputError : if one is not known here.
        """
        known = set(self._folder.finished_ids())
        by_id = {entry.id: entry for entry in entries}
        for name in names:
            if name not in known and name not in by_id:
                raise InputError(
                    f"No recording in {self._folder.root} is called {name!r}. Expected an id, as "
                    "in the folder 'recordings' and in the tables."
                )
            sources = self._folder.sources_of(name)
            if not sources and name in by_id:  # its facts may be known, and not measured yet
                sources = self._folder.sources(by_id[name])
            contents = {source.sha256 for source in sources}
            self._folder.clear(name)
            known.discard(name)
            others = {s.sha256 for each in known for s in self._folder.sources_of(each)}
            for sha256 in contents - others:
                self._queue.forget(sha256)
        self._close()

    def _close(self) -> None:
        if "_queue" in self.__dict__:
            self._queue.close()
            del self.__dict__["_queue"]

    def _finish_in_steps(self, entries: Sequence[Entry]) -> Iterator[list[str]]:
        """Finish recordings, some at a time; yields their ids."""
        for begin in range(0, len(entries), _ENQUEUE_AT_ONCE):
            yield [e.id for e in entries[begin : begin + _ENQUEUE_AT_ONCE] if self._start(e)]
            yield self._collect()
        while self._waiting:
            time.sleep(_CHECK_EVERY)
            yield self._collect()

    def _start(self, entry: Entry) -> bool:
        """Finish a recording at once or else enqueue it; return whether it is finished."""
        try:
            task = self._task(entry)
            if self._folder.is_finished(entry, task.key):
                return True
            if not entry.needs_listening:
                return self._finish(task, read_annotations(entry, task.config))
            facts = self._queue.facts(task.sha256, task.config)
            if facts is not None:
                return self._finish(task, facts)
            self._enqueue(task)
        except CoachError as error:
            self._fail(entry, type(error).__name__, str(error))
        return False

    def _task(self, entry: Entry) -> _Task:
        config = entry.config(self._config)
        try:
            sources = self._folder.sources(entry)
        except OSError as error:
            raise InputError(
                f"Cannot read the file ({error.strerror}). Expected a recording: check the path."
            ) from error
        key = self._folder.key(entry, sources, config, self._voices)
        return _Task(entry, config, key, sources)

    def _enqueue(self, task: _Task) -> None:
        session = self._queue.name(task.sha256)
        twins = self._waiting.get(session, [])
        if twins and not has_same_facts(twins[0].config, task.config):
            raise InputError(
                f"The same content as {twins[0].entry.id} with other options. Expected the same "
                "speakers, language, channels and models, or one of the two."
            )
        if not twins:
            self._queue.enqueue(task.sources[0], task.config)
        self._waiting[session] = [*twins, task]

    def _collect(self) -> list[str]:
        """Finish the recordings whose jobs have ended since the last check."""
        if not self._waiting:
            return []
        self._queue.keep_workers_running()
        self._states = self._queue.states()
        ended = [n for n, s in self._states.items() if s.has_ended and n in self._waiting]
        return [task.entry.id for name in ended for task in self._finish_ended(name)]

    def _finish_ended(self, session: str) -> Iterator[_Task]:
        state = self._states[session]
        for task in self._waiting.pop(session):
            facts = self._queue.facts(task.sha256, task.config)
            if facts is None:
                # The engine names a recording by its session, the user by its id.
                message = state.message.replace(session, task.entry.id) or _LOST
                self._fail(task.entry, state.error or "AnalysisError", message)
                continue
            try:
                self._finish(task, facts)
            except CoachError as error:
                self._fail(task.entry, type(error).__name__, str(error))
            else:
                yield task

    def _finish(self, task: _Task, facts: Facts) -> bool:
        conv = interpret(facts, task.config, self._voices)
        self._folder.finish(task.entry, conv, (task.key, task.sources))
        return True

    def _fail(self, entry: Entry, error: str, message: str) -> None:
        if self._folder.output.redact is not None:
            message = redact_message(message, entry)
        self.failures.append(Failure(entry, error, message))

    def _progress(self, total: int, finished: int) -> CorpusProgress:
        states = self._states
        running = {
            tasks[0].entry.id: states[name]
            for name, tasks in self._waiting.items()
            if name in states and states[name].status == "running"
        }
        return CorpusProgress(total, finished, len(self.failures), len(self._waiting), running)


_QUOTED = re.compile(r"(?<!\w)(?:'[^'\n]{1,200}'|\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`)")


def redact_message(message: str, entry: Entry) -> str:
    """An error without names of files and what is quoted from them, for tables that are shared.

    Parameters
    ----------
    message : of an error.
    entry : whose files and names are taken out.

    Examples
    --------
    >>> from pathlib import Path
    >>> entry = Entry("s2", None, Path("/talks/Ann Lee.vtt"))
    >>> redact_message("Ann Lee.vtt: found 'my', expected a time.", entry)
    "The file: found '...', expected a time."
    """
    for path in (*entry.files, entry.path):
        for name in () if path is None else (str(path), path.name, path.stem):
            message = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "The file", message)
    return _QUOTED.sub("'...'", message)


_LOST = "The analysis ended without a result. Run the same line again."
