"""Differences of duties, computed pair by pair with other code."""

from __future__ import annotations

import itertools
import string

import numpy as np
import pytest
from scipy import stats
from sklearn.feature_extraction.text import TfidfVectorizer

from include.measure.dissimilarity import duties, measure_dissimilarity, without_boilerplate
from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, Warehouse

VOCABULARY = ["".join(word) for word in itertools.product(string.ascii_lowercase[:8], repeat=3)]


def market(rng, employers=16, ads=6, own_share=0.5):
    """Ads of thirty words; each employer draws a part of them from forty words of its own."""
    texts = {}
    for number in range(employers):
        own = rng.choice(VOCABULARY, 40, replace=False)
        texts[f"employer {number:02d}"] = [
            " ".join(
                rng.choice(own) if rng.random() < own_share else rng.choice(VOCABULARY) for _ in range(30)
            )
            for _ in range(ads)
        ]
    return texts


def test_figures_are_the_means_over_all_pairs():
    texts = market(np.random.default_rng(1))
    found = measure_dissimilarity(texts)
    ads = [ad for name in sorted(texts) for ad in texts[name]]
    owner = np.repeat(np.arange(16), 6)
    # The same weights from scikit-learn: log(1 + n) for the count, smooth idf, unit length.
    counts = TfidfVectorizer(token_pattern=r"[^\W\d_]{3,}", use_idf=False, norm=None).fit_transform(ads)
    counts.data = np.log1p(counts.data)
    idf = TfidfVectorizer(token_pattern=r"[^\W\d_]{3,}").fit(ads).idf_
    vectors = counts.toarray() * idf
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    distance = 1 - vectors @ vectors.T
    within = [
        np.mean([distance[i, j] for i, j in itertools.combinations(np.flatnonzero(owner == e), 2)])
        for e in range(16)
    ]
    between = [
        distance[np.ix_(owner == a, owner == b)].mean() for a, b in itertools.combinations(range(16), 2)
    ]
    assert found.within.value == pytest.approx(np.mean(within))
    assert found.between.value == pytest.approx(np.mean(between))
    assert found.ratio.value == pytest.approx(np.mean(within) / np.mean(between))
    assert (found.n_openings, found.n_employers) == (96, 16)
    # Each employer left out of the means in turn.
    pairs = list(itertools.combinations(range(16), 2))
    left_within = np.array([np.mean(np.delete(within, e)) for e in range(16)])
    left_between = np.array(
        [np.mean([d for d, pair in zip(between, pairs, strict=True) if e not in pair]) for e in range(16)]
    )
    for interval, left in (
        (found.within, left_within), (found.between, left_between), (found.ratio, left_within / left_between)
    ):  # fmt: skip
        half = stats.t.ppf(0.975, 15) * np.sqrt(15 / 16 * np.square(left - left.mean()).sum())
        ends = interval.value - half, interval.value + half
        assert (interval.low, interval.high) == pytest.approx(ends)
    assert found.ratio.low < found.ratio.value < found.ratio.high < 1


def test_employers_without_words_of_their_own_have_a_ratio_of_one():
    ratio = measure_dissimilarity(market(np.random.default_rng(2), employers=40, own_share=0.0)).ratio
    assert ratio.low <= 1 <= ratio.high
    assert ratio.value == pytest.approx(1, abs=0.02)


def test_repeated_sentences_do_not_make_an_employer_uniform():
    texts = market(np.random.default_rng(3))
    boilerplate = "We build software that people love. "
    with_boilerplate = {name: [boilerplate + ad for ad in ads] for name, ads in texts.items()}
    assert measure_dissimilarity(with_boilerplate) == measure_dissimilarity(texts)
    ads = ["Same here. Own one.", "Same here. Own two.", "Own three."]
    assert without_boilerplate(ads) == [["own", "one"], ["own", "two"], ["own", "three"]]


def test_few_employers_or_short_texts_give_no_figure():
    texts = market(np.random.default_rng(4), employers=14)
    assert measure_dissimilarity(texts) is None
    assert measure_dissimilarity(market(np.random.default_rng(4), ads=4)) is None
    assert measure_dissimilarity({str(e): ["too short"] * 6 for e in range(20)}) is None


def test_only_sections_on_duties_count():
    first = "Intro\n## What you'll do\n- Own the roadmap\nShip it\n"
    text = f"{first}## Benefits\n- Lunch\n## Responsibilities:\n- Sell"
    assert duties(text) == "Own the roadmap\nShip it\nSell"


def test_the_figures_stand_in_the_series_when_there_are_texts():
    warehouse, texts = Warehouse(), {}
    rng = np.random.default_rng(5)
    for number, (name, ads) in enumerate(market(rng).items()):
        for ad, words in enumerate(ads):
            content_hash = f"{number:02d}{ad:02d}" * 16
            warehouse.add(name, MONDAY)
            texts[content_hash] = f"## Responsibilities\n{words}"
    hashes = [
        row["h"] for row in warehouse.rows("SELECT content_hash AS h FROM core_openings ORDER BY opening_key")
    ]
    stored = dict(zip(hashes, texts.values(), strict=True))
    measure_week(warehouse.con, MONDAY, STAMP, read_texts=lambda wanted: {h: stored[h] for h in wanted})
    row = warehouse.metric("M14t", weight_scheme="employer")
    assert (row["n_employers"], row["n_postings"], row["window_weeks"]) == (16, 96, 1)
    assert row["ci_low"] < row["est_raw"] < row["ci_high"]
    ratio = warehouse.metric("M14tr", weight_scheme="employer")["est_raw"]
    assert ratio == pytest.approx(
        row["est_raw"] / warehouse.metric("M14tb", weight_scheme="employer")["est_raw"]
    )
    measure_week(warehouse.con, MONDAY, STAMP)
    assert warehouse.metric("M14t", weight_scheme="employer")["obs_status"] == "Q"
