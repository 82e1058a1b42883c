"""What a peer is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """Other software that listens.

    Parameters
    ----------
    name : as on the command line.
    requirements : what pip installs into its environment; none when ours will do.
    script : file in `scripts` that runs there: ``script REQUEST.json REPLY.json``.
    models : weights that it needs, as `coach models list` names them; it gets their folders.
    has_words : whether it writes down words.
    after : a peer whose speech it is given, to say who said the words.
    """

    name: str
    requirements: tuple[str, ...]
    script: str
    models: tuple[str, ...] = ()
    has_words: bool = False
    after: Peer | None = None
