"""Damage anywhere in the archive is found and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.archive.integrity import verify
from include.archive.manifest import CorruptManifestError, object_path
from include.archive.objects import CorruptObjectError
from include.archive.reads import Board
from include.archive.store import Archive
from tests.archive.samples import DAY, answer_of, read_of, record


def test_a_damaged_object_is_named_not_returned(archive: Archive) -> None:
    good, bad = answer_of(b"good"), answer_of(b"bad" * 100)
    record(archive, read_of(), [good])
    record(archive, read_of(Board(source="lever", token="b", employer="B")), [bad])
    path = object_path(archive.root, bad.sha256)
    data = bytearray(path.read_bytes())
    data[-6] ^= 0xFF
    path.write_bytes(data)

    damaged = archive.reads(DAY, source="lever")[0]
    with pytest.raises(CorruptObjectError, match=rf"{bad.sha256}.*backup"):
        archive.answers(damaged)
    assert archive.answers(archive.reads(DAY, source="greenhouse")[0]) == (good,)
    report = verify(archive)
    assert (report.n_objects, report.n_manifests) == (2, 2)
    assert len(report.problems) == 2
    assert all(bad.sha256 in problem for problem in report.problems)


def test_a_lost_object_and_a_torn_manifest_are_named(archive: Archive) -> None:
    lost = answer_of(b"lost")
    record(archive, read_of(), [lost])
    object_path(archive.root, lost.sha256).unlink()
    with pytest.raises(CorruptObjectError, match="is missing"):
        archive.answers(archive.reads(DAY)[0])
    manifest = archive.root / archive.reads(DAY)[0].manifest
    manifest.write_bytes(manifest.read_bytes()[:40])
    with pytest.raises(CorruptManifestError, match=r"acme\.1\.json"):
        archive.reads(DAY)
    assert len(verify(archive).problems) == 1


def test_an_object_without_manifest_as_a_killed_read_leaves_it_is_no_problem(archive: Archive) -> None:
    orphan = answer_of(b"orphan")
    archive.objects.put(orphan.body, orphan.sha256)
    assert verify(archive).problems == ()


def test_what_is_archived_while_the_archive_is_checked_is_no_problem(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """To check a large archive takes hours; a collection or an import may begin meanwhile."""
    record(archive, read_of(), [answer_of(b"before")])
    (tmp_path / "ads.jsonl").write_text("{}")
    check = archive.objects.check

    def check_while_others_write(sha256: str) -> None:
        check(sha256)
        record(archive, read_of(), [answer_of(b"meanwhile")])
        archive.record_import("ads", tmp_path / "ads.jsonl", DAY)

    monkeypatch.setattr(archive.objects, "check", check_while_others_write)
    report = verify(archive)
    assert (report.n_objects, report.n_manifests, report.problems) == (1, 1, ())
    monkeypatch.undo()
    report = verify(archive)
    assert (report.n_objects, report.n_manifests, report.problems) == (3, 3, ())
