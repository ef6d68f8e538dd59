"""The weekly measure on a real DuckDB with hand-countable openings."""

from datetime import date, timedelta

import pytest

from include.measure.registry import Registry, RegistryError, load_registry
from include.measure.series import NothingToMeasure
from include.measure.weekly import MeasureError, measure_week
from include.warehouse.cards import load_card
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse

REQUIRED = {"cert_status": "required", "cert_timing": "at_hire"}


def weeks_ago(count):
    return MONDAY - timedelta(weeks=count)


@pytest.fixture
def warehouse():
    return Warehouse()


@pytest.fixture
def market(warehouse):
    """One week: 40 employers with one ad each, of which 4 require, 2 list and 10 are explicit."""
    for number in range(40):
        labels = {}
        if number < 4:
            labels = dict(REQUIRED)
        elif number < 6:
            labels = {"cert_status": "listed", "cert_timing": "at_hire"}
        if number >= 30:
            labels |= {"criteria_status": "explicit", "criteria_tiers": ["E2"]}
        warehouse.add(f"employer {number}", MONDAY, **labels)
    return warehouse


def test_counts_of_the_headline_metrics(market):
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    assert market.metric("M1")["x_raw"] == 4
    assert market.metric("M1")["est_raw"] == pytest.approx(0.1)
    assert market.metric("M1b")["x_raw"] == 6
    assert market.metric("M5")["est_raw"] == pytest.approx(0.25)
    assert market.metric("M6")["est_raw"] == pytest.approx(-0.15)
    assert market.metric("M6")["ci_low"] < -0.15 < market.metric("M6")["ci_high"]
    row = market.metric("M1", weight_scheme="employer")
    assert (row["n_postings"], row["n_employers"], row["obs_status"], row["window_weeks"]) == (40, 40, "P", 1)


def test_any_day_of_the_week_measures_that_week(market):
    measure_week(market.con, MONDAY + timedelta(days=6), STAMP, WHOLE_MARKET)
    assert market.metric("M1")["x_raw"] == 4


def test_only_english_whole_product_ads_are_units(market):
    for fields in (
        {"role_family": "pmm"}, {"role_family": "project_program"}, {"language": "de"},
        {"is_text_complete": False}, {"cert_status": "unsupported_language"},
    ):  # fmt: skip
        market.add("outsider", MONDAY, **fields)
    measure_week(market.con, MONDAY, STAMP)
    assert market.metric("M1")["n_postings"] == 40


def test_later_openings_do_not_leak_into_an_earlier_release(market):
    market.add_market(MONDAY + timedelta(weeks=1), 30)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    assert market.rows("SELECT max(week_start) AS w FROM out_weekly_metrics_v1") == [{"w": MONDAY}]
    assert market.metric("M1", basis="stock")["n_postings"] == 40


def test_same_input_gives_the_same_bytes(market, tmp_path):
    market.add_market(weeks_ago(1), 25, 2, region="north_america")
    market.read(MONDAY)
    copies = []
    for threads in (1, 4):
        market.con.execute(f"SET threads = {threads}")
        measure_week(market.con, MONDAY, STAMP)
        path = tmp_path / f"{threads}.parquet"
        market.con.execute(f"COPY out_weekly_metrics_v1 TO '{path}' (FORMAT parquet)")
        copies.append(path.read_bytes())
    assert copies[0] == copies[1]


def test_caller_can_roll_everything_back(market):
    measure_week(market.con, MONDAY, STAMP)
    before = market.rows("SELECT count(*) AS n FROM out_weekly_metrics_v1")
    market.add("one more", MONDAY)
    market.con.execute("BEGIN")
    measure_week(market.con, MONDAY, STAMP)
    market.con.execute("ROLLBACK")
    assert market.metric("M1")["n_postings"] == 40
    assert market.rows("SELECT count(*) AS n FROM out_weekly_metrics_v1") == before


def test_rows_fit_the_card(market):
    measure_week(market.con, MONDAY, STAMP)
    card = load_card("out_weekly_metrics_v1")
    rows = market.rows("SELECT * FROM out_weekly_metrics_v1")
    assert len({tuple(row[name] for name in card.key) for row in rows}) == len(rows)
    for column in card.columns:
        values = {row[column.name] for row in rows}
        if column.allowed:
            assert values <= set(column.allowed), column.name


