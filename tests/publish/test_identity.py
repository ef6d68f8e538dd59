"""Which release figures are, and what is found out about releases that changed: on folders made by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import msgspec
import pytest

from include.publish.exports import write_exports
from include.publish.identity import (
    Identity,
    OtherWeekMeasuredError,
    check_measured_week,
    measured_identity,
    new_identity,
    newest_of_week,
)
from include.publish.naming import CHECKSUMS, DATABASE, LATEST, ReleaseName, list_releases
from include.publish.release import verify_release, verify_releases
from include.publish.summary import SUMMARY, Summary
from include.publish.vintages import as_of, read_ledger, record
from include.storage import sha256_of_file
from tests.validate.small_warehouse import build

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with build(":memory:") as connection:
        yield connection


def finish(folder: Path, recorded_at: datetime | None = None) -> None:
    """Make a release of what lies in a folder."""
    files = sorted(path for path in folder.iterdir() if path.name not in (CHECKSUMS, DATABASE))
    lines = [f"{sha256_of_file(path)}  {path.name}\n" for path in files]
    (folder / CHECKSUMS).write_text("".join(lines))
    if recorded_at:
        record(folder.parent, ReleaseName.parse(folder.name), recorded_at)


def release(releases: Path, name: str, recorded_at: datetime = NOON) -> Path:
    folder = releases / name
    folder.mkdir(parents=True)
    for file in ("a.csv", "b.csv", DATABASE):
        (folder / file).write_text(f"{file} of {name}")
    finish(folder, recorded_at)
    return folder


def test_figures_are_published_under_their_own_week_only(con: duckdb.DuckDBPyConnection) -> None:
    check_measured_week(con, MONDAY)
    with pytest.raises(OtherWeekMeasuredError, match=r"2026-W47 is not published.*figures of 2026-W46\."):
        check_measured_week(con, MONDAY + timedelta(weeks=1))
    con.execute("UPDATE out_claims_v1 SET release_id = '2026-W45'")  # one table of another week is enough
    with pytest.raises(OtherWeekMeasuredError, match=r"figures of 2026-W45, 2026-W46"):
        check_measured_week(con, MONDAY)
    for (table,) in con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'out_%'"
    ).fetchall():
        con.execute(f"DELETE FROM {table}")
    with pytest.raises(OtherWeekMeasuredError, match="figures of no week"):
        check_measured_week(con, MONDAY)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("SELECT 1", "2026-W46"),
        ("DELETE FROM out_revisions_v1", "2026-W46"),  # it follows from the others
        ("UPDATE out_coverage_v1 SET n_rejected = 1", "2026-W46-r2"),
        ("UPDATE out_weekly_metrics_v1 SET est_ppi = 0.1 WHERE metric_id = 'M6'", "2026-W46-r2"),
        ("INSERT INTO out_claims_v1 FROM out_claims_v1", "2026-W46-r2"),  # no other row, but twice
        ("DELETE FROM out_certifications_v1 WHERE window_weeks = 1", "2026-W46-r2"),
        ("ALTER TABLE out_coverage_v1 ADD COLUMN more INTEGER", "2026-W46"),  # not on the card
    ],
)
def test_equal_figures_are_the_release_that_is_out(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, change: str, name: str
) -> None:
    folder = tmp_path / "2026-W46"
    folder.mkdir()
    write_exports(con, folder)
    summary = Summary(
        release="2026-W46", week_start=MONDAY, data_origin="simulated", headline=None, warnings=(),
        version="2026-W46", compared_with="2026-W45",
    )  # fmt: skip
    (folder / SUMMARY).write_bytes(msgspec.json.encode(summary))
    finish(folder)
    con.execute(change)
    found = measured_identity(con, tmp_path, MONDAY)
    first = Identity(ReleaseName("2026-W46"), ReleaseName("2026-W45"), ())
    second = Identity(ReleaseName("2026-W46", 2), ReleaseName("2026-W46"), ("2026-W46",))
    assert found == (first if name == "2026-W46" else second)


def test_a_release_is_compared_with_the_one_before_it_not_after_it(tmp_path: Path) -> None:
    for number, name in enumerate(["2026-W44", "2026-W46", "2026-W44-r2", "2026-W44-r10"]):
        release(tmp_path, name, NOON + timedelta(hours=number))
    order = ("2026-W44", "2026-W46", "2026-W44-r2", "2026-W44-r10")
    late = new_identity(tmp_path, MONDAY - timedelta(weeks=1))
    assert late == Identity(ReleaseName("2026-W45"), ReleaseName("2026-W44", 10), order)
    assert newest_of_week(tmp_path, MONDAY - timedelta(weeks=2)) == ReleaseName("2026-W44", 10)
    assert newest_of_week(tmp_path, MONDAY + timedelta(weeks=9)) is None
    assert new_identity(tmp_path, MONDAY - timedelta(weeks=9)).base is None
    assert [str(name) for name in list_releases(tmp_path)] == [
        "2026-W44", "2026-W44-r2", "2026-W44-r10", "2026-W46",
    ]  # fmt: skip


def test_whatever_changes_in_a_release_is_told(tmp_path: Path) -> None:
    folder = release(tmp_path, "2026-W46")
    assert verify_release(folder) == verify_releases(tmp_path) == []
    whole = (folder / CHECKSUMS).read_text()
    (folder / "a.csv").write_text("other")
    assert verify_releases(tmp_path) == ["2026-W46: a.csv differs from its checksum"]
    finish(folder)  # whoever changes a file and its checksum
    assert verify_release(folder) == []
    assert verify_releases(tmp_path) == [
        "2026-W46: its SHA256SUMS is not the one that the ledger vintages.csv has"
    ]
    (folder / CHECKSUMS).write_text(whole + "nonsense\n")
    assert "SHA256SUMS has a line of another form: 'nonsense'" in verify_release(folder)
    (folder / CHECKSUMS).unlink()
    assert verify_release(folder) == ["SHA256SUMS is missing: the folder is no finished release"]
    assert verify_releases(tmp_path) == ["2026-W46: the ledger vintages.csv has it and the folder is gone"]


def test_what_latest_points_at_is_there(tmp_path: Path) -> None:
    release(tmp_path, "2026-W46")
    (tmp_path / LATEST).symlink_to("2026-W46")
    assert verify_releases(tmp_path) == []
    shutil.rmtree(tmp_path / "2026-W46")
    assert verify_releases(tmp_path) == [
        "2026-W46: the ledger vintages.csv has it and the folder is gone",
        "latest points at 2026-W46, which is gone",
    ]


def test_the_ledger_keeps_the_order_in_which_releases_became_visible(tmp_path: Path) -> None:
    release(tmp_path, "2026-W46", NOON)
    release(tmp_path, "2026-W45", NOON + timedelta(days=1))  # published late
    assert [entry.release for entry in read_ledger(tmp_path)] == ["2026-W46", "2026-W45"]
    record(
        tmp_path, ReleaseName("2026-W46"), NOON + timedelta(days=2)
    )  # entered again: once, with the new time
    assert [(entry.release, entry.recorded_at) for entry in read_ledger(tmp_path)] == [
        ("2026-W45", NOON + timedelta(days=1)), ("2026-W46", NOON + timedelta(days=2)),
    ]  # fmt: skip
    days = [NOON.date() + timedelta(days=number) for number in range(3)]
    found = [as_of(tmp_path, day) for day in days]
    assert [folder.name if folder else None for folder in found] == [None, "2026-W45", "2026-W46"]
