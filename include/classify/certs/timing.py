"""When a certification is needed: at hire or to be obtained after it."""

from __future__ import annotations

import re

from include.classify.certs.mention import Candidate
from include.classify.certs.scope import words_near
from include.classify.labels import CertTiming
from include.classify.linear_time import GuardedPattern
from include.classify.segments import Span

_POST_HIRE = re.compile(
    r"\b(?:ability|able|willing(?:ness)?|eligible|commit(?:ment|ted)?|expected|required|have|agree"
    r"|desire|prepared|plan|open)\s+(?:and\s+(?:ability|able|willing(?:ness)?)\s+)?(?:to"
    r"|of)\s+(?:\w+\s+){0,2}?(?:obtain|attain|acquire|become|get|achieve|pursue|complete|earn|gain"
    r"|secure)\w*\b"
    r"|\bmust\s+(?:be\s+able\s+to\s+|successfully\s+)?(?:obtain|acquire|attain|earn|become|get"
    r"|achieve|complete)\b|\b(?:you\s+will|you['’]ll|incumbent\s+must|will\s+(?:need\s+to"
    r"|be\s+required\s+to))\s+(?:\w+\s+){0,2}?(?:obtain|acquire|attain|become|earn|get|complete"
    r"|pass)\b"
    r"|\b(?:or|must|to)\s+be\s+(?:obtained|acquired|completed|attained|earned)\b|\bobtain(?:ed"
    r"|able)?\b[^.;]{0,80}\bwithin\b"
    r"|\b(?:with)?in\s+(?:the\s+)?(?:your\s+)?(?:first\s+)?(?:\(?\d{1,3}\)?|an?|one|two|three|four"
    r"|six|nine|twelve|eighteen)\s*(?:\(\d+\)\s*)?(?:calendar\s+|business\s+)?(?:days?|weeks?"
    r"|months?|years?)(?:\s+(?:of|from|after|upon)\s+(?:\w+\s+){0,2}?(?:hire|hiring|employment"
    r"|start\w*|join\w*|appointment|date|onboarding))?"
    r"|\bin\s+the\s+first\s+(?:year|month|quarter|\d+)|\b(?:after|post|upon|following)[\s-](?:hire"
    r"|hiring|employment|joining|onboarding)|\btraining\s+(?:is\s+)?(?:will\s+be\s+)?provided"
    r"|\bcertification\s+training\s+is\s+required|\bwilling\s+to\s+get\s+certified"
    r"|\binnerhalb\s+von",
    re.I,
)

# The same in other languages: the wish or the promise to obtain it, or a term for it.
_POST_HIRE_FOREIGN = GuardedPattern(
    r"(?<!oder\s)(?<!oder\sdie\s)(?<!oder\sder\s)\b(?:bereit(?:schaft)?|wille|willens|motivation)\b[^.;\n]{0,120}?(?:\bzu\s+(?:erwerben|absolvieren|erlangen|machen"
    r"|erreichen|erhalten|durchlaufen)\b|\b(?:abzuschließen|abzulegen|nachzuholen)\b|zertifizieren\s+zu\s+lassen)"
    r"|\binnerhalb\s+(?:von|der|des|eine[sr])\b[^.;\n]{0,40}(?:monat|jahr|woche|probezeit)"
    r"|\b(?:prêt(?:e|\(e\))?s?\s+à|volonté\s+de|engage[zr]?\s+à|engagement\s+à)\s+(?:passer|obtenir|valider|acquérir)\b"
    r"|\bdevr(?:a|ont|ez|as)\s+(?:être\s+)?(?:obten(?:ir|ue?s?)|pass(?:er|ée?s?)|valid(?:er|ée?s?))\b"
    r"|\b(?:disposici[óo]n|dispuest[oa]|compromiso)\s+(?:a|de|para)\s+(?:obtener|sacar|conseguir)\b"
    r"|\b(?:obtener|conseguir)\b[^.;\n]{0,60}\b(?:primer|dentro\s+de|en\s+un\s+plazo)"
    r"|\b(?:obter|conseguir)\b[^.;\n]{0,60}\b(?:primeir|dentro\s+de|em\s+até)"
    r"|\b(?:disposto|disponibilidade|disposição)\s+(?:a|para)\s+(?:obter|tirar)\b"
    r"|\bbereid\b[^.;\n]{0,60}\bte\s+(?:behalen|halen)\b"
)

_WITHIN_EXPERIENCE = re.compile(r"\b(?:years?|months?)\s+(?:of\s+)?experience", re.I)

PRE_HIRE = re.compile(
    r"\bby\s+(?:the\s+)?start\s+date|before\s+(?:start|hire|joining)|prior\s+to\s+(?:start|hire|employment)",
    re.I,
)

_OBTAIN_VERB = re.compile(
    r"obtain|attain|acquire|becom|\bget\b|achiev|pursu|earn|complet|pass|provided|after|upon|post"
    r"|must|training",
    re.I,
)


def timing_of(text: str, sentence: Span, candidate: Candidate) -> CertTiming:
    """Return when a certification is needed, by the words of its sentence."""
    words = words_near(text, sentence, candidate)
    if _POST_HIRE_FOREIGN.search(words):
        return "post_hire"
    if PRE_HIRE.search(words):
        return "at_hire"
    for match in _POST_HIRE.finditer(words):
        if _WITHIN_EXPERIENCE.search(words[match.start() : match.end() + 20]):
            continue
        if (
            match[0][:2].lower() in ("wi", "in")
            and not _OBTAIN_VERB.search(words)
            and "of" not in match[0]
            and "from" not in match[0]
            and "requir" not in words
        ):
            continue
        return "post_hire"
    return "at_hire"
