"""The commands for the list of boards, on a real file and a real archive, over real HTTP."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from include.archive.plan import write_plan
from include.archive.reads import Board, BoardRead
from include.archive.store import Archive
from include.collect.boards import load_boards
from include.sources.__main__ import main
from include.sources.health import source_health
from tests.archive.samples import record

DAY = date(2026, 11, 16)
LEVER = [
    {"id": "a", "text": "Product Manager", "description": "<p>Own it.</p>", "createdAt": 1793836800000},
    {"id": "b", "text": "Cook", "categories": {"location": "Paris"}},
    {"id": "c"},  # no title: refused, and known to be listed
]


@pytest.fixture
def boards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a list with two boards, used by the commands."""
    path = tmp_path / "boards.csv"
    path.write_text(
        "source,token,employer,enabled,options,note\nlever,acme,Acme,true,,\ngreenhouse,gone,Gone,true,,\n"
    )
    monkeypatch.setenv("HIRING_SIGNALS_BOARDS_FILE", str(path))
    monkeypatch.setenv("HIRING_SIGNALS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("HIRING_SIGNALS_SIMULATED_MARKET_URL", raising=False)
    return path


def test_a_wrong_setting_is_said_without_a_traceback(
    boards: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_CONTACT", "joe")
    assert main(["check", "--source", "lever"]) == 1
    assert "error: HIRING_SIGNALS_CONTACT is 'joe': give a mail address" in capsys.readouterr().err
    monkeypatch.delenv("HIRING_SIGNALS_CONTACT")
    monkeypatch.setenv("HIRING_SIGNALS_KEEP_DAYS", "3")
    assert main(["list"]) == 1
    assert "error: HIRING_SIGNALS_KEEP_DAYS is '3': Input should be" in capsys.readouterr().err


def test_add_recognises_writes_once_and_keeps_the_file_sorted(
    boards: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", "https://jobs.ashbyhq.com/Bravo/1", "--employer", "Bravo"]) == 0
    assert main(["add", "https://jobs.ashbyhq.com/Bravo"]) == 0
    assert "already" in capsys.readouterr().out
    assert main(["add", "https://[half"]) == 1
    assert "error: https://[half is no address" in capsys.readouterr().err
    rows = load_boards(boards)
    assert [(row.board.source, row.board.token, row.board.employer) for row in rows] == [
        ("ashby", "Bravo", "Bravo"),
        ("greenhouse", "gone", "Gone"),
        ("lever", "acme", "Acme"),
    ]


def test_add_from_a_saved_page_and_refusal_without_one(
    boards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = boards.read_text()
    assert main(["add", "https://acme.example/careers"]) == 1
    assert "--page" in capsys.readouterr().err
    assert boards.read_text() == before
    page = tmp_path / "careers.html"
    page.write_text('<iframe src="https://acme.recruitee.com/embed"></iframe>')
    assert main(["add", "https://acme.example/careers", "--page", str(page)]) == 0
    assert ("recruitee", "acme") in {(row.board.source, row.board.token) for row in load_boards(boards)}


def test_mark_dead_keeps_the_row_with_its_reason(boards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mark-dead", "lever", "acme", "--note", "gone since 2026-11-01"]) == 0
    row = next(row for row in load_boards(boards) if row.board.token == "acme")
    assert (row.is_enabled, row.note) == (False, "gone since 2026-11-01")
    assert main(["mark-dead", "lever", "Acme", "--note", "x"]) == 1
    assert "case counts" in capsys.readouterr().err


def test_list_shows_what_is_off_and_what_is_left_out(
    boards: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    assert "LinkedIn" in shown
    assert "off  adzuna" in shown
    assert "1 of    1 boards  Lever" in shown


def test_check_reads_every_board_once_and_reports(
    boards: Path,
    tmp_path: Path,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    httpserver.expect_request("/_market/clock").respond_with_json({"day": DAY.isoformat()})
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/lever/v0/postings/acme").respond_with_data(
        json.dumps(LEVER), content_type="application/json"
    )
    httpserver.expect_request("/greenhouse/v1/boards/gone/jobs").respond_with_data("", status=404)
    monkeypatch.setenv("HIRING_SIGNALS_SIMULATED_MARKET_URL", httpserver.url_for("/"))
    monkeypatch.setenv("HIRING_SIGNALS_ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("HIRING_SIGNALS_REQUESTS_PER_SECOND_PER_HOST", "1000")
    assert main(["check"]) == 0
    shown = capsys.readouterr()
    assert "lever/acme: complete" in shown.err
    assert "mark-dead greenhouse 'gone' --note 'gone on 2026-11-16'" in shown.out
    health = source_health(Archive(tmp_path / "data" / "archive"), DAY)
    assert health["greenhouse"].failures == {"gone": 1}
    lever = health["lever"]
    assert (lever.n_boards, lever.n_whole, lever.n_postings, lever.n_product, lever.n_rejected) == (
        1,
        1,
        2,
        1,
        1,
    )
    assert lever.fill_rate("posted_on") == 0.5
    assert lever.fill_rate("pay") == 0.0
    assert health["greenhouse"].fill_rate("pay") is None

    asked = len(httpserver.log)
    assert main(["check", "--source", "lever"]) == 0
    again = [request.path for request, _ in httpserver.log[asked:]]
    assert "/lever/v0/postings/acme" not in again  # one list request per board and day
    capsys.readouterr()
    assert main(["report", "2026-11-16"]) == 0
    named = capsys.readouterr().out
    assert main(["report"]) == 0  # the newest
    shown_report = capsys.readouterr().out
    assert shown_report == named
    lines = {line.split()[0]: line.split() for line in shown_report.splitlines()[1:]}
    assert lines["lever"][1:7] == ["1", "1", "0", "2", "1", "1"]
    assert "50%" in lines["lever"]
    assert lines["lever"][-2:] == ["2026-11-16", "none"]
    assert lines["greenhouse"][-3:] == ["never", "1", "gone"]
    assert main(["check", "--source", "ashby"]) == 1


def test_report_before_anything_was_collected(boards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report"]) == 1
    assert "make run" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["report", "2026-99-01"])
    assert "'2026-99-01' is not a day of the form YYYY-MM-DD" in capsys.readouterr().err


def test_report_counts_boards_that_were_planned_and_never_tried_and_older_successes(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    acme = Board(source="lever", token="acme", employer="Acme")
    later = DAY + timedelta(days=3)
    for day, status in ((DAY, "unchanged"), (later, "failed")):
        record(
            archive,
            BoardRead(
                day=day,
                board=acme,
                attempt=1,
                status=status,
                n_requests=1,
                body_bytes=0,
                elapsed_seconds=0.1,
                started_at=datetime(2026, 11, 16, tzinfo=UTC),
            ),
            [],
        )
    write_plan(archive.root, later, [acme, Board(source="lever", token="bravo", employer="Bravo")])
    health = source_health(archive, later)["lever"]
    assert (health.n_boards, health.failures) == (2, {"failed": 1, "missing": 1})
    assert health.last_success == DAY
