"""One key per employer, however a board spells it: "Amplitude ", "Amplitude, Inc.", "AMPLITUDE" are one."""

from __future__ import annotations

import functools
import re
import unicodedata

_LEGAL_FORMS = frozenset([
    "inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation", "co",
    "company", "gmbh", "mbh", "ag", "se", "kg", "kgaa", "ohg", "ug", "ev", "sa", "sas", "sarl", "sasu",
    "bv", "nv", "vof", "ab", "publ", "as", "asa", "aps", "oy", "oyj", "srl", "spa", "sl", "slu", "sau",
    "lda", "ltda", "sro", "doo", "kft", "zrt", "pty", "pte", "pvt", "private", "kk", "sdn", "bhd",
    "holding", "holdings", "pbc", "pllc",
])  # fmt: skip
_DOTTED = re.compile(r"\b(?:\w\.){2,}")
_NOT_A_WORD = re.compile(r"[^\w&+]+")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_DOMAIN = re.compile(r"\.(?:com|io|ai|co|net|org|app|dev|tech)\b")


@functools.lru_cache(maxsize=65_536)
def employer_key(name: str) -> str:
    """Return the canonical name: lower case, accents and punctuation dropped, no legal form at the end.

    Never empty for a name with any letter or digit: a name that is nothing but a legal form stays as it is.
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    folded = "".join(character for character in folded if not unicodedata.combining(character))
    folded = _DOTTED.sub(lambda match: match[0].replace(".", ""), folded)
    words = _words(_BRACKETS.sub(" ", folded)) or _words(folded)
    if words and words[0] == "the" and len(words) > 1:
        words = words[1:]
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words = words[:-1]
    while len(words) > 1 and words[-1] in ("&", "and"):
        words = words[:-1]
    return " ".join(words)


def _words(name: str) -> list[str]:
    return _NOT_A_WORD.sub(" ", _DOMAIN.sub(" ", name) if len(name) > 6 else name).split()
