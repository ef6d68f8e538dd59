"""The journal of a read in progress: what makes a read survive the death of its process.

A journal is a locked file per board. Answers are archived as they arrive and their description is appended;
the end writes the manifest and empties the journal. Whoever finds a journal that is not empty and not locked
knows that its writer was killed, and records that attempt, with the answers it had, before starting another.
The lock also keeps two runs of one day from asking the same board twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from include.archive.manifest import AnswerEntry, ArchivedRead, read_path
from include.archive.profile import FieldProfile
from include.archive.reads import Answer, Board, BoardRead
from include.archive.redaction import carries_secret, redact_board
from include.archive.store import Archive
from include.locks import LockedFile, locked_file
from include.storage import quoted

_log = logging.getLogger(__name__)


class _Start(msgspec.Struct, frozen=True, kw_only=True):
    day: date
    board: Board
    attempt: int
    started_at: datetime


class OpenRead:
    """A read in progress; made by `open_read`.

    Args:
        archive: where answers and manifest go.
        journal: the locked journal.
        board: what is read.
        day: partition of the read.
    """

    def __init__(self, archive: Archive, journal: LockedFile, board: Board, day: date) -> None:
        self._archive = archive
        self._journal = journal
        self._entries: list[AnswerEntry] = []
        self.board = board
        self.day = day
        self.attempt = archive.next_attempt(board.source, board.token, day)

    def start(self, started_at: datetime) -> None:
        """Write down that the attempt began, before its first request.

        Raises:
            StorageError: the disk is full.
        """
        board = redact_board(self.board)
        start = _Start(day=self.day, board=board, attempt=self.attempt, started_at=started_at)
        self._journal.replace(msgspec.json.encode(start) + b"\n")

    def add(self, answer: Answer, *, is_delivered: bool) -> None:
        """Archive one answer at once.

        The answer to a request that carried a secret in its body (a token exchange) is described, but its
        body is kept out: it is archived as empty.

        Raises:
            StorageError: the disk is full or the folder is not writable.
        """
        if carries_secret(answer.request):
            answer = msgspec.structs.replace(answer, body=b"", sha256=hashlib.sha256(b"").hexdigest())
        entry = AnswerEntry.of(answer, is_delivered=is_delivered)
        self._archive.objects.put(answer.body, answer.sha256)
        self._entries.append(entry)
        self._journal.append(msgspec.json.encode(entry) + b"\n")

    def finish(self, read: BoardRead, profile: FieldProfile | None = None) -> ArchivedRead:
        """Write the manifest, with the fields its answers carried, and close the journal.

        Raises:
            StorageError: the disk is full; the journal stays, and the next attempt on this board records it.
        """
        archived = self._archive.record_entries(read, self._entries, profile)
        self._journal.replace(b"")
        return archived


@contextlib.contextmanager
def open_read(archive: Archive, board: Board, day: date, wait_seconds: float) -> Iterator[OpenRead]:
    """Have this board to oneself, after recording what a killed process left.

    Args:
        archive: where the answers and the manifest go.
        board: what to read.
        day: partition of the read.
        wait_seconds: how long to wait for another process that is reading the board.

    Raises:
        LockTimeout: the other process took longer.
        StorageError: the archive is not writable.
    """
    path = archive.root / "open" / quoted(board.source) / f"{quoted(board.token)}.jsonl"
    with locked_file(path, wait_seconds) as journal:
        _record_killed(archive, journal)
        yield OpenRead(archive, journal, board, day)


def _record_killed(archive: Archive, journal: LockedFile) -> None:
    first, *rest = journal.read().split(b"\n")
    try:
        start = msgspec.json.decode(first, type=_Start)
    except msgspec.DecodeError:
        if first:
            _log.warning("a journal began with a torn line; the attempt it stood for made no request")
            journal.replace(b"")
        return
    path = archive.root / read_path(start.board.source, start.day, start.board.token, start.attempt)
    if not path.exists():  # else it was killed between writing the manifest and emptying the journal
        entries = _whole_lines(rest)
        archive.record_entries(_killed_read(start, entries), entries)
    journal.replace(b"")


def _whole_lines(lines: list[bytes]) -> list[AnswerEntry]:
    entries = []
    for line in lines:
        try:
            entries.append(msgspec.json.decode(line, type=AnswerEntry))
        except msgspec.DecodeError:
            break  # torn by the kill, or the empty rest after the last newline
    return entries


def _killed_read(start: _Start, entries: list[AnswerEntry]) -> BoardRead:
    last = entries[-1].fetched_at if entries else start.started_at
    return BoardRead(
        day=start.day,
        board=start.board,
        attempt=start.attempt,
        status="failed",
        n_requests=len(entries),
        body_bytes=sum(0 if entry.is_revalidated else entry.n_bytes for entry in entries),
        elapsed_seconds=max((last - start.started_at).total_seconds(), 0.0),
        started_at=start.started_at,
        error="the process ended without finishing this read (killed, or the disk was full)",
    )
