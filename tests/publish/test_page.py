"""What the page of a release says, drawn without the files around it, which take longer than the page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import duckdb
import msgspec
import pytest
from markupsafe import escape

from include.measure.claims import load_claims
from include.partitions import week_name
from include.publish.changes import Changes
from include.publish.credits import Credit
from include.publish.headline import read_headline
from include.publish.page import write_page
from include.publish.summary import Summary
from include.settings import DataOrigin
from tests.measure.warehouse import Warehouse
from tests.publish.measured import MONDAY, add_weeks, empty_market, measure, measured_market

FIRST_RELEASE = Changes(
    release=week_name(MONDAY), compared_with=None, versions_before=None, versions_after=None, weeks_added=(),
    n_compared=0, n_revised=0, n_removed=0, revised=(), tables=(), mean_absolute_revisions=(),
)  # fmt: skip


def page(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    data_origin: DataOrigin = "simulated",
    sources: Sequence[Credit] = (),
    changes: Changes = FIRST_RELEASE,
) -> str:
    """Return the page of a measured week, as that of its first release unless something else is said."""
    summary = Summary(
        release=week_name(MONDAY),
        week_start=MONDAY,
        data_origin=data_origin,
        headline=read_headline(con, MONDAY),
        warnings=(),
    )
    return write_page(con, folder, summary, changes, sources).read_text()


@pytest.fixture(scope="module")
def html(market: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the market that tests share."""
    return page(market.con, tmp_path_factory.mktemp("page"))


def test_the_page_runs_no_script_and_forbids_what_would_become_one(html: str) -> None:
    assert "<script" not in html
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', html)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert html.index(policy) < html.index("<title>")


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


def test_the_first_lines_say_which_ads_were_read(market_file: Path, html: str) -> None:
    with duckdb.connect(str(market_file), read_only=True) as con:
        ((openings, employers),) = con.execute(
            "SELECT n_postings, n_employers FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' "
            "AND basis = 'flow' AND stratum_dim = 'all' AND weight_scheme = 'posting' "
            "AND series_kind = 'observed' ORDER BY week_start DESC LIMIT 1"
        ).fetchall()
    top = html[: html.index("<nav")]
    assert f"The ads: {openings} openings at {employers} employers." in top


def test_intervals_that_moved_alone_are_counted_beside_the_figures_that_moved(
    market: Warehouse, tmp_path: Path
) -> None:
    moved = msgspec.structs.replace(FIRST_RELEASE, compared_with="2026-W46", n_compared=1200, n_revised=3)
    assert "3 of 1,200 figures that both have were revised. " in page(market.con, tmp_path, changes=moved)
    moved = msgspec.structs.replace(moved, n_intervals_revised=12, n_removed=1)
    said = "3 of 1,200 figures that both have were revised, and 12 others have another interval; 1 figure is"
    assert f"{said} gone." in page(market.con, tmp_path, changes=moved)


