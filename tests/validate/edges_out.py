"""The edges of the expectations of published tables: every arm of a rule alone, every bound from both sides.

`BREAKS` are changes of the sound warehouse that a check must find; `HOLDS` are changes that it must let pass.
"""

from __future__ import annotations

from include.warehouse.cards import load_table_cards
from tests.validate.edges import Edge, changes, of

_ONE = "WHERE metric_id = 'M1'"
_WEEKLY, _CROSSTAB = "out_weekly_metrics_v1", "out_cert_by_criteria_v1"
_FIGURES = {
    table: [
        column.name
        for column in load_table_cards()[table].columns
        if column.nullable and column.type in ("DOUBLE", "INTEGER", "BIGINT")
    ]
    for table in (_WEEKLY, _CROSSTAB)
}


def _suppressed(table: str, left: str = "") -> str:
    """Return SQL that suppresses every row and leaves one figure in it, or none."""
    blanks = [f"{name} = 1" if name == left else f"{name} = NULL" for name in _FIGURES[table]]
    return f"UPDATE {table} SET obs_status = 'Q', conf_status = 'C', {', '.join(blanks)}"


_IMPORT = (
    "INSERT INTO out_coverage_v1 SELECT * REPLACE ('import/a_dump' AS source, NULL AS coverage_share, {}) "
    "FROM out_coverage_v1 WHERE source = 'lever'"
)


def _year_on_year(metric: str, of: str, change: float, now: str, past: str, days: int = 364) -> str:
    """Return SQL that adds a change on a year beside the two trailing figures it is made of."""
    rows = f"FROM {_WEEKLY} WHERE metric_id = '{of}'"
    return f"""
        UPDATE {_WEEKLY} SET est_trailing4 = {now} WHERE metric_id = '{of}';
        INSERT INTO {_WEEKLY} SELECT * REPLACE ('{metric}' AS metric_id, {change} AS est_raw) {rows};
        INSERT INTO {_WEEKLY}
        SELECT * REPLACE (week_start - {days} AS week_start, {past} AS est_trailing4) {rows}
    """


_SENTENCES = ("claim", "verdict_rule", "reading", "what_would_change_it")
_REAL = "data_origin = 'archive', "

