"""JSON of speech recognisers and transcription services, which differ in shape.

WhisperX and Whisper, whisper.cpp, Deepgram, AssemblyAI, AWS Transcribe, Google, Azure, Rev,
Speechmatics, YouTube; for others, the longest list of records with a start and a text. The reader
takes only words, times and speakers. The shapes are as documented by the services (2025).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.json import parse
from coach.interchange.language import code_of
from coach.interchange.records import lines_of, match_fields
from coach.interchange.segments import Origin, conversation

Fields = dict[str, Any]
"""A line with ``start``, ``end``, ``speaker``, ``text``, for `coach.interchange.records`."""

_TICKS = 1e7  # in a second, of Azure
_GAP = 1.0  # seconds of silence that end a line of words
_LONGEST_WORD = 5.0  # in seconds; more are milliseconds
_ENDS = (".", "?", "!", "\u2026", "\u3002", "\uff1f")
_DEEPEST = 4  # of a list, in the search for records
_LONG = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of documents.

    Parameters
    ----------
    name : of the program that writes it.
    lines : finds the lines of a document; None if it has another shape.
    milliseconds : whether times are milliseconds; None decides by the pace of the words.
    """

    name: str
    lines: Callable[[Any], Iterable[Fields] | None]
    milliseconds: bool | None = None


def read(text: str, origin: Origin) -> Conversation:
    """Read the JSON of a speech recogniser.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if the document has none of the shapes, or nothing in it can be read.
    """
    document = parse(text)
    for shape in SHAPES:
        lines = list(shape.lines(document) or ())
        if lines:
            break
    else:
        names = ", ".join(each.name for each in SHAPES[:-1])
        raise InputError(
            "Found JSON of another kind: expected a conversation of listening-coach, SegLST, or "
            f"the JSON of a recogniser ({names}). Export SRT or WebVTT where it was made."
        )
    faults = Faults()
    language = _language(document)
    if language is not None:
        origin = replace(origin, language=language)
    placed = ((f"Segment {number}", line) for number, line in enumerate(_number_speakers(lines), 1))
    found = lines_of(placed, faults, milliseconds=shape.milliseconds)
    return conversation(found, origin, faults=faults)


def is_recognised(text: str) -> bool:
    """Whether a text is JSON of one of the shapes."""
    try:
        document = parse(text)
    except InputError:
        return False
    return any(any(True for _ in shape.lines(document) or ()) for shape in SHAPES)


def _list(document: Any, *keys: str) -> list[Fields]:
    """The objects of the list below these keys; () if there is no list."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    found = document if isinstance(document, list) else []
    return [each for each in found if isinstance(each, dict)]


def _whisper(document: Any) -> Iterable[Fields] | None:
    """Segments; a segment whose words have speakers is split where the speaker changes."""
    segments = _list(document, "segments")
    if not segments or not any("start" in each for each in segments):
        return None
    return [line for each in segments for line in _split_by_speaker(each)]


def _split_by_speaker(segment: Fields) -> Iterator[Fields]:
    words = _list(segment, "words")
    speakers = {word.get("speaker") for word in words if word.get("speaker") is not None}
    if len(speakers) < 2:
        speaker = segment.get("speaker", next(iter(speakers), None))
        yield {**_times(segment), "speaker": speaker, "text": segment.get("text")}
        return
    before = _times(segment)
    timed = []
    for word in words:  # numbers have no times in WhisperX: they get the time of the word before
        start = word.get("start", before["start"])
        before = {"start": start, "end": word.get("end", start)}
        text = word.get("word", word.get("text"))
        timed.append({**before, "speaker": word.get("speaker"), "text": text})
    yield from _join_words(timed)


def _times(fields: Fields) -> Fields:
    return {"start": fields.get("start"), "end": fields.get("end")}


def _chunks(document: Any) -> Iterable[Fields] | None:
    """Chunks of Hugging Face's pipelines, each with a pair of times."""
    found = document if isinstance(document, list) else _list(document, "chunks")
    pairs = [each for each in found if isinstance(each, dict) and _is_pair(each.get("timestamp"))]
    return [
        {"start": each["timestamp"][0], "end": each["timestamp"][1], "text": each.get("text"),
         "speaker": each.get("speaker")}
        for each in pairs
    ]  # fmt: skip


def _is_pair(found: Any) -> bool:
    return isinstance(found, list) and len(found) == 2


def _whisper_cpp(document: Any) -> Iterable[Fields] | None:
    return [
        {"start": each["offsets"].get("from"), "end": each["offsets"].get("to"),
         "text": each.get("text"), "speaker": each.get("speaker")}
        for each in _list(document, "transcription")
        if isinstance(each.get("offsets"), dict)
    ]  # fmt: skip


