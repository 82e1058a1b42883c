"""Small English word lists of our own: continuers, fillers, feelings, function words.

They are closed lists for mentoring talk; a missing word makes a measure smaller, never wrong in
kind. Other languages have no lists here: a measure then uses timing alone or is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import dropwhile

_NOT_LETTERS = re.compile(r"[\W_]+")
_REPEATED = re.compile(r"(.)\1+")
_ENDINGS = (("ies", "y"), ("ied", "y"), ("s", ""), ("ed", ""), ("ing", ""), ("e", ""))


# A conversation repeats the same few thousand words, and every measure looks them up again.
@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Keep letters and digits, in lower case, so that spelling and punctuation do not matter.

    Examples
    --------
    >>> normalise("Mm-hmm,"), normalise("That's")
    ('mmhmm', 'thats')
    """
    return _NOT_LETTERS.sub("", text.casefold())


@lru_cache(maxsize=8192)
def _squeeze(text: str) -> str:
    """Remove repeated letters: "mmhmm", "mhmm" and "mm-hm" are one word."""
    return _REPEATED.sub(r"\1", normalise(text))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONTINUERS = frozenset(
    tuple(_squeeze(word) for word in phrase.split())
    for phrase in (
        "mm|mm-hm|m-hm|hm|mm hm|uh-huh|uh huh|ah|aha|oh|ooh|huh|yeah|yes|yep|yup|ya|right|okay|ok"
        "|sure|indeed|exactly|absolutely|definitely|totally|certainly|true|wow|really|good|great"
        "|nice|cool|fine|lovely|perfect|interesting|gosh|i see|i know|i hear you|got it|gotcha"
        "|of course|go on|fair enough|makes sense|that's right|that's true|no way|oh dear"
        "|alright|all right|wonderful|excellent|brilliant|amazing|awesome"
    ).split("|")
)

_FILLERS = frozenset(_squeeze(word) for word in "um uh uhm er erm eh".split())

# Words that open a turn of one's own: against what is said, or to be let in.
_CLAIMS = frozenset(
    _squeeze(word)
    for word in "but no nope not never wait stop hold hang actually however listen sorry excuse "
    "why what when where who which how".split()
)

# Words that no clause ends with: who stopped there was not finished.
_UNFINISHED = _words("the a an my your our their his and or because of to for with from i we they "
                     "than as if im youre were theyre ive youve weve")  # fmt: skip

FEELINGS = _words("""
    afraid alarmed alone amazed amused anger angry annoyed annoying anxiety anxious ashamed
    attacked awkward betrayed bitter blamed bored burdened calm cared cheerful comfortable
    concerned confidence confident conflicted confused content cornered crushed curious defeated
    delighted depressed despair desperate disappointed disappointing disappointment discouraged
    disgusted disheartened dismissed distressed distrust doubt doubtful drained dread eager
    ecstatic embarrassed embarrassing emotional empty encouraged energised energized enjoy enjoyed
    envious envy excited excitement exciting excluded exhausted exhausting exposed fear fearful
    fond frightened frightening frustrated frustrating frustration fulfilled furious glad grateful
    gratitude grief guilt guilty happiness happy hate hated heartbroken helpless hesitant hope
    hopeful hopeless horrible humiliated hurt hurtful ignored impatient inadequate incompetent
    insecure inspired insulted intimidated irritated isolated jealous joy joyful judged loneliness
    lonely lost love loved mad meaningful miserable mistrust moved nervous numb offended optimistic
    outraged overlooked overwhelmed overwhelming pain painful panic panicked passionate peaceful
    pessimistic pleased powerless pressure pressured pride proud puzzled regret rejected relaxed
    relief relieved reluctant resentful resentment resigned respected sad sadness safe satisfied
    satisfying scared secure shame shocked shy sorrow stress stressed stressful stuck supported
    surprised suspicious tempted tense terrified threatened thrilled tired tiring torn touched
    trapped trusted uncertain uncomfortable undervalued uneasy unhappy unsafe unsure unwanted upset
    upsetting useless valued vulnerable wary weary worn worried worry worrying worthless
""")  # fmt: skip

# Words for one feeling are grouped, because an answer may use another word for it.
_FAMILIES = (
    "afraid scared frightened terrified fear fears anxious nervous worried worry worries worrying "
    "panicked panicking dread dreading uneasy",
    "angry annoyed furious irritated mad resentful bitter cross anger outraged",
    "sad unhappy miserable depressed heartbroken down gutted sadness tearful crying cried",
    "disappointed disappointment discouraged disheartened deflated",
    "lonely alone isolated loneliness excluded",
    "ashamed embarrassed humiliated guilty shame guilt embarrassing humiliating",
    "overwhelmed stressed stress exhausted exhausting drained swamped overloaded",
    "frustrated frustrating frustration stuck trapped",
    "hopeless helpless powerless lost desperate",
    "hurt betrayed rejected ignored unappreciated undervalued invisible",
    "insecure unsure inadequate fraud impostor stupid useless",
    "confused torn conflicted",
    "happy glad pleased delighted thrilled joy excited exciting enthusiastic",
    "proud pride",
    "relieved relief calm",
    "hopeful optimistic confident encouraged motivated",
    "grateful thankful touched appreciated valued",
    "shocked surprised stunned",
)
FEELING_FAMILY = {word: i for i, family in enumerate(_FAMILIES) for word in family.split()}

