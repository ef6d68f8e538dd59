"""One pass over a text that finds everything the certification, degree, framework and clearance rules read.

A single RE2 automaton (linear time, whatever the input) says which of them have anything to do; the costly
patterns then run on a few words around what it found.
"""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple

from include.classify.credentials import NAMES, Hit, hit_at
from include.classify.labels import FrameworkUse
from include.classify.linear_time import compile_longest

MAX_FINDS: Final = 200
"""Matches read per text. Real ads have about ten; the bound keeps hostile input cheap."""


class FrameworkName(NamedTuple):
    """A delivery framework's name in the text."""

    start: int
    end: int
    value: FrameworkUse


class Scan(NamedTuple):
    """What one pass found, in order of the text.

    Attributes:
        hits: names of certifications and words of the family `certif…`.
        degrees: where a word of a degree's name starts.
        frameworks: delivery frameworks named.
        clearances: where a word of a clearance starts.
    """

    hits: list[Hit]
    degrees: list[int]
    frameworks: list[FrameworkName]
    clearances: list[int]


_DEGREE_STEMS: Final = (
    r"(?i:degree|bachelor|\bmaster(?:s|\b)|\bmba\b|\bph\.?d\b|\bbba\b|\bbeng\b|\bmeng\b"
    r"|\b[bm]\.?\s?(?:sc|tech)\b)"
    r"|\bB\.?S\.?\b|\bB\.?A\.?\b|\bB[AS](?:BS|BA|MS)\b|\bM\.?S\.?\b|\bB\.?E\b"
    r"|(?i:\bgraduate\b|\buniversity\s+(?:education|graduate|diploma|studies)"
    r"|\bcollege\s+(?:education|graduate|diploma)|(?:educational|academic)\s+background|\btechnical\s+education"
    r"|education(?:\s+in\s|:\s+(?:stud|backg|recent))|\b(?:final|penultimate)[\s-]year\s)"
    r"|(?i:studium\b|abschluss\b|abgeschlossen|\bbac\s*\+|diplôm|d['’]ing|\bmaster en\b"
    r"|formation\s+(?:sup|bac|ing)|titulaci|\bt[íi]tulo\b|licencia[dt]|\bgrado en\b|\bestudios\b"
    r"|gradua[çc]|\bsuperior\b|forma[çc]|\bhbo\b|\bwo\b)"
)
_FRAMEWORK_WORDS: Final = (
    r"\bS(?:AFe|AFE|afe)\b|(?i:\bscaled agile\b|\bagile release train|\bprogram increment)"
    r"|\bPI[ -][Pp]lanning\b|(?i:scrum)"
    r"|(?i:\bkanban|\bwaterfall|\bextreme programming\b|\bsix sigma\b)|\bXP\b|\bLeSS\b"
    r"|\bShape ?Up\b|\bDSDM\b|\bITIL\b|\bPRINCE ?2\b"
    r"|(?i:\bagile\w?\w?\b|\bágil\b|\bágeis\b|\bágiles\b|\bagilit(?:é|e\b)|\bsprint[ -](?:planning"
    r"|ceremon|review|retro|cycle|goal|backlog))"
)
_CLEARANCE_STEMS: Final = r"(?i:clearance|\bts/sci\b|\b[sd][cv][ -]cleared\b|\bpublic trust\b)"


_AUTOMATON: Final = compile_longest(
    rf"\b(?:{NAMES})s?(?:[^A-Za-z0-9+]|$)|(?i:[cz]ertif)|\b(?i:certs?)\b"
    rf"|{_DEGREE_STEMS}|{_FRAMEWORK_WORDS}|{_CLEARANCE_STEMS}"
)

_DEGREE: Final = re.compile(_DEGREE_STEMS)
_CLEARANCE: Final = re.compile(_CLEARANCE_STEMS)
_FRAMEWORKS: Final[tuple[tuple[FrameworkUse, re.Pattern[str]], ...]] = (
    (
        "safe",
        re.compile(
            r"\bS(?:AFe|AFE|afe)\b|(?i:\bscaled agile\b|\bagile release train|\bprogram increment)"
            r"|\bPI[ -][Pp]lanning\b"
        ),
    ),
    ("scrum", re.compile(r"scrum", re.IGNORECASE)),
    (
        "other",
        re.compile(
            r"(?i:\bkanban|\bwaterfall|\bextreme programming\b|\bsix sigma\b)|\bXP\b|\bLeSS\b"
            r"|\bShape ?Up\b|\bDSDM\b|\bITIL\b|\bPRINCE ?2\b"
        ),
    ),
    ("agile_generic", re.compile(r"\bagil|\bági|\bágeis|\bsprint", re.IGNORECASE)),
)


class _Meaning(NamedTuple):
    is_degree: bool
    is_clearance: bool
    framework: FrameworkUse | None


@functools.lru_cache(maxsize=8192)
def _meaning(words: str) -> _Meaning:
    # The automaton says where something is, not which pattern found it; the words repeat, so it is kept.
    framework = next((value for value, pattern in _FRAMEWORKS if pattern.search(words)), None)
    return _Meaning(_DEGREE.search(words) is not None, _CLEARANCE.search(words) is not None, framework)


def scan(text: str) -> Scan:
    """Return what the rules have to look at, at most `MAX_FINDS` finds.

    Args:
        text: any text, of any length; offsets of the result refer to it, in characters.
    """
    found = Scan([], [], [], [])
    for start, end in _AUTOMATON.spans(text, MAX_FINDS):
        _add(found, text, start, end)
    return found


def find_hits(text: str) -> list[Hit]:
    """Return names of certifications and words of the family `certif…`, in order of the text."""
    return scan(text).hits


def _add(found: Scan, text: str, start: int, end: int) -> None:
    is_degree, is_clearance, framework = _meaning(text[start:end])
    if is_degree:
        found.degrees.append(start)
    if is_clearance:
        found.clearances.append(start)
    if framework is not None:
        found.frameworks.append(FrameworkName(start, end, framework))
    hit = hit_at(text, start, end)
    if hit is None:
        return
    hits = found.hits
    while hits and hits[-1].start >= hit.start:
        hits.pop()  # `Salesforce Certified Administrator` swallows what it holds
    if not hits or hits[-1].end < hit.end:
        hits.append(hit)
