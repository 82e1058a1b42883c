"""Moments for an observation form, as coaching bodies ask for: time, quote, what was found.

The competencies are named in our words, with the numbers of those of the ICF (core competencies)
and of the EMCC (competence categories) that the measures touch. Nothing is scored: a person judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from coach.feedback.wording import clock, seconds
from coach.intervals import Span
from coach.measurement import find
from coach.page.outline import Block
from coach.page.view import Page

ABOUT = (
    "Found by software in the words and the sound of one session. It lists moments and says "
    "nothing of how well they were done: listen, and judge yourself. Labels err, and much of what "
    "a form asks for (agreements, ethics, growth) leaves no trace that is measured here."
)
_WAIT = 2.0
"""Seconds of silence after an answer from which on it is listed."""


@dataclass(frozen=True, slots=True)
class Competence:
    """A competence that measures touch, and the labels that belong to it."""

    title: str
    bodies: str
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class ObservedMoment:
    """A moment: when, who speaks, what was said, what was found."""

    span: Span
    who: str
    text: str = field(repr=False)
    found: str


COMPETENCES = (
    Competence(
        "Trust, safety and support", "ICF 4; EMCC 4",
        frozenset({
            "affirmation", "repair", "minimising", "advice_with_permission",
            "advice_without_permission",
        }),
    ),
    Competence(
        "Being present, leaving room", "ICF 5; EMCC 4", frozenset({"wait", "interruption"})
    ),
    Competence(
        "Listening", "ICF 6; EMCC 4",
        frozenset({"reflection_simple", "reflection_complex", "summary", "picked_up", "passed"}),
    ),
    Competence(
        "Evoking awareness, insight and learning", "ICF 7; EMCC 5",
        frozenset({"open_question", "closed_question"}),
    ),
)  # fmt: skip


def observations(page: Page) -> tuple[tuple[Competence, tuple[ObservedMoment, ...]], ...]:
    """The moments of the mentor by competence; none where nobody is known to be the mentor.

    Examples
    --------
    >>> from coach.conversation import Acts
    >>> from coach.scorecard import score
    >>> from coach.talk import talk, with_acts
    >>> conv = with_acts(talk("A 0-3 How was it?", "B 3-9 Hard."), {0: Acts("open_question")})
    >>> *_, (awareness, moments) = observations(Page(score(conv), conv))
    >>> [moment.found for moment in moments]
    ['open question']
    """
    found = sorted(_list_observations(page), key=lambda each: each[1].span)
    return tuple(
        (competence, tuple(each for label, each in found if label in competence.labels))
        for competence in COMPETENCES
    )


def blocks(page: Page) -> Iterator[Block]:
    """The same as blocks of a document."""
    yield Block("title", f"Moments for an observation form: {page.card.recording.id}")
    yield Block("text", ABOUT)
    for competence, moments in observations(page):
        yield Block("heading", f"{competence.title} ({competence.bodies})")
        if not moments:
            yield Block("text", "Nothing of what is measured was found.")
        for each in moments:
            yield Block("moment", each.text, clock(each.span.start), each.who, each.found)


def _list_observations(page: Page) -> Iterator[tuple[str, ObservedMoment]]:
    reader = page.reader
    if reader is None:
        return
    for line in page.lines:
        who = page.voices[line.speaker]
        for said in line.said:
            for label in said.labels:
                if who.is_reader or label.group == "feeling":
                    found = ", ".join((label.text, *label.more))
                    yield label.value, ObservedMoment(said.span, who.label, said.text, found)
    for event in page.events:
        if event.overlap.second == reader.id and event.overlap.kind == "interruption":
            found = ", ".join((event.label.text, *event.label.more))
            yield "interruption", ObservedMoment(event.clip, reader.label, event.what, found)
    waited = find(page.card.measurements, "wait_after_answer", reader.id)
    for kept, span in zip(waited.samples, waited.evidence, strict=False) if waited else ():
        if kept >= _WAIT:
            found = f"{seconds(kept)} of silence after the answer"
            yield "wait", ObservedMoment(span, reader.label, "", found)
