"""Corrections by a reader, as values; the original is never changed.

A correction refers to its subject by time and speaker, not by position, so it means the same after
other corrections. `apply_changes` applies them in order; leaving one out undoes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal, TypeAlias

from coach.conversation import (
    Acts,
    Conversation,
    FeelingKind,
    FeelingRuling,
    OverlapKind,
    Ruling,
    Sentence,
    Speaker,
    Speech,
    Word,
    spread_words,
)
from coach.errors import InputError
from coach.intervals import Seconds, Span, intersect, subtract, union
from coach.turns.ipus import with_mentor


@dataclass(frozen=True, slots=True)
class Rename:
    """Set the name of a speaker; an empty name removes it."""

    speaker: str
    name: str = field(repr=False)
    kind: Literal["rename"] = "rename"


@dataclass(frozen=True, slots=True)
class SetMentor:
    """The mentor is this speaker."""

    speaker: str
    kind: Literal["set_mentor"] = "set_mentor"


@dataclass(frozen=True, slots=True)
class Swap:
    """Two speakers were confused: exchange their roles and names."""

    first: str
    second: str
    kind: Literal["swap"] = "swap"


@dataclass(frozen=True, slots=True)
class Merge:
    """`speaker` is really `into`: one person was heard as two."""

    speaker: str
    into: str
    kind: Literal["merge"] = "merge"


@dataclass(frozen=True, slots=True)
class Reattribute:
    """The words of `speaker` during `span` belong to `to`, with the speech in which they are said.

    Where both are heard, both still are: all words of an overlap may be given to one of the two.
    """

    span: Span
    speaker: str
    to: str
    kind: Literal["reattribute"] = "reattribute"


@dataclass(frozen=True, slots=True)
class EditText:
    """The words of `speaker` during `span` are `text`; times are spread evenly."""

    span: Span
    speaker: str
    text: str = field(repr=False)
    kind: Literal["edit_text"] = "edit_text"


@dataclass(frozen=True, slots=True)
class Relabel:
    """The sentence of `speaker` at `span` has another act."""

    span: Span
    speaker: str
    acts: Acts
    kind: Literal["relabel"] = "relabel"


@dataclass(frozen=True, slots=True)
class Overrule:
    """The overlap at `span` has another class: for example, it is not an interruption."""

    span: Span
    overlap: OverlapKind
    kind: Literal["overrule"] = "overrule"


@dataclass(frozen=True, slots=True)
class JudgeFeeling:
    """The feeling that `speaker` names at `span` was picked up, passed over, or is not one."""

    span: Span
    speaker: str
    feeling: FeelingKind
    kind: Literal["judge_feeling"] = "judge_feeling"


Change: TypeAlias = (
    Rename | SetMentor | Swap | Merge | Reattribute | EditText | Relabel | Overrule | JudgeFeeling
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A change, its author and its time (UTC, ISO 8601)."""

    change: Change
    author: str = field(default="", repr=False)
    made_at: str = ""
    id: str = ""


def apply_changes(conv: Conversation, changes: Iterable[Change]) -> Conversation:
    """Apply changes in order.

    Parameters
    ----------
    conv : as analysed.
    changes : in the order in which they were made.

    Raises
    ------
    InputError : if a change names a speaker or a moment that does not exist.

    Examples
    --------
    >>> from coach.talk import talk
    >>> conv = apply_changes(talk("A 0-3", "B 3-4", "C 5-6"), [Merge("C", into="B")])
    >>> conv.speech_of("B")
    (Span(start=3.0, end=4.0), Span(start=5.0, end=6.0))
    """
    for change in changes:
        conv = _APPLY[change.kind](conv, change)
    return conv


def _rename(conv: Conversation, change: Rename) -> Conversation:
    _find_speaker(conv, change.speaker)
    return _with_speakers(
        conv,
        lambda s: replace(s, name=change.name.strip() or None) if s.id == change.speaker else s,
    )


def _set_mentor(conv: Conversation, change: SetMentor) -> Conversation:
    _find_speaker(conv, change.speaker)
    return with_mentor(conv, change.speaker, "given")


def _swap(conv: Conversation, change: Swap) -> Conversation:
    first, second = _find_speaker(conv, change.first), _find_speaker(conv, change.second)
    partner = {first.id: second, second.id: first}

    def swap_names(speaker: Speaker) -> Speaker:
        other = partner.get(speaker.id)
        if other is None:
            return speaker
        return replace(speaker, role=other.role, name=other.name, role_source="given")

    return _with_speakers(conv, swap_names)


