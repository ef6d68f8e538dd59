from __future__ import annotations

from pathlib import Path

import pytest

from include.local_run.__main__ import EXPECTED
from include.local_run.market import MarketError, running_market
from include.local_run.sessions import kept_sessions


def test_boards_that_do_not_start_are_an_error_with_a_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with (
        kept_sessions(tmp_path) as sessions,
        pytest.raises(MarketError, match="did not start; see the message above"),
        running_market(sessions, "--no-such-option"),
    ):
        raise AssertionError("the boards started")
    assert "--no-such-option" in capfd.readouterr().err
    assert issubclass(MarketError, EXPECTED)
