from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pytest

from include.collect.protocol import Board, HostLimits
from include.pipeline import collecting
from include.settings import Settings
from include.sources.cards import load_cards


class _AskedError(Exception):
    """Ends the read where requests would begin."""


@pytest.mark.parametrize("source", ["hn_hiring", "greenhouse"])
def test_a_public_source_is_asked_within_the_limits_of_its_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    # A stand-in for the client: what is asked here are public hosts, which no test may reach.
    given: dict[str, Any] = {}

    def client(settings: Settings, **options: Any) -> NoReturn:
        given.update(options)
        raise _AskedError

    monkeypatch.setattr(collecting, "PoliteClient", client)
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(_AskedError):
        collecting.collect_board(
            settings, collecting.today(settings), Board(source=source, token="acme", employer="Acme")
        )
    card = load_cards()[source]
    assert given["limits"] == HostLimits(card.requests_per_second, card.concurrency)


BOARDS = "source,token,employer,enabled,options,note\ngreenhouse,acme,Acme,{},,\n"


def test_boards_that_are_enabled_after_a_day_began_without_any_are_planned_for_it(tmp_path: Path) -> None:
    """As `finish_day` says: enable boards, then clear the tasks of this run."""
    boards = tmp_path / "boards.csv"
    boards.write_text(BOARDS.format("false"), encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", data_origin="public_boards", boards_file=boards)
    day = collecting.today(settings)
    assert collecting.plan_day(settings, day) == []
    with pytest.raises(collecting.NothingAnsweredError, match="Enable boards in"):
        collecting.finish_day(settings, day)
    boards.write_text(BOARDS.format("true"), encoding="utf-8")
    planned = [Board(source="greenhouse", token="acme", employer="Acme")]
    assert collecting.plan_day(settings, day) == planned
    boards.write_text(BOARDS.format("false"), encoding="utf-8")
    assert collecting.plan_day(settings, day) == planned, "a plan with boards stands"
