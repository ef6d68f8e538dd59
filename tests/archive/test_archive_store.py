"""The archive keeps what it is given, for ever, and says so when it cannot."""

from __future__ import annotations

import multiprocessing
import os
import resource
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from include.archive.integrity import verify
from include.archive.manifest import AnswerEntry, object_path
from include.archive.reads import Board, ReadStatus, Request
from include.archive.store import Archive, ImportExistsError
from include.collect.field_profile import field_profile
from include.storage import StorageError, quoted
from tests.archive.samples import DAY, answer_of, read_of, record


def test_answers_come_back_as_they_were(archive: Archive) -> None:
    first = answer_of(b"\x00\xff not text")
    second = answer_of(b"", request=Request(url="https://boards.example/acme/2", method="POST", body=b"{}"))
    manifest = record(archive, read_of(), [first, second])

    (archived,) = archive.reads(DAY)
    assert archive.answers(archived) == (first, second)
    assert archived.read == read_of()
    assert archive.root / archived.manifest == manifest
    assert archived.manifest == "reads/greenhouse/2026-11-16/acme.1.json"


def test_which_fields_the_answers_carried_comes_back(archive: Archive) -> None:
    answer = answer_of(b'{"jobs": [{"id": 1, "title": "Product Manager"}]}')
    record(archive, read_of(), [answer])
    (archived,) = archive.reads(DAY)
    profile = field_profile([answer])
    assert any(name.endswith("title") for name in profile.fields)
    assert archived.profile == profile


def test_equal_bodies_are_kept_once(archive: Archive) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        record(archive, read_of(day=day), [answer_of(b"same")])
    assert len(list(archive.root.glob("objects/*/*"))) == 1


def test_a_second_attempt_stands_beside_the_first(archive: Archive) -> None:
    first = record(archive, read_of(status="failed"), [])
    content = first.read_bytes()
    record(archive, read_of(status="complete"), [answer_of()])
    assert first.read_bytes() == content
    assert [(found.read.attempt, found.read.status) for found in archive.reads(DAY)] == [
        (1, "failed"),
        (2, "complete"),
    ]
    assert archive.next_attempt("greenhouse", "acme", DAY) == 3


@pytest.mark.parametrize(
    ("tries", "chosen"),
    [
        ([("complete", 1), ("partial", 1)], 1),
        ([("partial", 1), ("out_of_budget", 1)], 1),
        ([("out_of_budget", 1), ("failed", 0)], 1),
        ([("out_of_budget", 1), ("malformed", 1)], 1),  # which nobody could read
        ([("malformed", 1), ("failed", 1)], 2),
        ([("failed", 1), ("failed", 1)], 2),
    ],
)
def test_the_read_that_gave_most_stands_for_the_day(
    archive: Archive, tries: list[tuple[ReadStatus, int]], chosen: int
) -> None:
    for status, n_answers in tries:
        record(archive, read_of(status=status), [answer_of()] * n_answers)
    assert [found.read.attempt for found in archive.effective_reads(DAY)] == [chosen]


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
        record(archive, read_of(status=status), [])
    record(archive, read_of(Board(source="lever", token="acme", employer="Acme"), status="gone"), [])
    effective = {found.read.board.source: found.read.attempt for found in archive.effective_reads(DAY)}
    assert effective == {"greenhouse": chosen, "lever": 1}
    assert [found.read.board.source for found in archive.effective_reads(DAY, source="lever")] == ["lever"]


@pytest.mark.parametrize("token", ["a/b", "..", ".", "ä ö", "A%2FB", "x" * 300, "acme.2"])
def test_any_token_is_one_file_below_its_day(archive: Archive, token: str) -> None:
    board = Board(source="..", token=token, employer="E")
    path = record(archive, read_of(board), [])
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
    manifest = record(archive, read_of(board), [answer])
    assert "hunter2" not in manifest.read_text()
    (kept,) = archive.answers(archive.reads(DAY)[0])
    assert kept.request.url == "https://api.example/search?app_key=%5Bremoved%5D&what=pm"
    assert kept.request.headers["Accept"] == "application/json"
    assert b'"query":"pm"' in (kept.request.body or b"")
    assert dict(kept.headers)["etag"] == '"1"'
    assert archive.reads(DAY)[0].read.board.options["country"] == "gb"


def test_days_lists_days_only(archive: Archive) -> None:
    assert archive.days() == []
    record(archive, read_of(day=DAY + timedelta(days=1)), [])
    record(archive, read_of(Board(source="lever", token="b", employer="B")), [])
    (archive.root / "reads" / "lever" / "notes").mkdir()
    assert archive.days() == [DAY, DAY + timedelta(days=1)]
    assert archive.days("lever") == [DAY]


def test_a_file_in_the_making_is_not_a_read(archive: Archive) -> None:
    record(archive, read_of(), [])
    folder = archive.root / "reads" / "greenhouse" / "2026-11-16"
    (folder / ".zeta.1.json.0a1b2c3d4e5f.tmp").write_text("{")
    assert len(archive.reads(DAY)) == 1
    assert verify(archive).problems == ()


