"""Archived dump to staged postings, for one import."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from include.archive.reads import Board
from include.collect.dumps.reading import DumpBatch
from include.collect.dumps.rows import DumpRow
from include.collect.protocol import Listing, SeriesKind
from include.normalize.stager import StageReport, open_stager, unread_row
from include.partitions import import_key
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore

PROGRESS_RECORDS: Final = 50_000
"""How many records are read between two lines in the log: a crawl of gigabytes takes a quarter of an hour."""

_log = logging.getLogger(__name__)


def stage_dump(
    *,
    staging: Staging,
    texts: TextStore,
    name: str,
    day: date,
    series_kind: SeriesKind,
    maker: str,
    batches: Iterator[DumpBatch],
    raw: str,
    n_bytes: int,
) -> StageReport:
    """Stage an imported dump, batch by batch in constant memory.

    Args:
        staging: staging area of the import.
        texts: text store.
        name: of the import; the source column says `import/<name>`.
        maker: the source that the dump comes from, as its column map says; a release gives it credit.
        day: day of the import; dates after it are refused.
        series_kind: how the dump's dates are known.
        batches: parsed records.
        raw: sha256 of the archived dump.
        n_bytes: size of the dump.

    Raises:
        StorageError: a staged file could not be written.
    """
    source = import_key(name)
    board = Board(source=source, token=name, employer="")
    with open_stager(staging=staging, texts=texts, source=source, day=day, series_kind=series_kind) as (
        stager,
        board_reads,
    ):
        n_records = n_skipped = n_told = 0
        for batch in batches:
            stager.add(board, map(_dated, batch.rows), batch.rejects, raw)
            n_skipped += batch.n_skipped
            n_records += batch.n_records
            if n_records - n_told >= PROGRESS_RECORDS:
                n_told = n_records
                _log.info("%s: %d records read, %d postings kept", source, n_records, stager.totals.listed)
        totals = stager.totals
        # Never `is_complete`: a dump proves nothing about what is open today.
        read = unread_row(board, day, "complete", None) | {
            "employer": maker,
            "n_promised": totals.listed + totals.rejected + n_skipped,
            "n_listed": totals.listed,
            "n_rejected": totals.rejected,
            "body_bytes": n_bytes,
            "manifest": raw,
        }
        board_reads.write([read])
        return stager.report(staging.partition_key, n_boards=1, n_skipped=n_skipped)


def _dated(row: DumpRow) -> Listing:
    # A dump without posting dates is dated by the day its maker first saw the ad: the latest it can have
    # opened. Ids of a dump of many boards are unique within a board only.
    native_id = row.listing.native_id if row.board is None else f"{row.board}/{row.listing.native_id}"
    return msgspec.structs.replace(row.listing, posted_on=row.day, native_id=native_id)
