"""Listening: letting the other finish, and handing the floor back after cutting in."""

from __future__ import annotations

import re
from dataclasses import replace

from coach.conversation import Sentence
from coach.feedback.context import Estimate, FeedbackContext
from coach.feedback.quotes import SHOWN
from coach.feedback.sharing import is_hasty, longest_moments
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import seconds, times
from coach.intervals import Span
from coach.turns import Overlap

_SORRY = re.compile(r"\b(?:sorry|apolog\w+|excuse me|my (?:bad|mistake)|pardon me)\b")
_BACK = re.compile(
    r"\b(?:go on|go ahead|carry on|continue|keep going|finish|you were (?:saying|about|going to)|"
    r"(?:cut|cutting) (?:you|in|across)|interrupt\w*|tell me more|say more|after you|"
    r"(?:talked|spoke|jumped|came) (?:over|in|across))\b"
)
_REPAIRS = (
    re.compile(
        r"\b(?:please|no,? no|you)\b.{0,12}\b(?:go on|go ahead|carry on|continue|keep going)\b"
    ),
    re.compile(
        r"\bi (?:did not|didn't) let you finish\b|\bi (?:just )?(?:cut you off|interrupted you)\b"
    ),
    re.compile(r"\byou were (?:just )?(?:saying|about to say|going to say)\b"),
)


def hands_back(text: str) -> bool:
    """Whether it apologises for cutting in, or gives the floor back.

    Examples
    --------
    >>> hands_back("I am sorry, I did not let you finish."), hands_back("No, please go on.")
    (True, True)
    >>> hands_back("I am sorry to hear that."), hands_back("Did he go on about it?")
    (False, False)
    """
    said = re.sub(r"\s+", " ", text.lower().replace("\u2019", "'"))
    is_apology = bool(_SORRY.search(said) and _BACK.search(said))
    return is_apology or any(pattern.search(said) for pattern in _REPAIRS)


def interruptions(context: FeedbackContext) -> list[Overlap]:
    """The mentor's interruptions."""
    return [
        o
        for o in context.floor.overlaps
        if o.kind == "interruption" and o.second == context.mentor.id
    ]


def repair(context: FeedbackContext, overlap: Overlap) -> Sentence | None:
    """The sentence by which the mentor makes an interruption good, or None.

    Parameters
    ----------
    context : of the conversation.
    overlap : an interruption by the mentor.
    """
    last = overlap.span.end + context.rules.repair_within
    soon = (s for s in context.mentor_sentences if overlap.span.start <= s.span.start <= last)
    return next((s for s in soon if hands_back(s.text)), None)


def _list_unrepaired(context: FeedbackContext) -> list[Overlap]:
    """The interruptions that were not made good."""
    return [each for each in interruptions(context) if repair(context, each) is None]


def interruption_rate(context: FeedbackContext) -> Estimate | None:
    """Interruptions per 10 minutes of the other's talk that were not made good.

    None for a single one, or too little talk: one event is no pattern, and it may well have been
    misjudged. None of them is no patience where the other never had the floor, or where replies
    often come before the other has stopped.
    """
    measured, found, left = (
        context.measurement("interruptions"),
        interruptions(context),
        _list_unrepaired(context),
    )
    if measured is None or not context.has_talk or len(left) == 1 or (found and not left):
        return None
    if not found and (is_hasty(context) or not context.partner_turns):
        return None
    share = len(left) / len(found) if found else 1.0
    return Estimate.exact((measured.value or 0.0) * share)


def praise_patience(context: FeedbackContext) -> Telling:
    """Show long turns that were left whole."""
    found = len(interruptions(context))
    how_many = f"Only {found} interruptions were" if found else "No interruption was"
    whose = context.partner + ("'" if context.partner.endswith("s") else "'s")
    return Telling(
        f"You let {context.partner} finish" + (", mostly" if found else ""),
        f"{how_many} found in {seconds(context.partner_talk)} of {whose} talk.",
        longest_moments(context, context.partner_turns),
    )


def propose_patience(context: FeedbackContext) -> Telling:
    """Show who was interrupted, with some seconds around."""
    found, left = interruptions(context), _list_unrepaired(context)
    cut = sum(o.cut_off is True for o in found)
    cut_text = f"; {times(cut)} the sentence was cut off" if cut else ""
    good = len(found) - len(left)
    good_text = f"; {times(good)} you gave the floor back" if good else ""
    speaking = "in the middle of a sentence" if context.has_words else "still speaking"
    return Telling(
        "Let the sentence end before you come in",
        f"At least {times(len(found))} you came in and took the floor while "
        f"{context.partner} {'were' if len(context.partners) > 1 else 'was'} {speaking}"
        f"{cut_text}{good_text}.",
        tuple(_quote_interrupted(context, o) for o in left[:SHOWN]),
        Suggestion("When you catch yourself", "Sorry, I cut in. Please go on."),
    )


def _quote_interrupted(context: FeedbackContext, overlap: Overlap) -> Quote:
    """The interrupted speaker's words up to the point where one of them stopped."""
    note = "broke off here" if overlap.cut_off else "you came in here"
    quote = context.quote_before(overlap.span.start, overlap.first, note)
    return replace(quote, span=Span(quote.span.start, max(quote.span.end, overlap.clip.end)))


def repairs(context: FeedbackContext) -> Estimate | None:
    """Share of the interruptions that were made good; None when there was none, or no repair."""
    found, left = interruptions(context), _list_unrepaired(context)
    if len(found) == len(left):
        return None
    return Estimate.exact(1 - len(left) / len(found))


def praise_repair(context: FeedbackContext) -> Telling:
    """Quote what gave the floor back."""
    found = interruptions(context)
    made_good = [said for each in found if (said := repair(context, each)) is not None]
    quotes = tuple(context.quote(said, "gives the floor back") for said in dict.fromkeys(made_good))
    return Telling(
        "You gave the floor back after cutting in",
        f"You came in at least {times(len(found))} while {context.partner} was still speaking, and "
        f"made it good {times(len(made_good))}.",
        quotes[:SHOWN],
    )
