"""Headings inside running text whose line breaks were lost: what the words last announced.

`segments` finds headings that still carry a sign of being one (a colon, a glued word, a bullet). In a line
far too long for a paragraph, the phrases that ads use as headings tell the section without such a sign.
"""

from __future__ import annotations

import re
from typing import Final, cast

from include.classify.headings import SectionKind
from include.classify.linear_time import GuardedPattern

_LONG_LINE = 400  # characters; from here a line holds more than a paragraph
_LONGEST_LINE = 5000  # characters looked at for the line's start
_REACH = 700  # characters looked back

# A capital marks a heading word; phrases of several words need none. The last match before a mention decides.
_ANNOUNCES: Final = GuardedPattern(
    r"""
    \b(?=[A-Zbchimty])(?:  # what all begin with: `re` passes over everything else
    (?P<preferred>
        (?i:\b(?:you|candidates?)\s+(?:might|may|could)\s+(?:also\s+)?(?:even\s+)?have\b)
      | \b(?:Nice|Good|Great)[\s-][Tt]o[\s-][Hh]aves?\b
      | \bBonus\s+(?:[Pp]oints|[Tt]raits|[Ss]kills|[Qq]ualifications|[Ee]xperience|if\b)
      | (?i:\byou\s+will\s+be\s+preferred\s+if\b
          | \bideal\s+candidates?\s+(?:will\s+)?also\s+(?:have|has)\b
          | \bhave\s+an?\s+(?:advantage|edge)\s+if\b
          | \bbackground\s+like\s+this\s+helps\b)
      | \b(?:Preferred|Desired|Desirable|Additional\s+Desired)\s+(?:Qualifications|Skills|Experience
          |Requirements|Knowledge|Qualities|Attributes|Criteria|Education)\b
      | \b(?:Desirables?|Preferred|Pluss?es|Bonus|Deseables?|Desejável|Diferenciais|Valorable
          |Wünschenswert)\s*[:–-]
      | \bVon\s+Vorteil\s*:
    )
  | (?P<required>
        \b(?:Minimum|Basic|Required|Mandatory|Essential)\s+(?:Qualifications|Requirements|Skills|Experience
          |Education|Criteria)\b
      | \b(?:Requirements|REQUIREMENTS)\b(?!\s+(?:and|&|for)\s+[Rr]esp)
      | \b(?:Anforderungen|Voraussetzungen|Requisitos|Exigences|Prérequis)\s*[:–-]
      | \bMust(?:[\s-]Haves?|-haves?|\shaves)\b
      | (?i:\bmust\s+meet\s+the\s+following\b)
    )
  | (?P<neutral>
        \b(?:Qualifications|QUALIFICATIONS)\b
      | \bWhat\s+[Yy]ou(?:['’]?ll|\s+[Ww]ill)?\s+(?:[Bb]ring|[Hh]ave)\b | \bWho\s+[Yy]ou\s+[Aa]re\b
      | \bWhat\s+(?:[Ww]e(?:['’]?re)?|[Ww]e\s+[Aa]re)\s+[Ll]ook(?:ing)?\s+[Ff]or\b | \bAbout\s+[Yy]ou\b
      | \bYour\s+(?:[Pp]rofile|[Bb]ackground|[Ss]kills)\b | \b(?:Votre|Ton)\s+profil\b
      | \b(?:Ihr|Dein)\s+Profil\b | \bDas\s+bringst\s+[Dd]u\s+mit\b | \bProfil\s+recherché\b
    )
  | (?P<benefits>
        \bWhat\s+[Ww]e(?:['’]ll)?\s+[Oo]ffer\b | \b(?:Benefits|Perks|BENEFITS|PERKS)\b | \bWhy\s+[Jj]oin\b
      | \bWe\s+[Oo]ffer\b
      | \b(?:Das|Was)\s+(?:bieten\s+wir|wir\s+(?:[Dd]ir\s+|Ihnen\s+)?bieten)\b | \bWir\s+bieten\b
      | \bUnser\s+Angebot\b | \b(?:Ofrecemos|Oferecemos|Beneficios|Benefícios)\s*[:–-]
      | \bNous\s+(?:vous\s+)?(?:offrons|proposons)\b
      | \b[Tt]e\s+ofrecemos\b | \b(?:Nos\s+avantages|Ce\s+que\s+nous)\b
    )
  | (?P<responsibilities>
        \b(?:Responsibilities|RESPONSIBILITIES)\b
      | \bWhat\s+[Yy]ou(?:['’]?ll|\s+[Ww]ill)\s+(?:[Bb]e\s+)?[Dd]o(?:ing)?\b
      | \b(?:Vos\s+missions|Key\s+[Dd]uties|(?:Deine|Ihre)\s+Aufgaben)\b
    )
  | (?P<company> \bAbout\s+(?:[Uu]s|[Tt]he\s+[Cc]ompany)\b | \bWho\s+[Ww]e\s+[Aa]re\b
      | \bCompany\s+Description\b )
    )
    """,
    re.VERBOSE,
)


def lost_heading(text: str, mention: int) -> SectionKind | None:
    """Return what the last heading phrase before a mention announces, None when its line is a plain one.

    Args:
        text: the ad's text.
        mention: where the mention starts.
    """
    start = text.rfind("\n", max(0, mention - _LONGEST_LINE), mention) + 1
    end = text.find("\n", mention, mention + _LONG_LINE)
    end = min(len(text), mention + _LONG_LINE) if end < 0 else end
    if end - start < _LONG_LINE:
        return None
    kind: SectionKind | None = None
    for match in _ANNOUNCES.finditer(text, max(start, mention - _REACH), mention):
        kind = cast(SectionKind, match.lastgroup)
    return kind
