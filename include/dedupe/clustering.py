"""The rules by which a posting joins an opening.

A posting joins an opening that it fits: of its requisition id, else of the same text, else the one most
like it; of several the earliest. Each rule says why:

* `opening_id`: same requisition id of the source, on the same board, for the same employer, under a like
  title (rank apart): employers do put several roles under one id. An id of many titles ("See Opening ID",
  a pool) is no id.
* `same_text`, `near_text`: same employer and title (order of words, names of places and words that only name
  the trade do not count), text alike, open at the same time: the copies of one ad in several places. Alike is
  a Jaccard similarity (include/dedupe/similarity.py) of 0.85, or of 0.78 when the places have none in common,
  which leaves room for a country's own pay, benefits and law; or that one text holds the other.
* `repost`: same employer, title and place, Jaccard 0.90, opened within 60 days after the last copy closed.
* `cross_board`: same employer and title, Jaccard 0.90 or one text in the other, at another source, at most 60
  days apart. A board of the employer's own comes before an aggregator whatever the dates, so the aggregator's
  copy joins and never leads.

Series kinds and data origins never mix, with one exception. An ad that we see begin may be a copy or repost
of one that stood there when we first looked, which is of the reconstructed series. It joins that one's
opening: else a board's first months would be full of openings that are not new. It is compared with each
such posting alone, and only with what was seen no later than itself, so that a board added later changes no
past week.

The outcome does not depend on the order of the rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

import numpy as np

from include.collect.aggregators import AGGREGATORS
from include.dedupe.similarity import Shingler, Shingles, Signatures, overlap, signatures
from include.dedupe.titles import grouping_title, is_same_role
from include.warehouse.texts import ReadTexts

MIN_SIMILARITY: Final = 0.90
MIN_SIMILARITY_OF_COPIES: Final = 0.85
"""Of two postings of one source that are open at the same time (measured on labelled pairs)."""

MIN_SIMILARITY_ELSEWHERE: Final = 0.78
"""Of two such postings without a place in common: two roles at one place differ so much, one does not."""

MIN_CONTAINMENT: Final = 0.95
"""Share of the shorter text's shingles that the longer one must hold to be its copy with a section more."""

MIN_WORDS: Final = 30
"""Of a text that is to be known again by being the same to the letter."""

MAX_GAP: Final = timedelta(days=60)
"""Between one closing and the next opening of the same ad."""

LinkRule = Literal["first", "opening_id", "same_text", "near_text", "repost", "cross_board"]

_TEXTS_PER_FETCH = 10_000
_MIN_SIMILARITY_OF_CONTAINED = 0.5
# A pair below this by its signature is not compared exactly. A text that holds another and is less than twice
# as long has a Jaccard similarity over one half; the standard error is 0.044, so one such pair in three
# thousand is passed over.
_SHORTLIST_SIMILARITY = 0.35


class Candidate(NamedTuple):
    """What grouping needs to know of one posting.

    Attributes:
        series: what never mixes: data origin, and of imports the series kind.
        was_standing: it stood on its board when we first looked.
        places: lower case.
        begin, end: bounds of its life; None is unknown, or still open.
        first_seen: None in imports.
        content_hash, n_words: of its first content.
    """

    posting_key: str
    source: str
    board: str
    series: str
    was_standing: bool
    employer_key: str
    title_key: str
    opening_id: str | None
    places: tuple[str, ...]
    begin: date | None
    end: date | None
    first_seen: date | None
    content_hash: str
    n_words: int


class Member(NamedTuple):
    """One row of core_opening_members."""

    posting_key: str
    opening_key: str
    link_rule: LinkRule
    similarity: float | None


@dataclass(slots=True, eq=False)
class _Opening:
    """An opening while it grows, or the part of it that a posting is compared with.

    Attributes:
        key: posting_key of the opening's first posting.
        first: the posting that others are compared with.
    """

    key: str
    first: Candidate
    title: str
    begin: date
    end: date
    places: set[str] = field(default_factory=set)
    row: int | None = None  # of the first posting's text among the signatures

    def add(self, posting: Candidate) -> None:
        self.begin = min(self.begin, posting.begin or date.min)
        self.end = max(self.end, posting.end or date.max)
        self.places.update(posting.places)