def _merge(conv: Conversation, change: Merge) -> Conversation:
    _find_speaker(conv, change.speaker)
    _find_speaker(conv, change.into)
    if change.speaker == change.into:
        raise InputError(f"Merging {change.speaker} into itself: expected two different speakers.")

    def rename(speaker: str) -> str:
        return change.into if speaker == change.speaker else speaker

    joined = union(conv.speech_of(change.speaker) + conv.speech_of(change.into))
    return replace(
        conv,
        speakers=_merge_speakers(conv, change),
        speech=_speech(conv, {change.speaker: (), change.into: joined}),
        words=tuple(replace(w, speaker=w.speaker and rename(w.speaker)) for w in conv.words),
        sentences=tuple(replace(s, speaker=rename(s.speaker)) for s in conv.sentences),
    )


def _merge_speakers(conv: Conversation, change: Merge) -> tuple[Speaker, ...]:
    """The remaining speakers; a mentor under either label stays the mentor."""
    gone, into = _find_speaker(conv, change.speaker), _find_speaker(conv, change.into)
    one = gone if gone.role == "mentor" else into
    left = [
        replace(s, role=one.role, role_source=one.role_source, name=s.name or gone.name)
        if s.id == into.id
        else s
        for s in conv.speakers
        if s.id != gone.id
    ]
    if len(left) == 2 and any(s.role == "mentor" for s in left):
        left = [s if s.role == "mentor" else replace(s, role="mentee") for s in left]
    return tuple(left)


def _reattribute(conv: Conversation, change: Reattribute) -> Conversation:
    _find_speaker(conv, change.speaker)
    _find_speaker(conv, change.to)
    said = intersect(conv.speech_of(change.speaker), [change.span])
    hit = _find_words(conv, change.span, change.speaker)
    if not said and not hit:
        raise _nothing_there(change.span, change.speaker)
    given = list(conv.words)
    for i in hit:
        given[i] = replace(given[i], speaker=change.to)
    words = tuple(given)
    # Where the other is heard already, two were heard at once; they still are.
    moved = subtract(said, conv.speech_of(change.to))
    speech = _speech(
        conv,
        {
            change.speaker: subtract(conv.speech_of(change.speaker), moved),
            change.to: union(conv.speech_of(change.to) + moved),
        },
    )
    sentences = [part for s in conv.sentences for part in _give_words(s, words, change)]
    return replace(conv, speech=speech, words=words, sentences=tuple(sorted(sentences, key=_times)))


def _edit_text(conv: Conversation, change: EditText) -> Conversation:
    hit = _find_words(conv, change.span, change.speaker)
    if not hit:
        raise _nothing_there(change.span, change.speaker)
    span = Span(conv.words[hit[0]].span.start, conv.words[hit[-1]].span.end)
    new = spread_words(change.text.split(), span, change.speaker)
    # The old words and, with numbers from their end on, the new ones.
    told = [*conv.words, *new]
    count, removed = len(conv.words), set(hit)
    order = sorted((i for i in range(len(told)) if i not in removed), key=lambda i: _times(told[i]))
    words = tuple(told[i] for i in order)
    place = {i: at for at, i in enumerate(order)}
    inserted = tuple(place[i] for i in range(count, len(told)))
    sentences = _reword(conv.sentences, removed, place, inserted, words)
    return replace(conv, words=words, sentences=sentences)


def _reword(
    sentences: tuple[Sentence, ...],
    removed: set[int],
    place: dict[int, int],
    inserted: tuple[int, ...],
    words: tuple[Word, ...],
) -> tuple[Sentence, ...]:
    """Move sentences to the new word positions; the first that lost words gets the new ones."""
    result, new = [], inserted
    for sentence in sentences:
        positions = tuple([place[i] for i in sentence.words if i not in removed])
        if positions == sentence.words:
            result.append(sentence)
        elif len(positions) == len(sentence.words):
            result.append(replace(sentence, words=positions))
        else:
            positions, new = tuple(sorted(positions + new)), ()
            if positions:
                text = " ".join(words[i].text for i in positions)
                opened = sentence.open_form if text == sentence.text else ""
                result.append(replace(sentence, words=positions, text=text, open_form=opened))
    return tuple(result)


