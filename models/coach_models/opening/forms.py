"""The table of open forms: what a closed question is about decides how it is asked openly.

A form says nothing that the question left open: "Have you told her?" does not become "How did she
take it?". What no form surely fits gets none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coach_models.opening.any_form import ask_about_any
from coach_models.opening.clause import Clause, words
from coach_models.opening.gerund import gerund
from coach_models.opening.phrases import (
    INNER,
    KNOWING,
    LIKING,
    NOBODY,
    STATES,
    THINKING,
    UNSAFE,
    gerund_phrase,
    infinitive_phrase,
    object_of,
)
from coach_models.spacy_without_torch import Token

Form = Callable[[Clause], str | None]

_WANTING = frozenset("want like wish hope plan intend mean expect love".split())
_HELPING = frozenset("help matter affect work support".split())
_CHECKED = frozenset(
    "right correct true okay ok alright fine possible sure clear fair ready done up married "
    "pregnant diabetic home awake asleep ill alive dead new old first second last late early open "
    "closed wrong same due allergic single available free able allowed willing familiar aware used "
    "interested safe".split()
)
_DEGREES = frozenset("too so very quite really pretty more less".split())
_EASY = frozenset("all alright ok okay fine good ready sure clear".split())


_OFFERED = frozenset("hearing knowing seeing trying".split())


def ask_about_wish(clause: Clause) -> str | None:
    """Ask how the partner feels about what they may want."""
    if not clause.is_you or clause.lemma not in _WANTING | {"need"}:
        return None
    doing = infinitive_phrase(clause)
    if doing is None or doing.split()[0] in _OFFERED:
        return None
    if clause.auxiliary == "would":
        return f"How would you feel about {doing}"
    if clause.auxiliary == "did":
        return f"How did you feel about {doing}"
    if clause.lemma == "need":
        return f"What are your thoughts on {doing}"
    now = "now " if clause.is_before_verb("still") else ""
    return f"How do you feel {now}about {doing}"


def ask_about_state(clause: Clause) -> str | None:
    """Ask how the partner feels about what their state is about, or what it is like to do it."""
    if clause.lemma not in STATES or not clause.rest:
        return None
    first = clause.rest[0]
    degree = first.text if first.lower_ in _DEGREES and len(clause.rest) > 1 else ""
    adjective, rest = clause.rest[bool(degree)], clause.rest[1 + bool(degree) :]
    if (
        adjective.pos_ != "ADJ"
        or adjective.dep_ != "acomp"
        or adjective.lower_ in _CHECKED | UNSAFE
    ):
        return _ask_about_ease(clause)
    if clause.is_you and (feeling := _ask_about_object(clause, rest)) is not None:
        return feeling
    is_of_doing = bool(rest) and rest[0].tag_ in ("VBG", "TO") and adjective.tag_ == "JJ"
    if clause.subject != "it" or not clause.is_inverted or not is_of_doing:
        return None
    if clause.verb.lower_ not in ("is", "was") or {t.lower_ for t in rest} & (UNSAFE | {"if", "i"}):
        return None
    return f"What {clause.auxiliary} it like {words(rest)}"


def _ask_about_ease(clause: Clause) -> str | None:
    """Ask about the object of "all right with" and the like."""
    at = next((i for i, t in enumerate(clause.rest[:4]) if t.lower_ in ("with", "about")), None)
    if not at or not clause.is_you or clause.rest[0].lower_ not in _EASY:
        return None
    return _ask_about_object(clause, clause.rest[at:])


def _ask_about_object(clause: Clause, rest: Sequence[Token]) -> str | None:
    if not rest or {t.lower_ for t in rest} & UNSAFE:
        return None
    did = "did" if clause.auxiliary in ("were", "was", "did") else "do"
    if clause.auxiliary == "would":
        did = "would"
    if rest[0].lower_ in ("about", "with", "of", "by") and len(rest) > 1:
        return f"How {did} you feel about {words(tuple(rest[1:]))}"
    if rest[0].lower_ == "to" and len(rest) > 1 and rest[1].tag_ == "VB":
        doing = gerund_phrase(rest[1], rest[2:])
        return f"How {did} you feel about {doing}" if doing else None
    return None


def ask_about_knowledge(clause: Clause) -> str | None:
    """Ask what is known, remembered or noticed of the same thing."""
    if clause.lemma not in KNOWING or clause.auxiliary not in ("do", "does", "did"):
        return None
    if not clause.rest:
        knows = (
            clause.lemma == "know"
            and not clause.is_you
            and clause.subject.split()[0].lower() not in NOBODY
        )
        return f"What {clause.auxiliary} {clause.subject} know so far" if knows else None
    asked = clause.rest[1:] if clause.rest[0].lower_ == "much" else clause.rest
    if not asked or not clause.is_inverted:
        return None
    first, said = asked[0], words(asked)
    is_that = first.pos_ == "PRON" and first.tag_ not in ("WP", "WRB", "PRP$")
    is_clause = any(t.dep_ == "ccomp" for t in clause.verb.children) and first.tag_ not in (
        "WP", "WRB", "WDT",
    )  # fmt: skip
    is_amount = first.lower_ == "how" and len(asked) > 1 and asked[1].pos_ in ("ADJ", "ADV")
    is_choice = first.tag_ in ("WP", "WDT") or first.lower_ in ("when", "where")
    if is_that or is_clause or is_choice or is_amount:
        return None
    if {t.lower_ for t in clause.rest} & UNSAFE:
        return None
    about = "" if first.lower_ in ("about", "of") else "about "
    return f"What {clause.auxiliary} {clause.subject} {clause.lemma} {about}{said}"


def ask_about_liking(clause: Clause) -> str | None:
    """Ask what is liked and what is not."""
    if not clause.is_you or clause.lemma not in LIKING or not clause.rest:
        return None
    if clause.auxiliary not in ("do", "did") or clause.rest[0].lower_ in (
        "to",
        "it",
        "when",
        "if",
        "how",
    ):
        return None
    if {t.lower_ for t in clause.rest} & (UNSAFE | {"better", "more"}):
        return None
    return f"What {clause.auxiliary} you {clause.lemma} about {words(clause.rest)}, and what not"


def ask_for_opinion(clause: Clause) -> str | None:
    """Ask what the partner could do, or thinks of it, where they are asked whether they could."""
    if not clause.is_you or clause.lemma not in THINKING or clause.auxiliary != "do":
        return None
    inner = next((t for t in clause.verb.children if t.dep_ == "ccomp" and t.tag_ == "VB"), None)
    if inner is None or not any(t.dep_ == "nsubj" and t.lower_ == "you" for t in inner.children):
        return None
    modal = next((t.lower_ for t in inner.children if t.dep_ == "aux"), "")
    doing_rest = tuple(t for t in clause.rest if t.i > inner.i)
    return _modal(modal, inner, doing_rest)


def ask_about_ability(clause: Clause) -> str | None:
    """Ask what the partner thinks of doing what they "should"; the rest may be a request."""
    is_request = clause.auxiliary in ("could", "would") and clause.lemma not in _IMAGINED
    if not clause.is_you or clause.lemma in INNER or is_request:
        return None
    return _modal(clause.auxiliary, clause.verb, clause.rest)


_IMAGINED = frozenset("live imagine picture".split())


def _modal(modal: str, verb: Token, rest: tuple[Token, ...]) -> str | None:
    doing = gerund_phrase(verb, rest)
    if doing is None or verb.tag_ not in ("VB", "VBP") or {t.lower_ for t in rest} & {"me", "us"}:
        return None
    if modal == "could":
        return f"What would it take for you to {verb.lemma_} {words(rest)}".rstrip()
    if modal == "would":
        return f"How would you feel about {doing}"
    return f"What are your thoughts on {doing}" if modal == "should" else None


def ask_about_plan(clause: Clause) -> str | None:
    """Ask for the thoughts on what somebody is going, or has got, to do."""
    is_going = clause.verb.lower_ in ("going", "planning") and clause.auxiliary == "are"
    doing = infinitive_phrase(clause) if clause.is_you and is_going else None
    if doing is not None and doing.startswith("having to"):
        return None
    return f"What are your thoughts on {doing}" if doing else None


def ask_about_activity(clause: Clause) -> str | None:
    """Ask how something goes that the partner is doing."""
    if not clause.is_you or clause.verb.tag_ != "VBG" or clause.lemma in INNER | {"go", "plan"}:
        return None
    if not clause.is_inverted:
        return None
    doing, thing = gerund_phrase(clause.verb, clause.rest), object_of(clause)
    if clause.is_before_verb("how"):
        is_long = clause.auxiliary == "have" and doing is not None
        return f"What has it been like {doing}" if is_long else None
    if clause.rest and thing is None:
        return None
    if clause.auxiliary not in ("are", "have") or clause.lemma in ("work", "see"):
        return None
    doing = gerund(clause.lemma)
    if clause.auxiliary == "are":
        return None if clause.rest else f"How is the {doing} going"
    return f"How has it been going with {thing or 'the ' + doing}"


def ask_about_completion(clause: Clause) -> str | None:
    """Ask for the thoughts on what may be done by now."""
    if clause.auxiliary == "have" and clause.lemma == "think":
        return _ask_for_thoughts(clause)
    doing = gerund_phrase(clause.verb, clause.rest)
    if clause.lemma in INNER or not clause.rest or clause.rest[0].lower_ == "me":
        return None
    if doing is None or not clause.is_inverted or clause.is_before_verb("how"):
        return None
    if not clause.is_you:
        return _ask_what_was_told(clause)
    if clause.auxiliary == "have" and clause.verb.tag_ in ("VBN", "VBD"):
        return _ask_about_state_now(clause, doing)
    return None


def _ask_for_thoughts(clause: Clause) -> str | None:
    is_about = len(clause.rest) > 1 and clause.rest[0].lower_ in ("about", "of")
    if not clause.is_you or not is_about or {t.lower_ for t in clause.rest} & UNSAFE:
        return None
    if clause.rest[1].tag_ in ("WRB", "WP", "WDT"):
        return None
    return f"What are your thoughts on {words(clause.rest[1:])}"


def _ask_what_was_told(clause: Clause) -> str | None:
    """Ask what somebody told the partner about what they told them to do."""
    is_short = len(clause.subject.split()) <= _SUBJECT_WORDS
    is_known = is_short and clause.subject.split()[0].lower() not in NOBODY
    if clause.auxiliary != "did" or not is_known or clause.lemma not in ("tell", "ask", "want"):
        return None
    rest = clause.rest
    is_order = len(rest) > 2 and rest[0].lower_ == "you" and rest[1].lower_ == "to"
    doing = gerund_phrase(rest[2], rest[3:]) if is_order and rest[2].tag_ == "VB" else None
    return f"What did {clause.subject} say about {doing}" if doing else None


_SUBJECT_WORDS = 3


def _ask_about_state_now(clause: Clause, doing: str) -> str | None:
    if clause.lemma in ("try", "consider"):
        is_clause = clause.rest[0].lower_ in ("that", "to")
        return None if is_clause else f"What are your thoughts on {words(clause.rest)}"
    if clause.is_before_verb("ever"):
        return f"What is your experience with {doing}"
    if clause.lemma in ("see", "use", "go", "sow"):
        return None
    if clause.lemma in ("manage", "start", "begin", "decide"):
        doing = infinitive_phrase(clause) or ""
        return f"Where are you with {doing}" if doing else None
    thing = object_of(clause)
    is_known = thing is not None and clause.rest[0].tag_ in ("DT", "PRP$", "NNP")
    is_new = clause.rest[0].lower_ in ("a", "an", "some")
    return f"Where are you with {thing if is_known and not is_new else doing}"


def ask_about_effect(clause: Clause) -> str | None:
    """Ask in what ways something helps, matters or works."""
    if clause.lemma not in _HELPING or clause.is_you or clause.subject in ("i", "we", "there"):
        return None
    if (
        not clause.is_inverted
        or clause.auxiliary in ("is", "are", "was", "were")
        or ({t.lower_ for t in clause.rest} & (UNSAFE | {"if", "i", "hear", "know", "see"}))
    ):
        return None
    if clause.auxiliary not in ("do", "does", "did"):
        return None
    how = "How well" if clause.lemma == "work" else "In what ways"
    asked = f"{clause.auxiliary} {clause.subject} {clause.lemma} {words(clause.rest)}"
    return f"{how} {asked}".rstrip()


def ask_about_possession(clause: Clause) -> str | None:
    """Ask what sort of a thing the partner has."""
    if not clause.is_you or clause.lemma != "have" or clause.auxiliary != "do":
        return None
    if len(clause.rest) < 2 or clause.rest[0].lower_ not in ("a", "an", "enough", "some"):
        return None
    noun = clause.rest[0].head
    if noun.dep_ != "dobj" or noun.lemma_ not in _HAD:
        return None
    end = next(i for i, t in enumerate(clause.rest) if t.i == noun.i) + 1
    return f"What {words(clause.rest[1:end])} do you have {words(clause.rest[end:])}"


_HAD = frozenset(
    "plan idea goal option support help reason routine choice question worry concern hope thought "
    "time space feeling sense memory".split()
)

# The first form that fits wins.
FORMS: tuple[Form, ...] = (
    ask_about_any, ask_about_wish, ask_about_plan, ask_about_state, ask_about_knowledge,
    ask_about_liking, ask_for_opinion, ask_about_possession, ask_about_effect,
    ask_about_activity, ask_about_ability, ask_about_completion,
)  # fmt: skip
