"""What the ad asks in degrees (codebook section 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from include.classify.degree_names import DEGREE, degree_near
from include.classify.labels import DegreeStatus, Evidence
from include.classify.linear_time import GuardedPattern
from include.classify.modality import ModalCue, find_modal_cues, governing_cue
from include.classify.segments import Document, Span
from include.classify.structure.sentences import split_clauses

_STRENGTH: Final[tuple[DegreeStatus, ...]] = ("required", "substitutable", "preferred", "none")
_MAX_MENTIONS: Final = 12

_SUBSTITUTE: Final = GuardedPattern(
    # They begin with few letters: `re` passes over the others.
    r"(?=[aeio(/])(?:\bor\s+(?:(?:an?|the|its|any|some|other|commensurate|combination\s+of|relevant|related"
    r"|similar|comparable|demonstrated|practical|professional|significant|extensive|proven|work"
    r"|working|industry|real[\s-]world|on[\s-]the[\s-]job|hands[\s-]on|military|additional"
    r"|substantial|strong|lived|demonstration\s+of)\s+){0,4}(?:equivalent(?:\s+(?:\w+\s+){0,3}(?:experience"
    r"|combination|training|education|practical|work)|(?!\s+(?:\w+\s+)?(?:degrees?|fields?|disciplines?)\b))|experience"
    r"|comparable(?!\s+(?:fields?|degrees?|disciplines?|subjects?|studies|courses?))|commensurate"
    r"|similar\s+(?:experience|work))"
    r"|\bor\s+(?:(?!minimum|more\b|with\b|and\b|plus\b|MBA\b|(?:fields?|disciplines?|areas?|subjects?|majors?)\b)"
    r"[\w+’'-]+\s+){0,5}?(?:experience|background"
    r"|years\s+of)\b|\bor\s+\d+\+?\s+years\b|\bequivalent\s+(?:\w+\s+){0,3}experience\b"
    r"|\bor\s+equivalent\b(?!\s+(?:\w+\s+)?(?:degrees?|fields?|disciplines?)\b)|\b(?:and/?or|or)\s+(?:(?!plus\b|more\b)\w+\s+){0,4}(?:work\s+)?experience\b"
    r"|\bin\s+lieu\s+of\b|\bexperience\s+(?:may|can|will)\s+(?:be\s+)?(?:substitut|replac"
    r"|consider)"
    r"|\boder\s+(?:eine?\s+)?(?:vergleichbar|gleichwertig|ähnlich|entsprechend|äquivalent)"
    r"|\bou\s+(?:exp[ée]rience\s+)?(?:équivalent|comparable|similaire|exp[ée]rience)"
    r"|\bo\s+(?:experiencia\s+)?(?:equivalente|similar|experiencia)"
    r"|\bou\s+(?:experiência\s+)?(?:equivalente|experiência)|\bof\s+(?:gelijkwaardig|vergelijkbaar"
    r"|ervaring)"
    r"|\(or\s+equivalent|/\s*equivalent|\bor\s+self[\s-]taught|\bor\s+(?:bootcamp|coding))",
    re.IGNORECASE,
)
_SUBSTITUTED: Final = re.compile(
    r"\b(?:may|can|will)\s+be\s+(?:substitut|replac|consider)|\bin\s+lieu\s+of\b|;\s*or\b"
    r"|\bOR\b(?=[\W_]{0,12}(?:[a-z\d]|[A-Z][a-z]))",  # in capitals before a word that is not
    re.NOFLAG,
)
# A sentence of its own: `Equivalent experience may be substituted for the education requirements.`
_REPLACES_ANY: Final = GuardedPattern(
    r"\bexperience\b[^.;\n]{0,60}\b(?:may|can|will)\s+(?:be\s+|act\s+as\s+)?(?:an?\s+)?substitut"
    r"|\bcombination\s+of\s+(?:\w+\s+){0,2}?(?:education|training)\s+and\s+(?:\w+\s+){0,2}experience"
    r"|\b(?:equivalent|relevant|comparable)\s+(?:\w+\s+){0,3}experience\s+(?:may|can|will)\s+(?:also\s+)?be\s+(?:consider|accept)"
    r"|\bdegree\s+requirement\s+(?:can|may)\s+be\s+(?:met|satisf|waive)"
    r"|\bin\s+lieu\s+of\s+(?:\w+\s+){0,4}(?:degree|education|diploma)",
    re.IGNORECASE,
)
_IN_LIEU: Final = re.compile(r"\bin\s+lieu\s+of\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_NOT_ASKED: Final = re.compile(
    r"\b(?:no|without\s+an?|regardless\s+of|whether\s+or\s+not\s+you\s+have)\s+(?:\w+\s+){0,3}$"
    r"|\b(?:don['’]t|do\s+not)\s+(?:need|require|care)[^.]{0,50}$|(?:high|some|certain|varying"
    r"|large|greater|same|full)\s+$|(?<!tier[\s-])\d[\s-]*$",
    re.IGNORECASE,
)
_PAID_FOR: Final = GuardedPattern(
    r"tuition|reimburs|(?<!\bwork )(?<!\bworking )(?<!\bprogress )(?<!\bprogressing )(?<!\bstudying )toward",
    re.IGNORECASE,
)
_PAY_DEPENDS: Final = GuardedPattern(
    r"salar|compensation|\bpay\b|\bfactors?\b,?\s*(?:[(:]|includ|such|like|may)", re.IGNORECASE
)
_ELSEWHERE: Final = frozenset(["benefits", "pay", "company", "legal", "process", "form"])
_LOST_ITS_END: Final = 330  # characters; a sentence this long is several, and its section is a guess
_BESIDE: Final = 12  # characters: a modal word this near is the degree's own, whatever the section
# Characters from a degree to what makes it preferred. `BA preferred, or equivalent experience` says so first,
# `BA in law, finance or a similar field, or equivalent experience preferred` after what may replace it.
_NEAR: Final = 90
_FAR: Final = 160
_BEFORE: Final = 16  # `at least a recent`
_NEXT_WORD: Final = 16  # characters in which the word after an `OR` at the end of a line begins
_ITEM: Final = 60  # characters: what is still about the degree in any case
# The next demand where no mark parts it: `or related field Proven experience`, `or similar 5 years of`. After
# a word in capitals (`FIELD OF STUDY`) those of the next say nothing.
_NEXT_ITEM: Final = re.compile(
    r"(?<=[a-z])\s(?<!\bor\s)(?<!\band\s)(?<!\bwith\s)(?<!\bplus\s)(?:\d+\s*[-–]\s*)?\d+\+?\s*(?:years?|yrs)\b"
    r"|(?<=field)\d|(?<=fields)\d|(?<=(?-i:[a-z]{3}))(?=(?-i:[A-Z][a-z]{3}))(?!Masters?)"
    r"|(?:(?<=field)|(?<=fields)|(?<=discipline)|(?<=disciplines)|(?<=area)|(?<=areas)|(?<=subject)|(?<=similar)"
    r"|(?<=equivalent)|(?<=experience))(?<!(?-i:[A-Z]{2}))\s(?=(?-i:[A-Z])[a-z])(?!\s*(?:or|and|in|is|a|an|preferred|required|desired|strongly|highly"
    r"|ideally|preferably|experience)\b)",
    re.IGNORECASE,
)
# Among duties a degree is a demand where the clause begins with it, and else something that is talked about.
_BEGINS: Final = re.compile(
    r"\W*(?:(?:an?|at|least|minimum|of|currently|pursuing|or|and|recently|completed|finished|hold(?:s|ing)?|have|has|possess(?:es)?|you|will|must|should|typically"
    r"|earned|education)\W+){0,8}(?:bachelor|master|degree|bs|ba|b\.|mba|university|advanced|undergrad|graduate|four[\s-]year|4[\s-]year"
    r"|(?:educational|academic)\s+background|technical\s+education|education\b)",
    re.IGNORECASE,
)
# `A degree, ideally in law` asks for one; `a degree preferred with five years of practice` does not.
_OF_THE_SUBJECT: Final = re.compile(r"(?<=ly)\s+(?:in|with(?:in)?)\b")
_SHARES: Final = re.compile(r"(?:\b(?:or|and)|[/&])\s*(?:an?\s+)?$", re.IGNORECASE)


def degree(document: Document, finds: Sequence[int]) -> Evidence | None:
    """Return the evidence of the degree status, or None when no degree is asked.

    The strongest demand speaks for the ad: required, then a degree that experience can replace, then
    preferred. A bare degree in a list of requirements or qualifications is required.

    Args:
        document: the ad's text.
        finds: where words of a degree's name start.
    """
    text = document.text
    best: Evidence | None = None
    best_rank = len(_STRENGTH)
    last_end = -1
    for find in finds[:_MAX_MENTIONS]:
        if find < last_end:
            continue
        match = degree_near(text, find, last_end)
        if match is None:
            continue
        status, sentence_end = _status(document, match)
        last_end = sentence_end if status == "substitutable" else match.end()
        rank = _STRENGTH.index(status)
        if rank < best_rank and status != "none":
            best_rank = rank
            best = Evidence(
                label="degree_status", value=status, quote=match[0], start=match.start(), end=match.end()
            )
            if rank == 0:
                break
    return best


def _status(document: Document, match: re.Match[str]) -> tuple[DegreeStatus, int]:
    """Return what the ad asks of a degree, and up to where other names belong to the same demand."""
    text = document.text
    start, end = match.span()
    kind = document.section_kind_at(start)
    sentence = document.sentence_at(start)
    sentence = Span(sentence.start, max(sentence.end, end))
    if _NOT_ASKED.search(text, max(0, start - 60), start):
        return "none", end
    if _is_paid_for(text, sentence, start, end):
        return "none", sentence.end
    clause = next(
        (Span(c.start, max(c.end, end)) for c in split_clauses(text, *sentence) if start < c.end), sentence
    )
    item_end = _item_end(text, end, clause.end)
    has_lost_its_end = sentence.end - sentence.start >= _LOST_ITS_END
    cue = governing_cue(text, clause, Span(start, end))
    if cue is not None and _is_of_another(text, cue, Span(start, item_end), end, has_lost_its_end):
        cue = None
    if kind in _ELSEWHERE and (cue is None or not _is_said_of(cue, start, end)):
        return "none", sentence.end
    if cue is not None and cue.firmness == "negated":
        soft = any(c.firmness == "preferred" for c in find_modal_cues(text, sentence.start, sentence.end))
        return ("preferred" if soft else "none"), sentence.end
    if kind == "preferred" and (cue is None or cue.firmness == "preferred"):
        return "preferred", end
    reach = cue.start - end if cue is not None and cue.firmness == "preferred" else _FAR
    if reach < _NEAR:
        return "preferred", end
    if _is_replaceable(text, sentence, clause, start, end, item_end):
        return "substitutable", sentence.end
    if reach < _FAR:
        return "preferred", end
    is_a_duty = kind == "responsibilities" and not has_lost_its_end
    if is_a_duty and cue is None and not _BEGINS.match(text, clause.start, end + 1):
        return "none", end
    return "required", end


def _is_said_of(cue: ModalCue, start: int, end: int) -> bool:
    """Say whether a modal word stands beside the degree: `a degree is a plus`, `we require a degree`."""
    is_after = 0 <= cue.start - end < _BESIDE
    return is_after or (cue.firmness == "required" and 0 <= start - cue.end < _BEFORE)


def _is_paid_for(text: str, sentence: Span, start: int, end: int) -> bool:
    """Say whether the employer pays for the degree, or pays by it."""
    before = max(sentence.start, start - 160)
    return (
        _PAID_FOR.search(text, before, min(sentence.end, end + _ITEM)) is not None
        or _PAY_DEPENDS.search(text, before, start) is not None
    )


def _item_end(text: str, degree_end: int, clause_end: int) -> int:
    """Return where the demand for a degree ends, also in a text that lost its line breaks."""
    reach = min(clause_end, degree_end + 260)
    following = _NEXT_ITEM.search(text, degree_end, reach)
    return reach if following is None else following.start()


def _is_replaceable(text: str, sentence: Span, clause: Span, start: int, end: int, item_end: int) -> bool:
    """Say whether experience or the like can stand in for the degree."""
    before = _SUBSTITUTE.search(text, max(clause.start, start - 90), start)
    return (
        _SUBSTITUTE.search(text, end, item_end) is not None
        or (before is not None and _SHARES.search(text, before.end(), start) is not None)
        or _is_substituted(text, end, min(sentence.end, end + 200))
        or _IN_LIEU.search(text, max(0, start - 40), start) is not None
        or _REPLACES_ANY.search(text, end, min(len(text), end + 600)) is not None
    )


def _is_substituted(text: str, start: int, end: int) -> bool:
    found = _SUBSTITUTED.search(text, start, end + _NEXT_WORD)
    return found is not None and found.start() < end


def _is_of_another(text: str, cue: ModalCue, item: Span, degree_end: int, has_lost_its_end: bool) -> bool:
    """Say whether a modal word speaks of something else than the degree that it seems to govern.

    Args:
        text: the whole text.
        cue: the modal word.
        item: from the degree to the end of the demand.
        degree_end: where the degree's name ends.
        has_lost_its_end: the sentence is several ones without marks between them.
    """
    if cue.start > item.end or _OF_THE_SUBJECT.match(text, cue.end):
        return True
    if cue.end <= item.start:
        begins = text[item.start].isupper() and not _SHARES.search(text, max(0, item.start - 10), item.start)
        return has_lost_its_end and begins and cue.end + _BESIDE < item.start
    other = DEGREE.search(text, degree_end, max(degree_end, cue.start))  # `BA, MBA preferred`
    return other is not None and not _SHARES.search(text, degree_end, other.start())
