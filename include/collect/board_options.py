"""The options that each source's adapter reads from a board's row, and what they may say.

An option that no adapter reads would change nothing, and a value of another form would end the read of its
board. Both are typos, so they are reported before anything is read.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

_NUMBER = r"[1-9]\d{0,3}"
_DAYS_OF_BUNDESAGENTUR = r"\d{1,2}|100"
_IN_WORDS = {_NUMBER: "a number from 1 to 9999", _DAYS_OF_BUNDESAGENTUR: "a number from 0 to 100"}
_ALL_DETAILS = {"details": "all"}

BOARD_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "adzuna": {"pages": _NUMBER, "days": _NUMBER},
    "bamboohr": _ALL_DETAILS,
    "breezy": _ALL_DETAILS,
    "bundesagentur": _ALL_DETAILS | {"days": _DAYS_OF_BUNDESAGENTUR},
    "career_page": {"details": "all|product", "link": r".+", "max_pages": _NUMBER},
    "himalayas": {"pages": _NUMBER},
    "hn_hiring": {"months": _NUMBER, "threads": r"\d+(?:\|\d+)*"},
    "icims": _ALL_DETAILS,
    "jazzhr": _ALL_DETAILS,
    "jobicy": {"by": "tag|industry"},
    "jobtech_stream": {"occupation": r"\w+"},
    "jobvite": _ALL_DETAILS,
    "lever": {"region": "global|eu"},
    "oracle": _ALL_DETAILS,
    "personio": _ALL_DETAILS | {"domain": "de|com", "language": "[a-z]{2}"},
    "reed": _ALL_DETAILS | {"pages": _NUMBER},
    "rippling": _ALL_DETAILS,
    "smartrecruiters": _ALL_DETAILS,
    "successfactors": {"locale": "[a-z]{2}_[A-Z]{2}"},
    "themuse": {"pages": _NUMBER},
    "usajobs_history": _ALL_DETAILS,
    "workday": _ALL_DETAILS | {"search": r".*"},
}
"""By source and option, a regular expression of its values; a source that is not here reads no option."""


def option_problem(source: str, name: str, value: str) -> str | None:
    """Return what is wrong with an option of a board and what would mend it, None when it is right."""
    known = BOARD_OPTIONS.get(source, {})
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        mend = f"is {near[0]} meant?" if near else f"it reads {', '.join(sorted(known)) or 'none'}"
        return f"{source} reads no option {name!r}; {mend}"
    if not re.fullmatch(known[name], value):
        wanted = _IN_WORDS.get(known[name]) or known[name].replace("|", " or ")
        return f"option {name} of {source} is {value!r}: write {wanted}"
    if name == "link":
        try:
            re.compile(value)
        except re.error as error:
            return f"option {name} of {source} is no regular expression: {error}"
    return None
