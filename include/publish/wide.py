"""The wide table for spreadsheets: headline and variants in percent, a row per week, series and weight."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from include.publish.headline import HEADLINE_METRICS, NAMES
from include.publish.naming import LICENCE_URL
from include.warehouse.cards import Card, Column, load_card, quote_text

WIDE_TABLE: Final = "headline_wide"
_METRICS: Final = ", ".join(map(quote_text, HEADLINE_METRICS))
WIDE_SQL: Final = f"""
WITH rows AS (
  SELECT
    week_start, series_kind, weight_scheme, metric_id, n_postings, n_employers, obs_status,
    window_weeks, data_origin, release_id,
    -- The corrected figure where there is one: the interval is its.
    -- Two decimals: where the comma parts decimals, a spreadsheet takes three after a point for thousands.
    -- Zero is added because a small negative gap would be rounded to minus zero.
    round(100 * coalesce(est_ppi, est_raw), 2) + 0 AS pct,
    round(100 * ci_low, 2) + 0 AS low, round(100 * ci_high, 2) + 0 AS high
  FROM out_weekly_metrics_v1
  WHERE basis = 'flow' AND stratum_dim = 'all' AND weight_scheme IN ('posting', 'employer')
    AND metric_id IN ({_METRICS})
),
-- Ads that are dated back by years would begin the sheet with hundreds of rows without a figure.
begun AS (
  SELECT series_kind, coalesce(min(week_start) FILTER (obs_status <> 'Q'), max(week_start)) AS first_week
  FROM rows GROUP BY series_kind
),
shown AS (SELECT rows.* FROM rows JOIN begun USING (series_kind) WHERE week_start >= first_week)
SELECT * EXCLUDE (window_weeks, data_origin, release_id), window_weeks, data_origin, release_id
FROM (PIVOT shown
ON metric_id IN ({_METRICS})
USING first(pct) AS pct, first(low) AS ci_low_pct, first(high) AS ci_high_pct, first(obs_status) AS status
GROUP BY week_start, series_kind, weight_scheme, n_postings, n_employers,
  window_weeks, data_origin, release_id)
ORDER BY week_start, series_kind, weight_scheme
"""  # noqa: S608 - metric ids of ours


@cache
def wide_card() -> Card:
    """Return the card of the wide table; what it has of the weekly table is described as there."""
    weekly = {column.name: column for column in load_card("out_weekly_metrics_v1").columns}
    weekly["weight_scheme"] = weekly["weight_scheme"].model_copy(
        update={
            "allowed": ("posting", "employer"),  # figures of the panel are not in it
            "description": "posting: every opening counts one; employer: every employer counts one",
        }
    )
    before = ("week_start", "series_kind", "weight_scheme", "n_postings", "n_employers")
    after = ("window_weeks", "data_origin", "release_id")
    return Card(
        name=WIDE_TABLE,
        layer="out",
        title="Headline for spreadsheets",
        grain="one row per week, series kind and weight",
        key=("week_start", "series_kind", "weight_scheme"),
        partition=None,
        description=(
            "The headline and its variants in percent, also as headline_wide.xlsx: flow of the whole market. "
            "A series begins with its first week that has a figure. A withheld figure is an empty cell, not "
            "zero. Series kinds must not be joined by a line, and weights not be added up."
        ),
        columns=(
            *(weekly[name] for name in before),
            *(column for metric in HEADLINE_METRICS for column in _of_metric(metric, weekly["obs_status"])),
            *(weekly[name] for name in after),
        ),
    )


def _of_metric(metric: str, status: Column) -> Iterator[Column]:
    unit = "percentage points" if metric == "M6" else "percent"

    def number(ending: str, description: str) -> Column:
        return Column(
            name=f"{metric}_{ending}", type="DOUBLE", nullable=True, unit=unit, description=description
        )

    yield number("pct", f"{NAMES[metric]}; corrected by audit labels where there are enough")
    yield number("ci_low_pct", f"lower end of the 95 percent interval of {metric}_pct")
    yield number("ci_high_pct", f"upper end of the 95 percent interval of {metric}_pct")
    yield status.model_copy(
        update={"name": f"{metric}_status", "description": f"{metric}_pct: {status.description}"}
    )


def about_rows() -> list[list[str]]:
    """Return the workbook's second sheet: what each column says, and how to cite the figures."""
    card = wide_card()
    return [
        ["column", "unit", "meaning"],
        *(
            [
                column.name,
                column.unit or "",
                f"{column.description}{f' ({column.values})' if column.values else ''}",
            ]
            for column in card.columns
        ),
        ["", "", card.description],
        ["", "", f'Licence: CC BY 4.0 ({LICENCE_URL}). Credit: "Hiring Signals, release" and release_id.'],
    ]
