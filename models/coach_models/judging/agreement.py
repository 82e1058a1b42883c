"""The agreement of two judgements of the same dialogues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach_models.judging.judgements import JudgedMoment, Judgement, Judgements

# A moment is the same a turn before or after: a turn that was passed over, or the reply to it.
_NEAR = 1


@dataclass(frozen=True, slots=True)
class Common:
    """The agreement of one judge with another, over all dialogues that both judged.

    Parameters
    ----------
    dialogues : how many both judged.
    strengths, of_one, of_other : strengths in common, and of each.
    denied : strengths of the one that the other denies.
    attempts, proposed : same thing to try, of the dialogues where both propose one.
    moments, moments_of_one, moments_of_other : moments in common, within a turn, and of each.
    """

    one: str
    other: str
    dialogues: int
    strengths: int
    of_one: int
    of_other: int
    denied: int
    attempts: int
    proposed: int
    moments: int
    moments_of_one: int
    moments_of_other: int


def common_of(one: str, ones: Judgements, other: str, others: Judgements) -> Common:
    """Compare two judges, over the dialogues that both judged.

    Parameters
    ----------
    one, other : what they are called.
    ones, others : their judgements, by dialogue.
    """
    pairs = [(ones[name], others[name]) for name in ones if name in others]
    return Common(
        one,
        other,
        dialogues=len(pairs),
        strengths=sum(len({*a.strengths} & {*b.strengths}) for a, b in pairs),
        of_one=sum(len(a.strengths) for a, _ in pairs),
        of_other=sum(len(b.strengths) for _, b in pairs),
        denied=sum(len({*a.strengths} & b.denied) for a, b in pairs),
        attempts=sum(a.attempt == b.attempt for a, b in _proposing(pairs)),
        proposed=len(_proposing(pairs)),
        moments=sum(moments_in_common(a.moments, b.moments) for a, b in pairs),
        moments_of_one=sum(len(a.moments) for a, _ in pairs),
        moments_of_other=sum(len(b.moments) for _, b in pairs),
    )


def _proposing(pairs: Iterable[tuple[Judgement, Judgement]]) -> list[tuple[Judgement, Judgement]]:
    return [(a, b) for a, b in pairs if a.attempt is not None and b.attempt is not None]


def moments_in_common(one: Sequence[JudgedMoment], other: Sequence[JudgedMoment]) -> int:
    """Count the moments that pair up within a turn, each once, whatever their topic.

    Parameters
    ----------
    one, other : moments of one dialogue, by two judges.

    Examples
    --------
    >>> at = lambda *turns: [JudgedMoment(turn, "advice", False) for turn in turns]
    >>> moments_in_common(at(4, 9), at(5, 6)), moments_in_common(at(4, 5), at(5, 6))
    (1, 2)
    """
    left, found = sorted(m.turn for m in other), 0
    for turn in sorted(m.turn for m in one):
        near = next((each for each in left if abs(each - turn) <= _NEAR), None)
        if near is not None:
            left.remove(near)
            found += 1
    return found


def strengths_denied_by_all(
    ones: Judgements, readers: Sequence[Judgements]
) -> list[tuple[str, str]]:
    """Strengths that every reader of the dialogue denies: the dialogue and the topic.

    Parameters
    ----------
    ones : whose strengths are looked at, by dialogue.
    readers : judgements of each reader, by dialogue.
    """
    return [
        (name, topic)
        for name, judgement in ones.items()
        for topic in judgement.strengths
        if all(topic in reader[name].denied for reader in readers)
    ]
