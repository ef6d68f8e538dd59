"""Whether the ad asks for a security clearance (a negative control of the metrics)."""

from __future__ import annotations

from include.classify.labels import Evidence
from include.classify.segments import Document


def clearance(document: Document) -> Evidence | None:
    """Return the evidence that a clearance is asked for, or None."""
    del document
    return None
