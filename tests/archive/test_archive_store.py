"""The archive keeps what it is given, for ever, and says so when it cannot."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
import resource
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from include.archive.manifest import object_path, quoted
from include.archive.store import (
    Archive,
    CorruptManifestError,
    CorruptObjectError,
    ImportExistsError,
)
from include.collect.protocol import Answer, Board, BoardRead, ReadStatus, Request
from include.storage import StorageError

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


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def test_answers_come_back_as_they_were(archive: Archive) -> None:
    first = answer_of(b"\x00\xff not text")
    second = answer_of(b"", request=Request(url="https://boards.example/acme/2", method="POST", body=b"{}"))
    manifest = archive.record(read_of(), [first, second])

    (archived,) = archive.reads(DAY)
    assert archive.answers(archived) == (first, second)
    assert archived.read == read_of()
    assert archive.root / archived.manifest == manifest
    assert archived.manifest == "reads/greenhouse/2026-11-16/acme.1.json"


def test_equal_bodies_are_kept_once(archive: Archive) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        archive.record(read_of(day=day), [answer_of(b"same")])
    assert len(list(archive.root.glob("objects/*/*"))) == 1


def test_a_second_attempt_stands_beside_the_first(archive: Archive) -> None:
    first = archive.record(read_of(status="failed"), [])
    content = first.read_bytes()
    archive.record(read_of(status="complete"), [answer_of()])
    assert first.read_bytes() == content
    assert [(found.read.attempt, found.read.status) for found in archive.reads(DAY)] == [
        (1, "failed"),
        (2, "complete"),
    ]
    assert archive.next_attempt("greenhouse", "acme", DAY) == 3


@pytest.mark.parametrize(
    ("statuses", "chosen"),
    [
        (["complete", "failed"], 1),
        (["failed", "out_of_budget"], 2),
        (["complete", "unchanged"], 2),
        (["failed", "complete", "refused"], 2),
    ],
)
def test_a_later_failure_does_not_hide_a_whole_read(
    archive: Archive, statuses: list[ReadStatus], chosen: int
) -> None:
    for status in statuses:
        archive.record(read_of(status=status), [])
    archive.record(read_of(Board(source="lever", token="acme", employer="Acme"), status="gone"), [])
    effective = {found.read.board.source: found.read.attempt for found in archive.effective_reads(DAY)}
    assert effective == {"greenhouse": chosen, "lever": 1}
    assert [found.read.board.source for found in archive.effective_reads(DAY, source="lever")] == ["lever"]


def test_a_damaged_object_is_named_not_returned(archive: Archive) -> None:
    good, bad = answer_of(b"good"), answer_of(b"bad" * 100)
    archive.record(read_of(), [good])
    archive.record(read_of(Board(source="lever", token="b", employer="B")), [bad])
    path = object_path(archive.root, bad.sha256)
    data = bytearray(path.read_bytes())
    data[-6] ^= 0xFF
    path.write_bytes(data)

    damaged = archive.reads(DAY, source="lever")[0]
    with pytest.raises(CorruptObjectError, match=rf"{bad.sha256}.*backup"):
        archive.answers(damaged)
    assert archive.answers(archive.reads(DAY, source="greenhouse")[0]) == (good,)
    report = archive.verify()
    assert (report.n_objects, report.n_manifests) == (2, 2)
    assert len(report.problems) == 2
    assert all(bad.sha256 in problem for problem in report.problems)


def test_a_swapped_object_is_found_by_its_digest(archive: Archive) -> None:
    right, other = answer_of(b"right"), answer_of(b"other")
    archive.record(read_of(), [right, other])
    object_path(archive.root, right.sha256).write_bytes(object_path(archive.root, other.sha256).read_bytes())
    with pytest.raises(CorruptObjectError, match="does not have the sha256"):
        archive.answers(archive.reads(DAY)[0])


def test_a_lost_object_and_a_torn_manifest_are_named(archive: Archive) -> None:
    lost = answer_of(b"lost")
    archive.record(read_of(), [lost])
    object_path(archive.root, lost.sha256).unlink()
    with pytest.raises(CorruptObjectError, match="is missing"):
        archive.answers(archive.reads(DAY)[0])
    manifest = archive.root / archive.reads(DAY)[0].manifest
    manifest.write_bytes(manifest.read_bytes()[:40])
    with pytest.raises(CorruptManifestError, match=r"acme\.1\.json"):
        archive.reads(DAY)
    assert len(archive.verify().problems) == 1


def test_an_object_without_manifest_is_an_orphan_not_a_problem(archive: Archive) -> None:
    orphan = answer_of(b"orphan")
    archive.put(orphan.body, orphan.sha256)
    report = archive.verify()
    assert (report.n_orphans, report.problems) == (1, ())


def test_a_wrong_digest_is_refused(archive: Archive) -> None:
    with pytest.raises(ValueError, match="sha256"):
        archive.put(b"body", "0" * 64)


@pytest.mark.parametrize("token", ["a/b", "..", ".", "ä ö", "A%2FB", "x" * 300, "acme.2"])
def test_any_token_is_one_file_below_its_day(archive: Archive, token: str) -> None:
    board = Board(source="..", token=token, employer="E")
    path = archive.record(read_of(board), [])
    assert path.parent == archive.root / "reads" / "%2E%2E" / "2026-11-16"
    (archived,) = archive.reads(DAY)
    assert archived.read.board == board
    assert archive.next_attempt("..", token, DAY) == 2


def test_tokens_that_differ_have_files_that_differ() -> None:
    tokens = ["a", "A", "a.1", "a%2E1", "a/1", "x" * 300, "x" * 301]
    assert len({quoted(token) for token in tokens}) == len(tokens)


def test_secrets_never_reach_the_disk(archive: Archive) -> None:
    request = Request(
        url="https://user:hunter2@api.example/search?app_key=hunter2&what=pm",
        method="POST",
        headers={"Authorization": "Bearer hunter2", "X-API-Key": "hunter2", "Accept": "application/json"},
        body=b'{"query": "pm", "client_secret": "hunter2"}',
    )
    answer = answer_of(
        url="https://api.example/search?app_key=hunter2&what=pm",
        request=request,
        headers=(
            ("Set-Cookie", "session=hunter2"),
            ("X-Auth-Token", "hunter2"),
            ("Location", "https://api.example/?token=hunter2"),
            ("ETag", '"1"'),
        ),
    )
    board = Board(source="adzuna", token="pm", employer="", options={"app_key": "hunter2", "country": "gb"})
    manifest = archive.record(read_of(board), [answer])
    assert "hunter2" not in manifest.read_text()
    (kept,) = archive.answers(archive.reads(DAY)[0])
    assert kept.request.url == "https://api.example/search?app_key=%5Bremoved%5D&what=pm"
    assert kept.request.headers["Accept"] == "application/json"
    assert b'"query":"pm"' in (kept.request.body or b"")
    assert dict(kept.headers)["etag"] == '"1"'
    assert archive.reads(DAY)[0].read.board.options["country"] == "gb"


def test_validators_come_from_the_latest_answer_to_the_same_request(archive: Archive) -> None:
    url = "https://boards.example/acme"
    request = Request(url=url)
    for offset, tag in enumerate(("old", "new")):
        archive.record(
            read_of(day=DAY + timedelta(days=offset)),
            [answer_of(tag.encode(), headers=(("etag", f'"{tag}"'),))],
        )
    archive.record(read_of(day=DAY + timedelta(days=2), status="failed"), [answer_of(b"err", status=500)])

    latest = archive.latest_validators(ACME, request, DAY + timedelta(days=3))
    assert latest is not None
    assert (latest.etag, latest.answer.body) == ('"new"', b"new")
    at_first = archive.latest_validators(ACME, request, DAY)
    assert at_first is not None
    assert at_first.etag == '"old"'
    assert archive.latest_validators(ACME, Request(url=url, method="POST"), DAY) is None
    assert archive.latest_validators(ACME, Request(url=url + "?page=2"), DAY) is None
    assert archive.latest_validators(ACME, request, DAY - timedelta(days=1)) is None


def test_a_damaged_body_is_asked_for_again(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    answer = answer_of(headers=(("last-modified", "Mon, 16 Nov 2026 08:00:00 GMT"),))
    archive.record(read_of(), [answer])
    object_path(archive.root, answer.sha256).write_bytes(b"")
    assert archive.latest_validators(ACME, answer.request, DAY) is None
    assert "Asking without condition" in caplog.text


def test_days_lists_days_only(archive: Archive) -> None:
    assert archive.days() == []
    archive.record(read_of(day=DAY + timedelta(days=1)), [])
    archive.record(read_of(Board(source="lever", token="b", employer="B")), [])
    (archive.root / "reads" / "lever" / "notes").mkdir()
    assert archive.days() == [DAY, DAY + timedelta(days=1)]
    assert archive.days("lever") == [DAY]


def test_a_file_in_the_making_is_not_a_read(archive: Archive) -> None:
    archive.record(read_of(), [])
    folder = archive.root / "reads" / "greenhouse" / "2026-11-16"
    (folder / ".zeta.1.json.0a1b2c3d4e5f.tmp").write_text("{")
    assert len(archive.reads(DAY)) == 1
    assert archive.verify().problems == ()


def test_a_dump_is_kept_and_read_back_in_constant_memory(archive: Archive, tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    line = os.urandom(500).hex().encode() + b"\n"
    with dump.open("wb") as file:
        for _ in range(30_000):  # 30 MB
            file.write(line)
    tracemalloc.start()
    record = archive.record_import("history", dump, DAY, {"licence": "CC0"})
    n_lines = 0
    with archive.open_object(record.sha256) as stream:
        for read_line in stream:
            n_lines += 1
            assert read_line == line
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_lines == 30_000
    assert peak < 12_000_000
    assert record.n_bytes == dump.stat().st_size
    assert archive.imports() == [record]
    assert archive.record_import("history", dump, DAY + timedelta(days=1)) == record
    assert archive.verify().problems == ()

    dump.write_text("other")
    with pytest.raises(ImportExistsError, match="another name"):
        archive.record_import("history", dump, DAY)


def test_an_object_can_be_read_as_text_lines(archive: Archive, tmp_path: Path) -> None:
    dump = tmp_path / "d.csv"
    dump.write_text("id,title\n1,Chef de produit\n", encoding="utf-8")
    sha256 = archive.put_file(dump)
    with io.TextIOWrapper(archive.open_object(sha256), encoding="utf-8") as text:
        assert text.readlines() == ["id,title\n", "1,Chef de produit\n"]


def _record_many(root: Path, barrier: multiprocessing.synchronize.Barrier) -> None:
    archive = Archive(root)
    barrier.wait()
    for number in range(10):
        archive.record(read_of(), [answer_of(f"{os.getpid()} {number}".encode())])


def test_two_processes_never_share_an_attempt(archive: Archive) -> None:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(2)
    workers = [context.Process(target=_record_many, args=(archive.root, barrier)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    reads = archive.reads(DAY)
    assert [found.read.attempt for found in reads] == list(range(1, 21))
    assert len({archive.answers(found)[0].body for found in reads}) == 20


def test_a_full_disk_leaves_nothing_visible(archive: Archive) -> None:
    """RLIMIT_FSIZE fails a write the way a full disk does, in a process of its own."""
    context = multiprocessing.get_context("fork")
    outcome = context.Queue()
    worker = context.Process(target=_record_beyond_limit, args=(archive.root, outcome))
    worker.start()
    message = outcome.get(timeout=20)
    worker.join()
    assert "free space" in message
    assert [path for path in archive.root.rglob("*") if path.is_file()] == []

    archive.record(read_of(), [answer_of(os.urandom(200_000))])
    assert archive.verify().problems == ()


def _record_beyond_limit(root: Path, outcome: multiprocessing.Queue[str]) -> None:
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    try:
        Archive(root).record(read_of(), [answer_of(os.urandom(200_000))])
        outcome.put("no error")
    except StorageError as error:
        outcome.put(str(error))


def test_five_hundred_manifests_are_listed_fast(archive: Archive) -> None:
    entries = [answer_of()]
    for number in range(500):
        archive.record(read_of(Board(source="greenhouse", token=f"b{number}", employer="E")), entries)
    started = datetime.now(UTC)
    assert len(archive.effective_reads(DAY)) == 500
    assert (datetime.now(UTC) - started).total_seconds() < 2  # about 0.05 s on an idle core
