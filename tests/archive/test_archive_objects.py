"""Objects are named by their bytes, and say when they no longer have them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from include.archive.manifest import object_path
from include.archive.objects import CorruptObjectError
from include.archive.store import Archive
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
