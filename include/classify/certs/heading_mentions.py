"""Certifications in a heading: decided by what stands below it."""

from __future__ import annotations

import re
from itertools import islice

from include.classify.certs.judging import status_of
from include.classify.certs.mention import Candidate, Verdict
from include.classify.certs.sections import ASKS_NOTHING
from include.classify.credentials import GENERIC
from include.classify.labels import CertMention, CertStatus
from include.classify.modality import find_modal_cues
from include.classify.segments import Block, Document, Span


def is_mixed_heading(text: str, block: Block, candidate: Candidate) -> bool:
    """Say whether the `name` is but the rest of a heading: `Academic Qualifications and Certifications`."""
    return candidate.key == GENERIC and _MIXED_HEADING.search(text, block.start, block.end) is not None


_MAX_BLOCKS_BELOW = 6

_LICENCE_BODY = re.compile(
    r"licen[sc]|registered\s+nurse|\bRN\b|driver|\bbar\b|\bpermis\b|führerschein|\bcarn[ée]t?\s+de\s+conducir|\bCNH\b|rijbewijs",
    re.I,
)

_REGISTERED = re.compile(
    r"\bmust\s+be\s+(?:an?\s+)?(?:currently\s+)?(?:registered|certified)|registry|certif", re.I
)

# A heading that names more than certifications says nothing of them by itself.
_MIXED_HEADING = re.compile(r"education|experience|skills?\b|qualification|knowledge|degree|training", re.I)

_ONLY_FIRMNESS = re.compile(r"\W*(?:required|preferred|desired)\W*", re.I)
_NONE_BODY = re.compile(
    r"^\W*(?:required:\s*)?(?:none|n/?a|not\s+(?:required|applicable)|no\b|keine?\b|aucune?\b|ningun[oa]\b|nenhuma?\b|geen\b)",
    re.I,
)


def judge_heading(
    document: Document, block: Block, candidate: Candidate, mentions: list[CertMention]
) -> Verdict | None:
    """Decide `Certifications` in a heading, which is `block`, by what stands below it."""
    text = document.text
    below = _below(document, block)
    if not below:
        return _by_next_heading(document, block)
    body = Span(below[0].start, below[-1].end)
    words = text[body.start : body.end]
    if _NONE_BODY.match(words):
        return Verdict("mentioned_other", None, None, False, "negated", "heading_none")
    inside = [mention for mention in mentions if body.start <= mention.start < body.end]
    if not inside and _MIXED_HEADING.search(text, block.start, block.end) and "ertif" not in words.lower():
        return None
    cues = find_modal_cues(text, block.start, block.end)
    if cues:
        firm = cues[0].firmness
        if firm == "negated":
            return Verdict("mentioned_other", None, None, False, "negated", "heading_negated")
        if inside or not _LICENCE_BODY.search(words):
            return Verdict(
                "required" if firm == "required" else "preferred",
                "at_hire",
                None,
                False,
                "modal",
                "heading_modal",
            )
    if inside:
        first = inside[0]
        return Verdict(
            first.status, first.timing, None, first.is_legally_mandated, first.cue, "heading_content"
        )
    if _LICENCE_BODY.search(words) and not _REGISTERED.search(words):
        return None
    kind = document.section_kind_at(candidate.start)
    if kind in ASKS_NOTHING or kind in ("responsibilities", "success"):
        return None
    found = find_modal_cues(text, body.start, min(body.end, body.start + 200))
    if found and found[0].firmness != "negated":
        return Verdict(status_of(found[0]), "at_hire", None, False, "modal", "heading_content_modal")
    if kind in ("required", "preferred"):
        return Verdict(kind, "at_hire", None, False, "section", f"heading_{kind}")
    return None


def _by_next_heading(document: Document, heading: Block) -> Verdict | None:
    """Decide `Licenses & Certifications` directly above a heading that is nothing but `Required`."""
    text = document.text
    following = tuple(islice(document.blocks_after(heading), 2))
    if len(following) < 2 or following[0].kind not in ("required", "preferred"):
        return None
    firm, item = following
    if _ONLY_FIRMNESS.fullmatch(text, firm.start, firm.end) is None:
        return None
    body = text[item.start : item.end]
    if _NONE_BODY.match(body) or (_LICENCE_BODY.search(body) and not _REGISTERED.search(body)):
        return None
    status: CertStatus = "required" if firm.kind == "required" else "preferred"
    return Verdict(status, "at_hire", None, False, "section", f"heading_{status}")


def is_licence_line(text: str, block: Block, candidate: Candidate) -> bool:
    """Say whether `License/Certification:` introduces nothing but a licence."""
    if candidate.is_named or not candidate.end <= block.run_in_end:
        return False
    body = text[block.run_in_end : block.end]
    return (
        _LICENCE_BODY.search(body) is not None
        and "ertif" not in body.lower()
        and _REGISTERED.search(body) is None
    )


def _below(document: Document, heading: Block) -> list[Block]:
    blocks: list[Block] = []
    for position, block in enumerate(islice(document.blocks_after(heading), _MAX_BLOCKS_BELOW)):
        if block.form == "heading" and (
            position > 0 or "ertif" not in document.text[block.start : block.end].lower()
        ):
            break
        blocks.append(block)
    return blocks
