"""What was published on a day, what later releases changed, and the guard of frozen figures."""

from __future__ import annotations

import csv
import json
import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from include.measure.revisions import measure_revisions
from include.publish.identity import measured_identity
from include.publish.naming import CHECKSUMS, DATABASE, ReleaseName
from include.publish.release import publish_week, verify_releases
from include.publish.revisions import FrozenFigureMovedError, check_frozen
from include.publish.vintages import LEDGER, LedgerError, as_of, read_ledger, record
from include.storage import sha256_of_file
from include.warehouse.cards import create_table_sql, load_card
from tests.measure.warehouse import Warehouse, load_database
from tests.publish.measured import MONDAY, add_weeks, empty_market, measure, stamp

TUESDAY = date(2026, 11, 24)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture(scope="module")
def history(published: Path, market_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """W47 on Monday, revised on Wednesday, W48 a week later."""
    releases = tmp_path_factory.mktemp("history") / "releases"
    shutil.copytree(published.parent, releases, symlinks=True)
    market = Warehouse.load(market_file)
    market.add("employer 00", MONDAY, cert_status="required", cert_timing="at_hire")
    measure(market.con, MONDAY, releases=releases)
    publish_week(market.con, releases, MONDAY, "simulated", now=at(TUESDAY + timedelta(days=1)))
    following = MONDAY + timedelta(weeks=1)
    add_weeks(market, following, 1)
    measure(market.con, following, releases=releases)
    publish_week(market.con, releases, following, "simulated", now=at(date(2026, 11, 30)))
    return releases


@pytest.mark.parametrize(
    ("day", "release"),
    [
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), "2026-W47"),
        (date(2026, 11, 24), "2026-W47"),
        (date(2026, 11, 25), "2026-W47-r2"),
        (date(2026, 12, 24), "2026-W48"),
    ],
)
def test_as_of_returns_the_release_of_the_day(history: Path, day: date, release: str | None) -> None:
    found = as_of(history, day)
    assert (found.name if found else None) == release


def test_as_of_refuses_a_release_that_was_changed_or_lost(releases: Path) -> None:
    checksums = releases / "2026-W47" / "SHA256SUMS"
    checksums.write_text("")
    with pytest.raises(LedgerError, match="not what was published"):
        as_of(releases, TUESDAY)
    checksums.unlink()
    with pytest.raises(LedgerError, match="no longer there"):
        as_of(releases, TUESDAY)


def test_the_name_of_a_lost_release_is_not_given_to_another_until_its_line_is_removed(
    releases: Path, market_file: Path
) -> None:
    market = Warehouse.load(market_file)
    published = (releases / "2026-W47" / "SHA256SUMS").read_bytes()
    shutil.rmtree(releases / "2026-W47")
    with pytest.raises(LedgerError, match=r"no longer there.*remove its line from vintages.csv"):
        publish_week(market.con, releases, MONDAY, "simulated")
    (releases / LEDGER).write_text("release,recorded_at,sha256\n")
    publish_week(market.con, releases, MONDAY, "simulated", now=at(TUESDAY))
    assert (releases / "2026-W47" / "SHA256SUMS").read_bytes() == published
    assert [vintage.release for vintage in read_ledger(releases)] == ["2026-W47"]


@pytest.mark.parametrize(
    "line",
    [
        "2026-W47,yesterday,abc",
        "2026-W47,2026-11-23T12:00:00,abc",
        "week 47,2026-11-23T12:00:00+00:00,abc",
        "2026-W47,2026-11-23T12:00:00+00:00,",
        "2026-W47,2026-11-23T12:00:00+00:00",
        "2026-W47",
    ],
)
def test_a_broken_line_of_the_ledger_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "vintages.csv").write_text(f"release,recorded_at,sha256\n{line}\n")
    with pytest.raises(LedgerError, match="line 2"):
        read_ledger(tmp_path)


def add_release(releases: Path, name: str, finished: datetime) -> None:
    """Make the least that is a release, finished at a time."""
    checksums = releases / name / CHECKSUMS
    checksums.parent.mkdir(parents=True)
    checksums.write_text(f"0  {name}\n")
    os.utime(checksums, (finished.timestamp(), finished.timestamp()))


