"""Which delivery framework the ad names as in use (codebook section 3)."""

from __future__ import annotations

from collections.abc import Iterable

from include.classify.labels import Evidence
from include.classify.segments import Document, Span


def framework(document: Document, credentials: Iterable[Span]) -> Evidence | None:
    """Return the evidence of the strongest framework named outside `credentials`, or None."""
    del document, credentials
    return None
