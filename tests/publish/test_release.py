"""Releases appear whole or not at all, are never rewritten, and say what they are."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import frictionless
import pytest

from include.publish.identity import OtherWeekMeasuredError
from include.publish.naming import CHECKSUMS, DATABASE, ReleaseName, list_releases
from include.publish.release import DamagedReleaseError, publish_week, verify_release, verify_releases
from include.settings import PROJECT_ROOT
from include.storage import StorageError
from tests.measure.warehouse import Warehouse
from tests.publish.measured import MONDAY, add_weeks, empty_market, measure, measured_market, visible

BESIDE = ["feed.atom", "index.html", "latest", "vintages.csv"]


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file but the database's."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != DATABASE}


def test_the_release_is_complete_and_matches_its_checksums(published: Path) -> None:
    assert verify_release(published) == []
    assert {"index.html", "release.json", "diff.json", "datapackage.json", "csv-metadata.json",
            "data_dictionary.md", "CITATION.cff", "LICENSE.txt", "headline_wide.csv", "headline_wide.xlsx",
            "headline.vl.json", DATABASE} <= {path.name for path in published.iterdir()}  # fmt: skip
    assert visible(published.parent) == sorted([published.name, *BESIDE])
    assert (published.parent / "latest").resolve() == published.resolve()


def test_a_changed_byte_and_a_lost_file_are_told(published: Path, tmp_path: Path) -> None:
    copy = tmp_path / published.name
    copy.mkdir()
    for name, data in contents(published).items():
        (copy / name).write_bytes(data)
    (copy / "headline_wide.csv").write_bytes(b"x")
    (copy / "CITATION.cff").unlink()
    assert verify_release(copy) == [
        "CITATION.cff is missing",
        "headline_wide.csv differs from its checksum",
    ]


@pytest.mark.parametrize("name", ["headline_wide.csv", CHECKSUMS, DATABASE])
def test_a_file_that_cannot_be_read_is_told_beside_what_else_is_wrong(releases: Path, name: str) -> None:
    """As one on a bad sector: what is told of must not end there."""
    release = releases / "2026-W47"
    (release / "CITATION.cff").unlink()
    (release / name).unlink()
    (release / name).symlink_to("/proc/self/mem")  # a file whose reading fails whoever reads it
    problems = verify_releases(releases)
    assert f"2026-W47: {name} cannot be read: Input/output error" in problems
    assert ("2026-W47: CITATION.cff is missing" in problems) == (name != CHECKSUMS)


def test_checksums_that_are_no_text_are_told(releases: Path) -> None:
    (releases / "2026-W47" / CHECKSUMS).write_bytes(b"\xff\xfe")
    assert verify_releases(releases) == [
        f"2026-W47: {CHECKSUMS} cannot be read: it is no text",
        f"2026-W47: its {CHECKSUMS} is not the one that the ledger vintages.csv has",
    ]


def test_frictionless_finds_the_data_package_valid(published: Path) -> None:
    report = frictionless.validate(str(published / "datapackage.json"))
    assert report.valid, report.flatten(["fieldName", "type", "message"])
    assert len(report.tasks) == len(json.loads((published / "datapackage.json").read_text())["resources"])


def test_frictionless_sees_a_broken_cell(published: Path, tmp_path: Path) -> None:
    for name, data in contents(published).items():
        (tmp_path / name).write_bytes(data)
    broken = tmp_path / "coverage_v1.csv"
    broken.write_text(broken.read_text().replace("observed", "guessed", 1))
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_the_same_figures_give_the_same_bytes_elsewhere(
    market: Warehouse, published: Path, tmp_path: Path
) -> None:
    again = publish_week(market.con, tmp_path / "releases", MONDAY, "simulated")
    assert contents(again) == contents(published)


def test_publishing_twice_changes_nothing(market: Warehouse, releases: Path) -> None:
    first = releases / "2026-W47"
    before = contents(first), (releases / "vintages.csv").read_text(), (first / DATABASE).stat().st_mtime_ns
    assert publish_week(market.con, releases, MONDAY, "simulated") == first
    assert visible(releases) == sorted([first.name, *BESIDE])
    assert before == (
        contents(first), (releases / "vintages.csv").read_text(), (first / DATABASE).stat().st_mtime_ns
    )  # fmt: skip


def test_other_figures_of_a_published_week_become_a_revision(market_file: Path, releases: Path) -> None:
    market = Warehouse.load(market_file)
    first = releases / "2026-W47"
    before = contents(first)
    market.add("employer 00", MONDAY, cert_status="required", cert_timing="at_hire")
    measure(market.con, MONDAY)
    second = publish_week(market.con, releases, MONDAY, "simulated")
    assert second.name == "2026-W47-r2"
    assert contents(first) == before
    assert (releases / "latest").resolve() == second
    diff = json.loads((second / "diff.json").read_text())
    assert diff["compared_with"] == "2026-W47"
    assert diff["n_revised"] > 0
    revised = {(row["metric_id"], row["weight_scheme"], row["basis"]): row for row in diff["revised"]}
    assert revised["M1", "posting", "flow"]["before"] == pytest.approx(2 / 40)
    assert revised["M1", "posting", "flow"]["after"] == pytest.approx(3 / 41)
    units = {row["metric_id"]: row["unit"] for row in diff["revised"]}
    assert (units["M1"], units["M6"], units.get("M5w", "per_1000_words")) == (
        "fraction", "change", "per_1000_words",
    )  # fmt: skip
    assert "revision 2026-W47-r2" in (second / "index.html").read_text()
    assert publish_week(market.con, releases, MONDAY, "simulated") == second


def test_a_week_published_late_does_not_become_the_latest(market_file: Path, releases: Path) -> None:
    market = Warehouse.load(market_file)
    newest = releases / "2026-W47"
    measure(market.con, MONDAY - timedelta(weeks=1))
    late = publish_week(market.con, releases, MONDAY - timedelta(weeks=1), "simulated")
    assert late.name == "2026-W46"
    assert (releases / "latest").resolve() == newest
    assert verify_release(newest) == []


def test_the_figures_of_another_week_are_never_published_under_this_ones_name(
    market: Warehouse, tmp_path: Path
) -> None:
    with pytest.raises(OtherWeekMeasuredError, match=r"2026-W46 is not published.*figures of 2026-W47"):
        publish_week(market.con, tmp_path / "releases", MONDAY - timedelta(weeks=1), "simulated")
    assert not (tmp_path / "releases").exists()


def test_the_years_week_53(tmp_path: Path) -> None:
    monday = date(2026, 12, 28)  # the ISO year 2026 has 53 weeks; this one ends in January 2027
    release = publish_week(measured_market(monday).con, tmp_path, monday, "simulated")
    assert release.name == "2026-W53"
    assert "28 December to 3 January 2027" in (release / "index.html").read_text()
    assert "date-released: 2027-01-04" in (release / "CITATION.cff").read_text()


def test_a_week_without_openings_is_published_and_says_so(tmp_path: Path) -> None:
    market = measured_market(MONDAY - timedelta(weeks=5), weeks=1)
    market.read(MONDAY)
    measure(market.con, MONDAY)
    release = publish_week(market.con, tmp_path, MONDAY, "simulated")
    assert "no figure to show" in (release / "index.html").read_text()
    assert verify_release(release) == []


def test_one_employer_only_is_withheld_not_shown(tmp_path: Path) -> None:
    market = empty_market()
    market.add("only one", MONDAY, copies=60, cert_status="required", cert_timing="at_hire")
    market.read(MONDAY)
    measure(market.con, MONDAY)
    release = publish_week(market.con, tmp_path, MONDAY, "simulated")
    html = (release / "index.html").read_text()
    assert "60 new product-manager openings were counted this week, at too few employers" in html
    assert html.count("too few openings or employers to show their mix") == 3
    figures = json.loads((release / "release.json").read_text())["headline"]["figures"]
    assert {figure["estimate"] for figure in figures} == {None}


def test_a_half_written_folder_is_moved_aside(market: Warehouse, tmp_path: Path) -> None:
    unfinished = tmp_path / "2026-W47"
    unfinished.mkdir()
    (unfinished / "index.html").write_text("<p>cut")
    release = publish_week(market.con, tmp_path, MONDAY, "simulated")
    assert release.name == "2026-W47"
    assert verify_release(release) == []
    assert (tmp_path / ".unfinished" / "2026-W47" / "index.html").read_text() == "<p>cut"


def test_a_damaged_release_is_never_built_upon(market: Warehouse, releases: Path) -> None:
    (releases / "2026-W47" / "weekly_metrics_v1.csv").write_text("changed")
    with pytest.raises(DamagedReleaseError, match=r"weekly_metrics_v1.csv differs.*backup"):
        publish_week(market.con, releases, MONDAY, "simulated")


def test_foreign_folders_are_passed_over(market: Warehouse, tmp_path: Path) -> None:
    for name in ("2026-W47.bak", "2026-W99-rx", "notes"):
        (tmp_path / name).mkdir()
    release = publish_week(market.con, tmp_path, MONDAY, "simulated")
    assert list_releases(tmp_path) == [ReleaseName("2026-W47")]
    assert (tmp_path / "latest").resolve() == release


_CHILD = """
import resource, signal, sys
from pathlib import Path
from include.publish.release import publish_week
from tests.measure.warehouse import load_database
from tests.publish.measured import MONDAY
con = load_database(Path(sys.argv[2]))
limit = int(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
print("ready", flush=True)
publish_week(con, Path(sys.argv[1]), MONDAY, "simulated")
"""


def child(releases: Path, market_file: Path, limit: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(releases), str(market_file), str(limit)],
        cwd=PROJECT_ROOT, env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("limit", [2_000, 60_000])
def test_a_full_disk_leaves_nothing_visible(tmp_path: Path, market_file: Path, limit: int) -> None:
    run = child(tmp_path / "releases", market_file, limit)
    _, errors = run.communicate(timeout=120)
    assert run.returncode == 1
    assert StorageError.__name__ in errors
    assert "Nothing" in errors
    assert list((tmp_path / "releases").iterdir()) == []


def test_killed_in_mid_write_nothing_is_visible_and_the_next_run_is_whole(
    market: Warehouse, market_file: Path, tmp_path: Path
) -> None:
    releases = tmp_path / "releases"
    run = child(releases, market_file, 0)
    assert run.stdout is not None
    assert run.stdout.readline() == "ready\n"
    give_up_at = time.monotonic() + 60
    while not list(releases.glob(".draft/.*.tmp/*.parquet")):
        assert time.monotonic() < give_up_at
        assert run.poll() is None
        time.sleep(0.005)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    assert visible(releases) == []
    release = publish_week(market.con, releases, MONDAY, "simulated")
    assert verify_release(release) == []
    assert not (releases / ".draft").exists()


def test_killed_before_latest_moved_the_next_run_finishes(market: Warehouse, releases: Path) -> None:
    for name in BESIDE:
        (releases / name).unlink()
    assert publish_week(market.con, releases, MONDAY, "simulated") == releases / "2026-W47"
    assert visible(releases) == sorted(["2026-W47", *BESIDE])
    assert "2026-W47" in (releases / "vintages.csv").read_text()


def test_the_database_has_comments_views_and_macros(published: Path) -> None:
    with duckdb.connect(str(published / DATABASE), read_only=True) as con:
        bare = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal"
        ).fetchall()
        assert bare == []
        newest = con.execute("SELECT week_start, series_kind, weight_scheme, metric_id FROM headline LIMIT 3")
        assert newest.fetchall() == [(MONDAY, "observed", "posting", metric) for metric in ("M1", "M5", "M6")]
        assert con.execute("SELECT week_start, est_raw FROM weekly('M1')").fetchall()[-1] == (MONDAY, 2 / 40)
        as_of = "SELECT week_start, estimate, vintage FROM as_of('2026-11-23')"
        assert con.execute(as_of).fetchall()[-1] == (MONDAY, 2 / 40, "2026-W47")
        assert con.execute("SELECT * FROM as_of('2026-11-22')").fetchall() == []
        quotes = con.execute("SELECT count(*) FROM core_certification_mentions").fetchone()
        assert quotes == (4,)


def test_the_checksums_are_written_last(published: Path) -> None:
    named = {line.split("  ")[1] for line in (published / CHECKSUMS).read_text().splitlines()}
    assert named == {path.name for path in published.iterdir()} - {CHECKSUMS, DATABASE}


def test_a_release_compares_itself_with_the_week_before(market_file: Path, releases: Path) -> None:
    market = Warehouse.load(market_file)
    following = MONDAY + timedelta(weeks=1)
    add_weeks(market, following, 1)
    measure(market.con, following)
    release = publish_week(market.con, releases, following, "simulated")
    diff = json.loads((release / "diff.json").read_text())
    assert (diff["compared_with"], diff["weeks_added"]) == ("2026-W47", ["2026-11-23"])
    assert "Compared with" in (release / "index.html").read_text()


def test_a_dump_that_was_imported_since_is_named(market_file: Path, releases: Path) -> None:
    market = Warehouse.load(market_file)
    market.add("other", MONDAY, series_kind="archived", source="import/ads")
    measure(market.con, MONDAY, releases=releases)
    release = publish_week(market.con, releases, MONDAY, "simulated")
    diff = json.loads((release / "diff.json").read_text())
    assert (diff["compared_with"], diff["imports_added"], diff["imports_removed"]) == (
        "2026-W47", ["import/ads"], [],
    )  # fmt: skip
    html = (release / "index.html").read_text()
    assert "Imported dumps changed (import/ads is new), so figures of the archived series may differ" in html


def test_an_interval_stands_beside_the_figure_that_it_is_of(market_file: Path, tmp_path: Path) -> None:
    market = Warehouse.load(market_file)
    market.con.execute(
        "UPDATE out_weekly_metrics_v1 SET est_ppi = est_raw + 0.25, ci_low = est_raw + 0.2, "
        "ci_high = est_raw + 0.3, audit_n = 120, inner_low = est_raw + 0.22, inner_high = est_raw + 0.28 "
        "WHERE metric_id IN ('M1', 'M6') AND est_raw IS NOT NULL AND week_start = ?",
        [MONDAY],
    )
    folder = publish_week(market.con, tmp_path, MONDAY, "simulated")
    with duckdb.connect(str(folder / DATABASE), read_only=True) as con:
        outside = "pct NOT BETWEEN ci_low_pct AND ci_high_pct"
        assert con.execute(f"SELECT count(*) FROM headline WHERE {outside}").fetchone() == (0,)
        corrected = con.execute("SELECT DISTINCT pct FROM headline WHERE audit_n > 0 AND metric_id = 'M1'")
        assert corrected.fetchall() == [(30.0,)]
        assert con.execute("SELECT est_raw, est_ppi, audit_n FROM weekly('M1')").fetchall()[-1] == (
            0.05,
            0.3,
            120,
        )
    with (folder / "headline_wide.csv").open(encoding="utf-8", newline="") as file:
        last = [row for row in csv.DictReader(file) if row["week_start"] == MONDAY.isoformat()]
    assert {(row["M1_pct"], row["M1_ci_low_pct"], row["M1_ci_high_pct"]) for row in last} == {
        ("30.0", "25.0", "35.0")
    }
    page = (folder / "index.html").read_text()
    assert "corrected by 120 audited ads from 5.0% (for these ads alone 27.0% to 33.0%)" in page
    assert (
        "from the week of 16 November 2026 dots and bars are corrected by audited ads; the line is not"
        in page
    )
    assert "(+17.5 pp, 95% interval +12.5 pp to +22.5 pp)" in page


def test_figures_that_are_given_for_the_releases_week_alone_are_not_gone_a_week_later(
    market_file: Path, releases: Path
) -> None:
    market = Warehouse.load(market_file)
    following = MONDAY + timedelta(weeks=1)
    add_weeks(market, following, 1)
    measure(market.con, following, releases=releases)
    diff = json.loads((publish_week(market.con, releases, following, "simulated") / "diff.json").read_text())
    pooled = market.rows("SELECT count(*) AS n FROM out_weekly_metrics_v1 WHERE stratum_dim = 'pooled'")
    assert pooled[0]["n"] > 0
    assert diff["n_removed"] == 0
