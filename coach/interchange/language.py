"""The language of a transcript: named by the file, or detected from its most frequent words.

Questions are understood in English only, so a transcript in another language must not count as
English. From about twenty words on, function words distinguish the languages of Latin script; the
script itself shows the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

UNKNOWN = "und"
"""The ISO 639 code for a language that is not English and not in this table."""

_WORDS = {
    "en": "the and you i to it of that a in is was so what how do did my me we they he she have "
    "for on with this but not are be at can your like just about there were had would as if "
    "or it's i'm don't that's yes",
    "de": "ich und du die der das ist nicht es sie ja wie was war wir dir mir mich dich hat habe "
    "haben auch ein eine einen mit so dass aber sich auf den dem zu von im noch nur wenn "
    "dann wo bist sind nach für schon mal deine mein meine hast weil wird nein",
    "fr": "je et tu le la les des est pas que de un une il elle nous vous ça c'est mais dans pour "
    "sur avec ce qui on oui non comment mon ma était j'ai t'as au du en ne plus quand alors "
    "très toi moi quoi",
    "es": "y el la los las que de no es en un una lo por con para me te se pero como qué yo tú mi "
    "muy sí cuando está más había estaba fue eso esto bien porque tu le al del cómo he ha",
    "it": "e il lo la i gli le che di non è un una per con mi ti si ma come cosa io tu ho hai era "
    "sono anche quando perché molto del della al nel questo più bene sì ci",
    "nl": "ik en je de het een is niet dat van was wat hoe maar met voor op te zijn er ook wel "
    "dan heb hebt heeft we ze hij mijn jouw naar als bij nog ja nee toen geen deze omdat",
    "pt": "e o a os as que de não é em um uma eu você me se mas como para com foi por muito isso "
    "está estava meu minha quando mais ele ela sim bem porque do da no na então",
    "sv": "jag och det är inte du att en ett som på för med var vad hur men har hade vi de så när "
    "av till om från mig dig min din den ja nej också mycket",
    "da": "jeg og det er ikke du at en et som på for med var hvad hvordan men har havde vi de så "
    "når af til om fra mig dig min din den ja nej også meget",
    "no": "jeg og det er ikke du at en et som på for med var hva hvordan men har hadde vi de så "
    "når av til om fra meg deg min din den ja nei også mye",
    "fi": "minä sinä se on ei ja että mutta oli mitä miten niin kun hän me te he minun sinun "
    "kanssa olen olet ovat myös vain jos tai kyllä sitten nyt",
    "pl": "i nie to się w na jest że co jak ja ty on ona my do z za ale tak był była mnie mi ci o "
    "już tylko czy jestem bardzo po dla może kiedy",
    "cs": "a je to se ne na že co jak já ty on ona my do v s ale ano byl byla mě mi ti o už jen "
    "jsem jsi velmi pro když tak ještě",
    "hu": "és a az hogy nem van is volt mi mit én te ő de ha csak meg már még mert igen nagyon "
    "hogyan egy ez vagyok nekem",
    "ro": "și eu tu nu este că ce cum dar cu pe la în un o am ai a fost mi te se da foarte când "
    "pentru mai este sunt",
    "tr": "ve bir bu ne ben sen o biz da de mi çok ama için var yok evet değil gibi "
    "daha sonra benim senin şey",
    "id": "dan yang saya kamu tidak ini itu di ke dari apa bagaimana dengan untuk ada sudah akan "
    "juga tapi karena kita dia mereka bisa ya",
    "vi": "và là tôi bạn không có của cho này đó gì như thế nào với được rất những một cũng đã",
}  # fmt: skip
_LISTS = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("uk", re.compile("[іїєґ]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es",
    "italian": "it", "dutch": "nl", "portuguese": "pt", "swedish": "sv", "danish": "da",
    "norwegian": "no", "finnish": "fi", "polish": "pl", "czech": "cs", "hungarian": "hu",
    "turkish": "tr", "chinese": "zh", "japanese": "ja", "korean": "ko", "russian": "ru",
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it",
    "nld": "nl", "dut": "nl", "por": "pt", "swe": "sv", "dan": "da", "nor": "no", "fin": "fi",
    "pol": "pl", "ces": "cs", "cze": "cs", "hun": "hu", "ron": "ro", "tur": "tr", "zho": "zh",
    "yue": "zh", "jpn": "ja", "kor": "ko", "rus": "ru", "ukr": "uk", "ara": "ar", "heb": "he",
    "ell": "el", "hin": "hi", "tha": "th", "ind": "id", "vie": "vi", "cmn": "zh",
}  # fmt: skip
_READ = 5000  # words, from the beginning
_LEAST = 8  # words that show a language; fewer could be any language
_LEAST_UNKNOWN = 40  # words without an English one, before a text counts as not English
_LEAST_SIGNS = 4  # letters of another script
_SHARE = 0.18
_AHEAD = 1.3
_ENGLISH_SHARE = 0.1
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")


def code_of(name: str) -> str | None:
    """The ISO 639-1 code of a language as files name it; None if the name is unknown.

    Examples
    --------
    >>> code_of("de-AT"), code_of("eng"), code_of("English"), code_of("")
    ('de', 'en', 'en', None)
    """
    first = re.split(r"[-_ (]", name.strip().casefold())[0]
    if first in _NAMES:
        return _NAMES[first]
    return first if re.fullmatch("[a-z]{2}", first) else None


def detect_language(texts: Iterable[str]) -> str | None:
    """Detect the language of the texts; None if there are too few words to tell.

    Examples
    --------
    >>> detect_language(["How was it, and what did you do with that?"])
    'en'
    >>> detect_language(["Wie war deine Woche? Sie war lang, und ich bin nach Hause gegangen."])
    'de'
    >>> detect_language(["Hello there."]) is None
    True
    """
    words = list(islice((w for text in texts for w in _WORD.findall(text.casefold())), _READ))
    letters = "".join(words)
    code = _language_of_script(letters)
    if code is not None or len(words) < _LEAST:
        return code
    plain = [word.replace("\u2019", "'") for word in words]
    hits = Counter({code: sum(word in known for word in plain) for code, known in _LISTS.items()})
    (best, most), (_, second) = hits.most_common(2)
    if most >= _SHARE * len(plain) and most >= _AHEAD * second:
        return best
    is_foreign = len(plain) >= _LEAST_UNKNOWN and hits["en"] < _ENGLISH_SHARE * len(plain)
    return UNKNOWN if is_foreign else None


def _language_of_script(letters: str) -> str | None:
    for code, script in _SCRIPTS:
        found = len(script.findall(letters))
        least = 0.05 if code in ("ja", "uk") else 0.3
        if found >= _LEAST_SIGNS and found >= least * len(letters):
            return code
    return None
