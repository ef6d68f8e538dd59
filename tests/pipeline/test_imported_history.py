"""Years of history on day one: each public history, from a small file of its own shape to the warehouse."""

from __future__ import annotations

import json
import multiprocessing
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from include.archive.manifest import object_path
from include.archive.reads import Answer, Board, Request
from include.archive.store import Archive
from include.collect.dumps.answer_bundle import read_bundle, write_bundle
from include.collect.dumps.files import DumpError
from include.collect.dumps.reading import open_dump
from include.collect.protocol import Listing
from include.pipeline.importing import refusals
from include.settings import Settings
from include.sources.__main__ import main
from include.sources.history import NO_DAY
from tests.collect.servers import CountingServer, Reply, Seen
from tests.pipeline.installation import bring_in, rows

DAY = date(2026, 11, 22)
AD = "<p>You own the roadmap. Success is measured by activation and retention.</p>"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HIRING_SIGNALS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HIRING_SIGNALS_DATA_ORIGIN", "archive")
    monkeypatch.setenv("HIRING_SIGNALS_REQUESTS_PER_SECOND_PER_HOST", "1000")
    monkeypatch.setenv("HIRING_SIGNALS_ALLOW_LOOPBACK", "true")
    monkeypatch.delenv("HIRING_SIGNALS_SIMULATED_MARKET_URL", raising=False)
    return Settings()


def postings(settings: Settings) -> list[tuple[Any, ...]]:
    return rows(
        settings,
        "SELECT native_id, title, series_kind, opened_date, closed_date, is_text_complete, employer "
        "FROM core_postings ORDER BY native_id",
    )


