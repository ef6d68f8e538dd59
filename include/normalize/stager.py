"""Listings to staged files: each becomes a posting with its text, or a reject with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import msgspec

from include.archive.reads import Board, ReadStatus
from include.collect.protocol import Listing, Reject, SeriesKind
from include.normalize.posting import Posting
from include.normalize.postings import normalize_listing
from include.warehouse.staging import RowWriter, Staging
from include.warehouse.texts import StoredText, TextStore, TextWriter


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
    """Running counts of one board, or of all that a stager was given."""

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

    Attributes:
        totals: counts of everything added so far.
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
        self.totals = StagedCounts()

    @property
    def n_texts(self) -> int:
        """Distinct texts added so far that no earlier partition of the source holds."""
        return self._texts.count

    def add(
        self, board: Board, listings: Iterable[Listing], rejects: Sequence[Reject], raw: str
    ) -> StagedCounts:
        """Stage the records of one answer (or of one batch of a dump).

        Args:
            board: whose postings they are.
            listings: usable records.
            rejects: records that the parser refused.
            raw: archive object the records stand in, put before each pointer.

        Returns:
            Counts of these records alone.
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
        counts = StagedCounts(len(postings), len(refused), n_without_text)
        self.totals.add(counts)
        return counts

    def report(self, partition_key: str, n_boards: int, n_skipped: int = 0) -> StageReport:
        """Return what was made of everything added so far."""
        return StageReport(
            source=self._source,
            partition_key=partition_key,
            n_boards=n_boards,
            n_listed=self.totals.listed,
            n_rejected=self.totals.rejected,
            n_texts=self.n_texts,
            n_skipped=n_skipped,
            n_without_text=self.totals.without_text,
        )

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


@contextmanager
def open_stager(
    *, staging: Staging, texts: TextStore, source: str, day: date, series_kind: SeriesKind
) -> Iterator[tuple[PostingStager, RowWriter]]:
    """Open the staged files of one source, and yield its stager and the writer of its board reads.

    Each file appears whole when the block ends well: first the texts, then rejects and postings, the board
    reads last. So where board reads are staged, all that they count is. When the block fails, none appears.

    Args:
        staging: of the partition.
        texts: text store.
        source: value of the `source` column.
        day: the partition's day, against which dates are judged.
        series_kind: of all listings.

    Raises:
        StorageError: a file could not be written.
    """
    with (
        # These end in reverse order: the texts first, the board reads last.
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
        yield stager, board_reads


def unread_row(board: Board, day: date, status: ReadStatus, error: str | None) -> dict[str, Any]:
    """Return the row of core_board_reads of a board from which nothing is staged.

    Args:
        board: the board.
        day: the partition.
        status: what became of its read.
        error: why nothing is staged, for people.
    """
    return {
        "day": day,
        "source": board.source,
        "board": board.token,
        "employer": board.employer,
        "is_expected": True,
        "status": status,
        "is_complete": False,
        "n_promised": None,
        "n_listed": 0,
        "n_rejected": 0,
        "n_requests": 0,
        "body_bytes": 0,
        "elapsed_seconds": 0.0,
        "error": error,
        "manifest": None,
        "format_changes": None,
    }


def _posting_row(posting: Posting) -> dict[str, Any]:
    row = msgspec.structs.asdict(posting)
    row["locations"] = list(posting.locations)
    return row


def _duplicate(listing: Listing) -> Reject:
    return Reject(
        raw_pointer=listing.raw_pointer,
        reason="duplicate_id",
        detail=f"the id {listing.native_id!r} was read before in this partition; the first record was kept",
        native_id=listing.native_id,
        stage="normalize",
    )
