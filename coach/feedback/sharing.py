"""Listening: room for the other, silence, signs of following."""

from __future__ import annotations

from dataclasses import replace

from coach.feedback.context import Estimate, FeedbackContext
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import (
    clock,
    decimal,
    percent,
    percent_range,
    seconds,
    sentence,
    with_noun,
)
from coach.intervals import Seconds, Span, total
from coach.measures.turn_length import split_at_lapses
from coach.turns import Transition, Turn

_SHOWN = 3
_LONG: Seconds = 60.0  # a turn that is too long to come back to


def talk_share(context: FeedbackContext) -> Estimate | None:
    """The mentor's share of the talk; None in a short recording."""
    measured = context.measurement("talk_share")
    own = total(context.conversation.speech_of(context.mentor.id))
    enough = context.partner_talk + own >= context.rules.least_talk and context.partner_talk > 0
    return Estimate.from_measurement(measured) if enough else None


def praise_balance(context: FeedbackContext) -> Telling:
    """Show the partner's longest turns."""
    return Telling(
        f"You left the floor to {context.partner}",
        _balance_figures(context),
        longest_moments(context, context.partner_turns),
    )


def propose_balance(context: FeedbackContext) -> Telling:
    """Show the mentor's longest turns."""
    return Telling(
        f"Leave more room for {context.partner}",
        _balance_figures(context),
        longest_moments(context, context.turns),
        Suggestion("When you notice that you have been talking for a while, stop and ask",
                   "What do you make of that?"),
    )  # fmt: skip


def _balance_figures(context: FeedbackContext) -> str:
    measured, share = context.measurement("talk_share"), percent(context.amount("talk_share"))
    if measured is not None and measured.interval is not None:
        share = percent_range(measured.interval)
    spoke = f"You spoke for {share} of the talk; {context.partner}"
    longest = _stretches_by_length(context, context.partner_turns)
    if not longest:
        return f"{spoke} never had the floor."
    return f"{spoke} spoke at most {seconds(longest[0][0].duration)} in one turn."


def _stretches_by_length(
    context: FeedbackContext, turns: tuple[Turn, ...]
) -> list[tuple[Span, str]]:
    """List the stretches of turns without a lapse, with their speakers, the longest first."""
    told = [(span, turn.speaker) for turn in turns for span in split_at_lapses(turn, context.floor)]
    return sorted(told, key=lambda each: -each[0].duration)


def longest_moments(
    context: FeedbackContext, turns: tuple[Turn, ...], *, least: Seconds = 0.0
) -> tuple[Quote, ...]:
    """The two longest stretches, if they last at least `least`, in order of time.

    Parameters
    ----------
    context : of the conversation.
    turns : of any speakers.
    least : seconds; shorter stretches are left out.
    """
    longest = [
        each for each in _stretches_by_length(context, turns)[:2] if each[0].duration >= least
    ]
    return tuple(
        context.moment(span, speaker, f"a turn of {seconds(span.duration)}")
        for span, speaker in sorted(longest)
    )


def monologue(context: FeedbackContext) -> Estimate | None:
    """The mentor's longest turn in seconds."""
    measured = context.measurement("longest_monologue")
    return Estimate.from_measurement(measured) if context.has_talk else None


def propose_shorter(context: FeedbackContext) -> Telling:
    """Show the long stretches."""
    longest, _ = _stretches_by_length(context, context.turns)[0]
    return Telling(
        "Break up the long stretch",
        f"Your longest turn lasted {seconds(longest.duration)}, from {clock(longest.start)} on.",
        longest_moments(context, context.turns, least=min(_LONG, longest.duration)),
        Suggestion("After a thought or two, hand over", "How does that sit with you?"),
    )


def is_hasty(context: FeedbackContext) -> bool:
    """Whether more than a few of the replies, however many there are, come before the stop."""
    early = context.measurement("early_responses")
    return early is not None and (early.value or 0.0) > context.rules.hasty_share


def early_share(context: FeedbackContext) -> Estimate | None:
    """Share of the mentor's replies that began before the other had stopped."""
    measured = context.measurement("early_responses")
    enough = measured is not None and measured.count >= context.rules.least_replies
    return Estimate.from_measurement(measured) if enough else None


