r"""CHAT transcripts (.cha) of TalkBank, with times in bullets after each utterance.

CHAT gives many signs a meaning (brackets, quotes). `write` leaves these signs out, and words
without a speaker too. An utterance has exactly one terminator, so `write` splits lines with
several.

References
----------
.. [1] MacWhinney (2000), The CHILDES Project: Tools for Analyzing Talk, part 1 (the manual at
   talkbank.org is kept up to date).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from coach.conversation import Conversation, Role, Speaker, Word
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.segments import (
    Origin,
    Segment,
    conversation,
    labels,
    segments,
    spread,
)
from coach.interchange.text import one_line
from coach.interchange.times import round_span
from coach.intervals import Span

UNTIMED_NOTE = "{} utterances of the transcript have no times: left out."

_LANGUAGES = {
    "de": "deu", "en": "eng", "es": "spa", "fr": "fra", "it": "ita", "nl": "nld", "pt": "por",
}  # fmt: skip
_TERMINATORS = ".?!"
_SIGNS = re.compile(
    r"[\[\]<>()&@^+/\\%\"*_{}|=#~$‡„“”]"
    r"|(?<!\S)-+(?=\S)|-(?=0)"  # the mark of an affix, and of an omitted one
)
_CODE = re.compile(r"[A-Z][A-Z0-9]{0,6}")
_BULLET = re.compile(r'\x15(?:%\w+:"[^"\x15]*"_)?(\d{1,12})_(\d{1,12})\x15', re.ASCII)
_LEFT_OUT = re.compile(
    r"\[[^\[\]]*\]"  # comments, retracings, replacements
    r"|&[=+~]\S*|&\*[A-Z0-9]{1,7}:\S*"  # events, fragments, nonwords, words of another
    r"|\(\.{1,3}\)|\(\d[\d:.]*\)"  # pauses
    r"|(?<!\S)(?:0[a-zA-Z]\S*|xxx|yyy|www)(?!\S)"  # omitted or unintelligible words
    r"|(?<!\S)[‡„“”](?!\S)|\x15[^\x15]*\x15"
)
_UNCLEAR = re.compile(r"(?<!\S)(?:xxx|yyy|www)(?!\S)")
_NOTHING = "0"
"""The text of a line on which nobody speaks."""

_MARKS = re.compile(
    r"(?<!\S)&-|@[\w:$+]+|[<>()^≠°§]|(?<=[^\W\d_]):+"
    # Conversation analysis: arrows of pitch, corners of overlaps, and its other signs.
    r"|[\u2016\u2039\u203a\u203f\u2047-\u2051\u204e\u2190-\u22ff\u2300-\u23ff\u2581\u2594\u25a0-\u25ff]"
    r"|[\u263a\u264b\u2900-\u297f\ua788]"
    r'|(?<!\S)\+["/.<^,+]*(?=[.?!])|(?<!\S)\+[<^,+"]+'  # how an utterance ends or begins
)


def write(conv: Conversation) -> str:
    """Write the words, one utterance per sentence.

    Examples
    --------
    >>> from coach.talk import talk
    >>> print(write(talk("A 0-3 So, how was it?")).replace(chr(21), "|").expandtabs(4), end="")
    @UTF8
    @Begin
    @Languages: eng
    @Participants:  A Participant
    @ID:    eng|listening-coach|A|||||Participant||mentor|
    *A: So , how was it ? |0_3000|
    @End
    """
    codes = _codes(conv)
    language = _LANGUAGES.get(conv.language or "", "und")
    people = ", ".join(_person(codes[s.id], s) for s in conv.speakers)
    ids = "".join(
        f"@ID:\t{language}|listening-coach|{codes[s.id]}|||||Participant||{s.role}|\n"
        for s in conv.speakers
    )
    head = f"@UTF8\n@Begin\n@Languages:\t{language}\n@Participants:\t{people}\n{ids}"
    by_label = {label: codes[who] for who, label in labels(conv).items() if who is not None}
    lines = [line for line in segments(conv) if line.speaker is not None]
    said = (_utterance(part, by_label) for line in lines for part in _sentences(line))
    return head + "".join(said) + "@End\n"


def read(text: str, origin: Origin) -> Conversation:
    """Read the main lines, without the events, fragments, pauses and comments inside them.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if times are wrong (the message names the line), or if no utterance has times.
    """
    lines = list(_lines(text))
    names = _participants(lines)
    faults = Faults()
    found = []
    for number, line in lines:
        if line.startswith("*"):
            with faults.record_error(f"Line {number}"):
                found.append(_segment(number, line, names, faults))
    timed = [segment for segment in found if segment is not None]
    if found and not timed:
        raise InputError("CHAT without times: expected a bullet 0_1500 after utterances.")
    untimed = len(found) - len(timed)
    origin = replace(
        origin,
        notes=origin.notes + ((UNTIMED_NOTE.format(untimed),) if untimed else ()),
        language=_language(lines),
        roles=_roles(lines, names),
    )
    return conversation([line for line in timed if line.text != _NOTHING], origin, faults=faults)


def _codes(conv: Conversation) -> dict[str, str]:
    """A CHAT code for each speaker id: at most seven capitals and digits."""
    fits = all(_CODE.fullmatch(speaker.id) for speaker in conv.speakers)
    return {s.id: s.id if fits else f"S{n}" for n, s in enumerate(conv.speakers, 1)}


def _person(code: str, speaker: Speaker) -> str:
    name = speaker.name or ("" if speaker.id == code else speaker.id)
    plain = re.sub(r"\W+", "_", name).strip("_")
    return f"{code} {plain} Participant" if plain else f"{code} Participant"


def _sentences(line: Segment) -> Iterator[Segment]:
    """Split a line into parts that each end with their only terminator."""
    words: list[Word] = []
    for word in spread(line, None):
        words.append(word)
        if word.text.endswith(tuple(_TERMINATORS)) or word.span.end == line.span.end:
            span = Span(words[0].span.start, word.span.end)
            yield Segment(span, line.speaker, " ".join(each.text for each in words))
            words = []


def _utterance(line: Segment, codes: dict[str | None, str]) -> str:
    span = round_span(line.span)
    times = f"\x15{round(span.start * 1000)}_{round(span.end * 1000)}\x15"
    words = [word for text in _SIGNS.sub(" ", line.text).split() for word in _split(text)]
    terminator = "."
    while words and words[-1] in (",", *_TERMINATORS):
        terminator = words.pop().replace(",", terminator)
    said = " ".join("," if word in _TERMINATORS else word for word in words)
    return f"*{codes[line.speaker]}:\t{said or '0'} {terminator} {times}\n"


def _split(text: str) -> list[str]:
    """A word and the mark after it."""
    core = text.rstrip(",;:.?!…")
    mark = text[len(core) :]
    terminator = next((sign for sign in mark if sign in "?!"), "." if "." in mark else "")
    sign = terminator or ("," if mark.strip("…") else "")
    return [each for each in (core.strip(",;:.?!…"), sign) if each]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; a line that begins with a tab continues the one before."""
    start, joined = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("\t"):
            joined += " " + line.strip()
            continue
        if joined:
            yield start, joined
        start, joined = number, line
    if joined:
        yield start, joined


