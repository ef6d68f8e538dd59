"""When the files of a source's staging appear: all, or none of those that stand for the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from include.archive.reads import Board
from include.collect.protocol import Listing, Reject
from include.normalize.stager import StagedCounts, open_stager
from include.storage import StorageError
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore

DAY = date(2026, 11, 16)
ACME = Board(source="greenhouse", token="acme", employer="Acme")
FIRST = Listing(native_id="1", title="Product Manager", raw_pointer="0", description_text="Own the roadmap.")
AGAIN = msgspec.structs.replace(FIRST, native_id="2", raw_pointer="1")
NAMELESS = Reject(raw_pointer="2", reason="missing_id", detail="no id")


class Place:
    """An empty staging area and text store."""

    def __init__(self, root: Path) -> None:
        self.staging = Staging(root / "staging", DAY.isoformat())
        self.texts = TextStore(root / "texts")

    def stage(self, *, then_fail: bool = False) -> StagedCounts:
        with open_stager(
            staging=self.staging, texts=self.texts, source="greenhouse", day=DAY, series_kind="observed"
        ) as (stager, board_reads):
            assert stager.add(ACME, [FIRST], [], "a") == StagedCounts(1, 0, 0)
            assert stager.add(ACME, [AGAIN, FIRST], [NAMELESS], "b") == StagedCounts(1, 2, 0)
            assert stager.n_texts == 1  # two postings, one content
            board_reads.write([])
            if then_fail:
                raise ArithmeticError
        return stager.totals

    def file(self, table: str) -> Path:
        return self.staging.path("greenhouse", table)

    def visible(self) -> set[str]:
        found = [*self.staging.files("*"), *self.texts.files()]
        return {path.stem for path in found if not path.name.startswith(".")}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


ALL = {"core_board_reads", "core_postings", "core_rejected_records", DAY.isoformat()}


def test_a_stager_counts_what_it_was_given_and_all_files_appear(place: Place) -> None:
    assert place.stage() == StagedCounts(2, 2, 0)
    assert place.visible() == ALL


def test_of_a_block_that_fails_nothing_appears(place: Place) -> None:
    with pytest.raises(ArithmeticError):
        place.stage(then_fail=True)
    assert place.visible() == set()


@pytest.mark.parametrize("table", ["core_rejected_records", "core_postings", "core_board_reads"])
def test_board_reads_appear_only_after_all_that_they_count(place: Place, table: str) -> None:
    obstacle = place.file(table)
    (obstacle / "in the way").mkdir(parents=True)
    with pytest.raises(StorageError, match=table):
        place.stage()
    assert not place.file("core_board_reads").is_file()
    # What a later step takes for a sign of the whole is not there; what comes before the obstacle may be.
    order = [DAY.isoformat(), "core_rejected_records", "core_postings", "core_board_reads"]
    assert place.visible() - {table} == set(order[: order.index(table)])
