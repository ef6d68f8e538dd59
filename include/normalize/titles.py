"""What a job title says: role family (codebook section 3), rank, and a key that groups the same title.

The patterns are data (`titles.yaml`); this module prepares the title and applies them in order.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar, get_args

from include.normalize.posting import Seniority
from include.role_families import RoleFamily
from include.yaml_files import load_yaml

_PATTERN_FILE = Path(__file__).with_name("titles.yaml")
MAX_TITLE_CHARACTERS = 300
"""Characters read of a title; no real one is near it."""


_GENDER_MARKS = re.compile(
    r"[(\[]\s*(?:m|f|w|d|h|x|v|i|a|gn|div|all|any|alle|man|wom[ae]n|men)"
    r"(?:\s?[/|*,.+]\s?[\w ]{1,12}){1,3}\s*[)\]]"
    r"|\b(?:m|f|w|h)\s?[/|]\s?(?:m|f|w|h|d|x|v)(?:\s?[/|]\s?(?:d|x|i|f|w|m|div|gn|nb))?\b"
    r"|[(\[]\s*(?:all genders?|alle geschlechter|all people|gn|m|f|w|d|x)\s*[)\]]|\ball genders?\b"
    r"|(?<=\w)[*:_]in(?:nen)?\b|\(in\)",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_FAMILY_WORD = re.compile(
    r"produ|prodott|ürün|program|proje|proye|owner|scrum|agile|delivery|release train"
    r"|\b[pctag]?p[mo]\b|\bpm[mo]\b|\btpm\b|\bcpo\b|\bprojet|\bпрод|менеджер|tuote|mened|kierownik|プロ|产品|產品|项目|項目|프로|제품"
)


class TitlePatternError(ValueError):
    """titles.yaml cannot be used; the message names the rule."""


class _Rule(NamedTuple):
    """One entry of the pattern file: what it decides, what must be found and what must not."""

    value: str
    any: re.Pattern[str]
    unless: re.Pattern[str] | None

    def matches(self, title: str) -> bool:
        return self.any.search(title) is not None and (
            self.unless is None or self.unless.search(title) is None
        )


class _Patterns(NamedTuple):
    version: str
    families: tuple[_Rule, ...]
    ranks: tuple[_Rule, ...]


def _compile_rule(
    entry: Mapping[str, Any], key: str, known: Sequence[str], parts: Mapping[str, str]
) -> _Rule:
    value = entry[key]
    if value not in known:
        raise TitlePatternError(
            f"{_PATTERN_FILE.name}: unknown {key} {value!r}; known are {', '.join(known)}"
        )

    def compile_any(patterns: Sequence[str]) -> re.Pattern[str]:
        joined = "|".join(patterns)
        for _ in range(2):  # a part may use a part
            for name, text in parts.items():
                joined = joined.replace("{" + name + "}", text)
        try:
            return re.compile(joined)
        except re.error as error:
            raise TitlePatternError(f"{_PATTERN_FILE.name}: {key} {value}: {error}: {joined}") from error

    unless = entry.get("unless")
    return _Rule(value, compile_any(entry["any"]), compile_any(unless) if unless else None)


def _read_patterns() -> _Patterns:
    content = load_yaml(_PATTERN_FILE)
    parts = content["parts"]
    return _Patterns(
        version=content["version"],
        families=tuple(
            _compile_rule(entry, "family", get_args(RoleFamily), parts) for entry in content["families"]
        ),
        ranks=tuple(_compile_rule(entry, "rank", get_args(Seniority), parts) for entry in content["ranks"]),
    )


_PATTERNS = _read_patterns()

TITLES_VERSION: Final[str] = _PATTERNS.version
"""Version of titles.yaml. Postings and releases carry it: another reading of titles is another population."""

_Value = TypeVar("_Value", RoleFamily, Seniority)


def prepare(title: str) -> str:
    """Return the title in the form that the patterns are written for."""
    title = unicodedata.normalize("NFKC", title[:MAX_TITLE_CHARACTERS])
    return _SPACES.sub(" ", _GENDER_MARKS.sub(" ", title)).strip().lower()


@functools.lru_cache(maxsize=65_536)
def role_family(title: str) -> RoleFamily:
    """Return the role family that the title names; `not_product` when it names none."""
    prepared = prepare(title)
    if _FAMILY_WORD.search(prepared) is None:
        return "not_product"
    for rule in _PATTERNS.families:
        if rule.matches(prepared):
            return rule.value  # type: ignore[return-value]  # checked against RoleFamily when compiled
    return "not_product"


@functools.lru_cache(maxsize=65_536)
def seniority(title: str) -> Seniority:
    """Return the rank that the title names; `mid` for a bare role, `unknown` for an empty title."""
    prepared = prepare(title)
    if not prepared:
        return "unknown"
    for rule in _PATTERNS.ranks:
        if rule.matches(prepared):
            return rule.value  # type: ignore[return-value]  # checked against Seniority when compiled
    return "mid"


_REMARK = re.compile(
    r"\((?:[^()]*\b(?:remote|hybrid|on-?site|contract|temporary|temp|full[- ]?time|part[- ]?time"
    r"|multiple levels|open to[^()]*|based in[^()]*|ref[^()]*|req[^()]*|\d{3,})\b[^()]*"
    r"|[A-Z]{2}|[^()]*,\s*[A-Z]{2})\)",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"(?:\b(?:req|ref|id|job|jr|r)[-# .:]{0,2}|#)\d{3,}\b|\b\d{4,}\b|\b[a-z]{1,3}\d{4,}\b"
)
_REMOTE_TAIL = re.compile(r"[-–—|,/]\s*(?:fully |100 ?% )?(?:remote|hybrid|on-?site|home ?office)\b.*$")
_COMPOUND = re.compile(r"\b(front|back|full|e|life|on)[ -](end|stack|commerce|cycle|boarding)\b")
_NOT_A_WORD = re.compile(r"[^\w+#&]+")
_SHORT_FORMS = {"sr": "senior", "snr": "senior", "jr": "junior", "mgr": "manager", "vp": "vice president",
                "&": "and", "mngr": "manager", "dir": "director", "tech": "technical"}  # fmt: skip


@functools.lru_cache(maxsize=65_536)
def title_key(title: str) -> str:
    """Return the title for grouping: case, punctuation, ids, gender and work-place remarks dropped."""
    prepared = _REMARK.sub(" ", prepare(title))
    prepared = _IDENTIFIER.sub(" ", _REMOTE_TAIL.sub(" ", prepared))
    prepared = _COMPOUND.sub(r"\1\2", prepared)
    words = _NOT_A_WORD.sub(" ", prepared).split()
    key = " ".join(_SHORT_FORMS.get(word, word) for word in words)
    return key or prepare(title)
