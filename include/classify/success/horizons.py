"""Time horizons given to the person in the role, told from all the other dates an ad mentions."""

from __future__ import annotations

from include.classify.linear_time import compile_plain, compile_verbose

_FOREIGN_TO_THE_ROLE = compile_verbose(
    r"""
    \b(?:last|past|previous|recent)\b
  | ^(?:in|after|over|at|by)\s+(?:the\s+|just\s+|only\s+|under\s+|less\s+than\s+|more\s+than\s+
      |about\s+)*\S+(?:\s\S+)?\s+years$
  | ^days?\s*(?:1|one)$ | ^(?:by|over|at|during)\s+(?:a|an)\s
  | ^by\s+20\d\d$
    """
)
_WORKED_TOGETHER = compile_plain(r"worked together|you['’]?d have|you would have")

_OTHER_SUBJECT = compile_verbose(
    r"""
    experience | \bpaid\b | vacation | holiday | \bleave\b | \bpto\b | insur | 401 | vest(?:ed|ing|s)?\b
        | salar | pension | sabbatical
  | founded | days?\s+(?:a|per|each|/)\s*week | in[\s-]office | \bon[\s-]site\b
  | \bappl(?:y|ying|icants?)\b | (?:your|the|of)\s+applications?\b | hear\s+(?:back\s+)?from
  | interview | \bvisa\b | notice | contract | internship | graduat | tenure | anniversary | maternity
      | parental | benefits
  | eligib | enrol | (?:health|medical|dental)\s+(?:care|cover) | probation | reimburs | stipend | bonus
      | certif | licen[sc]e | degree
  | old\b | since | fiscal | privacy | retained? | urlaub | probezeit | cong[ée]s | essai | erfahrung
      | exp[ée]rience | experiencia
    """
)

LEARNING = compile_verbose(
    r"""
    \b(?:learn|meet|understand|familiari[sz]e|get\s+to\s+know|onboard|shadow|immers|absorb|ramp|join|attend|explor|train|settle
      |get\s+up\s+to\s+speed|deepen|build(?:ing)?\s+(?:\w+\s+){0,2}?relationships|listen|gain|become\s+familiar|complete\s+(?:\w+\s+){0,3}?(?:training|onboarding)
      |einarbeit|kennenlern|lernen|d[ée]couvr|apprend|conocer|aprender|conhecer|leren)\w*
    """
)
"""Activities of somebody who settles in: a horizon with nothing else is tier H."""

DELIVERING = compile_verbose(
    r"""
    \b(?:ship|launch|deliver|releas|publish|present|build|built|creat|design|develop|establish|implement|draft|writ(?:e|t)|wrote|document
      |clos(?:e|ed|ing)\b|hir(?:e|ed|ing)\b|sign(?:ed)?\b|own|achiev|hit\b|exceed|reduc|increas|improv|grow|grew|complete|defin|roll(?:ed)?\s+out|execut
      |produc(?:e|ing)|migrat|automat|finali[sz]|propos|identify|deploy|set\s+up|stood\s+up|stand\s+up|manag(?:e|es|ed|ing)\b|run\b|ran\b|lead\b|led\b|drive|driven|shap|refin|conduct|test
      |sold|sell|generat|transform|overhaul|prioriti[sz]|roadmap|strategy|zero-based|secure|onboarded|fix|solv|unlock|validat|articulat|landed
      |ausliefer|liefer|geliefert|einf[üu]hr|eingef[üu]hrt|umsetz|umgesetzt|gewonnen|gesteigert|steiger|aufgebaut|gestartet
      |lanc(?:e|é)|livr|sign[ée]|d[ée]velopp|mettre\s+en\s+place|mis\s+en\s+place|r[ée]alis|lanz|entreg|firm(?:ar|ado)|reduci
      |lan[çc](?:ar|ad|ou)|implant|gelanceerd|lanceer|opgeleverd|oplever|lever\s|gebouwd|bouw)\w*
    """
)
"""Verbs that take something an outsider could see finished."""


_COMPANY = compile_plain(
    r"^(?:in\s[^,.]{3,24},\s)?(?:we|our|the\s+company|wir|unser\w*|nous|notre|nuestr[oa]|noss[oa]|ons|onze)\b"
)
_ADDRESSED = compile_plain(
    r"\b(?:you|your|youll|this role|du|dein\w*|sie|ihr\w*|vous|votre|tu|te|usted|voc[êe]|seu|sua|je|jij"
    r"|jouw)\b"
)


def is_of_company(sentence: str) -> bool:
    """Say whether the sentence tells what the employer did or plans, and does not address the reader."""
    return _COMPANY.is_in(sentence) and not _ADDRESSED.is_in(sentence)


def is_foreign(cue: str, sentence: str) -> bool:
    """Say whether a time span belongs to somebody or something else than the hire's time in the role.

    Args:
        cue: the words that name the span, such as `within 6 months`.
        sentence: the sentence that holds them.
    """
    if _FOREIGN_TO_THE_ROLE.is_in(cue):
        return not _WORKED_TOGETHER.is_in(sentence)
    return False


def other_subject(sentence: str) -> bool:
    """Say whether the sentence speaks of leave, pay, hiring, schooling and the like."""
    return _OTHER_SUBJECT.is_in(sentence)


HORIZON_WORDS = compile_verbose(
    r"""
    \b(?:first|within|next|after|by)\s+(?:the\s+|your\s+|about\s+)?(?:first\s+)?(?:\d{1,3}|one|two|three|four|six|nine|twelve|few)
        (?:\s?(?:-|–|to|or)\s?\d{1,2})?[\s-]+(?:days?|weeks?|months?|quarters?|year)
  | \b(?:first|one)[\s-](?:year|quarter|month)\b | \b(?:month|week|quarter|day|year)s?\s?\d | \b30[\s/,&-]+60
  | \(\d{1,2}\s?(?:-|–)?\s?\d{0,2}\s?months?\) | \bby\s+(?:q[1-4]|fy\s?\d\d|(?:the\s+)?end\s+of)
    """
)
"""A horizon anywhere in a passage on success makes its outcomes dated (tier E1)."""