def test_week_without_required_certification_gives_zero_with_an_upper_bound(warehouse):
    warehouse.add_market(MONDAY, 100, 3)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    row = warehouse.metric("M1")
    assert (row["x_raw"], row["est_raw"], row["ci_low"], row["ci_method"]) == (0, 0.0, 0.0, "rule_of_three")
    assert 3 / 300 < row["ci_high"] < 0.015
    assert row["obs_status"] == "P"


def test_thin_week_is_pooled_over_four_weeks_and_says_so(warehouse):
    for back in range(4):
        warehouse.add_market(weeks_ago(back), 20)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    row = warehouse.metric("M1")
    assert (row["window_weeks"], row["n_postings"], row["obs_status"], row["conf_status"]) == (
        4,
        80,
        "U",
        "F",
    )
    first = warehouse.metric("M1", week_start=weeks_ago(3))
    assert (first["obs_status"], first["conf_status"], first["est_raw"]) == ("Q", "C", None)
    assert first["n_postings"] == 20


@pytest.mark.parametrize("kind", ["archived", "reconstructed"])
def test_nothing_stands_for_the_weeks_after_an_import_ends(warehouse, kind):
    for back in range(3, 8):
        warehouse.add_market(weeks_ago(back), 40, series_kind=kind, **REQUIRED)
    # Of another occupation, so the import reaches this week, which had no product opening.
    warehouse.add("Clinic", weeks_ago(2), series_kind=kind, role_family="not_product")
    warehouse.add_market(MONDAY, 40)
    measure_week(warehouse.con, MONDAY, STAMP)
    ends, reached, after = (
        warehouse.metric("M1", series_kind=kind, week_start=weeks_ago(back)) for back in (3, 2, 1)
    )
    assert (ends["est_raw"], ends["window_weeks"], ends["est_trailing4"]) == (1.0, 1, 1.0)
    assert (reached["est_raw"], reached["window_weeks"], reached["n_postings"]) == (1.0, 4, 120)
    assert (after["est_raw"], after["est_trailing4"], after["obs_status"]) == (None, None, "Q")
    regions = warehouse.rows(
        "SELECT week_start, window_weeks FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' AND stratum_dim = "
        f"'region' AND series_kind = '{kind}' AND weight_scheme = 'posting' AND basis = 'flow' "
        "AND est_raw IS NOT NULL ORDER BY 1 DESC LIMIT 1"
    )
    assert regions == [{"week_start": weeks_ago(2), "window_weeks": 4}]


def test_boards_that_showed_nothing_new_for_a_week_leave_the_four_weeks_standing(warehouse):
    for back in range(1, 4):
        warehouse.add_market(weeks_ago(back), 40)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert (warehouse.metric("M1")["window_weeks"], warehouse.metric("M1")["n_postings"]) == (4, 120)


def test_week_without_postings_has_its_row(warehouse):
    warehouse.add_market(weeks_ago(9), 60)
    warehouse.add_market(MONDAY, 60)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    row = warehouse.metric("M1", week_start=weeks_ago(3))
    assert (row["n_postings"], row["n_employers"], row["est_raw"], row["obs_status"]) == (0, 0, None, "Q")
    weeks = warehouse.rows(
        "SELECT count(*) AS n FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' AND stratum_dim = 'all' "
        "AND basis = 'flow' AND weight_scheme = 'posting'"
    )
    assert weeks == [{"n": 10}]


def test_boards_that_were_read_and_had_nothing_still_give_a_series(warehouse):
    warehouse.read(MONDAY)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert warehouse.metric("M1")["obs_status"] == "Q"
    assert warehouse.metric("M1")["n_postings"] == 0


def test_nothing_at_all_is_refused(warehouse):
    with pytest.raises(NothingToMeasure, match="Collect or import"):
        measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)


def test_one_employer_alone_is_never_published(warehouse):
    for back in range(6):
        warehouse.add("giant", weeks_ago(back), copies=50, **REQUIRED)
    measure_week(warehouse.con, MONDAY, STAMP)
    rows = warehouse.rows("SELECT DISTINCT obs_status, est_raw, x_raw, ci_high FROM out_weekly_metrics_v1")
    assert rows == [{"obs_status": "Q", "est_raw": None, "x_raw": None, "ci_high": None}]


