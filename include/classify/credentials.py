"""The lexicon of certifications: finding their names in a text, and which credential a name means.

`lexicon/certifications.csv` holds one row per credential. Its columns: `aliases` (names that count),
`weak_aliases` (those of them that mean something else too and count only near a word of `context`), `topic`
(words that name the credential when they stand beside `certif…`), `is_licence` (a licence, which counts only
where the ad itself calls it a certification). `generic` stands for a credential that is not listed.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, cast

from include.classify.labels import CertClass
from include.classify.linear_time import GuardedSet

GENERIC: Final = "generic"
"""Key of a named certification that the lexicon does not list."""

UNSPECIFIED: Final = "generic_cert"
"""Key of a certification that the ad does not name (`relevant certifications`)."""

_LEXICON = Path(__file__).parent / "lexicon" / "certifications.csv"
_CERTIF_ENDING = re.compile(r"\s(?:certification|certificate|certified|credential)$", re.IGNORECASE)
_ENDINGS = ("certification", "certifications", "certificate", "certificates", "certified", "cert", "certs")
_WORD = re.compile(r"(?<!\w)\w+")
_SEPARATORS = re.compile(r"[\s\-–_./()]+")


class Credential(NamedTuple):
    """One row of the lexicon.

    Attributes:
        context: a weak alias counts only when this matches nearby; None when nothing is asked.
        topic: pattern of words that name the credential beside `certif…`; None when none do.
    """

    key: str
    name: str
    cert_class: CertClass
    aliases: tuple[str, ...]
    weak_aliases: frozenset[str]
    context: re.Pattern[str] | None
    topic: str | None
    is_licence: bool

    @property
    def is_unspecified(self) -> bool:
        """The row stands for an issuer or a field, not for one credential."""
        return self.key.endswith("_any") or "generic" in self.key or self.key == "gen_project_cert"


class Hit(NamedTuple):
    """A name of the lexicon, or a word of the family `certif…`, found in a text.

    Attributes:
        credential: None for a word of the family `certif…`.
        is_weak: the name means something else too.
    """

    start: int
    end: int
    credential: Credential | None
    is_weak: bool


def _normal(words: str) -> str:
    return _SEPARATORS.sub(" ", words).strip()


def _read() -> Mapping[str, Credential]:
    credentials: dict[str, Credential] = {}
    with _LEXICON.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            credentials[row["key"]] = Credential(
                key=row["key"],
                name=row["name"],
                cert_class=cast(CertClass, row["class"]),
                aliases=tuple(row["aliases"].split("|")),
                weak_aliases=frozenset(filter(None, row["weak_aliases"].split("|"))),
                context=re.compile(row["context"].replace("certif", "[cz]ertif"), re.IGNORECASE)
                if row["context"]
                else None,
                topic=row["topic"] or None,
                is_licence=row["is_licence"] == "1",
            )
    return MappingProxyType(credentials)


CREDENTIALS: Final = _read()
"""The lexicon by key, in the order of the file."""


def buckets() -> dict[str, tuple[str, CertClass]]:
    """Return English name and class of the keys that stand for no single credential, by key.

    A mention of such a key may have a class of its own, read from the words around it.
    """
    rows = [credential for credential in CREDENTIALS.values() if credential.is_unspecified]
    return {
        GENERIC: ("Certification (named, not in the lexicon)", "other"),
        **{row.key: (row.name, row.cert_class) for row in rows},
    }


def _variants(credential: Credential) -> Iterator[tuple[str, bool, bool]]:
    """Yield (name, case matters, is weak) for the ways a credential is written beside its aliases."""
    for alias in (*credential.aliases, credential.name):
        is_listed = alias in credential.aliases
        if not is_listed and ("certif" not in alias.lower() or any(mark in alias for mark in "/(,")):
            continue  # a descriptive title of the lexicon, not a name that ads use
        # Acronyms and brands keep their case (`SAFe`, `LeSS`, `ITIL`).
        words = alias.split()
        is_long = len(words) >= 2 and not any(word.isupper() or word in ("SAFe", "LeSS") for word in words)
        yield alias, not is_long or alias in _CAPITALISED, alias in credential.weak_aliases
        stem = _CERTIF_ENDING.sub("", alias)
        if stem != alias:
            # `Licenses and credentials` alone are none; `project management credentials` are certifications.
            for ending in (
                _ENDINGS if credential.key == UNSPECIFIED else (*_ENDINGS, "credential", "credentials")
            ):
                yield f"{stem} {ending}", False, False


# Names that are ordinary words in lower case: `an experienced project management professional`.
_CAPITALISED: Final = frozenset(
    [
        "Project Management Professional",
        "Program Management Professional",
        "Portfolio Management Professional",
        "New Product Development Professional",
        "Professional Agile Leadership",
        "Pragmatic",
        "Professional Engineer",
        "Professional Cloud Architect",
    ]
)

_EXACT: dict[str, tuple[Credential, bool]] = {}
_FOLDED: dict[str, tuple[Credential, bool]] = {}


def _index() -> tuple[str, Mapping[str, re.Pattern[str]]]:
    """Return the pattern of names without `certif…`, for the automaton, and those of the others.

    Returns:
        The latter are for `re`, by the first word of the name; where two match, the longer does.
    """
    plain: list[str] = []
    certif: dict[str, list[str]] = defaultdict(list)
    names = [(c, *variant) for c in CREDENTIALS.values() for variant in _variants(c)]
    # A name as listed beats the same name derived from another row's; `X certification` of an issuer-level or
    # unspecified row beats a particular credential's.
    names.sort(key=lambda entry: (entry[1] not in entry[0].aliases, not entry[0].is_unspecified))
    for credential, name, is_exact, is_weak in names:
        entry = (credential, is_weak)
        normal = _normal(name)
        is_certif = "certif" in normal.lower() or normal.lower().endswith((" cert", " certs"))
        separated = (r"[\s/-]{1,2}" if is_certif else "[ /-]?").join(
            re.escape(part) for part in normal.split(" ")
        )
        if is_exact and not is_certif:
            _EXACT.setdefault(normal.replace(" ", ""), entry)
            plain.append(separated)
            if name in _CAPITALISED:
                _EXACT.setdefault(normal.upper().replace(" ", ""), entry)
                plain.append("[ /-]?".join(re.escape(part.upper()) for part in normal.split(" ")))
        else:
            _FOLDED.setdefault(normal.lower().replace(" ", ""), entry)
            if is_certif:
                certif[_WORD.findall(normal.lower())[0]].append(separated)
            else:
                plain.append(f"(?i:{separated})")
    return "|".join(dict.fromkeys(plain)), {word: _longest_first(names) for word, names in certif.items()}


def _longest_first(names: list[str]) -> re.Pattern[str]:
    names = sorted(dict.fromkeys(names), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)


NAMES, _CERTIF_NAMES = _index()
"""Pattern (RE2 syntax) of the names that hold no word of the family `certif…`."""

_FAMILY = re.compile(r"\w*(?:[cz]ertif|[CZ]ERTIF|[CZ]ertif)(?:[a-zß-ÿ]+|[A-ZÀ-Þ]+(?![a-z])|)|\b(?i:certs?)\b")
_ADDRESS = re.compile(r"(?:\.(?:com|io|org|net|co|ai)\b|@\w|-(?:manager|bot)\b|_(?=\w))")
_IN_ADDRESS = re.compile(r"(?:[\w-]+\.[a-z]{2,4}/|@)$")  # `jobs.example.com/certifid`
_LEVEL = re.compile(r"[ -]?(?:I{1,3}|[123])\b")


def hit_at(text: str, start: int, end: int) -> Hit | None:
    """Return what the automaton's match at `[start, end)` is: a listed name, a word `certif…` or nothing."""
    words = text[start:end]
    if words[:5].lower() in ("certi", "zerti", "cert", "certs") and len(words) <= 6:
        begin = start
        if not (text[start].isupper() and text[start - 1 : start].islower()):  # `preferredCertifications`
            while begin > 0 and text[begin - 1].isalpha() and start - begin < 40:
                begin -= 1
        family = _FAMILY.match(text, begin, begin + 80)
        if (
            family is None
            or family[0] in ("CERT", "CERTS", "CERTs")
            or _ADDRESS.match(text, family.end())
            or _IN_ADDRESS.search(text, max(0, begin - 40), begin)
        ):
            return None  # a computer emergency response team, an address of the web
        return _certif_name(text, begin, family.end()) or Hit(begin, family.end(), None, False)
    while end > start and not (text[end - 1].isalnum() or text[end - 1] == "+"):
        end -= 1
    if start > 0 and text[start - 1].isalnum():
        return None  # the automaton's word boundary knows ASCII only
    if text[start : start + 2] == "A ":
        start += 2  # `a CSPO`, not the advanced `A-CSPO`
    found = _look_up(text[start:end]) or (_look_up(text[start : end - 1]) if text[end - 1] == "s" else None)
    if found is None:
        return None
    credential, is_weak = found
    if level := _LEVEL.match(text, end, end + 5):
        end = level.end()
        is_weak = is_weak and (len(text[start:end]) < 6 or credential.is_licence)
        is_weak = is_weak and credential.key not in _LEVELLED
    return Hit(start, end, credential, is_weak)


