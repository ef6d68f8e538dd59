from __future__ import annotations

from pathlib import Path

import pytest

from include.archive.reads import Board
from include.collect.today import today
from include.pipeline import collecting
from include.settings import Settings

BOARDS = "source,token,employer,enabled,options,note\ngreenhouse,acme,Acme,{},,\n"


def test_boards_that_are_enabled_after_a_day_began_without_any_are_planned_for_it(tmp_path: Path) -> None:
    """As `finish_day` says: enable boards, then clear the tasks of this run."""
    boards = tmp_path / "boards.csv"
    boards.write_text(BOARDS.format("false"), encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", data_origin="public_boards", boards_file=boards)
    day = today(settings)
    assert collecting.plan_day(settings, day) == []
    with pytest.raises(collecting.NothingAnsweredError, match="Enable boards in"):
        collecting.finish_day(settings, day)
    boards.write_text(BOARDS.format("true"), encoding="utf-8")
    planned = [Board(source="greenhouse", token="acme", employer="Acme")]
    assert collecting.plan_day(settings, day) == planned
    boards.write_text(BOARDS.format("false"), encoding="utf-8")
    assert collecting.plan_day(settings, day) == planned, "a plan with boards stands"
