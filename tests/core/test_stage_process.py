"""The process that stages are forked from has done what every stage would have to do again."""

from __future__ import annotations

from coach.analysis import stage_process
from coach.analysis.work import DecodedFile
from coach.conversation import Conversation
from coach.interchange import json
from coach.interchange.json import dump, load
from coach.talk import talk


def test_a_stage_that_is_forked_need_not_learn_the_documents() -> None:
    json._adapter.cache_clear()  # type: ignore[attr-defined]
    stage_process.prepare()
    learnt = json._adapter.cache_info().misses  # type: ignore[attr-defined]
    assert load(DecodedFile, dump(DecodedFile(9.0, 1))).duration == 9.0
    assert load(Conversation, dump(talk("A 0-3", "B 3-4"))).speakers
    assert json._adapter.cache_info().misses == learnt  # type: ignore[attr-defined]
