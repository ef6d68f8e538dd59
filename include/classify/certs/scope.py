"""The words that speak of a mention: its sentence, its clause, its section."""

from __future__ import annotations

import re

from include.classify.certs.lost_headings import lost_heading
from include.classify.certs.mention import Candidate
from include.classify.headings import heading_kind
from include.classify.modality import find_modal_cues
from include.classify.segments import Block, Document, SectionKind, Span
from include.classify.structure.sentences import MAX_SENTENCE, split_clauses

_BARE_LEAD = re.compile(
    r"\W*(?:(?:associate|professional|specialty|foundations?|practitioner|expert|advanced|levels?|or|and)\W+){0,5}(?:(?:as|is|are|a|an|this|which|strongly|highly|ist|est)\W+){0,3}",
    re.I,
)

_NAMES_SOMETHING = re.compile(r"certif|licen[sc]|degree|diploma|experience|[A-Z]{3}")

_LABEL = re.compile(r"[\w/&, .]{0,40}\b(?:certif\w*|licen\w*)[\w/&, .]{0,25}(?::|\s[-–]\s)", re.I)

_ASIDE_AFTER = re.compile(
    r" *(?:\([^()\n]{3,30}\)|(?:(?:this|it)\s+is\s+)?(?:not\s+"
    r"(?:required|mandatory|necessary|essential)\b[^.\n]{0,40}|preferred|desirable|optional|(?:a\s+)?(?:nice\s+to\s+have|plus|bonus))\.)",
    re.I,
)

MAX_CLAUSE = 330  # characters

_LONG_SENTENCE = 1000  # characters; segments cuts sentences at 1200

_CUT_SENTENCE = 140  # characters read on behind a mention where a sentence was cut for its length


def kind_at(document: Document, candidate: Candidate) -> SectionKind:
    """Return what the mention's passage is about: its line's own label (`Bonus: PMP`) or its section."""
    block = document.block_at(candidate.start)
    if block is not None and block.start < block.run_in_end <= candidate.start:
        label = heading_kind(document.text[block.start : block.run_in_end].strip(" *_:"))
        if label in ("required", "preferred", "benefits", "pay"):
            return label
    kind = document.section_kind_at(candidate.start)
    if block is not None:
        lost = lost_heading(document.text, candidate.start)
        # A demand needs a sure sign: `Required Skills` in running text says little below `Qualifications`.
        if lost is not None and not (lost == "required" and kind in ("neutral", "preferred", "required")):
            return lost
    return kind


def words_near(text: str, span: Span, candidate: Candidate) -> str:
    """Return the words around a mention within `span`: all of it, unless it has no end (lost punctuation)."""
    if span.end - span.start <= MAX_CLAUSE:
        return text[span.start : span.end]
    return text[max(span.start, candidate.start - 60) : min(span.end, candidate.end + 25)]


def unwrapped(document: Document, sentence: Span, candidate: Candidate) -> Span:
    """Join a sentence that line breaks of a fixed width, or an ellipsis, cut into pieces."""
    text = document.text
    start, end = sentence.start, max(sentence.end, candidate.end)
    block = document.block_at(candidate.start)
    if block is None:
        return Span(start, end)
    following = next(document.blocks_after(block), None) if end >= block.end else None
    if following is not None and _wraps(text, block, following):
        end = document.sentence_at(following.start).end
    previous = next(document.blocks_before(block), None) if start <= block.start else None
    if previous is not None and _wraps(text, previous, block):
        start = document.sentence_at(previous.end - 1).start
    if end - start > _LONG_SENTENCE and end < block.end and end - candidate.end < _CUT_SENTENCE:
        end = min(block.end, candidate.end + _CUT_SENTENCE)  # cut for its length alone
    elif start - block.start > 8 and text[start - 8 : start].rstrip().endswith(("...", "…")):
        start = document.sentence_at(start - 8).start
    return Span(start, end)


