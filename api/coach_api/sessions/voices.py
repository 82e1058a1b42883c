"""Voices: the prints of a session's speakers, and the voices enrolled under a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from coach.analysis.facts import Diarized
from coach.analysis.recognition import EnrolledVoice, VoiceMatch, match_voices, model_of
from coach.conversation import Conversation
from coach.interchange.json import load
from coach.intervals import total
from coach_api.people.name_keys import fold_name
from coach_api.problems import Problem
from coach_api.schemas.results import Resemblance, SpeakerOut
from coach_api.store.objects import Storage, stage_key
from coach_api.store.tables import enrolments, new_id, sessions


def read_diarization(storage: Storage, session_id: str) -> Diarized | None:
    """Read the voices of a session with their prints; None when they are no longer kept."""
    prefix = stage_key(session_id, "")
    kept = [key for key, _ in storage.keys(prefix) if key.startswith(prefix + "diarize")]
    text = storage.read(kept[0]) if kept else None
    return load(Diarized, text) if text else None


def enrol(
    db: sa.Connection, session: sa.Row[Any], name: str, found: Diarized | None, speaker: str
) -> sa.Row[Any]:
    """Remember the voice of a speaker of a session, as long as the session is kept.

    Parameters
    ----------
    db : an open transaction.
    session : the row.
    name : under which the voice is kept.
    found : from `read_diarization`.
    speaker : id of the speaker in the session.

    Raises
    ------
    Problem : if there is no print of that speaker.
    """
    prints = found.diarization.prints if found else ()
    mine = next((each for each in prints if each.speaker == speaker), None)
    if mine is None or found is None:
        have = ", ".join(each.speaker for each in prints) or "none in this session"
        raise Problem("invalid-request", f"No voice print of that speaker. There are: {have}.")
    enrolment_id = new_id()
    model = model_of(found.models)
    values = {"id": enrolment_id, "owner_id": session.owner_id, "name": name, "model": model}
    db.execute(enrolments.insert().values(**values, print=list(mine.vector), session_id=session.id))
    return db.execute(sa.select(enrolments).where(enrolments.c.id == enrolment_id)).one()


def list_enrolments(db: sa.Connection, owner_id: str) -> list[sa.Row[Any]]:
    """List the voices that a user has enrolled."""
    wanted = sa.select(enrolments).where(enrolments.c.owner_id == owner_id)
    return list(db.execute(wanted.order_by(enrolments.c.created_at)))


def enrolled_voices(db: sa.Connection, owner_id: str) -> tuple[EnrolledVoice, ...]:
    """Return the voices that a user has enrolled, ready to be recognised."""
    return tuple(
        EnrolledVoice(row.name, tuple(row.print), row.model, row.created_at.date().isoformat())
        for row in list_enrolments(db, owner_id)
    )


def voices_for(db: sa.Connection, session_id: str) -> tuple[EnrolledVoice, ...]:
    """Return the enrolled voices of a session's owner; if a mentor is named, only that mentor's.

    Parameters
    ----------
    db : an open connection.
    session_id : of the session.
    """
    wanted = sa.select(sessions.c.owner_id, sessions.c.mentor).where(sessions.c.id == session_id)
    owner_id, mentor = db.execute(wanted).one()
    name = fold_name(mentor)
    return tuple(
        voice for voice in enrolled_voices(db, owner_id) if name in ("", fold_name(voice.name))
    )


def describe_speakers(
    conv: Conversation, found: Diarized | None, voices: Sequence[EnrolledVoice]
) -> list[SpeakerOut]:
    """Describe the speakers of a conversation, each with the enrolled voice it resembles.

    Parameters
    ----------
    conv : of the session.
    found : from `read_diarization`.
    voices : enrolled by the owner.
    """
    alike = {}
    if found is not None:
        usable = [voice for voice in voices if voice.model == model_of(found.models)]
        alike = {each.speaker: each for each in match_voices(found.diarization.prints, usable)}
    return [
        SpeakerOut(
            id=speaker.id,
            role=speaker.role,
            role_source=speaker.role_source,
            name=speaker.name,
            seconds=round(total(conv.speech_of(speaker.id)), 3),
            resembles=_resemblance(alike.get(speaker.id)),
        )
        for speaker in conv.speakers
    ]


def _resemblance(match: VoiceMatch | None) -> Resemblance | None:
    if match is None:
        return None
    return Resemblance(
        name=match.name, similarity=round(match.similarity, 3), is_sure=match.is_sure
    )
