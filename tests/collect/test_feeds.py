"""XML feeds over HTTP: mistakes in their texts are borne, what is cut off or another document is no board."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from include.archive.reads import Answer, Board, BoardRead, Request
from include.collect.adapters import ADAPTERS
from include.collect.parsing.xml_repair import mended
from include.collect.protocol import MalformedAnswer
from include.collect.reader import read_board
from tests.collect.adapters.exchanges import answer_to, list_answer, play
from tests.collect.fakes import DAY, archive_for, client_for
from tests.collect.servers import CountingServer, Reply, Seen

ITEM = "<item><title>Product Owner</title><g:id>1</g:id><g:employer>{}</g:employer></item>"
SITE = Board(source="successfactors", token="jobs.acme.example", employer="Acme")


def feed(employer: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    names = 'xmlns:g="http://base.google.com/ns/1.0"'
    return f'{head}<rss version="2.0" {names}><channel>{ITEM.format(employer)}</channel></rss>'


def read(tmp_path: Path, body: bytes) -> tuple[BoardRead, list[str | None]]:
    """Return how the read of a feed ended, and the employers in it."""
    archive, adapter = archive_for(tmp_path), ADAPTERS["successfactors"]
    with CountingServer(lambda _: Reply(body=body)) as server, client_for(tmp_path) as client:
        found = read_board(adapter, SITE, DAY, client, archive, server.url)
    if found.status != "complete":
        return found, []
    (archived,) = archive.effective_reads(DAY)
    return found, [item.employer for item in adapter.parse(SITE, archive.answers(archived)).listings]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Smith &amp; Sons", "Smith & Sons"),
        ("Smith & Sons, R&D; AT&T", "Smith & Sons, R&D; AT&T"),
        ("Caf&eacute;&nbsp;&rsquo;", "Café\u00a0’"),
        ("a\x0b&#11;&#x1F;b", "ab"),
        ("&LT;b&GT; &#60;", "<b> <"),
        ("<![CDATA[Smith & Sons &nbsp;]]> &", "Smith & Sons &nbsp; &"),
        ("Acme<></>", "Acme"),
    ],
)
def test_mistakes_in_texts_cost_no_posting(tmp_path: Path, written: str, meant: str) -> None:
    found, employers = read(tmp_path, feed(written).encode())
    assert (found.status, employers) == ("complete", [meant]), found.error


def test_sections_without_end_take_no_time() -> None:
    """However many there are, each looked for its end to the end of the text."""
    text = "<rss>" + "<![CDATA[" * 300_000 + " & "
    before = time.process_time()
    assert mended(list_answer(text.encode())).endswith(" &amp; ")
    assert time.process_time() - before < 2


def test_the_declared_encoding_is_kept(tmp_path: Path) -> None:
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>'
    assert read(tmp_path, feed("Café & Co", head).encode("latin-1"))[1] == ["Café & Co"]
    with pytest.raises(MalformedAnswer, match="not of its encoding"):
        mended(list_answer(feed("Café", head.replace("8859-1", "9999")).encode("latin-1")))


@pytest.mark.parametrize(
    "body",
    [
        feed("Smith & Sons")[:-20],
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]>' + feed("&a; & c", head=""),
        "<html><body>Sorry & <br> again",
        '<rss version="2.0"/>',
    ],
)
def test_what_is_cut_off_or_another_document_is_malformed(tmp_path: Path, body: str) -> None:
    """Each of these would look like an empty board, and close every posting."""
    assert read(tmp_path, body.encode())[0].status == "malformed"


def read_teamtailor(tmp_path: Path, respond: Callable[[Seen], Reply]) -> tuple[BoardRead, list[str]]:
    """Return how the read of a Teamtailor board ended, and what was asked."""
    board = Board(source="teamtailor", token="acme", employer="Acme")
    with CountingServer(respond) as server, client_for(tmp_path) as client:
        found = read_board(ADAPTERS["teamtailor"], board, DAY, client, archive_for(tmp_path), server.url)
    return found, [seen.path for seen in server.boards_asked()]


@pytest.mark.parametrize(("n_items", "status"), [(99, "complete"), (100, "partial")])
def test_an_rss_feed_that_is_as_long_as_it_gets_may_lack_postings(
    tmp_path: Path, n_items: int, status: str
) -> None:
    items = "".join(
        f"<item><title>Cook</title><link>https://acme.example/jobs/{n}-cook</link></item>"
        for n in range(n_items)
    )
    body = f"<rss><channel>{items}</channel></rss>".encode()
    found, _ = read_teamtailor(
        tmp_path, lambda seen: Reply(body=body) if seen.path == "/jobs.rss" else Reply(404)
    )
    assert found.status == status, found.error


@pytest.mark.parametrize(
    ("next_url", "asked", "status"),
    [
        ("/jobs.json?page=2", ["/jobs.json", "/jobs.json?page=2"], "complete"),
        # With `base_url`, addresses of the source are asked below it; these are none.
        ("//[half", ["/jobs.json"], "partial"),
        ("/jobs.json", ["/jobs.json"], "partial"),
    ],
)
def test_a_feed_whose_next_page_was_not_read_is_not_whole(
    tmp_path: Path, next_url: str, asked: list[str], status: str
) -> None:
    item = {"id": "x", "title": "Cook", "url": "https://acme.example/jobs/1-cook"}

    def respond(seen: Seen) -> Reply:
        page = {"items": [item | {"url": "https://acme.example/jobs/2-cook"}]}
        return Reply(
            body=msgspec.json.encode(
                page if "page=2" in seen.path else {"items": [item], "next_url": next_url}
            )
        )

    found, paths = read_teamtailor(tmp_path, respond)
    assert (found.status, paths) == (status, asked), found.error


def test_a_next_page_at_a_strangers_host_is_not_asked() -> None:
    board = Board(source="teamtailor", token="acme", employer="Acme")
    feed = {"items": [], "next_url": "https://stranger.example/jobs.json?page=2"}
    answers = play("teamtailor", board, lambda request: answer_to(request, msgspec.json.encode(feed)))
    assert [answer.request.url for answer in answers] == ["https://acme.teamtailor.com/jobs.json"]
    assert not ADAPTERS["teamtailor"].parse(board, answers).is_complete
    moved = {"items": [], "next_url": "https://jobs.acme.example/jobs.json?page=2"}

    def respond(request: Request) -> Answer:
        answer = answer_to(request, msgspec.json.encode(moved))
        return msgspec.structs.replace(answer, url="https://jobs.acme.example/jobs.json")

    assert len(play("teamtailor", board, respond)) == 2


@pytest.mark.parametrize(("has_list", "status"), [(True, "complete"), (False, "gone")])
def test_a_board_without_feed_may_have_its_list(tmp_path: Path, has_list: bool, status: str) -> None:
    board = Board(source="personio", token="acme", employer="Acme")
    rows = [{"id": 1, "name": "Product Owner", "description": ""}, {"id": 2, "name": "Cook"}]

    def respond(seen: Seen) -> Reply:
        if seen.path.startswith("/search.json") and has_list:
            return Reply(body=msgspec.json.encode(rows))
        if seen.path.startswith("/job/1"):
            return Reply(body=b'<html><div class="page_jobDescription">Own it.</div></html>')
        return Reply(404)

    archive, adapter = archive_for(tmp_path), ADAPTERS["personio"]
    with CountingServer(respond) as server, client_for(tmp_path) as client:
        found = read_board(adapter, board, DAY, client, archive, server.url)
    assert found.status == status, found.error
    if has_list:
        (archived,) = archive.effective_reads(DAY)
        listing = adapter.parse(board, archive.answers(archived))
        assert {item.native_id: item.description_html for item in listing.listings} == {
            "1": "Own it.",
            "2": None,
        }
