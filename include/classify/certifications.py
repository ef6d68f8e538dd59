"""Certifications that an ad talks about, and what it asks of the candidate (codebook section 1).

Find (lexicon hits, then words of the family `certif…` with the name beside them), discard what certifies no
person, then decide the status: how the words are used (benefit, pay, other people), the modal word of the
clause, and last the section they stand in. The word inside the sentence beats the heading. What the rules
decide without such a word, a small model reads again (`certs/second_reading.py`).
"""

from __future__ import annotations

from typing import Final

from include.classify.certs.candidates import find_candidates
from include.classify.certs.heading_mentions import is_licence_line, is_mixed_heading, judge_heading
from include.classify.certs.judging import judge
from include.classify.certs.lists import append_mention
from include.classify.certs.mention import Candidate, Verdict, dropped_as, mention_of
from include.classify.certs.second_reading import read_again
from include.classify.certs.senses import kept_hits
from include.classify.credentials import Hit
from include.classify.labels import CertMention
from include.classify.scan import find_hits
from include.classify.segments import Block, Document

MAX_MENTIONS: Final = 100
"""Mentions given per text; real ads have fewer than forty."""


_MAX_CANDIDATES = 100  # judged per text; the bound keeps hostile input cheap


def find_certifications(
    document: Document, title: str, hits: list[Hit] | None = None
) -> tuple[CertMention, ...]:
    """Return the certifications the text talks about, in order of the text.

    Args:
        document: the ad's text.
        title: the ad's title.
        hits: what `scan` found in the text, when it has been scanned already.

    Returns:
        Mentions with a status other than `none`, at most `MAX_MENTIONS`. Words that certify no person
        (`ISO 27001 certified`) give no mention.
    """
    if hits is None:
        hits = find_hits(document.text)
    return read_again(document, mentions_by_rules(document, title, hits), hits) if hits else ()


def mentions_by_rules(document: Document, title: str, hits: list[Hit]) -> tuple[CertMention, ...]:
    """Return what the rules alone make of the names and words found, in order of the text.

    What they drop is among them, with status `none`, for the second reading; see `find_certifications`.
    """
    text = document.text
    candidates = find_candidates(document, kept_hits(document, hits))
    mentions: list[CertMention] = []
    dropped: list[CertMention] = []
    names: list[tuple[Candidate, Verdict]] = []  # of the list that is being read; the last mentions
    pending: list[tuple[Block, Candidate]] = []  # headings, decided by what stands below them
    for candidate in candidates[:_MAX_CANDIDATES]:
        if candidate.is_decoy:
            dropped.append(mention_of(text, candidate, dropped_as("decoy")))
            continue
        block = document.block_at(candidate.start)
        if (
            block is not None
            and block.form == "heading"
            and candidate.word is not None
            and (not candidate.is_named or is_mixed_heading(text, block, candidate))
        ):
            pending.append((block, candidate))
            continue
        if block is not None and is_licence_line(text, block, candidate):
            continue
        verdict = judge(document, title, candidate)
        if verdict is not None:
            append_mention(text, mentions, names, candidate, verdict)
        else:
            dropped.append(mention_of(text, candidate, dropped_as("unasked")))
        if len(mentions) >= MAX_MENTIONS:
            break
    for block, candidate in pending:
        verdict = judge_heading(document, block, candidate, mentions)
        if verdict is not None:
            mentions.append(mention_of(text, candidate, verdict))
        else:
            dropped.append(mention_of(text, candidate, dropped_as("heading")))
    return tuple(sorted([*mentions, *dropped], key=lambda mention: (mention.start, mention.end)))
