"""Answers and reads to archive."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from include.archive.manifest import AnswerEntry
from include.archive.reads import Answer, Board, BoardRead, ReadStatus, Request
from include.archive.store import Archive
from include.collect.field_profile import field_profile

DAY = date(2026, 11, 16)
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
ACME = Board(source="greenhouse", token="acme", employer="Acme")


def answer_of(
    body: bytes = b'{"jobs":[]}',
    url: str = "https://boards.example/acme",
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),),
    request: Request | None = None,
    status: int = 200,
) -> Answer:
    return Answer(
        request=request or Request(url=url),
        url=url,
        status=status,
        headers=headers,
        fetched_at=NOON,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
    )


def read_of(
    board: Board = ACME, day: date = DAY, status: ReadStatus = "complete", attempt: int = 1
) -> BoardRead:
    return BoardRead(
        day=day,
        board=board,
        attempt=attempt,
        status=status,
        n_requests=1,
        body_bytes=11,
        elapsed_seconds=0.5,
        started_at=NOON,
    )


def record(archive: Archive, read: BoardRead, answers: Sequence[Answer]) -> Path:
    """Archive one attempt, all of whose answers its adapter was given; return its manifest's path."""
    for answer in answers:
        archive.objects.put(answer.body, answer.sha256)
    entries = [AnswerEntry.of(answer, is_delivered=True) for answer in answers]
    return archive.root / archive.record_entries(read, entries, field_profile(answers)).manifest
