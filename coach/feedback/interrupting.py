"""Listening: letting the other finish, and handing the floor back after cutting in."""

from __future__ import annotations

import re
from dataclasses import replace

from coach.conversation import Sentence
from coach.feedback.heard import Estimate, Heard
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


def interruptions(heard: Heard) -> list[Overlap]:
    """The mentor's interruptions."""
    return [
        o for o in heard.floor.overlaps if o.kind == "interruption" and o.second == heard.mentor.id
    ]


def repair(heard: Heard, overlap: Overlap) -> Sentence | None:
    """The sentence by which the mentor makes an interruption good, or None."""
    last = overlap.span.end + heard.rules.repair_within
    soon = (s for s in heard.said if overlap.span.start <= s.span.start <= last)
    return next((s for s in soon if hands_back(s.text)), None)


def _left(heard: Heard) -> list[Overlap]:
    """The interruptions that were not made good."""
    return [each for each in interruptions(heard) if repair(heard, each) is None]


def interruption_rate(heard: Heard) -> Estimate | None:
    """Interruptions per 10 minutes of the other's talk that were not made good.

    None for a single one, or too little talk: one event is no pattern, and it may well have been
    misjudged. None of them is no patience where the other never had the floor, or where replies
    often come before the other has stopped.
    """
    measured, found, left = heard.measured("interruptions"), interruptions(heard), _left(heard)
    if measured is None or not heard.has_talk or len(left) == 1 or (found and not left):
        return None
    if not found and (is_hasty(heard) or not heard.partner_turns):
        return None
    share = len(left) / len(found) if found else 1.0
    return Estimate.exactly((measured.value or 0.0) * share)


def praise_patience(heard: Heard) -> Telling:
    """Show long turns that were left whole."""
    found = len(interruptions(heard))
    how_many = f"Only {found} interruptions were" if found else "No interruption was"
    whose = heard.partner + ("'" if heard.partner.endswith("s") else "'s")
    return Telling(
        f"You let {heard.partner} finish" + (", mostly" if found else ""),
        f"{how_many} found in {seconds(heard.partner_talk)} of {whose} talk.",
        longest_moments(heard, heard.partner_turns),
    )


def propose_patience(heard: Heard) -> Telling:
    """Show who was interrupted, with some seconds around."""
    found, left = interruptions(heard), _left(heard)
    cut = sum(o.cut_off is True for o in found)
    cut_text = f"; {times(cut)} the sentence was cut off" if cut else ""
    good = len(found) - len(left)
    good_text = f"; {times(good)} you gave the floor back" if good else ""
    speaking = "in the middle of a sentence" if heard.has_words else "still speaking"
    return Telling(
        "Let the sentence end before you come in",
        f"At least {times(len(found))} you came in and took the floor while "
        f"{heard.partner} {'were' if len(heard.partners) > 1 else 'was'} {speaking}"
        f"{cut_text}{good_text}.",
        tuple(_interrupted(heard, o) for o in left[:SHOWN]),
        Suggestion("When you catch yourself", "Sorry, I cut in. Please go on."),
    )


def _interrupted(heard: Heard, overlap: Overlap) -> Quote:
    """The interrupted speaker's words up to the point where one of them stopped."""
    note = "broke off here" if overlap.cut_off else "you came in here"
    quote = heard.up_to(overlap.span.start, overlap.first, note)
    return replace(quote, span=Span(quote.span.start, max(quote.span.end, overlap.clip.end)))


def repairs(heard: Heard) -> Estimate | None:
    """Share of the interruptions that were made good; None when there was none, or no repair."""
    found, left = interruptions(heard), _left(heard)
    if len(found) == len(left):
        return None
    return Estimate.exactly(1 - len(left) / len(found))


def praise_repair(heard: Heard) -> Telling:
    """Quote what gave the floor back."""
    found = interruptions(heard)
    made_good = [said for each in found if (said := repair(heard, each)) is not None]
    quotes = tuple(heard.quote(said, "gives the floor back") for said in dict.fromkeys(made_good))
    return Telling(
        "You gave the floor back after cutting in",
        f"You came in at least {times(len(found))} while {heard.partner} was still speaking, and "
        f"made it good {times(len(made_good))}.",
        quotes[:SHOWN],
    )