def test_dominant_employer_suppresses_the_cell(warehouse):
    warehouse.add_market(MONDAY, 30)
    warehouse.add("giant", MONDAY, copies=11)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert warehouse.metric("M1")["obs_status"] == "Q"  # 11 of 41 is over a quarter


def test_threshold_is_met_at_exactly_thirty_openings_and_fifteen_employers(warehouse):
    warehouse.add_market(MONDAY, 15, 2)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert warehouse.metric("M1")["conf_status"] == "F"


def test_lone_suppressed_stratum_takes_the_next_smallest_with_it(warehouse):
    warehouse.add_market(MONDAY, 60, region="europe")
    warehouse.add_market(MONDAY, 40, region="north_america")
    warehouse.add_market(MONDAY, 5, region="africa")
    measure_week(warehouse.con, MONDAY, STAMP)
    status = {
        region: warehouse.metric("M1", stratum_dim="region", stratum_value=region)["conf_status"]
        for region in ("europe", "north_america", "africa")
    }
    assert status == {"europe": "F", "north_america": "D", "africa": "C"}


def test_a_week_that_four_weeks_stand_for_does_not_follow_from_the_others():
    market = Warehouse()
    for week in range(4):
        opened = MONDAY - timedelta(weeks=week)
        for workplace, n in {"remote": 40, "hybrid": 35, "on_site": 15}.items():
            market.add_market(opened, n, workplace=workplace)
    measure_week(market.con, MONDAY, STAMP)
    shown = {
        row["v"]: (row["window_weeks"], row["c"])
        for row in market.rows(
            "SELECT stratum_value AS v, window_weeks, conf_status AS c FROM out_weekly_metrics_v1 WHERE "
            f"week_start = '{MONDAY}' AND metric_id = 'M1' AND weight_scheme = 'posting' "
            "AND stratum_dim = 'workplace' AND basis = 'flow'"
        )
    }
    # 90 less 40 less 35 would be the week of 15 that is too thin to show.
    assert shown == {"remote": (1, "F"), "hybrid": (1, "D"), "on_site": (4, "F")}


def test_a_value_without_openings_in_the_week_covers_no_other():
    market = Warehouse()
    market.add("last week's only", MONDAY - timedelta(weeks=1), workplace="unknown")
    for workplace, n in {"remote": 40, "hybrid": 35, "on_site": 12}.items():
        market.add_market(MONDAY, n, workplace=workplace)
    measure_week(market.con, MONDAY, STAMP)
    status = {
        row["v"]: row["c"]
        for row in market.rows(
            "SELECT stratum_value AS v, conf_status AS c FROM out_weekly_metrics_v1 WHERE "
            f"week_start = '{MONDAY}' AND metric_id = 'M1' AND weight_scheme = 'posting' "
            "AND stratum_dim = 'workplace' AND basis = 'flow'"
        )
    }
    assert status == {"remote": "F", "hybrid": "D", "on_site": "C", "unknown": "C"}


def test_two_suppressed_strata_need_no_third(warehouse):
    warehouse.add_market(MONDAY, 60, region="europe")
    warehouse.add_market(MONDAY, 6, region="asia_pacific")
    warehouse.add_market(MONDAY, 5, region="africa")
    measure_week(warehouse.con, MONDAY, STAMP)
    assert warehouse.metric("M1", stratum_dim="region", stratum_value="europe")["conf_status"] == "F"


def test_last_eight_weeks_are_provisional_and_older_ones_final(warehouse):
    for back in range(10):
        warehouse.add_market(weeks_ago(back), 50)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    status = [warehouse.metric("M1", week_start=weeks_ago(back))["obs_status"] for back in range(10)]
    assert status == ["P"] * 8 + ["A"] * 2


def test_kinds_are_never_joined(warehouse):
    warehouse.add_market(weeks_ago(2), 50, series_kind="archived", **REQUIRED)
    warehouse.add_market(MONDAY, 40)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert warehouse.metric("M1", series_kind="archived", week_start=weeks_ago(2))["est_raw"] == 1.0
    assert warehouse.metric("M1")["n_postings"] == 40
    kinds = warehouse.rows(
        "SELECT DISTINCT series_kind AS k FROM out_weekly_metrics_v1 WHERE basis = 'stock'"
    )
    assert kinds == [{"k": "observed"}]


