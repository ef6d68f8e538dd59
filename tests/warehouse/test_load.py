from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

import include.warehouse.load as warehouse_load
from include.archive.reads import Board
from include.normalize.stager import unread_row
from include.partitions import day_key
from include.settings import Settings
from include.warehouse.connection import open_warehouse
from include.warehouse.load import CountMismatchError, LoadReport, load_day, load_import
from tests.warehouse.staged import mention, posting, reject, signal, stage

MONDAY = date(2026, 11, 16)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, data_origin="simulated")


@pytest.fixture
def con(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(settings) as connection:
        yield connection


class Days:
    """Loads days given as the native ids listed on each; None is a failed read."""

    def __init__(self, con: duckdb.DuckDBPyConnection, root: Path) -> None:
        self.con = con
        self.root = root

    def load(
        self,
        offset: int,
        ids: list[str] | None,
        refused: Sequence[str | None] = (),
        is_partial: bool = False,
        **changes: Any,
    ) -> None:
        day = MONDAY + timedelta(days=offset)
        status = "failed" if ids is None else "partial"
        incomplete = {"status": status, "is_complete": False, "n_promised": None}
        staging = stage(
            self.root,
            day.isoformat(),
            day,
            [posting(native_id, **changes) for native_id in ids or []],
            rejects=[reject(day, native_id) for native_id in refused],
            **(incomplete if ids is None or is_partial else {}),
        )
        load_day(self.con, staging, day, "simulated")

    def load_apart(self, by: str, offset: int, **ids: list[str]) -> None:
        """Load a day of several boards of one source, or of boards of several sources that have one name."""
        key = day(offset).isoformat()
        if by == "board":
            rows = [posting(native_id, board=board) for board, listed in ids.items() for native_id in listed]
            staging = stage(self.root, key, day(offset), rows, boards=ids)
        else:
            for source, listed in ids.items():
                rows = [posting(native_id, source=source) for native_id in listed]
                staging = stage(self.root, key, day(offset), rows, source=source)
        load_day(self.con, staging, day(offset), "simulated")

    def one(self, columns: str, native_id: str) -> tuple[Any, ...]:
        row = self.con.execute(f"SELECT {columns} FROM core_postings WHERE native_id = ?", [native_id])
        found = row.fetchone()
        assert found is not None
        return found

    def dump(self) -> list[Any]:
        return [
            self.con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()
            for table in ("core_postings", "core_posting_versions", "core_sightings", "core_board_reads")
        ]


@pytest.fixture
def days(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Days:
    return Days(con, tmp_path / "staging")


def day(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


def test_first_and_last_seen_and_closing_by_a_complete_read(days: Days) -> None:
    days.load(0, ["a", "b"])
    days.load(1, ["a", "b"])
    days.load(2, ["a"])
    assert days.one("first_seen_date, last_seen_date, closed_date", "a") == (day(0), day(2), None)
    assert days.one("first_seen_date, last_seen_date, closed_date", "b") == (day(0), day(1), day(2))


def test_a_failed_read_closes_nothing(days: Days) -> None:
    days.load(0, ["a"])
    days.load(1, None)
    assert days.one("last_seen_date, closed_date", "a") == (day(0), None)


def flows(days: Days) -> list[Any]:
    return days.con.execute(
        "SELECT n_listed, n_rejected, n_new, n_changed, n_gone FROM core_board_reads ORDER BY day"
    ).fetchall()


def test_a_record_that_was_refused_is_still_listed(days: Days) -> None:
    """Its title is missing for a day: it is neither closed nor gone, and neither reopened nor new later."""
    days.load(0, ["a", "b"])
    days.load(1, ["a"], refused=["b"])
    assert days.one("first_seen_date, last_seen_date, closed_date", "b") == (day(0), day(0), None)
    days.load(2, ["a", "b"])
    assert days.one("last_seen_date, closed_date, n_reopened, n_versions", "b") == (day(2), None, 0, 1)
    assert flows(days) == [(2, 0, 2, 0, 0), (1, 1, 0, 0, 0), (2, 0, 0, 0, 0)]
    days.load(3, ["a"], refused=["b", "never seen", None])
    days.load(4, ["a"])
    assert days.one("last_seen_date, closed_date", "b") == (day(2), day(4))
    assert flows(days)[3:] == [(1, 3, 0, 0, 0), (1, 0, 0, 0, 1)]


def test_a_record_that_is_refused_beside_its_good_twin_counts_once(days: Days) -> None:
    days.load(0, ["a"], refused=["a"])
    days.load(1, ["a", "b"], refused=["b"])
    assert flows(days) == [(1, 1, 1, 0, 0), (2, 1, 1, 0, 0)]
    assert days.one("closed_date, n_reopened", "a") == (None, 0)


def test_a_closed_posting_whose_record_comes_back_unreadable_is_not_new(days: Days) -> None:
    for offset, ids in enumerate((["a", "b"], ["a"], ["a"])):
        days.load(offset, ids)
    days.load(3, ["a"], refused=["b"])
    days.load(4, ["a", "b"])
    assert flows(days)[3:] == [(1, 1, 0, 0, 0), (2, 0, 0, 0, 0)]
    assert days.one("last_seen_date, closed_date, n_reopened", "b") == (day(4), None, 1)


def test_an_empty_answer_closes_only_when_a_second_one_confirms_it(days: Days) -> None:
    days.load(0, ["a"])
    days.load(1, [])
    assert days.one("closed_date", "a") == (None,)
    reads = days.con.execute("SELECT status, is_complete FROM core_board_reads ORDER BY day").fetchall()
    assert reads == [("complete", True), ("empty_after_nonempty", False)]
    days.load(2, [])
    assert days.one("closed_date", "a") == (day(2),)


@pytest.mark.parametrize(("before", "refused"), [([], []), (["a"], ["a"])])
def test_an_answer_is_doubted_only_if_it_is_empty_and_the_one_before_was_not(
    days: Days, before: list[str], refused: list[str]
) -> None:
    days.load(0, before)
    days.load(1, [], refused=refused)
    reads = days.con.execute("SELECT status, is_complete FROM core_board_reads ORDER BY day").fetchall()
    assert reads == [("complete", True)] * 2


def test_a_partial_read_keeps_what_it_lists_and_closes_nothing(days: Days) -> None:
    days.load(0, ["a", "b"])
    days.load(1, ["b", "c"], is_partial=True)
    days.load(2, ["a", "b"])
    assert days.one("last_seen_date, closed_date, n_reopened", "a") == (day(2), None, 0)
    assert days.one("first_seen_date, last_seen_date, closed_date", "c") == (day(1), day(1), day(2))
    assert flows(days)[1] == (2, 0, 1, 0, 0)


@pytest.mark.parametrize("apart_by", ["board", "source"])
def test_a_read_speaks_of_its_own_board_alone(days: Days, apart_by: str) -> None:
    days.load_apart(apart_by, 0, acme=["a"], other=["a", "b"])
    days.load_apart(apart_by, 1, acme=["c"])
    days.load_apart(apart_by, 2, acme=["c"])
    days.load_apart(apart_by, 3, acme=["c"], other=["a"])
    found = days.con.execute(
        f"SELECT {apart_by}, native_id, first_seen_date, last_seen_date, closed_date, series_kind, "
        "n_reopened FROM core_postings ORDER BY ALL"
    ).fetchall()
    assert found == [
        ("acme", "a", day(0), day(0), day(1), "reconstructed", 0),
        ("acme", "c", day(1), day(3), None, "observed", 0),
        ("other", "a", day(0), day(3), None, "reconstructed", 0),
        ("other", "b", day(0), day(0), day(3), "reconstructed", 0),
    ]
    reads = days.con.execute(f"SELECT {apart_by}, n_new, n_gone FROM core_board_reads ORDER BY day, 1")
    assert reads.fetchall() == [
        ("acme", 1, 0), ("other", 2, 0), ("acme", 1, 1), ("acme", 0, 0), ("acme", 0, 0), ("other", 0, 1),
    ]  # fmt: skip
    versions = days.con.execute(
        f"SELECT {apart_by}, content_hash, first_seen_date, last_seen_date FROM core_posting_versions"
    )
    assert sorted(versions.fetchall()) == [
        ("acme", "hash-a", day(0), day(0)),
        ("acme", "hash-c", day(1), day(3)),
        ("other", "hash-a", day(0), day(3)),
        ("other", "hash-b", day(0), day(0)),
    ]


def test_a_posting_that_comes_back_is_reopened_not_new(days: Days) -> None:
    for offset, ids in enumerate([["a", "b"], ["b"], ["a", "b"], ["a", "b"]]):
        days.load(offset, ids)
    assert days.one("first_seen_date, last_seen_date, closed_date, n_reopened", "a") == (
        day(0),
        day(3),
        None,
        1,
    )
    assert days.one("n_reopened", "b") == (0,)


def test_a_gap_of_failed_reads_is_no_reopening(days: Days) -> None:
    for offset, ids in enumerate([["a"], None, None, ["a"]]):
        days.load(offset, ids)
    assert days.one("n_reopened, closed_date", "a") == (0, None)


def test_left_censored_postings_never_enter_the_observed_flow(days: Days) -> None:
    days.load(0, ["old"], posted_date=day(-20))
    days.load(1, ["old", "new"], posted_date=day(-20))
    assert days.one("series_kind, opened_date, is_left_censored", "old") == ("reconstructed", day(-20), True)
    assert days.one("series_kind, opened_date, is_left_censored", "new") == ("observed", day(1), False)


@pytest.mark.parametrize("in_between", ["nobody asked", "failed"])
@pytest.mark.parametrize(("gap", "kind", "opened"), [(7, "observed", 8), (8, "reconstructed", 3)])
def test_what_appears_after_more_than_a_week_without_an_answer_is_of_unknown_age(
    days: Days, in_between: str, gap: int, kind: str, opened: int
) -> None:
    """Else the ads of all that time would pass for those of the week in which reading went on."""
    days.load(0, ["old"])
    days.load(1, ["old"])
    if in_between == "failed":
        for offset in range(2, 1 + gap):
            days.load(offset, None)
    days.load(1 + gap, ["old", "new"], posted_date=day(3))
    days.load(2 + gap, ["old", "new", "newer"], posted_date=day(3))
    assert days.one("series_kind, opened_date", "new") == (kind, day(opened))
    assert days.one("series_kind, opened_date", "newer") == ("observed", day(2 + gap))
    assert days.one("first_seen_date, n_reopened", "old") == (day(0), 0)


@pytest.mark.parametrize("apart_by", ["board", "source"])
def test_nobody_answers_for_another_board_that_was_silent(days: Days, apart_by: str) -> None:
    days.load_apart(apart_by, 0, acme=["old"], other=["b"])
    days.load_apart(apart_by, 6, other=["b"])
    days.load_apart(apart_by, 13, acme=["old", "new"], other=["b", "c"])
    assert days.one("is_left_censored, opened_date", "new") == (True, None)
    assert days.one("is_left_censored, opened_date", "c") == (False, day(13))


def test_who_answered_in_part_within_the_week_was_not_silent(days: Days) -> None:
    days.load(0, ["old"])
    days.load(6, ["old"], is_partial=True)
    days.load(13, ["old", "new"], posted_date=day(8))
    assert days.one("series_kind, opened_date", "new") == ("observed", day(13))


def test_an_ad_of_the_day_on_which_reading_goes_on_is_observed(days: Days) -> None:
    days.load(0, ["old"])
    days.load(21, ["old", "new"], posted_date=day(21))
    assert days.one("series_kind, opened_date", "new") == ("observed", day(21))


def test_a_gap_is_the_same_whatever_day_is_built_last(days: Days) -> None:
    days.load(0, ["old"])
    days.load(14, ["old", "new"], posted_date=day(9))
    assert days.one("series_kind", "new") == ("reconstructed",)
    days.load(7, ["old"])  # found in the archive and built now: somebody had looked
    assert days.one("series_kind, opened_date", "new") == ("observed", day(14))


def test_a_posting_published_on_the_first_day_of_reading_is_observed(days: Days) -> None:
    days.load(0, ["a"], posted_date=day(0))
    assert days.one("series_kind, opened_date", "a") == ("observed", day(0))


def test_new_changed_and_gone_against_the_last_complete_read(days: Days) -> None:
    days.load(0, ["a", "b", "c"])
    days.load(1, None)
    days.load(2, ["b", "c", "d"])
    days.load(3, ["b", "c", "d"], content_hash="edited")
    counts = days.con.execute("SELECT n_new, n_changed, n_gone FROM core_board_reads ORDER BY day").fetchall()
    assert counts == [(3, 0, 0), (0, 0, 0), (1, 0, 1), (0, 3, 0)]


def test_loading_a_day_twice_or_out_of_order_gives_the_same_warehouse(days: Days, tmp_path: Path) -> None:
    plan: list[list[str] | None] = [["a", "b"], ["b"], None, ["a", "c"], ["a"]]
    for offset, ids in enumerate(plan):
        days.load(offset, ids)
    in_order = days.dump()
    days.load(1, plan[1])
    days.load(4, plan[4])
    assert days.dump() == in_order

    other = Settings(data_dir=tmp_path / "other", data_origin="simulated")
    with open_warehouse(other) as connection:
        shuffled = Days(connection, tmp_path / "other" / "staging")
        for offset in (3, 0, 4, 1, 2):
            shuffled.load(offset, plan[offset])
        assert shuffled.dump() == in_order


def test_the_latest_words_stand_even_when_an_older_day_is_loaded_again(days: Days) -> None:
    days.load(0, ["a"], title="Product Manager")
    days.load(1, ["a"], title="Senior Product Manager", content_hash="v2")
    days.load(0, ["a"], title="Product Manager")
    assert days.one("title, content_hash, first_content_hash, n_versions", "a") == (
        "Senior Product Manager",
        "v2",
        "hash-a",
        2,
    )


def test_each_version_of_an_ad_keeps_the_version_of_its_text(days: Days) -> None:
    days.load(0, ["a", "b"], texts_version="1")
    days.load(1, ["a", "b"], texts_version="2", content_hash="v2")
    days.load(2, ["a"], texts_version="3", content_hash="v2")
    # Of `hash-a`, which the new code gave another text, nothing was made again; `v2` is what 3 makes, too.
    assert days.con.execute(
        "SELECT posting_key, content_hash, texts_version FROM core_posting_versions ORDER BY ALL"
    ).fetchall() == [
        ("greenhouse:acme:a", "hash-a", "1"),
        ("greenhouse:acme:a", "v2", "3"),
        ("greenhouse:acme:b", "hash-b", "1"),
        ("greenhouse:acme:b", "v2", "2"),
    ]


def test_a_source_that_is_not_staged_whole_is_not_read_and_its_boards_are_named(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """A board that is off keeps what is known of it; another source's of the same name is another board."""
    for source in ("ashby", "lever"):
        staging = stage(tmp_path, "2026-11-16", MONDAY, [posting("a", source=source)], source=source)
    acme = {source: Board(source=source, token="acme", employer="Acme") for source in ("lever", "workday")}
    off = [unread_row(board, MONDAY, "switched_off", "closed") for board in acme.values()]
    failed = [unread_row(acme["lever"], MONDAY, "malformed", "its staging failed")]
    load_day(con, staging, MONDAY, "simulated", unstaged={"lever": failed}, switched_off=off)
    assert con.execute("SELECT source, status, n_listed FROM core_board_reads ORDER BY ALL").fetchall() == [
        ("ashby", "complete", 1),
        ("lever", "malformed", 0),
        ("workday", "switched_off", 0),
    ]
    assert con.execute("SELECT source FROM core_sightings").fetchall() == [("ashby",)]
    assert len(staging.files("core_postings")) == 2  # another run may be at it


@pytest.mark.parametrize("old", ["ashby", "lever"])
def test_a_day_that_was_staged_partly_by_a_version_without_a_column_is_loaded(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, old: str
) -> None:
    for source in ("ashby", "lever"):
        staging = stage(tmp_path, "2026-11-16", MONDAY, [posting("a", source=source)], source=source)
    file = staging.path(old, "core_postings")
    pq.write_table(pq.read_table(file).drop_columns("texts_version"), file)
    load_day(con, staging, MONDAY, "simulated")
    found = con.execute("SELECT source, texts_version FROM core_postings ORDER BY source").fetchall()
    assert found == [(source, None if source == old else "1") for source in ("ashby", "lever")]


def test_a_rerun_that_no_longer_has_a_posting_removes_it(days: Days) -> None:
    days.load(0, ["a", "b"])
    days.load(0, ["b"])
    assert days.con.execute("SELECT native_id FROM core_postings").fetchall() == [("b",)]


@pytest.mark.parametrize("apart_by", ["board", "source"])
def test_a_rerun_that_no_longer_has_a_board_removes_what_it_brought(days: Days, apart_by: str) -> None:
    """Its read was moved away, and it was not planned."""
    days.load_apart(apart_by, 0, acme=["a"], other=["b", "c"])
    days.load_apart(apart_by, 2, acme=["a"], other=["c"])
    days.load_apart(apart_by, 1, acme=["a"])
    before = days.dump()
    days.load_apart(apart_by, 1, acme=["a"], other=["b", "d"])
    assert days.one("last_seen_date", "b") == days.one("last_seen_date", "d") == (day(1),)
    shutil.rmtree(days.root / day_key(day(1)))
    days.load_apart(apart_by, 1, acme=["a"])
    assert days.dump() == before


def test_a_failure_in_the_middle_leaves_the_warehouse_as_it_was(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    days.load(0, ["a"])
    before = days.dump()
    real = warehouse_load._run

    def fail_on_postings(connection: duckdb.DuckDBPyConnection, table: str, file: str) -> None:
        if table == "core_postings":
            raise duckdb.IOException("disk full")
        real(connection, table, file)

    monkeypatch.setattr(warehouse_load, "_run", fail_on_postings)
    with pytest.raises(duckdb.IOException, match="disk full"):
        days.load(1, ["a", "b"])
    monkeypatch.setattr(warehouse_load, "_run", real)
    assert days.dump() == before
    days.load(1, ["a", "b"])
    assert days.one("first_seen_date", "b") == (day(1),)


def test_an_import_that_fails_in_the_middle_leaves_the_former_one(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*ids: str) -> None:
        rows = [posting(one, source="import/ads", board="ads") for one in ids]
        staging = stage(tmp_path, "import/ads", MONDAY, rows, boards=["ads"], source="import/ads")
        load_import(con, staging, MONDAY, "archive")

    def dump() -> list[Any]:
        tables = ("core_postings", "core_posting_versions", "core_board_reads", "core_signals")
        return [con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in tables]

    def fail_on_signals(connection: duckdb.DuckDBPyConnection, table: str, file: str) -> None:
        if table == "core_signals":
            raise duckdb.IOException("disk full")
        real(connection, table, file)

    load("a")
    before = dump()
    real = warehouse_load._run
    monkeypatch.setattr(warehouse_load, "_run", fail_on_signals)
    with pytest.raises(duckdb.IOException, match="disk full"):
        load("b", "c")
    assert dump() == before


@pytest.mark.parametrize(
    ("listed", "rejected"), [(2, 1), (1, 2), (2, 0), (0, 2)], ids=["posting", "reject", "mixed up", "and so"]
)
@pytest.mark.parametrize("load", [load_day, load_import])
def test_lost_records_stop_the_load(
    con: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    load: Callable[..., object],
    listed: int,
    rejected: int,
) -> None:
    """One posting and one reject are staged."""
    partition = MONDAY.isoformat() if load is load_day else "import/ads"
    staging = stage(
        tmp_path / "staging",
        partition,
        MONDAY,
        [posting("a")],
        rejects=[reject(MONDAY, "b")],
        n_listed=listed,
        n_rejected=rejected,
    )
    said = rf"{partition}: boards listed {listed} postings and {rejected} rejects, staged are 1 and 1"
    with pytest.raises(CountMismatchError, match=said):
        load(con, staging, MONDAY, "simulated")
    for table in ("core_postings", "core_board_reads", "core_rejected_records", "core_signals"):
        assert con.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_an_import_is_replaced_whole_and_keeps_its_own_dates(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    dates = {
        "a": {"posted_date": day(-30), "closed_date": day(-3)},
        "b": {"posted_date": day(-30), "closed_date": day(-3)},
        "open": {"posted_date": day(-9)},
        "undated": {},
    }

    def load(*ids: str) -> LoadReport:
        rows = [
            posting(one, source="import/dump", board="dump", series_kind="archived", **dates[one])
            for one in ids
        ]
        refused = [reject(MONDAY, None) | {"source": "import/dump", "board": "dump"}] * 3
        staging = stage(
            tmp_path / "staging",
            "import/dump",
            MONDAY,
            rows,
            boards=("dump",),
            source="import/dump",
            rejects=refused,
        )
        return load_import(con, staging, MONDAY, "archive")

    load("a", "b")
    report = load("b", "open", "undated")
    assert (report.n_postings, report.n_rejected, report.n_signals) == (3, 3, 3)
    found = con.execute(
        "SELECT native_id, series_kind, opened_date, closed_date, first_seen_date, is_left_censored, "
        "data_origin FROM core_postings ORDER BY 1"
    ).fetchall()
    assert found == [
        ("b", "archived", day(-30), day(-3), None, False, "archive"),
        ("open", "archived", day(-9), None, None, False, "archive"),
        ("undated", "archived", None, None, None, False, "archive"),
    ]
    versions = con.execute(
        "SELECT content_hash, first_seen_date, last_seen_date FROM core_posting_versions ORDER BY 1"
    ).fetchall()
    assert versions == [
        ("hash-b", day(-30), day(-3)),
        ("hash-open", day(-9), day(-9)),
        ("hash-undated", MONDAY, MONDAY),
    ]


def test_an_import_leaves_boards_and_other_imports_as_they_are(days: Days, tmp_path: Path) -> None:
    tables = ("core_postings", "core_posting_versions", "core_board_reads", "core_rejected_records")

    def load(name: str, *ids: str) -> None:
        key = f"import/{name}"
        rows = [posting(native_id, source=key, board=name, series_kind="archived") for native_id in ids]
        refused = reject(MONDAY, None) | {"source": key, "board": name}
        staging = stage(days.root, key, MONDAY, rows, boards=(name,), source=key, rejects=[refused])
        load_import(days.con, staging, MONDAY, "simulated")

    def kept(besides: str) -> list[Any]:
        return [
            days.con.execute(f"SELECT * FROM {table} WHERE source <> ? ORDER BY ALL", [besides]).fetchall()
            for table in tables
        ]

    days.load(0, ["a", "b"], refused=["x"])
    load("one", "c")
    before = kept(besides="import/two")
    load("two", "d", "e")
    load("two", "d")
    assert kept(besides="import/two") == before
    assert [len(rows) for rows in kept(besides="greenhouse")] == [2, 2, 2, 2]
    days.load(0, ["a", "b"], refused=["x"])  # nor does a day that is loaded again touch them
    assert kept(besides="import/two") == before


def test_labels_are_replaced_by_content(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for version in ("1", "2"):
        staging = stage(
            tmp_path / "staging",
            MONDAY.isoformat(),
            MONDAY,
            [posting("a")],
            signals=[signal("hash-a", rules_version=version)],
        )
        load_day(con, staging, MONDAY, "simulated")
    assert con.execute("SELECT content_hash, rules_version FROM core_signals").fetchall() == [("hash-a", "2")]


def test_a_content_of_two_sources_is_labelled_once_and_its_former_mentions_go(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    tables = ("core_signals", "core_certification_mentions", "core_criteria_mentions")
    found = []
    for indices in ((0, 1), (0,), ()):
        for source in ("ashby", "lever"):
            staging = stage(
                tmp_path, MONDAY.isoformat(), MONDAY, [posting("a", source=source)], source=source
            )
            for table in tables[1:]:
                with staging.writer(source, table) as writer:
                    writer.write([mention(table, "hash-a", index) for index in indices])
        load_day(con, staging, MONDAY, "simulated")
        found.append([con.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables])
    assert found == [[(1,), (2,), (2,)], [(1,), (1,), (1,)], [(1,), (0,), (0,)]]


def test_labels_that_an_unloaded_day_has_staged_are_found(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Tuesday brings no new text; the run that would have loaded Monday's labels was killed."""
    root = tmp_path / "staging"
    stage(root, MONDAY.isoformat(), MONDAY, [posting("a"), posting("b")])
    tuesday = stage(
        root, day(1).isoformat(), day(1), [posting("a"), posting("c")], signals=[signal("hash-c")]
    )
    load_day(con, tuesday, day(1), "simulated")
    labelled = con.execute("SELECT content_hash FROM core_signals ORDER BY 1").fetchall()
    assert labelled == [("hash-a",), ("hash-c",)]


def test_labels_of_another_day_are_taken_by_the_names_of_their_columns(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """A file of another version of the code may have its columns in another order."""
    monday = stage(
        tmp_path, MONDAY.isoformat(), MONDAY, [posting("a")], signals=[signal("hash-a", rules_version="1")]
    )
    file = monday.path("greenhouse", "core_signals")
    staged = pq.read_table(file)
    pq.write_table(staged.select(staged.column_names[::-1]), file)
    tuesday = stage(
        tmp_path, day(1).isoformat(), day(1), [posting("a"), posting("c")], signals=[signal("hash-c")]
    )
    load_day(con, tuesday, day(1), "simulated")
    found = con.execute("SELECT rules_version FROM core_signals WHERE content_hash = 'hash-a'").fetchall()
    assert found == [("1",)]
