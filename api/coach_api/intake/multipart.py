"""Reads ``multipart/form-data`` as it arrives: fields into a dict, each file into a `PartFile`.

The framework would store the whole form first; here each file is hashed and written piece by piece,
and refused by its first bytes if it is not a recording.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from coach.analysis.bundle import MOST_RECORDINGS
from coach_api.intake.parts import PartFile
from coach_api.problems import Problem

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MAX_FIELDS = 20
MAX_FILES = MOST_RECORDINGS
MAX_FIELD_BYTES = 4_096
_PIECE = 1 << 20

Event = tuple[Literal["part", "data", "end"], bytes]


@dataclass(slots=True)
class UploadForm:
    """The fields of a form, its files and their names as sent."""

    fields: dict[str, str] = field(default_factory=dict, repr=False)
    files: list[PartFile] = field(default_factory=list)
    filenames: list[str] = field(default_factory=list, repr=False)


class FormReader:
    """Feeds a parser, and collects fields and files from its events.

    Parameters
    ----------
    boundary : of the form.
    file_field : name of the field that holds the files.
    begin_file : makes the place for the next file.
    """

    def __init__(
        self, boundary: bytes, file_field: str, begin_file: Callable[[], PartFile]
    ) -> None:
        self._events: list[Event] = []
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._disposition = b""
        self._parser = MultipartParser(boundary, _callbacks(self))
        self._file_field, self._begin_file = file_field, begin_file
        self._name: str | None = None
        self._is_file = False
        self._value = bytearray()
        self.form = UploadForm()

    def feed(self, data: bytes) -> None:
        """Parse the next bytes of the body.

        Raises
        ------
        Problem : if they are not a form, or the form is too large, or the file is refused.
        """
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _unreadable() from error
        events, self._events = self._events, []
        for kind, payload in events:
            _HANDLE[kind](self, payload)

    def close(self) -> UploadForm:
        """Return the complete form.

        Raises
        ------
        Problem : if the body ended too early.
        """
        try:
            self._parser.finalize()
        except FormParserError as error:
            raise _unreadable() from error
        if self._name is not None:
            raise _unreadable()
        return self.form

    def _begin(self, disposition: bytes) -> None:
        _, options = parse_options_header(disposition)
        self._name = options.get(b"name", b"").decode(errors="replace")
        self._is_file = self._name == self._file_field
        if self._is_file and len(self.form.files) == MAX_FILES:
            raise Problem(
                "too-large", f"One conversation may have {MAX_FILES} recordings. Send fewer."
            )
        if self._is_file:
            self.form.files.append(self._begin_file())
            self.form.filenames.append(options.get(b"filename", b"").decode(errors="replace"))
        elif len(self.form.fields) >= MAX_FIELDS:
            raise Problem("too-large", f"The form has more than {MAX_FIELDS} fields.")
        self._value.clear()

    def _take(self, data: bytes) -> None:
        if self._is_file:
            self.form.files[-1].write(data)
            return
        self._value += data
        if len(self._value) > MAX_FIELD_BYTES:
            raise Problem("too-large", f"A field of the form exceeds {MAX_FIELD_BYTES} bytes.")

    def _finish(self, _: bytes) -> None:
        if not self._is_file and self._name is not None:
            self.form.fields[self._name] = self._value.decode(errors="replace")
        self._name = None


_HANDLE = {"part": FormReader._begin, "data": FormReader._take, "end": FormReader._finish}


def _callbacks(reader: FormReader) -> MultipartCallbacks:
    """What the parser calls: collect the headers of a part, queue everything else."""
    name, value = reader._header

    def header_end() -> None:
        if bytes(name).lower() == b"content-disposition":
            reader._disposition = bytes(value)
        name.clear()
        value.clear()

    def headers_finished() -> None:
        reader._events.append(("part", reader._disposition))
        reader._disposition = b""

    return {
        "on_header_field": lambda data, start, end: name.extend(data[start:end]),
        "on_header_value": lambda data, start, end: value.extend(data[start:end]),
        "on_header_end": header_end,
        "on_headers_finished": headers_finished,
        "on_part_data": lambda data, a, b: reader._events.append(("data", data[a:b])),
        "on_part_end": lambda: reader._events.append(("end", b"")),
    }


async def read_form(
    request: Request, file_field: str, begin_file: Callable[[], PartFile]
) -> UploadForm:
    """Read a whole form.

    Parameters
    ----------
    file_field : name of the field that holds the files.
    begin_file : makes the place for the next file.

    Raises
    ------
    Problem : if it is not a form, is too large, or a file is refused.
    """
    reader = FormReader(_boundary(request), file_field, begin_file)
    async for piece in _pieces(request):
        await run_in_threadpool(reader.feed, piece)
    return reader.close()


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in pieces of a megabyte, so that few thread switches are needed."""
    gathered = bytearray()
    async for chunk in request.stream():
        gathered += chunk
        if len(gathered) >= _PIECE:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Problem(
            "wrong-content-type",
            "Expected a form of type multipart/form-data with the file in the field 'recording'.",
        )
    return options[b"boundary"]


def _unreadable() -> Problem:
    return Problem("unreadable-request", "The form cannot be read: it is cut off or malformed.")
