"""Weekly metrics: figures that follow from their counts, fit each other and can be believed."""

from __future__ import annotations

from datetime import date

from include.measure.registry import load_registry
from include.measure.year_on_year import CHANGE_OF
from include.validate.checks import Band, Check, NoRows
from include.validate.families import release_checks
from include.warehouse.cards import quote_text

_SINCE = date(2026, 11, 23)
_MEASURE = "Measure the week again; if it stays, the estimator is wrong."
_READ_ADS = "Read the quotes behind the week's numerator, newest first, before believing the figure."

_KEY = "week_start, metric_id, weight_scheme, basis, series_kind, stratum_dim, stratum_value"


_DIFFERENCES = ", ".join(
    quote_text(metric.id) for metric in load_registry().metrics if metric.kind == "difference"
)
# Some shares count other things than openings (M11: certifications), so x_raw is not out of n_postings there.
_OPENING_SHARES = ", ".join(
    quote_text(metric.id)
    for metric in load_registry().metrics
    if metric.kind == "share" and not metric.denominator.startswith("n_")
)

_CHANGES_ON_A_YEAR = ", ".join(
    f"({quote_text(change)}, {quote_text(metric)})" for change, metric in CHANGE_OF.items()
)


def _headline(metric_id: str, origins: str) -> str:
    return f"""
        SELECT week_start, series_kind, weight_scheme, n_postings, est_raw AS value FROM $rows
        WHERE metric_id = '{metric_id}' AND basis = 'flow' AND stratum_dim = 'all' AND n_postings >= 100
          AND data_origin {origins} AND week_start > coalesce($last_day - 56, DATE '1970-01-01')
        ORDER BY week_start DESC LIMIT 200
    """  # noqa: S608 - constants of this file


