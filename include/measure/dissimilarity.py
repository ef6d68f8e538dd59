"""M14t: how different the duties in an employer's ads are, against ads of different employers.

Only the sections on duties are compared, and sentences that an employer repeats are taken out first: shared
boilerplate would make any employer look uniform.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
from scipy import sparse

from include.classify.headings import heading_kind
from include.measure.estimators import Floats, t_quantile
from include.measure.interval import Interval
from include.measure.suppression import MINIMUM_EMPLOYERS, MINIMUM_POSTINGS
from include.measure.uniformity import MINIMUM_OPENINGS, WINDOW_WEEKS
from include.measure.units import NO_EMPLOYER
from include.warehouse.texts import ReadTexts

MOST_EMPLOYERS: Final = 400
MOST_ADS: Final = 20
"""A random (by hash) part of large markets and employers is enough, and bounds time."""
BOILERPLATE: Final = 0.5
"""A sentence in more than this share of an employer's ads is boilerplate."""
MINIMUM_WORDS: Final = 20
"""Ads with fewer words on duties left are not compared."""

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n")
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Dissimilarity:
    """One less the mean cosine of pairs of ads; each with its 95 percent jackknife interval over employers.

    Attributes:
        within: of pairs inside an employer, mean over employers (M14t).
        between: likewise for pairs of employers (M14tb).
        ratio: within over between (M14tr); 1 says that an employer's ads differ like those of strangers.
        n_openings, n_employers: what it rests on.
    """

    within: Interval
    between: Interval
    ratio: Interval
    n_openings: int
    n_employers: int


def duties(text: str) -> str:
    """Return the lines below headings that announce responsibilities; empty without any."""
    lines, is_duty = [], False
    for line in text.splitlines():
        if line.startswith("## "):
            is_duty = heading_kind(line.removeprefix("## ").rstrip(":")) == "responsibilities"
        elif is_duty and line.strip():
            lines.append(line.removeprefix("- ").strip())
    return "\n".join(lines)


def without_boilerplate(texts: Sequence[str]) -> list[list[str]]:
    """Return the words of each of one employer's texts, repeated sentences taken out."""
    sentences = [[" ".join(s.lower().split()) for s in _SENTENCE_END.split(text) if s] for text in texts]
    n_ads = Counter(sentence for ad in sentences for sentence in set(ad))
    return [
        [word for s in ad if n_ads[s] <= BOILERPLATE * len(texts) for word in _WORD.findall(s)]
        for ad in sentences
    ]


def measure_dissimilarity(texts: Mapping[str, Sequence[str]]) -> Dissimilarity | None:
    """Compare the duties in ads; words are weighted by tf-idf.

    Args:
        texts: texts on duties by employer.

    Returns:
        None when fewer than 15 employers have five comparable ads.
    """
    ads: list[list[str]] = []
    owner: list[int] = []
    groups = 0
    for name in sorted(texts):
        words = [ad for ad in without_boilerplate(texts[name]) if len(ad) >= MINIMUM_WORDS]
        if len(words) >= MINIMUM_OPENINGS:
            ads += words
            owner += [groups] * len(words)
            groups += 1
    if groups < MINIMUM_EMPLOYERS or len(ads) < MINIMUM_POSTINGS:
        return None
    vectors = _tf_idf(ads)
    members = sparse.csr_matrix((np.ones(len(owner)), (owner, np.arange(len(owner)))))
    sums = members @ vectors
    n = np.bincount(owner).astype(np.float64)
    squares = np.asarray(sums.multiply(sums).sum(axis=1)).ravel()
    within = 1 - (squares - n) / (n * (n - 1))
    # Of two employers, the mean cosine over all pairs of their ads is the product of their mean vectors.
    means = sparse.diags(1 / n) @ sums
    total = np.asarray(means.sum(axis=0)).ravel()
    own = squares / n**2
    toward = np.asarray(means @ total).ravel()
    between = 1 - (total @ total - own.sum()) / (groups * (groups - 1))
    left_within = (within.sum() - within) / (groups - 1)
    rest = total @ total - 2 * toward + own - (own.sum() - own)
    left_between = 1 - rest / ((groups - 1) * (groups - 2))
    return Dissimilarity(
        within=_interval(float(within.mean()), left_within, 1.0),
        between=_interval(float(between), left_between, 1.0),
        ratio=_interval(float(within.mean() / between), left_within / left_between, np.inf),
        n_openings=len(ads),
        n_employers=groups,
    )


def dissimilarity_figures(
    con: duckdb.DuckDBPyConnection, read_texts: ReadTexts, kind: str, last: int
) -> dict[str, dict[str, Any]]:
    """Return the columns of M14t, M14tb and M14tr for the 26 weeks that end with `last`; empty without.

    Args:
        con: connection with measure_units.
        read_texts: the text store.
        kind: series kind.
        last: week index.
    """
    drawn = con.execute(
        """
        WITH ads AS (
            SELECT employer_id, content_hash, md5(opening_key) AS draw FROM measure_units
            WHERE series_kind = $kind AND week_index BETWEEN $first AND $last AND employer_id <> $nobody
        ), numbered AS (
            SELECT *, row_number() OVER (PARTITION BY employer_id ORDER BY draw) AS ad,
                count(*) OVER (PARTITION BY employer_id) AS n_ads
            FROM ads
        ), employers AS (
            SELECT employer_id FROM numbered WHERE ad = 1 AND n_ads >= $fewest ORDER BY draw LIMIT $employers
        )
        SELECT employer_id, content_hash FROM numbered JOIN employers USING (employer_id)
        WHERE ad <= $ads ORDER BY employer_id, ad
        """,
        {
            "kind": kind, "first": last - WINDOW_WEEKS + 1, "last": last, "fewest": MINIMUM_OPENINGS,
            "employers": MOST_EMPLOYERS, "ads": MOST_ADS, "nobody": NO_EMPLOYER,
        },
    ).fetchall()  # fmt: skip
    stored = read_texts(sorted({content_hash for _, content_hash in drawn}))
    texts: dict[str, list[str]] = defaultdict(list)
    for employer, content_hash in drawn:
        found = duties(stored.get(content_hash, ""))
        if found:
            texts[f"{employer:09d}"].append(found)
    compared = measure_dissimilarity(texts)
    if compared is None:
        return {}
    counts = {
        "n_postings": compared.n_openings, "n_employers": compared.n_employers,
        "n_eff": float(compared.n_employers),
    }  # fmt: skip
    figures = {"M14t": compared.within, "M14tb": compared.between, "M14tr": compared.ratio}
    return {
        metric_id: interval.columns("employer_jackknife") | counts for metric_id, interval in figures.items()
    }


def _tf_idf(ads: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    """Return unit vectors of log(1 + count) times log(ads / ads with the word)."""
    known: dict[str, int] = {}
    rows, columns, values = [], [], []
    for row, ad in enumerate(ads):
        for word, count in Counter(ad).items():
            rows.append(row)
            columns.append(known.setdefault(word, len(known)))
            values.append(np.log1p(count))
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(ads), len(known)))
    weight = np.log((1 + len(ads)) / (1 + np.bincount(columns, minlength=len(known)))) + 1
    matrix = matrix @ sparse.diags(weight)
    norm = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / norm) @ matrix)


def _interval(value: float, left: Floats, highest: float) -> Interval:
    groups = len(left)
    error = np.sqrt((groups - 1) / groups * np.square(left - left.mean()).sum())
    half = float(t_quantile(groups - 1) * error)
    return Interval(value, max(value - half, 0.0), min(value + half, highest))
