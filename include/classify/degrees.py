"""What the ad asks in degrees (codebook section 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from include.classify.labels import DegreeStatus, Evidence
from include.classify.linear_time import GuardedPattern
from include.classify.modality import find_cues, governing_cue
from include.classify.segments import Document, Span
from include.classify.structure.sentences import split_clauses

_STRENGTH: Final[tuple[DegreeStatus, ...]] = ("required", "substitutable", "preferred", "none")
_MAX_MENTIONS: Final = 12

_DEGREE: Final = re.compile(
    r"""
    (?:(?:\b|(?<=[a-z])(?=(?-i:B)))(?:bachelor(?:['’]?s|s['’]|\b)|(?<!scrum\ )masters?['’]?s?(?=\s*
    (?:degree|of\s+(?:science|arts|business|engineering|technology|commerce|public
    |education|laws?|philosophy|fine|applied|computer|information)|in\s|or\s|/|,|preferred|required))|master['’]s)(?!\s*(?:data|schedule|plan|service|file|record|brand
    |agreement|class|list|product|of\s+(?:ceremon|the\b|all\b|our\b|your\b)|the\b|your\b|bedroom|detail
    |key|black|branch|mind))
  (?:\s+(?:degree|of\s+(?:science|arts|business|engineering|technology|commerce)))?)
  | \b(?:B\.?\s?Sc?\.?|B\.?A\.?|M\.?Sc\.?|M\.?S\.?|B\.?Tech|B\.?E\.?|M\.?Tech|BBA|BEng
  |MEng)(?=\s*(?:/|degree|in\s+[A-Z]|or\s+(?:M|equivalent|higher|B|advanced)|,?\s*(?:MS|MBA|MSc
  |preferred|required)|\s+from\b|\s*\(or\s))
  | \bB[AS](?:BS|BA|MS)\b | \bBS/(?:BA|MS)\b | \bBA/(?:BS|MA)\b | \bB\.?S\.?/B\.?A | \bB\.?A\.?/B\.?S
  | \bMBA\b | \bPh\.?D\b(?!-level)
  | \b(?:college|university|undergraduate|graduate|postgraduate|advanced|tertiary|academic|technical
  |engineering|four[\s-]year|4[\s-]year|relevant|related|associate(?:['’]?s)?|technology|science
  |business|finance|marketing|economics|mathematics|design|stem|higher|law|quantitative|professional|bachelor\w*|accredited)\s+degrees?\b
  | \bdegrees?\b(?=\s*(?:in\s|from\s|or\s+(?:equivalent|higher|diploma|advanced|related|relevant
  |similar|comparable|commensurate|experience)|with\s+(?:an?\s+)?(?:major|focus|concentration
  |emphasis)|\(|preferred|required|is\s|,|and/?or\s|and\s+(?:or\s+)?\d|holder|qualified|level|educated|/))
  | \bdegree[\s-](?:qualified|educated|level)\b | \bgraduate\s+(?:of|in|from)\b
  | \buniversity\s+(?:education|graduate|diploma|studies)\b | \bcollege\s+(?:education|graduate
  |diploma)\b
  | \b(?:hochschul|fachhochschul|universitäts)?(?:studium|abschluss)\b
  | \b(?:abgeschlossene\w*)\s+(?:\S+\s+){0,3}?(?:studium|hochschulstudium|ausbildung)
  | \bbac\s*\+\s*\d | \bdiplôme\b | \bdiplômé\w* | \b(?:école|ecole)\s+d['’]ing[ée]nieurs?
  | \bmaster\s+en\b | \bformation\s+(?:sup[ée]rieure|bac|d['’]ing|ing[ée]nieur)
  | \btitulaci[óo]n\b | \bt[íi]tulo\s+(?:universitario|profesional|superior) | \blicenciatura\b
  | \blicenciad[oa]\b | \bgrado\s+en\b | \bestudios\s+(?:universitarios|superiores)
  | \bgradua[çc][ãa]o\b | \b(?:ensino|curso)\s+superior\b | \bforma[çc][ãa]o\s+(?:superior
  |acad[êe]mica|em)\b | \bsuperior\s+completo\b
  | \b(?:hbo|wo)[\s/-]+(?:(?:hbo|wo)[\s/-]*)?(?:werk|denk|niveau|opleiding|diploma)\w*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SUBSTITUTE: Final = GuardedPattern(
    # They begin with few letters: `re` passes over the others.
    r"(?=[aeio(/])(?:\bor\s+(?:(?:an?|the|its|any|some|other|commensurate|combination\s+of|relevant|related"
    r"|similar|comparable|demonstrated|practical|professional|significant|extensive|proven|work"
    r"|working|industry|real[\s-]world|on[\s-]the[\s-]job|hands[\s-]on|military|additional"
    r"|substantial|strong|lived)\s+){0,4}(?:equivalent(?:\s+(?:\w+\s+){0,3}(?:experience"
    r"|combination|training|education|practical|work))?|experience|comparable|commensurate"
    r"|similar\s+(?:experience|work))"
    r"|\bor\s+(?:(?!minimum|with\b|and\b|plus\b|MBA\b|(?:fields?|disciplines?|areas?|subjects?|majors?)\b)"
    r"[\w+’'-]+\s+){0,5}?(?:experience|background"
    r"|years\s+of)\b|\bor\s+\d+\+?\s+years\b|\bequivalent\s+(?:\w+\s+){0,3}experience\b"
    r"|\bor\s+equivalent\b|\b(?:and/?or|or)\s+(?:(?!plus\b)\w+\s+){0,4}(?:work\s+)?experience\b"
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
    r"\b(?:may|can|will)\s+be\s+(?:substitut|replac|consider)|\bin\s+lieu\s+of\b|;\s*or\b|\bOR\b", re.NOFLAG
)
_NOT_ASKED: Final = re.compile(
    r"\b(?:no|without\s+an?|regardless\s+of|whether\s+or\s+not\s+you\s+have)\s+(?:\w+\s+){0,3}$"
    r"|\b(?:don['’]t|do\s+not)\s+(?:need|require|care)[^.]{0,50}$|(?:high|some|certain|varying"
    r"|large|greater|any|same|full)\s+$|\d[\s-]*$",
    re.IGNORECASE,
)
_PAID_FOR: Final = GuardedPattern(r"tuition|reimburs|toward", re.IGNORECASE)
_PAY_DEPENDS: Final = GuardedPattern(r"salar|compensation|\bpay\b", re.IGNORECASE)
_ELSEWHERE: Final = frozenset(["benefits", "pay", "company", "legal", "process", "form"])
_LOST_ITS_END: Final = 330  # characters; a sentence this long is several, and its section is a guess
_BESIDE: Final = 12  # characters: a modal word this near is the degree's own, whatever the section
_ITEM: Final = 60  # characters: what is still about the degree in any case
# The next demand where no mark parts it: `or related field Proven experience`, `or similar 5 years of`.
_NEXT_ITEM: Final = re.compile(
    r"(?<=[a-z])\s(?<!\bor\s)(?<!\band\s)(?<!\bwith\s)(?<!\bplus\s)(?:\d+\s*[-–]\s*)?\d+\+?\s*(?:years?|yrs)\b"
    r"|(?<=field)\d|(?<=fields)\d"
    r"|(?:(?<=field)|(?<=fields)|(?<=discipline)|(?<=disciplines)|(?<=area)|(?<=areas)|(?<=subject)|(?<=similar)"
    r"|(?<=equivalent)|(?<=experience))\s(?=(?-i:[A-Z])[a-z])(?!\s*(?:or|and|in|is|a|an|preferred|required|desired|strongly|highly"
    r"|ideally|preferably|experience)\b)",
    re.IGNORECASE,
)
# Among duties a degree is a demand where the clause begins with it, and else something that is talked about.
_BEGINS: Final = re.compile(
    r"\W*(?:(?:an?|at|least|minimum|of|currently|pursuing|or|and|recently|completed|finished|hold(?:s|ing)?|have|has|possess(?:es)?"
    r"|earned|education)\W+){0,8}(?:bachelor|master|degree|bs|ba|b\.|mba|university|advanced|undergrad|graduate)",
    re.IGNORECASE,
)
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
        match = _match_near(text, find, last_end)
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


_WORD_START: Final = re.compile(r"(?<!\w)\w|(?<=[a-z])B(?=achelor)")


def _match_near(text: str, find: int, last_end: int) -> re.Match[str] | None:
    """Return the degree whose name holds the word at `find`, trying only where a word starts."""
    for word in _WORD_START.finditer(text, max(0, find - 32, last_end), find + 1):
        match = _DEGREE.match(text, word.start(), word.start() + 160)
        if match is not None and match.end() > find:
            return match
    return None


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
    cue = governing_cue(text, clause, Span(start, end))
    item_end = _item_end(text, end, clause.end)
    if cue is not None and (cue.start > item_end or _is_of_another(text, end, cue.start)):
        cue = None
    if kind in _ELSEWHERE and (cue is None or not 0 <= cue.start - end < _BESIDE):
        return "none", sentence.end
    if cue is not None and cue.firmness == "negated":
        soft = any(c.firmness == "preferred" for c in find_cues(text, sentence.start, sentence.end))
        return ("preferred" if soft else "none"), sentence.end
    if kind == "preferred" and (cue is None or cue.firmness == "preferred"):
        return "preferred", end
    if cue is not None and cue.firmness == "preferred" and cue.start - end < 90:
        return "preferred", end
    if _is_replaceable(text, sentence, clause, start, end, item_end):
        return "substitutable", sentence.end
    is_a_duty = kind == "responsibilities" and sentence.end - sentence.start < _LOST_ITS_END
    if is_a_duty and cue is None and not _BEGINS.match(text, clause.start, end + 1):
        return "none", end
    return "required", end


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
        or _SUBSTITUTED.search(text, end, min(sentence.end, end + 200)) is not None
    )


def _is_of_another(text: str, degree_end: int, cue_start: int) -> bool:
    """Say whether a degree of its own stands between a degree and a modal word: `BA, MBA preferred`."""
    other = _DEGREE.search(text, degree_end, max(degree_end, cue_start))
    return other is not None and _SHARES.search(text, degree_end, other.start()) is None
