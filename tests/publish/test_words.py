"""The headline says something true in every week."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from include.publish.headline import Figure, Headline
from include.publish.words import (
    counted,
    figure_in,
    points,
    pooled_sentence,
    signed,
    title_sentence,
    uncertainty_sentence,
)


def headline(**figures: dict[str, Any]) -> Headline:
    """Return a headline of posting-weighted figures, given as M1={"x": ..., "estimate": ...}."""
    common = {
        "weight_scheme": "posting",
        "n_postings": 120,
        "n_employers": 60,
        "n_eff": 80.0,
        "obs_status": "P",
    }
    return Headline(
        week_start=date(2026, 11, 16),
        series_kind="observed",
        data_origin="public_boards",
        figures=tuple(
            Figure(**{"metric_id": name, "name": name, "ci_low": None, "ci_high": None, **common, **given})
            for name, given in figures.items()
        ),
    )


ZERO = {"x": 0, "estimate": 0.0, "ci_low": 0.0, "ci_high": 0.0375}
SIX = {"x": 6, "estimate": 0.05, "ci_low": 0.02, "ci_high": 0.11}


def test_a_week_without_any_required_certification_claims_no_zero() -> None:
    week = headline(M1=ZERO, M5=SIX, M6={"estimate": -0.05, "ci_low": -0.11, "ci_high": -0.01})
    assert title_sentence(week) == (
        "Of 120 product-manager openings new this week, none required a certification and 6 said how success "
        "would be judged."
    )
    assert uncertainty_sentence(week) == (
        "None found does not mean none: in ads like these the share that requires a certification may be "
        "anything up to 3.8%. In ads like these, the share that says how success is judged is likely between "
        "2.0% and 11.0%. More ads say what success is than require a certification (−5.0 pp, 95% interval "
        "−11.0 pp to −1.0 pp)."
    )


def test_both_zero() -> None:
    words = uncertainty_sentence(
        headline(M1=ZERO, M5=ZERO, M6={"estimate": 0.0, "ci_low": -0.03, "ci_high": 0.03})
    )
    assert words.count("None found does not mean none") == 2
    assert "cannot tell" in words


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.01, 0.2, "More ads require a certification"),
        (-0.2, -0.01, "More ads say what success is"),
        (-0.1, 0.1, "cannot tell"),
        (0.0, 0.1, "cannot tell"),
    ],
)
def test_the_order_is_only_told_when_the_interval_tells_it(low: float, high: float, expected: str) -> None:
    week = headline(M1=SIX, M5=SIX, M6={"estimate": (low + high) / 2, "ci_low": low, "ci_high": high})
    assert expected in uncertainty_sentence(week)


def test_a_suppressed_week_names_the_thresholds() -> None:
    none = {"estimate": None, "n_postings": 12, "n_employers": 9}
    assert "Only 12 new" in title_sentence(headline(M1=none, M5=none))
    assert "from 30 openings at 15 employers" in uncertainty_sentence(headline(M1=none, M5=none))


def test_a_week_with_enough_openings_is_not_said_to_have_too_few() -> None:
    none = {"estimate": None, "n_postings": 1200, "n_employers": 9}
    title = title_sentence(headline(M1=none, M5=none))
    assert title.startswith(
        "1,200 new product-manager openings were counted this week, at too few employers, or"
    )
    assert "this week had 9 employers" in uncertainty_sentence(headline(M1=none, M5=none))
    enough = none | {"n_postings": 30}
    assert title_sentence(headline(M1=enough, M5=enough)).startswith("30 new product-manager openings were")


def test_one_share_that_is_withheld_withholds_the_sentence_of_both() -> None:
    none = {"estimate": None, "n_postings": 120}
    for week in (headline(M1=none, M5=SIX), headline(M1=SIX, M5=none)):
        assert "at too few employers, or too many at one" in title_sentence(week)
        assert "A share is published from 30 openings" in uncertainty_sentence(week)


def test_a_share_of_which_none_was_found_and_labels_say_that_there_are_some_is_told_by_both_ends() -> None:
    corrected = {"x": 0, "estimate": 0.0, "corrected": 0.05, "ci_low": 0.01, "ci_high": 0.11, "audit_n": 120}
    words = uncertainty_sentence(headline(M1=corrected, M5=SIX))
    assert "the share that requires a certification is likely between 1.0% and 11.0%." in words
    assert "None found" not in words
    words = uncertainty_sentence(headline(M1=corrected | {"ci_low": 0.0}, M5=SIX))
    assert "may be anything up to 11.0%." in words


def test_of_two_shares_only_the_one_of_which_none_was_found_is_told_by_its_bound() -> None:
    words = uncertainty_sentence(headline(M1=SIX, M5=ZERO))
    assert words == (
        "In ads like these, the share that requires a certification is likely between 2.0% and 11.0%. None "
        "found does not mean none: in ads like these the share that says how success is judged may be "
        "anything up to 3.8%."
    )
    assert "None found" not in uncertainty_sentence(headline(M1=SIX, M5=SIX))


def test_a_share_without_a_count_is_told_by_itself() -> None:
    """As one of four weeks, or one that was corrected, in a release of an earlier version."""
    share = {"estimate": 0.05, "corrected": 0.07, "ci_low": 0.02, "ci_high": 0.11}
    week = headline(M1=share, M5=share | {"ci_low": None, "ci_high": None})
    assert "5.0% required a certification and 5.0% said" in title_sentence(week)
    assert uncertainty_sentence(week) == (
        "In ads like these, the share that requires a certification is likely between 2.0% and 11.0%. The "
        "share that says how success is judged is 7.0%."
    )


@pytest.mark.parametrize("missing", ["ci_low", "ci_high"])
def test_a_share_without_an_interval_is_told_without_one(missing: str) -> None:
    told = uncertainty_sentence(headline(M1=SIX, M5=SIX | {missing: None}))
    assert told == (
        "In ads like these, the share that requires a certification is likely between 2.0% and 11.0%. The "
        "share that says how success is judged is 5.0%."
    )


def test_counts_have_their_thousands_apart() -> None:
    many = {"x": 1_234, "estimate": 0.1, "ci_low": 0.08, "ci_high": 0.12, "n_postings": 12_340}
    assert title_sentence(headline(M1=many, M5=many | {"x": 2_345})).startswith(
        "Of 12,340 product-manager openings new this week, 1,234 required a certification and 2,345 said"
    )
    half_year = many | {"window_weeks": 26}
    told = pooled_sentence({"M1": half_year, "M5": half_year | {"x": 2_345}}, "archived", None)
    assert told.startswith("Over 26 weeks together (archived series), of 12,340 openings, 1,234 required")
    assert ", and 2,345 said how success would be judged (10.0%, " in told


def test_the_sentences_are_of_the_figures_by_opening() -> None:
    figures = [
        msgspec.structs.replace(figure, weight_scheme=weight, x=None, estimate=estimate)
        for weight, estimate in (("employer", 0.9), ("posting", 0.1), ("employer", 0.8))
        for figure in headline(M1=SIX, M5=SIX).figures
    ]
    week = msgspec.structs.replace(headline(), figures=tuple(figures))
    assert "10.0% required a certification and 10.0% said" in title_sentence(week)


def test_the_gap_is_told_as_its_interval_is_corrected() -> None:
    gap = {"estimate": -0.05, "corrected": -0.08, "ci_low": -0.11, "ci_high": -0.01}
    told = uncertainty_sentence(headline(M1=SIX, M5=SIX, M6=gap))
    assert told.endswith("(−8.0 pp, 95% interval −11.0 pp to −1.0 pp).")
    for unknown in ("ci_low", "ci_high", "estimate"):
        assert " pp" not in uncertainty_sentence(headline(M1=SIX, M5=SIX, M6=gap | {unknown: None}))


def test_four_weeks_together_are_called_so() -> None:
    pooled = SIX | {"window_weeks": 4}
    assert "in the last 4 weeks" in title_sentence(headline(M1=pooled, M5=pooled))


@pytest.mark.parametrize("week", [None, headline(), headline(M1=ZERO | {"n_postings": 0}, M5=ZERO)])
def test_no_opening_at_all(week: Headline | None) -> None:
    assert "no figure to show" in title_sentence(week)
    assert uncertainty_sentence(week)


def test_points_are_signed_with_a_minus_sign() -> None:
    assert (points(-0.051), points(0.05), points(None)) == ("−5.1 pp", "+5.0 pp", "–")


@pytest.mark.parametrize("value", [0.0, -0.0, -0.0004, 0.0004])
def test_what_rounds_to_zero_has_no_direction(value: float) -> None:
    assert points(value) == "0.0 pp"
    assert signed(value, 2) == "0.00"
    assert figure_in(value, "change") == "0.0 pp"
    assert figure_in(value, "tau") == "0.000"
    assert [points(-0.0006), points(0.0006)] == ["−0.1 pp", "+0.1 pp"]


def test_one_opening_at_one_employer_is_in_the_singular() -> None:
    one = {"estimate": None, "n_postings": 1, "n_employers": 1}
    week = headline(M1=one, M5=one)
    assert title_sentence(week).startswith("Only 1 new product-manager opening was counted")
    assert uncertainty_sentence(week).endswith("this week had 1 employer.")
    assert (counted(1, "opening"), counted(0, "opening"), counted(1200, "opening")) == (
        "1 opening",
        "0 openings",
        "1,200 openings",
    )


HALF_YEAR = {"estimate": 0.0025, "ci_low": 0.001, "ci_high": 0.007, "x": 5, "n_postings": 2000,
             "window_weeks": 26}  # fmt: skip


def test_half_a_year_says_what_a_week_without_any_cannot() -> None:
    criteria = HALF_YEAR | {"x": 100, "estimate": 0.05, "ci_low": 0.04, "ci_high": 0.07}
    pooled = {"M1": HALF_YEAR, "M5": criteria}
    week = headline(M1=ZERO, M5=SIX)
    assert pooled_sentence(pooled, "observed", week) == (
        "Over 26 weeks together, of 2,000 openings, 5 required a certification (0.2%, 95% interval 0.1% to "
        "0.7%), and 100 said how success would be judged (5.0%, 95% interval 4.0% to 7.0%)."
    )
    assert "(archived series)" in pooled_sentence(pooled, "archived", week)
    none = HALF_YEAR | {"x": 0, "estimate": 0.0, "ci_low": 0.0, "ci_high": 0.0031}
    assert "none required a certification, so the share is likely under 0.3%" in pooled_sentence(
        {"M1": none, "M5": criteria}, "observed", week
    )


@pytest.mark.parametrize("pooled", [{}, {"M1": HALF_YEAR | {"window_weeks": 1}, "M5": HALF_YEAR}])
def test_one_week_is_not_told_twice(pooled: dict[str, Any]) -> None:
    assert pooled_sentence(pooled, "observed", headline(M1=SIX, M5=SIX)) == ""


def test_a_figure_is_told_in_its_own_unit() -> None:
    found = [figure_in(0.212, unit) for unit in ("fraction", "change", "per_1000_words")]
    assert found == ["21.2%", "+21.2 pp", "0.212"]
    assert figure_in(-0.212, "tau") == "−0.212"
    assert figure_in(None, "ratio") == "–"
