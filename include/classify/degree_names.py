"""How ads name a degree, in six languages."""

from __future__ import annotations

import re
from typing import Final

DEGREE: Final = re.compile(
    r"""
    (?:(?:\b|(?<=[a-zA-Z])(?=(?-i:B)))(?:bachelor(?:['’]?s|s['’]|\b)|(?<!scrum\ )masters?['’]?s?(?=\s*
    (?:degree|of\s+(?:science|arts|business|engineering|technology|commerce|public
    |education|laws?|philosophy|fine|applied|computer|information)|in\s(?!the\s+art)|or\s|/|,|preferred|required))|master['’]s)(?!\s*(?:data|schedule|plan|service|file|record|brand
    |agreement|class|list|product|of\s+(?:ceremon|the\b|all\b|our\b|your\b)|the\b|your\b|bedroom|detail
    |key|black|branch|mind))
  (?:\s+(?:degree|of\s+(?:science|arts|business|engineering|technology|commerce)))?)
  | \b(?!(?-i:BE\s+(?:IN|OR|FROM|REQUIRED|PREFERRED)\b))  # the verb, in a text in capitals
  (?:B\.?\s?Sc?\.?|B\.?A\.?|M\.?Sc\.?|M\.?S\.?|B\.?Tech|(?<!\w\.)B\.?E\.?|M\.?Tech|BBA|BEng
  |MEng)(?=\s*(?:/|degree|in\s+[A-Z]|or\s+(?:M|equivalent|higher|above|B|advanced)|and\s+(?:the|an?|\d)\b|,?\s*(?:MS|MBA|MSc
  |preferred|required)|\s+from\b|\s*\(or\s))
  | \bB[AS](?:BS|BA|MS)\b | \bBS/(?:BA|MS)\b | \bBA/(?:BS|MA)\b | \bB\.?S\.?/B\.?A | \bB\.?A\.?/B\.?S
  | \bMBA\b | \bPh\.?D\b(?!-level)
  | \b(?:college|university|undergraduate|graduate|postgraduate|advanced|tertiary|academic|technical
  |engineering|four[\s-]year|4[\s-]year|relevant|related|associate(?:['’]?s)?|technology|science
  |business|finance|marketing|economics|mathematics|design|stem|higher|law|quantitative|professional|completed|bachelor\w*|accredited|field|CS)\s+degrees?\b
  | (?:\b|(?<=[a-z])(?=(?-i:D)))degrees?\b(?=\s*(?:in\s|related\s+to|specialization
  |an?\s+(?:plus|advantage|asset)|from\s|or\s+(?:equivalent|higher|diploma|advanced|related|relevant
  |similar|comparable|commensurate|experience)|with\s+(?:[\w-]+\s+){0,5}?(?:major|focus|concentration
  |emphasis)|\(|preferred|required|desired|desirable|would\s|is\s|,|and/?or\s|and\s+(?:or\s+)?\d|holder|qualified|level|educated|/))
  | \bdegree[\s-](?:qualified|educated|level)\b | \bgraduate\s+(?:of|in|from)\b
  | \buniversity\s+(?:education|graduate|diploma|studies)\b | \bcollege\s+(?:education|graduate
  |diploma)\b
  | (?:\b|(?<=[a-z])(?=(?-i:[AE])))(?:educational|academic)\s+background\b(?=\s+(?:in|or|related|from|with)\b)
  | (?<!career\sand\s)\btechnical\s+education\b(?=\s*(?:$|[(,.;\n]|or\b|in\b|required|preferred))
  | (?<!online\s)(?<!health\s)(?:\b|(?<=[a-z])(?=(?-i:E)))education\b(?=\s+in\s+(?:
    (?!(?:the|this|our|its|an?)\b)(?-i:[A-Z]) | (?:an?\s+)?(?:related|relevant|similar)\s
    | business|computer|engineering|finance|health|law\b|marketing|design|economics|technical|science
    |math|stem\b))
  | \beducation(?=:\s+(?:studies|study|background|recent\s+graduate)\b)
  | \b(?:final|penultimate)[\s-]year\s+(?:\w+\s+)?students?\b
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
"""The name of a degree or of a study, with what makes sure that one is meant."""

_WORD_START: Final = re.compile(
    r"(?<!\w)\w|(?<=[A-Za-z])B(?=achelor)|(?<=[a-z])(?:E(?=ducation)|A(?=cademic)|D(?=egree))"
)
_LONGEST_GLUED: Final = len("Education")  # to the word before: `mapsEducation`


def degree_near(text: str, find: int, last_end: int) -> re.Match[str] | None:
    """Return the degree whose name holds the word at `find`, trying only where a word starts."""
    for word in _WORD_START.finditer(text, max(0, find - 32, last_end), find + _LONGEST_GLUED):
        if word.start() > find:
            break
        match = DEGREE.match(text, word.start(), word.start() + 160)
        if match is not None and match.end() > find:
            return match
    return None
