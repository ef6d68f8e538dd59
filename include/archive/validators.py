"""What lets a host say `not modified`: validators of the answers that the archive has."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from include.archive.manifest import AnswerEntry, load_read, read_path, request_key
from include.archive.objects import CorruptObjectError
from include.archive.reads import Answer, Board, Request
from include.archive.store import Archive

_log = logging.getLogger(__name__)

_VALIDATOR_READS = 3  # how many of a board's latest reads are searched for validators
_VALIDATOR_DAYS = 60


class Validators(msgspec.Struct, frozen=True, kw_only=True):
    """What lets a host say `not modified`.

    Attributes:
        answer: the archived 200 answer that a 304 would confirm.
        etag: value for If-None-Match.
        last_modified: value for If-Modified-Since.
    """

    answer: Answer
    etag: str | None
    last_modified: str | None


class PastAnswers:
    """The latest archived answers of a board, kept while its requests are asked for one after the other.

    Args:
        archive: where they are.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._found: tuple[tuple[str, ...], dict[tuple[str, str, bytes], AnswerEntry]] = ((), {})

    def validators(self, board: Board, request: Request, day: date) -> Validators | None:
        """Return what to send with `request` so that the host may answer 304.

        Args:
            board: whose request it is.
            request: compared by method, URL and body.
            day: only reads of this day and before count.

        Returns:
            None when no archived answer to this request has an ETag or Last-Modified, or when its body is
            damaged (the request is then made without condition, which mends the archive).
        """
        entry = self._latest_answers(board, day).get(request_key(request))
        if entry is None:
            return None
        headers = dict(entry.headers)
        etag, last_modified = headers.get("etag"), headers.get("last-modified")
        if etag is None and last_modified is None:
            return None
        try:
            answer = entry.with_body(self._archive.objects.read(entry.sha256))
        except CorruptObjectError as error:
            _log.warning("%s Asking without condition.", error)
            return None
        return Validators(answer=answer, etag=etag, last_modified=last_modified)

    def _latest_answers(self, board: Board, day: date) -> dict[tuple[str, str, bytes], AnswerEntry]:
        paths = list(self._latest_manifests(board, day))
        key = tuple(str(path) for path in paths)
        if self._found[0] != key:
            found: dict[tuple[str, str, bytes], AnswerEntry] = {}
            for path in reversed(paths):  # oldest first, so that later answers win
                archived = load_read(self._archive.root, path)
                if archived.read.status == "malformed":
                    continue  # a 304 would confirm bytes that nobody can read
                for entry in archived.entries:
                    if entry.status == 200:
                        found[request_key(entry.request)] = entry
            self._found = (key, found)
        return self._found[1]

    def _latest_manifests(self, board: Board, day: date) -> Iterator[Path]:
        days = [found for found in self._archive.days(board.source) if found <= day]
        manifests = (
            self._archive.root / read_path(board.source, earlier, board.token, attempt)
            for earlier in reversed(days[-_VALIDATOR_DAYS:])
            for attempt in range(self._archive.next_attempt(board.source, board.token, earlier) - 1, 0, -1)
        )
        return itertools.islice(manifests, _VALIDATOR_READS)
