"""Past tenses of the actions that mentors ask about.

Only verbs of doing: "what happened when you ..." needs an event. A verb that is not here is not
rewritten, so an unknown form can never come out wrong.
"""

from __future__ import annotations

_IRREGULAR = {
    "begin": "began", "break": "broke", "bring": "brought", "choose": "chose", "come": "came",
    "do": "did", "fight": "fought", "give": "gave", "go": "went", "hold": "held",
    "lead": "led", "leave": "left", "let": "let", "meet": "met", "put": "put", "quit": "quit",
    "run": "ran", "say": "said", "send": "sent", "set": "set", "show": "showed",
    "sit": "sat", "speak": "spoke", "stand": "stood", "step": "stepped", "stop": "stopped",
    "take": "took", "teach": "taught", "tell": "told", "try": "tried", "write": "wrote",
}  # fmt: skip

_REGULAR = (
    "accept", "answer", "apologise", "apologize", "apply", "approach", "ask", "call", "challenge",
    "change", "chat", "check", "confront", "contact", "decide", "delegate", "disagree", "discuss",
    "drop", "email", "explain", "finish", "follow", "help", "invite", "join", "listen", "mention",
    "message", "move", "offer", "open", "organise", "organize", "phone", "plan", "practise",
    "practice", "prepare", "present", "push", "question", "raise", "refuse", "reply",
    "report", "resign", "respond", "review", "share", "start", "suggest", "support", "switch",
    "talk", "test", "text", "train", "visit", "volunteer", "walk", "warn", "work",
)  # fmt: skip

_DOUBLING = ("chat", "drop", "plan")


def _regular(verb: str) -> str:
    if verb in _DOUBLING:
        return verb + verb[-1] + "ed"
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + "ed"


PAST = _IRREGULAR | {verb: _regular(verb) for verb in _REGULAR}
PAST_FORMS = frozenset(PAST.values())
