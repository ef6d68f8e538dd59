"""The immutable raw store: answers as content-addressed objects, one manifest per attempt to read a board.

Layout below the root::

    objects/ab/<sha256>.zst                          decoded bytes, verbatim, compressed
    reads/<source>/<day>/<board>.<attempt>.json      request, status, headers and digest of every answer
    imports/<name>.json                              an imported dump and how to read it
    imports/<name>.<n>.json                          the same dump, to be read otherwise from then on
    open/<source>/<board>.jsonl                      journal of a read in progress, empty otherwise

Nothing is ever changed or deleted; a second attempt stands beside the first.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from include.archive.manifest import (
    AnswerEntry,
    ArchivedRead,
    Import,
    Manifest,
    load_import,
    load_read,
    object_path,
    read_path,
)
from include.archive.objects import ObjectStore
from include.archive.profile import FieldProfile
from include.archive.reads import Answer, BoardRead
from include.archive.redaction import redact_board
from include.partitions import PartitionKeyError, parse_day
from include.storage import put_if_absent, quoted

_log = logging.getLogger(__name__)

_MANIFEST_NAME = re.compile(r"(?P<board>[^.]+)\.(?P<attempt>\d+)\.json")
_IMPORT_NAME = re.compile(r"[^.]+(?:\.(?P<reading>\d+))?\.json")


class ImportExistsError(FileExistsError):
    """An import of this name, with other content, is archived already."""


class Archive:
    """The archive below `root`, which need not exist yet.

    Args:
        root: a folder that nothing else writes to.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.objects = ObjectStore(root)

    # ---- writing

    def record_entries(
        self, read: BoardRead, entries: Sequence[AnswerEntry], profile: FieldProfile | None = None
    ) -> ArchivedRead:
        """Write the manifest of an attempt whose bodies are archived already.

        Args:
            read: how it ended. When its attempt number is taken, the next free one is used.
            entries: its answers, in the order received.
            profile: which fields the answers carried.

        Raises:
            StorageError: the disk is full or the folder is not writable; no manifest is visible.
        """
        board = redact_board(read.board)
        attempt = max(read.attempt, 1)
        while True:
            read = msgspec.structs.replace(read, board=board, attempt=attempt)
            relative = read_path(board.source, read.day, board.token, attempt)
            manifest = Manifest(read=read, answers=tuple(entries), profile=profile)
            if put_if_absent(self.root / relative, msgspec.json.encode(manifest)):
                return ArchivedRead(
                    manifest=str(relative), read=read, entries=manifest.answers, profile=profile
                )
            attempt += 1

    def record_import(
        self, name: str, path: Path, day: date, notes: Mapping[str, str] | None = None
    ) -> Import:
        """Archive a dump and write down where it came from and how it is read. Repeating it changes nothing.

        The same file with other notes (a mended column map) is written down beside the former record, and
        counts from then on; its day stays that of the first.

        Args:
            name: of the import, unique in the archive.
            path: the file.
            day: day of the import.
            notes: what else to keep: source, licence, column map.

        Raises:
            ImportExistsError: another file was imported under this name.
            StorageError: the disk is full or the folder is not writable.
        """
        record = Import(
            name=name,
            sha256=self.objects.put_file(path),
            n_bytes=path.stat().st_size,
            day=day,
            file_name=path.name,
            notes=dict(notes or {}),
        )
        folder = self.root / "imports"
        while True:
            readings = self._import_files(name)
            if readings:
                last = load_import(readings[-1])
                if last.sha256 != record.sha256:
                    raise ImportExistsError(
                        f"the import {name!r} of {last.day} holds another file (sha256 {last.sha256[:12]}, "
                        f"now {record.sha256[:12]}). Choose another name: imports are immutable."
                    )
                record = msgspec.structs.replace(record, day=last.day)
                if record == last:
                    return last
            number = f".{len(readings) + 1}" if readings else ""
            if put_if_absent(folder / f"{quoted(name)}{number}.json", msgspec.json.encode(record)):
                return record

    # ---- reading

    def next_attempt(self, source: str, token: str, day: date) -> int:
        """Return the number the next attempt on this board and day will have."""
        attempt = 1
        while (self.root / read_path(source, day, token, attempt)).exists():
            attempt += 1
        return attempt

    def board_reads(self, source: str, token: str, day: date) -> list[ArchivedRead]:
        """Return the attempts on one board and day, first to last."""
        return [
            load_read(self.root, self.root / read_path(source, day, token, attempt))
            for attempt in range(1, self.next_attempt(source, token, day))
        ]

    def whole_read(self, source: str, token: str, day: date) -> ArchivedRead | None:
        """Return the last attempt of a day that read the whole board and whose answers are all there.

        An object that was damaged and moved away is missing: its board is to be asked again.
        """
        for archived in reversed(self.board_reads(source, token, day)):
            if archived.read.is_whole and all(
                object_path(self.root, entry.sha256).exists()
                for entry in archived.entries
                if entry.is_delivered
            ):
                return archived
        return None

    def reads(self, day: date, source: str | None = None) -> list[ArchivedRead]:
        """Return every attempt of a day, sorted by source, board and attempt.

        Raises:
            CorruptManifestError: a manifest cannot be read; the message names it.
        """
        base = self.root / "reads"
        folders = [base / quoted(source)] if source is not None else sorted(base.glob("*"))
        found = []
        for folder in folders:
            for path in (folder / day.isoformat()).glob("*.json"):
                # A leading dot marks a file in the making.
                if _MANIFEST_NAME.fullmatch(path.name):
                    found.append(load_read(self.root, path))
        return sorted(found, key=lambda archived: (archived.read.board.key, archived.read.attempt))

    def effective_reads(self, day: date, source: str | None = None) -> list[ArchivedRead]:
        """Return for each board its best attempt: whole before partial before the others, late before early.

        Raises:
            CorruptManifestError: a manifest cannot be read; the message names it.
        """
        chosen: dict[tuple[str, str], ArchivedRead] = {}
        for archived in self.reads(day, source):
            standing = chosen.get(archived.read.board.key)
            if standing is None or _worth(archived) >= _worth(standing):
                chosen[archived.read.board.key] = archived
        return list(chosen.values())

    def last_whole_read(
        self, source: str, token: str, before: date, most_days: int = 14
    ) -> ArchivedRead | None:
        """Return a board's last whole read before a day, None when its last `most_days` days have none."""
        days = [found for found in self.days(source) if found < before]
        for day in reversed(days[-most_days:]):
            for archived in reversed(self.board_reads(source, token, day)):
                if archived.read.is_whole:
                    return archived
        return None

    def answers(self, archived: ArchivedRead) -> tuple[Answer, ...]:
        """Return the answers that the adapter was given, bodies checked against their digests.

        Raises:
            CorruptObjectError: an object is missing or damaged; the message names it and the mend.
        """
        return tuple(
            entry.with_body(self.objects.read(entry.sha256))
            for entry in archived.entries
            if entry.is_delivered
        )

    def imports(self) -> list[Import]:
        """Return all imports, by name, each as it was last written down.

        Raises:
            CorruptManifestError: a record cannot be read; the message names it.
        """
        last = {record.name: record for record in map(load_import, self._import_files())}
        return [last[name] for name in sorted(last)]

    def _import_files(self, name: str | None = None) -> list[Path]:
        found = []
        for path in (self.root / "imports").glob("*.json" if name is None else f"{quoted(name)}*.json"):
            match = _IMPORT_NAME.fullmatch(path.name)
            if match and (name is None or path.name.split(".")[0] == quoted(name)):
                found.append((int(match["reading"] or 1), path))
        return [path for _, path in sorted(found)]

    def days(self, source: str | None = None) -> list[date]:
        """Return the days with at least one attempt, oldest first."""
        pattern = f"{quoted(source)}/*" if source is not None else "*/*"
        days = set()
        for folder in (self.root / "reads").glob(pattern):
            try:
                days.add(parse_day(folder.name))
            except PartitionKeyError:
                _log.warning("%s is not the folder of a day and is left out", folder)
        return sorted(days)


def _worth(archived: ArchivedRead) -> int:
    if archived.read.is_whole:
        return 3
    if archived.read.status == "partial":
        return 2
    # A read that ended early keeps what it was given; bytes that nobody could read come last.
    return int(archived.read.status != "malformed" and any(e.is_delivered for e in archived.entries))