FUNCTION_WORDS = _words("""
    a about actually after again all almost already also always am an and another any anybody
    anyone anything anyway are arent around as at away back basically be because been before being
    between bit both but by came can cant come comes coming could couldnt day did didnt different
    do does doesnt doing done dont down each either else em er erm even ever every everybody
    everyone everything feel feeling felt few find first for from gave get gets getting give gives
    go goes going gone gonna good got gotta great had hadnt happen happened happens has hasnt have
    havent having he hed hell her here hers herself hes him himself his hm hmm how however i id if
    ill im in into is isnt it itd itll its itself ive just keep kind knew know knows last lets like
    little long look looks lot lots made make makes many may maybe me mean means might mine more
    most much must my myself need never new next nice no nobody none nor not nothing now of off oh
    ok okay on once one ones only or other others our ours out over own people perhaps person
    pretty probably put quite rather really right said same saw say saying says see seem seemed
    seems she shed shes should shouldnt since so some somebody someone something sometimes
    somewhere sort sounds still stuff such sure take takes talk tell than thank thanks that thatd
    thatll thats the their theirs them themselves then there theres these they theyd theyll theyre
    theyve thing things think thinking this those though thought through time to today told
    tomorrow too took two uh um under until up us use used very wanna want wanted wants was wasnt
    way we wed well went were werent weve what whatever whats when where whether which while who
    whole whom whos whose why will with without wont work would wouldnt yeah year years yep yes
    yesterday yet you youd youll your youre yours yourself yourselves youve
""")  # fmt: skip


def is_continuer(texts: Sequence[str]) -> bool:
    """Whether all words are signals of listening.

    Examples
    --------
    >>> is_continuer(["Mm-hmm,"]), is_continuer(["Oh,", "I", "see."]), is_continuer(["No."])
    (True, True, False)
    """
    rest = tuple(_squeeze(text) for text in texts)
    while rest:
        length = next((n for n in (3, 2, 1) if rest[:n] in _CONTINUERS), 0)
        if not length:
            return False
        rest = rest[length:]
    return bool(texts)


def claims_floor(texts: Sequence[str]) -> bool:
    """Whether the words open a turn of one's own: against what is said, unfinished, or asking.

    Signals of listening before them are passed over.

    Examples
    --------
    >>> claims_floor(["Yes,", "but"]), claims_floor(["A", "shop?"]), claims_floor(["A", "shop."])
    (True, True, False)
    """
    own = list(dropwhile(lambda text: is_continuer([text]), texts))
    if not own:
        return False
    asks = own[-1].rstrip().endswith("?")
    return asks or _squeeze(own[0]) in _CLAIMS or is_unfinished(own[-1])


def is_unfinished(text: str) -> bool:
    """Whether no clause ends with this word.

    Examples
    --------
    >>> is_unfinished("because"), is_unfinished("it")
    (True, False)
    """
    return normalise(text) in _UNFINISHED


def is_filler(text: str) -> bool:
    """Whether the word is a filled pause.

    Examples
    --------
    >>> is_filler("Ummm,"), is_filler("uh-huh")
    (True, False)
    """
    return _squeeze(text) in _FILLERS


def is_feeling(text: str) -> bool:
    """Whether the word names a feeling.

    Examples
    --------
    >>> is_feeling("Worried?"), is_feeling("meeting")
    (True, False)
    """
    return normalise(text) in FEELINGS


@lru_cache(maxsize=8192)
def content(text: str) -> str | None:
    """The stem of a content word; None for function words, fillers and very short words.

    Only the most common endings are removed, enough to match two forms of a word.

    Examples
    --------
    >>> [content(word) for word in ("meetings", "planned", "Plans,", "Really?")]
    ['meet', 'plan', 'plan', None]
    """
    word = normalise(text)
    if len(word) < 3 or word in FUNCTION_WORDS or _REPEATED.sub(r"\1", word) in _FILLERS:
        return None
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + instead
    return word[:-1] if word[-1] == word[-2] else word


def contents(text: str) -> frozenset[str]:
    """The topic of a text: the stems of its content words; words for one feeling count as one.

    Examples
    --------
    >>> sorted(contents("I was scared of the meetings."))
    ['feeling 0', 'meet']
    >>> contents("You were afraid of meeting them.") == contents("I was scared of the meetings.")
    True
    """
    return frozenset(stem for word in text.split() if (stem := _topic_word(word)) is not None)


@lru_cache(maxsize=8192)
def _topic_word(word: str) -> str | None:
    stem, family = content(word), FEELING_FAMILY.get(normalise(word))
    return stem if stem is None or family is None else f"feeling {family}"
