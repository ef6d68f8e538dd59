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
    (?:\b(?:bachelor(?:['’]?s|s['’]|\b)|(?<!scrum\ )masters?['’]?s?(?=\s*(?:degree|of\s|in\s|or\s|/
    |,|preferred|required))|master['’]s)(?!\s*(?:data|schedule|plan|service|file|record|brand
    |agreement|class|list|product|of\s+(?:ceremon|the\b|all\b|our\b|your\b)|the\b|your\b|bedroom|detail
    |key|black|branch|mind))
  (?:\s+(?:degree|of\s+(?:science|arts|business|engineering|technology|commerce)))?)
  | \b(?:B\.?\s?Sc?\.?|B\.?A\.?|M\.?Sc\.?|M\.?S\.?|B\.?Tech|B\.?E\.?|M\.?Tech|BBA|BEng
  |MEng)(?=\s*(?:/|degree|in\s+[A-Z]|or\s+(?:M|equivalent|higher|B|advanced)|,?\s*(?:MS|MBA|MSc
  |preferred|required)|\s+from\b))
  | \bBS/(?:BA|MS)\b | \bBA/(?:BS|MA)\b | \bB\.?S\.?/B\.?A | \bB\.?A\.?/B\.?S | \bMBA\b | \bPh\.?D\b(?!-level)
  | \b(?:college|university|undergraduate|graduate|postgraduate|advanced|tertiary|academic|technical
  |engineering|four[\s-]year|4[\s-]year|relevant|related|associate(?:['’]?s)?|technology|science
  |business|finance|stem|higher|law|quantitative|professional|bachelor\w*|accredited)\s+degrees?\b
  | \bdegrees?\b(?=\s*(?:in\s|from\s|or\s+(?:equivalent|higher|diploma|advanced|related|relevant
  |similar|comparable|commensurate|experience)|with\s+(?:an?\s+)?(?:major|focus|concentration
  |emphasis)|\(|preferred|required|is\s|,|and\s+(?:or\s+)?\d|holder|qualified|level|educated|/))
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
    r"|\bor\s+(?:(?!minimum|with\b|and\b|MBA\b)[\w+’'-]+\s+){0,5}?(?:experience|background"
    r"|years\s+of)\b|\bor\s+\d+\+?\s+years\b|\bequivalent\s+(?:\w+\s+){0,3}experience\b"
    r"|\bor\s+equivalent\b|\b(?:and/or|or)\s+(?:\w+\s+){0,4}(?:work\s+)?experience\b"
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
_BENEFIT: Final = GuardedPattern(
    r"tuition|reimburs|toward|salar|compensation|\bpay\b",
    re.IGNORECASE,
)
_ELSEWHERE: Final = frozenset(["benefits", "pay", "company", "legal", "process", "form"])


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


_WORD_START: Final = re.compile(r"(?<!\w)\w")


def _match_near(text: str, find: int, last_end: int) -> re.Match[str] | None:
    """Return the degree whose name holds the word at `find`, trying only where a word starts."""
    for word in _WORD_START.finditer(text, max(0, find - 32, last_end), find + 1):
        match = _DEGREE.match(text, word.start(), word.start() + 160)
        if match is not None and match.end() > find:
            return match
    return None


def _status(document: Document, match: re.Match[str]) -> tuple[DegreeStatus, int]:
    text = document.text
    start, end = match.span()
    if _NOT_ASKED.search(text, max(0, start - 60), start):
        return "none", end
    kind = document.section_kind_at(start)
    sentence = document.sentence_at(start)
    sentence = Span(sentence.start, max(sentence.end, end))
    words = text[max(sentence.start, start - 160) : min(sentence.end, end + 260)]
    if kind in _ELSEWHERE or _BENEFIT.search(words):
        return "none", sentence.end
    clause = next(
        (Span(c.start, max(c.end, end)) for c in split_clauses(text, *sentence) if start < c.end), sentence
    )
    cue = governing_cue(text, clause, Span(start, end))
    if cue is not None and cue.firmness == "negated":
        soft = any(c.firmness == "preferred" for c in find_cues(text, sentence.start, sentence.end))
        return ("preferred" if soft else "none"), sentence.end
    if kind == "preferred" and (cue is None or cue.firmness == "preferred"):
        return "preferred", end
    if cue is not None and cue.firmness == "preferred" and cue.start - end < 90:
        return "preferred", end
    if (
        _SUBSTITUTE.search(text, end, min(clause.end, end + 260))
        or _SUBSTITUTE.search(text, max(clause.start, start - 90), start)
        or _SUBSTITUTED.search(text, end, min(sentence.end, end + 200))
    ):
        return "substitutable", sentence.end
    if (
        kind == "responsibilities"
        and cue is None
        and not document.text[clause.start : clause.end]
        .strip()[:60]
        .lower()
        .startswith(
            (
                "bachelor",
                "master",
                "degree",
                "bs",
                "ba",
                "mba",
                "university",
                "a ",
                "advanced",
                "undergrad",
                "graduate",
                "b.",
                "education",
            )
        )
    ):
        return "none", end
    return "required", end
