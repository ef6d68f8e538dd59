"""A server that counts what we do: rate, concurrency, conditions, identification."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from include.archive.integrity import verify
from include.archive.manifest import AnswerEntry
from include.archive.reads import Board, Request
from include.archive.store import Archive
from include.archive.validators import Validators
from include.collect.network.client import PoliteClient
from include.collect.network.failures import MissingContact, NoAnswer, OutOfBudget
from include.collect.network.robots import RobotsFile
from include.collect.protocol import HostLimits
from include.collect.reader import read_board
from include.settings import Settings, SettingsError
from include.storage import quoted
from include.versions import project_version
from tests.collect.fakes import (
    ACME,
    DAY,
    IMPATIENT,
    DetailAdapter,
    ListAdapter,
    archive_for,
    client_for,
    settings_for,
)
from tests.collect.servers import CountingServer, Reply, Seen, raw_server

SLACK_SECONDS = 0.25  # how late a thread of a busy machine may note a request: a burst of two or three


def _read_some(settings: Settings, url: str, tokens: list[str], limits: HostLimits | None) -> None:
    """What one Airflow task process does, for several boards."""
    archive = Archive(settings.paths.archive)
    with PoliteClient(settings, retry=IMPATIENT, limits=limits) as client:
        for token in tokens:
            board = Board(source="fake", token=token, employer=token)
            assert read_board(ListAdapter(), board, DAY, client, archive, url).status == "complete"


def read_in_processes(
    settings: Settings, url: str, boards_per_process: list[list[str]], limits: HostLimits | None = None
) -> None:
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=_read_some, args=(settings, url, tokens, limits))
        for tokens in boards_per_process
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(40)
    assert [worker.exitcode for worker in workers] == [0] * len(workers)


def test_four_processes_together_keep_the_rate(tmp_path: Path) -> None:
    rate = 10.0
    settings = settings_for(tmp_path, requests_per_second_per_host=rate, concurrency_per_host=8)
    with CountingServer(lambda _: Reply()) as server:
        start = time.monotonic()
        read_in_processes(settings, server.url, [[f"{p}-{n}" for n in range(6)] for p in range(4)])
        elapsed = time.monotonic() - start
        began = sorted(request.began for request in server.seen)
    assert len(began) == 25  # 24 boards, and robots.txt once for all processes
    # In any window, never more than the rate allows (plus the request that opens the window).
    for first in range(len(began)):
        for last in range(first + 1, len(began)):
            window = began[last] - began[first] + SLACK_SECONDS
            assert last - first <= window * rate + 1
    assert elapsed >= 24 / rate
    # And it is used: the limiter does not lose turns.
    assert began[-1] - began[0] < 24 / rate * 2


@pytest.mark.parametrize("allowed", [1, 2])
def test_four_processes_together_keep_the_concurrency(tmp_path: Path, allowed: int) -> None:
    settings = settings_for(tmp_path, concurrency_per_host=allowed)
    with CountingServer(lambda _: Reply(delay=0.05)) as server:
        read_in_processes(settings, server.url, [[f"{p}-{n}" for n in range(4)] for p in range(4)])
        assert server.most_at_once == allowed
        assert len(server.boards_asked()) == 16


def test_a_sources_own_concurrency_holds_when_it_is_less(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, concurrency_per_host=4)
    with CountingServer(lambda _: Reply(delay=0.05)) as server:
        read_in_processes(settings, server.url, [["a", "b"], ["c", "d"]], HostLimits(1000.0, 1))
        assert server.most_at_once == 1
        assert len(server.boards_asked()) == 4


def test_hosts_do_not_wait_for_one_another(tmp_path: Path) -> None:
    slow = settings_for(tmp_path, requests_per_second_per_host=1.0)
    with (
        CountingServer(lambda _: Reply(), robots=404) as one,
        CountingServer(lambda _: Reply(), robots=404) as two,
        PoliteClient(slow, retry=IMPATIENT) as client,
    ):
        began = time.monotonic()
        for server in (one, two):
            client.fetch(Request(url=f"{server.url}/acme"), client.visit())
        # Two turns each (robots.txt is one), a second apart.
        assert time.monotonic() - began > 1.9
        # The second host's first turn does not wait for the first host's: shared turns would be 2 s apart.
        assert two.seen[0].began - one.seen[0].began < 1.9


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ("http://BOARDS.example/", True),
        ("http://boards.example:80/", True),
        ("https://boards.example/", True),
        ("https://boards.example:443/", True),
        ("http://boards.example:8080/", False),
        ("https://other.example/", False),
    ],
)
def test_a_host_has_one_row_of_turns_however_it_is_spelled(tmp_path: Path, other: str, is_same: bool) -> None:
    def nowhere(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    settings = settings_for(tmp_path, requests_per_second_per_host=0.01, contact="us@signals.example")
    with PoliteClient(settings, retry=IMPATIENT, resolver=nowhere) as client:
        with pytest.raises(NoAnswer):  # but it had its turn
            client.fetch(Request(url="http://boards.example/"), client.visit())
        with pytest.raises(OutOfBudget if is_same else NoAnswer):
            client.fetch(Request(url=other), client.visit())


def test_a_closed_client_keeps_no_connection_open(tmp_path: Path) -> None:
    hung_up = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")  # and may be asked again
        if not connection.recv(1):
            hung_up.set()

    with raw_server(talk) as url, client_for(tmp_path) as client:
        assert client.fetch(Request(url=f"{url}/acme"), client.visit()).body == b"[]"
        assert not hung_up.is_set()
        client.close()
        assert hung_up.wait(5)


def test_a_sources_own_limit_holds_when_it_is_slower(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, requests_per_second_per_host=1000.0)
    with (
        CountingServer(lambda _: Reply()) as server,
        PoliteClient(settings, retry=IMPATIENT, limits=HostLimits(3.0, 2)) as client,
    ):
        start = time.monotonic()
        for number in range(3):
            client.fetch(Request(url=f"{server.url}/{number}"), client.visit())
        assert len(server.seen) == 4  # robots.txt is one
        assert time.monotonic() - start >= 1.0


def test_a_sources_own_limit_that_is_faster_than_ours_is_not_ours(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, requests_per_second_per_host=0.01)
    with (
        CountingServer(lambda _: Reply()) as server,
        PoliteClient(settings, retry=IMPATIENT, limits=HostLimits(1000.0, 2)) as client,
        pytest.raises(OutOfBudget, match="waiting for a turn"),
    ):
        client.fetch(Request(url=f"{server.url}/acme"), client.visit())  # robots.txt had the turn
    assert server.paths() == ["/robots.txt"]


def test_one_list_request_per_board_and_day(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with CountingServer(lambda _: Reply()) as server, client_for(tmp_path) as client:
        reads = [read_board(ListAdapter(), ACME, DAY, client, archive, server.url) for _ in range(3)]
        assert server.paths() == ["/robots.txt", "/acme"]
        assert reads[0] == reads[1] == reads[2]
        read_board(ListAdapter(), ACME, DAY + timedelta(days=1), client, archive, server.url)
        assert len(server.of("/acme")) == 2
        forced = read_board(ListAdapter(), ACME, DAY, client, archive, server.url, force=True)
        assert (forced.attempt, len(server.of("/acme"))) == (2, 3)


def test_two_runs_of_one_day_at_once_ask_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with CountingServer(lambda _: Reply(delay=0.3)) as server:
        read_in_processes(settings, server.url, [["acme"], ["acme"]])
        assert len(server.of("/acme")) == 1
    assert len(archive_for(tmp_path).reads(DAY)) == 1


def test_the_second_day_asks_conditionally(tmp_path: Path) -> None:
    def respond(seen: Seen) -> Reply:
        tags = {"ETag": 'W/"v1"', "Last-Modified": "Mon, 16 Nov 2026 06:00:00 GMT"}
        if seen.headers.get("if-none-match") == 'W/"v1"':
            return Reply(304, b"", tags | {"X-Count": "2"})
        return Reply(body=b'["1"]', headers=tags | {"X-Count": "1", "X-First": "yes"})

    archive = archive_for(tmp_path)
    with CountingServer(respond) as server, client_for(tmp_path) as client:
        first = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
        tomorrow = DAY + timedelta(days=1)
        second = read_board(DetailAdapter(), ACME, tomorrow, client, archive, server.url)
        third = read_board(DetailAdapter(), ACME, tomorrow + timedelta(days=1), client, archive, server.url)
        assert [
            (seen.headers.get("if-none-match"), seen.headers.get("if-modified-since"))
            for seen in server.boards_asked()
        ] == [(None, None)] * 2 + [('W/"v1"', "Mon, 16 Nov 2026 06:00:00 GMT")] * 4
    assert (first.status, second.status, third.status) == ("complete", "unchanged", "unchanged")
    assert (first.body_bytes, second.body_bytes) == (10, 0)
    answers = archive.answers(archive.reads(tomorrow)[0])
    assert [(answer.status, answer.body, answer.is_revalidated) for answer in answers] == [
        (200, b'["1"]', True)
    ] * 2
    kept = dict(answers[0].headers)  # of the first answer, brought up to date by the second
    assert (kept["x-first"], kept["x-count"]) == ("yes", "2")
    assert verify(archive).n_objects == 1


@pytest.mark.parametrize("key", ["", "?token=hunter2"])
def test_a_condition_goes_to_the_address_that_gave_the_answer(tmp_path: Path, key: str) -> None:
    """Under another address the same tag may stand for other bytes."""

    def respond(seen: Seen) -> Reply:
        if seen.path.startswith("/moved"):
            return Reply(302, b"", {"Location": f"/acme{key}"})
        if "if-none-match" in seen.headers:
            return Reply(304, headers={"Content-Encoding": "br"})  # which is that of the bytes not sent
        return Reply(headers={"ETag": '"v"'})

    with CountingServer(respond) as server, client_for(tmp_path) as client:
        asked = [Request(url=f"{server.url}{path}{key}") for path in ("/acme", "/moved", "/other")]
        entry = AnswerEntry.of(client.fetch(asked[0], client.visit()), is_delivered=True)  # as archived
        known = Validators(answer=entry.with_body(b"[]"), etag='"v"', last_modified=None)
        answers = [client.fetch(request, client.visit(), known) for request in asked]
        assert [answer.is_revalidated for answer in answers] == [True, True, False]
        conditions = [(seen.path, "if-none-match" in seen.headers) for seen in server.boards_asked()[1:]]
    assert conditions == [
        (f"/acme{key}", True),
        (f"/moved{key}", False),
        (f"/acme{key}", True),
        (f"/other{key}", False),
    ]
    assert [answer.request for answer in answers] == asked
    assert min(answer.fetched_at for answer in answers) > entry.fetched_at


def test_a_board_with_one_changed_detail_is_complete_not_unchanged(tmp_path: Path) -> None:
    def respond(seen: Seen) -> Reply:
        if "if-none-match" in seen.headers and seen.path == "/acme":
            return Reply(304)
        return Reply(body=b'["1"]', headers={"ETag": '"v"'})

    archive = archive_for(tmp_path)
    with CountingServer(respond) as server, client_for(tmp_path) as client:
        read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
        second = read_board(DetailAdapter(), ACME, DAY + timedelta(days=1), client, archive, server.url)
    assert second.status == "complete"


def test_every_request_says_who_is_asking(tmp_path: Path) -> None:
    with (
        CountingServer(
            lambda _: Reply(302, b"", {"Location": "/b"}) if _.path == "/a" else Reply()
        ) as server,
        client_for(tmp_path, contact="signals@office.example") as client,
    ):
        headers = {"user-Agent": "Mozilla/5.0", "FROM": "x@y.example", "HOST": "other.example"}
        request = Request(url=f"{server.url}/a", headers=headers | {"accept-Encoding": "br"})
        client.fetch(request, client.visit())
        assert server.paths() == ["/robots.txt", "/a", "/b"]
        for seen in server.seen:
            assert (
                seen.headers["user-agent"] == f"HiringSignals/{project_version()} (+signals@office.example)"
            )
            assert seen.headers["from"] == "signals@office.example"
            assert seen.headers["host"] == server.url.removeprefix("http://")
            assert seen.headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("contact", ["https://signals.example/about", "http://signals.example/about"])
def test_a_contact_that_is_a_page_is_no_mail_address(tmp_path: Path, contact: str) -> None:
    with CountingServer(lambda _: Reply()) as server, client_for(tmp_path, contact=contact) as client:
        client.fetch(Request(url=f"{server.url}/a"), client.visit())
        for seen in server.seen:
            assert seen.headers["user-agent"].endswith(f" (+{contact})")
            assert "from" not in seen.headers


def test_public_hosts_are_not_read_anonymously(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with (
        client_for(tmp_path, contact="") as client,
        pytest.raises(MissingContact, match="HIRING_SIGNALS_CONTACT"),
    ):
        read_board(ListAdapter(), ACME, DAY, client, archive, "http://boards.example")
    (archived,) = archive.reads(DAY)
    assert (archived.read.status, archived.read.n_requests) == ("missing", 0)


def test_public_hosts_are_not_read_anonymously_by_rules_that_are_known(tmp_path: Path) -> None:
    """Their robots.txt was asked for while there was a contact."""
    settings = settings_for(tmp_path, contact="")
    known = RobotsFile(verdict="no_rules", fetched_at=time.time())
    folder = settings.paths.politeness / "robots"
    folder.mkdir(parents=True)
    (folder / f"{quoted('http://boards.example')}.json").write_bytes(msgspec.json.encode(known))
    with PoliteClient(settings, retry=IMPATIENT) as client, pytest.raises(MissingContact):
        client.fetch(Request(url="http://boards.example/acme"), client.visit())


@pytest.mark.parametrize(
    "contact",
    ["someone", "a@b.example\r\nX-Evil: 1", "größe@example.org", "a@b.example\x1f", "a@b.example\x7f"],
)
def test_a_contact_that_is_none(tmp_path: Path, contact: str) -> None:
    with pytest.raises(SettingsError, match="HIRING_SIGNALS_CONTACT is "):
        client_for(tmp_path, contact=contact)
