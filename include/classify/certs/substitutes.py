"""What an employer accepts in the place of a certification, if the words say so."""

from __future__ import annotations

import re
from itertools import islice

from include.classify.certs.mention import Candidate
from include.classify.certs.scope import MAX_CLAUSE
from include.classify.certs.senses import NEAR
from include.classify.labels import Substitutable
from include.classify.segments import Document, Span

_EXPERIENCE = (
    r"(?:experience|knowledge|background|training|coursework|education(?:al)?|work|practice|expertise"
    r"|connaissances?|formations?|kenntnisse|conocimientos?|conhecimentos?|kennis|apprenticeship|skills|expérience|experiencia|experiência"
    r"|(?:berufs|praxis|projekt|arbeits|werk)?(?:erfahrung(?:en)?|ervaring)|(?:fach|grund)?kenntnisse|estudios|cursos)"
)

_DEGREE = (
    r"(?:degrees?|bachelor\S*|master\S*|diplomas?|MBA|BSc|MSc|BS|BA|(?-i:B\.S\.?|B\.A\.?|M\.S\.?|AA)(?=\W)"
    r"|(?:tertiary|academic|post-?graduat\w+|educational)\s+qualifications?"
    r"|Studium|Ausbildung|Abschluss|diplôm\w*|bac\s?\+\s?\d|titulaci[óo]n|licenciatura|título|graduaç[ãa]o|opleiding)"
)

# `o` is `or` in Spanish and `the` in Portuguese: what follows tells.
_SPANISH_OR = (
    r"[oóu](?=\s+(?:\w+\s+){0,3}?(?:experiencia|formaci[óo]n|conocimientos?|estudios?|cursos?|t[íi]tulo|titulaci[óo]n"
    r"|grado|licenciatura|equivalente|a[ñn]os|similar)\b)"
)

_EQUIVALENT_AFTER = re.compile(
    rf"^(?:[^.;\n(]{{0,70}}?(?:;\s*)?\(?\s*|[^.;\n]{{0,90}}?(?=\b(?:or|oder|ou|o)\s+(?:equivalent|similar"
    rf"|comparable|related|relevant|vergleichbar\w*|gleichwertig\w*|équivalente?|equivalente)\b))\b(?:and/or|or|oder|ou|{_SPANISH_OR}|of(?=\s+(?:een\s+)?(?:gelijk"
    rf"|vergelijk|ervaring)))\s+(?:an?\s+)?(?:[\w’'+-]+\s+){{0,4}}?(?:(?P<degree>{_DEGREE})"
    rf"|(?P<experience>{_EXPERIENCE}|\d+\+?\s+years))\b",
    re.I,
)

_EQUIVALENT_BEFORE = re.compile(
    rf"\b(?:(?P<degree>{_DEGREE})|(?P<experience>{_EXPERIENCE}))\b(?:(?!licen|certif"
    rf"|regist)[^.;:\n]){{0,140}}?(?:\b(?:and/or|or|oder|ou|o(?=\s+(?:alguna\s+|una\s+)?certifica))\s+(?:an?\s+|other\s+)?(?:(?!higher"
    rf"|with|and\b|must|hold|field|discipline)[\w+/’'-]+\s+){{0,4}}(?:\w+/)?|(?<=degree)/\s*)$"
    rf"|\b(?P<degree3>MBA|master\S*|bachelor\S*|degree)\b[^.;,:\n]{{0,40}}/\s*$"
    rf"|\b(?P<experience2>{_EXPERIENCE})\s+(?:\w+\s+)?in\s+(?:lieu|place)\s+of\s+(?:\w+\s+){{0,3}}$"
    rf"|\b(?P<degree2>{_DEGREE})\b[^.;:\n]{{0,90}}\bor\b[^.;:\n]{{0,40}}\bequivalent\b[^.;:\n]{{0,30}}"
    rf"(?:such\s+as"
    rf"|through|via|e\.g\.,?|and|experience,)\s+(?:\w+\s+){{0,2}}$",
    re.I,
)

# `a degree, bootcamp certificate, or equivalent`, `relevant work experience, certification, or courses`.
_AMONG_ALTERNATIVES = re.compile(
    rf"\b(?:(?P<degree>{_DEGREE})|{_EXPERIENCE})\b[^.;:\n]{{0,40}},\s*(?:[\w’'-]+\s+){{0,3}}$", re.I
)

_LAST_ALTERNATIVE = re.compile(
    r"^s?\)?(?:,\s*(?:[\w’'-]+\s+){0,3}[\w’'-]+){0,2},?\s*(?:and/or|or)\s+(?:an?\s+|other\s+|any\s+|relevant\s+|some\s+)?"
    rf"(?:equivalent\b(?!\s+certif)|similar\b(?!\s+certif)|courses?\b|coursework|bootcamps?|self[\s-]taught|{_EXPERIENCE}|{_DEGREE})",
    re.I,
)