def test_stock_holds_what_was_open_on_sunday(warehouse):
    opened = weeks_ago(3)
    warehouse.add_market(opened, 40, last_seen_date=MONDAY + timedelta(days=6))
    gone = {
        "last_seen_date": weeks_ago(1) + timedelta(days=2),
        "closed_date": weeks_ago(1) + timedelta(days=3),
    }
    warehouse.add_market(opened, 35, **gone)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    n = [warehouse.metric("M1", basis="stock", week_start=weeks_ago(back))["n_postings"] for back in range(4)]
    assert n == [40, 40, 75, 75]


def test_ads_already_open_when_reading_began_are_in_the_stock_and_not_in_the_observed_flow(warehouse):
    seen = {"first_seen_date": MONDAY, "last_seen_date": MONDAY + timedelta(days=6)}
    warehouse.add_market(weeks_ago(9), 40, series_kind="reconstructed", **seen)
    warehouse.add_market(MONDAY, 31)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert warehouse.metric("M1", basis="stock")["n_postings"] == 71
    assert warehouse.metric("M1", basis="flow")["n_postings"] == 31
    back_dated = warehouse.metric("M1", series_kind="reconstructed", week_start=weeks_ago(9))
    assert back_dated["n_postings"] == 40


def test_posting_of_a_board_that_stopped_answering_leaves_the_stock(warehouse):
    warehouse.add_market(weeks_ago(3), 40, last_seen_date=weeks_ago(2))
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    n = [
        warehouse.rows(
            "SELECT n_postings FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' AND basis = 'stock' AND "
            f"stratum_dim = 'all' AND weight_scheme = 'posting' AND week_start = '{weeks_ago(back)}'"
        )
        for back in (1, 2)
    ]
    assert n == [[{"n_postings": 0}], [{"n_postings": 40}]]


def test_stale_ads_are_apart_in_the_stock(warehouse):
    warehouse.add_market(weeks_ago(18), 40, last_seen_date=MONDAY)
    warehouse.add_market(MONDAY, 45)
    measure_week(warehouse.con, MONDAY, STAMP)
    stale = warehouse.metric("M1", basis="stock", stratum_dim="staleness", stratum_value="stale")
    fresh = warehouse.metric("M1", basis="stock", stratum_dim="staleness", stratum_value="fresh")
    assert (stale["n_postings"], fresh["n_postings"]) == (40, 45)


def test_an_ad_that_was_old_when_we_first_looked_is_stale(warehouse):
    # Dated 30 weeks back by the date it carries, and first seen by us this week.
    seen = {"first_seen_date": MONDAY, "last_seen_date": MONDAY + timedelta(days=6)}
    warehouse.add_market(weeks_ago(30), 40, series_kind="reconstructed", **seen)
    warehouse.add_market(MONDAY, 45)
    measure_week(warehouse.con, MONDAY, STAMP)
    stale = warehouse.metric("M1", basis="stock", stratum_dim="staleness", stratum_value="stale")
    assert stale["n_postings"] == 40


@pytest.mark.parametrize("last", [date(2026, 12, 28), date(2027, 1, 4)])  # ISO weeks 2026-W53 and 2027-W01
def test_year_turn_has_no_gap_and_is_flagged(warehouse, last):
    for back in range(5):
        warehouse.add_market(last - timedelta(weeks=back), 40)
    measure_week(warehouse.con, last, STAMP, WHOLE_MARKET)
    rows = warehouse.rows(
        "SELECT week_start, is_holiday_week AS h FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' "
        "AND stratum_dim = 'all' AND weight_scheme = 'posting' AND basis = 'flow' ORDER BY 1"
    )
    assert [row["week_start"] for row in rows] == [last - timedelta(weeks=back) for back in range(4, -1, -1)]
    holidays = {51, 52, 53, 1}
    assert [row["h"] for row in rows] == [row["week_start"].isocalendar().week in holidays for row in rows]


def test_mention_level_metrics(warehouse):
    warehouse.add_market(MONDAY, 40)
    safe = {"cert_key": "safe_popm", "cert_class": "framework_agile", "status": "required"}
    pragmatic = {"cert_key": "pragmatic", "cert_class": "pm_specific", "status": "preferred"}
    negated = {"cert_key": "pmp", "cert_class": "project_mgmt", "status": "mentioned_other", "cue": "negated"}
    for number in range(30):
        mentions = [safe, pragmatic] if number < 10 else [negated]
        warehouse.add(f"other {number}", MONDAY, mentions=mentions, framework_use="safe")
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert warehouse.metric("M3")["x_raw"] == 10  # a negated mention is no talk of a certification asked
    assert warehouse.metric("M13")["x_raw"] == 10
    assert warehouse.metric("M12b")["est_raw"] == pytest.approx(1 / 3)
    shares = warehouse.metric("M11")
    assert (shares["x_raw"], shares["est_raw"], shares["n_postings"]) == (10, pytest.approx(10 / 40), 30)


