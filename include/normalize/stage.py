"""Archive to staged postings, for one source of one day or for one imported dump.

Every record of every answer becomes a posting, or a row of core_rejected_records with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from include.archive.manifest import ArchivedRead
from include.archive.store import Archive, is_whole
from include.collect.completeness import asks_nothing_more, shortfall
from include.collect.dumps.reading import DumpBatch, DumpRow
from include.collect.field_profile import FieldProfile, format_changes
from include.collect.protocol import (
    Adapter,
    Answer,
    Board,
    BoardListing,
    BoardRead,
    Listing,
    MalformedAnswer,
    ReadStatus,
    Reject,
    SeriesKind,
)
from include.normalize.posting import Posting
from include.normalize.postings import normalize_listing
from include.warehouse.staging import RowWriter, Staging
from include.warehouse.texts import StoredText, TextStore, TextWriter

_ANSWERED: frozenset[ReadStatus] = frozenset(("complete", "unchanged"))
_UNDERSTOOD_LATER: frozenset[ReadStatus] = frozenset(("partial", "malformed"))


class StageReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one staging run made.

    Attributes:
        n_boards: boards expected or read.
        n_listed: postings staged.
        n_rejected: records refused.
        n_texts: distinct new texts.
        n_skipped: records of a dump left out because its column map asks for product titles only; with
            `n_listed` and `n_rejected` they are all records of the dump.
        n_without_text: postings staged whose text is missing or cut; they stay out of every figure.
    """

    source: str
    partition_key: str
    n_boards: int
    n_listed: int
    n_rejected: int
    n_texts: int
    n_skipped: int = 0
    n_without_text: int = 0


class StagedCounts(msgspec.Struct):
    """Running counts of one board, or of all boards of a source."""

    listed: int = 0
    rejected: int = 0
    without_text: int = 0

    def add(self, other: StagedCounts) -> None:
        """Add the counts of another board or batch."""
        self.listed += other.listed
        self.rejected += other.rejected
        self.without_text += other.without_text


class PostingStager:
    """Normalises listings and appends them, or their rejects, to the staged files of one source.

    Args:
        source: value of the `source` column.
        day: the partition's day, against which dates are judged.
        series_kind: of all listings.
        postings, rejects: staged files.
        texts: text file of the partition.
    """

    def __init__(
        self,
        *,
        source: str,
        day: date,
        series_kind: SeriesKind,
        postings: RowWriter,
        rejects: RowWriter,
        texts: TextWriter,
    ) -> None:
        self._source = source
        self._day = day
        self._series_kind = series_kind
        self._postings = postings
        self._rejects = rejects
        self._texts = texts
        self._seen: set[str] = set()

    def add(
        self, board: Board, listings: Iterable[Listing], rejects: Sequence[Reject], raw: str
    ) -> StagedCounts:
        """Stage the records of one answer (or of one batch of a dump).

        Args:
            board: whose postings they are.
            listings: usable records.
            rejects: records that the parser refused.
            raw: archive object the records stand in, put before each pointer.
        """
        refused = list(rejects)
        postings = []
        for listing in listings:
            outcome = normalize_listing(listing, board, self._day, self._series_kind)
            if isinstance(outcome, Reject):
                refused.append(outcome)
            elif outcome.posting_key in self._seen:
                refused.append(_duplicate(listing))
            else:
                self._seen.add(outcome.posting_key)
                postings.append(outcome)
        if postings:
            self._postings.write([_posting_row(posting) for posting in postings])
            self._texts.write(
                StoredText(posting.content_hash, posting.title, posting.text, posting.language)
                for posting in postings
            )
        if refused:
            self._rejects.write([self._reject_row(board, reject, raw) for reject in refused])
        n_without_text = sum(not posting.is_text_complete for posting in postings)
        return StagedCounts(len(postings), len(refused), n_without_text)

    def _reject_row(self, board: Board, reject: Reject, raw: str) -> dict[str, Any]:
        return {
            "day": self._day,
            "source": self._source,
            "board": board.token,
            "stage": reject.stage,
            "raw_pointer": f"{raw}#{reject.raw_pointer}",
            "native_id": reject.native_id,
            "reason": reject.reason,
            "detail": reject.detail,
        }


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
                found.profile for found in reads if found.profile is not None and is_whole(found.read)
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
    totals = StagedCounts()
    with (
        # Left last, so written last: where the reads are, all the rest is.
        staging.writer(source, "core_board_reads") as board_reads,
        staging.writer(source, "core_postings") as postings,
        staging.writer(source, "core_rejected_records") as rejects,
        texts.writer(source, staging.partition_key) as text_writer,
    ):
        stager = PostingStager(
            source=source,
            day=day,
            series_kind=adapter.series_kind,
            postings=postings,
            rejects=rejects,
            texts=text_writer,
        )
        formats = FormatHistory(archive, source, day)
        for token in sorted(boards):
            is_expected = any(board.token == token for board in expected)
            row, counts = _stage_board(archive, adapter, boards[token], reads.get(token), stager, day)
            row["format_changes"] = formats.changes(reads.get(token))
            board_reads.write([row | {"is_expected": is_expected}])
            totals.add(counts)
        return StageReport(
            source=source,
            partition_key=staging.partition_key,
            n_boards=len(boards),
            n_listed=totals.listed,
            n_rejected=totals.rejected,
            n_texts=text_writer.count,
            n_without_text=totals.without_text,
        )


