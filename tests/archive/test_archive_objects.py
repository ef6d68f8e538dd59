"""Objects are named by their bytes, and say when they no longer have them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from include.archive.manifest import object_path
from include.archive.objects import CorruptObjectError
from include.archive.store import Archive
from include.storage import StorageError
from tests.archive.samples import DAY, answer_of, read_of, record


def test_a_swapped_object_is_found_by_its_digest(archive: Archive) -> None:
    right, other = answer_of(b"right"), answer_of(b"other")
    record(archive, read_of(), [right, other])
    object_path(archive.root, right.sha256).write_bytes(object_path(archive.root, other.sha256).read_bytes())
    with pytest.raises(CorruptObjectError, match="does not have the sha256"):
        archive.answers(archive.reads(DAY)[0])


def test_a_wrong_digest_is_refused(archive: Archive) -> None:
    with pytest.raises(ValueError, match="sha256"):
        archive.objects.put(b"body", "0" * 64)


def test_an_object_can_be_read_as_text_lines(archive: Archive, tmp_path: Path) -> None:
    dump = tmp_path / "d.csv"
    dump.write_text("id,title\n1,Chef de produit\n", encoding="utf-8")
    sha256 = archive.objects.put_file(dump)
    with io.TextIOWrapper(archive.objects.open(sha256), encoding="utf-8") as text:
        assert text.readlines() == ["id,title\n", "1,Chef de produit\n"]


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b[:-9] + b"damaged!!", lambda b: b""]
)
def test_a_damaged_object_is_not_unpacked_as_if_it_were_whole(
    archive: Archive, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    dump, copy = tmp_path / "d.csv", tmp_path / "copy.csv"
    dump.write_bytes(os.urandom(3_000_000).hex().encode())
    sha256 = archive.objects.put_file(dump)
    archive.objects.unpack(sha256, copy)
    assert copy.read_bytes() == dump.read_bytes()
    path = object_path(archive.root, sha256)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CorruptObjectError, match=f"{sha256}.* or import the dump again"):
        archive.objects.unpack(sha256, copy)


@pytest.mark.parametrize("size", [1_000, 3_000_000])
def test_damage_shows_while_a_dump_is_read(archive: Archive, tmp_path: Path, size: int) -> None:
    """In bytes that cannot be compressed nothing but the frame's own checksum tells it."""
    dump = tmp_path / "d.bin"
    dump.write_bytes(os.urandom(size))
    sha256 = archive.objects.put_file(dump)
    path = object_path(archive.root, sha256)
    data = bytearray(path.read_bytes())
    data[size // 2] ^= 0xFF
    path.write_bytes(data)
    with archive.objects.open(sha256) as stream, pytest.raises(zstandard.ZstdError):
        stream.read()


def test_a_missing_object_is_named_before_it_is_read(archive: Archive) -> None:
    with pytest.raises(CorruptObjectError, match=r"0{64}\.zst is missing"):
        archive.objects.open("0" * 64)


def test_objects_are_listed_by_name_and_those_in_the_making_are_not(archive: Archive) -> None:
    answers = [answer_of(str(number).encode()) for number in range(20)]
    for answer in answers:
        archive.objects.put(answer.body, answer.sha256)
    whole = object_path(archive.root, answers[0].sha256)
    for name in (f".{whole.name}.0a1b2c3d4e5f.tmp", f"{whole.name}.part"):
        (whole.parent / name).write_bytes(whole.read_bytes()[:3])
    assert archive.objects.digests() == sorted(answer.sha256 for answer in answers)


def test_a_copy_that_cannot_be_written_is_told_from_a_damaged_object(
    archive: Archive, tmp_path: Path
) -> None:
    answer = answer_of(b"whole")
    archive.objects.put(answer.body, answer.sha256)
    with pytest.raises(StorageError, match=r"could not write .*copy\.csv.*Free space"):
        archive.objects.unpack(answer.sha256, tmp_path / "nowhere" / "copy.csv")


CHANGING = Path("/proc/sys/kernel/random/uuid")


@pytest.mark.skipif(not CHANGING.exists(), reason="needs a file that says something else each time")
def test_a_dump_that_changes_while_it_is_archived_is_refused(archive: Archive) -> None:
    with pytest.raises(CorruptObjectError, match="changed while it was being archived"):
        archive.objects.put_file(CHANGING)
    assert archive.objects.digests() == []
