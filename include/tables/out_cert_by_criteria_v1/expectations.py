"""The 2x2 tables: cells that add up, measures that follow from the cells, suppression that leaves nothing."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows
from include.validate.families import release_checks

_SINCE = date(2026, 11, 23)
_MEASURE = "Measure the week again; if it stays, the estimator of the 2x2 is wrong."
_KEY = "week_start, window_weeks, series_kind, exposure"

EXPECTATIONS: tuple[Check, ...] = (
    *(check for check in release_checks() if check.id != "week_has_rows"),  # a short series has no window yet
    NoRows(
        id="cells_add_up",
        expect="The four cells are not negative and add up to n_postings.",
        sql=f"""
            SELECT {_KEY}, n_both, n_exposure_only, n_criteria_only, n_neither, n_postings FROM $rows
            WHERE least(n_both, n_exposure_only, n_criteria_only, n_neither) < 0
               OR n_both + n_exposure_only + n_criteria_only + n_neither <> n_postings
               OR n_employers > n_postings
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="Every opening of the window is in exactly one cell.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="corrected_cells_add_up",
        expect="The corrected shares lie between 0 and 1 and add up to 1.",
        sql=f"""
            SELECT {_KEY}, p_both_ppi, p_exposure_only_ppi, p_criteria_only_ppi, p_neither_ppi FROM $rows
            WHERE least(p_both_ppi, p_exposure_only_ppi, p_criteria_only_ppi, p_neither_ppi) < -1e-9
               OR abs(p_both_ppi + p_exposure_only_ppi + p_criteria_only_ppi + p_neither_ppi - 1) > 1e-6
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="The cells are corrected as one vector; margins corrected apart would distort the odds ratio.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="difference_follows_from_cells",
        expect="rd is a / (a + b) less c / (c + d).",
        sql=f"""
            SELECT {_KEY}, rd, n_both, n_exposure_only, n_criteria_only, n_neither FROM $rows
            WHERE abs(rd - (n_both / nullif(n_both + n_exposure_only, 0)
                - n_criteria_only / nullif(n_criteria_only + n_neither, 0))) > 1e-6
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="A reader must get the published difference from the published cells.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="intervals_hold_their_estimates",
        expect="Every estimate lies in its interval and in its range.",
        sql=f"""
            SELECT {_KEY}, rd_low, rd, rd_high, odds_ratio_low, odds_ratio, odds_ratio_high, phi_low, phi,
                phi_high
            FROM $rows
            WHERE rd NOT BETWEEN rd_low - 1e-9 AND rd_high + 1e-9 OR abs(rd) > 1
               OR odds_ratio NOT BETWEEN odds_ratio_low - 1e-9 AND odds_ratio_high + 1e-9 OR odds_ratio < 0
               OR phi NOT BETWEEN phi_low - 1e-9 AND phi_high + 1e-9 OR abs(phi) > 1
               OR within_odds_ratio NOT BETWEEN within_odds_ratio_low - 1e-9 AND within_odds_ratio_high + 1e-9
               OR mh_odds_ratio NOT BETWEEN mh_odds_ratio_low - 1e-9 AND mh_odds_ratio_high + 1e-9
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="An interval that misses its own estimate belongs to another row.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="suppressed_rows_are_empty",
        expect="A suppressed row (Q) has no cell, measure or interval.",
        sql=f"""
            SELECT {_KEY}, obs_status FROM $rows
            WHERE obs_status = 'Q' AND coalesce(n_both, n_exposure_only, n_criteria_only, n_neither,
                p_both_ppi, p_exposure_only_ppi, p_criteria_only_ppi, p_neither_ppi, instead_share,
                otherwise_share, rd, rd_low, rd_high, rd_ppi, rd_mde, odds_ratio, odds_ratio_low,
                odds_ratio_high, phi, phi_low, phi_high, mh_odds_ratio, mh_odds_ratio_low, mh_odds_ratio_high,
                within_odds_ratio, within_odds_ratio_low, within_odds_ratio_high,
                within_employers) IS NOT NULL
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="Suppression that leaves the figure in another column suppresses nothing.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="windows_are_13_and_26",
        expect="A window has 13 or 26 weeks, of which no more were observed.",
        sql=f"""
            SELECT {_KEY}, weeks_observed FROM $rows
            WHERE window_weeks NOT IN (13, 26) OR weeks_observed NOT BETWEEN 0 AND window_weeks
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="The pooled windows were fixed before the data.",
        since=_SINCE,
        mend=_MEASURE,
    ),
)
