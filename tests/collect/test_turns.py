"""Turns at a host outlast killed processes, torn files and clocks that jump."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import msgspec
import pytest

from include.collect.network.turns import HostTurns, NoTurn
from include.collect.protocol import HostLimits


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
    with pytest.raises(NoTurn), turns.turn("h", 0.1):
        pass
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


def test_a_mistaken_pause_is_cut_to_a_day(tmp_path: Path) -> None:
    turns = HostTurns(tmp_path, HostLimits(1000, 1))
    turns.close_until("h", time.time() + 10 * 365 * 24 * 3600)
    with pytest.raises(NoTurn) as caught, turns.turn("h", 1):
        pass
    assert caught.value.is_host_wish
    assert 0.9 * 24 * 3600 < caught.value.wait_seconds <= 24 * 3600
