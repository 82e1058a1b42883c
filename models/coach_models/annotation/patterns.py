"""The patterns of questions and listening acts in English, for the rule annotator.

All patterns are matched on lower-cased text without its opening fillers ("so", "okay", "um").
"""

from __future__ import annotations

import re

from coach.conversation import ListeningAct, QuestionKind


def _one_of(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in alternatives))


def _followed_by(first: str, later: str) -> str:
    """Match something with something else behind it, trying only the first one: linear time."""
    return rf"^(?:(?!{first}).)*+{first}.*{later}"


_SUBJECT = (
    r"(?:you|he|she|it|they|we|i|that|this|these|those|there|the|your|his|her|their|my|our|"
    r"any(?:one|body|thing)?|some(?:one|body|thing)?|every(?:one|body|thing)?)"
)
# A clause that begins so is a statement: "what I did was I called him".
_PRONOUN = r"(?:i|you|he|she|we|they|it)"
_AUXILIARY = (
    r"(?:do|does|did|is|are|was|were|am|have|has|had|can|could|will|would|should|shall|may|might|"
    r"ai)"
)

FILLERS = re.compile(
    r"^(?:(?:so|okay|ok|and|but|well|um+|uh+|er+|yeah|yes|yep|no|right|mm+|hm+|mm-?hm+|like|now|"
    r"then|oh|ah|alright|all right|i mean|you know|i guess|or|because|great|good|sure|actually|"
    r"just|anyway|cool|i see|fine)\b[\s,.…-]*)+"
)
OPEN_REQUEST = _one_of(
    r"^(?:please )?(?:tell|show) me (?:more|about|what|how|why|a (?:bit|little)|everything)",
    r"^(?:can|could|would|will|might) you (?:maybe |perhaps |just |please |possibly )*"
    r"(?:tell|say|describe|explain|walk|talk|take|share|expand|elaborate|help|give|paint|unpack)",
    r"^i(?:'d| would) (?:love|like|be (?:curious|interested)) to (?:hear|know|understand)",
    r"^i(?:'m| am) (?:really |just )?(?:curious|wondering|interested)",
    r"^i wonder (?:what|how|why)",
    r"^(?:say|tell me) (?:some )?more",
    r"^(?:walk|talk|take) me through",
    r"^help me (?:understand|see)",
    r"^(?:describe|explain)\b",
    r"^(?:what|how) about\b",
    r"^give me (?:an example|a sense)",
)
FACT = _one_of(
    r"^how (?:many|much|long|often|old|far|big|soon|late|early|tall|large|high)\b",
    r"^(?:who|whose|whom|when|where|which)\b",
    r"^what (?:time|day|date|year|month|age|number|grade|percent\w*|size|colou?r|name)\b",
    r"^what(?:'s| is| was) (?:your|his|her|the|their) (?:name|age|job title|address|number)\b",
)
WH_OPEN = re.compile(r"^(?:what|how|why)\b|^in what way|^for what reason")
# Word order of a question that has lost its mark: "what did you", not "what I did".
WH_INVERTED = _one_of(
    rf"^(?:what|how|why|who|when|where|which)(?!\s{_PRONOUN}\b)(?:\s\w+){{0,3}}?"
    rf"\s{_AUXILIARY}(?:n't)? {_SUBJECT}\b",
    rf"^(?:what|how|why|who|where|when)(?:'s|'re|'d) {_SUBJECT}\b",
    r"^(?:what|how) (?:about|else|if|come)\b",
    r"^why (?:not|don't|didn't)\b",
    r"^what (?:makes|made|happens|happened|led|leads|brought|brings|stops|stopped|keeps|kept|"
    r"helps|helped|would|could|might|matters)\b",
    r"^what(?:'s| is| was) (?:going|happening|important|stopping|holding|hard|next|behind|good)",
    r"^how (?:do|did|would|could|might|can|will|was|is|are|were)\b",
)
YES_NO = re.compile(rf"^{_AUXILIARY}(?:n't|nt)? (?:not )?{_SUBJECT}\b")
LEADING = _one_of(
    rf"^{_AUXILIARY}n't {_SUBJECT}\b",
    r"don't you think\b",
    r"wouldn't it be\b",
    r"shouldn't you\b",
    r"^surely\b",
)
TAG = re.compile(
    r",? (?:(?:is|was|are|were|do|does|did|have|has|had|can|could|will|would|should|wo|ca)(?:n't)?"
    r" (?:it|you|he|she|they|we|i|that)|right|correct|yeah|okay|ok|huh|no|eh)\s*\?$"
)
TAG_UNMARKED = re.compile(
    r",? (?:is|was|are|were|do|does|did|have|has|had|could|would|should|wo|ca)n't"
    r" (?:it|you|he|she|they|we|i)[.,]?$"
)
RHETORICAL = _one_of(
    r"^who (?:knows|cares|doesn't)\b",
    r"^what can you do\b",
    r"^you know what\b",
    r"^guess what\b",
    r"^how (?:hard|bad) can it be\b",
    r"^what do i know\b",
    r"^why (?:me|bother)\b",
)
ADVICE = _one_of(
    r"\byou (?:should|ought to|need to|must|have to|'d better|could (?:just|try|always|also))\b",
    r"\byou(?:'ve got| have got|'d better)\b",
    r"\byou (?:might|may) (?:want|like) to\b",
    r"^why don't you\b",
    r"\bif i were you\b",
    r"\bi(?:'d| would) (?:suggest|recommend|advise|just|try|start|go|tell|say)\b",
    r"\bmy advice\b",
    r"^(?:just |maybe |first |always |never )*"
    r"(?:try|make sure|remember to|don't (?:worry|let|be))\b",
    r"\bwhat you (?:want|need) to do is\b",
    r"\bhave you (?:thought about|tried|considered)\b",
)
PERMISSION = _one_of(
    r"\b(?:can|could|may|might) i (?:just )?(?:suggest|share|offer|give|tell|add|make|say)\b",
    r"\b(?:is|would) it (?:be )?(?:ok|okay|alright|all right|helpful|useful) if i\b",
    _followed_by(
        r"\bwould you (?:like|mind|be open)\b",
        r"\b(?:idea|advice|suggestion|thought|hear|if i)\b",
    ),
    _followed_by(r"\bdo you (?:mind|want)\b", r"\b(?:idea|advice|suggestion|if i)\b"),
)
REFLECTION = _one_of(
    r"^(?:it |that )?(?:sounds|seems|feels|looks) (?:like|as if|as though|to me)\b",
    r"^(?:what )?i(?:'m| am)? hear(?:ing)?\b",
    r"^(?:so )?you(?:'re| are| were|'ve| have| feel| felt| seem| want| wanted| don't| didn't| had| "
    r"think| thought| know| like| find| found| care| can't| couldn't)\b",
    r"^(?:so )?(?:part of you|on (?:the )?one hand|in other words|what you're saying|for you)\b",
    r"^(?:so )?there(?:'s| is| was) (?:a )?part of you\b",
    r"^it(?:'s| is| was) (?:really |so |very |kind of )?(?:important|hard|tough|frustrating|"
    r"exciting|scary) (?:to|for) you\b",
)
DEEPENING = _one_of(
    r"\b(?:sounds|seems|feels) (?:like|as)\b",
    r"\bpart of you\b",
    r"\bon (?:the )?one hand\b",
    r"\bas (?:if|though)\b",
    r"\byou (?:feel|felt|want|wish|hope|value|care)\b",
    r"\byou(?:'re| are| were) (?:feeling|worried|afraid|torn|proud|hoping|trying)\b",
)
AFFIRMATION = _one_of(
    r"\b(?:well done|good job|great job|good work|nice work|congratulations|good for you)\b",
    r"^that(?:'s| is| was) (?:really |so |such |absolutely |quite |very )*(?:a )?(?:really |great|"
    r"wonderful|fantastic|impressive|brave|excellent|amazing|brilliant|awesome|huge|good (?:step|"
    r"idea|question|thinking|work)|strong)",
    r"\bi(?:'m| am) (?:really |so |very )?(?:proud|impressed|glad you)\b",
    r"\bi (?:really )?(?:appreciate|admire)\b",
    r"\b(?:took|takes) (?:a lot of |real |some )?(?:courage|guts|strength)\b",
    r"\byou(?:'ve| have)? (?:really )?"
    r"(?:worked (?:so |really )?hard|handled|did (?:really )?well)\b",
)
SELF_DISCLOSURE = _one_of(
    r"\bwhen i (?:was|started|first|had|did)\b",
    r"\b(?:i remember|in my (?:experience|case|first|own)|i used to|i(?:'ve| have) been there)\b",
    r"^(?:me too|same here|i had (?:the same|a|that))\b",
    r"\b(?:happened to me|i struggled|i felt|i went through|i once)\b",
)
INFORMATION = _one_of(
    _followed_by(
        r"\b(?:research|studies|the (?:policy|rule|law|guideline|data|evidence))\b",
        r"\b(?:shows?|says?|suggests?|is|are|requires?)\b",
    ),
    r"\b(?:typically|generally|in general|on average|most people)\b",
    r"^there(?:'s| is| are) (?:a|an|some|several|two|three|many) "
    r"(?:course|program|programme|form|way|option|step|rule|resource)",
)
LOGISTICS = _one_of(
    r"\b(?:hear|see) (?:me|us|my screen)\b",
    r"\b(?:share|sharing) (?:your|my|the) screen\b",
    r"\b(?:shall|should|can) (?:we|i) (?:start|begin|get started|stop|record|wrap up|move on)\b",
    r"\b(?:ready to (?:start|begin)|you on mute|the recording|time for (?:a break|one more))\b",
    r"\b(?:next (?:meeting|session|appointment)|same time)\b",
)

KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    ("why", re.compile(r"\bwhy\b|\bhow come\b|\bfor what reason\b|\bwhat made you\b")),
    (
        "feeling_probe",
        re.compile(
            r"\bfeel\w*|\bfelt\b|\blike for you\b|\bemotion\w*|"
            r"\bwhat (?:was|is|'s) (?:that|it|this) like\b"
        ),
    ),
    (
        "view_probe",
        re.compile(r"\bthink\b|\bopinion\b|\bthoughts\b|\bmatters? (?:most )?to you\b"),
    ),
    (
        "possibility",
        re.compile(
            r"\bwhat if\b|\bimagine\b|\bsuppose\b|\bif you could\b|\bwhat (?:would|could|might)\b|"
            r"\bhow (?:would|could|might)\b"
        ),
    ),
    ("logistics", LOGISTICS),
)
STATEMENTS: tuple[tuple[ListeningAct, re.Pattern[str]], ...] = (
    ("affirmation", AFFIRMATION),
    ("self_disclosure", SELF_DISCLOSURE),
    ("information", INFORMATION),
)


def normalise(text: str) -> str:
    """Lower case, plain apostrophes, single spaces."""
    return " ".join(text.lower().replace("\u2019", "'").split())


def strip_opening(said: str) -> str:
    """Normalised text without its opening fillers, unless it is nothing else."""
    return FILLERS.sub("", said) or said


def asks_by_form(said: str) -> bool:
    """Whether the word order is that of a question, with or without its mark."""
    core = strip_opening(said)
    return any(
        pattern.search(core) for pattern in (WH_INVERTED, YES_NO, OPEN_REQUEST, TAG_UNMARKED)
    )