_RUNS_ON = re.compile(
    r"(?:of|and|or|in|to|for|with|the|an?|by|from|is|are|on|at|as|that|which|issued|required|preferred|desired"
    r"|(?:strongly|highly|very)\s+\w+ed|est|sont|serait|seraient|souhait\w+|appréci\w+|exig\w+)\b"
)
# A line of nothing but a modal word ends the line above, however short: `Certification PMP` / `souhaitée`.
_ONLY_MODAL = re.compile(
    r"(?:(?:is|are|est|sont|serait|strongly|highly|very|fortement|vivement)\s+)*"
    r"(?:required|preferred|desired|desirable|recommended|(?:a|un)\s+plus|souhaitée?s?|appréciée?s?|exigée?s?|requise?s?)\W*"
)


def _wraps(text: str, block: Block, following: Block) -> bool:
    """Say whether a line runs on into the next."""
    return (
        "heading" not in (block.form, following.form)
        and following.form == "text"
        and text[block.end : following.start].count("\n") == 1
        and (
            _ONLY_MODAL.fullmatch(text, following.start, following.end) is not None
            or (
                _RUNS_ON.match(text, following.start) is not None
                and text[block.end - 1] not in ".;:!?"
                and block.end - block.start > 50
            )
            or (
                block.form == "bullet"
                and text[following.start].islower()
                and text[block.end - 1] not in ".;:!?"
                and block.end - block.start > 50
            )
        )
    )


def widened(document: Document, sentence: Span, candidate: Candidate) -> Span:
    """Add what belongs to a sentence although a full stop parts it from it."""
    text = document.text
    block = document.block_at(candidate.start)
    if (
        block is not None
        and not candidate.is_named
        and _LABEL.match(text, block.start, min(block.end, block.start + 120))
    ):
        end = min(block.end, sentence.end + MAX_SENTENCE)
        return Span(sentence.start, max(sentence.end, end))  # `Certification/License, etc. - PMP desirable`
    aside = _ASIDE_AFTER.match(text, sentence.end)  # `FPC certification. (nice to have)`
    return sentence if aside is None else Span(sentence.start, aside.end())


def clause_of(text: str, sentence: Span, candidate: Candidate) -> Span:
    """Return the candidate's clause; a neighbour that is nothing but a modal phrase belongs to it."""
    clauses = split_clauses(text, sentence.start, sentence.end)
    index = next((i for i, clause in enumerate(clauses) if candidate.start < clause.end), len(clauses) - 1)
    start, end = clauses[index].start, max(clauses[index].end, candidate.end)
    if index + 1 < len(clauses):
        following = clauses[index + 1]
        cues = find_modal_cues(text, following.start, min(following.end, following.start + 60))
        if cues and _BARE_LEAD.fullmatch(text, following.start, cues[0].start):
            end = following.end if following.end - following.start <= 40 else cues[0].end
    if index > 0:
        previous = clauses[index - 1]
        cues = find_modal_cues(text, max(previous.start, previous.end - 60), previous.end)
        if (
            cues
            and previous.end - previous.start <= 45
            and len(text[previous.start : previous.end].split()) <= 6
            and _NAMES_SOMETHING.search(
                text[previous.start : cues[-1].start] + text[cues[-1].end : previous.end]
            )
            is None
        ):
            start = previous.start
    if end - start > MAX_CLAUSE:
        start, end = _own_part(text, start, end, candidate)
    return Span(start, end)


# A sentence begins although no mark ended the one before: `Scrum certification We offer you …`.
_BEGINS = re.compile(r"(?<=[a-z]\s)(?=(?:We|What|Our|You|Your|Why|If)\s+[a-z])")


def _own_part(text: str, start: int, end: int, candidate: Candidate) -> tuple[int, int]:
    """Return what is left around a mention of a clause that lost its marks."""
    before = [match.start() for match in _BEGINS.finditer(text, start, candidate.start)]
    after = _BEGINS.search(text, candidate.end, end)
    return before[-1] if before else start, after.start() if after else end
