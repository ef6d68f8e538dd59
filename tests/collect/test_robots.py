"""Rules of robots.txt: obeyed, and what holds where there are none or nobody can read them."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import msgspec
import pytest

from include.archive.reads import Request
from include.collect.network.failures import NoAnswer, OutOfBudget, Refused, UnsafeAddress
from include.collect.network.robots import Robots, RobotsFile
from include.collect.network.turns import HostTurns
from include.collect.protocol import HostLimits
from include.locks import locked_file
from include.storage import quoted
from tests.collect.fakes import client_for, settings_for
from tests.collect.servers import CountingServer, Reply

RULES = """
User-agent: *
Disallow: /

User-agent: HiringSignals
Disallow: /private/
Disallow: /*.pdf$
Disallow: /*?sort=
Allow: /private/jobs
"""


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/jobs", True),
        ("/private/x", False),
        ("/private/jobs/1", True),
        ("/a/b.pdf", False),
        ("/a/b.pdfx", True),
        ("/jobs?sort=date", False),
    ],
)
def test_robots_rules_are_obeyed(tmp_path: Path, path: str, is_allowed: bool) -> None:
    with CountingServer(lambda _: Reply(), robots=RULES) as server, client_for(tmp_path) as client:
        if is_allowed:
            assert client.fetch(Request(url=server.url + path), client.visit()).status == 200
        else:
            with pytest.raises(Refused, match="forbids"):
                client.fetch(Request(url=server.url + path), client.visit())
            assert server.boards_asked() == []


def test_robots_of_the_host_a_redirect_leads_to(tmp_path: Path) -> None:
    with CountingServer(lambda _: Reply(), robots="User-agent: *\nDisallow: /") as closed:
        with (
            CountingServer(lambda _: Reply(302, b"", {"Location": f"{closed.url}/x"})) as server,
            client_for(tmp_path) as client,
            pytest.raises(Refused, match="forbids /x"),
        ):
            client.fetch(Request(url=f"{server.url}/acme"), client.visit())
        assert closed.paths() == ["/robots.txt"]


@pytest.mark.parametrize("rule", ["Crawl-delay: 0.4", "Request-rate: 5/2"])
def test_a_crawl_delay_slows_us_down(tmp_path: Path, rule: str) -> None:
    with (
        CountingServer(lambda _: Reply(), robots=f"User-agent: *\n{rule}\nDisallow: /x") as server,
        client_for(tmp_path) as client,
    ):
        for number in range(3):
            client.fetch(Request(url=f"{server.url}/{number}"), client.visit())
        began = [request.began for request in server.seen[1:]]  # the rules are known after robots.txt
        assert len(began) == 3
        assert all(later - earlier >= 0.4 for earlier, later in itertools.pairwise(began))


def test_a_crawl_delay_beyond_the_budget_ends_the_read(tmp_path: Path) -> None:
    with (
        CountingServer(lambda _: Reply(), robots="User-agent: *\nCrawl-delay: 600") as server,
        client_for(tmp_path) as client,
        pytest.raises(OutOfBudget, match="waiting for a turn"),
    ):
        client.fetch(Request(url=f"{server.url}/acme"), client.visit())


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_file_means_no_rules(tmp_path: Path, status: int) -> None:
    with CountingServer(lambda _: Reply(), robots=status) as server, client_for(tmp_path) as client:
        assert client.fetch(Request(url=f"{server.url}/acme"), client.visit()).status == 200


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_ill_host_is_not_read_for_now(tmp_path: Path, status: int) -> None:
    with CountingServer(lambda _: Reply(), robots=status) as server, client_for(tmp_path) as client:
        for _ in range(3):
            with pytest.raises(Refused, match=f"answered {status}; the host is not read for now"):
                client.fetch(Request(url=f"{server.url}/acme"), client.visit())
        assert server.paths() == ["/robots.txt"] * 2  # tried twice, then remembered


@pytest.mark.parametrize("robots", [Reply(404, delay=3), Reply(500, delay=0.2)])
def test_a_host_that_is_silent_about_its_rules_is_given_up_within_the_budget(
    tmp_path: Path, robots: Reply
) -> None:
    """And is not taken for ill: it had no time to answer, or to answer a second time."""
    with CountingServer(lambda _: Reply(), robots=robots) as server:
        began = time.monotonic()
        with (
            client_for(tmp_path, board_time_budget_seconds=0.3) as client,
            pytest.raises(OutOfBudget, match=r"time budget of 0\.3 s"),
        ):
            client.fetch(Request(url=f"{server.url}/acme"), client.visit())
        assert time.monotonic() - began < 2.5
        server.robots = 404
        with client_for(tmp_path) as client:
            assert client.fetch(Request(url=f"{server.url}/acme"), client.visit()).status == 200


def test_a_pause_before_the_rules_are_asked_for_is_waited_for_within_the_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long a host may take to answer says nothing of how long it wants to be left alone before."""
    monkeypatch.setattr("include.collect.network.client._ROBOTS_SECONDS", 0.2)
    with CountingServer(lambda _: Reply()) as server:
        host = server.url.removeprefix("http://")
        HostTurns(settings_for(tmp_path).paths.politeness / "hosts", HostLimits(1000, 1)).close_until(
            host, time.time() + 0.6
        )
        began = time.monotonic()
        with client_for(tmp_path) as client:
            assert client.fetch(Request(url=f"{server.url}/acme"), client.visit()).status == 200
        assert time.monotonic() - began > 0.5


def test_a_host_that_takes_too_long_to_tell_its_rules_is_not_read_for_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.collect.network.client._ROBOTS_SECONDS", 0.2)
    with (
        CountingServer(lambda _: Reply(), robots=Reply(404, delay=2)) as server,
        client_for(tmp_path) as client,
    ):
        for _ in range(2):
            with pytest.raises(NoAnswer, match=r"robots\.txt gave no answer.*is not read for now"):
                client.fetch(Request(url=f"{server.url}/acme"), client.visit())
        assert server.paths() == ["/robots.txt"] * 2  # tried twice, then remembered


def test_an_ill_host_is_asked_again_after_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("include.collect.network.robots._UNREACHABLE_SECONDS", 0.2)
    with CountingServer(lambda _: Reply(), robots=500) as server, client_for(tmp_path) as client:
        with pytest.raises(Refused):
            client.fetch(Request(url=f"{server.url}/acme"), client.visit())
        server.robots = 404
        time.sleep(0.25)
        assert client.fetch(Request(url=f"{server.url}/acme"), client.visit()).status == 200


def test_rules_that_a_redirect_leads_to_are_obeyed(tmp_path: Path) -> None:
    rules = Reply(200, b"User-agent: *\nDisallow: /acme", {"Content-Type": "text/plain"})
    with (
        CountingServer(
            lambda seen: rules if seen.path == "/rules" else Reply(),
            robots=Reply(301, b"", {"Location": "/rules"}),
        ) as server,
        client_for(tmp_path) as client,
        pytest.raises(Refused, match=r"robots\.txt forbids /acme"),
    ):
        client.fetch(Request(url=f"{server.url}/acme"), client.visit())
    assert server.paths() == ["/robots.txt", "/rules"]


def test_rules_behind_more_than_five_redirects_are_none(tmp_path: Path) -> None:
    """RFC 9309, 2.3.1.2."""
    with (
        CountingServer(
            lambda seen: Reply(302, b"", {"Location": f"{seen.path}r"}) if "/r" in seen.path else Reply(),
            robots=Reply(302, b"", {"Location": "/r"}),
        ) as server,
        client_for(tmp_path) as client,
    ):
        visit = client.visit()
        assert client.fetch(Request(url=f"{server.url}/acme"), visit).status == 200
    assert server.paths() == ["/robots.txt", *(f"/{'r' * n}" for n in range(1, 6)), "/acme"]
    assert visit.n_requests == 7


def test_a_robots_file_that_cannot_be_unpacked_is_no_leave_to_read(tmp_path: Path) -> None:
    with (
        CountingServer(
            lambda _: Reply(), robots=Reply(200, b"no gzip", {"Content-Encoding": "gzip"})
        ) as server,
        client_for(tmp_path) as client,
        pytest.raises(NoAnswer, match=r"robots\.txt gave no answer: a broken body"),
    ):
        client.fetch(Request(url=f"{server.url}/acme"), client.visit())
    assert server.boards_asked() == []


def test_who_waits_too_long_for_another_to_ask_ends_the_read(tmp_path: Path) -> None:
    robots = Robots(tmp_path)
    held = tmp_path / f"{quoted('https://boards.example')}.json"
    with (
        locked_file(held, 0),
        pytest.raises(OutOfBudget, match=r"too long for https://boards\.example/robots\.txt"),
    ):
        robots.check("https://boards.example/acme", 0.05, lambda _: RobotsFile(verdict="no_rules"))
    assert robots.check("https://boards.example/acme", 0.05, lambda _: RobotsFile(verdict="no_rules")) == 0


@pytest.mark.parametrize("error", [OutOfBudget("no time left"), UnsafeAddress("it leads to 10.0.0.1")])
def test_what_ends_our_asking_is_no_verdict_on_the_host(tmp_path: Path, error: Exception) -> None:
    def fetch(_: str) -> RobotsFile:
        raise error

    robots = Robots(tmp_path)
    with pytest.raises(type(error), match=str(error)):
        robots.check("https://boards.example/acme", 1, fetch)
    assert robots.check("https://boards.example/acme", 1, lambda _: RobotsFile(verdict="no_rules")) == 0


@pytest.mark.parametrize(
    ("age_seconds", "is_asked"), [(0, False), (6 * 3600 - 60, False), (6 * 3600 + 1, True), (-60, True)]
)
def test_a_robots_file_is_kept_for_six_hours(tmp_path: Path, age_seconds: float, is_asked: bool) -> None:
    kept = RobotsFile(verdict="no_rules", fetched_at=time.time() - age_seconds)
    (tmp_path / f"{quoted('https://boards.example')}.json").write_bytes(msgspec.json.encode(kept))
    asked = []

    def fetch(url: str) -> RobotsFile:
        asked.append(url)
        return RobotsFile(verdict="rules")

    Robots(tmp_path).check("https://boards.example/acme", 1, fetch)
    assert asked == (["https://boards.example/robots.txt"] if is_asked else [])


def test_an_unreachable_host_says_why(tmp_path: Path) -> None:
    with (
        client_for(tmp_path) as client,
        pytest.raises(NoAnswer, match=r"robots\.txt gave no answer.*refused"),
    ):
        client.fetch(Request(url="http://127.0.0.1:9/acme"), client.visit())


@pytest.mark.parametrize(
    "robots", ["", "\ufeffUser-agent: *\nDisallow:\n", "<html>not a robots file</html>", "\0\1"]
)
def test_a_strange_robots_file_forbids_nothing(tmp_path: Path, robots: str) -> None:
    with CountingServer(lambda _: Reply(), robots=robots) as server, client_for(tmp_path) as client:
        assert client.fetch(Request(url=f"{server.url}/acme"), client.visit()).status == 200


def test_a_long_robots_file_is_read_as_far_as_it_must_be(tmp_path: Path) -> None:
    long = "User-agent: *\nDisallow: /early\n" + "# filler\n" * 100_000
    with (
        CountingServer(lambda _: Reply(), robots=long) as server,
        client_for(tmp_path) as client,
        pytest.raises(Refused),
    ):
        client.fetch(Request(url=f"{server.url}/early"), client.visit())
