"""The ledger: rules decide, and ads that cannot tell say so."""

from datetime import timedelta

import pytest
import yaml
from pydantic import ValidationError

from include.measure.claims import (
    CLAIMS_FILE,
    Claim,
    Condition,
    decide,
    distance_p_value,
    holm,
    load_claims,
)
from include.measure.registry import RegistryError, load_registry
from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse


def test_every_claim_is_testable_or_says_why_not():
    claims = load_claims()
    assert {claim.essay for claim in claims} == {1, 2}
    assert sum(bool(claim.not_testable) for claim in claims) >= 4
    known = {metric.id for metric in load_registry().metrics} | {
        "M7",
        "M8",
        "M9",
        "M9adj",
        "M9neg",
    }  # the 2x2
    for claim in claims:
        assert set(claim.metrics) <= known, claim.id


@pytest.mark.parametrize("missing", ["metrics", "figure", "supported_if", "contradicted_if", None])
def test_incomplete_claim_is_refused(tmp_path, missing):
    content = yaml.safe_load(CLAIMS_FILE.read_text())
    claim = next(row for row in content["claims"] if row["id"] == "role_is_not_uniform")
    if missing:
        del claim[missing]
    else:
        claim["not_testable"] = "Ads cannot show it."
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(RegistryError, match="role_is_not_uniform: a claim has"):
        load_claims(path)


@pytest.mark.parametrize("ends", [{}, {"low_above": 0.1, "high_below": 0.2}])
def test_a_condition_has_one_end(ends):
    with pytest.raises(ValidationError, match="either low_above or high_below"):
        Condition(**ends)


def test_a_condition_looks_at_its_own_end_of_the_interval():
    above, below = Condition(low_above=0.25), Condition(high_below=0.25)
    assert [above.holds(low, 0.9) for low in (0.2, 0.25, 0.3)] == [False, False, True]
    assert [below.holds(0.1, high) for high in (0.2, 0.25, 0.3)] == [True, False, False]
    assert above.threshold == below.threshold == 0.25


@pytest.mark.parametrize(
    ("condition", "unit", "words"),
    [
        ({"low_above": 0.25}, "fraction", "the lower end of the interval is above 25%"),
        ({"high_below": 0.02}, "change", "the upper end of the interval is below 2 points"),
        ({"high_below": 0.0}, "change", "the upper end of the interval is below 0"),
        ({"low_above": 1.5}, "ratio", "the lower end of the interval is above 1.5"),
    ],
)
def test_a_condition_is_told_in_the_unit_of_its_figure(condition, unit, words):
    assert Condition(**condition).words(unit) == words


CLAIM = Claim.model_validate(
    {
        "id": "x", "essay": 2, "claim": "c", "metrics": ["M1"], "figure": {"label": "l", "metric": "M1"},
        "supported_if": {"high_below": 0.0}, "contradicted_if": {"low_above": 0.0},
        "what_would_change_it": "w",
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "alike", "verdict"),
    [
        (-0.2, -0.1, False, "supported"),
        (-0.2, -0.1, True, "undecided"),
        (0.1, 0.2, False, "contradicted"),
        (-0.1, 0.1, False, "undecided"),
        (-0.1, 0.0, False, "undecided"),
    ],
)
def test_verdict_follows_the_interval(low, high, alike, verdict):
    found = {"figure_low": low, "figure_high": high, "is_control_alike": alike}
    assert decide(CLAIM, found) == verdict


def test_no_figure_leaves_a_claim_undecided():
    assert decide(CLAIM, None) == "undecided"


@pytest.fixture(scope="module")
def ledger():
    """Employers that require are never explicit, all others are; nobody asks for a product certificate."""
    market = Warehouse()
    for number in range(300):
        requires = number % 10 == 0
        labels = {"cert_status": "required", "cert_timing": "at_hire"} if requires else {}
        labels |= {} if requires else {"criteria_status": "explicit", "criteria_tiers": ["E2"]}
        market.add(f"employer {number % 150}", MONDAY - timedelta(weeks=number % 20), **labels)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    return {row["claim_id"]: row for row in market.rows("SELECT * FROM out_claims_v1")}


def test_ledger_has_every_claim(ledger):
    assert set(ledger) == {claim.id for claim in load_claims()}


def test_contradicted_and_supported_by_data(ledger):
    assert ledger["criteria_are_rarely_spelled_out"]["verdict"] == "contradicted"
    instead = ledger["certificate_instead_of_criteria"]
    assert (instead["verdict"], instead["figure"]) == ("supported", pytest.approx(-1.0))
    assert "the control (degree required)" in instead["verdict_rule"]
    assert "is below 25%" in ledger["criteria_are_rarely_spelled_out"]["verdict_rule"]
    rare = ledger["product_certificates_hardly_asked"]
    assert (rare["figure"], rare["n_postings"], rare["verdict"]) == (0.0, 300, "supported")


