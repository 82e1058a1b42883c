"""What an annotator found in a sentence, put into a few classes of how much it takes to err.

A class is what the errors are counted by on labelled talk (`coach.measures.annotators`): a change
here makes those counts wrong, so count again with ``coach bench-acts --errors``.
"""

from __future__ import annotations

from collections.abc import Iterable

from coach.conversation import Acts, ListeningAct, Sentence
from coach.measures.forms import is_yes_no
from coach.measures.sentences import asks

# Open for sure, open, closed for sure, closed, asks nothing.
QUESTION_FINDINGS = 5
# Sure, likely, hardly, no.
LISTENING_FINDINGS = 4
SURE, LIKELY = 0, 1
NO_QUESTION, NOTHING = QUESTION_FINDINGS - 1, LISTENING_FINDINGS - 1

REFLECTION: tuple[ListeningAct, ...] = ("reflection_simple", "reflection_complex")
ADVICE: tuple[ListeningAct, ...] = ("advice_with_permission", "advice_without_permission")

_SURE_ACT = 0.95
_LEAST = (0.65, 0.2, 0.05)
# A label that came without a probability counts as one of these.
_UNTOLD = 0.5
_NO_PLAIN_QUESTION = frozenset(("alternative", "tag", "fact"))


def probability(acts: Acts, labels: Iterable[str]) -> float:
    """The annotator's probability that any of these labels holds; they exclude each other.

    Parameters
    ----------
    acts : what the annotator found in a sentence.
    labels : kinds of questions and listening acts.

    Returns
    -------
    A probability in [0, 1].

    Examples
    --------
    >>> probability(Acts(label_probabilities=(("reflection_simple", 0.2),)), REFLECTION)
    0.2
    """
    wanted = frozenset(labels)
    if not acts.label_probabilities:
        return _UNTOLD if wanted & {*acts.listening, *acts.kinds} else 0.0
    return min(1.0, sum(p for label, p in acts.label_probabilities if label in wanted))


def question_finding(sentence: Sentence) -> int:
    """The class of a sentence as a question, the surest open one first."""
    acts = sentence.acts
    if not asks(sentence):
        return NO_QUESTION
    is_sure = acts.probability is not None and acts.probability >= _SURE_ACT
    if acts.act == "open_question":
        return 0 if is_sure else 1
    is_plain = not _NO_PLAIN_QUESTION & {*acts.kinds} and is_yes_no(sentence.text)
    return 2 if is_sure and is_plain else 3


def listening_finding(sentence: Sentence, labels: Iterable[str], *, carried: bool = True) -> int:
    """The class of a sentence as a listening act, the surest first.

    Parameters
    ----------
    sentence : with its acts.
    labels : of the listening act.
    carried : whether the conversation carries it; without that nothing is sure.
    """
    share = probability(sentence.acts, labels)
    found = next((i for i, least in enumerate(_LEAST) if share >= least), NOTHING)
    return max(found, SURE if carried and not _may_ask(sentence) else LIKELY)


def _may_ask(sentence: Sentence) -> bool:
    """Whether it may await an answer: coders differ on what gives back with a question mark."""
    return sentence.acts.act != "other" or sentence.text.rstrip().endswith("?")
