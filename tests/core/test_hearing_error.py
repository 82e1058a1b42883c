from __future__ import annotations

from dataclasses import replace

import pytest

from coach.conversation import Conversation
from coach.measures.hearing_error import HeardFrom, kind_of, share_deviation
from coach.talk import talk

PAUSED = talk("A 0-3", "B 4-6", "A 6-9")
GAPLESS = talk("A 0-3", "B 3-6", "A 6-9")


def _found(conv: Conversation, source: str, channels: int = 1) -> Conversation:
    provenance = replace(conv.provenance, source=source)  # type: ignore[arg-type]
    return replace(
        conv, provenance=provenance, recording=replace(conv.recording, channels=channels)
    )


@pytest.mark.parametrize(
    ("conv", "kind"),
    [
        (_found(PAUSED, "audio"), "mixed"),
        (_found(GAPLESS, "audio"), "mixed"),
        (_found(PAUSED, "audio", channels=2), "separate"),
        (_found(PAUSED, "transcript"), "lines"),
        (_found(GAPLESS, "transcript"), "starts"),
        (_found(GAPLESS, "hand"), "lines"),
        (replace(_found(PAUSED, "transcript"), speech=()), "starts"),
    ],
)
def test_how_speech_was_found_decides_the_error(conv: Conversation, kind: HeardFrom) -> None:
    assert kind_of(conv) == kind


def test_more_speech_never_makes_a_share_less_sure() -> None:
    kinds: tuple[HeardFrom, ...] = ("mixed", "separate", "lines", "starts")
    for kind in kinds:
        found = [share_deviation(kind, seconds) for seconds in (0, 5, 60, 600, 36_000)]
        assert found == sorted(found, reverse=True) and found[-1] > 0


def test_a_channel_for_each_is_surer_than_one_room_and_start_times_alone_are_not() -> None:
    kinds: tuple[HeardFrom, ...] = ("mixed", "separate", "starts")
    at = {kind: share_deviation(kind, 300) for kind in kinds}
    assert at["separate"] < at["mixed"] < at["starts"]
