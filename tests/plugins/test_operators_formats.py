"""What the operators' page makes of times, sizes and figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from plugins.hiring_signals.formats import ago, duration, moment, number, percent, size

NOW = datetime(2026, 11, 16, 12, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "just now"),  # the clocks of two machines
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(minutes=120), "2 hours ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(hours=48), "2 days ago"),
        (timedelta(days=30), "30 days ago"),
    ],
)
def test_ago(passed: timedelta, said: str) -> None:
    assert ago(NOW - passed, NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (61, "1 min 1 s"),
        (3599.6, "1 h 0 min"),
        (7380, "2 h 3 min"),
    ],
)
def test_duration(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),  # and not 1000.0 kB
        (1_000_000, "1.0 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_size(size_bytes: int, said: str) -> None:
    assert size(size_bytes) == said


def test_figures_and_moments() -> None:
    assert (percent(0.125), percent(-0.02, " pp"), percent(None)) == ("12.5%", "−2.0 pp", "suppressed")
    assert percent(-0.0004, " pp") == "0.0 pp"
    assert (number(999), number(1_234_567)) == (
        "999",
        "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567",
    )
    assert moment(NOW.astimezone(timezone(timedelta(hours=-5)))) == "2026-11-16 12:05 UTC"
    assert moment(None) == ""
