"""Voices: prints of the speakers of a session, and those that were enrolled under a name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from coach.conversation import Conversation
from coach.formats.json import load
from coach.intervals import total
from coach.pipeline.work import Diarized
from coach.ports import VoicePrint
from coach_api.auth.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.results import Resemblance, SpeakerOut
from coach_api.storage import Storage, stage_key
from coach_api.tables import enrolments, new_id

LEAST_SIMILARITY = 0.5  # below, two voices are called different: no name is suggested


def prints(storage: Storage, session_id: str) -> tuple[VoicePrint, ...]:
    """The voice prints of a session's speakers, as far as the diarizer left any."""
    prefix = stage_key(session_id, "")
    kept = [key for key, _ in storage.keys(prefix) if key.startswith(prefix + "diarize")]
    text = storage.read(kept[0]) if kept else None
    return load(Diarized, text).diarization.prints if text else ()


def enrol(
    db: sa.Connection, principal: Principal, name: str, found: Sequence[VoicePrint], speaker: str
) -> sa.Row[Any]:
    """Remember a speaker's voice.

    Raises
    ------
    Problem : if there is no print of that speaker.
    """
    mine = next((each for each in found if each.speaker == speaker), None)
    if mine is None:
        have = ", ".join(each.speaker for each in found) or "none in this session"
        raise Problem("invalid-request", f"No voice print of that speaker. There are: {have}.")
    enrolment_id = new_id()
    values = {"id": enrolment_id, "owner_id": principal.user_id, "name": name}
    db.execute(enrolments.insert().values(**values, print=list(mine.vector)))
    return db.execute(sa.select(enrolments).where(enrolments.c.id == enrolment_id)).one()


def enrolled(db: sa.Connection, owner_id: str) -> list[sa.Row[Any]]:
    """The voices that a user has enrolled."""
    wanted = sa.select(enrolments).where(enrolments.c.owner_id == owner_id)
    return list(db.execute(wanted.order_by(enrolments.c.created_at)))


def described(
    conv: Conversation, found: Sequence[VoicePrint], known: Sequence[Any]
) -> list[SpeakerOut]:
    """The speakers of a conversation, each with the enrolled voice it resembles most."""
    by_speaker = {each.speaker: each.vector for each in found}
    return [
        SpeakerOut(
            id=speaker.id,
            role=speaker.role,
            role_source=speaker.role_source,
            name=speaker.name,
            seconds=round(total(conv.speech_of(speaker.id)), 3),
            resembles=_nearest(by_speaker.get(speaker.id, ()), known),
        )
        for speaker in conv.speakers
    ]


def _nearest(vector: Sequence[float], known: Sequence[Any]) -> Resemblance | None:
    """The most similar enrolled voice, if it is similar enough."""
    alike = [(cosine(vector, each.print), each.name) for each in known]
    similarity, name = max(alike, default=(-1.0, ""))
    if similarity < LEAST_SIMILARITY:
        return None
    return Resemblance(name=name, similarity=round(similarity, 3))


def cosine(left: Sequence[float], right: Sequence[float]) -> float:
    """Cosine of two vectors; -1 when they cannot be compared.

    Examples
    --------
    >>> cosine((1.0, 0.0), (0.6, 0.8)), cosine((1.0,), (1.0, 0.0))
    (0.6, -1.0)
    """
    norms = math.hypot(*left) * math.hypot(*right)
    if len(left) != len(right) or not norms:
        return -1.0
    return sum(a * b for a, b in zip(left, right, strict=True)) / norms
