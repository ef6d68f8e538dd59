"""Texts that the shipped normalization makes of invented ads, kept to show a change that no version tells.

A text that is made otherwise under the same version makes old ads and new ones differ without a mark. So
the texts of some hundred invented ads are kept as hashes beside the version that made them. A change that
shows in none of them stays unseen. `python -m tests.normalize.text_record` writes the record anew.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from include.archive.reads import Board
from include.collect.protocol import Listing
from include.normalize.posting import Posting
from include.normalize.postings import normalize_listing
from include.normalize.versions import TEXTS_VERSION
from include.sample_market.config import MarketConfig
from include.sample_market.market import generate
from include.sample_market.markup import ad_html, ad_plain, style_of
from tests.normalize.layouts import LAYOUTS
from tests.normalize.personal_texts import IMPERSONAL, PERSONAL

RECORD = Path(__file__).parent / "data" / "text_record.json"
_DAY = date(2026, 11, 16)
_BOARD = Board(source="greenhouse", token="acme", employer="Acme")
_CONTACTS = (
    "<p>Ask jane.doe@example.org or +49 30 1234567.</p>",
    "\n\nAsk jane at acme dot com, 030 / 123 45 67.",
)
# Spaces, newlines and what is not seen, each between two letters.
_TYPED = "".join(
    f"a{chr(code)}b "
    for code in (*range(0x2F), *range(0x7F, 0xAE), 0x1680, *range(0x2000, 0x2070), 0x3000, 0xFEFF, 0xFFFE)
)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What one version made of the ads: hash of an ad to hash of its text."""

    texts_version: str
    texts: dict[str, str]

    def unsaid_changes(self, new: Record) -> int:
        """Return how many ads have another text in `new` although the version is the same."""
        if self.texts_version != new.texts_version:
            return 0
        return sum(new.texts.get(ad, text) != text for ad, text in self.texts.items())


def read_record() -> Record:
    """Return the kept record."""
    return msgspec.json.decode(RECORD.read_bytes(), type=Record)


def make_record() -> Record:
    """Return the record of the code at hand."""
    return Record(
        texts_version=TEXTS_VERSION,
        texts={_hash(_source(listing)): _hash(_text(listing)) for listing in _listings()},
    )


def main() -> int:
    """Write the record anew, unless a change is not told by the version; return the process's exit code."""
    new = make_record()
    n_changes = read_record().unsaid_changes(new) if RECORD.exists() else 0
    if n_changes:
        print(
            f"{n_changes} ads have another text: raise TEXTS_VERSION (include/normalize/versions.py)",
            file=sys.stderr,
        )
        return 1
    RECORD.write_bytes(msgspec.json.format(msgspec.json.encode(new), indent=1) + b"\n")
    print(f"{RECORD.name}: {len(new.texts)} texts")
    return 0


def _listings() -> Iterator[Listing]:
    market = generate(MarketConfig(weeks=1, product_openings_per_week=150))
    ads = [market.ad(opening) for opening in market.openings]
    for number, ad in enumerate(ads):
        html, plain = ad_html(ad, style_of(number)), ad_plain(ad.sections)
        yield _listing(ad.title, html=html + _CONTACTS[0] * (number % 3 == 0))
        if number % 4 == 0:
            yield _listing(ad.title, plain=plain.replace("\n", "\r\n") + _CONTACTS[1])
    for number, html in enumerate([*(html for html, _ in LAYOUTS), *_CONTACTS]):
        yield _listing(f"Product Manager {number}", html=html)
    for plain in (_TYPED, *(text for text, _ in PERSONAL), *IMPERSONAL):
        yield _listing("Product Manager", plain=plain)


def _listing(title: str, html: str | None = None, plain: str | None = None) -> Listing:
    return Listing(
        native_id="1", title=title, raw_pointer="jobs[0]", description_html=html, description_text=plain
    )


def _source(listing: Listing) -> str:
    return f"{listing.title}\n{listing.description_html or listing.description_text}"


def _text(listing: Listing) -> str:
    posting = normalize_listing(listing, _BOARD, _DAY, "observed")
    assert isinstance(posting, Posting)
    return posting.text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main())
