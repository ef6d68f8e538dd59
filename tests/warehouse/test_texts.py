"""Texts are kept once per source, and a partition that is staged again keeps its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from include.warehouse.texts import DamagedTextsError, StoredText, TextStore


def texts(*hashes: str) -> list[StoredText]:
    return [StoredText(name, f"title {name}", f"text {name}", "en") for name in hashes]


def write(store: TextStore, source: str, partition: str, *batches: list[StoredText]) -> int:
    with store.writer(source, partition) as writer:
        for batch in batches:
            writer.write(batch)
    return writer.count


def hashes(store: TextStore, source: str, partition: str) -> list[str]:
    return [text.content_hash for batch in store.read(store.path(source, partition), 2) for text in batch]


@pytest.fixture
def store(tmp_path: Path) -> TextStore:
    found = TextStore(tmp_path / "texts")
    assert write(found, "lever", "2026-11-10", texts("a", "b"), texts("b", "c")) == 3
    assert write(found, "lever", "2026-11-11", texts("b", "d")) == 1
    assert write(found, "greenhouse", "2026-11-11", texts("a")) == 1
    return found


def test_a_partition_holds_what_no_earlier_one_of_its_source_holds(store: TextStore) -> None:
    assert hashes(store, "lever", "2026-11-10") == ["a", "b", "c"]
    assert hashes(store, "lever", "2026-11-11") == ["d"]
    assert hashes(store, "greenhouse", "2026-11-11") == ["a"]  # each source by itself


def test_a_partition_that_is_written_again_keeps_its_texts(store: TextStore) -> None:
    assert write(store, "lever", "2026-11-10", texts("a", "b", "c")) == 3
    assert hashes(store, "lever", "2026-11-10") == ["a", "b", "c"]
    assert write(store, "lever", "2026-11-11", texts("b", "d")) == 1
    assert hashes(store, "lever", "2026-11-11") == ["d"]
    # What a later partition holds is no reason to leave it out.
    assert write(store, "lever", "2026-11-10", texts("a"), texts("a"), texts("d")) == 2
    assert hashes(store, "lever", "2026-11-10") == ["a", "d"]


def test_texts_are_found_by_their_hash_and_unknown_ones_left_out(store: TextStore) -> None:
    assert store.get(["d", "a", "nobody's"]) == {"a": "text a", "d": "text d"}
    assert store.known(["c", "nobody's"]) == {"c"}
    assert store.get([]) == {}
    assert TextStore(store.root / "nowhere").known(["a"]) == set()


def test_a_killed_writer_leaves_the_former_file(store: TextStore) -> None:
    def be_killed() -> None:
        with store.writer("lever", "2026-11-10") as writer:
            writer.write(texts("z"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_killed()
    assert hashes(store, "lever", "2026-11-10") == ["a", "b", "c"]
    assert [path.name for path in store.files()] == [
        "2026-11-11.parquet",
        "2026-11-10.parquet",
        "2026-11-11.parquet",
    ]


def test_an_import_is_one_file(store: TextStore) -> None:
    assert write(store, "import/ads", "import/ads", texts("of an import")) == 1
    assert store.path("import/ads", "import/ads") == store.root / "import" / "ads" / "all.parquet"
    assert store.known(["of an import"]) == {"of an import"}


@pytest.mark.parametrize("keep", [0, 100])
def test_a_damaged_file_of_texts_is_named_with_the_mend(store: TextStore, keep: int) -> None:
    path = store.path("lever", "2026-11-10")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DamagedTextsError, match=rf"{path} cannot be read .*include\.pipeline rebuild"):
        list(store.read(path))


def test_damage_within_a_file_of_texts_is_named_too(store: TextStore) -> None:
    """Its end, which says what should be in it, is whole."""
    path = store.path("lever", "2026-11-10")
    data = bytearray(path.read_bytes())
    data[4:40] = bytes(36)
    path.write_bytes(data)
    with pytest.raises(DamagedTextsError, match=rf"{path} cannot be read"):
        list(store.read(path))


@pytest.mark.parametrize("damage", ["cut off", "damaged within"])
@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.get(["a"]),
        lambda store: store.known(["a"]),
        lambda store: write(store, "lever", "2026-11-12", texts("e")),
    ],
    ids=["get", "known", "write"],
)
def test_damage_is_named_whoever_comes_upon_it(
    store: TextStore, use: Callable[[TextStore], object], damage: str
) -> None:
    path = store.path("lever", "2026-11-10")
    data = path.read_bytes()
    path.write_bytes(data[:100] if damage == "cut off" else data[:4] + bytes(36) + data[40:])
    with pytest.raises(DamagedTextsError, match=rf"{path} cannot be read .*include\.pipeline rebuild"):
        use(store)
    assert not store.path("lever", "2026-11-12").exists()
