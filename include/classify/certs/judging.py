"""What a mention asks of the candidate: negation, use, alternatives, modal word, section, in this order."""

from __future__ import annotations

import functools
import re

from include.classify.certs.denial import answered_none, denied, is_label_of_degree
from include.classify.certs.list_heads import cue_of_list
from include.classify.certs.mention import OTHER, Candidate, Verdict, is_attribute
from include.classify.certs.other_uses import is_subject, is_wanted, other_use, others_noun
from include.classify.certs.scope import clause_of, kind_at, unwrapped, widened, words_near
from include.classify.certs.sections import ASKS_NOTHING, by_section
from include.classify.certs.substitutes import substitutable
from include.classify.certs.timing import PRE_HIRE, timing_of
from include.classify.labels import CertStatus, CertTiming
from include.classify.linear_time import GuardedPattern
from include.classify.modality import ModalCue, find_modal_cues, governing_cue
from include.classify.segments import Document, SectionKind, Span

_HEDGED = re.compile(
    r"\b(?:as|if|where|when|may\s+be|might\s+be|whenever|wherever|could\s+be|(?:often|sometimes|occasionally)(?:\s+be)?)"
    r"\s+(?:applicable\s+or\s+|also\s+)?$",
    re.I,
)

_HEDGED_AFTER = re.compile(r"\s+(?:in|for)\s+(?:some|certain)\b", re.I)  # `required in some areas`

_MANDATED = GuardedPattern(
    r"\bDoDD?\b|\b8570|\b8140|\bIA[TM]\s+(?:level\s+)?I|required\s+by\s+(?:law|statute|regulation"
    r"|the\s+state|federal)|by\s+law\b|legally\s+required|statutor",
    re.I,
)

# A heading whose break was lost: `Education and Certifications Bachelor's degree required`.
_LOST_HEADING = re.compile(
    r"\b(?:Education|Degrees?|Qualifications|Experience|Licen[sc]es?)\s*(?:and|&(?:amp;)?|,|/)\s*$"
    r"|\b(?:Education|Qualifications)\s+level\s*(?:and|&(?:amp;)?|,|/)\s*$",
    re.I,
)

_DEGREE_NEXT = re.compile(
    r"^\s*(?:(?:/|&|,|and)\s*(?:Licen[sc](?:es?|ures?)|Registrations?|Training|Experience)\s*){0,2}:?\s*"
    r"(?:Bachelor|BACHELOR|Master|MASTER|High\s+[Ss]chool|Undergrad|Degree|None|N/A|B\.?[SA]\b|Associate)"
)

# People who offer themselves: `Certified data engineer with 5 years … I can help you`.
_FIRST_PERSON = GuardedPattern(
    r"\bI(?:['’]m|['’]ve|\s+(?:am|have|can|excel|specialize|bring|offer|hold|help))\b|\bmy\s+(?:expertise|experience|skills|career"
    r"|background|work|clients|portfolio|services)\b|\b(?:hire|choose|contact)\s+me\b",
    re.NOFLAG,
)


@functools.lru_cache(maxsize=4)  # asked for every mention of an ad
def _is_profile_throughout(text: str) -> bool:
    """Say whether somebody speaks of themselves and no employer of a role."""
    return len([*_FIRST_PERSON.finditer(text, 0, len(text))]) >= 2 and _EMPLOYER.search(text) is None


def _is_profile(text: str, candidate: Candidate) -> bool:
    """Say whether the text is a person's profile, no employer's ad."""
    around = text[max(0, candidate.start - 500) : candidate.end + 500]
    if len({match[0].lower() for match in _FIRST_PERSON.finditer(around, 0, len(around))}) >= 2:
        return True
    if _is_profile_throughout(text[:_PROFILE_LENGTH]):
        return True
    return (
        candidate.start <= _PROFILE_START
        and "certified" in candidate.name.lower()
        and _PROFILE.match(text, candidate.start) is not None
    )


_EMPLOYER = re.compile(
    r"\b(?:you(?:['’]ll|\s+will|\s+have)|we\s+are|our\s+team|candidates?|applicants?|the\s+role)\b", re.I
)
_PROFILE_START = 40  # characters
_PROFILE_LENGTH = 5000  # characters

_PROFILE = re.compile(
    r"(?![^.\n]*\b(?:needed|required|wanted|sought|to\s+join)\b)[^.\n]{0,80}\bwith\s+(?:over\s+|extensive\s+|more\s+than\s+|\d|expertise|cloud|hands|experience|a\s+proven)",
    re.I,
)

