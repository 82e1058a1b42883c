"""The form of an English question, as far as it shows without a parse."""

from __future__ import annotations

import re

_OPENERS = re.compile(
    r"^(?:(?:so|and|but|okay|ok|well|um+|uh+|er|now|right|yeah|yes|great|good|sure|mm+|hm+|mhm|then|"
    r"also|oh|ah|alright|i mean|you know|i see|no)\b[\s,.!?:;-]*)+",
    re.IGNORECASE,
)
_TAG = re.compile(
    r",?\s+(?:(?:is|was|does|did|do|have|has|are|were)n'?t (?:it|that|he|she|they|you)|right|yeah|"
    r"no|then|though|or not|or what|or|at all|yet|already)$",
    re.IGNORECASE,
)
_LONGEST_TAG = 20  # characters
_YES_NO = re.compile(
    r"^(?:do|does|did|is|are|was|were|have|has|had|can|could|will|would|should)(?:n't)? "
    r"(?:you|he|she|it|they|we|i|that|this|there|the|your|his|her|any\w*)\b",
    re.IGNORECASE,
)
# A word that begins a sentence, with a capital letter, after one that ends none.
_RUN_ON = re.compile(
    r"[a-z,]\s(?:And|Are|But|Can|Could|Did|Do|Does|Have|He|How|Is|It|No|Oh|She|So|That|They|Was|We|"
    r"Well|Were|What|When|Where|Who|Why|Will|Would|Yeah|Yes|You|Your|Lovely|Thank)\b"
)
_BROKEN = re.compile(r"(?:-|\u2014|\u2026|\.\.\.)\s*$")


def bare_question(text: str) -> str:
    """Take away what comes before the question proper and the tag behind it.

    Examples
    --------
    >>> bare_question("Okay, so did you tell him, or not?")
    'did you tell him'
    """
    said = re.sub(r"\s+", " ", text.replace("\u2019", "'")).strip(" .?!,")
    said = _OPENERS.sub("", said)
    end = len(said)
    while (tag := _TAG.search(said, max(0, end - _LONGEST_TAG), end)) is not None:
        end = tag.start()
    return said[:end]


def is_yes_no(text: str) -> bool:
    """Whether it begins as a question for yes or no, verb before subject.

    Examples
    --------
    >>> is_yes_no("So did you tell him?"), is_yes_no("You told him?"), is_yes_no("How was it?")
    (True, False, False)
    """
    return _YES_NO.match(bare_question(text)) is not None


def is_whole(text: str) -> bool:
    """Whether it was said to its end, as far as the words show.

    Examples
    --------
    >>> is_whole("And what did he--"), is_whole("And what did he say?")
    (False, True)
    """
    return _BROKEN.search(text) is None


def is_run_on(text: str) -> bool:
    """Whether a second sentence follows without a mark between, as far as capitals show.

    Examples
    --------
    >>> is_run_on("did you pay it Are you sure?"), is_run_on("Did you pay it?")
    (True, False)
    """
    return _RUN_ON.search(text) is not None
