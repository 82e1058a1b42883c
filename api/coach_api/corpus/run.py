"""A corpus from beginning to end, or from where it stopped.

A recording that is finished is left alone; one that was heard is measured again when only rules,
groups or formats changed; the rest is heard. What goes wrong with one recording is a row of the
table `errors`, and the others go on.
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
from coach_api.corpus.annotations import from_given
from coach_api.corpus.manifest import Entry
from coach_api.corpus.outcome import Folder, Source
from coach_api.corpus.queue import Queue, State, hears_the_same, settings_for
from coach_api.settings import Settings

_LOOK: Seconds = 0.5
_ASK_AT_ONCE = 50  # recordings to hash and ask for before looking at the workers again


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a recording has no result."""

    entry: Entry
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a corpus is.

    Parameters
    ----------
    total, finished, failed : recordings.
    asked : recordings that wait for the workers or are with them.
    running : the recordings that are being heard, with how far each is.
    """

    total: int
    finished: int = 0
    failed: int = 0
    asked: int = 0
    running: Mapping[str, State] = field(default_factory=dict)

    @property
    def done(self) -> float:
        """Recordings done, those under way in part."""
        return self.finished + self.failed + sum(s.fraction for s in self.running.values())

    @property
    def is_over(self) -> bool:
        """Whether every recording has come to its end."""
        return self.finished + self.failed == self.total


Watch = Callable[[Stand], None]


@dataclass(frozen=True, slots=True)
class _Task:
    entry: Entry
    config: Config
    key: str
    sources: tuple[Source, ...]

    @property
    def sha256(self) -> str:
        return self.sources[0].sha256


class Run:
    """One run over a corpus.

    Parameters
    ----------
    folder : of the corpus.
    config : options of all recordings, unless the manifest says otherwise.
    settings : of the service, for its database.
    workers : processes that listen.
    """

    def __init__(self, folder: Folder, config: Config, settings: Settings, workers: int) -> None:
        self._folder, self._config = folder, config
        self._settings, self._workers = settings, workers
        self._asked: dict[str, list[_Task]] = {}
        self._states: Mapping[str, State] = {}
        self._voices = list_voices()
        self.failures: list[Failure] = []

    @cached_property
    def _queue(self) -> Queue:
        """Opened when the first recording must be heard: looking at a finished corpus is quick."""
        root = self._folder.root.resolve()
        return Queue(settings_for(self._folder.inner, self._settings), str(root), self._workers)

    def __call__(self, entries: Sequence[Entry], watch: Watch) -> tuple[str, ...]:
        """Finish all recordings that can be.

        Returns
        -------
        The ids of those that are finished.

        Raises
        ------
        InputError : before anything is heard, if a mentor is nobody who can be found.
        """
        self._check_mentors(entries)
        finished: list[str] = []
        try:
            for done in self._steps(entries):
                finished += done
                watch(self._stand(len(entries), len(finished)))
        finally:
            self._close()
        self.failures.sort(key=lambda failure: failure.entry.id)  # they came as the workers ended
        return tuple(sorted(finished))

    def _check_mentors(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if not entry.is_heard:
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
        """Erase recordings: their results, their parts of the tables, and what was heard.

        What another recording with the same content was made from stays.

        Raises
        ------
        InputError : if one is not known here.
        """
        known = set(self._folder.finished())
        asked = {entry.id: entry for entry in entries}
        for name in names:
            if name not in known and name not in asked:
                raise InputError(
                    f"No recording in {self._folder.root} is called {name!r}. Expected an id, as "
                    "in the folder 'recordings' and in the tables."
                )
            made_from = self._folder.made_from(name)
            if not made_from and name in asked:  # it was perhaps heard, and not yet measured
                made_from = self._folder.sources(asked[name])
            contents = {source.sha256 for source in made_from}
            self._folder.clear(name)
            known.discard(name)
            others = {s.sha256 for each in known for s in self._folder.made_from(each)}
            for sha256 in contents - others:
                self._queue.forget(sha256)
        self._close()

    def _close(self) -> None:
        if "_queue" in self.__dict__:
            self._queue.close()
            del self.__dict__["_queue"]

    def _steps(self, entries: Sequence[Entry]) -> Iterator[list[str]]:
        """Finish some recordings at a time."""
        for begin in range(0, len(entries), _ASK_AT_ONCE):
            yield [e.id for e in entries[begin : begin + _ASK_AT_ONCE] if self._begin(e)]
            yield self._collect()
        while self._asked:
            time.sleep(_LOOK)
            yield self._collect()

    def _begin(self, entry: Entry) -> bool:
        """Finish a recording at once if possible, else ask for it; says whether it is finished."""
        try:
            task = self._task(entry)
            if self._folder.is_finished(entry, task.key):
                return True
            if not entry.is_heard:
                return self._finish(task, from_given(entry, task.config))
            heard = self._queue.heard(task.sha256, task.config)
            if heard is not None:
                return self._finish(task, heard)
            self._ask(task)
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

    def _ask(self, task: _Task) -> None:
        session = self._queue.name(task.sha256)
        twins = self._asked.get(session, [])
        if twins and not hears_the_same(twins[0].config, task.config):
            raise InputError(
                f"The same content as {twins[0].entry.id} with other options. Expected the same "
                "speakers, language, channels and models, or one of the two."
            )
        if not twins:
            self._queue.ask(task.sources[0], task.config)
        self._asked[session] = [*twins, task]

    def _collect(self) -> list[str]:
        """Finish the recordings that were heard since the last look."""
        if not self._asked:
            return []
        self._queue.look()
        self._states = self._queue.states()
        ended = [n for n, s in self._states.items() if s.has_ended and n in self._asked]
        return [task.entry.id for name in ended for task in self._end(name)]

    def _end(self, session: str) -> Iterator[_Task]:
        state = self._states[session]
        for task in self._asked.pop(session):
            heard = self._queue.heard(task.sha256, task.config)
            if heard is None:
                # The engine knows a recording by its session; who reads knows it by its id.
                message = state.message.replace(session, task.entry.id) or _LOST
                self._fail(task.entry, state.error or "AnalysisError", message)
                continue
            try:
                self._finish(task, heard)
            except CoachError as error:
                self._fail(task.entry, type(error).__name__, str(error))
            else:
                yield task

    def _finish(self, task: _Task, facts: Facts) -> bool:
        conv = interpret(facts, task.config, self._voices)
        self._folder.finish(task.entry, conv, (task.key, task.sources))
        return True

    def _fail(self, entry: Entry, error: str, message: str) -> None:
        if self._folder.wish.redact is not None:
            message = without_details(message, entry)
        self.failures.append(Failure(entry, error, message))

    def _stand(self, total: int, finished: int) -> Stand:
        states = self._states
        running = {
            tasks[0].entry.id: states[name]
            for name, tasks in self._asked.items()
            if name in states and states[name].status == "running"
        }
        return Stand(total, finished, len(self.failures), len(self._asked), running)


_QUOTED = re.compile(r"(?<!\w)(?:'[^'\n]{1,200}'|\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`)")


def without_details(message: str, entry: Entry) -> str:
    """An error without names of files and what is quoted from them, for tables that are shared.

    Examples
    --------
    >>> from pathlib import Path
    >>> entry = Entry("s2", None, Path("/talks/Ann Lee.vtt"))
    >>> without_details("Ann Lee.vtt: found 'my', expected a time.", entry)
    "The file: found '...', expected a time."
    """
    for path in (*entry.files, entry.path):
        for name in () if path is None else (str(path), path.name, path.stem):
            message = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "The file", message)
    return _QUOTED.sub("'...'", message)


_LOST = "The analysis ended without a result. Run the same line again."
