"""The decisions of the rule annotator: from a sentence and the partner's last turn to acts."""

from __future__ import annotations

from dataclasses import dataclass

from coach.conversation import ActName, Acts, ListeningAct, QuestionKind
from coach.lexicon import is_continuer, is_feeling
from coach_models.annotation import patterns
from coach_models.annotation.patterns import normalise
from coach_models.spacy_without_torch import TokenSpan

_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "ADV"})
_EMPTY_LEMMAS = frozenset({"do", "be", "have", "get", "go", "say", "so", "really", "just", "thing"})
_BACKCHANNEL_WORDS = 3


@dataclass(frozen=True, slots=True)
class SentenceContext:
    """The context of a sentence.

    Parameters
    ----------
    partner_lemmas : content words of the partner's last turn.
    asked_permission : whether the speaker has just asked whether advice is welcome.
    """

    partner_lemmas: frozenset[str] = frozenset()
    asked_permission: bool = False


def acts_of(text: str, tokens: TokenSpan, context: SentenceContext) -> Acts:
    """Decide on the acts of a sentence.

    Parameters
    ----------
    text : the sentence as recognised.
    tokens : the same as spaCy read it.
    context : of the sentence.
    """
    said = normalise(text)
    if is_backchannel(text):
        return Acts(listening=("backchannel",))
    core = patterns.strip_opening(said)
    marked = said.endswith("?")
    act, extra = _question(core, marked=marked)
    if act == "other":
        return Acts(kinds=extra, listening=_listening(core, tokens, context))
    kinds = _kinds(core, tokens, context, extra)
    return Acts(act, kinds=kinds, listening=_advice(core, context))


@dataclass(frozen=True, slots=True)
class SentenceForm:
    """The act that the form of a sentence suggests, and whether it is a reflection.

    The act of a statement with a question mark is None: it is a question or a reflection.
    """

    act: ActName | None
    reflects: bool = False


def form(text: str) -> SentenceForm:
    """Read the form of a sentence.

    Examples
    --------
    >>> form("So what did he say").act, form("Did you?").act, form("You told him?").act
    ('open_question', 'closed_question', None)
    >>> form("Sounds like it was a long day.")
    SentenceForm(act='other', reflects=True)
    """
    said = normalise(text)
    core = patterns.strip_opening(said)
    act, unmarked = (_question(core, marked=marked)[0] for marked in (said.endswith("?"), False))
    declarative = act == "closed_question" and unmarked == "other" and not _asks(core)
    reflects = (declarative or act == "other") and bool(patterns.REFLECTION.search(core))
    return SentenceForm(None if declarative else act, reflects)


def _asks(core: str) -> bool:
    """Whether a fact or a tag makes it a question wherever the mark stands."""
    return any(pattern.search(core) for pattern in (patterns.FACT, patterns.TAG))


def is_backchannel(text: str) -> bool:
    """Whether it is only a listening signal."""
    words = [word.strip(".,!…-") for word in normalise(text).split()]
    return 0 < len(words) <= _BACKCHANNEL_WORDS and is_continuer(words)


def asks_permission(text: str) -> bool:
    """Whether it asks if advice or information is welcome."""
    return bool(patterns.PERMISSION.search(normalise(text)))


def content_lemmas(tokens: TokenSpan) -> frozenset[str]:
    """The lemmas that carry meaning."""
    return frozenset(
        token.lemma_.lower()
        for token in tokens
        if token.pos_ in _CONTENT and token.lemma_.lower() not in _EMPTY_LEMMAS
    )


def _question(core: str, *, marked: bool) -> tuple[ActName, tuple[QuestionKind, ...]]:
    """The act, and the kinds that the decision itself shows."""
    if patterns.RHETORICAL.search(core):
        return "other", ("rhetorical",)
    if patterns.OPEN_REQUEST.search(core):
        return "open_question", ()
    asked = marked or bool(patterns.WH_INVERTED.search(core))
    if asked and patterns.FACT.search(core):
        return "closed_question", ("fact",)
    if asked and patterns.WH_OPEN.search(core):
        return "open_question", ()
    if patterns.TAG_UNMARKED.search(core) or (marked and patterns.TAG.search(core)):
        return "closed_question", ("tag",)
    if patterns.YES_NO.search(core):
        return "closed_question", ()
    return _classify_marked_question(core) if marked else ("other", ())


def _classify_marked_question(core: str) -> tuple[ActName, tuple[QuestionKind, ...]]:
    """A question mark after no known form: a wh-question further on, or a declarative."""
    later = core.rsplit(",", 1)[-1].strip()
    for clause in (later, core.rsplit(" and ", 1)[-1], core.rsplit(" so ", 1)[-1]):
        if clause != core and patterns.WH_INVERTED.search(clause):
            return (
                ("closed_question", ("fact",))
                if patterns.FACT.search(clause)
                else (
                    "open_question",
                    (),
                )
            )
    return "closed_question", ()


def _kinds(
    core: str, tokens: TokenSpan, context: SentenceContext, extra: tuple[QuestionKind, ...]
) -> tuple[QuestionKind, ...]:
    kinds = list(extra)
    kinds += [kind for kind, pattern in patterns.KINDS if pattern.search(core)]
    if patterns.LEADING.search(core):
        kinds.append("leading")
    if " or " in core and not core.rstrip("?. ").endswith("or not"):
        kinds.append("alternative")
    if content_lemmas(tokens) & context.partner_lemmas:
        kinds.append("follow_up")
    return tuple(dict.fromkeys(kinds))


def _listening(core: str, tokens: TokenSpan, context: SentenceContext) -> tuple[ListeningAct, ...]:
    advice = _advice(core, context)
    if advice:
        return advice
    for act, pattern in patterns.STATEMENTS:
        if pattern.search(core):
            return (act,)
    if patterns.REFLECTION.search(core):
        return (_depth(core, tokens, context),)
    return ()


def _depth(core: str, tokens: TokenSpan, context: SentenceContext) -> ListeningAct:
    """Simple when the partner's own words come back, complex when meaning or feeling is added."""
    named = content_lemmas(tokens) - context.partner_lemmas
    names_feeling = any(is_feeling(lemma) for lemma in named)
    if names_feeling or patterns.DEEPENING.search(core):
        return "reflection_complex"
    return "reflection_simple"


def _advice(core: str, context: SentenceContext) -> tuple[ListeningAct, ...]:
    if not patterns.ADVICE.search(core):
        return ()
    return ("advice_with_permission" if context.asked_permission else "advice_without_permission",)
