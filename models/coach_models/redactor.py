"""Takes names and personal data out of what was said: spaCy's entities, proper nouns, patterns.

Rather too much than too little: every proper noun goes, and a name that was found once is taken out
everywhere in the conversation. One who is named again has the same number: ``[PERSON 1]``. No
machine finds all; read before you publish.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from coach.conversation import Conversation, Sentence, Speaker, Word
from coach.errors import InputError
from coach.intervals import Span
from coach_models import weights
from coach_models.spacy_without_torch import Language, Token, spacy

_MODEL = "en-core-web-sm"
_LABELS = {
    "PERSON": "PERSON", "ORG": "ORGANISATION", "GPE": "PLACE", "LOC": "PLACE", "FAC": "PLACE",
    "NORP": "GROUP", "PRODUCT": "THING", "EVENT": "THING", "WORK_OF_ART": "THING", "LAW": "THING",
}  # fmt: skip
_DIGIT = "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
_PATTERNS = (
    ("PERSON", re.compile(r"(?<=\bmr )\w+|(?<=\bms )\w+|(?<=\bmrs )\w+|(?<=\bdr )\w+", re.I)),
    ("EMAIL", re.compile(r"(?<![\w.+-])[\w.+-]+(?:@| at )[\w-]+(?:(?:\.| dot )[a-z]{2,})+", re.I)),
    ("ADDRESS", re.compile(r"\b(?:https?://|www\.)\S+", re.I)),
    ("ADDRESS", re.compile(r"(?<![\w-])[\w-]+\.(?:com|org|net|edu)\b", re.I)),
    ("NUMBER", re.compile(r"(?<![\w])\+?\(?\d(?:[\d\s().,/-]*\d){2,}")),
    ("NUMBER", re.compile(rf"\b(?:(?:{_DIGIT})[\s,-]+){{3,}}(?:{_DIGIT})\b", re.I)),
)  # fmt: skip
_KEPT = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december i god english okay ok yeah um uh mm hmm "
    "hm mhm mm-hm uh-huh hello hi hey thanks bye welcome mr mrs ms dr".split()
)
_GENITIVES = ("'s", "\u2019s")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NOWHEN = Span(0.0, 1.0)
_SHORTEST = 3  # letters of a name that is looked for elsewhere, in any case
_LETTER = re.compile(r"[A-Z]")


class SpacyRedactor:
    """Redacts conversations in English."""

    def __init__(self) -> None:
        self._nlp: Language = spacy.load(weights.path(_MODEL), exclude=["parser", "lemmatizer"])
        self._model = weights.model_used("redaction", _MODEL)

    @classmethod
    def create(cls) -> SpacyRedactor:
        """Load the model."""
        return cls()

    def __call__(self, conv: Conversation) -> Conversation:
        """The conversation without names, places, organisations, addresses and long numbers.

        Each word of what is taken out becomes ``[PERSON 1]`` or the like, so that times, turns and
        counts of words stay. Speakers lose their names and keep, or get, a letter; the recording,
        whose id is mostly the name of a file, is called "recording". In notes, what is quoted goes.

        Raises
        ------
        InputError : if it is known not to be in English.
        """
        if conv.language not in (None, "en"):
            raise InputError(
                f"The conversation is in {conv.language!r}: expected English, of which alone names "
                "can be taken out. Analyse it without --redact, or leave it out."
            )
        ids = _letters(conv.speakers)
        names = self._names(conv)
        words = tuple(
            replace(word, text=text, speaker=ids.get(word.speaker or ""))
            for word, text in zip(conv.words, self._words(conv.words, names), strict=True)
        )
        sentences = tuple(self._sentence(each, words, names, ids) for each in conv.sentences)
        provenance = conv.provenance
        return replace(
            conv,
            recording=replace(conv.recording, id="recording"),
            notes=tuple(
                self._redact_text(_QUOTED.sub("[TEXT]", note), names) for note in conv.notes
            ),
            speakers=tuple(replace(s, id=ids[s.id], name=None) for s in conv.speakers),
            speech=tuple(replace(s, speaker=ids[s.speaker]) for s in conv.speech),
            words=words,
            sentences=sentences,
            provenance=replace(
                provenance,
                models=(*provenance.models, self._model),
                config=_remove_names(provenance.config, ids),
            ),
        )

    def _names(self, conv: Conversation) -> _Placeholders:
        """Find the names that are taken out everywhere, with their kinds."""
        names = _Placeholders()
        for speaker in conv.speakers:
            if speaker.name:
                names.note("PERSON", speaker.name.split())
        said = (text for _, text in _stretches(conv.words))
        for doc in self._nlp.pipe(said):
            for label, run in _runs(doc):
                long = [t.text for t in run if len(t.text) >= _SHORTEST and not t.is_stop]
                if long:
                    names.note(label, long)
        return names

    def _words(self, words: Sequence[Word], names: _Placeholders) -> list[str]:
        result = [word.text for word in words]
        for indices, text in _stretches(words):
            hidden = self._find_hidden(text, names)
            at = 0
            for i in indices:
                length = len(words[i].text)
                found = next((hidden[k] for k in range(at, at + length) if k in hidden), None)
                if found:
                    result[i] = _mask(words[i].text, found)
                at += length + 1
        return result

    def _find_hidden(self, text: str, names: _Placeholders) -> dict[int, str]:
        """The characters to be taken out, and what for."""
        hidden: dict[int, str] = {}
        for label, pattern in _PATTERNS:
            for match in pattern.finditer(text):
                hidden |= dict.fromkeys(range(*match.span()), names.of(label, [match[0]]))
        doc = self._nlp(text)
        runs = [(names.of(label, [t.text for t in run]), run) for label, run in _runs(doc)]
        again = [(known, [token]) for token in doc if (known := names.find(token.lower_))]
        for placeholder, run in (*runs, *again):
            for token in run:
                for k in range(token.idx, token.idx + len(token)):
                    hidden.setdefault(k, placeholder)
        return hidden

    def _redact_text(self, text: str, names: _Placeholders) -> str:
        """A text of which nobody knows when it was said."""
        return " ".join(self._words([Word(_NOWHEN, part) for part in text.split()], names))

    def _sentence(
        self, sentence: Sentence, words: Sequence[Word], names: _Placeholders,
        ids: Mapping[str, str],
    ) -> Sentence:  # fmt: skip
        if sentence.words:
            text = " ".join(words[i].text.strip() for i in sentence.words)
        else:
            text = self._redact_text(sentence.text, names)
        # An open form repeats words of the question: where one went, the form goes.
        opened = sentence.open_form if text == sentence.text else ""
        return replace(sentence, text=text, speaker=ids[sentence.speaker], open_form=opened)


def _label(token: Token) -> str | None:
    """Return the kind of a token that is taken out; None when it may stay."""
    if token.lower_ in _KEPT or not any(c.isalpha() for c in token.text):
        return None
    if token.ent_type_ in _LABELS and not token.is_stop:
        return _LABELS[token.ent_type_]
    is_name = token.pos_ == "PROPN" and token.text[0].isupper()
    return "PERSON" if is_name and not token.is_stop else None


def _runs(doc: Iterable[Token]) -> Iterator[tuple[str, list[Token]]]:
    """Tokens in a row that are taken out together, and what for."""
    for label, run in groupby(doc, key=_label):
        if label:
            yield label, list(run)


class _Placeholders:
    """The placeholders of names: "PERSON 1" wherever the same person is named."""

    def __init__(self) -> None:
        self._all: dict[str, str] = {}
        self._everywhere: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def of(self, label: str, parts: Sequence[str]) -> str:
        """The placeholder of a name; one whose first part is known is the same person."""
        keys = [part.casefold() for part in parts]
        if keys[0] not in self._all:
            self._counts[label] += 1
            self._all[keys[0]] = f"{label} {self._counts[label]}"
        for key in keys:
            self._all.setdefault(key, self._all[keys[0]])
        return self._all[keys[0]]

    def note(self, label: str, parts: Sequence[str]) -> None:
        """Take each part of a name out wherever it stands."""
        self.of(label, parts)
        for key in map(str.casefold, parts):
            self._everywhere.setdefault(key, self._all[key])

    def find(self, word: str) -> str | None:
        """The placeholder of a part of a name that is taken out wherever it stands."""
        return None if word in _KEPT else self._everywhere.get(word.casefold())


def _stretches(words: Sequence[Word]) -> Iterator[tuple[list[int], str]]:
    """Words of one speaker in a row, by position, with their text."""
    for _, run in groupby(range(len(words)), key=lambda i: words[i].speaker):
        indices = list(run)
        yield indices, " ".join(words[i].text for i in indices)


def _mask(text: str, label: str) -> str:
    """A word without what it says, its punctuation kept.

    Examples
    --------
    >>> _mask("Anna,", "PERSON 1"), _mask("Anna's", "PERSON 1")
    ('[PERSON 1],', "[PERSON 1]'s")
    """
    letters = [i for i, sign in enumerate(text) if sign.isalnum()] or [len(text)]
    first, end = letters[0], letters[-1] + 1
    if text[first:end].endswith(_GENITIVES):
        end -= 2
    return f"{text[:first]}[{label}]{text[end:]}"


def _letters(speakers: Iterable[Speaker]) -> dict[str, str]:
    """Give each speaker a letter; a speaker whose id is a letter keeps it."""
    known = [speaker.id for speaker in speakers]
    free = (
        letter for n in range(1, 99) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        if (letter := c * n) not in known
    )  # fmt: skip
    return {each: each if _LETTER.fullmatch(each) else next(free) for each in known}


def _remove_names(config: dict[str, object], ids: Mapping[str, str]) -> dict[str, object]:
    mentor = str(config.get("mentor", "guess"))
    if mentor in ("first", "guess", *ids.values()):
        return config
    return config | {"mentor": ids.get(mentor, "[PERSON]")}
