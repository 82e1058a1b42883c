"""The parts of a question that its open form is built from, read off spaCy's parse."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coach.measures.forms import bare_question, is_run_on, is_whole
from coach_models.spacy_without_torch import Doc, Language, Token

_LONGEST = 18
_SUBJECTS = ("nsubj", "nsubjpass", "expl")
_AUXILIARIES = ("aux", "auxpass")
_LAST_WORD = re.compile(
    r",? (?:please|right now|still|yet|roughly|exactly|yourself|today then)$|, \w+$"
)
# What follows a chain of clauses, an alternative or a slip is not sure to be read rightly.
_CHAINED = re.compile(
    r"[;:.?!\u2026\u2013\u2014\"\u201c\u201d\[\]]|--| - |\b(?:um|uh|er|erm|mean|take it)\b",
    re.IGNORECASE,
)
_HEDGES = re.compile(r"\b(?:at all|even|actually|at least|kind of|sort of) ?\b", re.IGNORECASE)
_FULL = {"'re": "are", "'s": "is", "'ve": "have", "'ll": "will", "'d": ""}
_ALTERNATIVE = re.compile(r"\bor\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """A question for yes or no, or for a fact.

    Parameters
    ----------
    subject : as said; "you" for the partner.
    auxiliary : the first one in lower case ("do", "have", "would"); "" where there is none.
    verb : the main verb; a form of "be" where nothing but that is said.
    is_inverted : whether a verb stands before the subject, as in "have you".
    rest : the words after the main verb.
    tokens : all of them, in order.
    """

    subject: str
    auxiliary: str
    verb: Token
    is_inverted: bool
    rest: tuple[Token, ...]
    tokens: tuple[Token, ...]

    @property
    def lemma(self) -> str:
        """The main verb's base form."""
        return self.verb.lemma_.lower()

    @property
    def is_you(self) -> bool:
        """Whether it asks about the partner."""
        return self.subject == "you"

    def is_before_verb(self, word: str) -> bool:
        """Whether a word stands before the main verb."""
        return any(t.lower_ == word for t in self.tokens if t.i < self.verb.i)


def read(question: str, nlp: Language) -> Clause | None:
    """Find the parts; None where the sentence is no single plain question.

    Parameters
    ----------
    question : as it was said, with or without punctuation.
    nlp : a pipeline with a parser, a tagger and a lemmatizer.
    """
    said = _HEDGES.sub("", _LAST_WORD.sub("", bare_question(question)))
    if _ALTERNATIVE.search(said) or is_run_on(question):
        return None
    said, comma, _ = said.partition(",")
    said = _LAST_WORD.sub("", said)
    is_plain = said.strip() and is_whole(question) and len(said.split()) <= _LONGEST
    if not is_plain or _CHAINED.search(said) or _BOTH.search(said):
        return None
    clause = _clause(nlp(said[0].upper() + said[1:].rstrip() + "?"))
    # What stands before a comma is a question of its own only if it has the form of one.
    return None if clause is None or (comma and not clause.is_inverted) else clause


def _clause(doc: Doc) -> Clause | None:
    roots = [token for token in doc if token.dep_ == "ROOT"]
    if len(roots) != 1 or any(t.dep_ == "neg" for t in doc):
        return None
    root = roots[0]
    subjects = [t for t in root.children if t.dep_ in _SUBJECTS]
    if len(subjects) != 1 or root.pos_ not in ("VERB", "AUX"):
        return None
    subject = [t for t in subjects[0].subtree if t.dep_ != "punct"]
    auxiliaries = [t for t in root.children if t.dep_ in _AUXILIARIES and t.i < root.i]
    first = auxiliaries[0] if auxiliaries else root if root.lemma_ == "be" else None
    after = max(root.i, subject[-1].i)
    return Clause(
        " ".join(t.lower_ if t.i == 0 and t.pos_ != "PROPN" else t.text for t in subject),
        "" if first is None else _FULL.get(first.lower_, first.lower_),
        root,
        first is not None and first.i < subjects[0].i,
        tuple(doc[after + 1 : -1]),
        tuple(doc[:-1]),
    )


def words(tokens: tuple[Token, ...]) -> str:
    """Tokens as they were said.

    Contractions are put together again: "do" and "n't" are "don't".
    """
    return "".join(t.text_with_ws for t in tokens).strip()
