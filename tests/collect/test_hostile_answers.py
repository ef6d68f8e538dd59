"""Answers that were made to hurt: small on the wire, and gigabytes or hours once they are parsed."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.parsing.career_pages import job_postings, page_soup
from include.collect.parsing.places import split_places
from include.collect.parsing.sitemaps import MAX_LOCATIONS, read_sitemap
from include.collect.parsing.source_dates import posted_ago
from include.collect.parsing.volume import MOST_PARTS, n_parts
from include.collect.protocol import MAX_DETAIL_CHARACTERS, BoardListing, MalformedAnswer, Reject
from include.collect.reader import read_board
from tests.collect.adapters.exchanges import list_answer
from tests.collect.fakes import ACME, DAY, ListAdapter, archive_for, client_for
from tests.collect.servers import CountingServer, Reply, raw_server

ICIMS = Board(source="icims", token="careers-acme.icims.com", employer="Acme")


@contextmanager
def few_seconds() -> Iterator[None]:
    """What is linear takes a tenth of this; what these tests were written for took minutes to years."""
    start = time.process_time()
    yield
    assert time.process_time() - start < 5


class Unparsed(ListAdapter):
    """Whose answers nobody must parse."""

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        raise AssertionError("the answer was parsed")


@pytest.mark.parametrize("unit", [b"1,", b"[],", b'{"a":', b"<b>"])
def test_an_answer_that_unpacks_into_millions_of_values_is_not_parsed(tmp_path: Path, unit: bytes) -> None:
    body = b"[" + unit * MOST_PARTS
    packed = gzip.compress(body, 6)
    assert len(packed) < 50_000
    archive = archive_for(tmp_path)
    with (
        CountingServer(lambda _: Reply(body=packed, headers={"Content-Encoding": "gzip"})) as server,
        client_for(tmp_path) as client,
    ):
        read = read_board(Unparsed(), ACME, DAY, client, archive, server.url)
    assert (read.status, read.error) == (
        "out_of_budget",
        "the answers hold more than 3,000,000 tags and values, more than any board has",
    )
    (kept,) = archive.reads(DAY)
    assert [(len(archive.objects.read(entry.sha256)), entry.is_delivered) for entry in kept.entries] == [
        (len(body), False)
    ]


def test_a_large_board_is_no_bomb() -> None:
    text = "<p>You own the roadmap, and the results. " * 250
    jobs = [{"id": number, "title": "Product Manager", "content": text} for number in range(2_000)]
    body = json.dumps({"jobs": jobs}).encode()
    assert len(body) > 20_000_000
    assert n_parts(body) < MOST_PARTS / 2


def test_a_page_of_too_many_tags_is_refused_before_it_is_parsed() -> None:
    with few_seconds(), pytest.raises(MalformedAnswer, match="more than 400,000 tags"):
        page_soup(list_answer(b"<html><body>" + b"<b>" * 3_000_000))


def test_a_page_that_is_nested_beyond_reason_is_refused() -> None:
    rows = b"".join(b'<div><a href="/jobs/%d/x/job">PM' % number for number in range(2_000))
    with few_seconds(), pytest.raises(MalformedAnswer, match="tags within more than 512 others"):
        ADAPTERS["icims"].parse(ICIMS, [list_answer(b"<html><body>iCIMS" + rows)])
    assert page_soup(list_answer(b"<html><body>" + b"<div>" * 300)).find("div") is not None


def test_items_within_items_take_no_time() -> None:
    item = b'<div itemscope itemprop="inner" itemtype="https://schema.org/JobPosting">'
    page = b"<html><body>" + item * 150 + b'<i itemprop="skills">x</i>' * 1_000
    with few_seconds():
        found, rejects = job_postings(page_soup(list_answer(page)), "page")
    assert (len(found), rejects) == (150, [])
    outermost = found[0][1]
    assert list(outermost) == ["inner"]
    assert outermost["inner"] is found[1][1]
    assert found[-1][1]["skills"] == ["x"] * 1_000


def test_white_space_in_a_sitemap_takes_no_time() -> None:
    with few_seconds():
        sitemap = read_sitemap(list_answer(b"<urlset><loc>" + b" " * 1_000_000))
        assert sitemap is not None
        assert sitemap.locations == ()
    sitemap = read_sitemap(list_answer(b"<urlset><loc>\n <![CDATA[ https://x.example/1 ]]></loc>"))
    assert sitemap is not None
    assert sitemap.locations == ("https://x.example/1",)


def test_a_packed_sitemap_of_too_many_addresses_is_refused() -> None:
    body = b"<urlset>" + b"<loc>http://a" * (MAX_LOCATIONS + 1)
    packed = gzip.compress(body)
    assert len(packed) < 10_000
    with pytest.raises(MalformedAnswer, match="more than 100,000 addresses"):
        read_sitemap(list_answer(packed))


def test_many_rows_of_one_posting_take_no_time() -> None:
    jobs = [{"id": 1, "title": "PM", "location": {"name": f"Town {number}"}} for number in range(15_000)]
    board = Board(source="greenhouse", token="acme", employer="Acme")
    answer = list_answer(json.dumps({"jobs": jobs}).encode())
    with few_seconds():
        (listing,) = ADAPTERS["greenhouse"].parse(board, [answer]).listings
    assert [place.text for place in listing.places] == [f"Town {number}" for number in range(15_000)]


def test_a_list_sends_nobody_to_strangers() -> None:
    links = [
        "/jobs/1/product-manager/job",
        "https://careers-acme.icims.com/jobs/2/product-manager/job",
        "https://uk-acme.icims.com/jobs/3/product-manager/job",
        "https://victim.example/jobs/4/product-manager/job",
        "https://icims.com.victim.example/jobs/5/product-manager/job",
        "http://8.8.8.8/jobs/6/product-manager/job",
    ]
    page = "iCIMS" + "".join(f'<p><a href="{link}">Product Manager</a></p>' for link in links)
    requests = ADAPTERS["icims"].requests(ICIMS)
    url = next(requests).url
    first = list_answer(page.encode(), url=url)
    asked = [requests.send(first).url]
    assert asked[0].startswith("https://careers-acme.icims.com/jobs/search?")
    details = [requests.send(first).url]
    details += [request.url for request in requests]
    assert details == [
        "https://careers-acme.icims.com/jobs/1/product-manager/job",
        "https://careers-acme.icims.com/jobs/2/product-manager/job",
        "https://uk-acme.icims.com/jobs/3/product-manager/job",
    ]
    assert len(ADAPTERS["icims"].parse(ICIMS, [first]).listings) == 6  # the list says that they are open


def test_what_a_page_says_does_not_reach_a_terminal_as_it_is(tmp_path: Path) -> None:
    links = b"".join(b'<a href="/jobs/%d\x1b[2J\x1b]0;title\x07">x</a>' % number for number in range(6))
    archive = archive_for(tmp_path)
    with CountingServer(lambda _: Reply(body=b"<html>" + links)) as server, client_for(tmp_path) as client:
        board = Board(source="career_page", token=server.url.removeprefix("http://"), employer="Acme")
        read = read_board(ADAPTERS["career_page"], board, DAY, client, archive, server.url)
    assert read.status == "failed"
    assert read.error is not None
    assert r"/jobs/4\x1b[2J\x1b]0;title\x07 is not a usable URL" in read.error
    reject = Reject.of("jobs[0]", "wrong_type", "of \x1b[31mred" + "\x9b" * 300)
    assert reject.detail.startswith(r"of \x1b[31mred\x9b")
    assert len(reject.detail) == MAX_DETAIL_CHARACTERS


def test_what_a_host_says_beside_its_status_is_logged_with_escapes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answer = b"HTTP/1.1 200 \x1b[2Jfine\r\nContent-Length: 2\r\n\r\n[]"
    caplog.set_level("INFO")
    with raw_server(lambda connection: connection.sendall(answer)) as url, client_for(tmp_path) as client:
        client.fetch(Request(url=f"{url}/acme"), client.visit())
    said = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert any(r"200 \x1b[2Jfine" in message for message in said)
    assert "\x1b" not in caplog.text


def test_white_space_signs_and_digits_without_end_take_no_time() -> None:
    with few_seconds():
        assert [place.text for place in split_places(" " * 500_000 + "Town ; \t Other")] == ["Town", "Other"]
    jobs = [
        {},
        {"id": 1, "position": "PM", "description": "Own it." + " <br />" * 50_000 + " " * 500_000 + "x"},
    ]
    with few_seconds():
        board = Board(source="remoteok", token="all", employer="Acme")
        assert len(ADAPTERS["remoteok"].parse(board, [list_answer(jobs)]).listings) == 1
    title = "PM" + " " * 200_000 + "(" + "," * 200_000
    with few_seconds():
        feed = f"<rss><channel><item><title>{title}</title><link>https://x.example/1/</link></item></channel></rss>"
        board = Board(source="successfactors", token="x.example", employer="Acme")
        (listing,) = ADAPTERS["successfactors"].parse(board, [list_answer(feed.encode())]).listings
    assert listing.title == title
    with few_seconds():
        page = b"<html>jv-x" + b"1" * 1_000_000 + b'<a href="/acme/job/o1">PM</a>'
        board = Board(source="jobvite", token="acme", employer="Acme")
        assert ADAPTERS["jobvite"].parse(board, [list_answer(page)]).promised is None


def test_numbers_of_any_length_stop_no_adapter() -> None:
    board = Board(source="jobvite", token="acme", employer="Acme")
    page = b'<html>jv-x<a href="/acme/job/o1">PM</a> 1 - 50 of ' + b"9" * 5_000
    assert ADAPTERS["jobvite"].parse(board, [list_answer(page)]).promised is None
    assert posted_ago(f"Posted {'1' * 5_000} Days Ago", DAY) is None
    assert posted_ago("Posted 3 Days Ago", DAY) == DAY - timedelta(days=3)
