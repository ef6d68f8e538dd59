"""What stands in the archive after a read was given up at any point, and what the next one makes of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from include.archive.integrity import verify
from include.archive.journal import open_read
from include.archive.reads import Answer, Board, Request
from include.archive.store import Archive
from include.locks import LockTimeout
from include.storage import StorageError
from tests.archive.samples import ACME, DAY, NOON, answer_of, read_of

OTHER = Board(source="greenhouse", token="other", employer="Other")


def give_up(archive: Archive, *answers: Answer, board: Board = ACME) -> None:
    """Leave a read as a killed process does: begun at noon, with these answers."""
    with open_read(archive, board, DAY, 1) as read:
        read.start(NOON)
        for answer in answers:
            read.add(answer, is_delivered=answer.status == 200)


def journal_of(archive: Archive, board: Board = ACME) -> Path:
    return archive.root / "open" / board.source / f"{board.token}.jsonl"


def test_what_a_killed_read_had_is_recorded_by_the_next(archive: Archive) -> None:
    late = msgspec.structs.replace(answer_of(b"late"), fetched_at=NOON + timedelta(seconds=90))
    confirmed = msgspec.structs.replace(answer_of(b"as before"), is_revalidated=True)
    give_up(archive, answer_of(b"busy", status=503), confirmed, late)
    assert archive.reads(DAY) == []
    with open_read(archive, ACME, DAY + timedelta(days=1), 1) as read:
        assert read.attempt == 1  # of another day
    (killed,) = archive.reads(DAY)
    assert (killed.read.day, killed.read.board, killed.read.attempt) == (DAY, ACME, 1)
    assert (killed.read.status, killed.read.started_at) == ("failed", NOON)
    assert (killed.read.n_requests, killed.read.elapsed_seconds) == (3, 90)
    assert killed.read.body_bytes == len(b"busy" + b"late")  # what a host confirms is not sent again
    assert [entry.is_delivered for entry in killed.entries] == [False, True, True]
    assert [answer.body for answer in archive.answers(killed)] == [b"as before", b"late"]
    assert journal_of(archive).read_bytes() == b""
    assert verify(archive).problems == ()


def test_a_read_that_was_killed_before_its_first_answer_is_recorded_too(archive: Archive) -> None:
    give_up(archive)
    with open_read(archive, ACME, DAY, 1) as read:
        assert read.attempt == 2
    (killed,) = archive.reads(DAY)
    assert (killed.read.n_requests, killed.read.elapsed_seconds, killed.entries) == (0, 0, ())


def test_the_answer_that_was_being_written_is_lost_and_those_before_it_are_not(archive: Archive) -> None:
    give_up(archive, answer_of(b"one"), answer_of(b"two"))
    journal_of(archive).write_bytes(journal_of(archive).read_bytes()[:-10])
    with open_read(archive, ACME, DAY, 1):
        pass
    assert [answer.body for answer in archive.answers(archive.reads(DAY)[0])] == [b"one"]


def test_an_answer_that_could_not_be_stored_is_not_in_the_journal(archive: Archive) -> None:
    (archive.root / "objects").parent.mkdir(parents=True)
    (archive.root / "objects").write_bytes(b"")  # a file where the folder should be
    with pytest.raises(StorageError):
        give_up(archive, answer_of(b"one"))
    (archive.root / "objects").unlink()
    with open_read(archive, ACME, DAY, 1):
        pass
    assert archive.reads(DAY)[0].entries == ()
    assert verify(archive).problems == ()


def test_each_board_has_a_journal_and_a_lock_of_its_own(archive: Archive) -> None:
    give_up(archive, answer_of(b"one"))
    with (
        open_read(archive, OTHER, DAY, 0),
        open_read(archive, ACME, DAY, 0),
        pytest.raises(LockTimeout),
        open_read(archive, ACME, DAY, 0),
    ):
        pass
    assert [archived.read.board for archived in archive.reads(DAY)] == [ACME]


def test_a_manifest_that_cannot_be_written_leaves_the_journal_to_the_next_read(archive: Archive) -> None:
    (archive.root / "reads").parent.mkdir(parents=True)
    (archive.root / "reads").write_bytes(b"")  # a file where the folder should be
    with open_read(archive, ACME, DAY, 1) as read:
        read.start(NOON)
        read.add(answer_of(b"one"), is_delivered=True)
        with pytest.raises(StorageError):
            read.finish(read_of())
    (archive.root / "reads").unlink()
    with open_read(archive, ACME, DAY, 1):
        pass
    assert [answer.body for answer in archive.answers(archive.reads(DAY)[0])] == [b"one"]


def test_no_secret_stands_in_a_journal(archive: Archive) -> None:
    board = msgspec.structs.replace(ACME, options={"app_key": "hunter2"})
    exchange = Request(
        url="https://api.example/token",
        method="POST",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=b"grant_type=client_credentials&client_secret=hunter2",
    )
    give_up(archive, answer_of(b'{"access_token": "hunter2"}', request=exchange), board=board)
    assert "hunter2" not in journal_of(archive).read_text()
    with open_read(archive, board, DAY, 1):
        pass
    (answer,) = archive.answers(archive.reads(DAY)[0])
    assert answer.body == b""
    assert verify(archive).problems == ()