def _participants(lines: list[tuple[int, str]]) -> dict[str, str]:
    """Code -> name, if the participant has one; the code distinguishes two equal names."""
    names: dict[str, str] = {}
    for _, line in lines:
        if line.startswith("@Participants:"):
            for person in line.partition(":")[2].split(","):
                code, *others = person.split()[:3] or [""]
                names[code] = others[0].replace("_", " ") if len(others) > 1 else code
    times = Counter(names.values())
    return {
        code: name if times[name] == 1 or name == code else f"{name} ({code})"
        for code, name in names.items()
    }


def _roles(lines: list[tuple[int, str]], names: dict[str, str]) -> dict[str, Role]:
    """The role that we wrote into the last field of a participant's ``@ID``."""
    known: dict[str, Role] = {"mentor": "mentor", "mentee": "mentee"}
    fields = [line.split("|") for _, line in lines if line.startswith("@ID:")]
    return {
        names.get(each[2], each[2]): known[each[9]]
        for each in fields
        if len(each) > 9 and each[9] in known
    }


def _language(lines: list[tuple[int, str]]) -> str | None:
    short = {long: short for short, long in _LANGUAGES.items()}
    found = (line.partition(":")[2] for _, line in lines if line.startswith("@Languages:"))
    return short.get(next(found, "").split(",")[0].strip())


def _segment(number: int, line: str, names: dict[str, str], faults: Faults) -> Segment | None:
    """A main line; its text is empty if it is unintelligible, `_NOTHING` if nobody speaks."""
    code, _, said = line[1:].partition(":")
    times = _BULLET.findall(said)
    if not times:
        return None
    span = faults.span(int(times[0][0]) / 1000, int(times[-1][1]) / 1000, f"Line {number}")
    plain = _MARKS.sub("", _LEFT_OUT.sub(" ", said))
    words = re.sub(r"\s+([,.?!])", r"\1", one_line(plain)).strip()
    label = names.get(code.strip(), code.strip()) or None
    if words.strip("0.?!, ") == "":
        words = "" if _UNCLEAR.search(said) else _NOTHING
    return Segment(span, label, words)
