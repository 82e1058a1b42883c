"""The scorecard as an outline of plain blocks, for documents that have no page: text and Word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from coach.feedback import Finding
from coach.feedback.wording import clock, seconds
from coach.page.transcript_lines import Line
from coach.page.view import Page

BlockKind = Literal["title", "heading", "subheading", "text", "moment"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document.

    Parameters
    ----------
    text : of a moment, what was said.
    time, who, found : of a moment: when, by whom, and what was found there.
    """

    kind: BlockKind
    text: str = field(repr=False)
    time: str = ""
    who: str = ""
    found: str = ""


def outline(page: Page) -> Iterator[Block]:
    """The digest in words, then the transcript with its labels.

    Examples
    --------
    >>> from coach.scorecard import score
    >>> from coach.talk import talk
    >>> conv = talk("A 0-3 How was it?", "B 3-9 It was hard.")
    >>> [block.text for block in outline(Page(score(conv), conv)) if block.kind == "moment"]
    ['How was it?', 'It was hard.']
    """
    card = page.card
    yield Block("title", card.recording.id)
    yield Block("text", f"{page.lead} {seconds(card.recording.duration)} of recording.".strip())
    yield Block("heading", "What stood out")
    for note in card.feedback.notes:
        yield Block("text", note)
    for found in card.feedback.strengths:
        yield from _finding(page, found, "A strength")
    if card.feedback.attempt is not None:
        yield from _finding(page, card.feedback.attempt, "One thing to try")
    yield Block("heading", "In figures")
    for headline in page.headlines:
        for figure in headline.figures:
            yield Block("text", f"{headline.label}: {figure.value} {figure.sentence}")
    if page.highlights:
        yield Block("heading", "Moments worth hearing")
        for each in page.highlights:
            who = page.voices[each.speaker].label
            yield Block("moment", each.text, clock(each.span.start), who, each.what)
    if page.lines:
        yield Block("heading", "Transcript")
        for line in page.lines:
            yield _line(page, line)


def _finding(page: Page, found: Finding, what: str) -> Iterator[Block]:
    yield Block("subheading", f"{what}: {found.title}")
    yield Block("text", f"{found.figures} {found.why}")
    said = found.suggestion.said if found.suggestion else None
    for quote in ((said,) if said is not None else ()) + found.quotes:
        who = page.voices[quote.speaker].label
        yield Block("moment", quote.text, clock(quote.span.start), who, quote.note)
    if found.suggestion is not None:
        yield Block("text", f"{found.suggestion.lead}: {found.suggestion.text}")


def _line(page: Page, line: Line) -> Block:
    found = "; ".join(
        ", ".join((label.text, *label.more)) for said in line.said for label in said.labels
    )
    text = " ".join(said.text for said in line.said)
    return Block("moment", text, clock(line.span.start), page.voices[line.speaker].label, found)
