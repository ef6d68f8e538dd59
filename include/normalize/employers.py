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
    "holding", "holdings", "pbc", "pllc", "ou", "uab", "ulc",
])  # fmt: skip
# Forms of several words, at the end.
_LONG_FORMS = (
    ("sp", "z", "oo"), ("sa", "de", "cv"), ("s", "de", "rl", "de", "cv"), ("s", "de", "rl"), ("a", "s"),
    ("s", "a", "rl"),
)  # fmt: skip
_FIRST_FORMS = frozenset(["ооо", "оао", "зао", "пао"])  # Russian, before the name
# Written without a space, before or after the name. The name's own characters are decomposed, so these too.
_ATTACHED_FORMS = re.compile(
    unicodedata.normalize(
        "NFKD",
        "^(?:株式会社|有限会社|合同会社|주식회사)"
        "|(?:株式会社|有限会社|合同会社|주식회사|股份有限公司|有限责任公司|有限公司)$",
    )
)
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
    folded = folded.strip()
    folded = _ATTACHED_FORMS.sub(" ", folded).strip() or folded
    words = _words(_BRACKETS.sub(" ", folded)) or _words(folded)
    words = ["&" if word == "and" else word for word in words]
    if len(words) > 1 and (words[0] == "the" or words[0] in _FIRST_FORMS):
        words = words[1:]
    while shorter := _without_last_form(words):
        words = shorter
    return " ".join(words)


def _without_last_form(words: list[str]) -> list[str]:
    """Return the words before a legal form or a bare "&" at the end; nothing when there is none."""
    for form in _LONG_FORMS:
        if tuple(words[-len(form) :]) == form:
            return words[: -len(form)]
    return words[:-1] if words[-1:] and (words[-1] in _LEGAL_FORMS or words[-1] == "&") else []


def _words(name: str) -> list[str]:
    return _NOT_A_WORD.sub(" ", _DOMAIN.sub(" ", name) if len(name) > 6 else name).split()
