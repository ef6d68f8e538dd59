"""What the ad asks in degrees (codebook section 3)."""

from __future__ import annotations

from include.classify.labels import Evidence
from include.classify.segments import Document


def degree(document: Document) -> Evidence | None:
    """Return the evidence of the degree status, or None when no degree is asked."""
    del document
    return None
