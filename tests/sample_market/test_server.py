"""What the simulated boards answer, and that the server bears all it is asked."""

from __future__ import annotations

import contextlib
import csv
import io
import socket
import threading
import time
from datetime import timedelta

import httpx
import pytest

from include.role_families import PRODUCT_FAMILIES
from include.sample_market.boards import BoardWriter
from include.sample_market.employers import Employer
from include.sample_market.market import Market
from include.sample_market.server import MarketServer
from tests.sample_market.conftest import MONDAY, PATHS, path_of, set_fault


def test_serves_the_bytes_of_the_writer(client: httpx.Client, small_market: Market) -> None:
    writer = BoardWriter(small_market)
    for employer in small_market.employers:
        answer = client.get(path_of(employer))
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == writer.board(employer, MONDAY)
        plain = client.get(path_of(employer), headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content


def test_confirms_what_the_client_has(client: httpx.Client, employer: Employer) -> None:
    etag = client.get(path_of(employer)).headers["etag"]
    answer = client.get(path_of(employer), headers={"If-None-Match": f'"other", W/{etag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(path_of(employer), headers={"If-None-Match": '"other"'}).status_code == 200


def test_clock_moves_the_boards(client: httpx.Client, employer: Employer) -> None:
    before = client.get(path_of(employer))
    day = (MONDAY + timedelta(days=4)).isoformat()
    assert client.put("/_market/clock", json={"day": day}).json() == {"day": day}
    assert client.get("/_market/clock").json() == {"day": day}
    after = client.get(path_of(employer), headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.content != before.content


@pytest.mark.parametrize("body", [b"{}", b'{"day": "16.11.2026"}', b'{"day": "2031-01-01"}', b"not json"])
def test_clock_refuses_what_it_cannot_be(client: httpx.Client, body: bytes) -> None:
    answer = client.put("/_market/clock", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert client.get("/_market/clock").json() == {"day": MONDAY.isoformat()}


def test_greenhouse_sends_texts_and_pay_only_when_asked(client: httpx.Client, small_market: Market) -> None:
    employer = next(e for e in small_market.employers if e.source == "greenhouse")
    base = f"/greenhouse/v1/boards/{employer.token}"
    short = client.get(f"{base}/jobs").json()["jobs"]
    assert not any("content" in job or "pay_input_ranges" in job for job in short)
    texts = client.get(f"{base}/jobs?content=true").json()["jobs"]
    assert all("content" in job for job in texts)
    assert client.get(base).json()["name"] == employer.name
    real = next(job for job in texts if job["internal_job_id"])
    assert client.get(f"{base}/jobs/{real['id']}").json()["content"] == real["content"]
    assert client.get(f"{base}/jobs/17").status_code == 404


def test_unknown_boards_answer_as_the_systems_do(client: httpx.Client) -> None:
    answers = {source: client.get(path.format("nobody")) for source, path in PATHS.items()}
    assert {answer.status_code for answer in answers.values()} == {404}
    assert answers["lever"].json() == {"ok": False, "error": "Document not found"}
    assert client.get("/elsewhere").status_code == 404
    assert client.post(PATHS["lever"].format("nobody")).status_code == 405
    assert client.get("/greenhouse/v1/boards/nobody").status_code == 404


def test_head_has_no_body(client: httpx.Client, employer: Employer) -> None:
    answer = client.head(path_of(employer))
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


def test_robots_keeps_collectors_from_the_controls(client: httpx.Client) -> None:
    assert "Disallow: /_market/" in client.get("/robots.txt").text


def test_statistics_count_by_board_day_and_agent(client: httpx.Client, employer: Employer) -> None:
    for agent in ("first/1", "first/1", "second/2"):
        client.get(path_of(employer), headers={"User-Agent": agent})
    set_fault(client, employer, "server_error", times=1)
    client.get(path_of(employer), headers={"User-Agent": "first/1"})
    found = client.get("/_market/stats").json()[MONDAY.isoformat()][employer.board_key]
    assert found["requests"] == 4
    assert found["user_agents"] == {"first/1": 3, "second/2": 1}
    assert found["statuses"] == {"200": 3, "500": 1}
    assert found["faults"] == {"server_error": 1}


def test_boards_list_names_every_board(client: httpx.Client, small_market: Market) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/_market/boards.csv").text)))
    assert list(rows[0]) == ["source", "token", "employer", "enabled", "options", "note"]
    assert {(row["source"], row["token"]) for row in rows} == {
        (employer.source, employer.token) for employer in small_market.employers
    }


def test_truth_is_the_markets(client: httpx.Client, small_market: Market) -> None:
    answer = client.get("/_market/truth?week=2026-W47").json()
    truth = small_market.true_weekly(MONDAY)
    assert answer["n_openings"] == truth.n_openings
    assert answer["shares"]["M1"]["posting"] == truth.shares["M1"].posting
    since = client.get("/_market/truth?week=2026-W47&observed_since=2026-11-15").json()
    assert since["n_openings"] == small_market.true_weekly(MONDAY, MONDAY - timedelta(days=1)).n_openings
    rows = client.get("/_market/truth/openings?week=2026-W47").json()
    measured = [r for r in rows if r["language"] == "en" and r["role_family"] in PRODUCT_FAMILIES]
    assert len(measured) == truth.n_openings
    assert all(row["week"] == "2026-W47" and row["posting_ids"] for row in rows)
    for path in ("truth", "truth/openings"):
        assert client.get(f"/_market/{path}?week=2026-W99").status_code == 400


def test_nonsense_gets_400_and_the_server_lives(server: MarketServer, client: httpx.Client) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    for message in (
        b"hello\r\n\r\n",
        b"GET / SPDY/9\r\n\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(message)
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET /" + b"a" * 200_000)
        with contextlib.suppress(ConnectionError):
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    assert client.get("/robots.txt").status_code == 200


def test_closes_cleanly_with_open_connections(small_market: Market) -> None:
    others = set(threading.enumerate())
    server = MarketServer(small_market, MONDAY).start()
    with httpx.Client(base_url=server.url) as client:
        assert client.get("/robots.txt").status_code == 200
        began = time.monotonic()
        server.close()
        assert time.monotonic() - began < 10
        with pytest.raises(httpx.TransportError):
            client.get("/robots.txt")
    left = {thread.name for thread in set(threading.enumerate()) - others}
    assert "sample-market" not in left
    server.close()  # once more does no harm


def test_a_taken_port_is_an_error(server: MarketServer, small_market: Market) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="address already in use"):
        MarketServer(small_market, MONDAY, port=port).start()


def test_answers_many_requests_a_second(server: MarketServer, employer: Employer) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    etag = httpx.get(f"{server.url}{path_of(employer)}").headers["etag"]
    request = (
        f"GET {path_of(employer)} HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: {etag}\r\n\r\n".encode() * 100
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        began = time.monotonic()
        received = b""
        for _ in range(5):
            connection.sendall(request)
        while received.count(b"\r\n\r\n") < 500:
            received += connection.recv(65536)
    assert received.count(b"HTTP/1.1 304 ") == 500
    assert time.monotonic() - began < 5  # a generous bound for a busy machine; usually a tenth of it
