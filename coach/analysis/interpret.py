"""The reading: what is made of the facts by the options and the enrolled voices.

It is a pure function, needs no models and takes milliseconds. The command, the service and the
corpus all use it, so that they cannot come to different results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coach.analysis.facts import Facts
from coach.analysis.recognition import EnrolledVoice, looked_for, recognised
from coach.analysis.roles import assign_roles
from coach.config import Config
from coach.conversation import Conversation


def interpret(facts: Facts, config: Config, voices: Sequence[EnrolledVoice] = ()) -> Conversation:
    """Make the conversation out of what was heard.

    Parameters
    ----------
    facts : what was heard, or read from a transcript.
    config : `mentor` gives the roles; all of it, the rules too, is kept in the provenance, where
        `coach.score` finds the rules.
    voices : enrolled voices to look for. When `mentor` is the name of one, only that is looked for.

    Returns
    -------
    The conversation with roles. Roles that a transcript says stay, unless `mentor` says otherwise.

    Raises
    ------
    InputError : if nobody has the label that `mentor` names.

    Examples
    --------
    >>> from coach.talk import talk
    >>> facts = Facts(talk("A 0-3 So how was it?", "B 3-9 It was hard", mentor=None))
    >>> conv = interpret(facts, Config(mentor="B"))
    >>> conv.mentor.id, conv.provenance.config["rules"]["min_pause"]
    ('B', 0.2)
    """
    wanted, mentor = looked_for(voices if facts.prints else (), config.mentor)
    used = replace(config, mentor=mentor)
    heard = facts.heard
    conv = replace(heard, provenance=replace(heard.provenance, config=used.as_dict()))
    if conv.mentor is None or mentor != "guess":
        conv = assign_roles(conv, mentor)
    if not wanted:
        return conv
    return recognised(conv, facts.prints, wanted, is_told=mentor != "guess")