BREAKS: list[Edge] = [
    *of("out_coverage_v1", ("week_has_rows", "UPDATE out_coverage_v1 SET week_start = week_start - 7")),
    *changes(
        "out_coverage_v1", "share_follows_from_counts", "coverage_share = 2, board_days_complete = 28",
        "coverage_share = -1, board_days_complete = -14", "coverage_share = NULL", "source = 'import/a_dump'",
    ),
    *changes(
        "out_coverage_v1", "counts_are_possible", "days_observed = -1", "boards_answered = 3",
        "board_days_complete = 15", "n_product_postings = n_postings + 1",
        *(
            f"{column} = -1"
            for column in ("boards_expected", "boards_answered", "board_days_expected", "board_days_complete",
                           "n_postings", "n_product_postings", "n_openings", "n_other_language",
                           "n_text_incomplete", "n_rejected")
        ),
    ),
    *changes(
        "out_coverage_v1", "most_boards_were_read",
        "board_days_expected = 10, board_days_complete = if(source = 'lever', 8, 7)",
    ),
    *changes(
        "out_certifications_v1", "counts_are_possible", "n_openings = 0, n_employers = 0", "n_employers = -1",
    ),
    *changes(
        "out_certifications_v1", "class_is_known",
        "cert_class = if(window_weeks = 1, 'other', cert_class)",
    ),
    *changes(
        _WEEKLY, "shares_lie_between_0_and_1",
        *(
            f"{column} = {value} {_ONE}"
            for column in ("est_raw", "est_ppi", "est_trailing4", "panel_est", "est_chained")
            for value in (-0.01, 1.01)
        ),
        f"ci_high = 1.01 {_ONE}",
    ),
    *changes(
        _WEEKLY, "interval_holds_the_estimate", "ci_high = est_raw - 0.001", "ci_low = est_raw + 0.001",
        "ci_low = NULL", "ci_high = NULL", "est_ppi = ci_high + 0.001",
    ),
    *changes(
        _WEEKLY, "inner_band_lies_in_the_interval",
        "est_ppi = est_raw, inner_low = est_raw", "est_ppi = est_raw, inner_high = est_raw",
        "est_ppi = est_raw, inner_low = ci_low - 0.001, inner_high = ci_high",
        "est_ppi = est_raw, inner_low = ci_low, inner_high = ci_high + 0.001",
        "est_ppi = est_raw, inner_low = est_raw + 0.001, inner_high = ci_high",
    ),
    *changes(
        _WEEKLY, "counts_are_possible", "n_employers = 101", f"n_eff = 101 {_ONE}", f"x_raw = 101 {_ONE}",
        *(f"{column} = -1" for column in ("n_employers", "n_eff", "deff", "x_raw", "audit_n")),
    ),
    *changes(_WEEKLY, "raw_share_follows_from_counts", f"x_raw = 1 {_ONE}"),
    *of(_WEEKLY, *(("suppressed_rows_are_empty", _suppressed(_WEEKLY, name)) for name in _FIGURES[_WEEKLY])),
    *changes(_WEEKLY, "suppressed_rows_are_empty", f"conf_status = 'C' {_ONE}"),
    *changes(_WEEKLY, "published_rows_are_whole", "est_raw = NULL", "ci_low = NULL", "ci_high = NULL"),
    *changes(_WEEKLY, "small_cells_are_suppressed", f"n_postings = 29 {_ONE}", f"n_employers = 14 {_ONE}"),
    *changes(
        _WEEKLY, "headline_is_there",
        *(f"{change} WHERE metric_id = '{metric}'"
          for metric in ("M1", "M5", "M6")
          for change in ("basis = 'stock'", "stratum_dim = 'region'", "weight_scheme = 'employer'")),
    ),
    *of(
        _WEEKLY,
        *(
            ("change_on_a_year_is_the_difference", _year_on_year(*figures))
            for figures in (
                ("M1y", "M1", 0.021, "0.06", "0.04"), ("M6y", "M6", 0.02, "-0.06", "-0.04"),
                ("M1y", "M1", 0.02, "NULL", "0.04"), ("M1y", "M1", 0.02, "0.06", "NULL"),
                ("M1by", "M1", 0.02, "0.06", "0.04"), ("M5y", "M5", 0.02, "0.06", "0.04", 357),
            )
        ),
    ),
    *changes(_WEEKLY, "m1_is_not_over_m1b", f"est_raw = 0.081 {_ONE}"),
    *changes(_WEEKLY, "m1_is_believable", f"{_REAL} est_raw = 0.051"),
    *changes(_WEEKLY, "m5_is_believable", f"{_REAL} est_raw = 0.201", f"{_REAL} est_raw = 0.0049"),
    *changes(_WEEKLY, "m1_is_not_absurd", "est_raw = 0.401", "est_raw = 0.401, week_start = week_start - 49"),
    *changes(_WEEKLY, "median_design_effect", "deff = 10.1", "deff = 0.49"),
    *changes(
        _CROSSTAB, "cells_add_up", "n_both = -1, n_exposure_only = 21", "n_exposure_only = -1, n_both = 21",
        "n_criteria_only = -1, n_neither = 81", "n_neither = -1, n_criteria_only = 81", "n_employers = 101",
    ),
    *changes(
        _CROSSTAB, "corrected_cells_add_up", "p_both_ppi = -0.1, p_neither_ppi = 0.6",
        "p_exposure_only_ppi = -0.1, p_neither_ppi = 0.6", "p_criteria_only_ppi = -0.1, p_neither_ppi = 0.6",
        "p_neither_ppi = -0.1, p_both_ppi = 0.6",
    ),
    *changes(
        _CROSSTAB, "intervals_hold_their_estimates", "rd = 1.1, rd_high = 2", "phi = -1.1, phi_low = -2",
        "odds_ratio = 2.1", "odds_ratio = 0.4", "odds_ratio = -1, odds_ratio_low = -1",
        *(
            f"{name} = {value}, {name}_low = 0.5, {name}_high = 2"
            for name in ("within_odds_ratio", "mh_odds_ratio") for value in (0.4, 2.1)
        ),
    ),
    *of(
        _CROSSTAB,
        *(("suppressed_rows_are_empty", _suppressed(_CROSSTAB, name)) for name in _FIGURES[_CROSSTAB]),
    ),
    *changes(_CROSSTAB, "windows_are_13_and_26", "weeks_observed = 14", "weeks_observed = -1"),
    *changes(
        "out_claims_v1", "verdict_rests_on_a_figure", "figure_low = NULL", "figure_high = NULL",
        "metric_ids = []", "figure = 1 WHERE claim_id = 'c2'", "metric_ids = ['M1'] WHERE claim_id = 'c2'",
    ),
    *changes(
        "out_claims_v1", "interval_holds_the_figure",
        "figure_high = figure - 0.001", "figure_low = figure + 0.001",
    ),
    *changes(
        "out_claims_v1", "words_are_there",
        *(f"{column} = 'nine char'" for column in _SENTENCES),
    ),
    *changes(
        "out_revisions_v1", "revision_is_the_difference", "revision = NULL", "estimate = NULL",
        "first_estimate = NULL",
    ),
    *changes(
        "out_revisions_v1", "lag_is_counted_from_the_week", "is_frozen = false",
        "vintage = '2026-W45', lag_weeks = 8, is_frozen = false",
        "vintage = '2026-W44', lag_weeks = 7", "vintage = '2026-W36', lag_weeks = -1, is_frozen = false",
    ),
]  # fmt: skip