def test_untestable_and_thin_claims_have_no_figure(ledger):
    assert ledger["requiring_is_easier"]["verdict"] == "not_testable"
    assert ledger["requiring_is_easier"]["metric_ids"] == []
    trend = ledger["more_ads_require_a_certificate"]
    assert (trend["verdict"], trend["figure"]) == ("undecided", None)  # twenty weeks are no trend


def test_figure_is_the_published_pooled_row(ledger):
    explicit = ledger["criteria_are_rarely_spelled_out"]
    assert (explicit["figure"], explicit["n_postings"]) == (pytest.approx(0.9), 300)
    assert (explicit["series_kind"], explicit["window_weeks"]) == ("observed", 20)


def test_claims_on_the_same_openings_name_the_same_number_of_weeks():
    """A series that had nothing new in its last week is as long for the one claim as for the other."""
    market = Warehouse()
    for back in range(1, 20):
        for employer in range(15):
            required = {"cert_status": "required", "cert_timing": "at_hire"} if employer % 3 == 0 else {}
            market.add(f"employer {employer}", MONDAY - timedelta(weeks=back), **required)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = market.rows(
        "SELECT claim_id, n_postings, window_weeks FROM out_claims_v1 WHERE figure IS NOT NULL"
    )
    weeks = {row["claim_id"]: row["window_weeks"] for row in rows if row["n_postings"] == 285}
    assert weeks["certificate_instead_of_criteria"] == weeks["criteria_are_rarely_spelled_out"] == 20


def test_exactly_one_claim_is_primary(ledger):
    primary = [claim.id for claim in load_claims() if claim.is_primary]
    assert primary == ["more_ads_require_a_certificate"]
    assert ledger[primary[0]]["p_holm"] is None
    assert ledger["criteria_are_rarely_spelled_out"]["p_holm"] < 0.05


@pytest.mark.parametrize(
    ("has_degree", "verdict"),
    [
        (lambda number, requires: requires, "undecided"),  # ads with a degree are as seldom explicit
        (lambda number, requires: not requires, "supported"),  # more often
        (lambda number, requires: number in (4, 7), "supported"),  # one of two: less often, by chance
    ],
)
def test_a_claim_is_undecided_where_its_control_shows_the_same(has_degree, verdict):
    market = Warehouse()
    for number in range(300):
        requires = number % 4 == 0
        labels = {"cert_status": "required", "cert_timing": "at_hire"} if requires else {}
        labels |= {} if requires else {"criteria_status": "explicit", "criteria_tiers": ["E2"]}
        labels |= {"degree_status": "required"} if has_degree(number, requires) else {}
        market.add(f"employer {number % 100}", MONDAY - timedelta(weeks=number % 13), **labels)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    [row] = market.rows("FROM out_claims_v1 WHERE claim_id = 'certificate_instead_of_criteria'")
    assert (row["figure"], row["verdict"]) == (pytest.approx(-1.0), verdict)


def test_the_primary_claim_needs_no_adjustment():
    market = Warehouse()
    for back in range(27):
        for employer in range(20):
            requires = (employer + back) % 4 == 0
            labels = {"cert_status": "required", "cert_timing": "at_hire"} if requires else {}
            market.add(f"employer {employer}", MONDAY - timedelta(weeks=back), **labels)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    found = {row["claim_id"]: row for row in market.rows("SELECT * FROM out_claims_v1")}
    primary = found["more_ads_require_a_certificate"]
    assert primary["figure"] is not None
    assert primary["p_holm"] is None
    others = [row for name, row in found.items() if name != primary["claim_id"] and row["figure"] is not None]
    assert others
    assert all(row["p_holm"] is not None for row in others)


@pytest.mark.parametrize(
    ("figure", "low", "high", "p"),
    [
        (-0.1, -0.2, 0.0, 0.05),  # the interval just reaches the threshold
        (-0.2, -0.3, -0.1, 0.05**2),  # twice as far: under one in ten thousand
        (0.1, 0.0, 0.2, 0.05),
        (-0.1, -0.5, 0.0, 0.05),  # only the half that points at the threshold counts
        (0.1, 0.0, 0.5, 0.05),
        (-0.1, -0.12, 0.3, 0.624),
        (0.1, -0.3, 0.12, 0.624),
        (0.0, -0.1, 0.1, 1.0),
    ],
)
def test_p_value_agrees_with_the_interval(figure, low, high, p):
    got = distance_p_value(CLAIM, {"figure": figure, "figure_low": low, "figure_high": high})
    assert got == pytest.approx(p, abs=5e-4) if p > 0.01 else got < p


def test_holm_by_hand():
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.5}) == pytest.approx(
        {"a": 0.04, "c": 0.09, "b": 0.09, "d": 0.5}
    )
    assert holm({}) == {}
