from __future__ import annotations

import hashlib
import os
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from include.classify.labels import CertStatus, strongest_status
from include.partitions import week_start
from include.sample_market.ad import Evidence
from include.sample_market.compose import compose
from include.sample_market.config import MarketConfig, MarketConfigError, TrueShares
from include.sample_market.draws import dirichlet, poisson, stream
from include.sample_market.employers import make_employers
from include.sample_market.labels import TrueLabels
from include.sample_market.market import Market, generate, stream_openings
from include.sample_market.markup import ad_plain
from include.sample_market.openings import Opening, season
from include.sample_market.truth import INDICATORS, is_measured, summarise, true_week
from tests.sample_market.conftest import MONDAY

PROJECT_ROOT = Path(__file__).parents[2]


def fingerprint(market: Market) -> str:
    digest = hashlib.sha256()
    for row in map(market.truth_of, market.openings):
        digest.update(msgspec.json.encode(row))
    return digest.hexdigest()


def test_same_seed_gives_same_market_in_any_process(small_config: MarketConfig) -> None:
    program = (
        "from include.sample_market.config import MarketConfig\n"
        "from include.sample_market.market import generate\n"
        "from tests.sample_market.test_market import fingerprint\n"
        "print(fingerprint(generate(MarketConfig(employers=6, weeks=4, product_openings_per_week=20,"
        " other_openings_per_week=20))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(PROJECT_ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {fingerprint(generate(small_config))}


def test_another_seed_gives_another_market(small_config: MarketConfig) -> None:
    assert fingerprint(generate(small_config)) != fingerprint(generate(replace(small_config, seed=5)))


def test_a_week_does_not_depend_on_the_window(small_config: MarketConfig) -> None:
    shorter = replace(small_config, weeks=2, end_day=small_config.end_day - timedelta(weeks=1))
    long_ids = {o.opening_id: o for o in stream_openings(small_config)}
    for opening in stream_openings(shorter):
        assert long_ids[opening.opening_id] == opening


def test_streaming_equals_generating(small_config: MarketConfig, small_market: Market) -> None:
    assert tuple(stream_openings(small_config)) == small_market.openings


def test_employers_are_distinct_and_sizes_fall() -> None:
    employers = make_employers(MarketConfig(employers=500))
    assert len({e.name for e in employers}) == len({e.board_key.lower() for e in employers}) == 500
    sizes = [e.size_share for e in employers]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == pytest.approx(1)
    assert Counter(e.source for e in employers).most_common(3)[2][1] > 150


def labels_in(evidence: tuple[Evidence, ...]) -> dict[str, object]:
    """Read labels back from sentences by the codebook's rules."""
    values = defaultdict(set)
    for item in evidence:
        values[item.label].add(item.value)
    tiers = {tier for value in values["criteria"] for tier in value.split("+")}
    cues = {item.cue for item in evidence if item.label == "certification"}
    support = set(values["support"])
    if cues & {"benefit", "benefit.budget"}:
        support.add("cert_sponsorship")
    if "benefit.budget" in cues:
        support.add("training_budget")
    degree = values["degree"] | ({"required"} if "preferred.degree_scope" in cues else set())
    return {
        "cert_status": cert_status_in(evidence),
        "tiers": tiers,
        "degree": degree or {"none"},
        "support": support,
        "framework": values["framework"] or {"none"},
        "clearance": bool(values["clearance"]),
    }


def cert_status_in(evidence: Iterable[Evidence]) -> CertStatus:
    """Return the strongest certification status among `evidence` (codebook section 1, rule 5)."""
    return strongest_status(item.value for item in evidence if item.label == "certification")


def expected_of(labels: TrueLabels) -> dict[str, object]:
    return {
        "cert_status": labels.cert_status,
        "tiers": set(labels.criteria_tiers),
        "degree": {labels.degree_status},
        "support": set(labels.dev_support),
        "framework": {labels.framework_use},
        "clearance": labels.requires_clearance,
    }


def test_texts_mean_what_their_labels_say(demo_market: Market) -> None:
    for opening in demo_market.openings[::3]:
        ad = demo_market.ad(opening)
        assert labels_in(ad.evidence) == expected_of(opening.labels), opening.opening_id
        sentences = {text for section in ad.sections for text in section.sentences}
        assert {item.sentence for item in ad.evidence} <= sentences


def test_bare_items_stand_under_the_heading_that_decides_them(demo_market: Market) -> None:
    section_of = {"required.bare": "required", "listed": "neutral", "preferred.bare": "preferred"}
    seen = Counter()
    for opening in demo_market.openings:
        if opening.labels.cert_cue in section_of:
            ad = demo_market.ad(opening)
            found = [
                section
                for section in ad.sections
                for item in ad.evidence
                if item.label == "certification" and item.cue == opening.labels.cert_cue
                if item.sentence in section.sentences
            ]
            assert [s.kind for s in found] == [section_of[opening.labels.cert_cue]]
            assert found[0].heading
            seen[opening.labels.cert_cue] += 1
    assert len(seen) == 3


def labels_of_version(opening: Opening, version: int) -> TrueLabels:
    """Return the labels that the ad has after so many edits: some add a requirement or criteria."""
    labels = opening.labels
    for edit in opening.edits[:version]:
        if edit.kind == "cert_added":
            labels = msgspec.structs.replace(
                labels, cert_status="required", cert_timing="at_hire", cert_cue="required.modal"
            )
        elif edit.kind == "criteria_added":
            tiers = ("E2t", "G") if labels.has_generic_kpi else ("E2t",)
            labels = msgspec.structs.replace(labels, criteria_status="explicit", criteria_tiers=tiers)
    return labels


def test_edits_change_the_text_and_only_what_they_say(demo_market: Market) -> None:
    kinds = Counter()
    for opening in demo_market.openings[::2]:
        for number, edit in enumerate(opening.edits, start=1):
            before = compose(opening, demo_market.employers[opening.employer], number - 1)
            after = compose(opening, demo_market.employers[opening.employer], number)
            kinds[edit.kind] += 1
            assert (before == after) == (edit.kind == "pay")
            assert labels_in(after.evidence) == expected_of(labels_of_version(opening, number))
    assert set(kinds) == {"wording", "pay", "cert_added", "criteria_added"}


def test_texts_are_not_one_template(demo_market: Market) -> None:
    english = [o for o in demo_market.openings if is_measured(o)][:1500]
    texts = [ad_plain(demo_market.ad(o).sections) for o in english]
    assert len(set(texts)) == len(texts)
    required = [
        item.sentence
        for o in english
        for item in demo_market.ad(o).evidence
        if item.label == "certification" and item.value == "required"
    ]
    assert len(set(required)) / len(required) > 0.6
    words = [len(text.split()) for text in texts]
    assert 120 < statistics.median(words) < 600


def test_every_class_of_the_codebook_occurs(demo_market: Market) -> None:
    measured = [o.labels for o in demo_market.openings if is_measured(o)]
    assert {x.cert_status for x in measured} == {
        "required",
        "listed",
        "preferred",
        "mentioned_other",
        "none",
    }
    assert {t for x in measured for t in x.criteria_tiers} == {"E1", "E2", "E2t", "E3", "A", "H", "S", "G"}
    assert len({x.archetype for x in measured}) == 6
    assert {x.cert_cue for x in measured} >= {
        "required.mandated",
        "post_hire",
        "preferred.degree_scope",
        "negated",
        "form",
        "pay",
        "third_party",
    }
    assert {o.language for o in demo_market.openings} == {"en", "de", "fr", "es", "nl", "pt", "pl"}


def test_demo_weeks_can_be_published(demo_market: Market) -> None:
    weeks = [demo_market.true_weekly(monday) for monday in demo_market.config.mondays]
    assert all(week.n_openings >= 30 and week.n_employers >= 15 for week in weeks)
    assert max(week.largest_employer_share for week in weeks) <= 0.25


def test_shares_come_out_as_configured(demo_market: Market) -> None:
    shares = TrueShares(cert_required_trend=0, criteria_explicit_trend=0)
    config = MarketConfig(seed=3, weeks=60, employers=60, other_openings_per_week=0, shares=shares)
    labels = [o.labels for o in stream_openings(config) if is_measured(o)]
    n = len(labels)

    def share(**wanted: str) -> float:
        return sum(all(getattr(x, k) == v for k, v in wanted.items()) for x in labels) / n

    assert share(cert_status="required") == pytest.approx(0.06, abs=0.012)
    assert share(cert_status="preferred") == pytest.approx(0.06, abs=0.012)
    assert share(cert_status="listed") == pytest.approx(0.02, abs=0.008)
    assert share(criteria_status="explicit") == pytest.approx(0.15, abs=0.02)
    assert share(criteria_status="partial") == pytest.approx(0.20, abs=0.02)


def test_required_share_follows_its_trend() -> None:
    steep = TrueShares(cert_required=0.1, cert_required_trend=1.0)
    config = MarketConfig(weeks=104, employers=40, other_openings_per_week=0, shares=steep)
    halves: dict[bool, list[bool]] = {True: [], False: []}
    for opening in stream_openings(config):
        if is_measured(opening):
            later = opening.opened > config.first_week + timedelta(weeks=52)
            halves[later].append(opening.labels.cert_status == "required")
    assert statistics.mean(halves[True]) > 1.5 * statistics.mean(halves[False])


def test_employers_differ_more_than_chance() -> None:
    config = MarketConfig(
        weeks=52, employers=30, other_openings_per_week=0, employer_correlation=0.3, is_calibrated=False
    )
    counts: dict[int, list[bool]] = defaultdict(list)
    for opening in stream_openings(config):
        if is_measured(opening):
            counts[opening.employer].append(opening.labels.criteria_status == "explicit")
    rates = [statistics.mean(found) for found in counts.values() if len(found) >= 50]
    p = statistics.mean(rates)
    assert statistics.pvariance(rates) > 5 * p * (1 - p) / 100


def test_truth_counts_openings_once(small_market: Market) -> None:
    copied = [o for o in small_market.openings if len(small_market.truth_of(o).posting_ids) > 1]
    assert copied
    per_week = sum(small_market.true_weekly(monday).n_openings for monday in small_market.config.mondays)
    assert per_week == sum(is_measured(o) for o in small_market.openings)


def test_true_week_by_hand() -> None:
    base = next(o for o in stream_openings(MarketConfig(weeks=1)) if is_measured(o))

    def opening(employer: int, **labels: object) -> Opening:
        plain = msgspec.structs.replace(
            base.labels,
            cert_status="none",
            cert_timing=None,
            is_only_negated=False,
            criteria_status="none",
            criteria_tiers=(),
            has_generic_kpi=False,
        )
        changed = msgspec.structs.replace(plain, **labels)
        return msgspec.structs.replace(base, employer=employer, labels=changed)

    required = {"cert_status": "required", "cert_timing": "at_hire"}
    week = true_week(
        week_start(base.opened),
        [
            opening(1, **required),
            opening(1, criteria_status="explicit", criteria_tiers=("E1",)),
            opening(1, cert_status="required", cert_timing="post_hire"),
            opening(2, cert_status="listed", has_generic_kpi=True),
            opening(2, cert_status="mentioned_other", is_only_negated=True),
        ],
    )
    assert (week.n_openings, week.n_employers) == (5, 2)
    found = {metric: (share.posting, share.employer) for metric, share in week.shares.items()}
    assert found["M1"] == pytest.approx((1 / 5, (1 / 3 + 0) / 2))
    assert found["M1b"] == pytest.approx((3 / 5, (2 / 3 + 1 / 2) / 2))
    assert found["M3"] == pytest.approx((3 / 5, (2 / 3 + 1 / 2) / 2))
    assert found["M5"] == pytest.approx((1 / 5, (1 / 3) / 2))
    assert found["M5g"] == pytest.approx((1 / 5, (1 / 2) / 2))
    assert found["M6"] == pytest.approx((0, 0))
    assert set(found) == set(INDICATORS)


def test_an_empty_week_has_no_shares() -> None:
    week = summarise(MONDAY, {})
    assert (week.n_openings, week.n_employers, week.shares) == (0, 0, {})


def test_late_observer_counts_reposts_anew(demo_market: Market) -> None:
    full = demo_market.true_weekly(MONDAY)
    late = demo_market.true_weekly(MONDAY, observed_since=MONDAY - timedelta(days=1))
    assert late.n_openings > full.n_openings
    early = demo_market.true_weekly(MONDAY, observed_since=demo_market.config.first_week)
    assert early == full


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"employers": 0}, "employers=0"),
        ({"employers": 5000}, "employers=5000"),
        ({"weeks": 0}, "weeks=0"),
        ({"employer_correlation": 1.0}, "employer_correlation"),
    ],
)
def test_impossible_markets_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(MarketConfigError, match=message):
        MarketConfig(**change)


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(MarketConfigError):
        TrueShares(cert_required=0.9, cert_preferred=0.2)


