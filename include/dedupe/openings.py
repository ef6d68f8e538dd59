"""Postings → openings: which postings advertise the same requisition. Groups, never deletes.

A posting joins the earliest opening that it fits; each rule says why:

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

Series kinds and data origins never mix. Texts are compared for product families only: nothing else is
published by opening. The outcome does not depend on the order of the rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz

from include.dedupe.similarity import Shingler, Shingles, Signatures, overlap, signatures
from include.normalize.places import place_names, state_codes

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

# fmt: off
AGGREGATORS: Final = frozenset([
    "adzuna", "arbeitnow", "bundesagentur", "france_travail", "himalayas", "hn_hiring", "jobicy", "jobtech",
    "jobtech_stream", "reed", "remoteok", "remotive", "themuse", "usajobs", "usajobs_history",
    "weworkremotely",
])
# fmt: on
"""Sources that carry other boards' ads."""

LinkRule = Literal["first", "opening_id", "same_text", "near_text", "repost", "cross_board"]

_MAX_TITLES_PER_OPENING_ID = 5
_PLACEHOLDER_ID = (
    r"^\W*(see\b.*|tbd|tba|n/?a|none|null|unknown|evergreen|pipeline|general|test|multiple|various|[0x\W]*)$"
)
_TEXTS_PER_FETCH = 10_000
_MIN_SIMILARITY_OF_CONTAINED = 0.5
_MIN_TITLE_RATIO = 80  # of 100, rapidfuzz: between "airlines" and "flights", under one requisition id
# What nearly every product title holds: only the other words tell two roles of one employer apart.
# fmt: off
_COMMON_WORDS = frozenset([
    "senior", "staff", "principal", "lead", "group", "junior", "associate", "i", "ii", "iii", "iv", "1", "2",
    "3", "product", "manager", "management", "owner", "and", "of", "for", "the",
])
# fmt: on
# Who builds software is called by any of these: "Backend Engineer" is "Backend Software Developer".
_TRADES = {"developer": "engineer", "developers": "engineer", "engineers": "engineer", "engineer": "engineer"}
_MIN_STATES_IN_A_ROW = 3  # "sales mi oh or in": fewer could be words
_NOT_THE_ROLE = frozenset(["remote", "hybrid", "in", "at", "based", "emea", "americas", "worldwide"])
# A pair below this by its signature (standard error 0.04) is not compared exactly: a text that holds another
# and is less than twice as long has a Jaccard similarity over one half.
_SHORTLIST_SIMILARITY = 0.45


class Candidate(NamedTuple):
    """What grouping needs to know of one posting.

    Attributes:
        series: series kind and data origin.
        places: lower case.
        begin, end: bounds of its life; None is unknown, or still open.
        content_hash, n_words: of its first content.
    """

    posting_key: str
    source: str
    board: str
    series: str
    employer_key: str
    title_key: str
    opening_id: str | None
    places: tuple[str, ...]
    begin: date | None
    end: date | None
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
    """An opening while it grows."""

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


class _Texts(NamedTuple):
    """Comparable texts of one batch."""

    row_of_hash: Mapping[str, int]
    shingles: Sequence[Shingles]
    signatures: Signatures


def group_openings(
    con: duckdb.DuckDBPyConnection,
    texts: Callable[[Sequence[str]], Mapping[str, str]],
    aggregators: frozenset[str] = AGGREGATORS,
) -> None:
    """Replace the rows of core_opening_members and core_openings from core_postings.

    Call it inside a transaction; it neither begins nor commits one.

    Args:
        con: connection to the warehouse.
        texts: returns the stored texts of content hashes; a hash it does not know is left out.
        aggregators: sources whose copies never lead an opening.
    """
    con.execute(_POSTINGS_SQL, [_PLACEHOLDER_ID, _MAX_TITLES_PER_OPENING_ID])
    candidates = [Candidate(*row) for row in con.execute(_CANDIDATES_SQL).fetchall()]
    members = cluster(candidates, texts, aggregators)
    columns = list(zip(*members, strict=True)) or [(), (), (), ()]
    types = (pa.string(), pa.string(), pa.string(), pa.float64())
    names = list(Member._fields)
    table = pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)], names=names
    )
    con.register("_product_members", table)
    try:
        con.execute("DELETE FROM core_opening_members")
        con.execute(_MEMBERS_SQL)
        con.execute("DELETE FROM core_openings")
        con.execute(_OPENINGS_SQL)
    finally:
        con.unregister("_product_members")
        con.execute("DROP TABLE IF EXISTS _dedupe_postings")


