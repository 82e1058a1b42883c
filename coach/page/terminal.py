"""The short scorecard that the command prints, in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import fill, shorten

from coach.feedback import Finding, Quote
from coach.feedback.wording import clock, seconds
from coach.measurement import find
from coach.page.figures import format_value
from coach.page.headlines import headlines
from coach.page.speaker_names import SpeakerName, voices
from coach.scorecard import Scorecard

_WIDTH = 88
_QUOTES = 2
_BAR = 40


def summary(card: Scorecard) -> str:
    r"""Summarise a scorecard in some lines of text.

    Examples
    --------
    >>> from coach.scorecard import score
    >>> from coach.talk import talk
    >>> told = talk("A 0-3 So how was it?", "B 3-12 Hard.", "A 13-16 I see.")
    >>> print("\n".join(summary(score(told)).splitlines()[:3]))
    talk, 16 s
      You (A), mentor  ################........................  33% to 47%
      B, mentee        ########################................  53% to 67%
    """
    called = voices(card)
    parts = [
        f"{card.recording.id}, {seconds(card.recording.duration)}",
        *_shares(card, called),
        "",
        *_figures(card, called),
        *_feedback(card, called),
        *(_wrap(f"Note: {note}") for note in (*card.feedback.notes, *card.notes)),
    ]
    return "\n".join(parts).rstrip()


def _shares(card: Scorecard, called: Mapping[str, SpeakerName]) -> Iterable[str]:
    names = {
        voice.id: voice.full + (f", {voice.role}" if voice.role else "")
        for voice in called.values()
    }
    width = max(map(len, names.values()), default=0)
    for speaker, name in names.items():
        share = find(card.measurements, "talk_share", speaker)
        if share is not None and share.value is not None:
            filled = "#" * round(_BAR * share.value)
            yield f"  {name:{width}}  {filled:.<{_BAR}}  {format_value(share)}"


def _figures(card: Scorecard, called: Mapping[str, SpeakerName]) -> Iterable[str]:
    for headline in headlines(card, called):
        if headline.name == "talk_share":
            continue
        for figure in headline.figures:
            who = f"{figure.voice.label}: " if len(headline.figures) > 1 else ""
            text = f"{who}{figure.value} ({figure.sentence.rstrip('.')})"
            first, rest = f"  {headline.label + ':':26} ", " " * 29
            yield fill(text, _WIDTH, initial_indent=first, subsequent_indent=rest)
    yield ""


def _feedback(card: Scorecard, called: Mapping[str, SpeakerName]) -> Iterable[str]:
    feedback = card.feedback
    for found in feedback.strengths:
        yield from _finding("+", found, called)
    if feedback.attempt is not None:
        kind = "A next step" if feedback.stretch else "To try next time"
        yield from _finding(">", feedback.attempt, called, f"{kind}: ")


def _finding(
    sign: str, found: Finding, called: Mapping[str, SpeakerName], kind: str = ""
) -> Iterable[str]:
    yield f"{sign} {kind}{found.title}"
    yield _wrap(found.figures, "    ")
    suggestion = found.suggestion
    if suggestion is not None and suggestion.said is not None:
        yield _format_quote(suggestion.said, called)
    for quote in found.quotes[:_QUOTES]:
        yield _format_quote(quote, called)
    if suggestion is not None:
        yield _wrap(f"{suggestion.lead}: {suggestion.text}", "    ")
    yield ""


def _format_quote(quote: Quote, called: Mapping[str, SpeakerName]) -> str:
    text = shorten(quote.text, _WIDTH - 20, placeholder=" …")
    said = f'"{text}"' if text else quote.note
    return f"    {clock(quote.span.start)} {called[quote.speaker].label}: {said}".rstrip(": ")


def _wrap(text: str, indent: str = "  ") -> str:
    return fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
