"""Voices, their inter-pausal units, the labels that are not people, and which person mentors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from coach.conversation import Conversation, Role, RoleSource, Sentence, Word
from coach.intervals import Seconds, Span, seconds_between, union
from coach.rules import Rules
from coach.turns.values import Ipu, Voice


def voices(conv: Conversation) -> dict[str, Voice]:
    """Sort speech, words and sentences by speaker; speakers in the conversation's order.

    Examples
    --------
    >>> from coach.talk import talk
    >>> heard = voices(talk("A 0-1", "A 1-2", "B 1.5-3 Two words."))
    >>> heard["A"].speech, len(heard["B"].words)
    ((Span(start=0.0, end=2.0),), 2)
    """
    speech: dict[str, list[Span]] = {speaker.id: [] for speaker in conv.speakers}
    words: dict[str, list[Word]] = {speaker.id: [] for speaker in conv.speakers}
    sentences: dict[str, list[Sentence]] = {speaker.id: [] for speaker in conv.speakers}
    for heard in conv.speech:
        speech[heard.speaker].append(heard.span)
    for word in conv.words:
        if word.speaker is not None:
            words[word.speaker].append(word)
    for sentence in conv.sentences:
        sentences[sentence.speaker].append(sentence)
    return {
        who: Voice(
            union(speech[who]),
            tuple(sorted(words[who], key=lambda word: word.span)),
            tuple(sorted(sentences[who], key=lambda sentence: sentence.span)),
            tuple(sorted(w.probability for w in words[who] if w.probability is not None)),
        )
        for who in speech
    }


def inter_pausal_units(heard: Mapping[str, Voice], min_pause: Seconds) -> tuple[Ipu, ...]:
    """Close pauses shorter than `min_pause` in each speaker's speech; units in order of start.

    Of two units that start together the longer comes first.

    Parameters
    ----------
    heard : each speaker's speech, by id.
    min_pause : seconds; a pause as long as that stays open.

    Examples
    --------
    >>> heard = {"A": Voice((Span(0, 1), Span(1.1, 2), Span(2.5, 3)))}
    >>> [unit.span.end for unit in inter_pausal_units(heard, 0.2)]
    [2, 3]
    """
    units = (
        Ipu(span, who)
        for who, voice in heard.items()
        for span in _close_pauses(voice.speech, min_pause)
    )
    return tuple(sorted(units, key=lambda unit: (unit.span.start, -unit.span.end)))


def _close_pauses(spans: tuple[Span, ...], min_pause: Seconds) -> Iterator[Span]:
    """Spans with the pauses shorter than `min_pause` closed; one as long as that stays open."""
    start = end = None
    for span in spans:
        if start is None or end is None:
            start = span.start
        elif seconds_between(end, span.start) >= min_pause:
            yield Span(start, end)
            start = span.start
        end = span.end
    if start is not None and end is not None:
        yield Span(start, end)


def ghosts(heard: Mapping[str, Voice], rules: Rules) -> tuple[str, ...]:
    """Find the labels beyond the two main speakers that are scraps of sound rather than a person.

    A ghost has less than `ghost_share` of the speech and no unit longer than `ghost_turn`.

    Parameters
    ----------
    heard : each speaker's speech, by id.
    rules : with `ghost_share`, `ghost_turn` and `min_pause`.

    Examples
    --------
    >>> heard = {"A": (Span(0, 60),), "B": (Span(60, 99),), "X": (Span(30, 30.5),)}
    >>> ghosts({who: Voice(speech) for who, speech in heard.items()}, Rules())
    ('X',)
    """
    talk = {who: voice.talk_time for who, voice in heard.items()}
    people = sorted(talk, key=lambda who: -talk[who])[:2]
    limit = rules.ghost_share * sum(talk.values())
    return tuple(
        who
        for who, voice in heard.items()
        if who not in people
        and talk[who] < limit
        and all(
            s.duration <= rules.ghost_turn for s in _close_pauses(voice.speech, rules.min_pause)
        )
    )


def people(conv: Conversation, rules: Rules = Rules()) -> tuple[str, ...]:  # noqa: B008 - frozen
    """Ids of the speakers that are no ghosts, in the conversation's order.

    Parameters
    ----------
    conv : with speech.
    rules : as for `ghosts`.

    Examples
    --------
    >>> from coach.talk import talk
    >>> people(talk("A 0-60", "B 60-99", "X 30-30.5"))
    ('A', 'B')
    """
    heard = voices(conv)
    noise = ghosts(heard, rules)
    return tuple(who for who in heard if who not in noise)


def with_mentor(conv: Conversation, mentor: str, source: RoleSource) -> Conversation:
    """Set the roles of all speakers, and how they are known.

    In a conversation of two the other speaker is the mentee. Of more speakers the others are
    "other", and so is a label that is no person.

    Parameters
    ----------
    conv : with speech.
    mentor : id of the speaker who is the mentor.
    source : how that is known.
    """
    others = {who for who in people(conv) if who != mentor}

    def role(speaker: str) -> Role:
        if speaker == mentor:
            return "mentor"
        return "mentee" if others == {speaker} else "other"

    speakers = (replace(s, role=role(s.id), role_source=source) for s in conv.speakers)
    return replace(conv, speakers=tuple(speakers))
