"""What kind of product role the ad describes."""

from __future__ import annotations

from include.classify.labels import Archetype
from include.classify.segments import Document
from include.normalize.posting import RoleFamily


def archetype(document: Document, title: str, role_family: RoleFamily) -> Archetype | None:
    """Return the kind of product role, or None when the role is not of a product family."""
    del document, title
    return "generalist_other" if role_family in ("pm", "po", "other_product") else None
