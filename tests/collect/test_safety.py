"""The collector goes to public addresses only, whoever sends it elsewhere."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from pathlib import Path

import httpcore
import pytest

from include.archive.reads import Request
from include.collect.network.client import PoliteClient
from include.collect.network.failures import NoAnswer, OutOfBudget, UnsafeAddress
from include.collect.network.safety import check_address, check_url, deadline, is_loopback, seconds_left
from tests.collect.fakes import IMPATIENT, client_for, settings_for
from tests.collect.servers import CountingServer, Reply

FORBIDDEN = [
    "10.0.0.1",
    "172.16.9.9",
    "192.168.1.1",
    "169.254.169.254",  # cloud metadata
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.251",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::10.0.0.1",
    "::127.0.0.1",
    "64:ff9b:1::7f00:1",
    "3fff::1",
    "5f00::1",
    "192.88.99.1",
    "192.0.0.8",
    "::ffff:0:127.0.0.1",  # the translated form of RFC 2765
    "::1:0:0",
    "100:0:0:1::1",
    "200::1",
    "4000::1",
    "e000::1",
    "fe00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",  # 10.0.0.1 through NAT64
    "2002:a00:1::",  # 10.0.0.1 through 6to4
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",  # 10.0.0.1 through Teredo
]
LOOPBACK = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]


@pytest.mark.parametrize("address", FORBIDDEN)
@pytest.mark.parametrize("allow_loopback", [True, False])
def test_addresses_that_are_not_public_are_refused(address: str, allow_loopback: bool) -> None:
    with pytest.raises(UnsafeAddress, match="not a public address"):
        check_address(address, "board.example", allow_loopback=allow_loopback)


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_needs_the_setting(address: str) -> None:
    check_address(address, "board.example", allow_loopback=True)
    with pytest.raises(UnsafeAddress, match="HIRING_SIGNALS_ALLOW_LOOPBACK"):
        check_address(address, "board.example", allow_loopback=False)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "104.16.0.1", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_allowed(address: str) -> None:
    check_address(address, "board.example", allow_loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://board.example/x",
        "gopher://board.example",
        "//board.example/x",
        "board.example/x",
        "http:///x",
        "https://user:word@board.example/",
        "https://user@board.example/",
        "http://10.0.0.1/",
        "http://[::ffff:192.168.0.1]/",
        "http://[fe80::1]/",
        "http://board.example:99999/",
        "http://[half/",
        "javascript:alert(1)",
    ],
)
def test_urls_that_may_not_be_asked(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        check_url(url, allow_loopback=True)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "127。0。0。1"])
def test_other_spellings_of_an_address_are_resolved_before_they_are_judged(tmp_path: Path, host: str) -> None:
    client = client_for(tmp_path, allow_loopback=False, contact="us@signals.example")
    with client, pytest.raises(UnsafeAddress, match="not a public address"):
        client.fetch(Request(url=f"http://{host}/"), client.visit())


def test_a_url_with_a_password_is_not_repeated_in_the_message() -> None:
    with pytest.raises(UnsafeAddress) as caught:
        check_url("https://user:hunter2@board.example/", allow_loopback=False)
    assert "hunter2" not in str(caught.value)


class Names:
    """A name server of our own, which counts."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.n_asked = 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.n_asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def client_with(folder: Path, names: Names, *, allow_loopback: bool = False) -> PoliteClient:
    settings = settings_for(folder, allow_loopback=allow_loopback, contact="https://signals.example/about")
    return PoliteClient(settings, retry=IMPATIENT, resolver=names)


def ask(client: PoliteClient, url: str) -> None:
    with client:
        client.fetch(Request(url=url), client.visit())