def test_rate_is_per_thousand_words(warehouse):
    warehouse.add_market(MONDAY, 20, n_words=250, criteria_status="explicit")
    warehouse.add_market(MONDAY, 20, n_words=750)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    row = warehouse.metric("M5w")
    assert row["est_raw"] == pytest.approx(1000 * 20 / 20_000)
    assert (row["unit"], row["n_postings"]) == ("per_1000_words", 40)


def test_trailing_four_weeks_stand_beside_the_week(warehouse):
    for back, count in enumerate((0, 10, 10, 0)):
        warehouse.add_market(weeks_ago(back), 40 - count)
        for number in range(count):
            warehouse.add(f"other {number}", weeks_ago(back), **REQUIRED)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert warehouse.metric("M1")["est_raw"] == 0
    assert warehouse.metric("M1")["est_trailing4"] == pytest.approx(20 / 160)


def test_foreign_origin_is_refused(market):
    market.add("real one", MONDAY, data_origin="public_boards")
    with pytest.raises(MeasureError, match="origin public_boards"):
        measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)


def test_opening_without_labels_is_refused_by_name(market):
    market.add("unlabelled", MONDAY, content_hash="f" * 64)
    with pytest.raises(MeasureError, match=r"1 product openings have no row in core_signals.*unlabelled"):
        measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)


def test_broken_predicate_stops_the_release_and_keeps_the_old_rows(market):
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    registry = load_registry()
    first = registry.metrics[0].model_copy(update={"numerator": "no_such_column"})
    with pytest.raises(RegistryError, match="metric M1"):
        measure_week(market.con, MONDAY, STAMP, Registry.model_construct(metrics=(first,)))
    assert market.metric("M1")["x_raw"] == 4


def test_coverage_says_what_is_left_out_for_its_language_or_its_text(market):
    market.add("a", MONDAY, copies=3)
    market.add("a", MONDAY, copies=2, language="de")
    market.add("a", MONDAY, is_text_complete=False)
    market.add("a", MONDAY, role_family="not_product", language="de")
    market.read(MONDAY)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    [row] = market.rows("SELECT * FROM out_coverage_v1")
    assert (row["n_openings"], row["n_other_language"], row["n_text_incomplete"]) == (43, 2, 1)
    assert market.metric("M1")["n_postings"] == 43


def test_coverage_counts_expected_against_complete_reads(market):
    for day in range(3):
        market.read(MONDAY + timedelta(days=day), board="a")
        failed = {"status": "failed", "is_complete": False} if day else {}
        market.read(MONDAY + timedelta(days=day), board="b", **failed)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    [row] = market.rows("SELECT * FROM out_coverage_v1")
    assert (row["days_observed"], row["boards_expected"], row["boards_answered"]) == (3, 2, 2)
    assert (row["board_days_expected"], row["board_days_complete"]) == (6, 4)
    assert row["coverage_share"] == pytest.approx(4 / 6)
    assert row["n_openings"] == 40


def test_a_window_that_was_read_whole_counts_as_answered(market):
    """It never proves an absence, so none of its reads is complete in that sense."""
    for day in range(2):
        market.read(MONDAY + timedelta(days=day), source="remoteok", board="all", is_complete=False)
    market.read(MONDAY, source="import/ads", board="ads", is_complete=False)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = market.rows(
        "SELECT source, days_observed, boards_answered, board_days_complete FROM out_coverage_v1 "
        "WHERE source <> 'greenhouse' ORDER BY source"
    )
    assert [tuple(row.values()) for row in rows] == [("import/ads", 0, 0, 0), ("remoteok", 2, 1, 2)]


