"""Which rows the figures of the page show, and in which order."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from include.measure.comparisons import minimum_detectable_change
from include.publish import charts
from include.publish.charts import PageFigure
from include.publish.page_charts import (
    SHOWN_WEEKS,
    certifications_figure,
    controls_figure,
    framework_figure,
    mosaic_figure,
    roles_figures,
    series_figures,
)
from include.publish.page_trend import changes_on_a_year, trend_figure
from include.warehouse.cards import create_table_sql, load_card
from tests.measure.warehouse import Warehouse
from tests.publish.measured import MONDAY

STAMP = {
    "data_origin": "simulated", "release_id": "r", "published_at": MONDAY, "methodology_version": "1",
    "taxonomy_version": "1", "code_version": "1",
}  # fmt: skip
WEEK = {"week_start": MONDAY, "window_weeks": 26, "series_kind": "observed"}
OTHER_ROWS = (
    {"week_start": MONDAY - timedelta(weeks=1)},
    {"window_weeks": 13},
    {"series_kind": "reconstructed"},
)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """The tables of both figures, empty."""
    con = duckdb.connect()
    for table in ("out_certifications_v1", "out_cert_by_criteria_v1"):
        con.execute(create_table_sql(load_card(table)))
    return con


def insert(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    con.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
    )


def add_certification(con: duckdb.DuckDBPyConnection, name: str, status: str, n: int, **other: Any) -> None:
    row = WEEK | STAMP | {"cert_key": name.lower(), "cert_name": name, "cert_class": "pm", "status": status}
    counts = {"n_openings": n, "n_employers": 20, "n_postings": 400}
    insert(con, "out_certifications_v1", row | counts | other)


def add_exposure(con: duckdb.DuckDBPyConnection, exposure: str, **other: Any) -> None:
    row: dict[str, Any] = WEEK | STAMP | {"exposure": exposure, "obs_status": "A", "conf_status": "F"}
    row |= {"weeks_observed": 26, "n_postings": 400, "n_employers": 20, "audit_n": 0, "mh_strata": 0}
    row |= {"n_both": 10, "n_exposure_only": 20, "n_criteria_only": 30, "n_neither": 340}
    insert(con, "out_cert_by_criteria_v1", row | {"rd": 0.1, "rd_low": -0.1, "rd_high": 0.3} | other)


def test_certifications_stand_in_the_order_in_which_ads_ask_for_them(con: duckdb.DuckDBPyConnection) -> None:
    add_certification(con, "Talk", "mentioned_other", 90)  # of which no ad asks
    add_certification(con, "Most", "preferred", 8)
    add_certification(con, "Most", "required", 5)
    add_certification(con, "Most", "listed", 1)
    add_certification(con, "Second", "mentioned_other", 50)
    add_certification(con, "Second", "listed", 12)
    for row in OTHER_ROWS:
        add_certification(con, "Elsewhere", "required", 99, **row)
    figure = certifications_figure(con, MONDAY, "observed")
    assert [(row["name"], row["status"], row["n"]) for row in figure.rows] == [
        ("Most", "required", 5),
        ("Most", "listed", 1),
        ("Most", "preferred", 8),
        ("Second", "listed", 12),
        ("Second", "mentioned_other", 50),
        ("Talk", "mentioned_other", 90),
    ]
    assert figure.facts == {"n_postings": 400, "n_certifications": 3, "n_shown": 3}


def test_the_twelve_certifications_most_often_asked_for_are_shown(con: duckdb.DuckDBPyConnection) -> None:
    for n in range(1, 15):
        add_certification(con, f"C{n}", "required", n)
    figure = certifications_figure(con, MONDAY, "observed")
    assert [row["n"] for row in figure.rows] == list(range(14, 2, -1))
    assert (figure.facts["n_certifications"], figure.facts["n_shown"]) == (14, 12)


def test_requirements_are_compared_over_half_a_year_where_a_difference_can_be_told(
    con: duckdb.DuckDBPyConnection,
) -> None:
    add_exposure(con, "clearance_required", rd=None, rd_low=None, rd_high=None)
    add_exposure(con, "degree_required", rd=-0.2)
    for row in OTHER_ROWS:
        add_exposure(con, "cert_required", **({"rd": 0.9, "n_both": 99} | row))
    add_exposure(con, "cert_required", n_both=4, n_exposure_only=3)
    figure = controls_figure(con, MONDAY, "observed")
    assert [(row["label"], row["estimate"], row["low"], row["high"], row["n"]) for row in figure.rows] == [
        ("certification required", 0.1, -0.1, 0.3, 7),
        ("degree required (control)", -0.2, -0.1, 0.3, 30),
    ]
    assert [row["colour"] for row in figure.rows] == [charts.CERT, charts.SOFT]
    mosaic = mosaic_figure(con, MONDAY, "observed")
    assert "both 4, certification only 3, criteria only 30, neither 340" in mosaic.chart
    table = mosaic.facts
    assert [table[name] for name in ("n_both", "n_exposure_only", "n_criteria_only", "n_neither")] == [
        4, 3, 30, 340,
    ]  # fmt: skip


def test_figures_without_rows_say_why(con: duckdb.DuckDBPyConnection) -> None:
    def said(figure: PageFigure) -> str:
        assert figure.rows == []
        return str(figure.chart)

    assert "no row for this week" in said(mosaic_figure(con, MONDAY, "observed"))
    assert "no difference can be computed" in said(controls_figure(con, MONDAY, "observed"))
    assert "no certification was named" in said(certifications_figure(con, MONDAY, "observed"))
    withheld = dict.fromkeys(("n_both", "n_exposure_only", "n_criteria_only", "n_neither"))
    add_exposure(con, "cert_required", **withheld, rd=None, rd_low=None, rd_high=None)
    assert "too few openings to publish the table" in said(mosaic_figure(con, MONDAY, "observed"))


def _add_roles(market: Warehouse, monday: date, archetype: str, copies: int) -> None:
    for number in range(20):
        market.add(f"employer {number:02d}", monday, copies=copies, archetype=archetype, role_family="pm")


def test_kinds_of_role_are_those_of_the_last_26_weeks() -> None:
    market = Warehouse()
    _add_roles(market, MONDAY, "generalist_other", 1)
    _add_roles(market, MONDAY - timedelta(weeks=25), "business_owner_pnl", 3)
    _add_roles(market, MONDAY - timedelta(weeks=26), "marketing_gtm", 9)
    _add_roles(market, MONDAY + timedelta(weeks=1), "marketing_gtm", 9)
    figures = dict(roles_figures(market.con, MONDAY, "observed"))
    assert [(row["name"], row["n"], row["share"]) for row in figures["Kind of role"].rows] == [
        ("business owner (P&L)", 60, 0.75),
        ("generalist or other", 20, 0.25),
    ]
    assert [row["name"] for row in figures["Family of title"].rows] == ["product manager"]
    _add_roles(market, MONDAY, "framework_delivery", 4)
    told = dict(roles_figures(market.con, MONDAY, "observed"))["Kind of role"].rows
    assert [row["name"] for row in told] == [
        "framework delivery",
        "business owner (P&L)",
        "generalist or other",
    ]
    market.add("employer 00", MONDAY, archetype=None)
    told = dict(roles_figures(market.con, MONDAY, "observed"))["Kind of role"].rows
    assert [(row["name"], row["n"]) for row in told][-1] == ("not told", 1)


def add_metrics(con: duckdb.DuckDBPyConnection, *rows: dict[str, Any]) -> None:
    """Put figures of the flow into a table that does not ask for the columns nobody draws."""
    con.execute(create_table_sql(load_card("out_weekly_metrics_v1")).replace(" NOT NULL", ""))
    base = {"metric_id": "M1", "basis": "flow", "stratum_dim": "all", "weight_scheme": "posting"}
    for row in rows:
        known = (
            base | WEEK | {"window_weeks": 1, "est_raw": 0.1, "ci_low": 0.05, "ci_high": 0.2, "n_eff": 30.0}
        )
        insert(con, "out_weekly_metrics_v1", known | {"n_postings": 40, "n_employers": 20} | row)


EMPTY = {"ci_low": None, "ci_high": None}


def week(back: int) -> date:
    return MONDAY - timedelta(weeks=back)


def test_a_series_is_shown_for_a_year_and_says_since_when_it_is_corrected(
    con: duckdb.DuckDBPyConnection,
) -> None:
    add_metrics(
        con,
        {"week_start": week(0), "est_raw": None, "ci_low": None, "ci_high": None},  # withheld
        {"week_start": week(1), "audit_n": 100},
        {"week_start": week(2), "audit_n": 200},
        {"week_start": week(SHOWN_WEEKS - 1)},
        {"week_start": week(SHOWN_WEEKS)},
        {"week_start": week(1), "series_kind": "archived"},
    )
    figures = dict(series_figures(con, MONDAY, ["M1", "M5"]))
    observed = figures["observed"]
    assert [row["week_start"] for row in observed.rows] == [week(back) for back in (0, 1, 2, SHOWN_WEEKS - 1)]
    since = {"corrected_since": week(2), "n_corrected": 2, "n_uncorrected_since": 0}
    assert observed.facts == {"n_known": 3, "week": week(1)} | since
    assert figures["archived"].facts == {"n_known": 1, "week": week(1)} | UNCORRECTED
    add_metrics(con, {"metric_id": "M5", "week_start": week(0)}, {"week_start": week(3), "audit_n": 100})
    found = dict(series_figures(con, MONDAY, ["M1", "M5"]))["observed"].facts
    assert (found["corrected_since"], found["n_corrected"], found["n_uncorrected_since"]) == (week(3), 3, 1)


UNCORRECTED = {"corrected_since": None, "n_corrected": 0, "n_uncorrected_since": 0}
DECOYS: tuple[dict[str, Any], ...] = (
    {"basis": "stock"},
    {"stratum_dim": "role_family"},
    {"weight_scheme": "employer"},
    {"metric_id": "M2"},
    {"week_start": week(-1)},
)


def test_a_series_is_of_all_that_was_opened_counted_by_opening(con: duckdb.DuckDBPyConnection) -> None:
    """Corrected figures stand in the place of raw ones; an audit of no ad corrects nothing."""
    add_metrics(
        con,
        *({"est_raw": 0.9} | decoy for decoy in DECOYS),
        {"est_raw": 0.1, "est_ppi": 0.125, "audit_n": 100},
        {"week_start": week(1), "audit_n": 0},
        {"week_start": week(2), "est_raw": None},  # withheld, before the first figure
    )
    ((kind, figure),) = series_figures(con, MONDAY, ["M1", "M5"])
    assert kind == "observed"
    assert [(row["week_start"], row["estimate"]) for row in figure.rows] == [(week(0), 0.125), (week(1), 0.1)]
    since = {"corrected_since": week(0), "n_corrected": 1, "n_uncorrected_since": 0}
    assert figure.facts == {"n_known": 2, "week": week(0)} | since


@pytest.mark.parametrize("metrics", [["M1"], ["M1", "M5"]])
def test_a_single_week_is_drawn_by_the_names_of_its_shares(
    con: duckdb.DuckDBPyConnection, metrics: list[str]
) -> None:
    add_metrics(con, *({"metric_id": name} for name in metrics))
    ((_, figure),) = series_figures(con, MONDAY, ["M1", "M5"])
    shown = [name for name in ("certification", "success criteria") if f">{name}</text>" in figure.chart]
    assert len(shown) == len(metrics)
    add_metrics(con, {"week_start": week(1)})
    ((_, figure),) = series_figures(con, MONDAY, ["M1", "M5"])
    assert ">certification</text>" not in figure.chart
    assert ">20%</text>" in figure.chart  # the axis ends where the intervals do
    assert ">40%</text>" not in figure.chart
    assert ">16 Nov 26</text>" in figure.chart or ">9 Nov 26</text>" in figure.chart


@pytest.mark.parametrize(
    ("low", "high", "first", "last"),
    [(0.3, 0.4, "0%", "40%"), (0.0001, 0.001, "0%", "2%"), (0.0, 0.03, "0%", "3%")],
)
def test_an_axis_of_shares_begins_at_zero_and_does_not_blow_up_the_smallest(
    con: duckdb.DuckDBPyConnection, low: float, high: float, first: str, last: str
) -> None:
    share = {"est_raw": low, "ci_low": low, "ci_high": high}
    add_metrics(con, share, share | {"week_start": week(1)}, {"week_start": week(2), "est_raw": None} | EMPTY)
    ((_, figure),) = series_figures(con, MONDAY, ["M1", "M5"])
    ticks = re.findall(r">([\d.]+%)</text>", figure.chart.split('<div class="narrow">')[0])
    assert (ticks[0], ticks[-1]) == (first, last)


@pytest.mark.parametrize(
    ("estimate", "low", "high", "end"), [(-0.1, -0.2, 0.0, "−20 pp"), (0.1, 0.02, 0.2, "+20 pp")]
)
def test_a_gap_is_told_in_percentage_points_on_either_side_of_zero(
    con: duckdb.DuckDBPyConnection, estimate: float, low: float, high: float, end: str
) -> None:
    gap = {"metric_id": "M6", "est_raw": estimate, "ci_low": low, "ci_high": high}
    add_metrics(con, gap)
    ((_, single),) = series_figures(con, MONDAY, ["M6"])
    assert ">gap</text>" in single.chart
    add_metrics(con, gap | {"week_start": week(1)})
    ((_, series),) = series_figures(con, MONDAY, ["M6"])
    assert ">gap</text>" not in series.chart
    for figure in (single, series):
        assert f">{end}</text>" in figure.chart
        assert "%</text>" not in figure.chart


def test_a_series_of_which_no_week_can_be_told_says_so_beside_one_that_can(
    con: duckdb.DuckDBPyConnection,
) -> None:
    add_metrics(con, {"series_kind": "archived"}, {"est_raw": None})
    figures = dict(series_figures(con, MONDAY, ["M1", "M5"]))
    assert list(figures) == ["observed", "archived"]
    assert "every week of this series had too few openings" in figures["observed"].chart
    assert figures["observed"].facts == {"n_known": 0, "week": None} | UNCORRECTED


def test_ads_with_and_without_a_framework_are_compared_over_half_a_year(
    con: duckdb.DuckDBPyConnection,
) -> None:
    pooled = {"stratum_dim": "pooled", "window_weeks": 26}
    add_metrics(
        con,
        pooled | {"metric_id": "M12f", "est_raw": 0.2},
        pooled | {"metric_id": "M12o", "est_raw": 0.1, "est_ppi": 0.15},
        pooled | {"metric_id": "M12b", "est_raw": None},
        pooled | {"metric_id": "M12", "est_raw": 0.05},
        pooled | {"metric_id": "M12r", "est_raw": 1.5},
        *(
            pooled | {"metric_id": "M12f", "est_raw": 0.9} | decoy
            for decoy in (
                {"stratum_dim": "all"},
                {"weight_scheme": "employer"},
                {"series_kind": "archived"},
                {"week_start": week(1)},
            )
        ),
    )
    figure = framework_figure(con, MONDAY, "observed")
    assert [(row["label"], row["estimate"], row["colour"]) for row in figure.rows] == [
        ("ads that name a framework", 0.2, charts.CERT),
        ("all other ads", 0.15, charts.SOFT),
    ]
    assert (figure.facts["difference"]["estimate"], figure.facts["ratio"]["estimate"]) == (0.05, 1.5)
    con.execute("DELETE FROM out_weekly_metrics_v1")
    figure = framework_figure(con, MONDAY, "observed")
    assert "too few openings named a framework" in figure.chart
    assert figure.facts == {"difference": None, "ratio": None}


def test_a_mix_of_too_few_openings_is_withheld_and_one_of_none_is_told_apart() -> None:
    market = Warehouse()
    for _, figure in roles_figures(market.con, MONDAY, "observed"):
        assert "no product opening in the last 26 weeks" in figure.chart
    for number in range(29):
        market.add(f"employer {number % 20:02d}", MONDAY)
    for _, figure in roles_figures(market.con, MONDAY, "observed"):
        assert figure.rows == []
        assert "too few openings or employers to show their mix" in figure.chart
    market.add("employer 01", MONDAY, role_family="not_product")  # which is no product opening
    assert "too few" in roles_figures(market.con, MONDAY, "observed")[0][1].chart
    market.add("employer 02", MONDAY)
    assert sum(row["n"] for row in roles_figures(market.con, MONDAY, "observed")[0][1].rows) == 30


def test_the_parts_of_a_change_add_up_to_it_only_where_all_are_known(con: duckdb.DuckDBPyConnection) -> None:
    parts = {"M10p": 0.5, "M10w": 0.02, "M10b": -0.01, "M10x": 0.04}
    add_metrics(con, *({"metric_id": name, "est_raw": estimate} for name, estimate in parts.items()))
    facts = trend_figure(con, MONDAY, ["archived", "observed"]).facts
    assert (facts["kind"], facts["panel"]["estimate"]) == ("observed", 0.5)
    assert facts["total"] == pytest.approx(0.05)
    con.execute("DELETE FROM out_weekly_metrics_v1 WHERE metric_id = 'M10x'")
    assert trend_figure(con, MONDAY, ["observed"]).facts["total"] is None


def test_a_trend_is_of_the_first_series_that_has_one_in_the_release_s_week(
    con: duckdb.DuckDBPyConnection,
) -> None:
    names = ("M10x", "M10b", "M10w", "M10p", "M10k", "M10")
    values = dict(zip(names, (0.04, -0.01, 0.02, 0.05, 0.3, 0.001), strict=True))
    add_metrics(
        con,
        *({"metric_id": name, "series_kind": "archived", "est_raw": value} for name, value in values.items()),
        {"metric_id": "M10p", "series_kind": "reconstructed"},
        {"metric_id": "M10", "series_kind": "observed"},  # without the test itself
        {"metric_id": "M10p", "series_kind": "observed", "est_raw": None},  # withheld
        {"metric_id": "M10p", "series_kind": "observed", "week_start": week(1)},
    )
    figure = trend_figure(con, MONDAY, ["observed", "archived", "reconstructed"])
    assert [(row["label"], row["estimate"], row["colour"]) for row in figure.rows] == [
        ("same employers (the test)", 0.05, charts.CERT),
        ("within employers", 0.02, charts.SOFT),
        ("changing mix of employers", -0.01, charts.SOFT),
        ("employers that came or left", 0.04, charts.SOFT),
    ]
    facts = figure.facts
    assert (facts["kind"], facts["slope"]["estimate"], facts["ranks"]["estimate"]) == ("archived", 0.001, 0.3)
    assert " pp</text>" in figure.chart


def test_what_a_trend_could_show_is_told_of_weeks_that_stand_alone(con: duckdb.DuckDBPyConnection) -> None:
    add_metrics(con)
    assert trend_figure(con, MONDAY, ["observed"]).facts == {"weeks": 0, "smallest": None}
    add_metrics(
        con,
        {"est_raw": 0.2, "n_eff": 40.0},
        {"week_start": week(1), "est_raw": 0.1, "n_eff": 20.0},
        {"week_start": week(2), "est_raw": 0.9, "n_eff": 900.0, "window_weeks": 4},
        {"week_start": week(3), "n_postings": 0, "est_raw": None, "n_eff": None},
        *({"week_start": week(4), "est_raw": 0.9, "n_eff": 900.0} | decoy for decoy in DECOYS[:-1]),
    )
    assert trend_figure(con, MONDAY, ["observed"]).facts == {
        "weeks": 3,
        "smallest": pytest.approx(minimum_detectable_change(0.15, 30.0, 26)),
    }
    con.execute("UPDATE out_weekly_metrics_v1 SET est_raw = 0 WHERE est_raw IS NOT NULL")
    assert trend_figure(con, MONDAY, ["observed"]).facts["smallest"] is None


def test_before_a_trend_can_be_told_the_longest_series_counts(con: duckdb.DuckDBPyConnection) -> None:
    add_metrics(
        con,
        *({"week_start": week(back), "series_kind": "archived"} for back in range(3)),
        {"week_start": week(0)},
        {"week_start": week(-1), "series_kind": "archived"},  # after the release's own
        *({"week_start": week(back), "series_kind": "reconstructed"} for back in range(5)),
    )
    assert trend_figure(con, MONDAY, ["observed"]).facts["weeks"] == 3


def test_changes_on_a_year_are_of_one_series_and_of_the_release_s_week(
    con: duckdb.DuckDBPyConnection,
) -> None:
    add_metrics(
        con,
        {"metric_id": "M1y", "est_raw": None},  # withheld
        {"metric_id": "M5y", "series_kind": "archived", "est_raw": 0.03},
        {"metric_id": "M1y", "series_kind": "archived", "est_raw": 0.02},
        {"metric_id": "M1by", "series_kind": "archived"},
        {"metric_id": "M1y", "series_kind": "archived", "weight_scheme": "employer"},
        {"metric_id": "M6y", "series_kind": "archived", "week_start": week(1)},
    )
    found = changes_on_a_year(con, MONDAY, ["observed", "archived"])
    assert [(row["metric_id"], row["series_kind"], row["estimate"]) for row in found] == [
        ("M1y", "archived", 0.02),
        ("M5y", "archived", 0.03),
    ]
    assert changes_on_a_year(con, MONDAY, ["observed"]) == []
