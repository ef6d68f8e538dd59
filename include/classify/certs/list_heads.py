"""The line above a list of names: `One of the following certifications would be an advantage`."""

from __future__ import annotations

import re
from itertools import islice

from include.classify.certs.mention import Candidate
from include.classify.modality import ModalCue, find_modal_cues
from include.classify.segments import Document

_MAX_ITEMS = 10  # lines between the head and the name
_LONGEST_ITEM = 120  # characters
_HEAD = re.compile(
    r"[cz]ertif\w*\b[^\n]*\b(?:below|following|these|such\s+as|include|are|be)\b|[cz]ertif[^\n]*:\s*$"
    r"|\b(?:below|following|these|folgende[nrs]?|suivantes?|siguientes?|seguintes?|volgende)\b[^\n]*[cz]ertif",
    re.I,
)


def cue_of_list(document: Document, candidate: Candidate) -> ModalCue | None:
    """Return the modal word of the line that introduces the list in which a bare name stands, if any."""
    text = document.text
    item = document.block_at(candidate.start)
    if item is None or item.end - item.start > _LONGEST_ITEM:
        return None
    for head in islice(document.blocks_before(item), _MAX_ITEMS):
        if head.form == "heading":
            return None
        if _HEAD.search(text, head.start, head.end):
            cues = find_modal_cues(text, head.start, head.end)
            return cues[0] if cues and cues[0].firmness != "negated" else None
        if head.end - head.start > _LONGEST_ITEM or head.form != item.form:
            return None
    return None