def propose_last_word(context: FeedbackContext) -> Telling:
    """Show the earliest starts."""
    early = sorted(
        (
            t
            for t in context.floor.transitions
            if t.after.speaker == context.mentor.id and t.fto < 0
        ),
        key=lambda t: t.fto,
    )[:_SHOWN]
    return Telling(
        "Wait for the last word",
        f"{percent(context.amount('early_responses'))} of your replies began before "
        f"{context.partner} had stopped.",
        tuple(
            context.quote_before(
                t.after.span.start, t.before.speaker, f"you began {seconds(-t.fto)} before the end"
            )
            for t in sorted(early, key=lambda t: t.before.span)
        ),
        Suggestion("Before you answer", "Breathe out once, and only then begin."),
    )


def _replies(context: FeedbackContext) -> list[Transition]:
    """The mentor's replies that did not come early; lapses are no waiting."""
    longest = context.floor.rules.lapse_min
    return [
        t for t in context.floor.transitions
        if t.after.speaker == context.mentor.id and 0 <= t.fto <= longest
    ]  # fmt: skip


def _list_waits(context: FeedbackContext) -> list[Transition]:
    return [t for t in _replies(context) if t.fto >= context.floor.rules.long_wait]


def kept_silences(context: FeedbackContext) -> Estimate | None:
    """Count the mentor's long silences before a reply; None when there was little occasion.

    None also where many replies come before the other has stopped: some silences are no habit then.
    """
    is_timed = context.measurement("early_responses") is not None
    if not is_timed or is_hasty(context) or len(_replies(context)) < context.rules.least_replies:
        return None
    return Estimate.exact(len(_list_waits(context)))


def praise_silence(context: FeedbackContext) -> Telling:
    """Show where silence was kept."""
    kept = _list_waits(context)
    return Telling(
        "You let silence do its work",
        f"You waited {_long_wait(context)} or more before {_share_of_replies(context)}, up to "
        f"{seconds(max(t.fto for t in kept))}.",
        tuple(
            _quote_before_reply(context, t, f"then {seconds(t.fto)} of silence")
            for t in kept[:_SHOWN]
        ),
    )


def propose_silence(context: FeedbackContext) -> Telling | None:
    """Show long answers that were followed at once, and suggest counting to three."""
    longest = sorted(_replies(context), key=lambda t: -t.before.span.duration)
    quick = [t for t in longest if t.fto < context.floor.rules.long_wait][:2]
    if not quick:
        return None
    figures = f"You waited {_long_wait(context)} or more before {_share_of_replies(context)}."
    if not _list_waits(context):
        figures = f"You never waited {_long_wait(context)} before you answered."
    return Telling(
        "Let a silence stand after an answer",
        figures,
        tuple(
            _quote_before_reply(context, t, f"you went on after {seconds(t.fto)}")
            for t in sorted(quick, key=lambda t: t.before.span)
        ),
        Suggestion("After the next long answer", "Count to three before you speak."),
    )


def _share_of_replies(context: FeedbackContext) -> str:
    return f"{len(_list_waits(context))} of your {len(_replies(context))} replies"


def _long_wait(context: FeedbackContext) -> str:
    return f"{decimal(context.floor.rules.long_wait)} s"


def _quote_before_reply(context: FeedbackContext, reply: Transition, note: str) -> Quote:
    return context.quote_before(reply.before.span.end, reply.before.speaker, note)


def backchannel_rate(context: FeedbackContext) -> Estimate | None:
    """Backchannels per minute of the other's talk; None when little was heard of the other."""
    measured = context.measurement("backchannels")
    return Estimate.from_measurement(measured) if context.has_talk else None


def praise_following(context: FeedbackContext) -> Telling:
    """Show short signs of listening."""
    own = [b for b in context.floor.backchannels if b.speaker == context.mentor.id]
    rate = context.amount("backchannels")
    example = " such as mm-hm or yes" if context.has_words else ""
    return Telling(
        "You showed that you were following",
        f"{sentence(with_noun(len(own), 'short signal'))} of listening{example}, "
        f"{decimal(rate)} for each minute that {context.partner} spoke.",
        _signals(context, [b.span for b in own]),
    )


def _signals(context: FeedbackContext, spans: list[Span]) -> tuple[Quote, ...]:
    """Signs of listening to show, in order of time; those whose words are known, if any are."""
    found = [context.moment(span, context.mentor.id) for span in spans]
    worded = {quote.text.casefold(): quote for quote in reversed(found) if quote.text}
    if not worded:
        note = "a short sound without a clear word"
        return tuple(replace(quote, note=note) for quote in found[:_SHOWN])
    return tuple(sorted(worded.values(), key=lambda quote: quote.span)[:_SHOWN])