@pytest.mark.parametrize("answer", [["10.0.0.7"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["169.254.169.254"]])
def test_a_name_with_any_forbidden_address_is_refused(tmp_path: Path, answer: list[str]) -> None:
    with pytest.raises(UnsafeAddress, match="not a public address"):
        ask(client_with(tmp_path, Names(answer)), "http://board.example/")


def test_the_connection_goes_to_the_address_that_was_checked(tmp_path: Path) -> None:
    """A name that answers differently the second time (DNS rebinding) cannot move a checked connection."""
    with CountingServer(lambda _: Reply()) as server:
        port = server.url.rpartition(":")[2]
        names = Names(["127.0.0.1"], ["10.0.0.1"])
        client = client_with(tmp_path, names, allow_loopback=True)
        with client:
            answer = client.fetch(Request(url=f"http://board.example:{port}/acme"), client.visit())
        assert answer.status == 200
        # One look-up for both requests: the checked connection was used again, no name was asked twice.
        assert names.n_asked == 1
        assert server.paths() == ["/robots.txt", "/acme"]
        assert {request.headers["host"] for request in server.seen} == {f"board.example:{port}"}


def test_where_one_address_does_not_answer_the_next_is_asked(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply()) as server:
        port = server.url.rpartition(":")[2]
        names = Names(["127.0.0.2", "127.0.0.3", "127.0.0.1"])  # nobody listens at the first two
        ask(client_with(tmp_path, names, allow_loopback=True), f"http://board.example:{port}/acme")
        assert server.paths() == ["/robots.txt", "/acme"]
    with pytest.raises(NoAnswer):
        ask(client_with(tmp_path, names, allow_loopback=True), f"http://board.example:{port}/acme")


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True), ("api.localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
        ("example.org", False), ("10.0.0.1", False), ("notlocalhost", False),
        ("localhost.example.org", False),
    ],
)  # fmt: skip
def test_which_names_are_this_machine(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here


def test_a_later_connection_is_checked_again(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply(headers={"Connection": "close"})) as server:
        port = server.url.rpartition(":")[2]
        client = client_with(tmp_path, Names(["127.0.0.1"], ["10.0.0.1"]), allow_loopback=True)
        with client:
            client.fetch(Request(url=f"http://board.example:{port}/acme"), client.visit())
            with pytest.raises(UnsafeAddress, match=r"10\.0\.0\.1"):
                client.fetch(Request(url=f"http://board.example:{port}/acme"), client.visit())


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/jobs",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "http://user:pw@127.0.0.1/",
        "//192.168.0.1/x",
    ],
)
def test_a_redirect_leads_nowhere_forbidden(tmp_path: Path, target: str) -> None:
    with (
        CountingServer(lambda _: Reply(302, b"", {"Location": target})) as server,
        pytest.raises(UnsafeAddress),
    ):
        ask(client_for(tmp_path), f"{server.url}/acme")


def test_a_redirect_to_loopback_needs_the_setting_too(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply()) as server:
        client = client_for(tmp_path, allow_loopback=False)
        with pytest.raises(UnsafeAddress, match="ALLOW_LOOPBACK"):
            ask(client, f"{server.url}/acme")
        assert server.seen == []


def test_a_name_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(NoAnswer, match=r"nobody\.invalid.*cannot be resolved"):
        ask(client_for(tmp_path, contact="us@signals.example"), "http://nobody.invalid/acme")


@pytest.mark.parametrize(("number", "n_asked"), [(socket.EAI_NONAME, 1), (socket.EAI_AGAIN, 2)])
def test_only_a_name_that_may_come_back_is_asked_for_again(tmp_path: Path, number: int, n_asked: int) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        raise socket.gaierror(number, "no address of that name")

    settings = settings_for(tmp_path, contact="us@signals.example")
    client = PoliteClient(settings, retry=IMPATIENT, resolver=resolve)
    with client, pytest.raises(NoAnswer, match=r"the name boards\.example cannot be resolved"):
        client.fetch(Request(url="http://boards.example/"), client.visit())
    assert asked == ["boards.example"] * n_asked


def test_no_socket_waits_beyond_the_deadline() -> None:
    token = deadline.set(time.monotonic() - 0.1)
    try:
        with pytest.raises(httpcore.ReadTimeout, match="time budget of the board ran out"):
            seconds_left()
    finally:
        deadline.reset(token)


def test_a_name_server_that_hangs_is_left_behind(tmp_path: Path) -> None:
    import threading

    never = threading.Event()

    def hang(host: str, port: int) -> Sequence[str]:
        never.wait(10)
        return ["127.0.0.1"]

    settings = settings_for(tmp_path, contact="us@signals.example", board_time_budget_seconds=0.3)
    client = PoliteClient(settings, retry=IMPATIENT, resolver=hang)
    with client, pytest.raises(OutOfBudget):
        client.fetch(Request(url="http://slow.example/"), client.visit())
    never.set()