def stage_dump(
    *,
    staging: Staging,
    texts: TextStore,
    name: str,
    day: date,
    series_kind: SeriesKind,
    batches: Iterator[DumpBatch],
    raw: str,
    n_bytes: int,
) -> StageReport:
    """Stage an imported dump, batch by batch in constant memory.

    Args:
        staging: staging area of the import.
        texts: text store.
        name: of the import; the source column says `import/<name>`.
        day: day of the import; dates after it are refused.
        series_kind: how the dump's dates are known.
        batches: parsed records.
        raw: sha256 of the archived dump.
        n_bytes: size of the dump.

    Raises:
        StorageError: a staged file could not be written.
    """
    source = f"import/{name}"
    board = Board(source=source, token=name, employer="")
    totals = StagedCounts()
    with (
        # Left last, so written last: where the reads are, all the rest is.
        staging.writer(source, "core_board_reads") as board_reads,
        staging.writer(source, "core_postings") as postings,
        staging.writer(source, "core_rejected_records") as rejects,
        texts.writer(source, staging.partition_key) as text_writer,
    ):
        stager = PostingStager(
            source=source,
            day=day,
            series_kind=series_kind,
            postings=postings,
            rejects=rejects,
            texts=text_writer,
        )
        n_skipped = 0
        for batch in batches:
            n_skipped += batch.n_skipped
            counts = stager.add(board, map(_dated, batch.rows), batch.rejects, raw)
            totals.add(counts)
        board_reads.write(
            [
                {
                    "day": day,
                    "source": source,
                    "board": name,
                    "employer": "",
                    "is_expected": True,
                    "status": "complete",
                    "is_complete": False,  # a dump proves nothing about what is open today
                    "n_promised": totals.listed + totals.rejected + n_skipped,
                    "n_listed": totals.listed,
                    "n_rejected": totals.rejected,
                    "n_requests": 0,
                    "body_bytes": n_bytes,
                    "elapsed_seconds": 0.0,
                    "error": None,
                    "manifest": raw,
                    "format_changes": None,
                }
            ]
        )
        return StageReport(
            source=source,
            partition_key=staging.partition_key,
            n_boards=1,
            n_listed=totals.listed,
            n_rejected=totals.rejected,
            n_texts=text_writer.count,
            n_without_text=totals.without_text,
            n_skipped=n_skipped,
        )


def _stage_board(
    archive: Archive,
    adapter: Adapter,
    board: Board,
    archived: ArchivedRead | None,
    stager: PostingStager,
    day: date,
) -> tuple[dict[str, Any], StagedCounts]:
    row: dict[str, Any] = {
        "day": day,
        "source": adapter.name,
        "board": board.token,
        "employer": board.employer,
        "status": "missing",
        "is_complete": False,
        "n_promised": None,
        "n_listed": 0,
        "n_rejected": 0,
        "n_requests": 0,
        "body_bytes": 0,
        "elapsed_seconds": 0.0,
        "error": "expected but never read",
        "manifest": None,
    }
    if archived is None:
        return row, StagedCounts()
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
        return row, StagedCounts()
    try:
        listing = adapter.parse(board, answers)
    except MalformedAnswer as error:
        if read.status in _ANSWERED:
            row |= {"status": "malformed", "error": str(error)}
        return row, StagedCounts()
    counts = stager.add(board, listing.listings, listing.rejects, answers[0].sha256)
    row |= {"n_promised": listing.promised, "n_listed": counts.listed, "n_rejected": counts.rejected}
    problem = _problem(adapter, board, read, listing, answers)
    if problem is None:
        whole = read.status if read.status in _ANSWERED else "complete"
        row |= {"status": whole, "error": None, "is_complete": adapter.is_census}
    else:
        row |= {"status": "partial", "error": problem}
    return row, counts


def _problem(
    adapter: Adapter, board: Board, read: BoardRead, listing: BoardListing, answers: Sequence[Answer]
) -> str | None:
    """Say why what was read proves no absence; None when the whole board was read.

    A read that was no success when it was made counts as whole when the adapter of today understands its
    answers and would ask for no others: then only the adapter had to be mended.
    """
    if read.status not in _ANSWERED and not (
        read.status in _UNDERSTOOD_LATER and asks_nothing_more(adapter, board, answers)
    ):
        n_kept = len(listing.listings)
        return f"{read.error or read.status} (the {n_kept} postings that had been answered are kept)"
    return shortfall(listing)


def _posting_row(posting: Posting) -> dict[str, Any]:
    row = msgspec.structs.asdict(posting)
    row["locations"] = list(posting.locations)
    return row


def _dated(row: DumpRow) -> Listing:
    # A dump without posting dates is dated by the day its maker first saw the ad: the latest it can have
    # opened. Ids of a dump of many boards are unique within a board only.
    native_id = row.listing.native_id if row.board is None else f"{row.board}/{row.listing.native_id}"
    return msgspec.structs.replace(row.listing, posted_on=row.day, native_id=native_id)


def _duplicate(listing: Listing) -> Reject:
    return Reject(
        raw_pointer=listing.raw_pointer,
        reason="duplicate_id",
        detail=f"the id {listing.native_id!r} was read before in this partition; the first record was kept",
        native_id=listing.native_id,
        stage="normalize",
    )
