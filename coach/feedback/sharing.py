"""Listening: room for the other, letting finish, silence, signs of following."""

from __future__ import annotations

from dataclasses import replace

from coach.feedback.heard import Heard
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import clock, counted, decimal, percent, seconds, sentence, times
from coach.intervals import Seconds, Span, total
from coach.turns import Overlap, Transition, Turn

_SHOWN = 3
_MIN_TALK: Seconds = 60.0
_MIN_REPLIES = 6


def talk_share(heard: Heard) -> float | None:
    """The mentor's share of the talk; None in a short recording."""
    measured = heard.measured("talk_share")
    own = total(heard.conversation.speech_of(heard.mentor.id))
    enough = heard.partner_talk + own >= _MIN_TALK and heard.partner_talk > 0
    return measured.value if measured is not None and enough else None


def praise_balance(heard: Heard) -> Telling:
    """Show the partner's longest turns."""
    return Telling(
        f"You left the floor to {heard.partner}",
        _balance_figures(heard),
        _moments(heard, _longest(heard.partner_turns)),
    )


def propose_balance(heard: Heard) -> Telling:
    """Show the mentor's longest turns."""
    return Telling(
        f"Leave more room for {heard.partner}",
        _balance_figures(heard),
        _moments(heard, _longest(heard.turns)),
        Suggestion("When you notice that you have been talking for a while, stop and ask",
                   "What do you make of that?"),
    )  # fmt: skip


def _balance_figures(heard: Heard) -> str:
    share = talk_share(heard) or 0.0
    longest = max((t.span.duration for t in heard.partner_turns), default=0.0)
    return (
        f"You spoke for {percent(share)} of the talk; {heard.partner} spoke at most "
        f"{seconds(longest)} in one turn."
    )


def _longest(turns: tuple[Turn, ...]) -> list[Turn]:
    best = sorted(turns, key=lambda turn: -turn.span.duration)[:2]
    return sorted(best, key=lambda turn: turn.span)


def _moments(heard: Heard, turns: list[Turn]) -> tuple[Quote, ...]:
    return tuple(
        heard.moment(turn.span, turn.speaker, f"a turn of {seconds(turn.span.duration)}")
        for turn in turns
    )


def monologue(heard: Heard) -> float | None:
    """The mentor's longest turn in seconds."""
    measured = heard.measured("longest_monologue")
    return measured.value if measured is not None and heard.partner_talk >= _MIN_TALK else None


def propose_shorter(heard: Heard) -> Telling:
    """Show the long stretches."""
    turns = _longest(heard.turns)
    longest = max(turns, key=lambda turn: turn.span.duration)
    return Telling(
        "Break up the long stretch",
        f"Your longest turn lasted {seconds(longest.span.duration)}, from "
        f"{clock(longest.span.start)} on.",
        _moments(heard, turns),
        Suggestion("After a thought or two, hand over", "How does that sit with you?"),
    )


def _interruptions(heard: Heard) -> list[Overlap]:
    return [
        o for o in heard.floor.overlaps if o.kind == "interruption" and o.second == heard.mentor.id
    ]


def interruption_rate(heard: Heard) -> float | None:
    """Interruptions per 10 minutes of the other's talk; None for a single one, or too little talk.

    One event is no pattern, and it may well have been misjudged.
    """
    measured = heard.measured("interruptions")
    if measured is None or heard.partner_talk < _MIN_TALK or len(_interruptions(heard)) == 1:
        return None
    return measured.value


def praise_patience(heard: Heard) -> Telling:
    """Show long turns that were left whole."""
    return Telling(
        f"You let {heard.partner} finish",
        f"No interruption was found in {seconds(heard.partner_talk)} of {_possessive(heard)} talk.",
        _moments(heard, _longest(heard.partner_turns)),
    )


def _possessive(heard: Heard) -> str:
    return heard.partner + ("'" if heard.partner.endswith("s") else "'s")


def propose_patience(heard: Heard) -> Telling:
    """Show who was interrupted, with some seconds around."""
    found = _interruptions(heard)
    cut = sum(o.cut_off is True for o in found)
    cut_text = f"; {times(cut)} the sentence was cut off" if cut else ""
    return Telling(
        "Let the sentence end before you come in",
        f"At least {times(len(found))} you came in and took the floor while "
        f"{heard.partner} {'were' if len(heard.partners) > 1 else 'was'} in the middle of a "
        f"sentence{cut_text}.",
        tuple(_interrupted(heard, o) for o in found[:_SHOWN]),
        Suggestion("When you catch yourself", "Sorry, I cut in. Please go on."),
    )


