"""Whether two fitted voices are two people: by their prints, and by the segmentation beside them.

Prints of two people in one telephone call may be as alike as two halves of one person's speech.
The segmentation network tells people apart within its 10 s windows without any print: where it has
a local speaker for each of the two fitted voices, these are two people. Figures:
docs/decisions/022-one-or-two.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.intervals import Seconds
from coach_models.diarization.fusion import floor
from coach_models.diarization.hearing import HeardChannel
from coach_models.diarization.segmentation import MEMBERS, Windows
from coach_models.diarization.voice_pair import Labels, VoicePair, candidates

# Cosines from the limit of the prints within which the segmentation decides.
SURELY_TWO, SURELY_ONE = -0.08, 0.12
APART = 0.27  # of 1: one person has .22 at most, two have .33 at least
CLEARLY_APART, CLEARLY_ONE = 0.50, 0.15  # between them the doubt is said
LEAST: Seconds = 0.5  # of each voice in a window that is compared
COMPARED: Seconds = 5.0  # in all such windows; with less the prints decide alone


ONE_NOTE = (
    "Only one person seems to speak, but it may be two who sound alike. If two spoke, analyse "
    "again with --speakers 2."
)
TWO_NOTE = (
    "Two people seem to speak, who sound so alike that it may be one. If only one spoke, analyse "
    "again with --speakers 1."
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The two voices, or None for one, and what is said where that is not sure."""

    pair: VoicePair | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two voices are two people, and whether that is sure."""

    is_two: bool
    is_sure: bool


def decide(heard: HeardChannel, *, certain: bool, start: Labels | None = None) -> Decision:
    """Find the two voices of a recording, if there are two.

    Parameters
    ----------
    certain : two people are known to speak: take the best fit, however alike they sound.
    start : labels to start from, besides the starts that the track itself proposes.
    """
    found = candidates(heard.track, heard.unclear, start)
    if not found:
        return Decision(None)
    if certain:
        return Decision(max(found, key=lambda pair: pair.gain))
    judged = [(pair, judge(heard, pair)) for pair in found]
    two = [each for each in judged if each[1].is_two]
    pair, verdict = max(two or judged, key=lambda each: each[0].gain)
    if verdict.is_two:
        return Decision(pair, () if verdict.is_sure else (TWO_NOTE,))
    return Decision(None, () if verdict.is_sure else (ONE_NOTE,))


def judge(heard: HeardChannel, pair: VoicePair) -> Verdict:
    """Judge whether the two voices of a pair are two people.

    Parameters
    ----------
    heard : what the networks found.
    pair : two voices fitted to it.
    """
    margin = pair.similarity - pair.limit
    if margin < SURELY_TWO or margin > SURELY_ONE:
        return Verdict(margin < 0, True)
    labels = floor(heard.windows, heard.active, heard.track, pair)
    apart = separation(heard.windows, labels)
    if apart is None:
        return Verdict(margin < 0, False)
    is_sure = apart < CLEARLY_ONE or apart > CLEARLY_APART
    return Verdict(apart >= APART, is_sure)


def separation(windows: Windows, labels: Labels) -> float | None:
    """Measure how well the segmentation keeps two voices apart within its windows.

    Parameters
    ----------
    labels : which voice has the floor, -1 nobody [shape=(frames of the recording,)].

    Returns
    -------
    0 when one local speaker is both voices, 1 when each voice has its own; None when there are
    hardly any windows with both voices.
    """
    own = chance = whole = 0.0
    for number, classes in enumerate(windows.classes):
        offset = windows.offset(number)
        here = labels[offset : offset + len(classes)]
        activity = classes[: len(here)].astype(np.float32) @ MEMBERS
        seconds = windows.frame * np.stack([activity[here == k].sum(axis=0) for k in (0, 1)])
        if seconds.sum(axis=1).min() >= LEAST:
            own += seconds.max(axis=0).sum()
            chance += seconds.sum(axis=1).max()
            whole += seconds.sum()
    return None if whole < COMPARED else float((own - chance) / max(whole - chance, 1e-9))
