"""The interpretation of facts, by the options and the enrolled voices.

It is a pure function, needs no models and takes milliseconds. The command, the service and the
corpus all use it, so their results cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coach.analysis.facts import Facts
from coach.analysis.recognition import EnrolledVoice, read_mentor, recognise_speakers
from coach.analysis.roles import assign_roles
from coach.config import Config
from coach.conversation import Conversation


def interpret(facts: Facts, config: Config, voices: Sequence[EnrolledVoice] = ()) -> Conversation:
    """Make the conversation from the facts.

    Parameters
    ----------
    facts : what was heard, or read from a transcript.
    config : `mentor` gives the roles. The provenance keeps the whole configuration; `coach.score`
        takes its rules from there.
    voices : enrolled voices to look for. If `mentor` is the name of one, only that one.

    Returns
    -------
    The conversation with roles. Roles from a transcript stay, unless `mentor` changes them.

    Raises
    ------
    InputError : if no speaker has the label in `mentor`.

    Examples
    --------
    >>> from coach.talk import talk
    >>> facts = Facts(talk("A 0-3 So how was it?", "B 3-9 It was hard", mentor=None))
    >>> conv = interpret(facts, Config(mentor="B"))
    >>> conv.mentor.id, conv.provenance.config["rules"]["min_pause"]
    ('B', 0.2)
    """
    wanted, mentor = read_mentor(voices if facts.prints else (), config.mentor)
    used = replace(config, mentor=mentor)
    heard = facts.heard
    conv = replace(heard, provenance=replace(heard.provenance, config=used.as_dict()))
    if conv.mentor is None or mentor != "guess":
        conv = assign_roles(conv, mentor)
    if not wanted:
        return conv
    return recognise_speakers(conv, facts.prints, wanted, is_told=mentor != "guess")
