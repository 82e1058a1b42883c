"""The table behind `coach.feedback.rephrasing`: how a closed question begins, and its open form.

A pattern keeps the mentor's own words only where the grammar is sure to carry them. In the patterns
what stands in angle brackets is one of the lists below.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from coach.feedback.verbs import PAST, PAST_FORMS

Build = Callable[[re.Match[str]], str | None]

_LISTS = {
    "<adv>": "(?:(?:ever|actually|really|just|even|also|already|maybe|perhaps|then|still) )*",
    "<state>": r"(?:(?:very|so|too|quite|really|pretty|a bit|a little) )?(?:afraid|angry|anxious|"
    "ashamed|bored|comfortable|confident|disappointed|excited|fine|frustrated|glad|happy|"
    "hurt|irritated|lonely|nervous|ok|okay|overwhelmed|proud|relieved|sad|satisfied|scared|"
    "shocked|stressed|surprised|tired|uncomfortable|unhappy|upset|worried)",
    "<quality>": r"(?:(?:very|so|too|quite|really|pretty|a bit|a little) )?(?:awful|awkward|bad|"
    "difficult|easy|exciting|fair|fun|good|great|hard|helpful|important|interesting|nice|ok|okay|"
    "painful|scary|strange|stressful|terrible|tough|tricky|unfair|useful)",
    "<end>": r"(?= (?:for|to|when|that|because|at|by|before|after|in|now|there)\b|$)",
    "<one>": r"(?:the|your|his|her|their|this) \w+",
    "<tell>": "(?:tell|say|explain|share|describe)",
    "<asks>": r"(?:what|when|where|which|who|why|how|whether|if)\b",
}
# Words that need a question or a denial around them.
_UNSAFE = re.compile(
    r"\b(?:any|anything|anyone|anybody|anywhere|ever|either|yet|or|um|uh|er)\b", re.IGNORECASE
)
_GROUP = re.compile(r"\{(\w+)\}")
# "You said ..." mostly takes up the conversation itself, "you did ..." is mostly an auxiliary.
_TOLD = PAST_FORMS - {"did", "said"}


def _keep(text: str) -> Build:
    """Fill the groups of the match into `text`; nothing when a kept word is not safe."""

    def build(match: re.Match[str]) -> str | None:
        kept = {name: _keep_group(match, name) for name in match.groupdict()}
        if any(_UNSAFE.search(value) for value in kept.values()):
            return None
        return _GROUP.sub(lambda slot: kept[slot[1]], text)

    return build


def _keep_group(match: re.Match[str], name: str) -> str:
    """The words of a group; the capital of the sentence stays behind."""
    words = match[name] or ""
    return words[:1].lower() + words[1:] if match.start(name) == 0 else words


def _keep_if_doing(text: str) -> Build:
    """As `_keep`, when the verb is one of doing; ``{verb}`` becomes its past tense."""

    def build(match: re.Match[str]) -> str | None:
        past = PAST.get(match["verb"].lower())
        return _keep(text.replace("{verb}", past))(match) if past else None

    return build


def _ask_what_happened(match: re.Match[str]) -> str | None:
    if match["past"].lower() not in _TOLD or match["rest"].startswith(" me "):
        return None
    return _keep("What happened when you {past}{rest}")(match)


def _rows(*rows: tuple[str, str | Build]) -> tuple[tuple[re.Pattern[str], Build], ...]:
    return tuple((_compile(begins), _builder(to)) for begins, to in rows)


def _compile(begins: str) -> re.Pattern[str]:
    for name, words in _LISTS.items():
        begins = begins.replace(name, words)
    return re.compile("^" + begins, re.IGNORECASE)


def _builder(to: str | Build) -> Build:
    return _keep(to) if isinstance(to, str) else to


_DID_YOU = _rows(
    (r"did(?:n't)? you <adv>(?P<do>say|tell|do|try|ask|change|notice|learn) anything(?P<rest>.*)$",
     "What did you {do}{rest}"),
    (r"did(?:n't)? you <adv>feel\b", "How did that feel for you"),
    (r"did you <adv>(?:like|enjoy|love|hate) (?P<what>(?!to\b|when\b|if\b|how\b|that\b.).+)$",
     "What did you like about {what}, and what less so"),
    (r"did you <adv>think about (?P<what>.+)$", "What did you think about {what}"),
    (r"did you <adv>(?P<verb>\w+)(?P<rest>(?!.*\b(?:me|us)\b).*)$",
     _keep_if_doing("What happened when you {verb}{rest}")),
    (r"you (?P<past>\w+)(?P<rest>.*)$", _ask_what_happened),
)  # fmt: skip

_DID_OTHERS = _rows(
    (r"did (?P<who>he|she|they) <adv>(?:say|tell|reply|answer|explain)\b", "What did {who} say"),
    (r"did (?P<who>he|she|they) <adv>(?:agree|react|like|accept|listen|understand|mind)\b",
     "How did {who} react"),
    (r"(?P<who>he|she|they) (?:said|told|replied|answered)\b", "What did {who} say"),
    (r"did (?:it|that|this) (?:work|go)\b", "How did it go"),
)  # fmt: skip

_HAVE_YOU = _rows(
    (r"(?:have|had) you <adv>(?:thought (?:of|about)|considered) (?P<what>(?!<asks>).+)$",
     "What comes up when you think about {what}"),
)  # fmt: skip

_DO_YOU = _rows(
    (r"do you <adv>(?:like|enjoy|love) (?P<what>(?!to\b|when\b|if\b|how\b).+)$",
     "What do you like about {what}"),
    (r"do you <adv>feel <state> (?:about|with) (?P<what>.+)$", "How do you feel about {what}"),
    (r"do you <adv>have (?:an? |any |some |enough |other )*(?P<what>option|plan|goal|resource|"
     r"alternative|choice)s?(?! (?:what|how|why|who|when|where|if|of)\b)\b",
     "What {what}s do you have"),
    (r"do you <adv>have (?:any |some |enough |other )*(?P<what>support|help|experience)\b",
     "What {what} do you have"),
    (r"do you <adv>get (?:on|along) (?:well )?with (?P<whom>.+)$", "How do you get on with {whom}"),
)  # fmt: skip

_BE = _rows(
    (r"are you <adv>(?:feeling )?<state> (?:about|with) (?P<what>.+)$",
     "How do you feel about {what}"),
    (r"(?:were you|you were) <adv>(?:feeling )?<state> (?:about|with) (?P<what>.+)$",
     "How did you feel about {what}"),
    (r"(?:were you|you were|you felt) <adv>(?:feeling )?<state><end>", "How did that feel for you"),
    (r"(?:(?:was|were) (?:it|that|this|they)|(?:it|that|this) was) <quality><end>",
     "What was that like for you"),
    (r"(?:is (?:it|that|this)|(?:it|that|this) is|(?:it|that)'s) <quality><end>",
     "What is that like for you"),
    (r"(?P<was>was|is) (?P<what><one>) <quality><end>", "What {was} {what} like for you"),
    (r"is there anything(?P<else> else)? (?:that )?you (?P<can>can|could|should) (?P<rest>.+)$",
     "What{else} {can} you {rest}"),
    (r"is there anything(?P<else> else)? (?:that )?you would like to (?P<rest>.+)$",
     "What{else} would you like to {rest}"),
    (r"is there anything(?P<else> else)? (?:that )?you (?P<want>want|need|hope) to (?P<rest>.+)$",
     "What{else} do you {want} to {rest}"),
    (r"is there (?:any|a|some) way (?:that )?you (?P<can>can|could|might) (?P<rest>.+)$",
     "How {can} you {rest}"),
    (r"is there (?:any|a|some) way (?:for you )?to (?P<rest>.+)$", "How might you {rest}"),
    (r"is there (?:any|a|some) (?:particular )?reason\b", "What are your reasons"),
)  # fmt: skip

# The first pattern that fits, and whose kept words are safe, wins.
PATTERNS = _DID_YOU + _DID_OTHERS + _HAVE_YOU + _DO_YOU + _BE
