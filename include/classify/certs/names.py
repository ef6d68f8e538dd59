"""The name beside a word `certif…`, and the class that its words suggest."""

from __future__ import annotations

import re
from typing import Final

from include.classify.credentials import Hit
from include.classify.labels import CertClass
from include.classify.linear_time import GuardedSet
from include.classify.modality import find_modal_cues

_LEFT_NAME = re.compile(
    r"(?:(?:[A-Z](?:[\w+#’'-]|\.(?=[a-z\d]))*[®™]?|\([A-Z][\w+ -]{0,10}\))(?:\s*[/&-]\s*"
    r"|\s+(?:(?:and|or|of|in|for|&)\s+)?))"
    r"(?:(?:[A-Z0-9](?:[\w+#’'-]|\.(?=[a-z\d]))*[®™]?|\([A-Z][\w+ -]{0,10}\))(?:\s*[/&-]\s*|\s+(?:(?:and"
    r"|or|of|in|for|&)\s+)?)){0,5}$"
)

_RIGHT_NAME = re.compile(
    r"^\s*(?:in\s+|as\s+(?:an?\s+)?)?((?:[A-Z][\w+#.’'/-]*|[A-Z0-9]{2,})(?:\s+(?:(?:and|of|in|for"
    r"|&)\s+)?(?:[A-Z][\w+#.’'/-]*|[A-Z0-9]{2,}|\([A-Z][\w -]{0,10}\))){0,6})"
)

_COMMON: Final = frozenset([
    "no", "keine", "kein", "aucune", "geen", "sin", "sem", "sans", "relevant", "professional",
    "educational", "academic",
    "industry", "technical", "additional", "other", "any", "current", "active", "valid",
    "appropriate", "required", "preferred", "the", "a", "an", "and", "or", "of", "in", "for",
    "necessary", "related", "applicable", "desired", "education", "experience", "license",
    "licenses", "licensure", "training", "skills", "degree", "bachelor", "strong", "minimum",
    "formal", "possess", "possession", "must", "have", "hold", "holds", "holding", "with", "your",
    "our", "we", "national", "state", "certification", "certifications", "certificate", "one",
    "more", "various", "some", "degrees", "qualifications", "bonus", "plus", "nice", "ideally",
    "preferably", "desirable", "optional", "recommended", "advanced", "multiple", "new", "key",
    "good", "great", "all", "licence", "licences", "licensing",
    "licensures", "licencia", "licencias", "licença",
    "licenças", "lizenzen", "licenties", "permits", "registration", "registrations", "accreditation",
    "accreditations", "credentials", "titles", "qualification", "des", "les", "une", "un",
    "relevante", "relevanten", "relevanter", "relevantes", "aktuelle", "gültige", "weitere", "entsprechende",
    "einschlägige", "ohne", "possuir", "cursos", "curso", "formation", "formations", "zonder", "permis",
    "lizenz", "licentie", "la", "le", "las", "los", "die", "der",
])  # fmt: skip


def closed_end(text: str, start: int, end: int) -> int:
    """Return `end`, moved over a bracket that the words opened and the text closes there."""
    words = text[start:end]
    return end + 1 if words.count("(") > words.count(")") and text[end : end + 1] == ")" else end


def balanced_name(name: str) -> str:
    """Return a name without the bracket that a list left open: `… Product Owner (CSPO, PSPO)`."""
    if name.count("(") > name.count(")"):
        name = name[: name.rfind("(")].rstrip()
    return name


def named_span(text: str, hit: Hit, left: str, right: str) -> tuple[int, int]:
    """Extend a word `certif…` over the capitalised name beside it."""
    start, end = hit.start, hit.end
    match = _LEFT_NAME.search(left)
    if match is not None:
        name_start = match.start()
        words = re.findall(r"\S+\s*", match[0])
        while words and all(part in _COMMON for part in words[0].strip(" ,/").lower().split("/")):
            name_start += len(words.pop(0))
        if words and words[-1].endswith("/") and words[-1].strip(" /").lower() in _COMMON:
            words = []  # `Monday to Friday License/Certification`: a label, no name
        if words and any(
            w[:1].isalnum() and not all(part in _COMMON for part in w.strip(" ,/&").lower().split("/"))
            for w in words
        ):
            start = hit.start - (len(left) - name_start)
            cues = [cue for cue in find_modal_cues(text, start, hit.end) if cue.end <= hit.start]
            while start < hit.start and not (text[start].isalnum() or text[start] == "("):
                start += 1
            if cues:  # `Idealerweise Zertifizierungen`: a modal word is no part of the name
                start = cues[-1].end
                while start < hit.start and not text[start].isalnum():
                    start += 1
    if text[hit.start : hit.end].lower() in (
        "certified",
        "certification",
        "certificate",
        "zertifizierter",
        "zertifizierte",
    ):
        following = _RIGHT_NAME.match(right)
        if (
            following is not None
            and following[1].split()[0].lower() not in _COMMON
            and not text[hit.start : hit.end].isupper()
            and not right[:1].isupper()  # `CertificationBachelor’s degree`: the break was lost
        ):
            end = hit.end + following.end()
    return start, end


# The first class whose words are there.
_CLASS_WORDS: Final[dict[CertClass, str]] = {
    "framework_agile": r"\bagile\b|scrum|\bSAFe\b|kanban|product\s+owner",
    "pm_specific": r"product\s+manage",
    "project_mgmt": r"(?-i:(?:project|program(?:me)?)\s+manage|\bPMI?P?\b)",
    "technical_vendor": (
        r"cloud|security|cyber|network|vendor|technical|\bIT\b|microsoft|azure|\baws\b|\bgcp\b"
        r"|google|oracle|linux|red\s?hat|vmware|comptia|developer"
        r"|data|software|platform|system|devops|kubernetes|java|snowflake|salesforce|\bsap\b"
        r"|dbt|boomi|zendesk|technolog|\b8570|\b8140|CI?SSP|infoblox|outsystems|sharepoint"
    ),
}
_CLASSES: Final = tuple(_CLASS_WORDS)
_CLASS_PATTERNS: Final = GuardedSet(list(_CLASS_WORDS.values()))


def class_of_words(words: str) -> CertClass:
    """Return the class that the words around an unlisted certification suggest."""
    index = _CLASS_PATTERNS.first_in(words)
    return "other" if index is None else _CLASSES[index]
