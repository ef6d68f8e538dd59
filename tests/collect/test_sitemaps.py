"""Sitemaps: plain and gzip files, lists and indexes, and what is none."""

from __future__ import annotations

import gzip

import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.parsing import sitemaps
from include.collect.parsing.sitemaps import Sitemap, read_sitemap
from include.collect.protocol import MalformedAnswer
from tests.collect.adapters.exchanges import answer_to, list_answer, play

LIST = b'<?xml version="1.0"?><urlset><url><loc>https://acme.example/jobs/po?a=1&amp;b=2</loc></url></urlset>'
PAGE = (
    b'<html><script type="application/ld+json">{"@type":"JobPosting","title":"Product Owner"}</script></html>'
)


@pytest.mark.parametrize("body", [LIST, gzip.compress(LIST, mtime=0), b"\xef\xbb\xbf" + LIST])
def test_a_list_of_pages(body: bytes) -> None:
    found = read_sitemap(list_answer(body))
    assert found == Sitemap(is_index=False, locations=("https://acme.example/jobs/po?a=1&b=2",))


def test_an_index_and_what_is_no_sitemap() -> None:
    index = read_sitemap(list_answer(LIST.replace(b"urlset", b"sitemapindex")))
    assert index is not None
    assert index.is_index
    assert read_sitemap(list_answer(PAGE)) is None
    broken = read_sitemap(list_answer(b"<urlset><loc>https://[half/jobs/1</loc><loc>/jobs/2</loc></urlset>"))
    assert broken == Sitemap(is_index=False, locations=())


def test_damaged_and_oversized_gzip_files_are_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MalformedAnswer, match="ends early"):
        read_sitemap(list_answer(gzip.compress(LIST)[:-9]))
    monkeypatch.setattr(sitemaps, "MAX_BYTES", 1_000_000)
    with pytest.raises(MalformedAnswer, match="1,000,000 bytes when unpacked"):
        read_sitemap(list_answer(gzip.compress(LIST + bytes(1_000_001))))


def test_a_board_whose_sitemap_is_a_gzip_file() -> None:
    board = Board(source="career_page", token="acme.example/sitemap.xml.gz", employer="Acme")

    def respond(request: Request) -> Answer:
        return answer_to(request, gzip.compress(LIST) if request.url.endswith(".gz") else PAGE)

    answers = play("career_page", board, respond)
    assert [answer.request.url for answer in answers] == [
        "https://acme.example/sitemap.xml.gz",
        "https://acme.example/jobs/po?a=1&b=2",
    ]
    listing = ADAPTERS["career_page"].parse(board, answers)
    assert [item.title for item in listing.listings] == ["Product Owner"]
    assert listing.is_complete


def test_a_damaged_sitemap_of_an_index_costs_its_pages_and_the_census() -> None:
    index = (
        b"<sitemapindex><loc>https://acme.example/jobs1.xml.gz</loc><loc>https://acme.example/jobs2.xml</loc>"
    )
    board = Board(source="career_page", token="acme.example/sitemap.xml", employer="Acme")
    bodies = {"sitemap.xml": index, "jobs1.xml.gz": gzip.compress(LIST)[:-9], "jobs2.xml": LIST}

    def respond(request: Request) -> Answer:
        return answer_to(request, bodies.get(request.url.rpartition("/")[2], PAGE))

    listing = ADAPTERS["career_page"].parse(board, play("career_page", board, respond))
    assert [item.title for item in listing.listings] == ["Product Owner"]
    assert [reject.reason for reject in listing.rejects] == ["malformed_page"]
    assert not listing.is_complete
