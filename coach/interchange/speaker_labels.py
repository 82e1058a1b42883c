"""Names of speakers before the text of a line, as programs and people write them.

``Ann Lee: text``, ``[Speaker 1] text``, ``(Ann Lee)`` on a line of its own, ``+1 555 0100: text``,
``//S01: text//`` inside the line of another speaker. Text before a colon may also begin a sentence,
and text in brackets may be a sound. What repeats in the whole file decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from coach.interchange.nonspeech import is_sound
from coach.interchange.text import one_line


@dataclass(frozen=True, slots=True)
class CuePart:
    """A piece of a cue.

    Parameters
    ----------
    label : of the speaker, if markup or a name gives one.
    text : the words.
    begins : whether a speaker may begin here; false if a sentence continues.
    """

    label: str | None = field(repr=False)
    text: str = field(repr=False)
    begins: bool = True


@dataclass(frozen=True, slots=True)
class Names:
    """The names of speakers in a file: before a colon, and in brackets."""

    before_colon: frozenset[str] = field(default=frozenset(), repr=False)
    in_brackets: frozenset[str] = field(default=frozenset(), repr=False)


_LONGEST = 70  # characters of a name
_MOST_WORDS = 8
_MOST_WORDS_ONCE = 4
"""The most words of a name that occurs only once."""

_PREFIXED_SHARE = 0.5
"""From this share of prefixed lines on, every text before a colon counts as a name."""

_TITLES = frozenset(
    """
    dr mr ms mrs st jr sr prof mag dipl ing univ ph phil med lic priv doz hon rev sgt capt lt col
    gen hr fr sra srta dott dra mme mlle ddr mmag msc bsc mba hab
    """.split()
)
_NUMBERED = re.compile(
    r"(?:speaker|spk|sprecher(?:in)?|person|participant|teilnehmer(?:in)?|locuteur|hablante|parlante"
    r"|spreker|falante|orador|voice|channel|[sp])[ _#-]?(?:\d{1,4}|[a-z?])",
    re.IGNORECASE | re.ASCII,
)
_ROLES = frozenset(
    """
    instructor interviewer interviewee host guest narrator moderator mentor mentee coach coachee
    client therapist counselor counsellor teacher student man woman male female boy girl presenter
    facilitator patient doctor interviewerin befragte befragter
    """.split()
)
_PARTICLES = frozenset(
    "de del della di da dos van von der den zu la le al el bin y und and".split()
)
_OPENING = "([{<-\u2013\"'"
_LEAST_BLOCKS = 2
_MOST_DIGITS = 3  # of a name that is not a telephone number
_COLON = re.compile(r":(?=\s|\*|$)|\uff1a")
_BRACKETED = re.compile(r"([\[(\uff3b\uff08【])([^\[\]()【】]{1,60})[\])\uff3d\uff09】]\s*")
_CLOCK = re.compile(r"\s*[\[(]?\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,3})?[\])]?\s*$", re.ASCII)
_OVERLAP = re.compile(r"//\s*([^\s/:][^/:]{0,40}):([^/]{0,2000})//")
_UNKNOWN = re.compile(r"(?:speaker|spk)?[ _]*\?|unknown|unbekannt|[-\u2013_.?]+", re.IGNORECASE)


def label_of(text: str | None) -> str | None:
    """The cleaned label; None if it names nobody.

    Examples
    --------
    >>> label_of(" //S01 "), label_of("-"), label_of("speaker ?")
    ('S01', None, None)
    """
    found = one_line(text or "").strip("/ ")
    return None if not found or _UNKNOWN.fullmatch(found) else found


def split_overlaps(part: CuePart) -> Iterator[CuePart]:
    """Split a text that quotes, between slashes, what another speaker said at the same time.

    Examples
    --------
    >>> [(p.label, p.text) for p in split_overlaps(CuePart("S00", "So? //S01: Well. // Yes."))]
    [('S00', 'So?'), ('S01', 'Well.'), ('S00', 'Yes.')]
    """
    if "//" not in part.text:
        yield part
        return
    before, *rest = _OVERLAP.split(part.text)
    pieces = [(part.label, before)]
    for name, said, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        pieces += [(label_of(name), said), (part.label, after)]
    for label, text in pieces:
        plain = one_line(text)
        plain = plain.removeprefix("//").removesuffix("//").strip()
        if plain:
            yield CuePart(label, plain, begins=part.begins and label == part.label)


def find_names(parts: Iterable[CuePart]) -> Names:
    """Find the names of speakers in the lines of a file that have no speaker by markup."""
    unnamed = [part for part in parts if part.label is None and part.text]
    brackets = _names_in_brackets(unnamed)
    spoken = [part for part in unnamed if not is_sound(part.text)]
    rest = [part for part in spoken if _bracket(part.text, brackets) is None or _is_both(part)]
    return Names(_names_before_colon(rest), brackets)


def _is_both(part: CuePart) -> bool:
    """Whether a role in brackets precedes a name, as in ``(Guest) Ann:``."""
    match, prefix = _BRACKETED.match(part.text), _prefix(part.text)
    if match is None or prefix is None or _NUMBERED.fullmatch(match[2].strip()):
        return False
    return is_a_name(prefix[0][match.end() :].strip() or prefix[0])


def name_part(part: CuePart, names: Names) -> Iterator[CuePart]:
    """Give a part its name as label; leave out a line that is only a sound.

    Parameters
    ----------
    names : of the file, as found by `find_names`.
    """
    if part.label is not None:
        yield part
        return
    prefix = _prefix(part.text)
    found = prefix if prefix is not None and prefix[0] in names.before_colon else None
    if found is None:
        found = _bracket(part.text, names.in_brackets)
    if found is not None:
        yield replace(part, label=label_of(found[0]) or "", text=found[1])
    elif not is_sound(part.text):
        yield part


def is_a_name(text: str) -> bool:
    """Whether a text on its own line, or next to a time, is a name.

    Examples
    --------
    >>> is_a_name("Ann van der Lee"), is_a_name("speaker 1"), is_a_name("So we met at")
    (True, True, False)
    """
    words = text.split()
    if not 0 < len(words) <= _MOST_WORDS or text[-1] in ".?!,;:\u2026" or is_sound(f"({text})"):
        return False
    if _is_label(text) or _is_number(text):
        return True
    if "\u2022" in text or sum(sign.isdigit() for sign in text) > _MOST_DIGITS:
        return False
    letters = [word for word in words if any(sign.isalpha() for sign in word)]
    names = [word for word in letters if word.casefold() not in _PARTICLES and word[0] not in "(["]
    is_plain = bool(names) and not any(word[0].islower() for word in names)
    return len(words) <= _MOST_WORDS_ONCE + 2 and (is_plain or len(words) == len(letters) == 1)


def are_names(blocks: Iterable[tuple[str, ...]]) -> bool:
    """Whether the first line of every block with several lines names a speaker."""
    found = list(blocks)
    if len(found) < _LEAST_BLOCKS or any(len(lines) < _LEAST_BLOCKS for lines in found):
        return False
    names = Counter(lines[0].strip() for lines in found)
    plain = all(name[:1] not in _OPENING and _COLON.search(name) is None for name in names)
    return (
        plain
        and all(is_a_name(name) for name in names)
        and (len(names) < len(found) or all(len(name.split()) > 1 for name in names))
    )


def _is_number(text: str) -> bool:
    """Whether a name is a telephone number."""
    return sum(sign.isdigit() for sign in text) >= 5 and not any(sign.isalpha() for sign in text)


def _names_before_colon(parts: list[CuePart]) -> frozenset[str]:
    begun = Counter(
        prefix[0] for part in parts if part.begins and (prefix := _prefix(part.text)) is not None
    )
    found = Counter({name: times for name, times in begun.items() if _is_name(name, times)})
    if found.total() >= _PREFIXED_SHARE * sum(part.begins for part in parts):
        return frozenset(found)
    return frozenset(name for name, times in found.items() if times > 1 and not name[0].islower())


def _prefix(text: str) -> tuple[str, str] | None:
    """The text before the first colon that may end a name, and the text after it."""
    match = _COLON.search(text[: _LONGEST + 1])
    if match is None or (match.end() == _LONGEST + 1 and len(text) > _LONGEST + 1):
        return None
    name = _CLOCK.sub("", text[: match.start()]).strip("*_ ")
    enclosed = _BRACKETED.fullmatch(name)
    name = enclosed[2].strip() if enclosed else name
    digits = sum(sign.isdigit() for sign in name)
    if not any(sign.isalpha() for sign in name) and digits < 5:
        return None
    if any(sign in name for sign in "<>\n"):
        return None
    return name, _strip_clock(text[match.end() :].lstrip("*_ ")).strip()


def _strip_clock(text: str) -> str:
    """Remove a time in brackets, which transcription services put between name and text."""
    return re.sub(r"\A[\[(]\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,3})?[\])]\s*", "", text)


def _is_name(name: str, times: int) -> bool:
    words = name.split()
    if times > 1:
        return len(words) <= _MOST_WORDS
    is_short = len(words) <= _MOST_WORDS_ONCE and not name[0].islower()
    return is_short and not any(_ends_a_sentence(word) for word in words)


def _ends_a_sentence(word: str) -> bool:
    """Whether a mark in a word ends a sentence; a dot in titles and initials does not."""
    if "?" in word or "!" in word:
        return True
    if "." not in word:
        return False
    pieces = [piece for piece in re.split(r"[.,\-]", word) if piece]
    return any(len(piece) > 1 and piece.casefold() not in _TITLES for piece in pieces)


def _names_in_brackets(parts: list[CuePart]) -> frozenset[str]:
    """Names in brackets without a colon: a diarizer's name, a role, or a repeated name."""
    counted: Counter[tuple[str, str]] = Counter()
    for part in parts:
        match = _BRACKETED.match(part.text)
        if match and not part.text[match.end() :].startswith((":", "\uff1a")):
            counted[match[1], match[2].strip()] += 1
    sure = {key for key in counted if _is_label(key[1])}
    again = {key for key, times in counted.items() if times > 1 and _may_be_name(key[1])}
    styles = {opening for opening, _ in sure | again}
    alike = {key for key in counted if key[0] in styles and _is_capital(key[1])}
    return frozenset(name for _, name in sure | again | alike)


def _is_label(text: str) -> bool:
    return bool(_NUMBERED.fullmatch(text)) or text.casefold() in _ROLES


def _may_be_name(text: str) -> bool:
    is_short = len(text.split()) <= _MOST_WORDS_ONCE and not text[0].islower()
    return is_short and any(sign.isalpha() for sign in text) and not is_sound(f"({text})")


def _is_capital(text: str) -> bool:
    """Whether every word of a possible name begins with a capital."""
    return _may_be_name(text) and not any(word[0].islower() for word in text.split())


def _bracket(text: str, names: frozenset[str]) -> tuple[str, str] | None:
    match = _BRACKETED.match(text)
    if match is None or match[2].strip() not in names:
        return None
    rest = text[match.end() :]
    return match[2].strip(), rest.lstrip(":\uff1a ").strip()