class _Link(NamedTuple):
    """The opening that a posting joins, why, and how alike they are."""

    opening: _Opening
    rule: LinkRule
    similarity: float | None = None


class _Texts(NamedTuple):
    """Comparable texts of one batch."""

    row_of_hash: Mapping[str, int]
    shingles: Sequence[Shingles]
    signatures: Signatures


def cluster(
    candidates: Iterable[Candidate],
    read_texts: ReadTexts,
) -> list[Member]:
    """Group postings; the answer is sorted by posting key and does not depend on the order given."""
    blocks = _blocks(candidates)
    shingler = Shingler()
    members: list[Member] = []
    for batch in _batches(blocks):
        titles = {
            posting.posting_key: grouping_title(posting.title_key, posting.employer_key, posting.places)
            for block in batch
            for posting in block
        }
        compared = _comparable_texts(batch, titles, read_texts, shingler)
        for block in batch:
            members += _cluster_block(block, titles, compared)
    return sorted(members)


def _blocks(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Split postings into those of one employer and series, each in the order of joining."""
    ordered = sorted(
        candidates,
        key=lambda one: (
            _block_key(one),
            one.source in AGGREGATORS,
            one.begin or date.min,
            one.posting_key,
        ),
    )
    return [list(block) for _, block in itertools.groupby(ordered, key=_block_key)]


def _block_key(posting: Candidate) -> tuple[str, str]:
    # Without an employer's name only the board tells who it is.
    return posting.series, posting.employer_key or f"\0{posting.source}:{posting.board}"


def _batches(blocks: Sequence[list[Candidate]]) -> Iterator[list[list[Candidate]]]:
    batch: list[list[Candidate]] = []
    size = 0
    for block in blocks:
        if batch and size + len(block) > _TEXTS_PER_FETCH:
            yield batch
            batch, size = [], 0
        batch.append(block)
        size += len(block)
    if batch:
        yield batch


def _comparable_texts(
    blocks: Sequence[Sequence[Candidate]],
    titles: Mapping[str, str],
    read_texts: ReadTexts,
    shingler: Shingler,
) -> _Texts:
    """Fetch and shingle the texts of postings that share employer and title with another text."""
    wanted: set[str] = set()
    for block in blocks:
        if len(block) > 1:
            by_title: dict[str, set[str]] = {}
            for posting in block:
                by_title.setdefault(titles[posting.posting_key], set()).add(posting.content_hash)
            wanted.update(*(hashes for hashes in by_title.values() if len(hashes) > 1))
    row_of_hash: dict[str, int] = {}
    shingles: list[Shingles] = []
    for content_hash, text in sorted(read_texts(sorted(wanted)).items()) if wanted else ():
        found = shingler.shingles(text)
        if found is not None:
            row_of_hash[content_hash] = len(shingles)
            shingles.append(found)
    return _Texts(row_of_hash, shingles, signatures(shingles))


def _cluster_block(block: Sequence[Candidate], titles: Mapping[str, str], texts: _Texts) -> Iterator[Member]:
    # What stood there: as openings that grow, and each posting by itself, for what we see begin.
    standing, stood, seen = (_Openings(titles, texts) for _ in range(3))
    for posting in (one for one in block if one.was_standing):
        link = standing.find(posting) or standing.begin(posting)
        standing.join(posting, link.opening)
        stood.join(posting, stood.begin(posting, link).opening)
        yield Member(posting.posting_key, link.opening.key, link.rule, link.similarity)
    for posting in (one for one in block if not one.was_standing):
        link = seen.find(posting) or seen.begin(posting, stood.find(posting))
        seen.join(posting, link.opening)
        yield Member(posting.posting_key, link.opening.key, link.rule, link.similarity)


class _Openings:
    """Openings of one employer and series, by what a posting could know them by."""

    def __init__(self, titles: Mapping[str, str], texts: _Texts) -> None:
        self._titles = titles
        self._texts = texts
        self._by_id: dict[tuple[str, str, str], list[_Opening]] = {}
        self._by_title: dict[str, list[_Opening]] = {}

    def begin(self, posting: Candidate, earlier: _Link | None = None) -> _Link:
        """Begin an opening with a posting, or the part of an earlier one that the posting leads."""
        title = self._titles[posting.posting_key]
        row = self._texts.row_of_hash.get(posting.content_hash)
        key = posting.posting_key if earlier is None else earlier.opening.key
        opening = _Opening(key, posting, title, posting.begin or date.min, posting.end or date.max, row=row)
        self._by_title.setdefault(title, []).append(opening)
        return _Link(opening, "first") if earlier is None else earlier._replace(opening=opening)

    def join(self, posting: Candidate, opening: _Opening) -> None:
        opening.add(posting)
        if id_key := _id_key(posting):
            known = self._by_id.setdefault(id_key, [])
            if opening not in known:
                known.append(opening)

    def find(self, posting: Candidate) -> _Link | None:
        """Return the opening that a posting joins; None where no rule lets it join any."""
        title = self._titles[posting.posting_key]
        id_key = _id_key(posting)
        for opening in self._by_id.get(id_key, []) if id_key else ():
            if is_same_role(title, opening.title) and _may_follow(posting, opening.first):
                return _Link(opening, "opening_id")
        return self._most_alike(
            posting, [one for one in self._by_title.get(title, []) if _may_follow(posting, one.first)]
        )

    def _most_alike(self, posting: Candidate, openings: Sequence[_Opening]) -> _Link | None:
        for opening in openings if posting.n_words >= MIN_WORDS else ():
            if opening.first.content_hash == posting.content_hash and (rule := _rule(posting, opening, 1.0)):
                return _Link(opening, rule, 1.0)
        row = self._texts.row_of_hash.get(posting.content_hash)
        comparable = [one for one in openings if one.row is not None]
        if row is None or not comparable:
            return None
        best: _Link | None = None
        best_similarity = -1.0
        rows = np.array([one.row for one in comparable], np.intp)
        estimates = (self._texts.signatures[rows] == self._texts.signatures[row]).mean(axis=1)
        for index in np.flatnonzero(estimates >= _SHORTLIST_SIMILARITY):
            opening = comparable[index]
            similarity, containment = overlap(self._texts.shingles[row], self._texts.shingles[rows[index]])
            link = _rule(posting, opening, similarity, containment)
            if link is not None and similarity > best_similarity:
                best, best_similarity = _Link(opening, link, similarity), similarity
        return best


def _id_key(posting: Candidate) -> tuple[str, str, str] | None:
    return (posting.source, posting.board, posting.opening_id) if posting.opening_id else None


def _may_follow(posting: Candidate, first: Candidate) -> bool:
    """Return whether a posting may join what began with another, the texts aside."""
    if posting.was_standing == first.was_standing:
        return True
    is_led_by_aggregator = first.source in AGGREGATORS and posting.source not in AGGREGATORS
    return (first.first_seen or date.max) <= (posting.first_seen or date.min) and not is_led_by_aggregator


def _rule(
    posting: Candidate, opening: _Opening, similarity: float, containment: float = 1.0
) -> LinkRule | None:
    is_contained = containment >= MIN_CONTAINMENT and similarity >= _MIN_SIMILARITY_OF_CONTAINED
    is_near = similarity >= MIN_SIMILARITY
    begin, end = posting.begin or date.min, posting.end or date.max
    gap = max(begin - opening.end, opening.begin - end)  # negative while both are open
    if gap > MAX_GAP:
        return None
    if posting.source != opening.first.source:
        return "cross_board" if is_near or is_contained else None
    is_same_place = not posting.places or not opening.places or not opening.places.isdisjoint(posting.places)
    if gap <= timedelta(0):
        enough = MIN_SIMILARITY_OF_COPIES if is_same_place else MIN_SIMILARITY_ELSEWHERE
        is_copy = similarity >= enough or is_contained
        return ("same_text" if similarity == 1.0 else "near_text") if is_copy else None
    return "repost" if is_near and is_same_place else None
