"""Ask for what "any" left open: "Do you have any plans?" becomes "What plans do you have?"."""

from __future__ import annotations

from coach_models.opening.clause import Clause, words
from coach_models.opening.phrases import INNER, NOBODY, UNSAFE
from coach_models.spacy_without_torch import Token

_ANY = {"anything": "What"}


def ask_about_any(clause: Clause) -> str | None:
    """Ask for what "any" left open: "What help do you get from her?"."""
    at = next((i for i, t in enumerate(clause.rest) if t.lower_ in ("any", *_ANY)), None)
    if at is None or at > 1 or (at == 1 and clause.rest[0].lower_ not in ("to", "of", "about")):
        return None
    if clause.subject.split()[0].lower() in NOBODY - {"there", "i", "that", "it"}:
        return None
    if not clause.is_inverted or at == 1 or clause.lemma in INNER - {"be", "need", "have", "get"}:
        return None
    word = clause.rest[0]
    if word.lower_ == "any":
        noun = word.head
        if noun.pos_ not in ("NOUN", "PROPN") or noun.dep_ not in ("dobj", "attr", "nsubj"):
            return None
        if noun.lemma_ in ("use", "idea", "way", "chance"):
            return None
        end = next(i for i, t in enumerate(clause.rest) if t.i == noun.i) + 1
        asked = "What " + words(clause.rest[1:end])
    else:
        if word.dep_ not in ("dobj", "attr", "nsubj"):
            return None
        end, asked = 1, _ANY[word.lower_]
        if len(clause.rest) > 1 and clause.rest[1].lower_ == "else":
            end, asked = 2, asked + " else"
    rest = clause.rest[end:]
    if {t.lower_ for t in rest} & (UNSAFE | {"i", "of", "if"}):
        return None
    has_that = bool(rest) and rest[0].lower_ == "that"
    said = rest[1:] if has_that else rest
    if said and said[0].tag_ == "PRP":
        return _ask_of_clause(asked, words(said))
    if has_that and "else" not in asked:
        return None
    if {t.tag_ for t in rest[:1]} & {"WP", "VBG"} and clause.lemma != "be":
        return None
    if clause.lemma == "be" and rest and rest[0].tag_ == "VBG":
        return f"{asked} is {words(rest)}" if clause.auxiliary == "is" else None
    if clause.lemma not in (_ANY_VERBS if word.lower_ == "any" else _ANYTHING_VERBS):
        return None
    if clause.subject == "there" and word.lower_ == "any":
        return None
    verb = " ".join(t.text for t in clause.tokens if _is_later_verb(clause, t))
    return f"{asked} {clause.auxiliary} {clause.subject} {verb} {words(rest)}"


def _ask_of_clause(asked: str, said: str) -> str | None:
    """Ask for what "you'd like to" or "you could" do, as it follows "is there anything"."""
    for begins, inverted in _CLAUSES.items():
        if said.lower().startswith(begins + " "):
            return f"{asked} {inverted} {said[len(begins) + 1 :]}"
    return None


_CLAUSES = {
    "you'd like to": "would you like to", "you would like to": "would you like to",
    "you wanted to": "did you want to", "you want to": "do you want to",
    "you could": "could you", "you can": "can you", "you need to": "do you need to",
}  # fmt: skip
_ANY_VERBS = frozenset("be have get need see notice feel hear".split())
_ANYTHING_VERBS = _ANY_VERBS | frozenset("say tell do try ask change learn want solve add".split())


def _is_later_verb(clause: Clause, token: Token) -> bool:
    """Whether it is the main verb, or an auxiliary after the subject."""
    is_verb = token.i == clause.verb.i or (token.head.i == clause.verb.i and token.dep_ == "aux")
    return is_verb and token.i > 0