def _deepgram(document: Any) -> Iterable[Fields] | None:
    channels = _list(document, "results", "channels")
    if not channels:
        return None
    utterances = _list(document, "results", "utterances")
    if utterances:
        return [
            {**_times(each), "speaker": each.get("speaker", each.get("channel")),
             "text": each.get("transcript")}
            for each in utterances
        ]  # fmt: skip
    lines: list[Fields] = []
    for number, channel in enumerate(channels):
        default = number if len(channels) > 1 else None
        for best in _list(channel, "alternatives")[:1]:
            words = [
                {**_times(word), "text": word.get("punctuated_word", word.get("word")),
                 "speaker": word.get("speaker", default)}
                for word in _list(best, "words")
            ]  # fmt: skip
            lines += _join_words(words)
    return lines


def _aws(document: Any) -> Iterable[Fields] | None:
    segments = _list(document, "results", "audio_segments")
    if segments:
        return segments
    speakers = {
        str(item.get("start_time")): item.get("speaker_label")
        for segment in _list(document, "results", "speaker_labels", "segments")
        for item in _list(segment, "items")
    }
    words: list[Fields] = []
    for item in _list(document, "results", "items"):
        text = next((each.get("content") for each in _list(item, "alternatives")), "")
        if item.get("start_time") is None:
            words = _with_mark(words, text)
            continue
        speaker = item.get("speaker_label") or speakers.get(str(item["start_time"]))
        start, end = _number(item["start_time"]), _number(item.get("end_time"))
        words.append({"start": start, "end": end, "speaker": speaker, "text": text})
    return _join_words(words)


def _with_mark(words: list[Fields], mark: Any) -> list[Fields]:
    """Words, each with the punctuation mark after it, which has no time."""
    if words and isinstance(mark, str):
        words[-1] = {**words[-1], "text": f"{words[-1]['text']}{mark}"}
    return words


def _google(document: Any) -> Iterable[Fields] | None:
    if isinstance(document, dict) and isinstance(document.get("response"), dict):
        document = document["response"]
    results = [_list(each, "alternatives")[:1] for each in _list(document, "results")]
    by_result = [[w for best in each for w in _list(best, "words")] for each in results]
    tagged = [words for words in by_result if any(_tag(word) is not None for word in words)]
    # With diarization on, the last result repeats all words with their speakers.
    chosen = tagged[-1:] if tagged and len(tagged) < len(by_result) else by_result
    words = [
        {"start": _offset(word, "start"), "end": _offset(word, "end"), "speaker": _tag(word),
         "text": word.get("word")}
        for words in chosen
        for word in words
    ]  # fmt: skip
    return _join_words(words)


def _tag(word: Fields) -> Any:
    return word.get("speakerTag", word.get("speakerLabel"))


def _offset(word: Fields, bound: str) -> Any:
    """A time such as ``"1.200s"``; Google omits a time of 0."""
    found = word.get(f"{bound}Time", word.get(f"{bound}Offset", "0s"))
    return _number(found.removesuffix("s")) if isinstance(found, str) else found


def _azure(document: Any) -> Iterable[Fields] | None:
    return [
        {"start": _azure_time(each, "offset"), "duration": _azure_time(each, "duration"),
         "speaker": each.get("speaker", each.get("channel")),
         "text": each.get("text") or next((b.get("display") for b in _list(each, "nBest")), "")}
        for each in _list(document, "recognizedPhrases") or _list(document, "phrases")
    ]  # fmt: skip


def _azure_time(phrase: Fields, name: str) -> Any:
    ticks = phrase.get(f"{name}InTicks")
    if isinstance(ticks, (int, float)):
        return ticks / _TICKS
    millis = phrase.get(f"{name}Milliseconds", phrase.get(f"{name}InMilliseconds"))
    if isinstance(millis, (int, float)):
        return millis / 1000
    match = _LONG.fullmatch(str(phrase.get(name)))
    if match is None:
        return None
    hours, minutes, seconds = (float(each or 0) for each in match.groups())
    return 3600 * hours + 60 * minutes + seconds


def _rev(document: Any) -> Iterable[Fields] | None:
    words: list[Fields] = []
    for monologue in _list(document, "monologues"):
        for element in _list(monologue, "elements"):
            if element.get("ts") is None:
                words = _with_mark(words, str(element.get("value", "")).strip())
                continue
            words.append(
                {"start": element["ts"], "end": element.get("end_ts"),
                 "speaker": monologue.get("speaker"), "text": element.get("value")}
            )  # fmt: skip
    return _join_words(words)


def _speechmatics(document: Any) -> Iterable[Fields] | None:
    words: list[Fields] = []
    for item in _list(document, "results"):
        best = next(iter(_list(item, "alternatives")), {})
        if item.get("type") == "punctuation":
            words = _with_mark(words, best.get("content"))
        elif item.get("type") == "word":
            times = {"start": item.get("start_time"), "end": item.get("end_time")}
            words.append({**times, "speaker": best.get("speaker"), "text": best.get("content")})
    return _join_words(words)


def _youtube(document: Any) -> Iterable[Fields] | None:
    return [
        {"start": each["tStartMs"], "duration": each.get("dDurationMs"),
         "text": "".join(str(part.get("utf8", "")) for part in _list(each, "segs"))}
        for each in _list(document, "events")
        if "tStartMs" in each and "segs" in each and not each.get("aAppend")
    ]  # fmt: skip


