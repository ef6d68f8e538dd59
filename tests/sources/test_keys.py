"""Keys reach their host, whatever form it wants, and nothing that is kept or printed."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from include.archive.reads import Answer, Board, Request
from include.archive.store import Archive
from include.collect.adapters import ADAPTERS
from include.collect.network.client import PoliteClient
from include.collect.network.credentials import Secret, TokenCache
from include.collect.reader import read_board
from include.sources.cards import Card, load_source_cards
from include.sources.keys import MissingKey, card_credentials, no_secret
from tests.collect.fakes import DAY, IMPATIENT, archive_for, settings_for
from tests.collect.servers import CountingServer, Reply, Seen

LOGIN, PASSWORD = "someone@example.org", "hunter2-hunter2"
SECRET = Secret(LOGIN, PASSWORD)


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a process without tokens."""
    monkeypatch.setattr("include.collect.network.keyring.TOKENS", TokenCache())


def at_loopback(source: str, url: str) -> Card:
    """Return a source's card with the key's host and token host replaced by a test server."""
    card = load_source_cards()[source]
    assert card.key is not None
    key = card.key.model_copy(update={"host": "127.0.0.1"})
    if key.oauth is not None:
        oauth = key.oauth.model_copy(update={"token_url": f"{url}/token?realm=%2Fpartenaire"})
        key = key.model_copy(update={"oauth": oauth})
    return card.model_copy(update={"key": key})


def read(source: str, server: CountingServer, folder: Path, phrase: str = "product manager") -> str:
    board = Board(source=source, token=phrase, employer="Many")
    with PoliteClient(
        settings_for(folder),
        credentials=card_credentials(at_loopback(source, server.url), lambda _: SECRET),
        retry=IMPATIENT,
    ) as client:
        return read_board(ADAPTERS[source], board, DAY, client, archive_for(folder), server.url).status


