"""What holds for any conversation. Times are multiples of 1/64 s, so that arithmetic is exact."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import Conversation, Recording, Speaker, Speech
from coach.intervals import Span, union
from coach.rules import Rules
from coach.turns import Floor, Ipu, floor

CELL = 1 / 64
PIECES = st.tuples(st.integers(0, 2000), st.integers(1, 300))


def conversation(heard: dict[str, list[Span]]) -> Conversation:
    speech = tuple(Speech(span, who) for who, spans in heard.items() for span in spans)
    end = max((s.span.end for s in speech), default=1.0)
    return Conversation(Recording("any", end), tuple(Speaker(who) for who in heard), speech)


def conversations(speakers: str) -> st.SearchStrategy[Conversation]:
    spans = PIECES.map(lambda piece: Span(piece[0] * CELL, (piece[0] + piece[1]) * CELL))
    voices = {who: st.lists(spans, max_size=9).map(lambda s: list(union(s))) for who in speakers}
    return st.fixed_dictionaries(voices).map(conversation)


two, three = conversations("AB"), conversations("ABC")


def moved(conv: Conversation, *, by: float = 0.0, times: float = 1.0) -> Conversation:
    def there(span: Span) -> Span:
        return Span(span.start * times + by, span.end * times + by)

    recording = replace(conv.recording, duration=conv.recording.duration * times + by)
    speech = tuple(replace(s, span=there(s.span)) for s in conv.speech)
    return replace(conv, recording=recording, speech=speech)


def seen(taken: Floor, *, by: float = 0.0, times: float = 1.0) -> list[tuple[object, ...]]:
    """Everything on the floor as plain values, its time moved back."""

    def back(span: Span) -> tuple[float, float]:
        return (span.start - by) / times, (span.end - by) / times

    return [
        *(("unit", u.speaker, back(u.span)) for u in taken.ipus),
        *(("turn", t.speaker, *(back(u.span) for u in t.ipus)) for t in taken.turns),
        *(("backchannel", b.speaker, b.listener_to, back(b.span)) for b in taken.backchannels),
        *(("overlap", o.first, o.second, o.kind, o.shift, back(o.span)) for o in taken.overlaps),
        *(("passing", t.fto / times) for t in taken.transitions),
    ]


@given(three, st.integers(1, 1000))
def test_later_in_the_recording_the_floor_is_the_same(conv: Conversation, by: int) -> None:
    assert seen(floor(moved(conv, by=by)), by=by) == seen(floor(conv))


TENTHS = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=6)


@given(st.fixed_dictionaries(dict.fromkeys("ABC", TENTHS)), st.integers(1, 216_000))
def test_in_tenths_of_a_second_too(pieces: dict[str, list[tuple[int, int]]], by: int) -> None:
    def taken(later: int) -> list[tuple[object, ...]]:
        spans = {
            who: union(Span((at + later) / 10, (at + n + later) / 10) for at, n in own)
            for who, own in pieces.items()
        }
        seen_ = seen(floor(conversation({who: list(own) for who, own in spans.items()})))
        return [tuple(_in_tenths(value, later) for value in each) for each in seen_]

    assert taken(by) == taken(0)


def _in_tenths(value: object, later: int) -> object:
    if isinstance(value, tuple):
        return tuple(round(moment * 10) - later for moment in value)
    return round(value * 10) if isinstance(value, float) else value


@given(three, st.sampled_from([0.5, 2.0, 4.0]))
def test_scaled_with_its_rules_the_floor_is_the_same(conv: Conversation, times: float) -> None:
    rules, shares = Rules(), {"ghost_share", "low_probability", "max_low_confidence"}
    shares |= {name for name in Rules.__dataclass_fields__ if name.startswith("sure_")}
    scaled = {
        f.name: getattr(rules, f.name) * times
        for f in fields(rules)
        if isinstance(getattr(rules, f.name), float) and f.name not in shares
    }
    there = floor(moved(conv, times=times), Rules(**scaled))
    assert seen(there, times=times) == seen(floor(conv, rules))


@given(three)
def test_names_do_not_matter(conv: Conversation) -> None:
    names = {"A": "Zoe", "B": "Bob", "C": "Ann"}
    speech = tuple(replace(s, speaker=names[s.speaker]) for s in conv.speech)
    speakers = tuple(Speaker(names[s.id]) for s in conv.speakers)
    renamed = seen(floor(replace(conv, speakers=speakers, speech=speech)))
    originals = {name: letter for letter, name in names.items()}
    assert [
        tuple(originals.get(v, v) if isinstance(v, str) else v for v in each) for each in renamed
    ] == seen(floor(conv))


@given(three, st.randoms(use_true_random=False))
def test_the_order_of_the_speech_does_not_matter(conv: Conversation, random: object) -> None:
    speech = list(conv.speech)
    getattr(random, "shuffle")(speech)  # noqa: B009 - hypothesis does not type its random
    assert seen(floor(replace(conv, speech=tuple(speech)))) == seen(floor(conv))


@given(three, st.integers(1, 299))
def test_splitting_speech_at_a_point_changes_nothing(conv: Conversation, cells: int) -> None:
    pieces: list[Speech] = []
    for speech in conv.speech:
        cut = speech.span.start + cells * CELL
        if cut < speech.span.end:
            pieces += [
                replace(speech, span=Span(speech.span.start, cut)),
                replace(speech, span=Span(cut, speech.span.end)),
            ]
        else:
            pieces.append(speech)
    assert seen(floor(replace(conv, speech=tuple(pieces)))) == seen(floor(conv))


@given(three)
def test_units_are_what_a_plain_drawing_shows(conv: Conversation) -> None:
    min_pause = Rules().min_pause
    for who in "ABC":
        drawn = {
            cell
            for span in conv.speech_of(who)
            for cell in range(round(span.start / CELL), round(span.end / CELL))
        }
        expected: list[Span] = []
        for cell in sorted(drawn):
            if expected and cell * CELL - expected[-1].end < min_pause:
                expected[-1] = Span(expected[-1].start, (cell + 1) * CELL)
            else:
                expected.append(Span(cell * CELL, (cell + 1) * CELL))
        taken = floor(conv, Rules(ghost_share=0))
        assert [unit.span for unit in taken.ipus if unit.speaker == who] == expected


@given(three)
def test_turns_change_hands_and_are_made_of_units_in_order(conv: Conversation) -> None:
    taken = floor(conv)
    in_turns = [unit for turn in taken.turns for unit in turn.ipus]
    assert all(a.speaker != b.speaker for a, b in pairwise(taken.turns))
    assert all(a.span.start <= b.span.start for a, b in pairwise(taken.turns))
    assert len(in_turns) == len(set(in_turns)) and set(in_turns) <= set(taken.ipus)
    for turn in taken.turns:
        assert {unit.speaker for unit in turn.ipus} == {turn.speaker}
        assert all(a.span.end < b.span.start for a, b in pairwise(turn.ipus))
        assert turn.span == Span(turn.ipus[0].span.start, turn.ipus[-1].span.end)


@given(two)
def test_a_unit_is_in_a_turn_or_a_backchannel_or_an_attempt(conv: Conversation) -> None:
    taken = floor(conv, Rules(min_overlap=0))
    in_turns = {unit for turn in taken.turns for unit in turn.ipus}
    signals = {Ipu(each.span, each.speaker) for each in taken.backchannels}
    assert not in_turns & signals
    for unit in set(taken.ipus) - in_turns - signals:
        given_up = [o for o in taken.overlaps if o.second == unit.speaker and not o.shift]
        assert any(
            o.span.start <= unit.span.start and unit.span.end <= o.span.end for o in given_up
        )


@given(two)
def test_every_long_overlap_is_in_exactly_one_event(conv: Conversation) -> None:
    taken = floor(conv)
    for left, right in combinations(taken.ipus, 2):
        shared = left.span.intersection(right.span)
        if shared is None or left.speaker == right.speaker:
            continue
        if shared.duration >= taken.rules.min_overlap:
            holding = [o for o in taken.overlaps if o.span.overlaps(shared)]
            assert len(holding) == 1
            assert holding[0].span.intersection(shared) == shared


@given(three)
def test_events_are_between_two_people_who_are_both_heard(conv: Conversation) -> None:
    for overlap in floor(conv).overlaps:
        assert overlap.first != overlap.second
        for who in (overlap.first, overlap.second):
            assert any(span.overlaps(overlap.span) for span in conv.speech_of(who))


@given(two)
def test_the_classes_mean_what_they_say(conv: Conversation) -> None:
    taken = floor(conv)
    listening = {(each.speaker, each.span) for each in taken.backchannels}
    starts = {(turn.speaker, turn.span.start) for turn in taken.turns}
    for overlap in taken.overlaps:
        came_in = (overlap.second, overlap.span.start)
        if overlap.kind == "interruption":
            assert overlap.shift and overlap.span.duration >= taken.rules.terminal_max
        if overlap.kind == "attempt":
            assert not overlap.shift
        if overlap.kind == "backchannel":
            assert any(w == overlap.second and s.overlaps(overlap.span) for w, s in listening)
        else:
            assert overlap.shift == (came_in in starts)


@given(three)
def test_who_interrupts_is_alone_afterwards(conv: Conversation) -> None:
    taken = floor(conv)
    signals = {(b.speaker, b.span) for b in taken.backchannels}
    for event in (overlap for overlap in taken.overlaps if overlap.kind == "interruption"):
        stop = event.span.end
        after = Span(stop, stop + taken.rules.alone_min)
        others = (unit for unit in taken.ipus if unit.speaker not in (event.second, event.first))
        heard = [unit for unit in others if unit.span.overlaps(after)]
        assert all((unit.speaker, unit.span) in signals for unit in heard)


@given(two)
def test_a_stricter_limit_never_finds_more_overlaps(conv: Conversation) -> None:
    loose, strict = floor(conv, Rules(min_overlap=0.1)), floor(conv, Rules(min_overlap=1))
    assert set(strict.overlaps) <= set(loose.overlaps)


def test_a_long_conversation_takes_time_in_proportion() -> None:
    spans = {
        who: [Span(4 * i + start, 4 * i + start + 2.5) for i in range(5_000)]
        for who, start in (("A", 0), ("B", 2))
    }
    began = time.process_time()
    taken = floor(conversation(spans))
    assert time.process_time() - began < 5
    assert len(taken.overlaps) > 5_000
