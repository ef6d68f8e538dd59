"""Turns at a host outlast killed processes, torn files and clocks that jump."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import msgspec
import pytest

from include.collect.network.turns import HostTurns, NoTurn
from include.collect.protocol import HostLimits
from include.locks import locked_file


def test_a_turn_is_freed_when_its_holder_is_killed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    holding = context.Event()

    def hold() -> None:
        with HostTurns(tmp_path, HostLimits(1000, 1)).turn("h", 5):
            holding.set()
            time.sleep(60)

    worker = context.Process(target=hold)
    worker.start()
    holding.wait(5)
    turns = HostTurns(tmp_path, HostLimits(1000, 1))
    began = time.monotonic()
    with pytest.raises(NoTurn) as caught, turns.turn("h", 0.1):
        pass
    assert time.monotonic() - began < 20  # its holder would keep it for a minute
    assert not caught.value.is_host_wish
    worker.kill()
    worker.join()
    with turns.turn("h", 0.5):
        pass


def test_a_clock_that_was_set_back_does_not_stop_the_host(tmp_path: Path) -> None:
    turns = HostTurns(tmp_path, HostLimits(1000, 1))
    with turns.turn("h", 1):
        pass
    schedule = tmp_path / "h" / "schedule.json"
    content = msgspec.json.decode(schedule.read_bytes())
    content["last_turn"] += 7 * 24 * 3600
    schedule.write_bytes(msgspec.json.encode(content))
    with turns.turn("h", 0.5):
        pass


def test_a_torn_schedule_heals(tmp_path: Path) -> None:
    turns = HostTurns(tmp_path, HostLimits(1000, 1))
    (tmp_path / "h").mkdir()
    (tmp_path / "h" / "schedule.json").write_bytes(b'{"last_tu')
    with turns.turn("h", 0.5):
        pass


def wait_for_a_turn(turns: HostTurns, crawl_delay: float = 0.0) -> tuple[int, bool]:
    """Return how many seconds the next turn is away, and whether the host asked for them."""
    with pytest.raises(NoTurn) as caught, turns.turn("h", 1, crawl_delay):
        pass
    return round(caught.value.wait_seconds), caught.value.is_host_wish


def test_the_longer_of_our_interval_and_the_hosts_crawl_delay_holds(tmp_path: Path) -> None:
    turns = HostTurns(tmp_path, HostLimits(1 / 100, 1))
    with turns.turn("h", 1):
        pass
    assert wait_for_a_turn(turns) == (100, False)
    assert wait_for_a_turn(turns, crawl_delay=50) == (100, False)
    assert wait_for_a_turn(turns, crawl_delay=200) == (200, False)


def test_the_later_of_two_pauses_stands_and_a_shorter_one_than_our_own_is_not_the_hosts(
    tmp_path: Path,
) -> None:
    turns = HostTurns(tmp_path, HostLimits(1 / 100, 1))
    with turns.turn("h", 1):
        pass
    turns.close_until("h", time.time() + 50)
    assert wait_for_a_turn(turns) == (100, False)
    turns.close_until("h", time.time() + 500)
    turns.close_until("h", time.time() + 50)
    assert wait_for_a_turn(turns) == (500, True)


def give_out_a_turn(folder: Path, seconds_from_now: float) -> None:
    """Do what another process does that waits for its turn."""
    content = msgspec.json.decode((folder / "h" / "schedule.json").read_bytes())
    content["last_turn"] = time.time() + seconds_from_now
    (folder / "h" / "schedule.json").write_bytes(msgspec.json.encode(content))


def test_the_end_of_a_turn_does_not_take_back_one_that_was_given_out_meanwhile(tmp_path: Path) -> None:
    turns = HostTurns(tmp_path, HostLimits(1 / 100, 2))
    with turns.turn("h", 1, crawl_delay=100):
        give_out_a_turn(tmp_path, 100)
    assert wait_for_a_turn(turns) == (200, False)


def test_a_turn_an_hour_ahead_is_no_mistake_where_the_host_wants_longer_between_two(tmp_path: Path) -> None:
    turns = HostTurns(tmp_path, HostLimits(1000, 2))
    with turns.turn("h", 1):
        pass
    give_out_a_turn(tmp_path, 5000)
    assert wait_for_a_turn(turns, crawl_delay=6000) == (11_000, False)


def test_places_are_of_one_host(tmp_path: Path) -> None:
    turns = HostTurns(tmp_path, HostLimits(1000, 1))
    with turns.turn("one", 1), turns.turn("two", 1):
        pass


def test_a_schedule_that_nobody_lets_go_of_gives_no_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.collect.network.turns._LOCK_SECONDS", 0.05)
    turns = HostTurns(tmp_path, HostLimits(1000, 1))
    with turns.turn("h", 1):
        pass
    with locked_file(tmp_path / "h" / "schedule.json", 1):
        with pytest.raises(NoTurn) as caught, turns.turn("h", 1):
            pass
        assert not caught.value.is_host_wish
        with pytest.raises(NoTurn):
            turns.close_until("h", time.time() + 60)


def test_a_mistaken_pause_is_cut_to_a_day(tmp_path: Path) -> None:
    turns = HostTurns(tmp_path, HostLimits(1000, 1))
    turns.close_until("h", time.time() + 10 * 365 * 24 * 3600)
    with pytest.raises(NoTurn) as caught, turns.turn("h", 1):
        pass
    assert caught.value.is_host_wish
    assert 0.9 * 24 * 3600 < caught.value.wait_seconds <= 24 * 3600
