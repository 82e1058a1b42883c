"""Run a peer on a recording: a request, a script in its environment, a reply."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coach.analysis.stages import sha256_of, write_atomically
from coach.config import Config
from coach.conversation import Conversation, Recording, Speaker, Speech, Word
from coach.interchange.json import dump, load
from coach.intervals import Span
from coach.private import scratch_folder
from coach_models import weights
from coach_models.bench.cost import Cost, cost_of
from coach_models.bench.pair import ListenerResult
from coach_models.bench.peers.environment import python_of
from coach_models.bench.peers.script import run_script
from coach_models.bench.peers.values import Peer
from coach_models.bench.reference import ReferenceRecording
from coach_models.bench.sound import write_wav

Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PeerListener:
    """A peer that listens; its replies are kept in `results`.

    Parameters
    ----------
    python : the interpreter of its environment.
    before : the peer whose speech it is given.
    """

    peer: Peer
    python: Path
    config: Config
    results: Path
    before: PeerListener | None = None

    @property
    def name(self) -> str:
        """As on the command line."""
        return self.peer.name

    def __call__(self, reference: ReferenceRecording) -> ListenerResult:
        """Run the peer, or read what an earlier run left."""
        first = self.before(reference) if self.before else None
        folder = self.results / self.name / reference.group / reference.name
        key = f"{sha256_of(reference.recording)[:16]}-{self.config.speakers.most}"
        reply, cost = folder / f"reply-{key}.json", folder / f"cost-{key}.json"
        if not cost.exists():
            spent = self._run(reference.recording, first, reply)
            write_atomically(cost, dump(spent))
        said = json.loads(reply.read_text(encoding="utf-8"))
        return read_reply(said, first, load(Cost, cost.read_text()), self.peer)

    def _run(self, recording: Path, first: ListenerResult | None, reply: Path) -> Cost:
        reply.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder() as scratch:
            wav, request = scratch / "sound.wav", scratch / "request.json"
            write_wav(recording, wav)
            speech = first.conversation.speech if first else ()
            asked = {
                "wav": str(wav),
                "models": {name: str(weights.path(name)) for name in self.peer.models},
                "max_speakers": self.config.speakers.most,
                "speech": [[s.span.start, s.span.end, s.speaker] for s in speech],
            }
            request.write_text(json.dumps(asked))
            script = Path(__file__).parent / "scripts" / self.peer.script
            command = [str(self.python), str(script), str(request), str(reply)]
            return cost_of(self.name, run_script, command)


def listener(peer: Peer, config: Config, results: Path) -> PeerListener:
    """Make a peer's environment and return the peer, ready to listen.

    Parameters
    ----------
    peer : from the table of peers.
    config : options of the analysis.
    results : folder for its environment and its replies.

    Raises
    ------
    MissingDependency : if it cannot be installed here.
    """
    before = listener(peer.after, config, results) if peer.after else None
    return PeerListener(peer, python_of(peer), config, results, before)


def read_reply(
    reply: Reply, first: ListenerResult | None, cost: Cost, peer: Peer
) -> ListenerResult:
    """Convert a peer's reply to a conversation, and add the costs of the peer before it.

    Parameters
    ----------
    reply : what its script wrote.
    first : result of the peer whose speech or words it builds on; None if it hears all itself.
    cost : of this peer alone.
    peer : from the table of peers.

    Examples
    --------
    >>> said = {"speech": [[0.0, 2.0, "S1"]], "notes": []}
    >>> read_reply(said, None, Cost("p", 1.0, 0.5, 5.0), Peer("p", (), "p.py")).conversation.speech
    (Speech(span=Span(start=0.0, end=2.0), speaker='S1'),)
    """
    rows = reply.get("speech", ())
    speech = tuple(Speech(Span(a, b), who) for a, b, who in rows if b > a)
    if first is not None:
        speech = first.conversation.speech
    words = tuple(
        Word(Span(max(0.0, a), b), text, who) for a, b, text, who in reply.get("words", ()) if b > a
    )
    ids = dict.fromkeys([s.speaker for s in speech] + [w.speaker for w in words if w.speaker])
    end = max([s.span.end for s in speech] + [w.span.end for w in words], default=1.0)
    conv = Conversation(
        Recording(peer.name, end), tuple(map(Speaker, ids)), speech, words, language="en"
    )
    costs = (*(first.costs if first else ()), replace(cost, stage=peer.name))
    return ListenerResult(
        conv, costs, has_words=peer.has_words, notes=tuple(reply.get("notes", ()))
    )
