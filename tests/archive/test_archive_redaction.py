"""What is written down or said of a request holds none of its secrets, and everything else as it was."""

from __future__ import annotations

import pytest

from include.archive.reads import Board, Request
from include.archive.redaction import (
    carries_secret,
    host_of,
    is_secret_name,
    redact_board,
    redact_body,
    redact_headers,
    redact_request,
    redact_url,
)


@pytest.mark.parametrize(
    "name",
    [
        "key",
        "api_key",
        "apikey",
        "X-API-Key",
        "appKey",
        "app_id",
        "client_secret",
        "csrfToken",
        "Authorization",
    ],
)
def test_a_name_that_may_hold_a_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["monkey", "keyword", "keywords", "author", "tokenize", "page", "site", "design"]
)
def test_a_name_that_holds_none(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://a.example/jobs?page=2&q=a%20b#top", "https://a.example/jobs?page=2&q=a%20b#top"),
        ("https://me:hunter2@a.example:8443/jobs", "https://a.example:8443/jobs"),
        ("https://a.example/?q=1&api_key=hunter2&p=2", "https://a.example/?q=1&api_key=%5Bremoved%5D&p=2"),
        ("https://a.example/?api%5Fkey=hunter2", "https://a.example/?api%5Fkey=%5Bremoved%5D"),
        ("https://a.example/#access_token=hunter2&n=1", "https://a.example/#access_token=%5Bremoved%5D&n=1"),
        ("https://a.example/#/jobs?token=hunter2&n=1", "https://a.example/#/jobs?token=%5Bremoved%5D&n=1"),
        ("https://a.example/#token=n=1?", "https://a.example/#token=%5Bremoved%5D"),
        ("https://a.example/?token", "https://a.example/?token"),
        ("https://[hunter2/", "[removed]"),
    ],
)
def test_an_address_is_written_without_its_secrets(url: str, written: str) -> None:
    assert redact_url(url) == written


def test_a_host_is_named_without_who_asks_it() -> None:
    assert host_of("https://me:hunter2@a.example:8443/jobs?x=1") == "a.example:8443"


@pytest.mark.parametrize(
    ("body", "written"),
    [
        (b"q=product&page=1", b"q=product&page=1"),
        (b"grant_type=client&client_secret=hunter2", b"grant_type=client&client_secret=%5Bremoved%5D"),
        (b' {"limit": 20,  "searchText": ""}', b' {"limit": 20,  "searchText": ""}'),
        (b'{"a": [{"apiKey": "hunter2", "n": 1}]}', b'{"a":[{"apiKey":"[removed]","n":1}]}'),
        (b'{"broken', b'{"broken'),
        (b"\xff\xfe", b"\xff\xfe"),
    ],
)
def test_a_body_is_written_without_its_secrets_or_as_it_is(body: bytes, written: bytes) -> None:
    assert redact_body(body) == written
    request = Request(url="https://a.example/", method="POST", body=body)
    assert redact_request(request).body == written
    assert carries_secret(request) == (body != written)


def test_headers_and_options_are_written_without_their_secrets() -> None:
    request = Request(
        url="https://a.example/?key=hunter2", headers={"X-Key": "hunter2", "Accept": "text/html"}
    )
    written = redact_request(request)
    assert (written.url, dict(written.headers), written.body) == (
        "https://a.example/?key=%5Bremoved%5D",
        {"X-Key": "[removed]", "Accept": "text/html"},
        None,
    )
    board = Board(source="a", token="acme", employer="Acme", options={"token": "hunter2", "site": "jobs"})
    assert dict(redact_board(board).options) == {"token": "[removed]", "site": "jobs"}


def test_an_answer_s_headers_are_kept_without_cookies_and_without_secrets() -> None:
    headers = [
        ("ETag", "v1"),
        ("Set-Cookie", "sid=hunter2"),
        ("X-CSRF-Token", "hunter2"),
        ("WWW-Authenticate", "Basic"),
        ("Location", "https://a.example/?token=hunter2"),
    ]
    assert redact_headers(headers) == (
        ("etag", "v1"),
        ("location", "https://a.example/?token=%5Bremoved%5D"),
    )
