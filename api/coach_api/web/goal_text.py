"""Goals and their progress, in a reader's words."""

from __future__ import annotations

from coach.comparison import Comparison
from coach.feedback.wording import with_noun
from coach.measures.catalogue import CATALOGUE
from coach.page.figures import amount


def describe_goal(name: str, direction: str) -> str:
    """Name the measure of a goal and the direction of its change.

    Parameters
    ----------
    name : of the measure.
    direction : "more" or "less".

    Examples
    --------
    >>> describe_goal("talk_share", "less")
    'less: talk share'
    """
    label = CATALOGUE[name].label
    return f"{direction}: {label[0].lower()}{label[1:]}"


def describe_progress(name: str, direction: str, found: Comparison) -> str:
    """Whether a measure changed since the goal was set.

    Parameters
    ----------
    name, direction : the measure, and what is wanted of it ("more", "less").
    found : the sessions since beside those before.

    Examples
    --------
    >>> describe_progress("talk_share", "less", Comparison(0.6, None, (2, 0)))
    'Before: 60% in 2 sessions. No session since in which it could be measured.'
    >>> changed = Comparison(0.6, 0.4, (4, 2), (-0.31, -0.09))
    >>> describe_progress("talk_share", "less", changed).partition(". ")[2]
    'This is beyond chance, and what you wanted: 9 to 31 percentage points less.'
    """
    if found.before is None:
        return (
            "It could not be measured in any session before, so there is nothing to compare with."
        )
    before, after = found.sessions
    first = f"Before: {amount(name, found.before)} in {with_noun(before, 'session')}"
    if found.after is None:
        return f"{first}. No session since in which it could be measured."
    both = f"{first}; since: {amount(name, found.after)} in {with_noun(after, 'session')}. "
    return both + _answer(name, direction, found)


def _answer(name: str, direction: str, found: Comparison) -> str:
    if found.interval is None:
        return (
            "Two sessions are too few to tell a change from chance, for sessions differ from each "
            "other anyway."
        )
    low, high = found.interval
    if found.verdict == "changed":
        went = "more" if low > 0 else "less"
        hoped = "what you wanted" if went == direction else f"you wanted {direction}"
        return f"This is beyond chance, and {hoped}: {_describe_range(name, low, high)}."
    why = (
        "What was found is too unsure to tell"
        if found.by_labels
        else "This may be chance, for your sessions differ as much anyway"
    )
    return f"{why}: the difference may be anything from {_range(name, low, high)}."


def _describe_range(name: str, low: float, high: float) -> str:
    """A difference whose direction is known."""
    near, far = sorted((abs(low), abs(high)))
    return (
        f"{_size(name, near, is_first=True)} to {_size(name, far)} {'more' if low > 0 else 'less'}"
    )


def _range(name: str, low: float, high: float) -> str:
    return f"{_size(name, abs(low))} less to {_size(name, abs(high))} more"


def _size(name: str, value: float, *, is_first: bool = False) -> str:
    if not amount(name, value).endswith("%"):
        return amount(name, value)
    return f"{100 * value:.0f}" + ("" if is_first else " percentage points")
