"""Parts of an open form: what a verb is done to, and verbs as gerunds."""

from __future__ import annotations

from collections.abc import Sequence

from coach_models.opening.clause import Clause, words
from coach_models.opening.gerund import gerund
from coach_models.spacy_without_torch import Token

THINKING = frozenset("think believe reckon suppose guess".split())
KNOWING = frozenset("know remember understand notice recall realise realize".split())
LIKING = frozenset("like enjoy love hate miss".split())
STATES = frozenset("be feel seem sound look get".split())
INNER = THINKING | KNOWING | STATES | LIKING | frozenset(
    "want need have mean hear hope wish let trust ring blame".split()
)  # fmt: skip
UNSAFE = frozenset("any anything anyone anybody anywhere ever either yet once".split())
NOBODY = frozenset(
    "i we it that this these those there anybody anyone anything any somebody someone".split()
)


def object_of(clause: Clause) -> str | None:
    """Return the object of the verb as it was said; None for a pronoun or no object."""
    noun = next((t for t in clause.verb.children if t.dep_ == "dobj" and t in clause.rest), None)
    if noun is None or noun.pos_ not in ("NOUN", "PROPN") or noun.lemma_.lower() in _VAGUE:
        return None
    if clause.lemma in _GIVING or any(t.dep_ == "prt" for t in clause.verb.children):
        return None
    own = {t.i for t in noun.subtree}
    rest = tuple(t for t in clause.rest if t.i >= min(own))
    if any(
        t.pos_ in ("VERB", "AUX", "SCONJ") or t.dep_ == "dative" for t in rest if t.i not in own
    ):
        rest = tuple(t for t in rest if t.i in own)
    said = words(rest)
    is_broken = {*said.lower().split()} & (UNSAFE | {"if", "i"}) or rest[-1].tag_ in ("IN", "RP")
    return None if is_broken or rest[0].i != clause.rest[0].i else said


_GIVING = frozenset("tell give ask show send offer teach".split())
_VAGUE = frozenset("thing one bit lot something nothing everything way time".split())


def gerund_phrase(verb: Token, rest: Sequence[Token]) -> str | None:
    """A verb and what follows it, as a gerund; None where that would break it.

    Parameters
    ----------
    verb : in any form.
    rest : the tokens after it.
    """
    said = words(tuple(rest))
    is_cut = bool(rest) and (rest[-1].tag_ == "IN" or any(_is_second_verb(t) for t in rest))
    if is_cut or {*said.lower().split()} & (UNSAFE | {"if"}) or verb.lemma_ == "can":
        return None
    return f"{gerund(verb.lemma_.lower())} {said}".strip()


def _is_second_verb(token: Token) -> bool:
    return token.dep_ == "conj" and token.pos_ == "VERB"


def infinitive_phrase(clause: Clause) -> str | None:
    """What follows "to" right after the verb or its adjective, as a gerund."""
    rest = clause.rest
    at = next((i for i, t in enumerate(rest[:2]) if t.lower_ == "to" and t.pos_ == "PART"), None)
    if at is None or at + 1 >= len(rest) or rest[at + 1].tag_ != "VB":
        return None
    if at == 1 and rest[0].pos_ not in ("ADJ", "VERB"):
        return None
    return gerund_phrase(rest[at + 1], rest[at + 2 :])
