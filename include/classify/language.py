"""Whether a text is in a language that the rules can read.

The rules read English, German, French, Spanish, Portuguese and Dutch. A text in another language is labelled
`unsupported_language`, never guessed. The decision counts function words, so an ad that says everything twice
(Italian, then English) is read, and a short text without any clue is read too: a label needs a matching
phrase, so reading it can find nothing wrong.
"""

from __future__ import annotations

import re
from typing import Final

SUPPORTED_LANGUAGES: Final = frozenset({"en", "de", "fr", "es", "pt", "nl"})

_SAMPLE_CHARACTERS = 800  # from the start and again from the middle: an ad may open in one language
_OPENING_CHARACTERS = 250
_PLAIN_SHARE = 0.12  # of a sample that needs no second look: running text
_MIN_WORDS = 25  # fewer words say nothing
_MIN_SHARE = 0.08  # running text has 25 to 45% function words, ads full of bullets about 15%
_MAX_FOREIGN_SCRIPT = 0.3  # of characters
# Letters beyond the Latin blocks (Cyrillic to Georgian, Indic, Thai, kana, Han, Hangul).
_FOREIGN_LETTER = re.compile(r"[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc]")

# Words that only one side has: `de`, `con`, `in`, `a`, `la` and the like are shared with other languages.
_SUPPORTED_WORDS: Final = frozenset([
    "the", "and", "you", "your", "our", "we", "are", "will", "with", "for", "this", "that", "have",
    "from", "work", "team", "experience", "skills", "as", "is", "be", "or", "an", "und", "der",
    "die", "das", "mit", "für", "wir", "sie", "ist", "auf", "von", "zu", "dich", "dein", "deine",
    "ihre", "unser", "oder", "bei", "zur", "zum", "den", "des", "eine", "einen", "les", "vous",
    "votre", "nous", "notre", "pour", "dans", "une", "avec", "sur", "est", "ou", "aux", "du", "et",
    "au", "ce", "que", "tu", "tes", "los", "las", "para", "una", "con", "del", "por", "nuestro",
    "nuestra", "trabajo", "tus", "sus", "el", "en", "y", "os", "dos", "uma", "com", "em", "não",
    "você", "nossa", "nosso", "sua", "seu", "mais", "trabalho", "de", "het", "een", "van", "je",
    "jij", "wij", "voor", "met", "op", "zijn", "bent", "ons", "onze", "werk", "naar", "ook", "als",
    "bij",
])  # fmt: skip
_OTHER_WORDS: Final = frozenset(
    [
        "che",
        "di",
        "il",
        "della",
        "delle",
        "nel",
        "sono",
        "alla",
        "gli",
        "per",
        "una",
        "e",
        "lavoro",
        "azienda",
        "nostro",
        "anche",
        "più",
        "esperienza",
        "i",
        "w",
        "z",
        "na",
        "do",
        "się",
        "oraz",
        "jest",
        "dla",
        "od",
        "pracy",
        "nie",
        "będzie",
        "doświadczenie",
        "lub",
        "och",
        "att",
        "är",
        "du",
        "som",
        "på",
        "med",
        "vi",
        "av",
        "till",
        "ett",
        "för",
        "eller",
        "din",
        "dig",
        "har",
        "og",
        "er",
        "at",
        "af",
        "til",
        "et",
        "det",
        "en",
        "ja",
        "on",
        "sekä",
        "olet",
        "tai",
        "sinulla",
        "kanssa",
        "työ",
        "a",
        "je",
        "se",
        "v",
        "pro",
        "s",
        "že",
        "jsou",
        "práce",
        "nebo",
        "zkušenosti",
        "ve",
        "bir",
        "için",
        "ile",
        "olan",
        "iş",
        "deneyim",
        "și",
        "de",
        "la",
        "cu",
        "în",
        "pentru",
        "sau",
        "este",
        "care",
        "ca",
        "experiență",
        "és",
        "az",
        "egy",
        "hogy",
        "munka",
        "vagy",
    ]
) - frozenset(
    ["de", "en", "du", "e", "a", "i", "s", "v", "se", "on", "per", "una", "er", "et", "la", "at", "az"]
)


# Of a sample: a word of another language outweighs six of ours.
_WEIGHTS: Final = dict.fromkeys(_SUPPORTED_WORDS, 1) | dict.fromkeys(_OTHER_WORDS, -6)


def is_supported(text: str, language: str | None = None) -> bool:
    """Say whether the rules can read the text.

    Args:
        text: the ad's text.
        language: ISO 639-1 code when known. A supported one settles it; any other is checked against the
            words, because detectors err on short, mixed and name-laden texts.
    """
    if language in SUPPORTED_LANGUAGES:
        return True
    if _opens_plainly(text):
        return True
    if len(text) <= 2 * _SAMPLE_CHARACTERS:
        sample = text
    else:
        sample = text[:_SAMPLE_CHARACTERS] + " " + _from_middle(text)
    if _is_foreign_script(sample):
        return False
    words = sample.lower().split()
    if len(words) < _MIN_WORDS:
        return True
    supported = sum(map(_SUPPORTED_WORDS.__contains__, words))
    other = sum(map(_OTHER_WORDS.__contains__, words))
    if supported >= 2 * other and other < 0.1 * len(words):
        return True
    return supported > other and supported >= _MIN_SHARE * len(words)


def _opens_plainly(text: str) -> bool:
    """Say whether a few words are so clearly of one side that counting more of them changes nothing."""
    middle = len(text) // 2
    sample = f"{text[:_OPENING_CHARACTERS]} {text[middle : middle + _OPENING_CHARACTERS]}"
    words = sample.lower().split()
    score = sum(filter(None, map(_WEIGHTS.get, words)))
    return score >= _PLAIN_SHARE * len(words) and not _is_foreign_script(sample)


def _is_foreign_script(sample: str) -> bool:
    most = _MAX_FOREIGN_SCRIPT * len(sample)
    if sample.isascii() or len(sample.encode("utf-8", "surrogatepass")) - len(sample) <= most:
        return False  # a foreign letter takes two bytes at least
    return len(_FOREIGN_LETTER.findall(sample)) > most


def _from_middle(text: str) -> str:
    middle = len(text) // 2
    return text[middle : middle + _SAMPLE_CHARACTERS]
