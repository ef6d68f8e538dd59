"""Archived answers to staged postings, for one source of one day.

Every record of every answer becomes a posting, or a row of core_rejected_records with its reason.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

from include.archive.manifest import ArchivedRead
from include.archive.profile import FieldProfile
from include.archive.reads import Answer, Board, BoardRead, ReadStatus
from include.archive.store import Archive
from include.collect.completeness import asks_nothing_more, shortfall
from include.collect.field_profile import format_changes
from include.collect.protocol import Adapter, BoardListing, MalformedAnswer
from include.errors import printable
from include.normalize.stager import PostingStager, StageReport, open_stager, unread_row
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore

_log = logging.getLogger(__name__)

_UNDERSTOOD_LATER: frozenset[ReadStatus] = frozenset(("partial", "malformed"))


class FormatHistory:
    """Compares the fields that a source's boards carry on one day with those of their last good reads.

    Args:
        archive: where the earlier reads are.
        source: adapter name.
        day: the day that is staged; only reads before it count, so a day built again says the same.
    """

    def __init__(self, archive: Archive, source: str, day: date) -> None:
        self._archive = archive
        self._source = source
        self._day = day
        self._of_source: dict[date, FieldProfile] = {}

    def changes(self, archived: ArchivedRead | None) -> str | None:
        """Say which fields of a board vanished or appeared; None without change or without a past."""
        if archived is None or archived.profile is None:
            return None
        before = self._archive.last_whole_read(self._source, archived.read.board.token, self._day)
        if before is None or before.profile is None:
            return None
        return format_changes(archived.profile, before.profile, self._source_profile(before.read.day))

    def _source_profile(self, day: date) -> FieldProfile:
        if day not in self._of_source:
            reads = self._archive.effective_reads(day, source=self._source)
            self._of_source[day] = FieldProfile.merged(
                found.profile for found in reads if found.profile is not None and found.read.is_whole
            )
        return self._of_source[day]


def stage_day(
    *,
    archive: Archive,
    staging: Staging,
    texts: TextStore,
    adapter: Adapter,
    expected: Sequence[Board],
    day: date,
) -> StageReport:
    """Stage what one source's boards answered on one day, reading the archive only.

    Args:
        archive: where the day's answers are.
        staging: staging area of the day.
        texts: text store.
        adapter: reads the source's answers.
        expected: the day's plan for this source; a board without a read gets a `missing` row.
        day: the partition.

    Raises:
        StorageError: a staged file could not be written.
        CorruptObjectError: an archived answer no longer has its checksum.
    """
    source = adapter.name
    reads = {archived.read.board.token: archived for archived in archive.effective_reads(day, source=source)}
    boards = {board.token: board for board in expected}
    boards |= {token: archived.read.board for token, archived in reads.items() if token not in boards}
    with open_stager(
        staging=staging, texts=texts, source=source, day=day, series_kind=adapter.series_kind
    ) as (stager, board_reads):
        formats = FormatHistory(archive, source, day)
        expected_tokens = {board.token for board in expected}
        for token in sorted(boards):
            row = _stage_board(archive, adapter, boards[token], reads.get(token), stager, day)
            row["is_expected"] = token in expected_tokens
            row["format_changes"] = formats.changes(reads.get(token))
            board_reads.write([row])
        return stager.report(staging.partition_key, n_boards=len(boards))


def _stage_board(
    archive: Archive,
    adapter: Adapter,
    board: Board,
    archived: ArchivedRead | None,
    stager: PostingStager,
    day: date,
) -> dict[str, Any]:
    row = unread_row(board, day, "missing", "expected but never read")
    if archived is None:
        return row
    read = archived.read
    row |= {
        "status": read.status,
        "n_requests": read.n_requests,
        "body_bytes": read.body_bytes,
        "elapsed_seconds": read.elapsed_seconds,
        "error": read.error,
        "manifest": archived.manifest,
    }
    answers = archive.answers(archived)
    if read.status == "gone" or not answers:
        return row
    try:
        listing = adapter.parse(board, answers)
    except MalformedAnswer as error:
        if read.is_whole:
            row |= {"status": "malformed", "error": str(error)}
        return row
    except Exception as error:  # a fault of ours that one board's answer met must not take the others along
        _log.exception("%s/%s cannot be parsed", board.source, board.token)
        if read.is_whole:
            said = f"the adapter {adapter.name} stopped with {type(error).__name__}: {error}"
            row |= {"status": "malformed", "error": printable(said)}
        return row
    counts = stager.add(board, listing.listings, listing.rejects, answers[0].sha256)
    row |= {"n_promised": listing.promised, "n_listed": counts.listed, "n_rejected": counts.rejected}
    problem = _problem(adapter, board, read, listing, answers)
    if problem is None:
        whole = read.status if read.is_whole else "complete"
        row |= {"status": whole, "error": None, "is_complete": adapter.is_census}
    else:
        row |= {"status": "partial", "error": problem}
    return row


def _problem(
    adapter: Adapter, board: Board, read: BoardRead, listing: BoardListing, answers: Sequence[Answer]
) -> str | None:
    """Say why what was read proves no absence; None when the whole board was read.

    A read that was no success when it was made counts as whole when the adapter of today understands its
    answers and would ask for no others: then only the adapter had to be mended.
    """
    is_understood_now = read.status in _UNDERSTOOD_LATER and asks_nothing_more(adapter, board, answers)
    if not read.is_whole and not is_understood_now:
        n_kept = len(listing.listings)
        return f"{read.error or read.status} (the {n_kept} postings that had been answered are kept)"
    return shortfall(listing, is_census=adapter.is_census)