HOLDS: list[Edge] = [
    *changes(
        "out_coverage_v1", "share_follows_from_counts", "coverage_share = 0, board_days_complete = 0",
        "coverage_share = NULL, board_days_expected = 0",
    ),
    *changes(
        "out_coverage_v1", "counts_are_possible", "days_observed = 0", "n_product_postings = n_postings",
        "boards_expected = 2, boards_answered = 2, n_openings = 0, n_rejected = 0",
    ),
    *changes(
        "out_coverage_v1", "most_boards_were_read", "board_days_expected = 10, board_days_complete = 8",
        "board_days_expected = 0, board_days_complete = 0, coverage_share = NULL",
    ),
    *of(
        "out_coverage_v1",
        ("share_follows_from_counts", _IMPORT.format("1 AS board_days_complete")),
        ("counts_are_possible", _IMPORT.format("3 AS boards_answered, 99 AS board_days_complete")),
        ("most_boards_were_read", _IMPORT.format("0 AS board_days_complete, 99 AS board_days_expected")),
    ),
    *changes(
        "out_certifications_v1", "counts_are_possible", "n_openings = 1, n_employers = 1",
        "n_openings = 1, n_employers = 0",
    ),
    *changes("out_certifications_v1", "window_is_large_enough", "n_postings = 30"),
    *changes("out_certifications_v1", "longer_windows_hold_more", "n_openings = 6"),
    *changes(
        _WEEKLY, "shares_lie_between_0_and_1",
        "ci_low = 0, ci_high = 1", "ci_low = -1 WHERE metric_id = 'M6'",
    ),
    *changes(_WEEKLY, "interval_holds_the_estimate", "ci_high = est_raw", "ci_low = est_raw"),
    *changes(
        _WEEKLY, "inner_band_lies_in_the_interval",
        "est_ppi = est_raw, inner_low = ci_low, inner_high = ci_high",
        "est_ppi = est_raw, inner_low = est_raw, inner_high = est_raw",
    ),
    *changes(
        _WEEKLY, "counts_are_possible",
        "n_employers = 100", "n_eff = 100, x_raw = 100", "n_eff = 0, x_raw = 0",
        # Certifications are counted in M11, words in M5w, and the weeks of a trend have a size of their own.
        *(f"n_eff = 101, x_raw = 101, metric_id = '{metric}'" for metric in ("M11", "M5w", "M10")),
    ),
    *changes(
        _WEEKLY, "raw_share_follows_from_counts",
        "x_raw = 1, metric_id = 'M11'", "x_raw = 1, metric_id = 'M5w'",
        "x_raw = 1, weight_scheme = 'employer'",
    ),
    *of(_WEEKLY, ("suppressed_rows_are_empty", _suppressed(_WEEKLY))),
    *changes(_WEEKLY, "small_cells_are_suppressed", "n_postings = 30, n_employers = 15"),
    *of(
        _WEEKLY,
        *(
            ("change_on_a_year_is_the_difference", _year_on_year(*figures))
            for figures in (
                ("M1y", "M1", 0.02, "0.06", "0.04"), ("M1by", "M1b", 0.02, "0.06", "0.04"),
                ("M5y", "M5", -0.02, "0.04", "0.06"), ("M6y", "M6", -0.02, "-0.06", "-0.04"),
            )
        ),
    ),
    *changes(_WEEKLY, "m1_is_not_over_m1b", f"est_raw = 0.08 {_ONE}"),
    *changes(_WEEKLY, "gap_is_the_difference", "est_raw = 0, n_postings = 99 WHERE metric_id = 'M6'"),
    *changes(
        _WEEKLY, "m1_is_believable",
        f"{_REAL} est_raw = 0.05", f"{_REAL} est_raw = 0", "est_raw = 0.06",
    ),
    *changes(_WEEKLY, "m5_is_believable", f"{_REAL} est_raw = 0.2", f"{_REAL} est_raw = 0.005"),
    *changes(
        _WEEKLY, "m1_is_not_absurd", "est_raw = 0.4", "est_raw = 0", "est_raw = 0.5, n_postings = 99",
        "est_raw = 0.5, week_start = week_start - 56", "est_raw = 0.5, basis = 'stock'",
        "est_raw = 0.5, stratum_dim = 'region'", "est_raw = 0.5 WHERE metric_id = 'M5'",
    ),
    *changes(
        _WEEKLY, "median_design_effect", "deff = 10", "deff = 0.5", "deff = 30, n_postings = 99",
        "deff = 30, basis = 'stock'", "deff = 30, weight_scheme = 'employer'",
        "deff = 30, stratum_dim = 'region'", "deff = 30 WHERE metric_id NOT IN ('M1', 'M5')",
    ),
    *changes(_CROSSTAB, "cells_add_up", "n_both = 0, n_exposure_only = 20", "n_employers = n_postings"),
    *changes(
        _CROSSTAB, "corrected_cells_add_up",
        "p_both_ppi = 0, p_exposure_only_ppi = 0, p_criteria_only_ppi = 0, p_neither_ppi = 1",
    ),
    *changes(
        _CROSSTAB, "intervals_hold_their_estimates", "rd = 1, rd_high = 1", "phi = -1, phi_low = -1",
        "odds_ratio = 0, odds_ratio_low = 0", "odds_ratio = odds_ratio_high", "rd = rd_low, phi = phi_high",
        "within_odds_ratio = 2, within_odds_ratio_low = 1, within_odds_ratio_high = 2",
        "mh_odds_ratio = 2, mh_odds_ratio_low = 1, mh_odds_ratio_high = 2",
    ),
    *of(_CROSSTAB, ("suppressed_rows_are_empty", _suppressed(_CROSSTAB))),
    *changes(
        _CROSSTAB, "windows_are_13_and_26", "weeks_observed = 13", "weeks_observed = 0",
        "window_weeks = 26, weeks_observed = 26",
    ),
    *changes("out_claims_v1", "interval_holds_the_figure", "figure_high = figure", "figure_low = figure"),
    *changes(
        "out_claims_v1", "words_are_there",
        *(f"{column} = 'ten chars.'" for column in _SENTENCES),
    ),
    *changes(
        "out_revisions_v1", "revision_is_the_difference", "estimate = NULL, revision = NULL",
        "first_estimate = NULL, revision = NULL",
    ),
    *changes(
        "out_revisions_v1", "lag_is_counted_from_the_week", "vintage = '2026-W46-r2'",
        "vintage = '2026-W45', lag_weeks = 8",
        "vintage = '2026-W44', lag_weeks = 7, is_frozen = false",
        "vintage = '2026-W37', lag_weeks = 0, is_frozen = false",
    ),
]  # fmt: skip
