"""Make a diarization from frames with labels."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from coach.conversation import Speech
from coach.intervals import Seconds, Span, total
from coach.ports import Diarization, VoicePrint
from coach_models.diarization.fusion import widen
from coach_models.diarization.hearing import HeardChannel
from coach_models.diarization.third_voice import Third
from coach_models.diarization.views import exclusive_view, regular_view, runs, sort_speech
from coach_models.diarization.voice import unit
from coach_models.diarization.voice_pair import Labels, mean_print

RARE: Seconds = 2.0  # a speaker with less speech is pointed out


def assemble_one(heard: HeardChannel) -> Diarization:
    """Give all speech to one speaker."""
    regular = regular_view({"A": heard.active}, heard.frame, heard.duration)
    return _with_prints(regular, regular, heard)


def assemble_two(heard: HeardChannel, labels: Labels, third: Third | None = None) -> Diarization:
    """Give speech to two voices; in overlap both speak, and one of them has the floor.

    Parameters
    ----------
    labels : which voice has the floor, -1 nobody [shape=(frames,)].
    third : a voice that is heard besides, and could not be told apart.
    """
    both = widen(heard.overlap, labels, heard.frame)
    activity = {str(k): (labels == k) | both for k in (0, 1)}
    holders = {str(k): runs(labels == k, heard.frame) for k in (0, 1)}
    regular = regular_view(activity, heard.frame, heard.duration)
    found = _with_prints(regular, exclusive_view(regular, holders), heard)
    return found if third is None else replace(found, notes=(*found.notes, _describe_third(third)))


def assemble_many(
    heard: HeardChannel, regular: tuple[Speech, ...], exclusive: tuple[Speech, ...]
) -> Diarization:
    """Take over what clustering found for three and more.

    Parameters
    ----------
    heard : what the networks found.
    regular : speech with overlaps.
    exclusive : speech in which one speaker at a time has the floor.
    """
    return _with_prints(sort_speech(regular), sort_speech(exclusive), heard)


def _with_prints(
    regular: tuple[Speech, ...], exclusive: tuple[Speech, ...], heard: HeardChannel
) -> Diarization:
    """Name speakers in order of first speech, and add prints and notes."""
    labels = dict.fromkeys(each.speaker for each in regular)
    names = {label: string.ascii_uppercase[i] for i, label in enumerate(labels)}
    spoken = _rename(regular, names)
    alone = _rename(exclusive, names)
    prints = tuple(
        voice_print(name, [each.span for each in alone if each.speaker == name], heard)
        for name in names.values()
    )
    return Diarization(spoken, alone, prints, _notes(spoken, tuple(names.values())))


def _rename(speech: tuple[Speech, ...], names: Mapping[str, str]) -> tuple[Speech, ...]:
    return sort_speech([Speech(s.span, names[s.speaker]) for s in speech if s.speaker in names])


def voice_print(name: str, spans: Sequence[Span], heard: HeardChannel) -> VoicePrint:
    """Average the voice in `spans`, without what is said in overlap.

    Parameters
    ----------
    name : of the speaker.
    spans : where this speaker has the floor.
    heard : with the track of voices.
    """
    track = heard.track
    inside = np.zeros(len(track.times))
    for span in spans:
        low, high = np.searchsorted(track.times, (span.start, span.end))
        inside[low:high] = 1.0
    vector = unit(mean_print(track, track.weights * inside * (heard.unclear < 0.5)))
    return VoicePrint(name, tuple(vector.tolist()), total(spans))


def _describe_third(third: Third) -> str:
    minutes, seconds = divmod(int(third.start), 60)
    return (
        f"A third voice seems to be heard for about {third.seconds:.0f} s, as at "
        f"{minutes}:{seconds:02}. Only two people were told apart, so shares and turns may mix "
        "them up. If more than two spoke, analyse again with --speakers 3, or how many there were."
    )


def _notes(regular: tuple[Speech, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    notes = []
    for name in names:
        seconds = total(each.span for each in regular if each.speaker == name)
        if seconds < RARE:
            notes.append(f"Speaker {name} was heard for {seconds:.1f} s only.")
    return tuple(notes)
