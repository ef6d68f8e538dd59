"""The gate over real Great Expectations and a real DuckDB file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from include.settings import PROJECT_ROOT
from include.storage import StorageError
from include.validate import canary
from include.validate.checks import Band, Check, NoRows
from include.validate.data_docs import TableSummary, write_site
from include.validate.gate import GateError, validate_tables
from include.validate.gx_suite import Outcome
from include.validate.report import ValidationFailedError
from include.warehouse.cards import load_table_cards
from include.warehouse.connection import WarehouseLockedError
from tests.validate.small_warehouse import DAY, WEEK, build

TABLES = tuple(load_table_cards())


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "warehouse.duckdb"
    build(path).close()
    return path


@pytest.fixture
def poisoned(sound_file: Path, tmp_path: Path) -> Callable[[str], Path]:
    def poison(sql: str) -> Path:
        path = tmp_path / "poisoned.duckdb"
        shutil.copy(sound_file, path)
        with duckdb.connect(str(path)) as connection:
            connection.execute(sql)
        return path

    return poison


def test_a_sound_warehouse_passes_and_is_closed_after(sound_file: Path, tmp_path: Path) -> None:
    report = validate_tables(sound_file, TABLES, WEEK, tmp_path / "docs")
    assert report.failed_critical == report.failed_warning == ()
    report.raise_if_critical()
    assert len(report.results) > 130
    card = load_table_cards()["core_validation_results"]
    assert {tuple(row) for row in report.rows()} == {card.column_names}
    assert all(row["partition_key"] == WEEK and row["reason"] for row in report.rows())
    # Great Expectations let go of the file: this process may write to it again.
    with duckdb.connect(str(sound_file)) as connection:
        connection.execute("SELECT 1")


def test_a_critical_failure_stops_the_release_and_says_how_to_mend_it(
    poisoned: Callable[[str], Path], tmp_path: Path
) -> None:
    file = poisoned(
        "UPDATE core_certification_mentions SET end_offset = end_offset + 7;"
        "UPDATE core_postings SET country_code = concat('Germany', chr(27), '[2J', chr(10), repeat('y', 500))"
        " WHERE posting_key = 'lever:b1:1'"
    )
    tables = ["core_certification_mentions", "core_postings"]
    report = validate_tables(file, tables, DAY, tmp_path / "docs")
    assert [(result.table_name, result.expectation_id) for result in report.failed_critical] == [
        ("core_certification_mentions", "offsets_fit_the_quote")
    ]
    assert [result.expectation_id for result in report.failed_warning] == ["codes_have_their_form"]
    assert report.failed_warning[0].n_unexpected == 1
    sample = report.failed_warning[0].sample_rows[0]
    assert r"Germany\x1b[2J\nyyy" in sample  # the words are a stranger's
    assert len(sample) < 250  # a long text is cut
    with pytest.raises(ValidationFailedError) as stopped:
        report.raise_if_critical()
    message = str(stopped.value)
    assert "core_certification_mentions.offsets_fit_the_quote (critical)" in message
    assert "found: 6 rows" in message
    assert "quote_length=13" in message
    assert "what to do: Classify the content again" in message
    assert "codes_have_their_form" not in message  # a warning is published, it does not stop anything


def test_a_band_shows_what_it_measured_also_when_it_holds(sound_file: Path, tmp_path: Path) -> None:
    report = validate_tables(sound_file, ["core_board_reads"], DAY, tmp_path / "docs")
    band = next(result for result in report.results if result.expectation_id == "few_records_are_rejected")
    assert band.is_success
    assert re.search(r"source=lever, n_records=\d+, value=0\.0\d", band.observed_value)


def test_a_band_that_is_left_names_only_what_lies_outside(
    poisoned: Callable[[str], Path], tmp_path: Path
) -> None:
    path = poisoned(f"UPDATE core_board_reads SET status = 'failed' WHERE source = 'lever' AND day = '{DAY}'")
    report = validate_tables(path, ["core_board_reads"], DAY, tmp_path / "docs")
    band = next(result for result in report.results if result.expectation_id == "boards_answered_today")
    assert not band.is_success
    assert band.observed_value == "source=lever, n_expected=2, n_complete=0, value=0"
    assert band.sentence().count("source=lever") == 1  # not once as what was found and again as a sample row


def _band(values: str, minimum: float | None, maximum: float | None) -> Check:
    return Band(
        id="band", expect="x",
        sql=f"SELECT v AS value FROM (VALUES {values}) AS t (v) WHERE EXISTS (FROM $rows)",
        minimum=minimum, maximum=maximum, severity="warning", reason="x", since=date(2026, 11, 29), mend="x",
    )  # fmt: skip


def test_what_a_band_measured_is_told_in_one_order(
    sound_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release prints it: in the order of DuckDB's groups, the same figures would be a revision."""
    from include.tables.core_sightings import expectations

    monkeypatch.setattr(expectations, "EXPECTATIONS", (_band("(3), (1), (2)", 9, None),))
    report = validate_tables(sound_file, ["core_sightings"], DAY, tmp_path / "docs")
    assert report.failed_warning[0].observed_value == "value=1; value=2; value=3"