def _certif_name(text: str, start: int, end: int) -> Hit | None:
    """Return the listed name that holds the word `certif…` at `[start, end)`, the longest from the left."""
    # `Agile Scrum Certified Scrum Master` holds two names: the one that goes on is meant, then the longer.
    stop = min(len(text), end + 60)
    holding: list[re.Match[str]] = []
    position = 0
    for word in _WORD.finditer(text, max(0, start - 48), end):
        names = _CERTIF_NAMES.get(word[0].lower())
        if names is None or (word.start() < position and word.start() != start):
            continue  # names do not overlap, but for one that begins with the word itself
        match = names.match(text, word.start(), stop)
        if match is not None:
            position = match.end()
            if match.start() <= start and position >= end:
                holding.append(match)
    for match in sorted(holding, key=lambda match: (match.end() <= end, match.start() - match.end())):
        found = _look_up(match[0])
        if found is not None:
            return Hit(match.start(), match.end(), found[0], False)
    return None


_LEVELLED: Final = frozenset(["so_psm", "so_psd"])


def _look_up(words: str) -> tuple[Credential, bool] | None:
    normal = _normal(words).replace(" ", "")
    return _EXACT.get(normal) or _FOLDED.get(normal.lower())


def credential_of_topic(left: str, right: str) -> Credential | None:
    """Return the credential that the words beside `certif…` name, the first of the lexicon that fits.

    Args:
        left: the few words before.
        right: the few words after.
    """
    found = [index for index in (_TOPICS.first_in(left), _TOPICS.first_in(right)) if index is not None]
    return CREDENTIALS[_TOPIC_KEYS[min(found)]] if found else None


# The more specific topic first: `scrum master` before `scrum`, a product owner's before agile ones.
_TOPIC_KEYS: Final = sorted(
    (credential.key for credential in CREDENTIALS.values() if credential.topic is not None),
    key=lambda key: key in ("scrum_generic", "agile_generic", "ms_azure", "ku_tkp", "lss_any"),
)
_TOPICS: Final = GuardedSet([rf"\b(?:{CREDENTIALS[key].topic})\b" for key in _TOPIC_KEYS])