POSTING = {
    "board": "acme", "series_kind": "observed", "data_origin": "simulated", "employer": "A",
    "employer_key": "a", "title": "Product Manager", "title_key": "product manager", "role_family": "pm",
    "seniority": "mid", "region": "europe", "locations": [], "workplace": "remote", "pay_period": "unknown",
    "language": "en", "is_text_complete": True, "n_words": 500, "is_left_censored": False, "n_reopened": 0,
    "n_versions": 1, "first_content_hash": "0", "content_hash": "0",
}  # fmt: skip


def test_coverage_of_a_week_counted_by_hand(market):
    def posted(number, source, opened, **fields):
        native = {"posting_key": f"{source}:{number}", "native_id": str(number), "source": source}
        market.insert("core_postings", {**POSTING, **native, "opened_date": opened, **fields})

    sunday, next_monday = MONDAY + timedelta(days=6), MONDAY + timedelta(days=7)
    posted(1, "greenhouse", MONDAY)
    posted(2, "greenhouse", sunday)
    posted(3, "greenhouse", sunday, role_family="not_product")
    posted(4, "greenhouse", sunday, series_kind="reconstructed")  # back-dated: of no week that was read
    posted(5, "greenhouse", next_monday)
    posted(6, "greenhouse", None)
    posted(7, "import/ads", MONDAY, series_kind="archived")
    market.add("a", MONDAY, series_kind="reconstructed")
    market.add("b", next_monday)
    for number, day in enumerate((MONDAY, sunday, next_monday)):
        reject = {"stage": "parse", "raw_pointer": str(number), "reason": "missing_id", "detail": "No id."}
        market.insert("core_rejected_records", {"day": day, "source": "lever", "board": "b", **reject})
    off = {"board": "off", "status": "switched_off", "is_expected": False, "is_complete": False}
    market.read(MONDAY, **off)  # before its first expected day it was no part of the series
    for day in (1, 4):
        market.read(MONDAY + timedelta(days=day), board="off")
    for day in (2, 3):
        market.read(MONDAY + timedelta(days=day), **off)
    market.read(MONDAY, board="always_off", **{name: off[name] for name in off if name != "board"})
    market.read(MONDAY, board="failed", status="failed", is_complete=False)
    market.read(MONDAY, board="not asked for", is_expected=False)
    market.read(MONDAY, source="ashby", is_expected=False)
    market.read(MONDAY, source="workable", status="failed", is_complete=False)
    market.read(next_monday, board="later")
    market.read(MONDAY, source="import/ads", board="ads", is_complete=False)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = market.rows("SELECT * EXCLUDE (data_origin, release_id, published_at, methodology_version, "
                       "taxonomy_version, code_version) FROM out_coverage_v1 ORDER BY source")  # fmt: skip
    nothing = {name: 0 for name in rows[0] if name not in ("week_start", "source", "series_kind")}
    greenhouse = nothing | {
        "days_observed": 3, "boards_expected": 2, "boards_answered": 2, "board_days_expected": 3,
        "board_days_complete": 2, "boards_switched_off": 1, "coverage_share": 2 / 3, "n_postings": 3,
        "n_product_postings": 2, "n_openings": 40,
    }  # fmt: skip
    imported = nothing | {
        "series_kind": "archived", "boards_expected": 1, "board_days_expected": 1, "coverage_share": None,
        "n_postings": 1, "n_product_postings": 1,
    }  # fmt: skip
    unasked = nothing | {"days_observed": 1, "boards_answered": 1, "coverage_share": None}
    rejected = nothing | {"coverage_share": None, "n_rejected": 2}
    silent = nothing | {"boards_expected": 1, "board_days_expected": 1}
    found = {
        "ashby": unasked, "greenhouse": greenhouse, "import/ads": imported, "lever": rejected,
        "workable": silent,
    }  # fmt: skip
    assert rows == [
        {"week_start": MONDAY, "source": source, "series_kind": "observed", **row}
        for source, row in found.items()
    ]


def test_certifications_count_an_opening_once_at_its_strongest(market):
    mention = {"cert_key": "sa_cspo", "cert_name": "CSPO"}
    market.add("one", MONDAY, mentions=[mention | {"status": "preferred"}, mention | {"status": "required"}])
    market.add("two", weeks_ago(14), mentions=[mention])
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = market.rows(
        f"SELECT window_weeks, status, n_openings, n_postings FROM out_certifications_v1 "
        f"WHERE week_start = '{MONDAY}' ORDER BY 1"
    )
    assert rows == [
        {"window_weeks": 13, "status": "required", "n_openings": 1, "n_postings": 41},
        {"window_weeks": 26, "status": "required", "n_openings": 2, "n_postings": 42},
    ]


