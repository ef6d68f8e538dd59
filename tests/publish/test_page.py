"""What the page of a release says, drawn without the files around it, which take longer than the page."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from include.measure.claims import load_claims
from include.partitions import week_name
from include.publish.changes import Changes
from include.publish.headline import read_headline
from include.publish.page import write_page
from include.publish.summary import Summary
from tests.measure.warehouse import Warehouse
from tests.publish.measured import MONDAY, add_weeks, empty_market, measure, measured_market

FIRST_RELEASE = Changes(
    release=week_name(MONDAY), compared_with=None, versions_before=None, versions_after=None, weeks_added=(),
    n_compared=0, n_revised=0, n_removed=0, revised=(), tables=(), mean_absolute_revisions=(),
)  # fmt: skip


def page(con: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """Return the page of a measured week, as that of its first release."""
    summary = Summary(
        release=week_name(MONDAY),
        week_start=MONDAY,
        data_origin="simulated",
        headline=read_headline(con, MONDAY),
        warnings=(),
    )
    return write_page(con, folder, summary, FIRST_RELEASE, sources=()).read_text()


@pytest.fixture(scope="module")
def html(market: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the market that tests share."""
    return page(market.con, tmp_path_factory.mktemp("page"))


def test_ads_that_name_no_employer_are_counted_on_the_page(tmp_path: Path) -> None:
    market = empty_market()
    market.add_market(MONDAY, 40)
    market.add("", MONDAY, copies=3)
    market.read(MONDAY)
    measure(market.con, MONDAY)
    assert "Of these product openings 3 name no employer." in page(market.con, tmp_path)


def test_the_page_names_what_was_switched_off(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        assert "Switched off on purpose" not in page(con, tmp_path)
        con.execute("UPDATE out_coverage_v1 SET boards_switched_off = 2")
        assert "Switched off on purpose, so not expected: greenhouse (2 boards)." in page(con, tmp_path)


def test_the_first_lines_say_how_much_of_the_week_was_read(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        con.execute("UPDATE out_coverage_v1 SET board_days_expected = 1680, board_days_complete = 1290")
        con.execute(
            "INSERT INTO out_coverage_v1 SELECT * REPLACE ('import/ads' AS source, "
            "'archived' AS series_kind, 1 AS board_days_expected, 0 AS board_days_complete) "
            "FROM out_coverage_v1"
        )
        assert "1,290 of 1,680 board reads of the week were complete." in page(con, tmp_path)


def test_claims_are_shown_with_their_rule_and_the_untestable_ones_without(html: str) -> None:
    section = html[html.index('id="claims"') : html.index('id="figures"')]
    tested = section.split('<div class="claim ')[1:]
    assert len(tested) == sum(claim.not_testable is None for claim in load_claims())
    assert all("Rule: Supported when" in claim.split("</div>")[0] for claim in tested)
    assert any(" pp (95% interval" in claim for claim in tested), "differences are told in percentage points"
    assert "openings at 20 employers, observed series, 2 weeks" in section, "every figure has its denominator"
    cannot = section.count('<tr><th scope="row">')
    assert cannot == sum(claim.not_testable is not None for claim in load_claims())


def test_a_series_under_26_weeks_claims_no_trend_and_says_what_would_show(html: str) -> None:
    section = html[html.index('id="trend"') : html.index('id="instead"')]
    assert "No trend is claimed on fewer than 26 weeks" in section
    assert "the longest series has 2 weeks" in section
    assert "Twenty-six weeks like these would show a change of" in section


def test_a_long_series_tells_the_change_its_parts_and_the_smallest_that_would_show(tmp_path: Path) -> None:
    html = page(measured_market(weeks=27).con, tmp_path)
    section = html[html.index('id="trend"') : html.index('id="instead"')]
    assert "among the 20 with openings" in section
    assert "changing mix of employers" in section
    assert "The smallest change that would show four times in five" in section
    assert "Over 26 weeks together, of 1,040 openings, 52 required a certification" in html


def test_a_long_series_tells_the_rank_test_beside_the_slope(tmp_path: Path) -> None:
    market = empty_market()
    for back in range(28):
        add_weeks(market, MONDAY - timedelta(weeks=back), 1, n_required=28 - back)
    measure(market.con, MONDAY)
    html = page(market.con, tmp_path)
    section = html[html.index('id="trend"') : html.index('id="instead"')]
    assert "Over 28 weeks the odds changed by +" in section
    assert "(Mann-Kendall, tau +1.00, 95% interval +" in section
    assert "to +1.00), the share rose." in section


def test_a_week_without_any_required_certification_has_a_bound_and_half_a_year(tmp_path: Path) -> None:
    market = empty_market()
    add_weeks(market, MONDAY, 1, n_required=0)
    add_weeks(market, MONDAY - timedelta(weeks=1), 26, n_required=2)
    measure(market.con, MONDAY)
    html = page(market.con, tmp_path)
    assert "none required a certification" in html
    assert 'class="value">none found</span>' in html
    assert "(95% bound)" in html
    assert "Over 26 weeks together, of 1,040 openings, 50 required a certification" in html


def test_a_check_that_failed_on_several_days_is_one_line(market_file: Path, tmp_path: Path) -> None:
    market = Warehouse.load(market_file)
    for day, found in (("2026-11-16", "lever=0.4"), ("2026-11-18", "lever=0.3")):
        market.con.execute(
            "INSERT INTO core_validation_results BY NAME SELECT ? AS partition_key, ? AS observed_value, "
            "'core_board_reads' AS table_name, 'half' AS expectation_id, "
            "'Each source lists half.' AS description, 'warning' AS severity, false AS is_success, "
            "0 AS n_unexpected, 'It shrank.' AS reason",
            [day, found],
        )
    html = page(market.con, tmp_path)
    assert html.count("expected that each source lists half.") == 1
    assert (
        "(2026-11-16, 2026-11-18): expected that each source lists half. Found on 2026-11-18: lever=0.3."
        in html
    )
