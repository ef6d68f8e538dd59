"""Which names are meant as credentials: weak ones need their context; methods and other senses go."""

from __future__ import annotations

import re
from typing import Final

from include.classify.credentials import Credential, Hit
from include.classify.linear_time import GuardedPattern
from include.classify.segments import Document

NEAR = 45  # characters within which a weak alias needs its context

_BEFORE_AND_AFTER = 120  # characters of the line that are read around a name

_BESIDE = 16  # the same for a licence, which counts only where it is itself called a certification

# Weak and strong names in a sense that is no credential.
_OTHER_SENSE: Final = {
    "pmi_pmp": re.compile(
        r"publisher|\bdeals?\b|programmatic|\bdsps?\b|\bssps?\b|private\s+market|inventory"
        r"|advertis|header\s+bid",
        re.I,
    ),
    "cpa": re.compile(
        r"cost\s+per|\bcpa\s+(?:target|rate|bid|by|goal|campaign)|\bcpms?\b|\bcpcs?\b|roas|\bcac\b"
        r"|acquisition",
        re.I,
    ),
    "cfa": re.compile(
        r"\b(?:les|des|un|aux|du|en|le|nos|vos|au|chaque|côté|par|avec|et|son|leurs?|ces?)\s+cfas?\b"
        r"|\bgreta\b|apprenti|alternance|réseaux?\s+de|\bdreets\b|\bopco\b|jeunes,",
        re.I,
    ),  # French training centres
    "cism_cisa": re.compile(
        r"cybersecurity\s+(?:and|&)\s+infrastructure|\bcisa\s+(?:guid|directive|advis|kev)", re.I
    ),
    "sa_csm": re.compile(r"customer\s+success(?!\s+manager\s*\(ccsm)", re.I),
    "sa_cst_cec": re.compile(
        r"(?-i:\b(?:E[SD]T|P[SD]T|M[SD]T|CET|GMT|UTC)\b)|time[\s-]?zones?|standard\s+time|\bcst\s+hours", re.I
    ),
    "life_support": re.compile(r"\bbureau|labou?r\s+stat|signature|cryptograph|\btax\b|cost\s+per", re.I),
    "lss_bb": re.compile(r"karate|taekwondo|jiu|judo|martial|growth\s+black", re.I),
}

# `PMP knowledge`, `ITIL processes`, `experience in PRINCE2`: the method, not the credential.
_METHOD_AFTER = re.compile(
    r"^[\s/]*(?:[A-Z0-9]{2,6}[\s/]+)?(?:v\d\s+)?(?:knowledge|methodolog|framework|principles?\b"
    r"|standards?\b|practices|process|concepts?\b|environment|experience|guidelines|based"
    r"|best\s+practice|approach|techniques|tools|disciplines?|aligned|service|body\s+of)",
    re.I,
)

_METHOD_BEFORE = re.compile(
    r"\b(?:knowledge|understanding|familiar(?:ity)?|experience|experienced|expertise|exposure"
    r"|background|grounding|proficien\w+|skilled|trained|training)\s+(?:\w+\s+){0,2}?(?:of|in|with"
    r"|on|using|to)\s+[^.;(]{0,60}$",
    re.I,
)

_METHOD_BEFORE_FOREIGN = GuardedPattern(
    r"(?:connaissances?|ma[iî]tris\w+|expérience|méthod\w+|normes?|pratiques?|processus|référentiels?|kenntnisse\w*|erfahrung\w*"
    r"|methoden?|vorgehensmodell\w*|wissen|conocimientos?|experiencia|metodolog\w+|conhecimentos?|experiência|kennis|ervaring"
    r"|methodieken)\s[^.;(\n]{0,60}$"
)

_EXPERIENCE_AFTER = re.compile(r"^\s+(?:experience|knowledge|processes|principles)\b", re.I)

_METHODS_SUCH_AS = re.compile(
    r"\b(?:frameworks?|methodolog\w+|methods|approaches|standards|practices|processes)\s*[,(]?\s*(?:such\s+as|like|including"
    r"|e\.g\.?,?|i\.e\.?)[^.;]{0,60}$",
    re.I,
)

_METHODS: Final = frozenset([
    "itil", "togaf", "prince2", "prince2_agile", "pmi_pmp", "prosci", "ipma", "safe_sp", "safe_sa",
    "apmg_agilepm", "safe_sdp", "istqb", "icagile_icp", "lss_any",
])  # fmt: skip


def kept_hits(document: Document, hits: list[Hit]) -> list[Hit]:
    """Drop hits in another sense: weak names without their context, methods, other meanings."""
    text = document.text
    kept: list[Hit] = []
    spelled_out: dict[
        tuple[str, str], bool
    ] = {}  # by credential and name, since it takes reading the whole ad
    for index, hit in enumerate(hits):
        credential = hit.credential
        if credential is None:
            kept.append(hit)
            continue
        left = text[max(0, hit.start - _BEFORE_AND_AFTER) : hit.start].rpartition("\n")[2]
        right = text[hit.end : hit.end + _BEFORE_AND_AFTER].partition("\n")[0]
        name = text[hit.start : hit.end]
        sense = _OTHER_SENSE.get(credential.key)
        if sense is not None and sense.search(left[-60:] + name + right[:60]):
            continue
        is_other = spelled_out.get((credential.key, name))
        if is_other is None:
            is_other = spelled_out[credential.key, name] = _stands_for_something_else(text, name, credential)
        if is_other:
            continue
        has_certif = "ertif" in (left + name + right).lower()
        if hit.is_weak and not _has_context(text, hits, index, left, right):
            continue
        is_method = (
            _METHOD_AFTER.match(right) is not None
            or _METHOD_BEFORE.search(left) is not None
            or _METHODS_SUCH_AS.search(left) is not None
            or _METHOD_BEFORE_FOREIGN.search(left) is not None
        )
        if (
            is_method
            and credential.key in _METHODS
            and not (has_certif and _EXPERIENCE_AFTER.match(right) is None)
        ):
            continue
        kept.append(hit)
    return kept


_ACRONYM = re.compile(r"[A-Z]{3,6}")


def _stands_for_something_else(text: str, acronym: str, credential: Credential) -> bool:
    """Say whether the ad itself spells an acronym out otherwise: `Property Management Platform (PMP)`."""
    if _ACRONYM.fullmatch(acronym) is None:
        return False
    place = text.find(f"({acronym})")
    if place < 0:
        return False
    words = text[max(0, place - 90) : place].split()[-len(acronym) :]
    name = " ".join(words)
    return (
        "".join(word[:1] for word in words) == acronym
        and "certif" not in name.lower()
        and name.lower() not in {alias.lower() for alias in credential.aliases}
        and words[-1].lower() != credential.name.split()[-1].lower()
    )


def _has_context(text: str, hits: list[Hit], index: int, left: str, right: str) -> bool:
    hit = hits[index]
    credential = hit.credential
    if credential is None or credential.context is None:
        return True
    near = _BESIDE if credential.is_licence else NEAR
    if credential.context.search(left[-near:]) or credential.context.search(right[:near]):
        return True
    for other in (index - 1, index + 1):  # in a list with a sure name: `CSPO, CSM`
        if 0 <= other < len(hits):
            neighbour = hits[other]
            if neighbour.credential is None or neighbour.is_weak:
                continue
            gap = text[min(hit.end, neighbour.end) : max(hit.start, neighbour.start)]
            if (
                re.fullmatch(r"[\s,;/|&()•*-]*(?:or|and|oder|und|ou|et|o|y|e|of|en)?[\s,(]*", gap)
                and "\n" not in gap
            ):
                return True
    return False