def test_releases_that_the_ledger_lacks_come_last_in_the_order_in_which_they_were_finished(
    tmp_path: Path,
) -> None:
    add_release(tmp_path, "2026-W47", at(TUESDAY))
    record(tmp_path, ReleaseName("2026-W47"), at(TUESDAY))
    add_release(tmp_path, "2026-W45", at(TUESDAY, 10))  # brought back since
    add_release(tmp_path, "2026-W46", at(TUESDAY, 9))
    found = [(vintage.release, vintage.recorded_at) for vintage in read_ledger(tmp_path)]
    assert found == [
        ("2026-W47", at(TUESDAY)), ("2026-W46", at(TUESDAY, 9)), ("2026-W45", at(TUESDAY, 10)),
    ]  # fmt: skip


def test_a_release_has_one_line_to_the_second(tmp_path: Path) -> None:
    add_release(tmp_path, "2026-W47", at(TUESDAY))
    record(tmp_path, ReleaseName("2026-W47"), at(TUESDAY))
    record(tmp_path, ReleaseName("2026-W47"), at(TUESDAY, 13).replace(microsecond=5))
    digest = sha256_of_file(tmp_path / "2026-W47" / CHECKSUMS)
    assert (tmp_path / LEDGER).read_text() == (
        f"release,recorded_at,sha256,database_sha256\n2026-W47,2026-11-24T13:00:00+00:00,{digest},\n"
    )


def test_as_of_goes_by_week_and_revision_among_what_was_visible_by_the_end_of_the_day(tmp_path: Path) -> None:
    for name, recorded in (
        ("2026-W48", at(TUESDAY, 1)),
        ("2026-W47-r9", at(TUESDAY, 2)),
        ("2026-W47-r10", at(TUESDAY, 23).replace(minute=59, second=59)),
    ):
        add_release(tmp_path, name, recorded)
        release = ReleaseName.parse(name)
        record(tmp_path, release, recorded)
    assert as_of(tmp_path, TUESDAY) == tmp_path / "2026-W48"
    text = (tmp_path / LEDGER).read_text()
    (tmp_path / LEDGER).write_text(text.replace("2026-W48,2026-11-24", "2026-W48,2026-11-25"))
    assert as_of(tmp_path, TUESDAY) == tmp_path / "2026-W47-r10"
    assert as_of(tmp_path, TUESDAY - timedelta(days=1)) is None


def test_of_several_frozen_figures_that_moved_the_one_that_moved_most_is_named() -> None:
    con = duckdb.connect()
    con.execute(create_table_sql(load_card("out_revisions_v1")).replace(" NOT NULL", ""))

    def add(metric: str, first: float | None, now: float | None, is_violation: bool = True) -> None:
        con.execute(
            "INSERT INTO out_revisions_v1 BY NAME SELECT ? AS week_start, ? AS metric_id, 'posting' AS "
            "weight_scheme, 'flow' AS basis, 'observed' AS series_kind, ? AS first_estimate, ? AS estimate, "
            "? AS revision, ? AS is_violation",
            [MONDAY, metric, first, now, now - first if now and first else None, is_violation],
        )

    add("M6", 0.1, 0.9, is_violation=False)
    check_frozen(con)
    add("M1", 0.05, 0.06)
    add("M5", 0.3, 0.1)
    said = r"^2 frozen figures differ .* M5 of the week of 2026-11-16 \(observed, flow, by posting\): 0.3000 "
    with pytest.raises(FrozenFigureMovedError, match=said + "published first, 0.1000 now"):
        check_frozen(con)
    add("M2", None, 0.0)
    with pytest.raises(FrozenFigureMovedError, match=r"^3 .* M2 .* suppressed published first, 0.0000 now"):
        check_frozen(con)