def test_counts_in_sentences_have_their_thousands_apart(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        con.execute(
            "UPDATE out_cert_by_criteria_v1 SET n_both = 1200, n_exposure_only = 2800, "
            "n_criteria_only = 9000, n_neither = 21000, n_postings = 34000"
        )
        con.execute("UPDATE out_weekly_metrics_v1 SET n_postings = 34000, n_eff = 5600.4")
        html = page(con, tmp_path)
    assert "Of the 4,000 openings that required a certification in the last" in html
    assert "weeks, 1,200 (30.0%) said how success is judged; of the 30,000 others, 9,000 (30.0%)." in html
    cells = html.split('<ul class="cells">')[1].split("</ul>")[0]
    assert re.findall(r"<b>([^<]+)</b>", cells) == ["1,200", "9,000", "2,800", "21,000"]
    assert "so 34,000 ads tell less than as many independent ones (here about as much as 5,600)" in html


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
    assert "the longest has 2 weeks" in section
    assert "Twenty-six weeks like these would show a change of" in section


def test_a_long_series_tells_the_change_its_parts_and_the_smallest_that_would_show(tmp_path: Path) -> None:
    html = page(measured_market(weeks=27).con, tmp_path)
    section = html[html.index('id="trend"') : html.index('id="instead"')]
    assert "among the 20 with openings" in section
    assert "changing mix of employers" in section
    assert "The smallest change that would show four times in five" in section
    assert (
        "Over 26 weeks together, of 1,040 openings, 52 required a certification (5.0%, 95% interval" in html
    )


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
    for partition, found, is_success in (
        ("2026-11-15", "", False),
        ("2026-11-16", "lever=0.4", False),
        ("2026-11-18", "lever=0.3", False),
        ("2026-11-19", None, False),
        ("2026-11-22", "", True),
        ("2026-11-23", "", True),
        ("2026-W47", "", True),
    ):
        market.con.execute(
            "INSERT INTO core_validation_results BY NAME SELECT ? AS partition_key, ? AS observed_value, "
            "'core_board_reads' AS table_name, 'half' AS expectation_id, "
            "'Each source lists half.' AS description, 'warning' AS severity, ? AS is_success, "
            "0 AS n_unexpected, 'It shrank.' AS reason",
            [partition, found, is_success],
        )
    others = [("2026-11-17", "Second."), ("2026-11-17", "Another."), ("2026-11-16", "The last.")]
    for partition, description in others:
        market.con.execute(
            "INSERT INTO core_validation_results BY NAME SELECT * REPLACE (? AS partition_key, "
            "? AS description) FROM core_validation_results WHERE partition_key = '2026-11-18'",
            [partition, description],
        )
    html = page(market.con, tmp_path)
    assert "<b>2 of 8</b> automatic checks held, on the days of the week and on this release." in html
    assert re.findall(r"<li>core_board_reads (.*?) <span", html) == [
        "(2026-11-16): expected that the last. Found: lever=0.3.",
        "(2026-11-16, 2026-11-18, 2026-11-19): expected that each source lists half. Found on 2026-11-19: "
        "not said.",
        "(2026-11-17): expected that another. Found: lever=0.3.",
        "(2026-11-17): expected that second. Found: lever=0.3.",
    ]


BANNER = "Simulated data: a generated labour market, not real job ads."


def test_the_head_says_the_week_and_whether_its_ads_are_real(
    html: str, market_file: Path, tmp_path: Path
) -> None:
    assert "Week 2026-W47, 16 November to 22 November 2026" in html
    assert BANNER in html
    credits = [Credit("Acme"), Credit("Jobs", attribution="Jobs by Example.")]
    with duckdb.connect(str(market_file), read_only=True) as con:
        real = page(con, tmp_path, "public_boards", credits)
        archive = page(con, tmp_path, "archive")
    assert BANNER not in real
    assert BANNER not in archive
    assert "With data from sources that ask for credit: Jobs by Example.</p>" in real


def test_the_coverage_is_that_of_the_week_by_source(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        con.execute("INSERT INTO out_coverage_v1 SELECT * REPLACE ('lever' AS source) FROM out_coverage_v1")
        con.execute("INSERT INTO out_coverage_v1 SELECT * REPLACE ('ashby' AS source) FROM out_coverage_v1 "
                    "WHERE source = 'greenhouse'")  # fmt: skip
        html = page(con, tmp_path)
    table = html[html.index('<h2 id="quality">') :].split("</table>")[0]
    assert re.findall(r'<tr><th scope="row">(\w+)</th>', table) == ["ashby", "greenhouse", "lever"]


def test_half_a_year_is_of_the_week_s_release_by_opening(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        for metric_id in ("M1", "M5"):
            set_metric(con, metric_id, "pooled", (0.05, 0.02, 0.11))
        con.execute(
            "UPDATE out_weekly_metrics_v1 SET est_ppi = 0.125 WHERE stratum_dim = 'pooled' "
            "AND metric_id IN ('M1', 'M5')"
        )
        for other in ("'employer' AS weight_scheme", "week_start - 7 AS week_start", "'all' AS stratum_dim"):
            con.execute(
                f"INSERT INTO out_weekly_metrics_v1 SELECT * REPLACE (0.9 AS est_ppi, {other}) "
                "FROM out_weekly_metrics_v1 WHERE stratum_dim = 'pooled' AND est_ppi = 0.125"
            )
        told = "Over 26 weeks together, of 40 openings, 2 required a certification (12.5%, 95% interval 2.0%"
        assert told in page(con, tmp_path)
        con.execute("UPDATE out_weekly_metrics_v1 SET obs_status = 'Q' WHERE stratum_dim = 'pooled'")
        assert "weeks together, of" not in page(con, tmp_path)


def test_uniformity_is_told_of_the_week_s_release_where_it_is_known(
    market_file: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        for metric_id in ("M14", "M14r", "M14n"):
            set_metric(con, metric_id, "all", (0.3, 0.2, 0.4))
        con.execute(
            "INSERT INTO out_weekly_metrics_v1 SELECT * REPLACE (week_start - 7 AS week_start, "
            "0.9 AS est_raw) FROM out_weekly_metrics_v1 WHERE metric_id LIKE 'M14%' AND week_start = ?",
            [MONDAY],
        )
        assert "different kinds of role in 30.0% of cases" in page(con, tmp_path)
        con.execute("UPDATE out_weekly_metrics_v1 SET est_raw = NULL WHERE metric_id = 'M14r'")
        html = page(con, tmp_path)
    assert "different kinds of role in" not in html
    assert "is told once fifteen employers have five openings each" in html


def test_pooled_figures_are_of_the_series_with_most_openings(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        con.execute(
            "INSERT INTO out_cert_by_criteria_v1 SELECT * REPLACE ('archived' AS series_kind, "
            "n_postings - 1 AS n_postings, 7 AS n_both) FROM out_cert_by_criteria_v1"
        )
        html = page(con, tmp_path)
        assert ", observed series, 2 weeks observed). Left: certification required" in html
        con.execute("UPDATE out_cert_by_criteria_v1 SET n_postings = 99 WHERE series_kind = 'archived'")
        html = page(con, tmp_path)
    assert "(99, archived series, 2 weeks observed). Left: certification required" in html
    assert '<li style="--tone: var(--cert)"><b>7</b> with a certification required and' in html


def set_tables(con: duckdb.DuckDBPyConnection, *cells: int) -> None:
    """Put four cells into every 2x2 table."""
    names = ("n_both", "n_exposure_only", "n_criteria_only", "n_neither", "n_postings")
    assignments = ", ".join(f"{name} = ?" for name in names)
    con.execute(f"UPDATE out_cert_by_criteria_v1 SET {assignments}", [*cells, sum(cells)])


@pytest.mark.parametrize(
    ("cells", "compared", "columns"),
    [
        ((9, 20, 1, 0), "; of the one other, 1 (100.0%).", "Left: certification required; right: not."),
        ((9, 20, 1, 1), "; of the 2 others, 1 (50.0%).", "Left: certification required; right: not."),
        (
            (9, 21, 0, 0),
            "said how success is judged. ",
            "Every opening required a certification, so there is",
        ),
        ((0, 0, 1, 29), "none of 30 openings required", "No opening required a certification, so there is"),
    ],
)
def test_a_table_without_one_of_its_columns_is_told_as_such(
    market_file: Path, tmp_path: Path, cells: tuple[int, ...], compared: str, columns: str
) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        set_tables(con, *cells)
        con.execute("UPDATE out_cert_by_criteria_v1 SET rd_mde = 0.004")
        section = page(con, tmp_path).split('<h2 id="instead">')[1].split("</section>")[0]
    assert compared in section
    assert columns in section
    assert section.count("certification required; right: not") == columns.count("right: not")
    if cells[0]:
        assert "only a difference of 0.4 points or more" in section


def test_openings_that_weigh_as_many_independent_ones_are_not_said_to_tell_less(
    market_file: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        con.execute("UPDATE out_weekly_metrics_v1 SET n_postings = 40, n_eff = 39.7")
        html = page(con, tmp_path)
    assert "so many ads tell less than as many independent ones. The intervals" in html


def test_figures_that_labels_correct_elsewhere_are_not_called_uncorrected(
    market_file: Path, tmp_path: Path
) -> None:
    none, elsewhere = "No audited ads stand behind this release", "Where enough ads are labelled by people"
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        html = page(con, tmp_path)
        assert none in html
        assert elsewhere not in html
        con.execute(
            "UPDATE out_weekly_metrics_v1 SET est_ppi = est_raw, audit_n = 220 WHERE basis = 'flow' "
            "AND stratum_dim = 'all' AND week_start < ?",
            [MONDAY],
        )
        html = page(con, tmp_path)
    assert none not in html
    assert elsewhere in html
    assert (
        "Observed series: in 1 week, the first that of 9 November 2026, dots and bars are corrected" in html
    )


def test_a_single_week_with_a_figure_is_not_called_the_first(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        con.execute(
            "UPDATE out_weekly_metrics_v1 SET est_raw = NULL, ci_low = NULL, ci_high = NULL "
            "WHERE week_start < ?",
            [MONDAY],
        )
        html = page(con, tmp_path)
    assert html.count("One week with a figure, that of 16 November 2026") == 2
    assert "so far" not in html


def test_only_of_more_certifications_than_are_shown_some_are_said_to_be_left_out(
    market_file: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        assert "most often asked for" not in page(con, tmp_path)
        con.execute(
            "INSERT INTO out_certifications_v1 SELECT t.* REPLACE (cert_key || n AS cert_key, "
            "cert_name || n AS cert_name) FROM out_certifications_v1 AS t, range(13) AS _(n)"
        )
        html = page(con, tmp_path)
    assert "Of 14 certifications the 12 most often asked for." in html


def test_the_change_that_is_split_into_parts_is_that_of_openings_that_name_their_employer(
    market_file: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        for metric_id in ("M10p", "M10w", "M10b", "M10x"):
            set_metric(con, metric_id, "all", (0.01, -0.01, 0.03))
        assert "All openings that name their employer, together, changed by +3.0 pp;" in page(con, tmp_path)


def test_claims_stand_in_the_order_of_the_ledger_and_codes_are_words(html: str) -> None:
    section = html[html.index('id="claims"') : html.index('id="figures"')]
    claims = load_claims()
    for essay in (1, 2):
        tested = [c.claim for c in claims if c.essay == essay and c.not_testable is None]
        places = [section.index(f"<b>{escape(claim)}</b>") for claim in tested]
        assert places == sorted(places)
    certifications = html[html.index('<h2 id="certifications">') :].split("</section>")[0]
    assert '<td class="left">framework agile</td><td class="left">required</td>' in certifications
    assert "Methodology 1.0; lexicon 1, rules 1, model 1; code 0.1.0." in html


def set_metric(
    con: duckdb.DuckDBPyConnection, metric_id: str, stratum_dim: str, found: tuple[float, float, float]
) -> None:
    """Put a figure of the week, with its interval, in the place of what was measured."""
    row = "metric_id = ? AND week_start = ? AND stratum_dim = ?"
    con.execute(f"DELETE FROM out_weekly_metrics_v1 WHERE {row}", [metric_id, MONDAY, stratum_dim])
    con.execute(
        "INSERT INTO out_weekly_metrics_v1 SELECT * REPLACE (? AS metric_id, ? AS stratum_dim, ? AS est_raw, "
        "? AS ci_low, ? AS ci_high, 26 AS window_weeks) FROM out_weekly_metrics_v1 "
        "WHERE metric_id = 'M1' AND stratum_dim = 'all' AND weight_scheme = 'posting' AND basis = 'flow' "
        "AND week_start = ?",
        [metric_id, stratum_dim, *found, MONDAY],
    )


def test_audited_ads_and_uniformity_are_told(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        con.execute(
            "UPDATE out_weekly_metrics_v1 SET est_ppi = 0.125, audit_n = 220 WHERE metric_id = 'M1' "
            "AND stratum_dim = 'all' AND week_start = ?",
            [MONDAY],
        )
        set_metric(con, "M14", "all", (0.3, 0.2, 0.4))
        set_metric(con, "M14r", "all", (0.8, 0.7, 0.9))
        set_metric(con, "M14n", "all", (1.0, 0.95, 1.05))
        html = page(con, tmp_path)
    assert "in 30.0% of cases (95% interval 20.0% to 40.0%, 20 employers). That is 0.80 times" in html
    assert "it would be 0.95 to 1.05, so employers are more uniform inside than chance" in html
    weeks = html[html.index('<h2 id="weeks">') : html.index('<h2 id="gap">')]
    shown = re.findall(r'<th scope="row">(\S+)</th><td>M1</td><td>([^<]+)</td>', weeks)
    assert shown == [("2026-11-16", "12.5%"), ("2026-11-09", "5.0%")]
    assert "Observed series: from the week of 16 November 2026 dots and bars are corrected" in weeks


@pytest.mark.parametrize(
    ("found", "panel", "ranks", "instead", "framework"),
    [
        (
            (0.04, 0.01, 0.07),
            "it rose",
            "the share rose",
            "ads that require a certification say more often how success is judged",
            "framework ads require one more often",
        ),
        (
            (-0.04, -0.07, -0.01),
            "it fell",
            "the share fell",
            "ads that require a certification say less often how success is judged",
            "framework ads require one less often",
        ),
        ((0.04, 0.0, 0.09), *["could be chance"] * 4),
        ((-0.04, -0.09, 0.0), *["could be chance"] * 4),
    ],
    ids=["above", "below", "from zero", "up to zero"],
)
def test_a_difference_is_claimed_in_its_direction_where_its_interval_leaves_zero_out(
    market_file: Path,
    tmp_path: Path,
    found: tuple[float, float, float],
    panel: str,
    ranks: str,
    instead: str,
    framework: str,
) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        for metric_id in ("M10p", "M10k", "M14", "M14r", "M14n"):
            set_metric(con, metric_id, "all", found)
        for metric_id in ("M12", "M12f"):
            set_metric(con, metric_id, "pooled", found)
        con.execute("UPDATE out_cert_by_criteria_v1 SET rd = ?, rd_low = ?, rd_high = ?", found)
        html = page(con, tmp_path)
    parts = {
        name: html[html.index(f'<h2 id="{name}"') :].split("</section>")[0].split("<figure>")
        for name in ("trend", "instead", "framework")
    }
    assert "more uniform inside" not in html  # the ratio is not under all that chance would make
    panel_said, ranks_said = parts["trend"][0].split("Mann-Kendall")
    claims = (
        "it rose",
        "it fell",
        "the share rose",
        "the share fell",
        "could be chance",
        "more often",
        "less often",
    )
    for paragraph, expected in (
        (panel_said, panel),
        (ranks_said, ranks),
        (parts["instead"][0], instead),
        (parts["framework"][1], framework),
    ):
        said = paragraph.split("(95% interval")[-1]
        assert expected in said
        assert [claim for claim in claims if claim in said] == [
            claim for claim in claims if claim in expected
        ]


def test_what_rounds_to_no_change_is_told_without_a_sign(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        set_metric(con, "M10p", "all", (0.01, -0.01, 0.03))
        set_metric(con, "M10", "all", (-0.0001, -0.02, 0.0001))
        set_metric(con, "M10k", "all", (-0.001, -0.5, 0.001))
        html = page(con, tmp_path)
    assert "the odds changed by 0.0% a week (95% interval −2.0% to 0.0%): it could be chance." in html
    assert "(Mann-Kendall, tau 0.00, 95% interval −0.50 to 0.00), the change could be chance." in html


def test_changes_on_a_year_are_told_where_there_are_any(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        (tmp_path / "before").mkdir()
        assert "52 weeks" not in page(con, tmp_path / "before")
        for metric_id, found in {
            "M1y": (0.04, 0.01, 0.07),
            "M1by": (0.99, 0.98, 1.0),
            "M5y": (-0.02, -0.05, 0.0),
            "M6y": (0.06, 0.02, 0.1),
        }.items():
            set_metric(con, metric_id, "all", found)
        con.execute("UPDATE out_weekly_metrics_v1 SET mde_change = 0.08 WHERE metric_id LIKE 'M_y'")
        html = page(con, tmp_path)
    trend = html[html.index('<h2 id="trend">') : html.index('<h2 id="instead">')]
    told = trend[trend.index("Compared with a year earlier") :].split("</p>")[0]
    assert told == (
        "Compared with a year earlier (four weeks of the observed series against the four that end 52 weeks "
        "before): the share that requires a certification changed by +4.0 pp (95% interval +1.0 pp to "
        "+7.0 pp; it rose), the share that says how success is judged changed by −2.0 pp (95% interval "
        "−5.0 pp to 0.0 pp; it could be chance), the gap between the two changed by +6.0 pp (95% interval "
        "+2.0 pp to +10.0 pp; it rose). The smallest changes that would show four times in five: 8.0, 8.0 "
        "and 8.0 points."
    )
