"""Places and workplace flags as sources give them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from include.collect.protocol import Place, Workplace

_COUNTRY_CODE = re.compile(r"[A-Za-z]{2}")
_SEPARATORS = re.compile("[;|•]")
_NO_PLACE = re.compile(r"\d+ locations?|multiple locations|various|n/?a|-+", re.IGNORECASE)

_WORKPLACES: dict[str, Workplace] = {
    "remote": "remote",
    "fully": "remote",
    "fullyremote": "remote",
    "telecommute": "remote",
    "remoteonly": "remote",
    "100remote": "remote",
    "hybrid": "hybrid",
    "flexible": "hybrid",
    "onsite": "on_site",
    "inoffice": "on_site",
    "office": "on_site",
    "inperson": "on_site",
}


def workplace(flag: str | None) -> Workplace:
    """Return the workplace a source's flag names (`On-site`, `Hybrid`, `FullyRemote`); else `unknown`."""
    return _WORKPLACES.get(re.sub(r"[^a-z0-9]", "", (flag or "").lower()), "unknown")


def country_code(value: str | None) -> str | None:
    """Return an ISO 3166-1 alpha-2 code in capitals; None for names and blanks.

    `UK` is in common use for GB and is read so.
    """
    text = (value or "").strip()
    if not _COUNTRY_CODE.fullmatch(text):
        return None
    return "GB" if text.upper() == "UK" else text.upper()


def place(*parts: str | None, country: str | None = None) -> Place | None:
    """Join the parts of one place from small to large; None when nothing is left.

    Args:
        parts: such as city, region; blanks and repeats are left out, as is a part that the text before it
            has already in whole words (`OR` is not said by `Portland`).
        country: name or code. A code goes to `country_code`; a name is also written into the text.
    """
    texts: list[str] = []
    for part in (*parts, None if country_code(country) else country):
        text = (part or "").strip().strip(",").strip()
        if text and not _NO_PLACE.fullmatch(text) and not _says(", ".join(texts), text):
            texts.append(text)
    code = country_code(country)
    if not texts and not code:
        return None
    return Place(text=", ".join(texts) or str(code), country_code=code)


def _says(text: str, part: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(part.lower())}(?!\w)", text.lower()) is not None


def places(candidates: Iterable[Place | None]) -> tuple[Place, ...]:
    """Return the places in order, without blanks and repeats."""
    return tuple(dict.fromkeys(candidate for candidate in candidates if candidate))


def split_places(text: str | None, country: str | None = None) -> tuple[Place, ...]:
    """Return the places of a text such as `New York, NY; London | Remote`.

    Only `;`, `|` and `•` part places; a comma is a part of one.
    """
    return places(place(part, country=country) for part in _SEPARATORS.split(text or ""))