def test_a_ledger_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    ledger = tmp_path / LEDGER
    ledger.write_bytes(b"release,recorded_at,sha256\n\xff\xfe\n")
    with pytest.raises(LedgerError, match=r"vintages.csv cannot be read: .*Bring it back from a backup"):
        read_ledger(tmp_path)
    ledger.write_text('release,recorded_at,sha256\n"' + "a" * 2_000)  # a quote that is never closed
    longest = csv.field_size_limit(1_000)  # of the process
    try:
        with pytest.raises(LedgerError, match=r"vintages.csv cannot be read: field larger"):
            read_ledger(tmp_path)
    finally:
        csv.field_size_limit(longest)
    ledger.unlink()
    ledger.symlink_to("/proc/self/mem")  # a file whose reading fails whoever reads it
    with pytest.raises(LedgerError, match=r"vintages.csv cannot be read: .*Input/output error"):
        read_ledger(tmp_path)


def test_an_emptied_ledger_is_not_taken_for_one_without_releases(releases: Path) -> None:
    (releases / LEDGER).write_text("")
    with pytest.raises(LedgerError, match=r"it is damaged\. Bring it back from a backup"):
        read_ledger(releases)


def test_a_database_that_a_reader_wrote_to_is_told(releases: Path) -> None:
    assert verify_releases(releases) == []
    database = releases / "2026-W47" / DATABASE
    with duckdb.connect(str(database)) as con:
        con.execute("CREATE TABLE notes_of_a_reader AS SELECT 1 AS x")
    assert verify_releases(releases) == [
        "2026-W47: hiring_signals.duckdb is not the one that the ledger vintages.csv has"
    ]
    database.unlink()
    assert verify_releases(releases) == ["2026-W47: hiring_signals.duckdb is missing"]
    # A line from before the column says nothing of the database.
    lines = [line.rsplit(",", 1)[0] for line in (releases / LEDGER).read_text().splitlines()]
    (releases / LEDGER).write_text("\n".join(lines) + "\n")
    assert verify_releases(releases) == []


def test_the_triangle_holds_what_each_release_said(history: Path) -> None:
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT vintage, lag_weeks, estimate, revision FROM read_parquet(?) WHERE metric_id = 'M1' "
            "AND weight_scheme = 'posting' AND basis = 'flow' AND week_start = ? ORDER BY vintage",
            [str(history / "2026-W48" / "revisions_v1.parquet"), MONDAY],
        ).fetchall()
    assert [(row[0], row[1]) for row in rows] == [("2026-W47", 0), ("2026-W47-r2", 0), ("2026-W48", 1)]
    assert [row[2] for row in rows] == pytest.approx([2 / 40, 3 / 41, 3 / 41])
    assert [row[3] for row in rows] == pytest.approx([0, 3 / 41 - 2 / 40, 3 / 41 - 2 / 40])


def test_the_mean_absolute_revision_is_published(history: Path) -> None:
    diff = json.loads((history / "2026-W48" / "diff.json").read_text())
    found = {
        (row["metric_id"], row["weight_scheme"], row["lag_weeks"]): row["mean_absolute_revision"]
        for row in diff["mean_absolute_revisions"]
    }
    assert found["M1", "posting", 1] == pytest.approx(3 / 41 - 2 / 40)
    with duckdb.connect(str(history / "2026-W48" / DATABASE), read_only=True) as con:
        rows = con.execute(
            "SELECT metric_id, weight_scheme, lag_weeks, n_weeks, mean_absolute_revision "
            "FROM revision_statistics WHERE metric_id IN ('M1', 'M5', 'M6')"
        ).fetchall()
    assert {row[:3]: pytest.approx(row[4]) for row in rows} == {k: v for k, v in found.items() if k[2] > 0}
    assert {row[3] for row in rows} == {1}
    assert "mean absolute revision" in (history / "2026-W48" / "index.html").read_text()


def test_the_database_answers_as_of_any_day(history: Path) -> None:
    with duckdb.connect(str(history / "2026-W48" / DATABASE), read_only=True) as con:
        query = "SELECT estimate, vintage FROM as_of(?) WHERE week_start = ?"
        assert con.execute(query, ["2026-11-24", MONDAY]).fetchall() == [(2 / 40, "2026-W47")]
        assert con.execute(query, ["2026-11-26", MONDAY]).fetchall() == [(3 / 41, "2026-W47-r2")]
        assert con.execute(query, ["2026-12-01", MONDAY]).fetchall() == [(3 / 41, "2026-W48")]