@pytest.mark.parametrize(
    ("values", "minimum", "maximum", "outside"),
    [
        ("(1), (2), (3), (NULL)", 1, 3, None),
        ("(1), (2), (3), (NULL)", 2, 2, "value=1; value=3"),
        ("(1), (2), (3)", None, 2, "value=3"),
        ("(1), (2), (3)", 2, None, "value=1"),
    ],
)
def test_a_band_has_two_ends_that_belong_to_it(
    sound_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    values: str,
    minimum: float | None,
    maximum: float | None,
    outside: str | None,
) -> None:
    from include.tables.core_sightings import expectations

    monkeypatch.setattr(expectations, "EXPECTATIONS", (_band(values, minimum, maximum),))
    report = validate_tables(sound_file, ["core_sightings"], DAY, tmp_path / "docs")
    found = next(result for result in report.results if result.expectation_id == "band")
    assert found.is_success == (outside is None)
    assert found.n_unexpected == (0 if outside is None else outside.count("value"))
    assert found.observed_value == (outside or "value=1; value=2; value=3; value=None")


def test_a_band_without_rows_says_that_nothing_was_measured(
    sound_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.tables.core_sightings import expectations

    monkeypatch.setattr(expectations, "EXPECTATIONS", (_band("(1)", 2, None),))
    report = validate_tables(sound_file, ["core_sightings"], "2020-01-01", tmp_path / "docs")
    band = next(result for result in report.results if result.expectation_id == "band")
    assert (band.is_success, band.observed_value) == (True, "nothing to measure")


def test_checks_take_no_more_of_the_machine_than_the_settings_allow(
    sound_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.tables.core_sightings import expectations

    threads = _band("(current_setting('threads'))", 7, 7)
    monkeypatch.setattr(expectations, "EXPECTATIONS", (threads,))
    report = validate_tables(sound_file, ["core_sightings"], DAY, tmp_path / "docs", {"threads": 7})
    band = next(result for result in report.results if result.expectation_id == "band")
    assert (band.is_success, band.observed_value) == (True, "value=7")


def test_an_expectation_that_cannot_be_evaluated_is_critical(
    sound_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.tables.core_sightings import expectations

    broken: Check = NoRows(
        id="broken", expect="x", sql="SELECT no_such_column FROM $rows", severity="warning", reason="x",
        since=expectations.EXPECTATIONS[0].since, mend="x",
    )  # fmt: skip
    monkeypatch.setattr(expectations, "EXPECTATIONS", (broken,))
    report = validate_tables(sound_file, ["core_sightings"], DAY, tmp_path / "docs")
    (failure,) = report.failed_critical
    assert failure.n_unexpected is None
    assert "no_such_column" in failure.observed_value


def test_a_path_is_a_path_whatever_is_in_it(sound_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "50%25 of 'it'; DROP TABLE #é"
    folder.mkdir()
    shutil.copy(sound_file, folder / "warehouse.duckdb")
    report = validate_tables(folder / "warehouse.duckdb", ["core_sightings"], DAY, folder / "docs")
    assert report.failed_critical == ()
    assert (folder / "docs" / "core_sightings.html").is_file()


def test_data_docs_are_swapped_in_whole(
    sound_file: Path, poisoned: Callable[[str], Path], tmp_path: Path
) -> None:
    docs = tmp_path / "docs"
    validate_tables(sound_file, ["core_sightings"], DAY, docs)
    first = docs.resolve()
    assert "No product" not in _pages(docs)
    validate_tables(poisoned("DELETE FROM core_postings"), ["core_sightings"], DAY, docs)
    assert "The posting of every sighting is in core_postings." in _pages(docs)
    assert docs.is_symlink()
    assert not first.exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".docs")] == [
        docs.resolve().name
    ]


def test_data_docs_ask_nothing_of_the_network(sound_file: Path, tmp_path: Path) -> None:
    validate_tables(sound_file, ["core_sightings"], DAY, tmp_path / "docs")
    assert re.findall(r'(?:src|<link[^>]+href)="?(https?://[^" >]+)', _pages(tmp_path / "docs")) == []


def test_no_page_of_data_docs_can_run_a_script(tmp_path: Path) -> None:
    """Great Expectations writes the messages of the database as they are, and these may quote an ad."""
    page = "<html>\n<head>\n<title>x</title></head><body><img src=x onerror=alert(1)></body></html>"
    write_site(tmp_path, "checks", [TableSummary(name="t", n_checks=1, failures=("<b>",))], {"t": page})
    for name in ("index.html", "t.html"):
        written = (tmp_path / name).read_text(encoding="utf-8")
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', written)
        assert policy is not None
        assert policy[1] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        assert written.index("<title>") > policy.end()


def test_a_failed_run_leaves_the_former_docs(
    sound_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "docs"
    validate_tables(sound_file, ["core_sightings"], DAY, docs)
    before = docs.resolve()

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("include.validate.gx_suite.run_suites", fail)
    with pytest.raises(StorageError, match="free space"):
        validate_tables(sound_file, ["core_sightings"], DAY, docs)
    assert docs.resolve() == before
    assert (docs / "index.html").is_file()


def test_what_cannot_be_checked_is_named(sound_file: Path, tmp_path: Path) -> None:
    with pytest.raises(GateError, match="name at least one"):
        validate_tables(sound_file, [], DAY, tmp_path / "docs")
    with pytest.raises(GateError, match=r"nowhere\.duckdb does not exist; build the warehouse first"):
        validate_tables(tmp_path / "nowhere.duckdb", TABLES, DAY, tmp_path / "docs")
    (tmp_path / "junk.duckdb").write_bytes(b"not a database at all" * 100)
    with pytest.raises(GateError, match="cannot be opened for checking"):
        validate_tables(tmp_path / "junk.duckdb", TABLES, DAY, tmp_path / "docs")
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(GateError, match=r"has no table core_sightings; run the migrations"):
        validate_tables(tmp_path / "empty.duckdb", ["core_sightings"], DAY, tmp_path / "docs")


@contextmanager
def opened_elsewhere(file: Path, *, is_read_only: bool) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the warehouse open until it is told to end, or the block is left."""
    connect = f"c = duckdb.connect({str(file)!r}, read_only={is_read_only})"
    code = f"import duckdb; {connect}; print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ, cwd=PROJECT_ROOT,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


def test_a_warehouse_that_another_process_writes_is_waited_for(sound_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "held.duckdb"
    shutil.copy(sound_file, file)
    with opened_elsewhere(file, is_read_only=False) as holder:
        with pytest.raises(WarehouseLockedError, match=f"process {holder.pid}. Close it and run") as locked:
            validate_tables(file, ["core_sightings"], DAY, tmp_path / "docs", patience_seconds=0)
        assert "read-only" not in str(locked.value)  # DuckDB's advice to whoever it keeps out
        ends = threading.Timer(1.0, holder.communicate, ("\n",))
        ends.start()
        report = validate_tables(file, ["core_sightings"], DAY, tmp_path / "docs")
        ends.join()
    assert report.failed_critical == ()


def test_the_gate_keeps_no_reader_out(sound_file: Path, tmp_path: Path) -> None:
    with opened_elsewhere(sound_file, is_read_only=True):
        report = validate_tables(sound_file, ["core_sightings"], DAY, tmp_path / "docs")
    assert report.failed_critical == ()


def test_who_writes_between_the_first_look_at_the_file_and_the_checks_is_waited_for(
    sound_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "held.duckdb"
    shutil.copy(sound_file, file)
    with ExitStack() as others:

        def come_in() -> None:
            holder = others.enter_context(opened_elsewhere(file, is_read_only=False))
            ends = threading.Timer(1.0, holder.communicate, ("\n",))
            ends.start()
            others.callback(ends.join)

        monkeypatch.setattr(canary, "sing", come_in)
        report = validate_tables(file, ["core_sightings"], DAY, tmp_path / "docs")
    assert report.failed_critical == ()


def test_a_result_that_went_missing_stops_the_gate(
    sound_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.validate import gx_suite

    def lose_one(*arguments: Any) -> dict[tuple[str, str], Outcome]:
        return dict(list(whole(*arguments).items())[:-1])

    whole = gx_suite.run_suites
    canary.sing()
    monkeypatch.setattr(canary, "sing", lambda: None)  # it would miss one, too
    monkeypatch.setattr(gx_suite, "run_suites", lose_one)
    with pytest.raises(GateError, match=r"core_sightings\.\w+ gave no result"):
        validate_tables(sound_file, ["core_sightings"], DAY, tmp_path / "docs")


def test_the_gate_asks_the_canary_first(
    sound_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canary, "_run", dict)
    with pytest.raises(canary.CanaryError):
        validate_tables(sound_file, ["core_sightings"], DAY, tmp_path / "docs")


def test_the_canary_sings() -> None:
    canary.sing()


@pytest.mark.parametrize("blind", [True, False])
def test_the_canary_is_silent_when_checks_are_blind(monkeypatch: pytest.MonkeyPatch, blind: bool) -> None:
    truth = canary._run()
    assert {outcome.is_success for outcome in truth.values()} == {True, False}
    same = {key: Outcome(is_success=blind, observed_value="?", n_unexpected=0) for key in truth}
    monkeypatch.setattr(canary, "_run", lambda: same)
    with pytest.raises(canary.CanaryError, match="cannot be trusted"):
        canary.sing()


def test_a_missing_result_silences_the_canary(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = dict(list(canary._run().items())[:-1])
    monkeypatch.setattr(canary, "_run", lambda: fewer)
    with pytest.raises(canary.CanaryError, match="went missing"):
        canary.sing()


def test_without_the_shim_the_canary_is_silent() -> None:
    # Says when the shim is no longer needed, too: then this test fails and the shim can go.
    code = (
        "from include.validate import duckdb_shim\n"
        "duckdb_shim.install = lambda: None\n"
        "from include.validate import canary\n"
        "try:\n"
        "    canary.sing()\n"
        "except Exception as error:\n"
        "    print('silent:', type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT_ROOT, timeout=60
    )
    assert "silent:" in done.stdout, done.stderr


def test_declaring_expectations_needs_no_great_expectations() -> None:
    code = (
        "import sys\n"
        "from include.warehouse.cards import load_table_cards\n"
        "from include.validate.registry import table_checks\n"
        "for table in load_table_cards(): table_checks(table)\n"
        "import include.validate.gate\n"
        "print('great_expectations' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT_ROOT, timeout=60
    )
    assert done.stdout.strip() == "False", done.stderr


def test_great_expectations_is_imported_here_alone() -> None:
    users = {
        path.relative_to(PROJECT_ROOT).as_posix()
        for folder in ("include", "dags", "plugins")
        for path in (PROJECT_ROOT / folder).rglob("*.py")
        if re.search(
            r"^\s*(?:from|import) great_expectations", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert users == {"include/validate/duckdb_shim.py", "include/validate/gx_suite.py"}


def _pages(docs: Path) -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in docs.rglob("*.html"))
