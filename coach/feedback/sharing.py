"""Listening: room for the other, letting finish, silence, signs of following."""

from __future__ import annotations

from coach.feedback.heard import Heard
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import clock, counted, decimal, percent, seconds, sentence, times
from coach.intervals import Seconds, Span, total
from coach.turns import Overlap, Turn

_SHOWN = 3
_MIN_TALK: Seconds = 60.0
_MIN_REPLIES = 6
_MIN_WAITS = 3


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
        _moments(heard, _longest(heard.floor.turns_of(heard.mentor.id))),
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
    return measured.value if measured is not None and heard.partner_talk > 0 else None


def propose_shorter(heard: Heard) -> Telling:
    """Show the long stretches."""
    turns = _longest(heard.floor.turns_of(heard.mentor.id))
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
    span = Span(max(0.0, overlap.span.start - 4.0), overlap.span.end)
    note = "broke off here" if overlap.cut_off else "you came in here"
    return heard.moment(span, overlap.first, note)


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
            heard.moment(
                Span(max(0.0, t.before.span.end - 4.0), t.before.span.end),
                t.before.speaker,
                f"you began {seconds(-t.fto)} before the end",
            )
            for t in sorted(early, key=lambda t: t.before.span)
        ),
        Suggestion("Before you answer", "breathe out once, and only then begin."),
    )


def _long_waits(heard: Heard) -> list[float]:
    waits = [heard.measured("wait_after_question"), heard.measured("wait_after_answer")]
    long = heard.floor.rules.long_wait
    return [s for m in waits if m is not None for s in m.samples if s >= long]


def waits(heard: Heard) -> float | None:
    """How often the mentor kept a long silence; None when there was little occasion."""
    found = [heard.measured("wait_after_question"), heard.measured("wait_after_answer")]
    occasions = sum(m.count for m in found if m is not None)
    return float(len(_long_waits(heard))) if occasions >= _MIN_WAITS else None


def praise_silence(heard: Heard) -> Telling:
    """Show where silence was kept."""
    kept = _long_waits(heard)
    return Telling(
        "You let silence do its work",
        f"You stayed silent {times(len(kept))} for "
        f"{decimal(heard.floor.rules.long_wait)} s or more, up to {seconds(max(kept))}.",
        _silences(heard),
    )


def _silences(heard: Heard) -> tuple[Quote, ...]:
    rules = heard.floor.rules
    kept = [
        t for t in heard.floor.transitions
        if t.after.speaker == heard.mentor.id and rules.long_wait <= t.fto <= rules.lapse_min
    ]  # fmt: skip
    return tuple(
        heard.moment(
            Span(max(0.0, t.before.span.end - 4.0), t.after.span.start),
            t.before.speaker,
            f"then {seconds(t.fto)} of silence",
        )
        for t in kept[:_SHOWN]
    )


def propose_silence(heard: Heard) -> Telling:
    """Suggest counting to three."""
    quick = sorted(
        (t for t in heard.floor.transitions if t.after.speaker == heard.mentor.id and t.fto >= 0),
        key=lambda t: t.fto - t.before.span.duration / 10,
    )[:2]
    return Telling(
        "Let a silence stand after an answer",
        _waits_figures(heard),
        tuple(
            heard.moment(
                Span(max(0.0, t.before.span.end - 4.0), t.before.span.end),
                t.before.speaker,
                f"you went on after {seconds(t.fto)}",
            )
            for t in sorted(quick, key=lambda t: t.before.span)
        ),
        Suggestion("After the next long answer", "count to three before you speak."),
    )


def _waits_figures(heard: Heard) -> str:
    long = f"{decimal(heard.floor.rules.long_wait)} s or more after a question or an answer"
    kept = len(_long_waits(heard))
    return f"You stayed silent for {long} {times(kept)}." if kept else f"You never waited {long}."


def backchannel_rate(heard: Heard) -> float | None:
    """Backchannels per minute of the other's talk; None when little was heard of the other."""
    measured = heard.measured("backchannels")
    return measured.value if measured is not None and heard.partner_talk >= _MIN_TALK else None


def praise_following(heard: Heard) -> Telling:
    """Show short signs of listening."""
    own = [b for b in heard.floor.backchannels if b.speaker == heard.mentor.id]
    rate = backchannel_rate(heard) or 0.0
    return Telling(
        "You showed that you were following",
        f"{sentence(counted(len(own), 'short signal'))} such as mm-hm or yes, "
        f"{decimal(rate)} for each minute that {heard.partner} spoke.",
        tuple(heard.moment(b.span, b.speaker) for b in own[:_SHOWN]),
    )