def test_draws_have_their_means() -> None:
    rng = stream("draws")
    for mean in (0.5, 8.0, 200.0):
        counts = [poisson(rng, mean) for _ in range(4000)]
        assert statistics.mean(counts) == pytest.approx(mean, rel=0.06)
        assert statistics.variance(counts) == pytest.approx(mean, rel=0.15)
    assert poisson(rng, 0) == 0
    rows = [dirichlet(rng, (0.1, 0.9), 3.0) for _ in range(4000)]
    first = [row[0] for row in rows]
    assert statistics.mean(first) == pytest.approx(0.1, abs=0.015)
    assert statistics.variance(first) == pytest.approx(0.1 * 0.9 / 4, rel=0.2)
    assert dirichlet(rng, (0.0, 1.0), 1e-320) == [0.0, 1.0]


def test_holiday_weeks_are_quiet() -> None:
    assert season(MONDAY) == 1.0
    assert season(MONDAY + timedelta(weeks=5)) == 0.35


def test_postings_live_as_their_spells_say(demo_market: Market) -> None:
    kinds = Counter()
    for postings in demo_market.postings_by_employer.values():
        assert len({p.native_id for p in postings}) == len(postings)
        for posting in postings:
            kinds[posting.kind] += 1
            kinds["reopened"] += len(posting.spells) > 1
            assert posting.is_listed_on(posting.opened)
            assert not posting.is_listed_on(posting.closed)
            gaps = [
                (later.opened - earlier.closed).days
                for earlier, later in zip(posting.opening.spells, posting.opening.spells[1:], strict=False)
            ]
            assert all(0 < gap < 60 for gap in gaps)
    assert min(kinds[kind] for kind in ("original", "place_copy", "repost", "reopened")) > 0
