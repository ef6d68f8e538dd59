"""What is staged of reads that did not end well: rows are kept, and nothing of them closes."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from include.archive.reads import Answer, Board, BoardRead, ReadStatus, Request
from include.archive.store import Archive
from include.collect.protocol import BoardListing, Listing, MalformedAnswer, Reject
from include.normalize.stage_day import stage_day
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore
from tests.archive.samples import record
from tests.collect.fakes import ACME, DAY, DetailAdapter

NOW = datetime(2026, 11, 16, 3, tzinfo=UTC)


class Adapter(DetailAdapter):
    """A list of ids (blank: none), then a detail for each."""

    def __init__(self, *, understands: bool = True) -> None:
        self._understands = understands

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        return super().requests(board, base_url or "https://boards.example.org")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        if not self._understands:
            raise MalformedAnswer("not understood")
        ids = msgspec.json.decode(answers[0].body, type=list[str])
        return BoardListing(
            listings=tuple(
                Listing(native_id=one, title="Product Manager", raw_pointer=one, description_text="Own it.")
                for one in ids
                if one
            ),
            rejects=tuple(
                Reject(raw_pointer="x", reason="missing_id", detail="no id") for one in ids if not one
            ),
        )


def answer(path: str, body: bytes) -> Answer:
    url = f"https://boards.example.org{path}"
    request = Request(url=url, purpose="list" if path == "/acme" else "detail")
    return Answer(
        request=request,
        url=url,
        status=200,
        headers=(),
        fetched_at=NOW,
        body=body,
        sha256=sha256(body).hexdigest(),
    )


def staged(
    folder: Path,
    status: ReadStatus,
    answers: list[Answer],
    adapter: Adapter | None = None,
    day: date = DAY,
    expected: Sequence[Board] = (ACME,),
) -> tuple[dict[str, Any], list[str]]:
    """Archive one read, stage it, and return its row and the ids of the staged postings."""
    archive = Archive(folder / "archive")
    read = BoardRead(
        day=day,
        board=ACME,
        attempt=1,
        status=status,
        n_requests=len(answers),
        body_bytes=1,
        elapsed_seconds=0.1,
        started_at=NOW,
        error=None if status in ("complete", "unchanged") else "what went wrong",
    )
    record(archive, read, answers)
    staging = Staging(folder / "staging", day.isoformat())
    stage_day(
        archive=archive,
        staging=staging,
        texts=TextStore(folder / "texts"),
        adapter=adapter or Adapter(),
        expected=expected,
        day=day,
    )
    (row,) = pq.read_table(staging.path("fake", "core_board_reads")).to_pylist()
    ids = pq.read_table(staging.path("fake", "core_postings")).column("native_id").to_pylist()
    return row, sorted(ids)


class Window(Adapter):
    """Shows the newest of many postings."""

    is_census = False

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        found = super().parse(board, answers)
        return msgspec.structs.replace(found, promised=2_400, is_complete=False)


TWO = [answer("/acme", b'["1", "2"]'), answer("/acme/1", b"one"), answer("/acme/2", b"two")]


def test_a_whole_read(tmp_path: Path) -> None:
    row, ids = staged(tmp_path, "complete", TWO)
    assert (row["status"], row["is_complete"], row["error"], ids) == ("complete", True, None, ["1", "2"])


@pytest.mark.parametrize("is_planned", [True, False])
def test_a_board_that_was_read_and_not_planned_is_kept_and_was_not_expected(
    tmp_path: Path, is_planned: bool
) -> None:
    row, ids = staged(tmp_path, "complete", TWO, expected=[ACME] if is_planned else [])
    assert (row["status"], row["is_expected"], ids) == ("complete", is_planned, ["1", "2"])


@pytest.mark.parametrize("status", ["failed", "out_of_budget", "refused", "partial"])
def test_rows_of_a_read_that_ended_early_are_kept(tmp_path: Path, status: ReadStatus) -> None:
    row, ids = staged(tmp_path, status, TWO[:2])
    assert (row["status"], row["is_complete"], row["n_listed"], ids) == ("partial", False, 2, ["1", "2"])
    assert row["error"] == "what went wrong (the 2 postings that had been answered are kept)"


def test_a_failed_read_without_answers_stays_one(tmp_path: Path) -> None:
    row, ids = staged(tmp_path, "failed", [])
    assert (row["status"], row["error"], ids) == ("failed", "what went wrong", [])


def test_a_record_without_id_proves_no_absence(tmp_path: Path) -> None:
    answers = [answer("/acme", b'["1", ""]'), answer("/acme/1", b"one"), answer("/acme/", b"")]
    row, ids = staged(tmp_path, "complete", answers)
    assert (row["status"], row["is_complete"], row["n_rejected"], ids) == ("partial", False, 1, ["1"])
    assert "1 of 2 records have no id" in row["error"]


def test_bytes_nobody_understands_stay_malformed(tmp_path: Path) -> None:
    row, ids = staged(tmp_path, "malformed", TWO, Adapter(understands=False))
    assert (row["status"], row["error"], ids) == ("malformed", "what went wrong", [])


def test_a_mended_adapter_makes_a_malformed_read_whole(tmp_path: Path) -> None:
    row, ids = staged(tmp_path, "malformed", TWO)
    assert (row["status"], row["is_complete"], row["error"], ids) == ("complete", True, None, ["1", "2"])


def test_a_mended_adapter_that_would_have_asked_for_more_has_a_part(tmp_path: Path) -> None:
    row, ids = staged(tmp_path, "malformed", TWO[:2])
    assert (row["status"], row["is_complete"], ids) == ("partial", False, ["1", "2"])


def test_a_changed_format_is_said_and_its_rows_are_kept(tmp_path: Path) -> None:
    """The source's details rename a field: the day it happens says so, the day after does not."""

    def details(name: str) -> list[Answer]:
        texts = [msgspec.json.encode({"id": one, name: "Own it."}) for one in "12"]
        return [TWO[0], *(answer(f"/acme/{one}", text) for one, text in zip("12", texts, strict=True))]

    changes = [
        staged(tmp_path, status, details(name), day=DAY + timedelta(days=offset))
        for offset, (status, name) in enumerate(
            [("complete", "text"), ("failed", "text"), ("complete", "body"), ("complete", "body")]
        )
    ]
    assert [row["format_changes"] for row, _ in changes] == [
        None,
        None,
        "gone: detail.text; new: detail.body",
        None,
    ]
    assert changes[2][1] == ["1", "2"]
    # The archive alone decides: the same day built again says the same.
    again, _ = staged(tmp_path, "complete", details("body"), day=DAY + timedelta(days=2))
    assert again["format_changes"] == "gone: detail.text; new: detail.body"


