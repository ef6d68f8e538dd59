"""Success criteria: how the ad says success of the person in this role is recognised."""

from __future__ import annotations

from include.classify.labels import CriteriaMention
from include.classify.segments import Document


def find_criteria(document: Document, title: str) -> tuple[CriteriaMention, ...]:
    """Return the passages on how success in the role is recognised, in order of the text."""
    del document, title
    return ()
