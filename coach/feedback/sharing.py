"""Listening: room for the other, silence, signs of following."""

from __future__ import annotations

from dataclasses import replace

from coach.feedback.heard import Estimate, Heard
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import (
    clock,
    counted,
    decimal,
    percent,
    percent_range,
    seconds,
    sentence,
)
from coach.intervals import Seconds, Span, total
from coach.measures.turn_length import unbroken
from coach.turns import Transition, Turn

_SHOWN = 3
_LONG: Seconds = 60.0  # a turn that is too long to come back to


def talk_share(heard: Heard) -> Estimate | None:
    """The mentor's share of the talk; None in a short recording."""
    measured = heard.measured("talk_share")
    own = total(heard.conversation.speech_of(heard.mentor.id))
    enough = heard.partner_talk + own >= heard.rules.least_talk and heard.partner_talk > 0
    return Estimate.of(measured) if enough else None


def praise_balance(heard: Heard) -> Telling:
    """Show the partner's longest turns."""
    return Telling(
        f"You left the floor to {heard.partner}",
        _balance_figures(heard),
        longest_moments(heard, heard.partner_turns),
    )


def propose_balance(heard: Heard) -> Telling:
    """Show the mentor's longest turns."""
    return Telling(
        f"Leave more room for {heard.partner}",
        _balance_figures(heard),
        longest_moments(heard, heard.turns),
        Suggestion("When you notice that you have been talking for a while, stop and ask",
                   "What do you make of that?"),
    )  # fmt: skip


def _balance_figures(heard: Heard) -> str:
    measured, share = heard.measured("talk_share"), percent(heard.amount("talk_share"))
    if measured is not None and measured.interval is not None:
        share = percent_range(measured.interval)
    spoke = f"You spoke for {share} of the talk; {heard.partner}"
    longest = _longest(heard, heard.partner_turns)
    if not longest:
        return f"{spoke} never had the floor."
    return f"{spoke} spoke at most {seconds(longest[0][0].duration)} in one turn."


def _longest(heard: Heard, turns: tuple[Turn, ...]) -> list[tuple[Span, str]]:
    """What was said without a lapse, and by whom; the longest first."""
    told = [(span, turn.speaker) for turn in turns for span in unbroken(turn, heard.floor)]
    return sorted(told, key=lambda each: -each[0].duration)


def longest_moments(
    heard: Heard, turns: tuple[Turn, ...], *, least: Seconds = 0.0
) -> tuple[Quote, ...]:
    """The two longest stretches, if they last at least `least`, in order of time."""
    longest = [each for each in _longest(heard, turns)[:2] if each[0].duration >= least]
    return tuple(
        heard.moment(span, speaker, f"a turn of {seconds(span.duration)}")
        for span, speaker in sorted(longest)
    )


def monologue(heard: Heard) -> Estimate | None:
    """The mentor's longest turn in seconds."""
    measured = heard.measured("longest_monologue")
    return Estimate.of(measured) if heard.has_talk else None


def propose_shorter(heard: Heard) -> Telling:
    """Show the long stretches."""
    longest, _ = _longest(heard, heard.turns)[0]
    return Telling(
        "Break up the long stretch",
        f"Your longest turn lasted {seconds(longest.duration)}, from {clock(longest.start)} on.",
        longest_moments(heard, heard.turns, least=min(_LONG, longest.duration)),
        Suggestion("After a thought or two, hand over", "How does that sit with you?"),
    )


def is_hasty(heard: Heard) -> bool:
    """Whether more than a few of the replies, however many there are, come before the stop."""
    early = heard.measured("early_responses")
    return early is not None and (early.value or 0.0) > heard.rules.hasty_share


def early_share(heard: Heard) -> Estimate | None:
    """Share of the mentor's replies that began before the other had stopped."""
    measured = heard.measured("early_responses")
    enough = measured is not None and measured.count >= heard.rules.least_replies
    return Estimate.of(measured) if enough else None


def propose_last_word(heard: Heard) -> Telling:
    """Show the earliest starts."""
    early = sorted(
        (t for t in heard.floor.transitions if t.after.speaker == heard.mentor.id and t.fto < 0),
        key=lambda t: t.fto,
    )[:_SHOWN]
    return Telling(
        "Wait for the last word",
        f"{percent(heard.amount('early_responses'))} of your replies began before {heard.partner} "
        "had stopped.",
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


def waits(heard: Heard) -> Estimate | None:
    """How often the mentor kept a long silence; None when there was little occasion.

    None also where many replies come before the other has stopped: some silences are no habit then.
    """
    is_timed = heard.measured("early_responses") is not None
    if not is_timed or is_hasty(heard) or len(_replies(heard)) < heard.rules.least_replies:
        return None
    return Estimate.exactly(len(_waited(heard)))


def praise_silence(heard: Heard) -> Telling:
    """Show where silence was kept."""
    kept = _waited(heard)
    return Telling(
        "You let silence do its work",
        f"You waited {_long(heard)} or more before {_of_replies(heard)}, up to "
        f"{seconds(max(t.fto for t in kept))}.",
        tuple(_after(heard, t, f"then {seconds(t.fto)} of silence") for t in kept[:_SHOWN]),
    )


def propose_silence(heard: Heard) -> Telling | None:
    """Show long answers that were followed at once, and suggest counting to three."""
    longest = sorted(_replies(heard), key=lambda t: -t.before.span.duration)
    quick = [t for t in longest if t.fto < heard.floor.rules.long_wait][:2]
    if not quick:
        return None
    figures = f"You waited {_long(heard)} or more before {_of_replies(heard)}."
    if not _waited(heard):
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


def _of_replies(heard: Heard) -> str:
    return f"{len(_waited(heard))} of your {len(_replies(heard))} replies"


def _long(heard: Heard) -> str:
    return f"{decimal(heard.floor.rules.long_wait)} s"


def _after(heard: Heard, reply: Transition, note: str) -> Quote:
    return heard.up_to(reply.before.span.end, reply.before.speaker, note)


def backchannel_rate(heard: Heard) -> Estimate | None:
    """Backchannels per minute of the other's talk; None when little was heard of the other."""
    measured = heard.measured("backchannels")
    return Estimate.of(measured) if heard.has_talk else None


def praise_following(heard: Heard) -> Telling:
    """Show short signs of listening."""
    own = [b for b in heard.floor.backchannels if b.speaker == heard.mentor.id]
    rate = heard.amount("backchannels")
    example = " such as mm-hm or yes" if heard.has_words else ""
    return Telling(
        "You showed that you were following",
        f"{sentence(counted(len(own), 'short signal'))} of listening{example}, "
        f"{decimal(rate)} for each minute that {heard.partner} spoke.",
        _signals(heard, [b.span for b in own]),
    )


def _signals(heard: Heard, spans: list[Span]) -> tuple[Quote, ...]:
    """Signs of listening to show, in order of time; those whose words are known, if any are."""
    found = [heard.moment(span, heard.mentor.id) for span in spans]
    worded = {quote.text.casefold(): quote for quote in reversed(found) if quote.text}
    if not worded:
        note = "a short sound without a clear word"
        return tuple(replace(quote, note=note) for quote in found[:_SHOWN])
    return tuple(sorted(worded.values(), key=lambda quote: quote.span)[:_SHOWN])