def test_a_window_is_read_whole_when_it_is_read_as_far_as_was_asked(tmp_path: Path) -> None:
    """Its total is of what it is a window on; and it proves no absence anyhow."""
    row, ids = staged(tmp_path, "complete", TWO, Window())
    assert (row["status"], row["error"], ids) == ("complete", None, ["1", "2"])
    assert (row["is_complete"], row["n_promised"]) == (False, 2_400)


def test_a_board_that_an_adapter_stops_at_takes_no_other_board_along(tmp_path: Path) -> None:
    class Stumbling(Adapter):
        def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
            if board == ACME:
                raise ValueError("no such number: \x1b[2J")
            return super().parse(board, answers)

    archive, staging = Archive(tmp_path / "archive"), Staging(tmp_path / "staging", DAY.isoformat())
    boards = [ACME, msgspec.structs.replace(ACME, token="beta")]
    for board in boards:
        read = BoardRead(
            day=DAY, board=board, attempt=1, status="complete", n_requests=3, body_bytes=1,
            elapsed_seconds=0.1, started_at=NOW,
        )  # fmt: skip
        record(archive, read, TWO)
    stage_day(
        archive=archive, staging=staging, texts=TextStore(tmp_path / "texts"), adapter=Stumbling(),
        expected=boards, day=DAY,
    )  # fmt: skip
    rows = pq.read_table(staging.path("fake", "core_board_reads")).to_pylist()
    assert [(row["board"], row["status"], row["n_listed"], row["error"]) for row in rows] == [
        ("acme", "malformed", 0, r"the adapter fake stopped with ValueError: no such number: \x1b[2J"),
        ("beta", "complete", 2, None),
    ]
