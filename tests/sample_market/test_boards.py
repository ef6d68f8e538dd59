from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.dumps.reading import open_dump
from include.collect.protocol import BoardListing
from include.sample_market.boards import BoardWriter, posting_title
from include.sample_market.config import MarketConfig
from include.sample_market.employers import Employer
from include.sample_market.history import history_rows, write_history
from include.sample_market.market import Market, generate
from include.sample_market.native import opening_native_id
from include.storage import StorageError
from tests.sample_market.conftest import MONDAY


def parsed(employer: Employer, body: bytes) -> BoardListing:
    answer = Answer(
        request=Request(url="http://board.example.com/"),
        url="http://board.example.com/",
        status=200,
        headers=(),
        fetched_at=datetime(2026, 11, 16, 6, tzinfo=UTC),
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
    )
    board = Board(source=employer.source, token=employer.token, employer=employer.name)
    return ADAPTERS[employer.source].parse(board, [answer])


def words_of(description: str) -> str:
    """Return the text of HTML with the typography undone."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", description))
    return text.replace("’", "'").replace("\xa0", " ")


@pytest.fixture(scope="module")
def writer(small_market: Market) -> BoardWriter:
    return BoardWriter(small_market)


def test_adapters_read_every_listed_posting(small_market: Market, writer: BoardWriter) -> None:
    for employer in small_market.employers:
        listing = parsed(employer, writer.board(employer, MONDAY))
        expected = {p.native_id: p for p in small_market.listed_on(employer, MONDAY)}
        assert {item.native_id for item in listing.listings} == set(expected)
        assert {reject.reason for reject in listing.rejects} <= {"prospect_post", "unlisted"}
        for item in listing.listings:
            posting = expected[item.native_id]
            opening = posting.opening
            assert item.title == posting_title(posting)
            assert item.posted_on == posting.opened
            assert item.opening_native_id == opening_native_id(employer, posting)
            assert item.department == opening.department
            assert (item.pay == ()) == (opening.pay is None)
            if opening.pay:
                assert item.pay == (opening.pay,)
            assert item.places
            written = words_of(item.description_html)
            for section in small_market.ad(opening, posting.version_on(MONDAY)).sections:
                for sentence in section.sentences:
                    assert sentence in written


def test_each_source_has_its_noise(demo_market: Market) -> None:
    writer = BoardWriter(demo_market)
    reasons = {
        (employer.source, reject.reason)
        for employer in demo_market.employers
        for reject in parsed(employer, writer.board(employer, MONDAY)).rejects
    }
    assert reasons == {("greenhouse", "prospect_post"), ("ashby", "unlisted")}


def test_greenhouse_escapes_once_and_counts(small_market: Market, writer: BoardWriter) -> None:
    employer = next(e for e in small_market.employers if e.source == "greenhouse")
    answer = json.loads(writer.board(employer, MONDAY))
    assert answer["meta"]["total"] == len(answer["jobs"])
    content = answer["jobs"][-1]["content"]
    assert content.startswith("&lt;")
    assert "<" not in content
    assert html.unescape(content).startswith("<")
    pay = [job["pay_input_ranges"][0] for job in answer["jobs"] if "pay_input_ranges" in job]
    assert all(item["min_cents"] > 100_000 for item in pay)


def test_greenhouse_copies_share_their_opening(demo_market: Market) -> None:
    writer = BoardWriter(demo_market)
    shared = 0
    for employer in demo_market.employers:
        if employer.source == "greenhouse":
            jobs = [j for j in json.loads(writer.board(employer, MONDAY))["jobs"] if j["internal_job_id"]]
            shared += len(jobs) - len({job["internal_job_id"] for job in jobs})
    assert shared > 20


def test_lever_spreads_its_text(small_market: Market, writer: BoardWriter) -> None:
    employer = next(e for e in small_market.employers if e.source == "lever")
    posting = json.loads(writer.board(employer, MONDAY))[0]
    assert isinstance(posting["createdAt"], int)
    assert len(posting["lists"]) >= 2
    total = sum(len(part["content"]) for part in posting["lists"])
    assert total > len(posting["descriptionPlain"])


def test_ashby_flags_hybrid_as_remote(demo_market: Market) -> None:
    writer = BoardWriter(demo_market)
    employer = next(e for e in demo_market.employers if e.source == "ashby")
    jobs = json.loads(writer.board(employer, MONDAY))["jobs"]
    hybrid = [job for job in jobs if job.get("workplaceType") == "Hybrid"]
    assert hybrid
    assert all(job["isRemote"] for job in hybrid)
    assert any(job["secondaryLocations"] for job in jobs)


def test_boards_change_with_the_day(demo_market: Market) -> None:
    writer = BoardWriter(demo_market)

    def ids(day: date) -> set[str]:
        return {
            item.native_id
            for employer in demo_market.employers
            for item in parsed(employer, writer.board(employer, day)).listings
        }

    monday, friday = ids(MONDAY), ids(MONDAY + timedelta(days=4))
    assert friday - monday
    assert monday - friday
    assert len(monday & friday) > len(monday) / 2


def test_update_times_move_without_a_change(demo_market: Market) -> None:
    writer = BoardWriter(demo_market)
    employer = next(e for e in demo_market.employers if e.source == "greenhouse")

    def jobs(day: date) -> dict[int, dict[str, object]]:
        return {job["id"]: job for job in json.loads(writer.board(employer, day))["jobs"]}

    first, second = jobs(MONDAY), jobs(MONDAY + timedelta(days=1))
    moved = [i for i in first.keys() & second.keys() if first[i]["updated_at"] != second[i]["updated_at"]]
    unchanged_text = [i for i in moved if first[i]["content"] == second[i]["content"]]
    assert 0 < len(moved) < len(first) / 3
    assert len(unchanged_text) > len(moved) / 2


def test_some_ads_name_a_contact_with_reserved_values(demo_market: Market) -> None:
    contacts = [
        sentence
        for opening in demo_market.openings[:2000]
        for section in demo_market.ad(opening).sections
        if section.kind == "contact"
        for sentence in section.sentences
    ]
    assert contacts
    assert all("@example.com" in text or "555-01" in text for text in contacts)


def test_history_is_one_market_with_the_boards(tmp_path: Path) -> None:
    board_config = MarketConfig(employers=6, weeks=6, product_openings_per_week=20)
    past_config = replace(board_config, end_day=MONDAY - timedelta(days=1), weeks=5)
    market = generate(board_config)
    rows = {row.id: row for row in history_rows(past_config)}
    still_open = 0
    for postings in market.postings_by_employer.values():
        for posting in postings:
            if board_config.first_week <= posting.opened < MONDAY:
                row = rows[posting.native_id]
                assert row.posted_at == posting.opened
                assert row.closed_at == (posting.closed if posting.closed < MONDAY else None)
                still_open += row.closed_at is None
            elif posting.opened >= MONDAY:
                assert posting.native_id not in rows
    assert still_open > 10


def test_history_file_is_the_same_twice_and_readable_as_a_dump(tmp_path: Path) -> None:
    config = MarketConfig(employers=4, weeks=3, end_day=date(2026, 11, 15))
    first, second = tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl.gz"
    count = write_history(config, first)
    write_history(config, second)
    assert first.read_bytes() == second.read_bytes()
    lines = gzip.decompress(first.read_bytes()).splitlines()
    assert count == len(lines) > 50
    dump = open_dump(first)
    batches = list(dump.batches(100))
    assert sum(len(batch.rows) for batch in batches) == count
    assert sum(len(batch.rejects) for batch in batches) == 0
    row = json.loads(lines[0])
    listing = batches[0].rows[0].listing
    assert listing.native_id == row["id"]
    assert listing.description_html == row["description_html"]
    assert listing.posted_on.isoformat() == row["posted_at"]
    assert dump.series_kind == "archived"


def test_history_is_not_written_halfway(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("in the way of a folder")
    with pytest.raises(StorageError):
        write_history(MarketConfig(employers=2, weeks=1), target / "history.jsonl.gz")
    assert target.read_text() == "in the way of a folder"