# `License/Certification:Driver's License (Required)`
_LICENCE_AFTER = re.compile(
    r"^s?:?\s+Possession\s+of\s+an?\s+[^\n.;]{0,40}driver"
    r"|^s?(?:\s*(?:,|/|&|and)\s*(?:licen[sc]\w+|registrations?)){0,3}:\s*(?:(?!certif)[\w’'.-]+\s+){0,6}(?:driver|licen[sc]|lisc|RN\b)(?![^\n(]{0,60}certif)",
    re.I,
)

# What an employer forgot to fill in: `Specify education, previous job experience, certifications required`.
_TEMPLATE = re.compile(r"\W*(?:specify|mention)\b", re.I)

_MAYBE = re.compile(r"\b(?:may|might|could)\s+(?:also\s+)?be\s+$", re.I)


def _cue_in_head(text: str, candidate: Candidate) -> ModalCue | None:
    """Return the modal word between a list's head and its first name: `certifications preferred: PMP`."""
    name_start = text.find(candidate.name, candidate.start, candidate.end)
    cues = find_modal_cues(text, candidate.start, name_start) if name_start > candidate.start else []
    return cues[0] if cues else None


def _is_weakly_held(text: str, cue: ModalCue, kind: SectionKind) -> bool:
    """Say whether `holds` or `possession of` only fills a line of a list of pluses."""
    return kind == "preferred" and text[cue.start : cue.end].lower().startswith(("hold", "possession"))


def _speaks_of_others(
    text: str, title: str, candidate: Candidate, cue: ModalCue | None, left: str, right: str
) -> bool:
    """Say whether others than the candidate are certified: `certified engineers required`, `our CPAs`."""
    if is_attribute(text, candidate):
        return others_noun(left, right, title)
    words = text[candidate.end - 2 : candidate.end]
    return cue is None and len(words) == 2 and words[0].isupper() and words[1] == "s" and not is_wanted(left)


def judge(document: Document, title: str, candidate: Candidate) -> Verdict | None:
    """Decide what a mention asks; None when it turns out to be no person's certification."""
    text = document.text
    sentence = document.sentence_at(candidate.start)
    sentence = widened(document, unwrapped(document, sentence, candidate), candidate)
    clause = clause_of(text, sentence, candidate)
    kind = kind_at(document, candidate)
    left, right = text[sentence.start : candidate.start], text[candidate.end : sentence.end]
    mandated = _MANDATED.search(text[sentence.start : sentence.end]) is not None

    cue = governing_cue(text, clause, Span(candidate.start, candidate.end)) or _cue_in_head(text, candidate)
    if cue is not None and cue.firmness == "required" and _MAYBE.search(text, clause.start, cue.start):
        return OTHER._replace(cue="hedged", rule="may_be_required")
    cue = _unhedged(text, clause, cue, kind)
    if not candidate.is_named and _only_introduces(document, candidate, left, right):
        return None
    if _speaks_of_others(text, title, candidate, cue, left, right):
        return OTHER._replace(cue="third_party", rule="use_third_party")
    if _is_profile(text, candidate):
        return OTHER._replace(cue="others", rule="use_profile")
    negative = answered_none(document, candidate) or denied(text, sentence, cue, left, right)
    if negative is not None:
        return negative._replace(is_legally_mandated=mandated and negative.status != "mentioned_other")

    timing = timing_of(text, sentence, candidate)
    is_past = is_attribute(text, candidate)
    before = text[max(0, candidate.start - 260) : candidate.start]
    near = words_near(text, clause, candidate)
    around = words_near(text, sentence, candidate)
    use = other_use(
        near, around, left[-200:], right[:160], before, is_past=is_past, is_named=candidate.is_named
    )
    if use is not None and not _overrides(use, cue, candidate, kind, timing, left):
        return _of_use(use, left, right)

    accepted = substitutable(document, clause, candidate)
    if accepted in ("experience", "degree"):
        return Verdict("preferred", timing, accepted, mandated, "equivalent", f"or_{accepted}")
    if cue is not None:
        return Verdict(
            status_of(cue), timing, accepted, mandated, "modal", f"modal_{cue.reach}_{cue.firmness}"
        )
    if kind == "neutral" and PRE_HIRE.search(right):
        return Verdict("required", timing, accepted, mandated, "modal", "before_start")
    if timing == "post_hire" and kind not in ASKS_NOTHING:
        return Verdict(
            _status_to_be_obtained(text, clause, kind), timing, accepted, mandated, "modal", "to_be_obtained"
        )
    bare = Verdict("listed", timing, accepted, mandated, "unmarked", "bare_item")
    return _by_list_head(document, candidate, bare) or by_section(document, candidate, kind, left, near, bare)


