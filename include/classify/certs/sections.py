"""Mentions without modal word: decided by the section they stand in."""

from __future__ import annotations

import re
from typing import Final

from include.classify.certs.mention import OTHER, Candidate, Verdict
from include.classify.certs.other_uses import is_subject
from include.classify.certs.scope import words_near
from include.classify.credentials import GENERIC
from include.classify.segments import Document, SectionKind

_MAINTAIN = re.compile(
    r"\bmaintain(?:s|ing)?\s+(?!an?\b|the\b|our\b|company)(?:all\s+)?(?:(?!records?\b|products?\b|hipaa|necessary)[\w/-]+,?\s+){0,4}$",
    re.I,
)

_HOLDER = re.compile(
    r"\b(?:you|your|candidates?|applicants?|hold|holds|holding|possess\w*|have|has|having|with"
    r"|degree|experience|years?|proficien\w*|current|active|valid|obtained|completed"
    r"|one\s+or\s+more|or\s+equivalent|knowledge|hält|verfügst|verfügen\s+sie|besitz\w*|vous|titulaire|cuentas\s+con"
    r"|posees|possuir|je\s+hebt|você"
    r"|certified)\b",
    re.I,
)

# Certified people in running text that asks nothing: `our board-certified pediatricians`.
_PEOPLE = re.compile(
    r"\bcertified\s+(?:[\w-]+\s+){0,2}(?:\w+(?:ians|ists|ologists|thetists)|nurses?|midwife|midwives|doctors?|surgeons|coaches"
    r"|trainers|teachers|therapists|counsel+ors|guides|experts|professionals|engineers|consultants)\b"
    r"|\b(?:physicians|doctors|people|staff|experts|professionals|engineers|team)\s+certified\b",
    re.I,
)
# In running text these point to the candidate; `with` and `has` point to anybody.
_CANDIDATE = re.compile(
    r"\b(?:you|your|candidates?|applicants?|hold|holding|possess\w*|must|degree|diploma|bachelor\S*"
    r"|years?\s+(?:of\s+)?(?:\w+\s+){0,3}experience|one\s+or\s+more|or\s+equivalent|verfügst|besitz\w*|vous|titulaire)\b",
    re.I,
)
_HOLDS = re.compile(r"\b(?:hold|holds|holding|possess\w*|your|you\s+have|current|active|valid)\b", re.I)

# Enablement work: certifications of the people whom the role trains.
_TEACHING = re.compile(
    r"\btrain(?:s|ings?)?\b|enablement|onboarding|playbook|courses?\b|workshop|curricul|\bcoach"
    r"|learning|office\s+hours|badg",
    re.I,
)

# What the candidate did, not what they hold: `you built onboarding and certifications`.
_PAST_WORK = re.compile(
    r"\b(?:built|created|developed|designed|supported|reinforc\w+|scaled|launched|delivered|implemented|led|managed|owned|oversaw|rolled\s+out"
    r"|building|creating|developing|designing|managing)\b[^.;]{0,100}$",
    re.I,
)

# Qualifications that follow duties without a heading of their own.
_AMONG_QUALIFICATIONS = re.compile(
    r"\b(?:degree|bachelor\S*|years?\s+(?:of\s+)?(?:\w+\s+)?experience|diploma|studium|ausbildung|diplôm\w+|berufserfahrung"
    r"|ans\s+d['’]expérience|licenciatura|titulaci[óo]n|años\s+de\s+experiencia|graduação|anos\s+de\s+experiência)\b",
    re.I,
)

_SHORT_LINE = 160  # characters; a line up to this long reads as an item of a list

ASKS_NOTHING: Final = frozenset(["benefits", "pay", "company", "process", "legal", "form"])


# A list of what enablement teams make: `onboarding, certifications and playbooks`.
_ENABLEMENT = re.compile(r"\b(?:onboarding|ever-?boarding|enablement|playbooks?|battle\s*cards?)\b", re.I)


def _is_about_others(left: str, clause: str) -> bool:
    """Say whether an unnamed certification is what the candidate made for others."""
    return _PAST_WORK.search(left[-120:]) is not None or _ENABLEMENT.search(clause) is not None


def by_section(
    document: Document, candidate: Candidate, kind: SectionKind, left: str, clause: str, bare: Verdict
) -> Verdict | None:
    """Decide a mention without modal word by the section it stands in.

    Args:
        document: the ad's text.
        candidate: the mention.
        kind: what its section is about.
        left: what stands before it in its sentence.
        clause: the words around it.
        bare: the verdict on a bare item of a neutral list.

    Returns:
        The verdict, or None when it turns out to be no person's certification.
    """
    is_listed_name = candidate.is_named and candidate.key != GENERIC
    if kind in ("neutral", "required") and not candidate.is_named and _is_about_others(left, clause):
        return None
    if kind in ASKS_NOTHING or kind == "success":
        if candidate.is_named or candidate.word is None or kind in ("benefits", "pay"):
            return OTHER._replace(cue="section", rule=f"section_{kind}")
        return None
    if kind == "required" or kind == "preferred":
        return bare._replace(status=kind, cue="section", rule=f"section_{kind}")
    if kind == "responsibilities" and not _AMONG_QUALIFICATIONS.search(clause):
        return _among_duties(document, candidate, left, clause, bare)
    block = document.block_at(candidate.start)
    is_item = block is not None and (block.form == "bullet" or block.end - block.start <= _SHORT_LINE)
    if kind in ("none", "other", "conditions") and not (is_item or _CANDIDATE.search(clause)):
        is_of_people = is_listed_name or _PEOPLE.search(clause) is not None
        return OTHER._replace(cue="subject", rule="prose") if is_of_people else None
    if kind in ("none", "other") and is_subject(left[-100:]):
        return None
    return bare


def _among_duties(
    document: Document, candidate: Candidate, left: str, clause: str, bare: Verdict
) -> Verdict | None:
    """Decide a mention without modal word among the role's duties."""
    if _MAINTAIN.search(left[-60:]) and (
        candidate.is_named or not candidate.name.lower().startswith("certificate")
    ):
        return bare._replace(status="required", cue="maintain", rule="maintain_certification")
    if is_subject(left[-100:]) or not (candidate.is_named and _HOLDER.search(clause)):
        is_listed_name = candidate.is_named and candidate.key != GENERIC
        sentence = document.sentence_at(candidate.start)
        if is_listed_name or _TEACHING.search(words_near(document.text, sentence, candidate)):
            return OTHER._replace(cue="subject", rule="duty_about_certification")
        return None
    if candidate.key == GENERIC and not _HOLDS.search(clause):
        return None
    return bare._replace(rule="bare_among_duties")
