"""XML feeds over HTTP: mistakes in their texts are borne, what is cut off or another document is no board."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.collect.adapters import ADAPTERS
from include.collect.parsing.xml_repair import mended
from include.collect.protocol import Board, BoardRead, MalformedAnswer
from include.collect.reader import read_board
from tests.collect.adapters.exchanges import list_answer
from tests.collect.fakes import DAY, archive_for, client_for
from tests.collect.servers import CountingServer, Reply

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