def test_jobtech_yearly_file(settings: Settings, tmp_path: Path) -> None:
    ad = {
        "original_id": "1",
        "headline": "Produktägare",
        "employer": {"name": "Exempel AB"},
        "description": {"text": "Du äger produkten."},
        "workplace_address": {"municipality": "Umeå", "country": "Sverige"},
        "publication_date": "2019-03-13T00:00:00",
        "last_publication_date": "2019-05-12T23:59:59",
    }
    path = tmp_path / "2019.jsonl.zip"
    with zipfile.ZipFile(path, "w") as archive:
        lines = [ad, ad | {"original_id": "2", "headline": "Kock"}, ad | {"original_id": "3", "headline": ""}]
        archive.writestr("2019.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    report = bring_in(settings, path, DAY, "jobtech_history")
    assert (report.n_listed, report.n_rejected, report.n_skipped, report.n_without_text) == (1, 1, 1, 0)
    assert postings(settings) == [
        ("1", "Produktägare", "archived", date(2019, 3, 13), date(2019, 5, 12), True, "Exempel AB")
    ]
    assert rows(settings, "SELECT n_promised, n_listed, n_rejected FROM core_board_reads") == [(3, 1, 1)]


def test_canada_monthly_file_in_utf_16(settings: Settings, tmp_path: Path) -> None:
    lines = [
        "WIC Job Location Snapshot ID\tJob Title\tCity\tProvince/Territory\tFirst Posting Date",
        "771\tproduct manager - software\tNA\tOntario\t2024/02/05",
        "772\tcook\tBanff\tAlberta\t2024/02/06",
    ]
    path = tmp_path / "job-bank-feb2024.csv"
    path.write_bytes("\r\n".join(lines).encode("utf-16"))
    report = bring_in(settings, path, DAY, "canada_job_bank")
    assert (report.n_listed, report.n_skipped, report.n_without_text) == (1, 1, 1)
    assert postings(settings) == [
        (
            "771",
            "product manager - software",
            "archived",
            date(2024, 2, 5),
            None,
            False,
            "",  # the file names none
        )
    ]


def test_web_data_commons_quads(settings: Settings, tmp_path: Path) -> None:
    def quads(number: int, title: str, posted: str) -> str:
        page = f"<https://jobs.example.org/{number}>"
        facts = [("title", f'"{title}"'), ("datePosted", f'"{posted}"'), ("description", '"Own it."')]
        lines = [
            f"_:n{number} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            f"<http://schema.org/JobPosting> {page} ."
        ]
        lines += [f"_:n{number} <http://schema.org/{name}> {value} {page} ." for name, value in facts]
        return "\n".join(lines) + "\n"

    path = tmp_path / "jobs.nq"
    path.write_text(
        quads(1, "Product Owner", "2024-10-01")
        + quads(2, "Cook", "2024-10-01")
        + quads(3, "PM", "2012-01-01")
    )
    (tmp_path / "jobs.nq.columns.yaml").write_text(
        "source: webdatacommons\nseries_kind: reconstructed\nonly_product_titles: true\n"
        "seen_on: 2024-10-15\ncolumns: {}\n"
    )
    report = bring_in(settings, path, DAY)  # the map beside the file is kept with the import
    assert (report.n_listed, report.n_rejected, report.n_skipped) == (1, 1, 1)
    ((native_id, title, kind, opened, *_),) = postings(settings)
    assert (title, kind, opened) == ("Product Owner", "reconstructed", date(2024, 10, 1))
    assert native_id == "jobs.example.org/https://jobs.example.org/1"
    assert rows(settings, "SELECT reason FROM core_rejected_records") == [("far_from_crawl",)]


ANNOUNCEMENTS = {
    "01": [("1", "Product Manager", "2024-01-10"), ("2", "Nurse", "2024-01-11")],
    "02": [("3", "IT Specialist (Product Owner)", "2024-02-09")],
}


def usajobs(seen: Seen) -> Reply:
    """Answer as historicjoa and announcementtext do."""
    parts = urlsplit(seen.path)
    query = parse_qs(parts.query)
    if parts.path.endswith("/announcementtext"):
        return Reply(body=json.dumps({"data": [{"summary": AD, "duties": AD}]}).encode())
    month = query["StartPositionOpenDate"][0][5:7]
    data = [
        {
            "usajobsControlNumber": number,
            "positionTitle": title,
            "hiringAgencyName": "Agency",
            "positionOpenDate": opened,
            "positionCloseDate": "2024-03-01",
        }
        for number, title, opened in ANNOUNCEMENTS[month]
    ]
    return Reply(body=json.dumps({"data": data, "paging": {"metadata": {"totalCount": len(data)}}}).encode())


def at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command read a test server in the source's place."""
    from include.sources import __main__ as commands
    from include.sources.history import collect_history

    def collect(settings: Settings, boards: Any, out: Path, find_secret: Any, base_url: str | None) -> Any:
        return collect_history(settings, boards, out, find_secret, url)

    monkeypatch.setattr(commands, "collect_history", collect)


def test_usajobs_months_over_http(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "usajobs-2024q1.answers.jsonl.gz"
    replies: list[Callable[[Seen], Reply]] = [usajobs]
    with CountingServer(lambda seen: replies[-1](seen)) as server:
        at(server.url, monkeypatch)
        # February fails at first: no bundle, and January is not asked again.
        replies.append(lambda seen: Reply(500) if "2024-02-01" in seen.path else usajobs(seen))
        call = ["history", "usajobs_history", "2024-01..2024-02", "--out", str(out)]
        assert main(call) == 1
        assert not out.exists()
        replies.pop()
        n_january = sum("2024-01-01" in request.path for request in server.seen)
        assert main(call) == 0
        assert sum("2024-01-01" in request.path for request in server.seen) == n_january == 1
    report = bring_in(settings, out, DAY)
    assert (report.n_listed, report.n_skipped) == (2, 1)
    assert postings(settings) == [
        ("1", "Product Manager", "archived", date(2024, 1, 10), date(2024, 3, 1), True, "Agency"),
        (
            "3",
            "IT Specialist (Product Owner)",
            "archived",
            date(2024, 2, 9),
            date(2024, 3, 1),
            True,
            "Agency",
        ),
    ]
    # The same answers make the same file, so a second import is the same import.
    before = out.read_bytes()
    with CountingServer(usajobs) as server:
        at(server.url, monkeypatch)
        assert main(call) == 0
        assert server.boards_asked() == []
    assert out.read_bytes() == before
    assert bring_in(settings, out, DAY) == report


def test_a_month_whose_answer_was_damaged_is_read_again_once_it_is_moved_away(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "usajobs.answers.jsonl"
    call = ["history", "usajobs_history", "2024-01..2024-02", "--out", str(out)]
    with CountingServer(usajobs) as server:
        at(server.url, monkeypatch)
        assert main(call) == 0
        whole = out.read_bytes()
        january = Archive(settings.paths.history).board_reads(
            "usajobs_history", "2024-01-01..2024-01-31", NO_DAY
        )[0]
        damaged = object_path(settings.paths.history, january.entries[0].sha256)
        damaged.chmod(0o644)
        damaged.write_bytes(b"damaged")
        assert main(call) == 1
        assert f"error: the archived object {damaged} cannot be read" in capsys.readouterr().err
        damaged.unlink()
        asked_before = len(server.boards_asked())
        assert main(call) == 0
        months = {seen.path for seen in server.boards_asked()[asked_before:] if "Date=" in seen.path}
    assert months
    assert all("2024-01-01" in path for path in months), "February is not asked again"
    assert len(out.read_bytes().splitlines()) == len(whole.splitlines())


def test_hacker_news_threads_over_http(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def respond(seen: Seen) -> Reply:
        if "search_by_date" in seen.path:
            hits = [
                {"objectID": str(number), "title": f"Ask HN: {what} ({month} 2026)"}
                for number, what, month in (
                    (30, "Who is hiring?", "March"),
                    (29, "Who wants to be hired?", "March"),
                    (20, "Who is hiring?", "February"),
                    (10, "Who is hiring?", "January"),
                )
            ]
            return Reply(body=json.dumps({"hits": hits}).encode())
        thread = int(seen.path.rsplit("/", 1)[1])
        comment = {
            "id": thread * 100,
            "text": "Acme | Product Manager | Oslo<p>You own the roadmap.",
            "created_at_i": 1_770_000_000 + thread * 86_400,
        }
        body = {"id": thread, "title": "Ask HN: Who is hiring? (x 2026)", "children": [comment]}
        return Reply(body=json.dumps(body).encode())

    out = tmp_path / "hn.answers.jsonl"
    with CountingServer(respond) as server:
        at(server.url, monkeypatch)
        assert main(["history", "hn_hiring", "months=2", "--out", str(out)]) == 0
        asked = [request.path for request in server.boards_asked() if "items" in request.path]
        assert asked == ["/api/v1/items/30", "/api/v1/items/20"]
        n_asked = len(server.boards_asked())
        assert main(["history", "hn_hiring", "months=2", "--out", str(out)]) == 0
        assert len(server.boards_asked()) == n_asked  # read today already
        # More months are another reading, not the one that is archived.
        assert main(["history", "hn_hiring", "months=3", "--out", str(tmp_path / "3.answers.jsonl")]) == 0
        assert server.boards_asked()[-1].path == "/api/v1/items/10"
    bring_in(settings, out, DAY)
    assert [row[:3] for row in postings(settings)] == [
        ("2000-0", "Product Manager", "reconstructed"),
        ("3000-0", "Product Manager", "reconstructed"),
    ]


@pytest.mark.parametrize(("source", "employer"), [("lever", "acme"), ("remotive", None)])
def test_a_bundle_of_an_employers_own_board_names_it(
    tmp_path: Path, source: str, employer: str | None
) -> None:
    """Lever's answers hold no employer's name, the board is one; Remotive's is a window on many."""
    body = {
        "lever": [{"id": "1", "text": "Product Manager", "hostedUrl": "https://x", "descriptionBody": AD}],
        "remotive": {"jobs": [{"id": 1, "title": "Product Manager", "url": "https://x", "description": AD}]},
    }[source]
    answer = Answer(
        request=Request(url="https://x"), url="https://x", status=200, headers=(),
        fetched_at=datetime(2026, 11, 22), body=json.dumps(body).encode(), sha256="",
    )  # fmt: skip
    path = tmp_path / "x.answers.jsonl"
    write_bundle(path, source, [(Board(source=source, token="acme", employer=""), [answer])])
    [listing] = read_bundle(path)
    assert isinstance(listing, Listing), listing
    assert listing.employer == employer


def test_a_bundle_that_is_none_is_refused_with_the_command_that_writes_one(tmp_path: Path) -> None:
    path = tmp_path / "x.answers.jsonl"
    path.write_text('{"format": "answers", "source": "nobody"}\n')
    with pytest.raises(DumpError, match="nobody"):
        open_dump(path)
    path.write_text('{"id": 1}\n')
    with pytest.raises(DumpError, match=r"include\.sources history"):
        open_dump(path)
    write_bundle(path, "hn_hiring", [])
    path.write_text(path.read_text() + '{"board": "x", "url"')
    with pytest.raises(DumpError, match=r"line 2: not an answer"):
        list(open_dump(path).batches())


def test_history_names_what_is_wrong(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", "hn_hiring", "months=1", "--out", str(tmp_path / "x.jsonl")]) == 1
    assert ".answers.jsonl.gz" in capsys.readouterr().err
    assert main(["history", "nobody", "x", "--out", str(tmp_path / "x.answers.jsonl")]) == 1
    assert "no adapter reads 'nobody'" in capsys.readouterr().err
    assert main(["history", "hn_hiring", "month=3", "--out", str(tmp_path / "x.answers.jsonl")]) == 1
    assert "hn_hiring reads no option 'month'; is months meant?" in capsys.readouterr().err
    for span, complaint in (
        ("2024-11..2024-13", "no span of months"),
        ("2024-05..2024-04", "no span of months"),
        ("2024-05..2999-01", "is not over"),
    ):
        assert main(["history", "usajobs_history", span, "--out", str(tmp_path / "x.answers.jsonl")]) == 1
        assert complaint in capsys.readouterr().err


def _import_and_load(settings: Settings, path: Path) -> None:
    bring_in(settings, path, DAY)


def test_an_import_killed_at_any_moment_is_whole_after_the_next_run(
    settings: Settings, tmp_path: Path
) -> None:
    """Nothing half-imported is visible after a kill, and the run after the kills imports everything once."""
    path = tmp_path / "ads.jsonl"
    ad = {"title": "Product Manager", "company": "Acme", "description": AD, "posted_date": "2026-11-03"}
    path.write_text("".join(json.dumps(ad | {"id": str(number)}) + "\n" for number in range(3_000)))
    context = multiprocessing.get_context("fork")
    for moment in (0.05, 0.2, 0.5, 1.0):
        worker = context.Process(target=_import_and_load, args=(settings, path))
        worker.start()
        worker.join(moment)
        worker.kill()
        worker.join()
        if settings.paths.warehouse.exists():
            tables = rows(settings, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'core_postings'")
            counted = rows(settings, "SELECT count(*) FROM core_postings") if tables == [(1,)] else [(0,)]
            assert counted in ([(0,)], [(3_000,)])
    report = bring_in(settings, path, DAY)
    assert (report.n_listed, report.n_rejected) == (3_000, 0)
    assert rows(settings, "SELECT count(*), count(DISTINCT posting_key) FROM core_postings") == [(3000, 3000)]


def test_why_records_were_refused_is_told_with_an_example(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "ads.csv"
    path.write_text(
        "id,title,posted_at,description\n"
        "1,Product Manager,2026-11-02,You own the roadmap.\n"
        "2,Product Manager,31/12/2025,You own the roadmap.\n"
        "3,Product Manager,30/11/2025,You own the roadmap.\n"
        "4,,2026-11-02,You own the roadmap.\n"
    )
    report = bring_in(settings, path, DAY)
    assert (report.n_listed, report.n_rejected) == (1, 3)
    unreadable, untitled = refusals(settings, "ads")
    assert (unreadable.reason, unreadable.n_records) == ("unreadable_date", 2)
    assert unreadable.example.startswith("record 2: '31/12/2025' is not an ISO 8601 time")
    assert (untitled.reason, untitled.n_records) == ("missing_title", 1)
    assert untitled.example.startswith("record 4: ")
    assert rows(settings, "SELECT count(*) FROM core_rejected_records") == [(3,)]
