"""What is asked again, when, and for how long."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from include.archive.reads import Answer, Request
from include.collect.network.failures import OutOfBudget
from include.collect.network.retry_after import retry_after_seconds
from include.collect.network.visit import RetryPolicy
from tests.collect.fakes import client_for, fetch
from tests.collect.servers import CountingServer, Reply, one_after_the_other, raw_server


def test_an_error_that_passes_is_tried_again_and_kept_as_evidence(tmp_path: Path) -> None:
    with CountingServer(one_after_the_other(Reply(500, b"oops"), Reply(503, b""), Reply())) as server:
        answer, others = fetch(client_for(tmp_path), f"{server.url}/acme")
    assert (answer.status, answer.body) == (200, b'{"jobs": []}')
    assert [(other.status, other.body) for other in others] == [(500, b"oops"), (503, b"")]


def test_evidence_of_a_try_is_kept_once_though_the_next_one_breaks(tmp_path: Path) -> None:
    replies = [
        b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\ncut",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
    ]
    with raw_server(lambda connection: connection.sendall(replies.pop(0))) as url:
        answer, others = fetch(client_for(tmp_path), f"{url}/acme")
    assert answer.body == b"whole"
    assert [other.body for other in others] == [b"oops"]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])
def test_every_status_that_passes_by_itself_is_tried_again(tmp_path: Path, status: int) -> None:
    with CountingServer(one_after_the_other(Reply(status), Reply())) as server:
        answer, others = fetch(client_for(tmp_path), f"{server.url}/acme")
    assert (answer.status, [other.status for other in others]) == (200, [status])


def test_an_error_that_stays_is_returned_after_the_last_try(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply(502, b"bad")) as server:
        answer, others = fetch(client_for(tmp_path), f"{server.url}/acme")
        assert len(server.of("/acme")) == 3
    assert answer.status == 502
    assert len(others) == 2


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_an_answer_that_will_not_change_is_not_asked_twice(tmp_path: Path, status: int) -> None:
    with CountingServer(lambda _: Reply(status)) as server:
        answer, _ = fetch(client_for(tmp_path), f"{server.url}/acme")
        assert len(server.of("/acme")) == 1
    assert answer.status == status


@pytest.mark.parametrize(
    ("status", "form", "skew"),
    [
        (429, "seconds", timedelta(0)),
        (503, "seconds", timedelta(0)),
        (429, "date", timedelta(0)),
        (429, "date", timedelta(hours=-7)),
        (429, "date", timedelta(days=3)),
    ],
)
def test_retry_after_is_honoured_in_both_forms(
    tmp_path: Path, form: str, skew: timedelta, status: int
) -> None:
    """Also from a host whose clock is wrong: its date is compared with its own Date header."""
    host_now = datetime.now(UTC) + skew
    wish = "1" if form == "seconds" else format_datetime(host_now + timedelta(seconds=1), usegmt=True)
    pause = Reply(status, b"", {"Retry-After": wish, "Date": format_datetime(host_now, usegmt=True)})
    with CountingServer(one_after_the_other(pause, Reply())) as server:
        began = time.monotonic()
        answer, others = fetch(client_for(tmp_path), f"{server.url}/acme")
        elapsed = time.monotonic() - began
    assert answer.status == 200
    assert [other.status for other in others] == [status]
    assert 0.9 <= elapsed < 15


def pause_named_by(error: OutOfBudget) -> timedelta:
    """Return how long from now the time is that a message tells the operator to come back at."""
    named = str(error).partition("come back at ")[2].removesuffix(" UTC")
    return datetime.fromisoformat(named).replace(tzinfo=UTC) - datetime.now(UTC)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_longer_pause_than_the_budget_ends_the_read(tmp_path: Path, form: str) -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    wish = "3600" if form == "seconds" else in_an_hour
    others: list[Answer] = []
    with CountingServer(lambda _: Reply(429, b"slow", {"Retry-After": wish})) as server:
        client = client_for(tmp_path)
        with client, pytest.raises(OutOfBudget, match="come back at 20") as caught:
            client.fetch(Request(url=f"{server.url}/acme"), client.visit(others.append))
        assert timedelta(minutes=58) < pause_named_by(caught.value) < timedelta(minutes=61)
        assert [other.status for other in others] == [429]

        # The wish holds for every process of this machine, not for this one read alone.
        second = client_for(tmp_path)
        with second, pytest.raises(OutOfBudget, match="asked to be left alone: come back at") as caught:
            second.fetch(Request(url=f"{server.url}/other"), second.visit())
        assert timedelta(minutes=58) < pause_named_by(caught.value) < timedelta(minutes=61)
        assert server.of("/other") == []


def test_it_is_the_host_that_answered_that_is_left_alone(tmp_path: Path) -> None:
    """A board that moved: the pause is of the host it moved to, not of the one that says so."""
    with CountingServer(lambda _: Reply(429, b"", {"Retry-After": "3600"})) as new:
        moved = Reply(302, b"", {"Location": f"{new.url}/acme"})
        with (
            CountingServer(lambda seen: moved if seen.path == "/moved" else Reply()) as old,
            client_for(tmp_path) as client,
        ):
            with pytest.raises(OutOfBudget, match="wants a pause of 3600 s"):
                client.fetch(Request(url=f"{old.url}/moved"), client.visit())
            assert client.fetch(Request(url=f"{old.url}/stayed"), client.visit()).status == 200
            with pytest.raises(OutOfBudget, match="asked to be left alone"):
                client.fetch(Request(url=f"{new.url}/other"), client.visit())


@pytest.mark.parametrize("wish", ["soon", "-5", "1.5", "", "\xb3", "Mon, 01 Jan 99999999999 00:00:00 GMT"])
def test_a_retry_after_that_says_nothing_is_ignored(tmp_path: Path, wish: str) -> None:
    pause = Reply(429, b"", {"Retry-After": wish})
    with CountingServer(one_after_the_other(pause, Reply())) as server:
        answer, _ = fetch(client_for(tmp_path), f"{server.url}/acme")
    assert answer.status == 200


def test_waiting_between_tries_stays_within_the_time_budget(tmp_path: Path) -> None:
    patient = RetryPolicy(attempts=50, first_wait_seconds=0.2, longest_wait_seconds=60, jitter_seconds=60)
    began = time.monotonic()
    with CountingServer(lambda _: Reply(500)) as server:
        client = client_for(tmp_path, retry=patient, board_time_budget_seconds=1.0)
        with client, pytest.raises(OutOfBudget):
            client.fetch(Request(url=f"{server.url}/acme"), client.visit())
    assert time.monotonic() - began < 15  # fifty tries would take many minutes


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": " 90 "}, 90.0),
        ({"retry-after": "9" * 400}, 86_400.0),
        ({"retry-after": "Mon, 16 Nov 2026 12:01:00 GMT"}, 60.0),  # against our own clock
        ({"retry-after": "Mon, 16 Nov 2026 12:01:00 -0000"}, 60.0),  # of no zone: UTC
        ({"retry-after": "Mon, 16 Nov 2026 12:01:00 GMT", "date": "Mon, 16 Nov 2026 12:00:50 GMT"}, 10.0),
        ({"retry-after": "Mon, 16 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 16 Nov 2033 12:00:00 GMT"}, 86_400.0),
    ],
)
def test_a_wish_to_be_left_alone_is_read_in_every_form(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after_seconds(headers, datetime(2026, 11, 16, 12, tzinfo=UTC)) == seconds
