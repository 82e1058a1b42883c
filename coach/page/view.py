"""What the template of the scorecard shows, worked out so that it only has to be placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from coach.conversation import Conversation
from coach.feedback.rephrasing import can_be_opened, rephrase
from coach.feedback.wording import counted, counted_range, seconds
from coach.intervals import Lookup, Span
from coach.measurement import find
from coach.measures.catalogue import CATALOGUE
from coach.page.charts import balance_graphic
from coach.page.figures import label, made_from, shown
from coach.page.headlines import Headline, headlines
from coach.page.speaker_names import Voice, voices
from coach.page.timeline import Lanes, legend, rows, symbols
from coach.page.transcript_lines import Line, Places, Said, lines
from coach.scorecard import Moment, Question, Scorecard
from coach.turns import Overlap

_DYNAMICS = {
    "dominating_throughout": "one person has most of the talk almost throughout",
    "back_and_forth": "the talk goes back and forth",
    "alternating_dominance": "first one, then the other has most of the talk",
}
_KINDS = {
    "why": "why", "feeling_probe": "feelings or views", "possibility": "what if",
    "follow_up": "follow-up", "alternative": "either-or", "tag": "isn't it?", "leading": "leading",
    "rhetorical": "rhetorical", "fact": "fact", "logistics": "about the meeting",
}  # fmt: skip
_MOMENTS = {
    "reflection_simple": "Reflection", "reflection_complex": "Reflection, adds meaning",
    "affirmation": "Affirmation", "advice_with_permission": "Advice, asked for",
    "advice_without_permission": "Advice, not asked for", "feeling": "Feeling, picked up",
    "feeling_passed": "Feeling, not picked up",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """An overlap that the reader may judge, with what both said around it."""

    overlap: Overlap
    what: str = field(repr=False)
    clip: Span
    said: tuple[tuple[Voice, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A measure in the table: one cell for each speaker, or one for the conversation.

    `norm` is "" where none was borrowed.
    """

    label: str
    description: str
    norm: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The scorecard, ready to be placed."""

    card: Scorecard
    voices: Mapping[str, Voice]
    headlines: tuple[Headline, ...]
    lines: tuple[Line, ...]
    places: Places
    lead: str = field(repr=False)
    timeline: tuple[Markup, ...] = field(repr=False)
    symbols: Markup = field(repr=False)
    signs: tuple[tuple[str, str], ...]
    balance: Markup = field(repr=False)
    balance_text: str = field(repr=False)
    questions: tuple[Question, ...]
    events: tuple[Event, ...]
    moments: tuple[Moment, ...]
    table: tuple[Row, ...]

    @property
    def reader(self) -> Voice | None:
        """The mentor, who is spoken to; None when nobody is known to be."""
        return next((voice for voice in self.voices.values() if voice.is_reader), None)

    @property
    def unsure(self) -> tuple[Voice, ...]:
        """Who else may be the mentor, when that was guessed."""
        mentor = self.card.mentor
        if mentor is None or mentor.role_source != "guessed":
            return ()
        return tuple(voice for voice in self.voices.values() if not voice.is_reader)

    def counts(self, question: Question) -> bool:
        """Whether a question is in the share of open ones."""
        return not {"logistics", "rhetorical"} & {*question.acts.kinds}

    def kinds(self, question: Question) -> tuple[str, ...]:
        """The kinds of a question in words."""
        return tuple(_KINDS[kind] for kind in question.acts.kinds)

    def more_open(self, question: Question) -> str:
        """A closed question said openly, where its subject can surely be kept; else ""."""
        is_closed = question.acts.act == "closed_question" and self.counts(question)
        if not is_closed or not can_be_opened(question.text):
            return ""
        opened = rephrase(question.text)
        return opened.text if opened.close else ""

    def kind_of(self, moment: Moment) -> str:
        """What a moment is, in words."""
        return _MOMENTS[moment.kind]


def page(card: Scorecard, conv: Conversation | None) -> Page:
    """Work out everything that the page shows."""
    called = voices(card)
    shown_acts = frozenset((moment.span, moment.kind) for moment in card.moments)
    told = tuple(
        line for line in lines(conv, card.backchannels, shown_acts) if line.speaker in called
    )
    places = Places.of(told)
    lanes = Lanes({voice.id: voice.css for voice in called.values()}, places.href)
    return Page(
        card=card,
        voices=called,
        headlines=headlines(card, called),
        lines=told,
        places=places,
        lead=_lead(card, called),
        timeline=rows(card, lanes) if called else (),
        symbols=symbols(),
        signs=legend(card),
        balance=_balance(card, called),
        balance_text=_DYNAMICS.get(card.balance.dynamic or "", ""),
        questions=_asked(card),
        events=_events(card, called, told),
        moments=tuple(m for m in card.moments if m.kind in _MOMENTS),
        table=_table(card, called),
    )


_JUDGED = ("interruption", "attempt", "unclear")


def _lead(card: Scorecard, called: Mapping[str, Voice]) -> str:
    mentor = card.mentor
    if mentor is None or len(called) < 2:
        return ""
    share = find(card.measurements, "talk_share", mentor.id)
    parts = [f"you had {shown(share)} of the talk"] if share and share.value is not None else []
    asked = [find(card.measurements, f"{act}_questions", mentor.id) for act in ("open", "closed")]
    if all(m is not None and m.value is not None for m in asked):
        opened, closed = (m.value or 0.0 for m in asked if m is not None)
        of_them = f", {shown(asked[0])} of them open" if opened else ""
        parts.append(f"asked {counted(opened + closed, 'question')}{of_them}")
    given = find(card.measurements, "reflections", mentor.id)
    if given is not None and given.value and (given.interval is None or given.interval[0]):
        interval = given.interval or (given.value, given.value)
        parts.append(f"gave back what you had heard in {counted_range(interval, 'reflection')}")
    if not parts:
        return ""
    comma = "," if len(parts) > 2 else ""
    said = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}{comma} and {parts[-1]}"
    return f"In {seconds(card.recording.duration)}, {said}."


def _balance(card: Scorecard, called: Mapping[str, Voice]) -> Markup:
    if len(card.balance.windows) < 2 or len(called) < 2:
        return Markup("")
    first = next(iter(called.values()))
    rest = [voice.label for voice in called.values() if voice is not first]
    names = (first.label, rest[0] if len(rest) == 1 else "the others")
    return balance_graphic(card.balance, first.id, card.recording.duration, names)


def _asked(card: Scorecard) -> tuple[Question, ...]:
    mentor = card.mentor
    return tuple(q for q in card.questions if mentor is None or q.speaker == mentor.id)


def _events(
    card: Scorecard, called: Mapping[str, Voice], told: tuple[Line, ...]
) -> tuple[Event, ...]:
    pairs = ((line.speaker, each) for line in told for each in line.said)
    said = Lookup(pairs, lambda pair: pair[1].span)
    return tuple(_event(o, called, said) for o in card.overlaps if o.kind in _JUDGED)


def _event(overlap: Overlap, called: Mapping[str, Voice], told: Lookup[tuple[str, Said]]) -> Event:
    first, second = called[overlap.first], called[overlap.second]
    was = "were" if first.is_reader else "was"
    name = "you" if first.is_reader else first.label
    what = f"{second.label} came in while {name} {was} speaking"
    ends = {
        "interruption": " and took the floor",
        "attempt": f"; {name} went on",
        "unclear": "; it cannot be told who had the floor",
    }
    cut = "; the sentence was cut off" if overlap.cut_off else ""
    said = tuple(
        (called[speaker], each.text)
        for speaker, each in told.overlapping(overlap.span)
        if speaker in (first.id, second.id)
    )
    return Event(overlap, what + ends[overlap.kind] + cut + ".", overlap.clip, said)


def _table(card: Scorecard, called: Mapping[str, Voice]) -> tuple[Row, ...]:
    found: list[Row] = []
    for name, measure in CATALOGUE.items():
        whole = find(card.measurements, name)
        each = [whole] if whole else [find(card.measurements, name, voice) for voice in called]
        cells = tuple((shown(m), m.withheld or made_from(m)) for m in each if m is not None)
        if cells:
            norm = measure.norm if measure.reference is not None else ""
            found.append(Row(label(name), _described(name), norm, cells))
    return tuple(found)


def _described(name: str) -> str:
    measure = CATALOGUE[name]
    per = f" Per: {measure.denominator}." if measure.denominator else ""
    return measure.description + per