def _never_over(lower: str, upper: str, reason: str) -> NoRows:
    return NoRows(
        id=f"{lower.lower()}_is_not_over_{upper.lower()}",
        expect=f"{lower} is not over {upper} in any cell.",
        sql=f"""
            SELECT small.week_start, small.weight_scheme, small.basis, small.series_kind, small.stratum_dim,
                small.stratum_value, small.est_raw AS {lower}, large.est_raw AS {upper}
            FROM $rows AS small JOIN $rows AS large
                USING (week_start, weight_scheme, basis, series_kind, stratum_dim, stratum_value, n_postings)
            WHERE small.metric_id = '{lower}' AND large.metric_id = '{upper}'
              AND small.est_raw > large.est_raw + 1e-9
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason=reason,
        since=_SINCE,
        mend=_MEASURE,
    )


EXPECTATIONS: tuple[Check, ...] = (
    *release_checks(),
    NoRows(
        id="shares_lie_between_0_and_1",
        expect="Shares and their intervals lie between 0 and 1, differences between -1 and 1.",
        sql=f"""
            SELECT {_KEY}, est_raw, est_ppi, est_trailing4, ci_low, ci_high, panel_est, est_chained FROM $rows
            WHERE unit = 'fraction'
              AND (least(est_raw, ci_low, est_ppi, est_trailing4, panel_est, est_chained)
                    < CASE WHEN metric_id IN ({_DIFFERENCES}) THEN -1 ELSE 0 END
                OR greatest(est_raw, ci_high, est_ppi, est_trailing4, panel_est, est_chained) > 1)
        """,  # noqa: S608 - ids of the metric registry
        severity="critical",
        reason="Outside, it is not a share.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="metric_is_registered",
        expect="Every metric_id is in include/measure/metrics.yaml.",
        sql=f"""
            SELECT DISTINCT metric_id FROM $rows WHERE metric_id NOT IN
                ({", ".join(quote_text(metric.id) for metric in load_registry().metrics)})
        """,  # noqa: S608 - ids of the metric registry
        severity="critical",
        reason="A figure without a definition cannot be published.",
        since=_SINCE,
        mend="Register the metric, or delete the rows of a metric that was withdrawn.",
    ),
    NoRows(
        id="interval_holds_the_estimate",
        expect="ci_low <= estimate <= ci_high; the corrected estimate where there is one, else the raw one.",
        sql=f"""
            SELECT {_KEY}, ci_low, coalesce(est_ppi, est_raw) AS estimate, ci_high FROM $rows
            WHERE coalesce(est_ppi, est_raw) NOT BETWEEN ci_low - 1e-9 AND ci_high + 1e-9
               OR (ci_low IS NULL) <> (ci_high IS NULL)
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="An interval that misses its own estimate belongs to another row.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="inner_band_lies_in_the_interval",
        expect="A row has the inner band exactly when it is corrected by labels; it holds est_ppi and lies "
        "inside the interval.",
        sql=f"""
            SELECT {_KEY}, ci_low, inner_low, est_ppi, inner_high, ci_high FROM $rows
            WHERE (inner_low IS NULL) <> (est_ppi IS NULL) OR (inner_high IS NULL) <> (est_ppi IS NULL)
               OR inner_low < ci_low - 1e-9 OR inner_high > ci_high + 1e-9
               OR est_ppi NOT BETWEEN inner_low - 1e-9 AND inner_high + 1e-9
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="The classifier's errors are a part of the whole uncertainty, never more than it.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="counts_are_possible",
        expect="Employers, and where openings are counted also numerator and effective sample size, are not "
        "over the number of openings.",
        sql=f"""
            SELECT {_KEY}, n_postings, n_employers, n_eff, deff, x_raw FROM $rows
            WHERE least(n_postings, n_employers, n_eff, deff, x_raw, audit_n) < 0
               OR n_employers > n_postings
               OR (n_eff > n_postings * (1 + 1e-9) OR x_raw > n_postings)
                 AND metric_id IN ({_OPENING_SHARES})
        """,  # noqa: S608 - ids of the metric registry
        severity="critical",
        reason="Clustering by employer takes information away, it never adds any.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="raw_share_follows_from_counts",
        expect="A posting-weighted share is x_raw / n_postings.",
        sql=f"""
            SELECT {_KEY}, x_raw, n_postings, est_raw FROM $rows
            WHERE weight_scheme = 'posting' AND metric_id IN ({_OPENING_SHARES})
              AND abs(est_raw - x_raw / nullif(n_postings, 0)) > 1e-6
        """,  # noqa: S608 - ids of the metric registry
        severity="critical",
        reason="A reader must get the published share by dividing the published counts.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="suppressed_rows_are_empty",
        expect="A suppressed row (Q) has no estimate, interval or numerator; a confidential one is "
        "suppressed.",
        sql=f"""
            SELECT {_KEY}, obs_status, conf_status FROM $rows
            WHERE obs_status = 'Q' AND coalesce(x_raw, est_raw, est_ppi, est_rogan_gladen, est_trailing4,
                panel_est, est_chained, ci_low, ci_high, inner_low, inner_high, mde_change, n_eff,
                deff) IS NOT NULL
               OR conf_status <> 'F' AND obs_status <> 'Q'
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="Suppression that leaves the figure in another column suppresses nothing.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="published_rows_are_whole",
        expect="A row that is not suppressed has its estimate, interval and effective sample size.",
        sql=f"""
            SELECT {_KEY}, obs_status, est_raw, ci_low, ci_high, n_eff FROM $rows
            WHERE obs_status <> 'Q' AND (est_raw IS NULL OR ci_low IS NULL OR ci_high IS NULL
                OR n_eff IS NULL)
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="No figure goes out without its uncertainty.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="small_cells_are_suppressed",
        expect="A row that is not suppressed rests on at least 30 openings of at least 15 employers.",
        sql=f"""
            SELECT {_KEY}, n_postings, n_employers, obs_status FROM $rows
            WHERE obs_status <> 'Q' AND (n_postings < 30 OR n_employers < 15)
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="The publication rule: below it a share says more about one employer than about the market.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="headline_is_there",
        expect="M1, M5 and M6 of the week's flow have a row each, for all openings, per series kind.",
        sql="""
            WITH wanted AS (
                SELECT DISTINCT week_start, series_kind, unnest(['M1', 'M5', 'M6']) AS metric_id FROM $rows
            )
            SELECT week_start, series_kind, metric_id FROM wanted
            ANTI JOIN (
                SELECT week_start, series_kind, metric_id FROM $rows
                WHERE basis = 'flow' AND stratum_dim = 'all' AND weight_scheme = 'posting'
            ) USING (week_start, series_kind, metric_id)
        """,
        severity="critical",
        reason="The page and the dashboards open with these rows; a quiet week has them as suppressed.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="gap_is_the_difference",
        expect="M6 is M1 less M5, cell by cell.",
        sql="""
            SELECT gap.week_start, gap.weight_scheme, gap.basis, gap.series_kind, gap.stratum_dim,
                gap.stratum_value, gap.est_raw AS M6, m1.est_raw AS M1, m5.est_raw AS M5
            FROM $rows AS gap
            JOIN $rows AS m1 USING (week_start, weight_scheme, basis, series_kind, stratum_dim, stratum_value)
            JOIN $rows AS m5 USING (week_start, weight_scheme, basis, series_kind, stratum_dim, stratum_value)
            WHERE gap.metric_id = 'M6' AND m1.metric_id = 'M1' AND m5.metric_id = 'M5'
              AND gap.n_postings = m1.n_postings AND gap.n_postings = m5.n_postings
              AND abs(gap.est_raw - (m1.est_raw - m5.est_raw)) > 1e-6
        """,
        severity="critical",
        reason="The three stand side by side on the page; a reader will subtract.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="change_on_a_year_is_the_difference",
        expect="A change on a year is est_trailing4 of its week less that of 52 weeks earlier, both shown.",
        sql=f"""
            SELECT change.week_start, change.metric_id, change.weight_scheme, change.series_kind,
                change.est_raw, now.est_trailing4, past.est_trailing4 AS a_year_earlier
            FROM $rows AS change
            JOIN (VALUES {_CHANGES_ON_A_YEAR}) AS changes(change_id, metric_id)
                ON changes.change_id = change.metric_id
            LEFT JOIN $rows AS now
                ON now.metric_id = changes.metric_id AND now.week_start = change.week_start
                AND (now.weight_scheme, now.basis, now.series_kind, now.stratum_dim)
                    = (change.weight_scheme, change.basis, change.series_kind, change.stratum_dim)
            LEFT JOIN $rows AS past
                ON past.metric_id = changes.metric_id AND past.week_start = change.week_start - 364
                AND (past.weight_scheme, past.basis, past.series_kind, past.stratum_dim)
                    = (change.weight_scheme, change.basis, change.series_kind, change.stratum_dim)
            WHERE change.est_raw IS NOT NULL
              AND coalesce(abs(change.est_raw - (now.est_trailing4 - past.est_trailing4)) > 1e-6, true)
        """,  # noqa: S608 - ids of the metric registry
        severity="critical",
        reason="A reader will subtract; what one of the two windows hides must not follow from the change.",
        since=date(2026, 11, 29),
        mend=_MEASURE,
    ),
    _never_over(
        "M1", "M1b", "M1 counts the plain requirement, M1b the listed ones too: a band, upside down."
    ),
    _never_over("M5s", "M5", "The strict tiers are some of the explicit ones."),
    _never_over("M5", "M5l", "The lenient share counts partial criteria too."),
    Band(
        id="m1_is_believable",
        expect="In real data, M1 of a week's flow is at most 5 percent.",
        sql=_headline("M1", "<> 'simulated'"),
        minimum=0.0,
        maximum=0.05,
        severity="warning",
        reason="None of 420 product ads read whole required a certification (upper bound 0.7 percent); "
        "5 leaves room for a bad week of a small sample.",
        since=_SINCE,
        mend=_READ_ADS,
    ),
    Band(
        id="m5_is_believable",
        expect="In real data, M5 of a week's flow is between 0.5 and 20 percent.",
        sql=_headline("M5", "<> 'simulated'"),
        minimum=0.005,
        maximum=0.20,
        severity="warning",
        reason="4 to 6 percent of the ads read whole were explicit.",
        since=_SINCE,
        mend=_READ_ADS,
    ),
    Band(
        id="m1_is_not_absurd",
        expect="M1 of a week's flow of 100 openings or more is at most 40 percent, whatever the origin.",
        sql=_headline("M1", "IS NOT NULL"),
        minimum=0.0,
        maximum=0.40,
        severity="critical",
        reason="A headline like that is a broken classifier or a population that is not product managers.",
        since=_SINCE,
        mend="Do not release. Compare with the last release and read the ads behind the difference.",
    ),
    Band(
        id="median_design_effect",
        expect="The median design effect of the headline cells is between 0.5 and 10.",
        sql="""
            SELECT week_start, median(deff) AS value FROM $rows
            WHERE basis = 'flow' AND weight_scheme = 'posting' AND metric_id IN ('M1', 'M5')
              AND stratum_dim = 'all' AND n_postings >= 100
            GROUP BY week_start ORDER BY week_start DESC LIMIT 200
        """,
        minimum=0.5,
        maximum=10.0,
        severity="warning",
        reason="Simulated markets with strong clustering give 2 to 6; beyond 10 one employer is the market.",
        since=_SINCE,
        mend="Look at the largest employers of the week; reposts that were not grouped are the usual cause.",
    ),
)