def _words(document: Any) -> Iterable[Fields] | None:
    """A plain list of words (ElevenLabs, Vosk, AssemblyAI without speakers)."""
    found = _list(document, "words") or _list(document, "result")
    words = [
        {**_times(word), "speaker": word.get("speaker", word.get("speaker_id")),
         "text": word.get("word", word.get("text"))}
        for word in found
        if word.get("type", "word") == "word" and isinstance(word.get("start"), (int, float))
    ]  # fmt: skip
    lasted = sorted(w["end"] - w["start"] for w in words if isinstance(w["end"], (int, float)))
    are_millis = bool(lasted) and lasted[len(lasted) // 2] > _LONGEST_WORD
    return _join_words(words, _GAP * 1000 if are_millis else _GAP)


def _longest_list(document: Any) -> Iterable[Fields] | None:
    """The longest list of records with a start, and a text or a speaker, anywhere inside."""
    best: list[Fields] = []
    level = [document]
    for _ in range(_DEEPEST):
        for each in level:
            items = each if isinstance(each, list) else ()
            records = [item for item in items if isinstance(item, dict) and _is_record(item)]
            best = max(best, records, key=len)
        level = [inner for each in level for inner in _inner_values(each)]
    return best


def _inner_values(found: Any) -> list[Any]:
    """The values inside a value; for a list, those in its first item (the others are alike)."""
    if isinstance(found, dict):
        return [*found.values()]
    return found[:1] if isinstance(found, list) else []


def _is_record(item: Fields) -> bool:
    names = match_fields([name for name in item if isinstance(name, str)])
    return "start" in names and ("text" in names or {"speaker", "end"} <= names.keys())


SHAPES = (
    Shape("WhisperX or Whisper", _whisper, milliseconds=False),
    Shape("Transformers", _chunks, milliseconds=False),
    Shape("whisper.cpp", _whisper_cpp, milliseconds=True),
    Shape("Deepgram", _deepgram, milliseconds=False),
    Shape("AWS Transcribe", _aws, milliseconds=False),
    Shape("Speechmatics", _speechmatics, milliseconds=False),
    Shape("Google", _google, milliseconds=False),
    Shape("Azure", _azure, milliseconds=False),
    Shape("Rev", _rev, milliseconds=False),
    Shape("YouTube", _youtube, milliseconds=True),
    Shape("AssemblyAI", lambda document: _list(document, "utterances")),
    Shape("ElevenLabs or Vosk", _words),
    Shape("records with start and text", _longest_list),
)


def _join_words(words: Iterable[Fields], gap: float = _GAP) -> list[Fields]:
    """Join words of one speaker into lines, until a sentence ends or for a second nobody speaks."""
    lines: list[Fields] = []
    for word in words:
        text = str(word.get("text") or "").strip()
        last = lines[-1] if lines else None
        if last is not None and _is_continuation(last, word, gap):
            last["parts"].append(text)
            last["end"] = word["end"] if word.get("end") is not None else last["end"]
        else:
            lines.append({**word, "parts": [text]})
    return [{**line, "text": " ".join(line.pop("parts"))} for line in lines]


def _is_continuation(line: Fields, word: Fields, gap: float) -> bool:
    if word.get("speaker") not in (None, line.get("speaker")) or line["parts"][-1].endswith(_ENDS):
        return False
    start, end = _number(word.get("start")), _number(line.get("end"))
    if not isinstance(start, (int, float)) or not isinstance(end, (int, float)):
        return True
    return start - end < gap


def _number(found: Any) -> Any:
    """Convert a number written as text; keep other text, so that an error names its place."""
    try:
        return float(found) if isinstance(found, str) else found
    except ValueError:
        return found


def _number_speakers(lines: list[Fields]) -> Iterator[Fields]:
    """Give speakers that are numbers the names that diarizers use, counted from 0."""
    called = [match_fields([*line]).get("speaker", "speaker") for line in lines]
    numbers = [_digits(line.get(name)) for line, name in zip(lines, called, strict=True)]
    first = min((number for number in numbers if number is not None), default=0)
    base = first if first in (0, 1) else 0
    for line, name, number in zip(lines, called, numbers, strict=True):
        yield line if number is None else {**line, name: f"SPEAKER_{number - base:02}"}


def _digits(label: Any) -> int | None:
    text = str(label) if isinstance(label, (int, str)) and not isinstance(label, bool) else ""
    return int(text) if re.fullmatch(r"\d{1,3}", text, re.ASCII) else None


def _language(document: Any) -> str | None:
    """The language that a document names, at the top or one level below."""
    if not isinstance(document, dict):
        return None
    inner = [document, *(each for each in document.values() if isinstance(each, dict))]
    for each in inner:
        for key in ("language", "language_code", "languageCode", "locale"):
            if isinstance(each.get(key), str) and (code := code_of(each[key])) is not None:
                return code
    return None
