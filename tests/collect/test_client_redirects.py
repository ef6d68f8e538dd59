"""Where a redirect leads, over real sockets, and what goes along."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.collect.network.failures import NoAnswer
from include.collect.network.redirects import MAX_REDIRECTS
from include.collect.protocol import Request
from tests.collect.fakes import client_for, fetch
from tests.collect.servers import CountingServer, Reply, Seen


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