def is_kept(secret: str, folder: Path) -> bool:
    """Return whether a file, or an object of the archive, holds `secret`."""
    archive = Archive(folder / "archive")
    bodies = [
        archive.objects.read(entry.sha256) for archived in archive.reads(DAY) for entry in archived.entries
    ] + [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return any(secret.encode() in body for body in bodies)


EMPTY = {
    "usajobs": {"SearchResult": {"SearchResultItems": [], "SearchResultCountAll": 0}},
    "adzuna": {"results": []},
    "reed": {"results": [], "totalResults": 0},
    "france_travail": {"resultats": []},
}


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("usajobs", {"authorization-key": PASSWORD, "user-agent": LOGIN}),
        ("adzuna", {}),
        ("reed", {"authorization": "Basic " + b64encode(f"{PASSWORD}:".encode()).decode()}),
    ],
)
def test_each_form_of_key(
    source: str, shown: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with CountingServer(lambda _: Reply(body=json.dumps(EMPTY[source]).encode())) as server:
        assert read(source, server, tmp_path, "gb:product" if source == "adzuna" else "product") == "complete"
        (request,) = server.boards_asked()
    assert {name: request.headers.get(name) for name in shown} == shown
    query = parse_qs(urlsplit(request.path).query)
    assert ["product"] in query.values(), "what was asked for stands beside the key"
    assert (query.get("app_id"), query.get("app_key")) == (
        ([LOGIN], [PASSWORD]) if source == "adzuna" else (None, None)
    )
    assert not is_kept(PASSWORD, tmp_path)
    for secret in (PASSWORD, LOGIN, *shown.values()):
        assert secret not in caplog.text


def test_a_host_that_echoes_the_key(tmp_path: Path) -> None:
    def echo(seen: Seen) -> Reply:
        body = json.dumps(EMPTY["adzuna"] | {"asked": seen.path}).encode()
        return Reply(body=body, headers={"X-Asked": seen.path})

    with CountingServer(echo) as server:
        assert read("adzuna", server, tmp_path, "gb:product") == "complete"
    assert not is_kept(PASSWORD, tmp_path)
    (archived,) = archive_for(tmp_path).reads(DAY)
    assert b"[removed]" in archive_for(tmp_path).answers(archived)[0].body


class TokenHost:
    """Gives tokens, and takes the newest only."""

    def __init__(self, **more: object) -> None:
        self.n_tokens = 0
        self.more = more

    def __call__(self, seen: Seen) -> Reply:
        if seen.path.startswith("/token"):
            self.n_tokens += 1
            token = {"access_token": f"token-number-{self.n_tokens}", "expires_in": 1499, **self.more}
            return Reply(body=json.dumps(token).encode())
        if seen.headers.get("authorization") != f"Bearer token-number-{self.n_tokens}":
            return Reply(401, b"{}")
        return Reply(body=json.dumps(EMPTY["france_travail"]).encode())


def test_a_token_is_fetched_once_for_its_lifetime(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    host = TokenHost()
    with CountingServer(host) as server:
        for phrase in ("product manager", "chef de produit"):
            assert read("france_travail", server, tmp_path, phrase) == "complete"
        asked = [request for request in server.seen if request.path.startswith("/token")]
    assert len(asked) == 1
    form = parse_qs(asked[0].body.decode())
    assert form == {
        "grant_type": ["client_credentials"],
        "client_id": [LOGIN],
        "client_secret": [PASSWORD],
        "scope": ["api_offresdemploiv2 o2dsoffre"],
    }
    assert "authorization" not in asked[0].headers
    for secret in (PASSWORD, "token-number-1"):
        assert not is_kept(secret, tmp_path)
        assert secret not in caplog.text


def test_a_token_that_is_refused_is_renewed_once(tmp_path: Path) -> None:
    host = TokenHost()
    with CountingServer(host) as server:
        assert read("france_travail", server, tmp_path) == "complete"
        host.n_tokens += 1  # revoked by its host before its time
        assert read("france_travail", server, tmp_path, "another") == "complete"
        assert host.n_tokens == 3
        (renewed,) = [
            found for found in archive_for(tmp_path).reads(DAY) if found.read.board.token == "another"
        ]
        assert [(entry.status, entry.is_delivered) for entry in renewed.entries] == [
            (401, False),
            (200, True),
        ]
        host.n_tokens = 100
        server.respond = lambda seen: host(seen) if seen.path.startswith("/token") else Reply(401, b"{}")
        assert read("france_travail", server, tmp_path, "third") == "refused"
        assert host.n_tokens == 101  # one new token, then the host's word counts


def test_a_token_that_has_ended_is_fetched_again(tmp_path: Path) -> None:
    host = TokenHost(expires_in=0.6)  # used for half of it
    with CountingServer(host) as server:
        assert read("france_travail", server, tmp_path) == "complete"
        time.sleep(0.4)
        assert read("france_travail", server, tmp_path, "another") == "complete"
    assert host.n_tokens == 2


@pytest.mark.parametrize(
    "reply", [Reply(401, b'{"error": "invalid_client"}'), Reply(body=b"{}"), Reply(body=b"<html>")]
)
def test_a_token_host_that_gives_none(tmp_path: Path, reply: Reply) -> None:
    with CountingServer(lambda _: reply) as server:
        assert read("france_travail", server, tmp_path) == "refused"
    (archived,) = archive_for(tmp_path).reads(DAY)
    assert "'hiring_signals_france_travail'" in (archived.read.error or "")
    assert not is_kept(PASSWORD, tmp_path)


def test_a_secret_is_not_sent_where_a_token_host_redirects(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply()) as other:
        redirect = Reply(307, b"", {"Location": f"{other.url}/elsewhere"})
        with CountingServer(lambda _: redirect) as server:
            assert read("france_travail", server, tmp_path) == "refused"
        assert other.seen == []


def test_a_key_stays_at_its_host(tmp_path: Path) -> None:
    """The same server under another name is another host."""
    with CountingServer(lambda _: Reply()) as server:
        elsewhere = server.url.replace("127.0.0.1", "localhost")
        (credential,) = card_credentials(at_loopback("usajobs", server.url), lambda _: SECRET)
        with PoliteClient(settings_for(tmp_path), credentials=[credential], retry=IMPATIENT) as client:
            answer: Answer = client.fetch(Request(url=f"{elsewhere}/x"), client.visit())
        assert answer.status == 200
        assert all("authorization-key" not in request.headers for request in server.seen)


def test_without_its_key_a_source_names_the_connection() -> None:
    usajobs = load_source_cards()["usajobs"]
    with pytest.raises(MissingKey, match=r"'hiring_signals_usajobs' with login and password"):
        card_credentials(usajobs, no_secret)
    with pytest.raises(MissingKey, match="'hiring_signals_usajobs' has no login"):
        card_credentials(usajobs, lambda _: Secret("", PASSWORD))
    assert card_credentials(load_source_cards()["greenhouse"], no_secret) == ()


def test_nothing_that_holds_a_secret_prints_it() -> None:
    for source in ("usajobs", "adzuna", "reed", "france_travail"):
        (credential,) = card_credentials(load_source_cards()[source], lambda _: SECRET)
        assert PASSWORD not in repr((SECRET, credential, credential.grant))


def test_every_source_with_a_key_can_be_given_one() -> None:
    for card in load_source_cards().values():
        if card.key is not None:
            (credential,) = card_credentials(card, lambda _: SECRET)
            assert credential.host == card.key.host
            assert urlsplit(card.endpoint.split(" ", 1)[1]).hostname == card.key.host


def test_a_token_of_unstated_lifetime_is_kept(tmp_path: Path) -> None:
    host = TokenHost(expires_in=None)
    with CountingServer(host) as server:
        for phrase in ("product manager", "chef de produit"):
            assert read("france_travail", server, tmp_path, phrase) == "complete"
    assert host.n_tokens == 1


@pytest.mark.parametrize("source", ["reed", "usajobs", "adzuna", "france_travail"])
def test_a_key_that_was_copied_with_its_line_end_is_used_without_it(source: str) -> None:
    card = load_source_cards()[source]
    copied, plain = (
        Secret(" me@example.org\n", "\tk3y-0123456789 \r\n"),
        Secret("me@example.org", "k3y-0123456789"),
    )
    assert card_credentials(card, lambda _: copied) == card_credentials(card, lambda _: plain)


@pytest.mark.parametrize(
    "key", ["k3y-0123\n456789", "k3y-0123\x00456789", "k3y-0123é456789", "k3y-0123\ud800456"]
)
def test_what_no_header_can_hold_is_no_key_and_stands_in_no_message(key: str) -> None:
    with pytest.raises(
        MissingKey, match=r"hiring_signals_usajobs.* holds a character that no key has"
    ) as told:
        card_credentials(load_source_cards()["usajobs"], lambda _: Secret("me@example.org", key))
    assert "k3y" not in str(told.value)
