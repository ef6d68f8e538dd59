"""Real ads, where they are at hand: true evidence, and no demand among product ads that reading refuted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyarrow.parquet as pq
import pytest

from include.classify.classifier import classify
from include.normalize.titles import role_family
from include.role_families import PRODUCT_FAMILIES
from tests.classify.shared_data import shared_file
from tests.classify.test_stability import said

pytestmark = pytest.mark.corpus


def ads(step: int) -> Iterator[tuple[str, str]]:
    file = pq.ParquetFile(shared_file("corpus", "all_jobs.parquet"))
    for batch in file.iter_batches(2000, columns=["title", "description"]):
        rows = batch.to_pylist()
        yield from ((row["title"], row["description"]) for row in rows[::step] if row["description"])


def check_evidence(step: int) -> None:
    for title, text in ads(step):
        labels = classify(title, text)
        for mention in (*labels.certs, *labels.criteria, *labels.evidence):
            assert text[mention.start : mention.end] == mention.quote


def test_evidence_is_true_on_a_sample_of_real_ads() -> None:
    check_evidence(step=60)


@pytest.mark.slow
def test_evidence_is_true_on_all_real_ads() -> None:
    check_evidence(step=1)


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        (" ", "  "),
        ("\n", "\n\n"),
        (" ", "\u202f"),
        ("tion", "ti\u00adon\u200b"),
        ("-", "\u2011"),
        ("fi", "\ufb01"),
    ],
    ids=["blanks", "line breaks", "narrow blanks", "what is not seen", "hyphens", "ligatures"],
)
def test_how_an_ad_is_typed_changes_no_label_of_real_ads(plain: str, other: str) -> None:
    n_ads = 0
    for title, text in ads(step=70):
        labels, typed = classify(title, text), classify(title, text.replace(plain, other))
        assert said(typed) == said(labels), title
        n_ads += 1
    assert n_ads > 500


def test_demands_stay_rare_among_real_product_ads() -> None:
    # Reading found none of 420 sampled product ads that require a certification (upper bound 0.7%).
    counts = Counter(
        classify(title, text, role_family=family).cert_status
        for title, text in ads(step=1)
        if (family := role_family(title)) in PRODUCT_FAMILIES
    )
    assert counts.total() > 300
    assert counts["required"] + counts["listed"] <= 0.007 * counts.total()