def cluster(
    candidates: Iterable[Candidate],
    texts: Callable[[Sequence[str]], Mapping[str, str]],
    aggregators: frozenset[str] = AGGREGATORS,
) -> list[Member]:
    """Group postings; the answer is sorted by posting key and does not depend on the order given."""
    blocks = _blocks(candidates, aggregators)
    shingler = Shingler()
    members: list[Member] = []
    for batch in _batches(blocks):
        titles = {posting.posting_key: _grouping_title(posting) for block in batch for posting in block}
        compared = _read_texts(batch, titles, texts, shingler)
        for block in batch:
            members += _cluster_block(block, titles, compared)
    return sorted(members)


def _blocks(candidates: Iterable[Candidate], aggregators: frozenset[str]) -> list[list[Candidate]]:
    """Split postings into those of one employer and series, each in the order of joining."""
    ordered = sorted(
        candidates,
        key=lambda one: (
            _block_key(one),
            one.source in aggregators,
            one.begin or date.min,
            one.posting_key,
        ),
    )
    by_employer = itertools.groupby(
        ordered, key=lambda one: (one.series, one.employer_key or (one.source, one.board))
    )
    return [list(block) for _, block in by_employer]


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


def _read_texts(
    blocks: Sequence[Sequence[Candidate]],
    titles: Mapping[str, str],
    texts: Callable[[Sequence[str]], Mapping[str, str]],
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
    for content_hash, text in sorted(texts(sorted(wanted)).items()) if wanted else ():
        found = shingler.shingles(text)
        if found is not None:
            row_of_hash[content_hash] = len(shingles)
            shingles.append(found)
    return _Texts(row_of_hash, shingles, signatures(shingles))


def _grouping_title(posting: Candidate) -> str:
    """Return the words of the title key in order, without employer and places ("product manager berlin")."""
    words = posting.title_key.split()
    employer = posting.employer_key.split()
    if employer and words[: len(employer)] == employer:
        words = words[len(employer) :]
    dropped = {word for place in posting.places for word in place.replace(",", " ").split()}
    kept = [word for word in _without_places(words) if word not in dropped and word not in _NOT_THE_ROLE]
    if any(word in _TRADES or word == "architect" for word in kept):
        kept = [_TRADES.get(word, word) for word in kept if word != "software"]
    return " ".join(sorted(kept)) or posting.title_key


def _without_places(words: Sequence[str]) -> list[str]:
    known, codes = place_names(), state_codes()
    kept: list[str] = []
    position = 0
    while position < len(words):
        n_states = len(list(itertools.takewhile(codes.__contains__, words[position:])))
        if n_states >= _MIN_STATES_IN_A_ROW:
            position += n_states
            continue
        for length in (3, 2, 1):
            if " ".join(words[position : position + length]) in known:
                position += length
                if position < len(words) and words[position] in codes:  # "austin tx"
                    position += 1
                break
        else:
            kept.append(words[position])
            position += 1
    return kept


def _cluster_block(block: Sequence[Candidate], titles: Mapping[str, str], texts: _Texts) -> Iterator[Member]:
    by_id: dict[tuple[str, str, str], list[_Opening]] = {}
    by_title: dict[str, list[_Opening]] = {}
    for posting in block:
        title = titles[posting.posting_key]
        id_key = (posting.source, posting.board, posting.opening_id) if posting.opening_id else None
        row = texts.row_of_hash.get(posting.content_hash)
        opening = _same_role(title, by_id.get(id_key, [])) if id_key else None
        rule: LinkRule = "opening_id"
        similarity = None
        if opening is None:
            opening, rule, similarity = _best_link(posting, row, by_title.get(title, []), texts)
        if opening is None:
            opening = _Opening(posting, title, posting.begin or date.min, posting.end or date.max, row=row)
            by_title.setdefault(title, []).append(opening)
            rule = "first"
        opening.add(posting)
        if id_key:
            known = by_id.setdefault(id_key, [])
            if opening not in known:
                known.append(opening)
        yield Member(posting.posting_key, opening.first.posting_key, rule, similarity)


def _same_role(title: str, openings: Sequence[_Opening]) -> _Opening | None:
    """Return the first opening whose title is like this one, rank apart."""
    role = _distinguishing_words(title)
    for opening in openings:
        other = _distinguishing_words(opening.title)
        if role == other or fuzz.token_sort_ratio(role, other) >= _MIN_TITLE_RATIO:
            return opening
    return None


def _distinguishing_words(title: str) -> str:
    return " ".join(word for word in title.split() if word not in _COMMON_WORDS)


def _best_link(
    posting: Candidate, row: int | None, openings: Sequence[_Opening], texts: _Texts
) -> tuple[_Opening | None, LinkRule, float | None]:
    """Return the opening whose first text is most alike and that a rule lets the posting join."""
    for opening in openings if posting.n_words >= MIN_WORDS else ():
        if opening.first.content_hash == posting.content_hash and (rule := _rule(posting, opening, 1.0)):
            return opening, rule, 1.0
    best: tuple[_Opening | None, LinkRule, float | None] = (None, "first", None)
    comparable = [one for one in openings if one.row is not None]
    if row is None or not comparable:
        return best
    rows = np.array([one.row for one in comparable], np.intp)
    estimates = (texts.signatures[rows] == texts.signatures[row]).mean(axis=1)
    for index in np.flatnonzero(estimates >= _SHORTLIST_SIMILARITY):
        opening = comparable[index]
        similarity, containment = overlap(texts.shingles[row], texts.shingles[rows[index]])
        link = _rule(posting, opening, similarity, containment)
        if link is not None and (best[2] is None or similarity > best[2]):
            best = (opening, link, similarity)
    return best


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


_POSTINGS_SQL = """
CREATE OR REPLACE TEMP TABLE _dedupe_postings AS
WITH trusted AS (
    SELECT source, board, opening_native_id
    FROM core_postings
    WHERE opening_native_id IS NOT NULL AND NOT regexp_matches(lower(opening_native_id), $1)
    GROUP BY ALL
    HAVING count(DISTINCT title_key) <= $2
)
SELECT
    p.* EXCLUDE (opening_native_id),
    series_kind || '/' || data_origin AS series,
    t.opening_native_id AS opening_id,
    role_family IN ('pm', 'po', 'other_product') AS is_product
FROM core_postings AS p
LEFT JOIN trusted AS t USING (source, board, opening_native_id)
"""

_CANDIDATES_SQL = """
SELECT
    posting_key, source, board, series, employer_key, title_key, opening_id,
    list_transform(locations, lambda place: lower(place)),
    coalesce(opened_date, posted_date, first_seen_date), closed_date, first_content_hash, n_words
FROM _dedupe_postings
WHERE is_product
"""

_MEMBERS_SQL = """
INSERT INTO core_opening_members BY NAME
SELECT posting_key, opening_key, link_rule, similarity FROM _product_members
UNION ALL BY NAME
SELECT
    posting_key,
    first_value(posting_key) OVER same_id AS opening_key,
    CASE WHEN posting_key = opening_key THEN 'first' ELSE 'opening_id' END AS link_rule,
    NULL::DOUBLE AS similarity
FROM _dedupe_postings
WHERE NOT is_product
WINDOW same_id AS (
    PARTITION BY
        series, employer_key, source, board,
        coalesce('id:' || opening_id || ':' || title_key, 'posting:' || posting_key)
    ORDER BY coalesce(opened_date, posted_date, first_seen_date) NULLS FIRST, posting_key
)
ORDER BY posting_key
"""

_OPENINGS_SQL = """
INSERT INTO core_openings BY NAME
WITH lives AS (
    SELECT
        m.opening_key,
        min(p.opened_date) AS opened_date,
        CASE WHEN bool_and(p.closed_date IS NOT NULL) THEN max(p.closed_date) END AS closed_date,
        min(p.first_seen_date) AS first_seen_date,
        max(p.last_seen_date) AS last_seen_date,
        count(*)::INTEGER AS n_postings,
        len(list_distinct(flatten(list(p.locations))))::INTEGER AS n_locations,
        count(*) FILTER (m.link_rule = 'repost')::INTEGER AS n_reposts
    FROM core_opening_members AS m
    JOIN core_postings AS p USING (posting_key)
    GROUP BY m.opening_key
)
SELECT
    l.*,
    date_trunc('week', l.opened_date)::DATE AS week_start,
    p.series_kind, p.data_origin, p.source, p.employer, p.employer_key, p.title, p.role_family, p.seniority,
    p.country_code, p.region, p.language, p.workplace, p.is_text_complete, p.n_words,
    p.first_content_hash AS content_hash
FROM lives AS l
JOIN core_postings AS p ON p.posting_key = l.opening_key
ORDER BY l.opening_key
"""
