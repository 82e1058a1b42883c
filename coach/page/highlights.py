"""A few moments that are worth hearing again, of different kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from coach.feedback.rephrasing import is_openable, rephrase
from coach.feedback.wording import seconds, sentence, shorten
from coach.intervals import Span
from coach.page.speaker_names import SpeakerName
from coach.scorecard import Moment, MomentKind, Question, Scorecard

MOST = 5
_UNCOUNTED = frozenset({"logistics", "rhetorical"})
_LONGEST_TEXT = 150
_CLEAREST = 12  # of a kind, from which one is taken


@dataclass(frozen=True, slots=True)
class Highlight:
    """A moment to hear: what it is, why it is shown, the words."""

    span: Span
    speaker: str
    what: str
    why: str = field(repr=False)
    text: str = field(repr=False)


def highlights(card: Scorecard, called: Mapping[str, SpeakerName]) -> tuple[Highlight, ...]:
    """Choose at most five moments, in order of time and of different kinds if possible.

    Moments that the feedback quotes have the lowest rank, because readers find them there.

    Parameters
    ----------
    card : with the findings and the feedback.
    called : every speaker's voice, by id.
    """
    finding = card.feedback.attempt
    shown = [*card.feedback.strengths, *([finding] if finding else [])]
    quoted = {quote.span for found in shown for quote in found.quotes}
    quoted |= {f.suggestion.said.span for f in shown if f.suggestion and f.suggestion.said}
    kinds = [list(each) for each in _kinds(card, called)]
    chosen: list[Highlight] = []
    for is_quoted in (False, True):
        left = [[h for h in kind if (h.span in quoted) == is_quoted] for kind in kinds]
        chosen = _with_more(chosen, left)
    return tuple(sorted(chosen, key=lambda each: each.span))


def _with_more(chosen: list[Highlight], kinds: Iterable[list[Highlight]]) -> list[Highlight]:
    """Take one more of each kind in turn, the farthest from those already chosen."""
    left = [[*kind] for kind in kinds]
    while len(chosen) < MOST and any(left):
        for kind in filter(None, left):
            if len(chosen) < MOST:
                chosen = [*chosen, _find_farthest(kind, chosen)]
            kind[:] = [h for h in kind if all(h.span != c.span for c in chosen)]
    return chosen


def _find_farthest(kind: list[Highlight], chosen: list[Highlight]) -> Highlight:
    def distance(each: Highlight) -> float:
        return min((abs(each.span.start - c.span.start) for c in chosen), default=0.0)

    return max(kind[:_CLEAREST], key=distance)


def _kinds(card: Scorecard, called: Mapping[str, SpeakerName]) -> Iterator[Iterable[Highlight]]:
    """Candidates: the most instructive kinds first, and within a kind the clearest first."""
    mentor = card.mentor
    asked = [q for q in card.questions if mentor is None or q.speaker == mentor.id]
    asked = [q for q in asked if not _UNCOUNTED & {*q.acts.kinds}]
    yield map(
        _open_question,
        _sort_by_answer([q for q in asked if q.acts.act == "open_question" and q.answer]),
    )
    yield _highlight_moments(
        card, "feeling_passed", "A feeling that was not picked up", "hear what was said next"
    )
    yield _highlight_moments(
        card, "reflection_complex", "A reflection that adds meaning", "hear what it opened"
    )
    yield _interruptions(card, called)
    yield filter(None, map(_closed_question, asked))
    yield _highlight_moments(card, "feeling", "A feeling that was picked up", "hear how")
    yield _highlight_moments(card, "reflection_simple", "A reflection", "hear what it opened")
    yield _highlight_moments(card, "affirmation", "An affirmation", "hear how it was taken")
    yield _highlight_moments(
        card, "advice_without_permission", "Advice, not asked for", "hear how it was taken"
    )


def _sort_by_answer(questions: list[Question]) -> list[Question]:
    return sorted(questions, key=lambda q: -(q.answer or 0.0))


def _open_question(q: Question) -> Highlight:
    why = f"the answer lasted {seconds(q.answer or 0.0)}"
    return Highlight(q.span, q.speaker, "An open question", why, _cut(q.text))


def _closed_question(q: Question) -> Highlight | None:
    if q.acts.act != "closed_question" or not is_openable(q.text):
        return None
    opened = rephrase(q.text, q.open_form)
    if not opened.close:
        return None
    return Highlight(
        q.span, q.speaker, "A closed question", f"more open: {opened.text}", _cut(q.text)
    )


def _highlight_moments(
    card: Scorecard, kind: MomentKind, what: str, why: str
) -> Iterator[Highlight]:
    found: Iterable[Moment] = (m for m in card.moments if m.kind == kind)
    for m in found:
        about = f"“{m.note}”: {why}" if m.note else why
        yield Highlight(m.span, m.speaker, what, about, _cut(m.text))


def _interruptions(card: Scorecard, called: Mapping[str, SpeakerName]) -> Iterator[Highlight]:
    found = [o for o in card.overlaps if o.kind == "interruption" and o.second in called]
    for o in sorted(found, key=lambda o: -o.span.duration):
        first, second = called[o.first], called[o.second]
        was = "you were" if first.is_reader else f"{first.label} was"
        what = sentence(f"{second.label} came in while {was} speaking")
        yield Highlight(o.clip, o.second, what, "a judgement: listen and decide", "")


def _cut(text: str) -> str:
    return shorten(text, limit=_LONGEST_TEXT)
