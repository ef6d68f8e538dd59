"""Where a redirect leads, over real sockets, and what goes along."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.archive.reads import Answer, Request
from include.collect.network.failures import NoAnswer, UnsafeAddress
from include.collect.network.redirects import (
    MAX_REDIRECTS,
    leads_to_front_page,
    next_hop,
    redirect_target,
)
from tests.collect.fakes import client_for, fetch
from tests.collect.servers import CountingServer, Reply, Seen

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


def test_a_redirect_loop_ends(tmp_path: Path) -> None:
    def turn(seen: Seen) -> Reply:
        return Reply(302, b"", {"Location": "/b" if seen.path == "/a" else "/a"})

    with CountingServer(turn) as server, pytest.raises(NoAnswer, match="redirects in a circle"):
        fetch(client_for(tmp_path), f"{server.url}/a")
    assert len(server.boards_asked()) == 2


def test_a_chain_of_redirects_ends(tmp_path: Path) -> None:
    with (
        CountingServer(lambda seen: Reply(302, b"", {"Location": seen.path + "x"})) as server,
        pytest.raises(NoAnswer, match=f"more than {MAX_REDIRECTS} times"),
    ):
        fetch(client_for(tmp_path), f"{server.url}/a")
    assert len(server.boards_asked()) == MAX_REDIRECTS + 1


def test_a_redirect_to_no_address_ends_the_read_with_a_sentence(tmp_path: Path) -> None:
    with (
        CountingServer(lambda _: Reply(302, b"", {"Location": "https://[half/a"})) as server,
        pytest.raises(NoAnswer, match="redirects to what is no address: 'https://\\[half/a'"),
    ):
        fetch(client_for(tmp_path), f"{server.url}/a")


def test_a_moved_board_is_followed_and_the_hops_are_kept(tmp_path: Path) -> None:
    def moved(seen: Seen) -> Reply:
        if seen.path == "/old?token=hunter2":
            return Reply(301, b"moved", {"Location": "/new?token=hunter2", "Set-Cookie": "a=1"})
        return Reply(body=seen.path.encode())

    with CountingServer(moved) as server:
        answer, others = fetch(client_for(tmp_path), f"{server.url}/old?token=hunter2")
        assert answer.url == f"{server.url}/new?token=hunter2"
    assert answer.body == b"/new?token=hunter2"  # what is written down is redacted, what is asked is not
    assert [(other.status, other.body) for other in others] == [(301, b"moved")]
    assert all("cookie" not in name for other in others for name, _ in other.headers)


def test_another_host_gets_no_headers_that_were_not_meant_for_it(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply()) as other:
        with CountingServer(lambda _: Reply(307, b"", {"Location": f"{other.url}/x"})) as server:
            client = client_for(tmp_path)
            request = Request(
                url=f"{server.url}/acme",
                method="POST",
                body=b"{}",
                headers={"X-API-Key": "k", "Authorization": "b", "Content-Type": "application/json"},
            )
            with client:
                client.fetch(request, client.visit())
            assert server.of("/acme")[0].headers["x-api-key"] == "k"
        (seen,) = other.of("/x")
    assert (seen.method, seen.body, seen.headers["content-type"]) == ("POST", b"{}", "application/json")
    assert not {"x-api-key", "authorization"} & set(seen.headers)


def test_a_post_becomes_a_get_after_a_303(tmp_path: Path) -> None:
    with CountingServer(
        lambda seen: Reply(303, b"", {"Location": "/result"}) if seen.method == "POST" else Reply()
    ) as server:
        client = client_for(tmp_path)
        with client:
            client.fetch(Request(url=f"{server.url}/q", method="POST", body=b"{}"), client.visit())
        assert [(seen.method, seen.body) for seen in server.boards_asked()] == [("POST", b"{}"), ("GET", b"")]


@pytest.mark.parametrize(
    ("status", "is_redirect"),
    [
        (code, code in (301, 302, 303, 307, 308))
        for code in (200, 201, 300, 301, 302, 303, 304, 307, 308, 309)
    ],
)
def test_which_answers_lead_elsewhere(status: int, is_redirect: bool) -> None:
    def answer(*headers: tuple[str, str]) -> Answer:
        asked = Request(url="https://a.example/")
        return Answer(
            request=asked, url=asked.url, status=status, headers=headers, fetched_at=NOW, body=b"", sha256="0"
        )

    assert redirect_target(answer(("location", "/b"))) == ("/b" if is_redirect else None)
    assert redirect_target(answer()) is None


@pytest.mark.parametrize(
    ("status", "method"),
    [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")],
)
def test_only_307_and_308_keep_method_and_body(status: int, method: str) -> None:
    hop = Request(url="https://a.example/q", method="POST", body=b"{}", headers={"X-Key": "k"})
    then = next_hop(hop, status, "/r")
    assert (then.url, then.method) == ("https://a.example/r", method)
    assert then.body == (b"{}" if method == "POST" else None)
    assert then.headers == {"X-Key": "k"}  # the same host


def test_nothing_leads_from_https_to_plain_http() -> None:
    secret, plain = (Request(url=f"{scheme}://a.example/q") for scheme in ("https", "http"))
    with pytest.raises(UnsafeAddress, match="from https to plain http"):
        next_hop(secret, 301, "http://a.example/q")
    assert next_hop(secret, 301, "https://b.example/q").url == "https://b.example/q"
    assert next_hop(plain, 301, "https://a.example/q").url == "https://a.example/q"


@pytest.mark.parametrize(
    ("url", "target", "is_front"),
    [
        ("https://jobs.example/acme", "https://example.org/", True),
        ("https://jobs.example/acme", "https://example.org", True),
        ("https://jobs.example/acme", "/", False),  # of the same host
        ("https://www.jobs.example/acme", "https://jobs.example/", False),
        ("https://jobs.example/acme", "https://example.org/acme", False),
        ("https://jobs.example/acme", "https://example.org/?tenant=acme", False),
        ("https://jobs.example/", "https://example.org/", False),  # a front page was asked for
        ("https://jobs.example/acme", "https://[half/", False),
    ],
)
def test_what_leads_to_the_front_page_of_another_host(url: str, target: str, is_front: bool) -> None:
    assert leads_to_front_page(url, target) is is_front