def _relabel(conv: Conversation, change: Relabel) -> Conversation:
    hit = [
        s.speaker == change.speaker and s.span.contains(change.span.middle) for s in conv.sentences
    ]
    if not any(hit):
        raise _nothing_there(change.span, change.speaker)
    return replace(
        conv,
        sentences=tuple(
            replace(s, acts=change.acts) if is_hit else s
            for s, is_hit in zip(conv.sentences, hit, strict=True)
        ),
    )


def _overrule(conv: Conversation, change: Overrule) -> Conversation:
    others = tuple(ruling for ruling in conv.rulings if ruling.span != change.span)
    return replace(conv, rulings=(*others, Ruling(change.span, change.overlap)))


def _judge_feeling(conv: Conversation, change: JudgeFeeling) -> Conversation:
    middle = change.span.middle
    said = [s for s in conv.sentences if s.speaker == change.speaker and s.span.contains(middle)]
    if not said:
        raise _nothing_there(change.span, change.speaker)
    spans = {sentence.span for sentence in said}
    others = tuple(ruling for ruling in conv.feelings if ruling.span not in spans)
    made = (FeelingRuling(each.span, change.speaker, change.feeling) for each in said)
    return replace(conv, feelings=(*others, *made))


_APPLY: dict[str, Callable[..., Conversation]] = {
    "rename": _rename,
    "set_mentor": _set_mentor,
    "swap": _swap,
    "merge": _merge,
    "reattribute": _reattribute,
    "edit_text": _edit_text,
    "relabel": _relabel,
    "overrule": _overrule,
    "judge_feeling": _judge_feeling,
}


def _find_speaker(conv: Conversation, speaker: str) -> Speaker:
    for known in conv.speakers:
        if known.id == speaker:
            return known
    have = ", ".join(s.id for s in conv.speakers)
    raise InputError(f"There is no speaker {speaker!r} to correct. Expected one of: {have}.")


def _nothing_there(span: Span, speaker: str) -> InputError:
    return InputError(
        f"{speaker} says nothing between {span.start:.1f} and {span.end:.1f} s. "
        "Choose a moment in which that speaker talks."
    )


def _find_words(conv: Conversation, span: Span, speaker: str) -> list[int]:
    """The positions of the words that `speaker` says at `span`; a word's middle decides."""
    return [
        i
        for i, word in enumerate(conv.words)
        if word.speaker == speaker and span.contains(word.span.middle)
    ]


def _with_speakers(conv: Conversation, change: Callable[[Speaker], Speaker]) -> Conversation:
    return replace(conv, speakers=tuple(change(speaker) for speaker in conv.speakers))


def _speech(conv: Conversation, changed: dict[str, tuple[Span, ...]]) -> tuple[Speech, ...]:
    kept = [speech for speech in conv.speech if speech.speaker not in changed]
    new = [Speech(span, speaker) for speaker, spans in changed.items() for span in spans]
    return tuple(sorted(kept + new, key=lambda speech: (*_times(speech), speech.speaker)))


def _give_words(sentence: Sentence, words: tuple[Word, ...], change: Reattribute) -> list[Sentence]:
    """Move the words of a sentence to another speaker; without words, its middle decides."""
    if sentence.words:
        return _split(sentence, words)
    is_hit = sentence.speaker == change.speaker and change.span.contains(sentence.span.middle)
    return [replace(sentence, speaker=change.to) if is_hit else sentence]


def _split(sentence: Sentence, words: tuple[Word, ...]) -> list[Sentence]:
    """Cut a sentence where its words change speaker; the longest part keeps the acts."""
    if all(words[i].speaker == sentence.speaker for i in sentence.words):
        return [sentence]
    runs = [
        (who or sentence.speaker, tuple(run))
        for who, run in groupby(sentence.words, key=lambda i: words[i].speaker)
    ]
    if len(runs) == 1:
        return [replace(sentence, speaker=runs[0][0])]
    longest = max(runs, key=lambda run: len(run[1]))
    return [
        Sentence(
            Span(words[run[0]].span.start, words[run[-1]].span.end),
            who,
            " ".join(words[i].text for i in run),
            run,
            sentence.acts if run == longest[1] else Acts(),
        )
        for who, run in runs
    ]


def _times(each: Sentence | Speech | Word) -> tuple[Seconds, Seconds]:
    """What a span is sorted by; many pairs of numbers compare faster than spans."""
    return each.span.start, each.span.end