# `certifications, hands-on training or completion of …`
_BESIDE_EXPERIENCE = re.compile(
    rf"^s?,\s*(?:[\w’'-]+\s+){{0,3}}{_EXPERIENCE}(?:,[^.;,]{{0,40}})?,?\s+(?:and/or|or)\b", re.I
)

_COMBINATION = re.compile(
    r"\bcombination\s+of\s+(?:\w+\s+){0,2}(?:education|experience|degree|training)[^.;]{0,60}$", re.I
)

_INSTEAD = re.compile(
    r"in\s+lieu\s+of|in\s+place\s+of|(?:is|are)\s+(?:considered\s+)?equivalent\s+to|counts?\s+as|(?:can|may|could|will)\s+(?:also\s+)?(?:replace|substitute"
    r"|be\s+(?:substituted|considered))|instead\s+of|such\s+as\s+technical\s+$",
    re.I,
)

_OTHER_CERT = re.compile(
    r"^[^.;\n]{0,40}?\b(?:or|oder|ou|o)\s+(?:an?\s+)?(?:equivalent|similar|comparable|related"
    r"|other|gleichwertig|équivalent|equivalente|vergelijkbaar)",
    re.I,
)


# Lines that end with `or` list alternatives: `Bachelor's degree; OR` / `a certificate of …; OR`.
_ENDS_WITH_OR = re.compile(r"(?:[;,.]\s*|\s)(?:or|OR|and/or)\W*$")
_MAX_ALTERNATIVES = 6  # lines read on either side
_MAX_LINE = 1_000  # characters read of one
_STARTS_EXPERIENCE = re.compile(rf"\b(?:{_DEGREE}|{_EXPERIENCE})\b", re.I)


def _is_among_alternative_lines(document: Document, candidate: Candidate) -> bool:
    """Say whether the mention's line is one of several joined by `or`, one of which asks no certification."""
    here = document.block_at(candidate.start)
    if here is None:
        return False
    text = document.text
    others: list[str] = []
    for above in islice(document.blocks_before(here), _MAX_ALTERNATIVES):
        line = text[max(above.start, above.end - _MAX_LINE) : above.end]
        if _ENDS_WITH_OR.search(line) is None:
            break
        others.append(line)
    line = text[max(here.start, here.end - _MAX_LINE) : here.end]
    for below in islice(document.blocks_after(here), _MAX_ALTERNATIVES):
        if _ENDS_WITH_OR.search(line) is None:
            break
        line = text[max(below.start, below.end - _MAX_LINE) : below.end]
        others.append(line)
    return any("certif" not in line.lower() and _STARTS_EXPERIENCE.search(line) for line in others)


def substitutable(document: Document, clause: Span, candidate: Candidate) -> Substitutable | None:
    """Return what the ad accepts in the place of a certification, None when it names nothing."""
    accepted = _in_clause(document.text, clause, candidate)
    if accepted in ("experience", "degree") or not _is_among_alternative_lines(document, candidate):
        return accepted
    return "degree"


def _in_clause(text: str, clause: Span, candidate: Candidate) -> Substitutable | None:
    left, right = text[clause.start : candidate.start], text[candidate.end : clause.end]
    if clause.end - clause.start > MAX_CLAUSE:  # lost punctuation: a clause has no end
        left, right = left[-110:], right[:NEAR]
    after = _EQUIVALENT_AFTER.match(right)
    if after is not None and not re.search(
        r"\brequired\b|\bpreferred\b|,\s*and\b",
        right[: after.start("experience") if after["experience"] else after.start("degree")],
    ):
        return "degree" if after["degree"] else "experience"
    before = _EQUIVALENT_BEFORE.search(left[-220:].replace(".,", " ,"))  # `Comp Sci., or a certificate`
    if before is not None:
        return "degree" if before["degree"] or before["degree2"] or before["degree3"] else "experience"
    if _COMBINATION.search(left):
        return "experience"
    if _BESIDE_EXPERIENCE.match(right):
        return "experience"
    if re.search(r"\b(?:degree|diploma)\b", candidate.name, re.I) and " and " not in candidate.name:
        return "degree"
    among = _AMONG_ALTERNATIVES.search(left[-160:])
    if among is not None and _LAST_ALTERNATIVE.match(right):
        return "degree" if among["degree"] else "experience"
    if _INSTEAD.search(right[:80]):
        return "degree" if re.search(_DEGREE, left + right, re.I) else "experience"
    if (
        _OTHER_CERT.match(right)
        or re.search(r"\b(?:or|/)\s*$|,\s*$", left[-5:])
        or re.match(r"^\s*(?:,|/|or\b|oder\b|ou\b)", right)
    ):
        return "other_cert"
    return None
