"""Posting texts, out of the hot tables: Parquet (zstd) keyed by content hash.

One file per partition and source holds the contents that no earlier partition of that source holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from include.errors import ExplainedError
from include.storage import atomic_path

SCHEMA = pa.schema(
    [
        pa.field("content_hash", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("language", pa.string(), nullable=False),
    ]
)

# Several partitions of different sources may hold a content.
_TEXTS_OF = (
    "SELECT DISTINCT ON (content_hash) content_hash, text "
    "FROM read_parquet(?) SEMI JOIN wanted USING (content_hash)"
)
_KNOWN_OF = "SELECT DISTINCT content_hash FROM read_parquet(?) SEMI JOIN wanted USING (content_hash)"

ReadTexts: TypeAlias = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives the stored texts of content hashes, as `TextStore.get` does; unknown hashes are left out."""


class DamagedTextsError(ExplainedError, RuntimeError):
    """A text file is no whole Parquet file any more; the message names it and the mend."""


class StoredText(NamedTuple):
    """One distinct ad: what the classifier reads."""

    content_hash: str
    title: str
    text: str
    language: str


class TextStore:
    """The texts below one data root.

    Args:
        root: the `texts` folder; it need not exist.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, source: str, partition_key: str) -> Path:
        """Return the file of one partition and source (`import/<name>` is one source, one partition)."""
        name = "all" if source == partition_key else partition_key
        return self.root / source / f"{name}.parquet"

    def files(self) -> list[Path]:
        """Return every text file, sorted by source and partition."""
        return sorted(self.root.glob("**/*.parquet"))

    def hashes_before(self, source: str, partition_key: str) -> set[str]:
        """Return the content hashes that earlier partitions of `source` hold.

        Raises:
            DamagedTextsError: a file of them cannot be read.
        """
        own = self.path(source, partition_key)
        hashes: set[str] = set()
        for path in sorted(own.parent.glob("*.parquet")):
            if path.name < own.name:
                with _naming(path):
                    table = pq.read_table(path, columns=["content_hash"])
                hashes.update(table["content_hash"].to_pylist())
        return hashes

    @contextmanager
    def writer(self, source: str, partition_key: str) -> Iterator[TextWriter]:
        """Yield a writer for the contents of one partition; it replaces the file when the block ends well.

        Raises:
            StorageError: the file could not be written; the old one is unchanged.
            DamagedTextsError: a file of an earlier partition cannot be read.
        """
        with (
            atomic_path(self.path(source, partition_key)) as temporary,
            # With checksums, because of a damaged page zstd may make other letters without a complaint.
            pq.ParquetWriter(temporary, SCHEMA, compression="zstd", write_page_checksum=True) as writer,
        ):
            yield TextWriter(writer, self.hashes_before(source, partition_key))

    def read(self, path: Path, batch_size: int = 1_000) -> Iterator[list[StoredText]]:
        """Yield the texts of one file in batches.

        Raises:
            DamagedTextsError: the file cannot be read to its end.
        """
        with _naming(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
            for batch in file.iter_batches(batch_size=batch_size):
                columns = [batch.column(name).to_pylist() for name in SCHEMA.names]
                yield [StoredText(*row) for row in zip(*columns, strict=True)]

    def check(self, path: Path) -> None:
        """Read one file whole, against the checksum of each page.

        Raises:
            DamagedTextsError: it is damaged; the message names it.
        """
        with _naming(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
            for _ in file.iter_batches(batch_size=1_000):
                pass

    def get(self, hashes: Sequence[str]) -> Mapping[str, str]:
        """Return the texts of the given content hashes; unknown hashes are left out.

        Raises:
            DamagedTextsError: a file cannot be read.
        """
        return dict(self._select(_TEXTS_OF, hashes))

    def known(self, hashes: Sequence[str]) -> set[str]:
        """Return those of the given content hashes whose text is kept.

        Raises:
            DamagedTextsError: a file cannot be read.
        """
        return {content_hash for (content_hash,) in self._select(_KNOWN_OF, hashes)}

    def _select(self, query: str, hashes: Sequence[str]) -> list[tuple[Any, ...]]:
        files = [str(path) for path in self.files()]
        if not files or not hashes:
            return []
        with duckdb.connect() as connection:
            connection.register("wanted", pa.table({"content_hash": pa.array(hashes, pa.string())}))
            try:
                return connection.execute(query, [files]).fetchall()
            except duckdb.Error:
                for path in self.files():  # DuckDB does not always say which of them is damaged
                    self.check(path)
                raise


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Say which file is damaged, and how it is mended, where reading it fails."""
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        raise DamagedTextsError(
            f"{path} cannot be read ({str(error).splitlines()[0]}). Texts are made again from the "
            "archive: python -m include.pipeline rebuild"
        ) from error


class TextWriter:
    """Appends texts whose content hash has not been written before.

    Args:
        writer: an open Parquet writer.
        known: content hashes to leave out.
    """

    def __init__(self, writer: pq.ParquetWriter, known: set[str]) -> None:
        self._writer = writer
        self._known = known
        self.count = 0

    def write(self, texts: Iterable[StoredText]) -> None:
        """Append the texts that are new, in the order given."""
        fresh = {text.content_hash: text for text in texts if text.content_hash not in self._known}
        if not fresh:
            return
        self._known.update(fresh)
        self.count += len(fresh)
        columns = zip(*fresh.values(), strict=True)
        self._writer.write_table(pa.table([pa.array(c, pa.string()) for c in columns], schema=SCHEMA))