def test_a_revision_after_a_newer_week_speaks_of_its_own_weeks_and_latest_stands(
    history: Path, market_file: Path, tmp_path: Path
) -> None:
    releases = tmp_path / "releases"
    shutil.copytree(history, releases, symlinks=True)
    market = Warehouse.load(market_file)
    market.add("employer 01", MONDAY, copies=2, cert_status="required", cert_timing="at_hire")
    measure(market.con, MONDAY, releases=releases)
    late = publish_week(market.con, releases, MONDAY, "simulated", now=at(date(2026, 12, 2)))
    assert late.name == "2026-W47-r3"
    with duckdb.connect(str(late / DATABASE), read_only=True) as con:
        assert con.execute("SELECT max(week_start) FROM out_revisions_v1").fetchall() == [(MONDAY,)]
        # `latest` is W48 still, so a reader of that day saw what it says of the week.
        query = "SELECT estimate, vintage FROM as_of('2026-12-03') WHERE week_start = ?"
        assert con.execute(query, [MONDAY]).fetchall() == [(3 / 41, "2026-W48")]


@pytest.fixture(scope="module")
def long_history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Ten weeks published at once, so that two of them are frozen; and the measured warehouse."""
    root = tmp_path_factory.mktemp("long")
    market = empty_market()
    add_weeks(market, MONDAY, 10)
    measure(market.con, MONDAY)
    publish_week(market.con, root / "releases", MONDAY, "simulated", now=at(TUESDAY))
    return root / "releases", market.save(root / "warehouse.duckdb")


def moved(releases: Path, file: Path, change: str, methodology: str = "1.0") -> duckdb.DuckDBPyConnection:
    """Return the warehouse in memory with one statement applied to the weekly metrics, revisions measured."""
    con = load_database(file)
    con.execute(f"UPDATE out_weekly_metrics_v1 SET {change}")
    remeasure(con, releases, methodology)
    return con


def remeasure(con: duckdb.DuckDBPyConnection, releases: Path, methodology: str = "1.0") -> ReleaseName:
    identity = measured_identity(con, releases, MONDAY)
    own, earlier = identity.vintages(releases)
    measure_revisions(con, stamp(MONDAY, methodology), own, earlier)
    return identity.name


def violations(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT vintage, week_start, metric_id, weight_scheme FROM out_revisions_v1 WHERE is_violation"
    ).fetchall()


FROZEN = (
    "week_start = DATE '2026-09-21' AND metric_id = 'M1' AND weight_scheme = 'posting' "
    "AND basis = 'flow' AND stratum_dim = 'all'"
)


@pytest.mark.parametrize("value", ["est_raw + 0.0011", "NULL"])
def test_a_moved_frozen_figure_stops_the_release(long_history: tuple[Path, Path], value: str) -> None:
    releases, file = long_history
    with (
        moved(releases, file, f"est_raw = {value} WHERE {FROZEN}") as con,
        pytest.raises(FrozenFigureMovedError, match=r"M1 of the week of 2026-09-21.*METHODOLOGY_VERSION"),
    ):
        publish_week(con, releases, MONDAY, "simulated")
    assert [path.name for path in releases.glob("20*")] == ["2026-W47"]


@pytest.mark.parametrize(
    ("change", "n_violations"),
    [
        (f"est_raw = est_raw + 0.0009 WHERE {FROZEN}", 0),
        (f"est_raw = est_raw + 0.1 WHERE {FROZEN.replace('2026-09-21', '2026-09-28')}", 0),
        ("est_raw = est_raw + 0.1, methodology_version = '2.0'", 0),
        (f"est_raw = est_raw + 0.02 WHERE {FROZEN}", 1),
        (f"est_raw = est_raw + 0.02, taxonomy_version = 'lexicon 2' WHERE {FROZEN}", 1),
        (f"est_ppi = est_raw + 0.02 WHERE {FROZEN}", 1),
    ],
    ids=[
        "within rounding",
        "provisional week",
        "new method",
        "moved",
        "new classifier at the old method",
        "corrected when it is too late",
    ],
)
def test_what_may_move(long_history: tuple[Path, Path], change: str, n_violations: int) -> None:
    releases, file = long_history
    with moved(releases, file, change) as con:
        assert violations(con) == [("2026-W47-r2", date(2026, 9, 21), "M1", "posting")] * n_violations


def test_equal_figures_are_the_release_that_is_out(long_history: tuple[Path, Path]) -> None:
    releases, file = long_history
    with moved(releases, file, "est_raw = est_raw") as con:
        assert remeasure(con, releases) == ReleaseName("2026-W47")
        con.execute("UPDATE out_coverage_v1 SET n_rejected = n_rejected + 1")
        assert remeasure(con, releases) == ReleaseName("2026-W47", 2)


def test_publishing_does_not_touch_what_the_gate_has_seen(long_history: tuple[Path, Path]) -> None:
    releases, file = long_history
    with moved(releases, file, f"est_raw = est_raw + 0.0009 WHERE {FROZEN}") as con:
        query = "SELECT * FROM out_revisions_v1 ORDER BY ALL"
        before = con.execute(query).fetchall()
        target = releases.parent / "copy"
        shutil.copytree(releases, target, symlinks=True)
        publish_week(con, target, MONDAY, "simulated")
        assert con.execute(query).fetchall() == before


def test_the_reconstructed_series_may_move(tmp_path: Path) -> None:
    market = empty_market()
    add_weeks(market, MONDAY, 1)
    market.con.execute("UPDATE core_openings SET series_kind = 'reconstructed', opened_date = "
                       "opened_date - 70, week_start = week_start - 70")  # fmt: skip
    measure(market.con, MONDAY)
    publish_week(market.con, tmp_path, MONDAY, "simulated")
    market.con.execute("UPDATE out_weekly_metrics_v1 SET est_raw = est_raw + 0.05")
    remeasure(market.con, tmp_path)
    flags = market.con.execute(
        "SELECT bool_or(is_violation), count(*) > 0 FROM out_revisions_v1 WHERE series_kind = 'reconstructed'"
    ).fetchone()
    assert flags == (False, True)


def failed_check(market: Warehouse, day: date, observed: str) -> None:
    """Put a warning of a built day on record: pages say it, and no figure rests on it."""
    market.con.execute(
        "INSERT INTO core_validation_results BY NAME SELECT ? AS partition_key, 'warning' AS severity, "
        "false AS is_success, 'core_board_reads' AS table_name, 'boards_answer' AS expectation_id, "
        "'Boards answer.' AS description, 'why' AS reason, ? AS observed_value",
        [day.isoformat(), observed],
    )


def triangle(release: Path) -> list[tuple[str, int]]:
    """Return the vintages that a release's triangle has, with their rows."""
    with duckdb.connect() as con:
        return con.execute(
            "SELECT vintage, count(*) FROM read_parquet(?) GROUP BY vintage ORDER BY min(lag_weeks), vintage",
            [str(release / "revisions_v1.parquet")],
        ).fetchall()