def _interrupted(heard: Heard, overlap: Overlap) -> Quote:
    """The interrupted speaker's words up to the point where one of them stopped."""
    note = "broke off here" if overlap.cut_off else "you came in here"
    quote = heard.up_to(overlap.span.start, overlap.first, note)
    return replace(quote, span=Span(quote.span.start, max(quote.span.end, overlap.clip.end)))


def early_share(heard: Heard) -> float | None:
    """Share of the mentor's replies that began before the other had stopped."""
    measured = heard.measured("early_responses")
    enough = measured is not None and measured.count >= _MIN_REPLIES
    return measured.value if measured is not None and enough else None


def propose_last_word(heard: Heard) -> Telling:
    """Show the earliest starts."""
    early = sorted(
        (t for t in heard.floor.transitions if t.after.speaker == heard.mentor.id and t.fto < 0),
        key=lambda t: t.fto,
    )[:_SHOWN]
    return Telling(
        "Wait for the last word",
        f"{percent(early_share(heard) or 0.0)} of your replies began before {heard.partner} "
        f"{heard.partner_has} stopped.",
        tuple(
            heard.up_to(
                t.after.span.start, t.before.speaker, f"you began {seconds(-t.fto)} before the end"
            )
            for t in sorted(early, key=lambda t: t.before.span)
        ),
        Suggestion("Before you answer", "Breathe out once, and only then begin."),
    )


def _replies(heard: Heard) -> list[Transition]:
    """The mentor's replies that did not come early; lapses are no waiting."""
    longest = heard.floor.rules.lapse_min
    return [
        t for t in heard.floor.transitions
        if t.after.speaker == heard.mentor.id and 0 <= t.fto <= longest
    ]  # fmt: skip


def _waited(heard: Heard) -> list[Transition]:
    return [t for t in _replies(heard) if t.fto >= heard.floor.rules.long_wait]


def waits(heard: Heard) -> float | None:
    """How often the mentor kept a long silence; None when there was little occasion."""
    return float(len(_waited(heard))) if len(_replies(heard)) >= _MIN_REPLIES else None


def praise_silence(heard: Heard) -> Telling:
    """Show where silence was kept."""
    kept = _waited(heard)
    return Telling(
        "You let silence do its work",
        f"You waited {_long(heard)} or more {times(len(kept))} before you answered, up to "
        f"{seconds(max(t.fto for t in kept))}.",
        tuple(_after(heard, t, f"then {seconds(t.fto)} of silence") for t in kept[:_SHOWN]),
    )


def propose_silence(heard: Heard) -> Telling:
    """Show long answers that were followed at once, and suggest counting to three."""
    longest = sorted(_replies(heard), key=lambda t: -t.before.span.duration)
    quick = [t for t in longest if t.fto < heard.floor.rules.long_wait][:2]
    kept = _waited(heard)
    figures = f"You waited {_long(heard)} or more {times(len(kept))} before you answered."
    if not kept:
        figures = f"You never waited {_long(heard)} before you answered."
    return Telling(
        "Let a silence stand after an answer",
        figures,
        tuple(
            _after(heard, t, f"you went on after {seconds(t.fto)}")
            for t in sorted(quick, key=lambda t: t.before.span)
        ),
        Suggestion("After the next long answer", "Count to three before you speak."),
    )


def _long(heard: Heard) -> str:
    return f"{decimal(heard.floor.rules.long_wait)} s"


def _after(heard: Heard, reply: Transition, note: str) -> Quote:
    return heard.up_to(reply.before.span.end, reply.before.speaker, note)


def backchannel_rate(heard: Heard) -> float | None:
    """Backchannels per minute of the other's talk; None when little was heard of the other."""
    measured = heard.measured("backchannels")
    return measured.value if measured is not None and heard.partner_talk >= _MIN_TALK else None


def praise_following(heard: Heard) -> Telling:
    """Show short signs of listening."""
    own = [b for b in heard.floor.backchannels if b.speaker == heard.mentor.id]
    rate = backchannel_rate(heard) or 0.0
    example = " such as mm-hm or yes" if heard.has_words else ""
    return Telling(
        "You showed that you were following",
        f"{sentence(counted(len(own), 'short signal'))} of listening{example}, "
        f"{decimal(rate)} for each minute that {heard.partner} spoke.",
        _signals(heard, [b.span for b in own]),
    )


def _signals(heard: Heard, spans: list[Span]) -> tuple[Quote, ...]:
    """Signs of listening to show: those whose words are known first, all in order of time."""
    found = [heard.moment(span, heard.mentor.id) for span in spans]
    shown = sorted(found, key=lambda quote: not quote.text)[:_SHOWN]
    return tuple(
        quote if quote.text else replace(quote, note="a short sound without a clear word")
        for quote in sorted(shown, key=lambda quote: quote.span)
    )