def test_a_dump_is_kept_and_read_back_in_constant_memory(archive: Archive, tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    line = os.urandom(500).hex().encode() + b"\n"
    with dump.open("wb") as file:
        for _ in range(30_000):  # 30 MB
            file.write(line)
    tracemalloc.start()
    record = archive.record_import("history", dump, DAY, {"licence": "CC0"})
    n_lines = 0
    with archive.objects.open(record.sha256) as stream:
        for read_line in stream:
            n_lines += 1
            assert read_line == line
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_lines == 30_000
    assert peak < 12_000_000
    assert record.n_bytes == dump.stat().st_size
    assert archive.imports() == [record]
    assert archive.record_import("history", dump, DAY + timedelta(days=1), {"licence": "CC0"}) == record
    assert len(list((archive.root / "imports").iterdir())) == 1
    assert verify(archive).problems == ()

    dump.write_text("other")
    with pytest.raises(ImportExistsError, match="another name"):
        archive.record_import("history", dump, DAY)


def test_a_dump_that_is_to_be_read_otherwise_is_written_down_beside(archive: Archive, tmp_path: Path) -> None:
    dump = tmp_path / "dump.csv"
    dump.write_text("id,title")
    guessed = archive.record_import("history", dump, DAY)
    archive.record_import("history-2", dump, DAY)  # whose file begins with the same name
    for notes in (*({"column_map": str(number)} for number in range(9)), {}):
        record = archive.record_import("history", dump, DAY + timedelta(days=1), notes)
        assert record == msgspec.structs.replace(guessed, notes=notes)  # of the first one's day
        assert [found.notes for found in archive.imports()] == [notes, {}]
    names = {path.name for path in (archive.root / "imports").iterdir()}
    later = {f"history.{number}.json" for number in range(2, 12)}
    assert names == {"history.json", "history-2.json"} | later
    assert verify(archive).problems == ()


def test_the_last_whole_read_before_a_day_is_found(archive: Archive) -> None:
    statuses: dict[int, list[ReadStatus]] = {
        1: ["complete"], 2: ["complete", "unchanged", "failed"], 3: ["partial"], 4: ["complete"],
    }  # fmt: skip
    for number, tries in statuses.items():
        for status in tries:
            record(archive, read_of(day=DAY + timedelta(days=number), status=status), [answer_of()])
    before = DAY + timedelta(days=4)
    found = archive.last_whole_read("greenhouse", "acme", before)
    assert found is not None
    assert (found.read.day, found.read.attempt) == (DAY + timedelta(days=2), 2)
    assert archive.last_whole_read("greenhouse", "acme", before, most_days=2) == found
    assert archive.last_whole_read("greenhouse", "acme", before, most_days=1) is None
    assert archive.last_whole_read("greenhouse", "other", before) is None


def test_the_last_whole_read_of_a_day_whose_answers_are_there_is_found(archive: Archive) -> None:
    first, second, repeated = (answer_of(body) for body in (b"first", b"second", b"answered again"))
    entries = [AnswerEntry.of(second, is_delivered=True), AnswerEntry.of(repeated, is_delivered=False)]
    assert archive.whole_read("greenhouse", "acme", DAY) is None
    record(archive, read_of(), [first])
    archive.objects.put(second.body, second.sha256)
    archive.record_entries(read_of(), entries)  # what its adapter was not given may be gone
    record(archive, read_of(status="partial"), [first])
    found = []
    for answer in (repeated, second, first):
        object_path(archive.root, answer.sha256).unlink(missing_ok=True)
        whole = archive.whole_read("greenhouse", "acme", DAY)
        found.append(whole and whole.read.attempt)
    assert found == [2, 1, None]


def _record_many(root: Path, barrier: multiprocessing.synchronize.Barrier) -> None:
    archive = Archive(root)
    barrier.wait()
    for number in range(10):
        record(archive, read_of(), [answer_of(f"{os.getpid()} {number}".encode())])


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

    record(archive, read_of(), [answer_of(os.urandom(200_000))])
    assert verify(archive).problems == ()


def _record_beyond_limit(root: Path, outcome: multiprocessing.Queue[str]) -> None:
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    try:
        record(Archive(root), read_of(), [answer_of(os.urandom(200_000))])
        outcome.put("no error")
    except StorageError as error:
        outcome.put(str(error))


def test_five_hundred_manifests_are_listed_fast(archive: Archive) -> None:
    entries = [answer_of()]
    for number in range(500):
        record(archive, read_of(Board(source="greenhouse", token=f"b{number}", employer="E")), entries)
    started = datetime.now(UTC)
    assert len(archive.effective_reads(DAY)) == 500
    assert (datetime.now(UTC) - started).total_seconds() < 2  # about 0.05 s on an idle core