def test_a_revision_in_words_alone_has_a_triangle_of_its_own_and_stays_the_last(
    releases: Path, market_file: Path
) -> None:
    market = Warehouse.load(market_file)
    failed_check(market, MONDAY, "3 of 4")
    measure(market.con, MONDAY, releases=releases)
    second = publish_week(market.con, releases, MONDAY, "simulated", now=at(TUESDAY))
    assert second.name == "2026-W47-r2"
    assert json.loads((second / "diff.json").read_text())["n_revised"] == 0
    [(first, n_rows), (own, n_own)] = triangle(second)
    assert (first, own, n_rows) == ("2026-W47", "2026-W47-r2", n_own)
    with duckdb.connect(str(second / DATABASE), read_only=True) as con:
        query = "SELECT vintage FROM as_of(?) WHERE week_start = ?"
        assert con.execute(query, [TUESDAY, MONDAY]).fetchall() == [("2026-W47-r2",)]
    for _ in range(2):
        measure(market.con, MONDAY, releases=releases)
        assert publish_week(market.con, releases, MONDAY, "simulated") == second


def withdraw(releases: Path, name: str) -> None:
    """Remove a release by hand, as docs/operators.md says."""
    shutil.rmtree(releases / name)
    lines = (releases / LEDGER).read_text().splitlines(keepends=True)
    (releases / LEDGER).write_text("".join(line for line in lines if not line.startswith(f"{name},")))


