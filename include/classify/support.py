"""Development support that the hire receives."""

from __future__ import annotations

from include.classify.labels import Evidence
from include.classify.segments import Document


def dev_support(document: Document) -> tuple[Evidence, ...]:
    """Return one piece of evidence for each kind of support the hire receives (label `dev_support`)."""
    del document
    return ()