def _by_list_head(document: Document, candidate: Candidate, bare: Verdict) -> Verdict | None:
    """Decide a bare name by the line that introduces its list, if that line says how firmly."""
    cue = cue_of_list(document, candidate)
    return None if cue is None else bare._replace(status=status_of(cue), cue="modal", rule="list_head")


def _status_to_be_obtained(text: str, clause: Span, kind: SectionKind) -> CertStatus:
    """Return what an employer asks who wants the certification some time after the start."""
    cues = find_modal_cues(text, clause.start, clause.end)
    is_soft = kind == "preferred" or any(cue.firmness == "preferred" for cue in cues)
    return "preferred" if is_soft else "required"


def _of_use(use: str, left: str, right: str) -> Verdict | None:
    """Decide a mention that is spoken of without being asked; None when the role builds such programs."""
    if use == "third_party" and _PROGRAMS.match(right) and is_subject(left[-100:]):
        return None
    return Verdict("mentioned_other", None, None, False, use, f"use_{use}")


def _is_hedged(text: str, clause: Span, cue: ModalCue) -> bool:
    """Say whether a demand stands under a condition: `certifications as required`, `often required`."""
    return cue.firmness == "required" and (
        _HEDGED.search(text[max(clause.start, cue.start - 14) : cue.start]) is not None
        or _HEDGED_AFTER.match(text, cue.end) is not None
    )


def _unhedged(text: str, clause: Span, cue: ModalCue | None, kind: SectionKind) -> ModalCue | None:
    """Return the modal word if it decides, or the wish that a hedged demand is coupled with.

    `often required or highly desirable` is a wish; `as required`, or `possession of` among
    pluses, says nothing.
    """
    if cue is None or _is_weakly_held(text, cue, kind):
        return None
    if not _is_hedged(text, clause, cue):
        return cue
    wish = next(iter(find_modal_cues(text, cue.end, clause.end)), None)
    if wish is None or text[cue.end : wish.start].strip() not in ("or", "and/or", "/"):
        return None
    return wish if wish.firmness == "preferred" else None


def _only_introduces(document: Document, candidate: Candidate, left: str, right: str) -> bool:
    """Say whether an unnamed `certification` only introduces a licence or a degree, or fills a template."""
    if _TEMPLATE.match(left) or is_label_of_degree(document, candidate):
        return True
    return _LICENCE_AFTER.match(right) is not None or (
        _LOST_HEADING.search(left) is not None and _DEGREE_NEXT.match(right) is not None
    )


_PROGRAMS = re.compile(r"s?\s+programs?\b", re.I)

# `Complete Microsoft certification exams within 12 weeks of hire` is the hire's own task.
_TO_COMPLETE = re.compile(
    r"(?:\b|(?<=[a-z])(?-i:(?=C)))(?:complete|obtain|pass|earn|achieve|attain)\s+(?:\w+\s+){0,3}$", re.I
)

_PAID = re.compile(
    r"\b(?:cover(?:s|ing)?|pay(?:s|ing)?\s+for|reimburs\w+|fund(?:s|ing)?|sponsor\w*|costs?\s+of|budget\s+for)\b[^.;]{0,40}$",
    re.I,
)


def _overrides(
    use: str,
    cue: ModalCue | None,
    candidate: Candidate,
    kind: SectionKind,
    timing: CertTiming | None,
    left: str,
) -> bool:
    """Say whether a demand stands although the clause also talks of a benefit or the like."""
    if use in ("pay", "form", "boilerplate", "others"):
        return False
    if kind in ("benefits", "pay"):
        return cue is not None and cue.firmness == "required" and cue.reach == "before"
    if timing == "post_hire" and use == "third_party" and _TO_COMPLETE.search(left[-50:]):
        return True
    if use == "benefit" and _PAID.search(left[-70:]):
        return False
    if cue is not None and kind in ("required", "preferred", "neutral"):
        return True
    is_near = cue is not None and (
        cue.start - candidate.end < 40 if cue.reach == "before" else candidate.start - cue.end < 60
    )
    if timing == "post_hire" and use in ("benefit", "growth"):
        return True
    return is_near or (kind in ("required", "preferred", "neutral") and use == "growth")


def status_of(cue: ModalCue) -> CertStatus:
    """Return the status that a modal word gives."""
    return "required" if cue.firmness == "required" else "preferred"