def test_certifications_of_a_window_counted_by_hand(market):
    def asks(*statuses):
        return [{"cert_key": "sa_cspo", "cert_name": "CSPO", "status": status} for status in statuses]

    market.add("one", weeks_ago(20), mentions=asks("preferred"))
    market.add("one", MONDAY, mentions=asks("preferred", "mentioned_other"))  # once more: still one employer
    market.add("two", weeks_ago(1), mentions=asks("preferred", "listed"))
    market.add("three", MONDAY, mentions=asks("mentioned_other"))
    market.add("four", MONDAY, mentions=asks("none"))
    market.add("of no week", None, mentions=asks("required"))
    market.add("too late", MONDAY + timedelta(days=7), mentions=asks("required"))
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = market.rows(
        "SELECT window_weeks, status, n_openings, n_employers, n_postings FROM out_certifications_v1 "
        f"WHERE week_start = '{MONDAY}' ORDER BY 1, 2"
    )
    assert [tuple(row.values()) for row in rows] == [
        (13, "listed", 1, 1, 44), (13, "mentioned_other", 1, 1, 44), (13, "preferred", 1, 1, 44),
        (26, "listed", 1, 1, 45), (26, "mentioned_other", 1, 1, 45), (26, "preferred", 2, 1, 45),
    ]  # fmt: skip


def test_certifications_of_windows_under_the_thresholds_are_withheld(warehouse):
    mention = {"cert_key": "sa_cspo", "cert_name": "CSPO"}
    # Eleven employers in the first weeks; one with half of the ads in an imported series.
    warehouse.add_market(weeks_ago(20), 10, 4)
    warehouse.add("one", weeks_ago(20), mentions=[mention])
    warehouse.add_market(MONDAY, 40)
    warehouse.add_market(MONDAY, 40, series_kind="archived")
    warehouse.add("large", MONDAY, copies=40, mentions=[mention], series_kind="archived")
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    shown = warehouse.rows("SELECT DISTINCT series_kind, week_start, window_weeks FROM out_certifications_v1")
    assert shown == [{"series_kind": "observed", "week_start": MONDAY, "window_weeks": 26}]


def test_a_bucket_of_certifications_has_its_lexicon_name_whatever_ads_write(market):
    names = {
        "generic_cert": "Certification (wholly unspecified)",
        "generic": "Certification (named, not in the lexicon)",
        "scrum_generic": "Scrum certification (unspecified)",
        "sa_cspo": "Zertifikat",
    }
    written = ("Zertifikat", "Zertifikat", "certificate")
    for key in names:
        mention = {"cert_key": key, "cert_class": "other"}
        market.add("one", MONDAY, mentions=[mention | {"cert_name": words} for words in written])
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = market.rows("SELECT DISTINCT cert_key, cert_name FROM out_certifications_v1 ORDER BY cert_key")
    assert rows == [{"cert_key": key, "cert_name": names[key]} for key in sorted(names)]


def test_a_bucket_of_certifications_has_its_lexicon_class_whatever_stands_beside_it(market):
    beside = ("other", "framework_agile", "technical_vendor")
    mentions = [{"cert_key": "generic_cert", "cert_class": name} for name in beside]
    market.add("one", MONDAY, mentions=[*mentions, {"cert_key": "sa_cspo", "cert_class": "framework_agile"}])
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = market.rows("SELECT DISTINCT cert_key, cert_class FROM out_certifications_v1 ORDER BY cert_key")
    assert rows == [
        {"cert_key": "generic_cert", "cert_class": "other"},
        {"cert_key": "sa_cspo", "cert_class": "framework_agile"},
    ]


def test_a_week_without_explicit_criteria_is_no_proof_that_there_are_none_per_1000_words(warehouse):
    warehouse.add_market(MONDAY, 40, 2, n_words=500)
    measure_week(warehouse.con, MONDAY, STAMP)
    rate, share = warehouse.metric("M5w"), warehouse.metric("M5")
    assert (rate["est_raw"], rate["ci_low"]) == (0, 0)
    assert rate["ci_high"] == pytest.approx(1000 * share["ci_high"] / 500)
    assert (rate["n_eff"], rate["obs_status"]) == (share["n_eff"], share["obs_status"])
