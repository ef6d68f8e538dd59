"""Keys go to their host and nowhere else."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from include.archive.integrity import verify
from include.archive.reads import Answer, Board, BoardRead, Request
from include.collect.network.client import PoliteClient
from include.collect.network.credentials import Credential, Grant, Secret
from include.collect.network.keyring import Keyring
from include.collect.network.transport import hide_queries_in_logs
from include.collect.reader import read_board
from include.sources.cards import load_source_cards
from include.sources.keys import card_credentials
from tests.collect.fakes import (
    ACME,
    DAY,
    IMPATIENT,
    ListAdapter,
    archive_for,
    client_for,
    settings_for,
)
from tests.collect.servers import CountingServer, Reply, Seen


def test_a_credential_reaches_its_host_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    archive = archive_for(tmp_path)
    credential = Credential(host="127.0.0.1", headers={"X-Key": "hunter2"}, params={"app_key": "hunter2"})
    caplog.set_level("DEBUG")
    hide_queries_in_logs.cache_clear()  # as in a process of its own: levels are set again for every test
    with (
        CountingServer(lambda _: Reply(500, b"[]", {"Set-Cookie": "sid=hunter2"})) as server,
        PoliteClient(settings_for(tmp_path), credentials=[credential], retry=IMPATIENT) as client,
    ):
        read: BoardRead = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
        assert len(server.of("/acme?app_key=hunter2")) == 3
        assert server.boards_asked()[0].headers["x-key"] == "hunter2"
        (robots,) = server.of("/robots.txt")
        assert "x-key" not in robots.headers
    assert "hunter2" not in repr(read)
    assert all(b"hunter2" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    output = capfd.readouterr()
    assert "hunter2" not in output.out + output.err
    assert any(record.name == "httpx" for record in caplog.records)  # it logs each URL it asks
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    ("url", "is_shown"),
    [
        ("https://api.example/jobs", True),
        ("https://API.example:8443/jobs", True),
        ("http://api.example/jobs", False),  # anybody on the way could read it
        ("http://127.0.0.1:8000/jobs", False),
        ("https://api.example/robots.txt", False),
        ("https://www.api.example/jobs", False),
        ("https://api.example.elsewhere.example/jobs", False),
        ("https://api.example@elsewhere.example/jobs", False),
        ("https://elsewhere.example/?next=https://api.example/jobs", False),
    ],
)
def test_a_key_is_shown_to_its_host_alone_and_never_in_the_clear(url: str, is_shown: bool) -> None:
    credential = Credential(host="api.example", headers={"X-Key": "hunter2"}, params={"key": "hunter2"})
    shown = Keyring([credential]).credential(Request(url=url))
    assert (dict(shown.headers), dict(shown.params)) == (
        ({"X-Key": "hunter2"}, {"key": "hunter2"}) if is_shown else ({}, {})
    )


def test_what_a_host_echoes_of_a_key_is_cut_out_but_no_short_word() -> None:
    credential = Credential(
        host="api.example", headers={"Authorization": "Basic c2VjcmV0"}, params={"id": "product"}
    )
    assert credential.cut_out("Basic c2VjcmV0, c2VjcmV0: product") == "[removed], [removed]: product"
    assert credential.cut_out_of_body(b'{"key": "c2VjcmV0"}') == b'{"key": "[removed]"}'


@pytest.mark.parametrize("source", ["reed", "usajobs", "adzuna"])
def test_a_key_that_a_host_repeats_in_any_writing_is_cut_out(tmp_path: Path, source: str) -> None:
    key = "k3y/with+odd=letters"
    writings = (key, "k3y%2Fwith%2Bodd%3Dletters", "k3y\\/with+odd=letters")
    (credential,) = card_credentials(load_source_cards()[source], lambda _: Secret("login-of-ours", key))
    credential = msgspec.structs.replace(credential, host="127.0.0.1")
    echo = Reply(400, "; ".join(writings).encode(), {"Link": f"</jobs?k={writings[1]}>; {key}"})
    archive = archive_for(tmp_path)
    with (
        CountingServer(lambda _: echo) as server,
        PoliteClient(settings_for(tmp_path), credentials=[credential], retry=IMPATIENT) as client,
    ):
        read = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
        assert len(server.boards_asked()) == 1
    (archived,) = archive.reads(DAY)
    (entry,) = archived.entries
    assert archive.objects.read(entry.sha256) == b"[removed]; [removed]; [removed]"
    assert dict(entry.headers)["link"] == "</jobs?k=[removed]>; [removed]"
    assert "k3y" not in repr(read)


def test_a_token_host_that_repeats_what_it_was_asked_with_is_kept_without_it(tmp_path: Path) -> None:
    def respond(seen: Seen) -> Reply:
        return Reply(503, b"could not serve " + seen.body, {"X-Debug": "id-of-ours and s3cret/of/ours"})

    archive = archive_for(tmp_path)
    with CountingServer(respond) as server:
        grant = Grant(
            token_url=f"{server.url}/token", client_id="id-of-ours", client_secret="s3cret/of/ours", scope="x"
        )
        credential = Credential(host="127.0.0.1", grant=grant)
        with PoliteClient(settings_for(tmp_path), credentials=[credential], retry=IMPATIENT) as client:
            read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
    (archived,) = archive.reads(DAY)
    assert archived.entries
    for entry in archived.entries:
        kept = archive.objects.read(entry.sha256) + repr(entry.headers).encode()
        assert b"s3cret" not in kept
        assert b"id-of-ours" not in kept


def test_a_token_that_cannot_be_sent_stands_in_no_message(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with CountingServer(lambda _: Reply(body=b'{"access_token": "t0ken-of\\nours"}')) as server:
        grant = Grant(token_url=f"{server.url}/token", client_id="id", client_secret="word", scope="x")
        credential = Credential(host="127.0.0.1", grant=grant, connection="hiring_signals_x")
        with PoliteClient(settings_for(tmp_path), credentials=[credential], retry=IMPATIENT) as client:
            read = read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == "refused"
    assert "with a token that cannot be sent: check login and password of the Airflow" in (read.error or "")
    assert all(b"t0ken" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_keys_in_a_url_are_cut_out_of_messages(tmp_path: Path) -> None:
    class Keyed(ListAdapter):
        def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
            yield Request(url=f"{base_url}/x?api_key=hunter2")

    archive = archive_for(tmp_path)
    with CountingServer(lambda _: Reply(404)) as server, client_for(tmp_path) as client:
        read = read_board(Keyed(), ACME, DAY, client, archive, server.url)
    assert read.status == "gone"
    assert "hunter2" not in repr(read)
    assert all(b"hunter2" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_token_exchange_is_described_but_not_kept(tmp_path: Path) -> None:
    class OAuth(ListAdapter):
        def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
            answer = yield Request(
                url=f"{base_url}/token", method="POST", body=b"grant_type=client&client_secret=hunter2"
            )
            assert b"hunter3" in answer.body

    archive = archive_for(tmp_path)
    with (
        CountingServer(lambda _: Reply(body=b'{"access_token": "hunter3"}')) as server,
        client_for(tmp_path) as client,
    ):
        assert read_board(OAuth(), ACME, DAY, client, archive, server.url).status == "complete"
    (archived,) = archive.reads(DAY)
    assert archived.entries[0].request.body == b"grant_type=client&client_secret=%5Bremoved%5D"
    assert archive.answers(archived)[0].body == b""
    assert verify(archive).problems == ()