@pytest.fixture
def two_weeks(releases: Path, market_file: Path) -> Warehouse:
    """The market a week later, after W48 was published beside W47."""
    market = Warehouse.load(market_file)
    following = MONDAY + timedelta(weeks=1)
    add_weeks(market, following, 1)
    measure(market.con, following, releases=releases)
    publish_week(market.con, releases, following, "simulated", now=at(date(2026, 11, 30)))
    return market


def test_after_a_release_is_withdrawn_the_one_that_spoke_of_it_is_published_without_it(
    releases: Path, two_weeks: Warehouse
) -> None:
    withdraw(releases, "2026-W47")
    following = MONDAY + timedelta(weeks=1)
    for _ in range(2):
        measure(two_weeks.con, following, releases=releases)
        found = publish_week(two_weeks.con, releases, following, "simulated", now=at(date(2026, 12, 2)))
        assert found.name == "2026-W48-r2"
    assert json.loads((found / "diff.json").read_text())["compared_with"] == "2026-W48"
    assert [vintage for vintage, _ in triangle(found)] == ["2026-W48", "2026-W48-r2"]
    assert (releases / "latest").resolve() == found
    for page in (found / "index.html", releases / "index.html", releases / "feed.atom"):
        assert "2026-W47" not in page.read_text()
    assert [vintage.release for vintage in read_ledger(releases)] == ["2026-W48", "2026-W48-r2"]


def test_after_the_newest_release_is_withdrawn_nothing_is_released_and_all_forget_it(
    releases: Path, two_weeks: Warehouse
) -> None:
    withdraw(releases, "2026-W48")
    measure(two_weeks.con, MONDAY, releases=releases)
    assert publish_week(two_weeks.con, releases, MONDAY, "simulated") == releases / "2026-W47"
    assert (releases / "latest").resolve().name == "2026-W47"
    for page in (releases / "index.html", releases / "feed.atom"):
        assert "2026-W48" not in page.read_text()
    assert verify_releases(releases) == []


def test_a_series_that_is_gone_from_the_newest_release_is_not_what_readers_of_the_day_saw(
    releases: Path, market_file: Path
) -> None:
    market = Warehouse.load(market_file)
    for number in range(40):
        market.add(f"employer {number:02d}", MONDAY, series_kind="archived", source="import/ads")
    measure(market.con, MONDAY, releases=releases)
    publish_week(market.con, releases, MONDAY, "simulated", now=at(TUESDAY))
    market.con.execute("DELETE FROM core_openings WHERE source = 'import/ads'")
    measure(market.con, MONDAY, releases=releases)
    last = publish_week(market.con, releases, MONDAY, "simulated", now=at(TUESDAY + timedelta(days=1)))
    with duckdb.connect(str(last / DATABASE), read_only=True) as con:
        query = "SELECT week_start, vintage FROM as_of(?, kind := 'archived')"
        assert con.execute(query, [TUESDAY]).fetchall() == [(MONDAY, "2026-W47-r2")]
        assert con.execute(query, [TUESDAY + timedelta(days=1)]).fetchall() == []


def test_what_labels_made_of_a_figure_is_known_as_of_a_day(releases: Path, market_file: Path) -> None:
    market = Warehouse.load(market_file)
    measure(market.con, MONDAY, releases=releases)
    market.con.execute(
        "UPDATE out_weekly_metrics_v1 SET est_ppi = est_raw + 0.25 "
        "WHERE metric_id = 'M1' AND est_raw IS NOT NULL AND week_start = ?",
        [MONDAY],
    )
    remeasure(market.con, releases)
    corrected = publish_week(market.con, releases, MONDAY, "simulated", now=at(TUESDAY))
    with duckdb.connect(str(corrected / DATABASE), read_only=True) as con:
        query = "SELECT estimate, corrected_estimate FROM as_of(?) WHERE week_start = ?"
        assert con.execute(query, [MONDAY + timedelta(days=7), MONDAY]).fetchall() == [(2 / 40, None)]
        assert con.execute(query, [TUESDAY, MONDAY]).fetchall() == [(2 / 40, 2 / 40 + 0.25)]
