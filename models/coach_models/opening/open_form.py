"""Make the open form of a closed question, which keeps its subject."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from coach.conversation import Sentence
from coach.errors import ModelUnavailable
from coach_models import weights
from coach_models.opening.clause import Clause, read
from coach_models.opening.forms import FORMS
from coach_models.spacy_without_torch import Language, spacy

_MODEL = "en-core-web-sm"

_OFFER = re.compile(r"^\W*(?:\w+\W+){0,3}?(?:can|could|may|shall|should|might|mind if) i\b", re.I)
_SHORTEST = 3  # words


def with_open_forms(sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """Give each closed question its open form; none where the parser was not pulled.

    Parameters
    ----------
    sentences : with their acts.
    """
    nlp = _parser() if any(_is_closed(each) for each in sentences) else None
    if nlp is None:
        return sentences
    return tuple(
        replace(each, open_form=ask_openly(each.text, nlp) or "") if _is_closed(each) else each
        for each in sentences
    )


def _is_closed(sentence: Sentence) -> bool:
    return sentence.acts.act == "closed_question"


@cache
def _parser() -> Language | None:
    """Load the parser once a process, when the first closed question needs it."""
    try:
        return spacy.load(weights.path(_MODEL), exclude=["ner"])
    except ModelUnavailable:
        return None


def ask_openly(question: str, nlp: Language) -> str | None:
    """Ask an open question about the same thing.

    Parameters
    ----------
    question : a closed question as it was said, with or without punctuation.
    nlp : a pipeline with a parser, a tagger and a lemmatizer.

    Returns
    -------
    The open question; None where no form surely fits.
    """
    clause = None if _OFFER.search(question) else read(question, nlp)
    if clause is None or len(clause.tokens) < _SHORTEST:
        return None
    if clause.subject.lower() in ("i", "we") or not _begins_plainly(clause):
        return None
    text = next((text for form in FORMS if (text := form(clause)) is not None), None)
    if text is None:
        return None
    text = re.sub(r"\s+", " ", text).strip()
    return text[0].upper() + text[1:] + "?"


def _begins_plainly(clause: Clause) -> bool:
    """Whether it begins with its verb, its subject, or "how long have you"."""
    first = [token.lower_ for token in clause.tokens[:3]]
    subject = clause.subject.split()[0].lower()
    return first[0] in (clause.auxiliary, subject) or first == ["how", "long", "have"]
