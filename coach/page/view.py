"""The values that the templates of the scorecard show.

Each part is computed on first use: the digest of a long conversation needs no transcript.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from markupsafe import Markup

from coach.conversation import Conversation
from coach.feedback.rephrasing import is_openable, rephrase
from coach.feedback.wording import range_with_noun, seconds, with_noun
from coach.intervals import Span
from coach.measurement import find
from coach.page.chapters import Chapter, chapters
from coach.page.charts import balance_graphic
from coach.page.evidence import Evidence, evidence
from coach.page.figures import format_value
from coach.page.headlines import Headline, headlines
from coach.page.highlights import Highlight, highlights
from coach.page.labels import Label, feelings
from coach.page.speaker_names import SpeakerName, voices
from coach.page.timeline import Lanes, legend, rows, strip, symbols
from coach.page.transcript_lines import LabelledSentence, Line, Places, lines
from coach.scorecard import Scorecard
from coach.turns import Overlap

_DYNAMICS = {
    "dominating_throughout": "one person has most of the talk almost throughout",
    "back_and_forth": "the talk goes back and forth",
    "alternating_dominance": "first one, then the other has most of the talk",
}
_DIGEST = (
    "talk_share", "open_ratio", "reflection_to_question", "interruptions", "longest_monologue",
)  # fmt: skip
_LEAST_WINDOWS = 3.0  # parts of a balance over time, to describe how it changed


@dataclass(frozen=True, slots=True)
class Event:
    """An overlap that the reader may judge; `is_ruled` says whether they did."""

    overlap: Overlap
    what: str = field(repr=False)
    clip: Span
    label: Label
    is_ruled: bool = False

    @property
    def id(self) -> str:
        """Its anchor in the page."""
        return f"overlap-{round(1000 * self.overlap.span.start)}"

    @property
    def span(self) -> Span:
        """When the overlap happens."""
        return self.overlap.span

    @property
    def marks(self) -> tuple[str, ...]:
        """The keys of the filter."""
        return (self.label.css,)


@dataclass(frozen=True)
class Page:
    """The scorecard, prepared for the templates.

    Parameters
    ----------
    card : the scorecard.
    conv : its conversation; None if only the scorecard is known.
    address : of the session in a site; "" if everything is on one page.
    """

    card: Scorecard
    conv: Conversation | None = None
    address: str = ""

    @cached_property
    def voices(self) -> Mapping[str, SpeakerName]:
        """Every speaker by id, the mentor first."""
        return voices(self.card)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The transcript."""
        named = frozenset((moment.span, moment.kind) for moment in self.card.moments)
        told = lines(self.conv, self.card.backchannels, feelings(self.card), named)
        return tuple(line for line in told if line.speaker in self.voices)

    @cached_property
    def places(self) -> Places:
        """The places of moments in the page."""
        return Places.of(self.lines, self.part("review") if self.address else "")

    def part(self, name: str) -> str:
        """The address of a part: a page of the site, or an anchor on this page."""
        return f"{self.address}/{name}" if self.address else f"#{name}"

    @cached_property
    def lead(self) -> str:
        """The conversation in one sentence."""
        return _lead(self.card, self.voices)

    @cached_property
    def headlines(self) -> tuple[Headline, ...]:
        """The measures of the digest."""
        return tuple(h for h in headlines(self.card, self.voices) if h.name in _DIGEST)

    @cached_property
    def highlights(self) -> tuple[Highlight, ...]:
        """Moments worth hearing."""
        return tuple(h for h in highlights(self.card, self.voices) if h.speaker in self.voices)

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """Parts of a long conversation."""
        return chapters(self.conv)

    @cached_property
    def strip(self) -> Markup:
        """The whole conversation on one line."""
        edges = [chapter.span.start for chapter in self.chapters]
        return strip(self.card, self._lanes, edges) if self.voices else Markup("")

    @cached_property
    def timeline(self) -> tuple[Markup, ...]:
        """The conversation in rows, with its signs."""
        return rows(self.card, self._lanes) if self.voices else ()

    @property
    def symbols(self) -> Markup:
        """The shapes of the signs."""
        return symbols()

    @cached_property
    def signs(self) -> tuple[tuple[str, str], ...]:
        """The signs that are used."""
        return legend(self.card)

    @property
    def _lanes(self) -> Lanes:
        return Lanes({voice.id: voice.css for voice in self.voices.values()})

    @cached_property
    def balance(self) -> Markup:
        """The talk share over time; empty if the windows add little to the share."""
        return _balance(self.card, self.voices)

    @property
    def balance_text(self) -> str:
        """The talk share over time, in words."""
        return _DYNAMICS.get(self.card.balance.dynamic or "", "")

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Overlaps to judge and overlaps judged before."""
        ruled = {ruling.span for ruling in self.conv.rulings} if self.conv else set()
        return tuple(
            _event(o, self.voices, is_ruled=o.span in ruled)
            for o in self.card.overlaps
            if (o.kind in _JUDGED or o.span in ruled) and {o.first, o.second} <= {*self.voices}
        )

    @cached_property
    def review(self) -> tuple[Line | Event, ...]:
        """Lines and overlaps in order of time."""
        found: list[Line | Event] = [*self.lines, *self.events]
        return tuple(sorted(found, key=lambda each: (each.span.start, each.span.end)))

    @cached_property
    def kinds(self) -> tuple[tuple[str, str, int], ...]:
        """The filters of the review: class, name, number of items."""
        number = {css: 0 for css in _FILTERS}
        for each in self.review:
            labels = (
                [label for said in each.said for label in said.labels]
                if isinstance(each, Line)
                else [each.label]
            )
            for label in labels:
                number[label.css] += 1
        return tuple((css, _FILTERS[css], n) for css, n in number.items() if n)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """The evidence of every measure."""
        return evidence(self.card, self.voices)

    def evidence_of(self, name: str) -> Evidence | None:
        """The evidence of one measure."""
        return next((each for each in self.evidence if each.name == name), None)

    @property
    def reader(self) -> SpeakerName | None:
        """The mentor, addressed as "you"; None if unknown."""
        return next((voice for voice in self.voices.values() if voice.is_reader), None)

    @property
    def possible_mentors(self) -> tuple[SpeakerName, ...]:
        """The other possible mentors, if the mentor was guessed."""
        mentor = self.card.mentor
        if mentor is None or mentor.role_source != "guessed":
            return ()
        return tuple(voice for voice in self.voices.values() if not voice.is_reader)

    def open_form_of(self, said: LabelledSentence) -> str:
        """A closed question in an open form, if the form surely keeps its subject; else ""."""
        label = said.question
        if label is None or label.css != "closed" or "not counted" in label.more:
            return ""
        if not is_openable(said.text):
            return ""
        opened = rephrase(said.text, said.open_form)
        return opened.text if opened.close else ""


_FILTERS = {
    "open": "open questions", "closed": "closed questions", "reflection": "reflections",
    "feeling": "feelings picked up", "passed": "feelings not picked up",
    "affirmation": "affirmations", "advice": "advice", "interruption": "interruptions",
    "attempt": "attempts to come in", "unclear": "unclear overlaps",
    "ruled": "overlaps that you judged",
}  # fmt: skip
_OVERLAPS = {
    "interruption": "interruption", "attempt": "attempt to come in", "unclear": "unclear",
    "terminal": "ordinary turn-taking", "backchannel": "signal of listening",
    "cooperative": "helping along",
}  # fmt: skip
_JUDGED = ("interruption", "attempt", "unclear")


def _lead(card: Scorecard, called: Mapping[str, SpeakerName]) -> str:
    mentor = card.mentor
    if mentor is None or len(called) < 2:
        return ""
    share = find(card.measurements, "talk_share", mentor.id)
    parts = (
        [f"you had {format_value(share)} of the talk"] if share and share.value is not None else []
    )
    asked = [find(card.measurements, f"{act}_questions", mentor.id) for act in ("open", "closed")]
    if all(m is not None and m.value is not None for m in asked):
        opened, closed = (m.value or 0.0 for m in asked if m is not None)
        of_them = f", {format_value(asked[0])} of them open" if opened else ""
        parts.append(f"asked {with_noun(opened + closed, 'question')}{of_them}")
    given = find(card.measurements, "reflections", mentor.id)
    if given is not None and given.value and (given.interval is None or given.interval[0]):
        interval = given.interval or (given.value, given.value)
        parts.append(f"gave back what you had heard in {range_with_noun(interval, 'reflection')}")
    if not parts:
        return ""
    comma = "," if len(parts) > 2 else ""
    said = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}{comma} and {parts[-1]}"
    return f"In {seconds(card.recording.duration)}, {said}."


def _balance(card: Scorecard, called: Mapping[str, SpeakerName]) -> Markup:
    if card.recording.duration < _LEAST_WINDOWS * card.rules.window or len(called) < 2:
        return Markup("")
    first = next(iter(called.values()))
    rest = [voice.label for voice in called.values() if voice is not first]
    names = (first.label, rest[0] if len(rest) == 1 else "the others")
    return balance_graphic(card.balance, first.id, card.recording.duration, names)


def _event(overlap: Overlap, called: Mapping[str, SpeakerName], *, is_ruled: bool) -> Event:
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
    css = overlap.kind if overlap.kind in _JUDGED else "ruled"
    more = ("your judgement",) if is_ruled else ()
    label = Label("overlap", css, _OVERLAPS[overlap.kind], overlap.kind, more)
    return Event(overlap, what + ends.get(overlap.kind, "") + cut, overlap.clip, label, is_ruled)
