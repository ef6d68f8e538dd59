"""The immutable raw store: answers as content-addressed objects, one manifest per attempt to read a board.

Layout below the root::

    objects/ab/<sha256>.zst                          decoded bytes, verbatim, compressed
    reads/<source>/<day>/<board>.<attempt>.json      request, status, headers and digest of every answer
    imports/<name>.json                              an imported dump
    open/<source>/<board>.jsonl                      journal of a read in progress, empty otherwise

Nothing is ever changed or deleted; a second attempt stands beside the first.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, TypeVar

import msgspec
import zstandard

from include.archive.manifest import (
    AnswerEntry,
    ArchivedRead,
    Import,
    Manifest,
    object_path,
    quoted,
    read_path,
    request_key,
    safe_read,
)
from include.collect.field_profile import FieldProfile, field_profile
from include.collect.protocol import Answer, Board, BoardRead, Request
from include.partitions import PartitionKeyError, parse_day
from include.storage import atomic_path, put_if_absent, sha256_of_file

_Record = TypeVar("_Record", Manifest, Import)

_log = logging.getLogger(__name__)

_LEVEL = 6  # 3 is 2x faster but 8 % larger on JSON of boards; bodies are written once and kept for ever
_CHUNK = 1 << 20
_MANIFEST_NAME = re.compile(r"(?P<board>[^.]+)\.(?P<attempt>\d+)\.json")
_PROVES_ABSENCE = frozenset(("complete", "unchanged"))
_VALIDATOR_READS = 3  # how many of a board's latest reads are searched for validators
_VALIDATOR_DAYS = 60


class CorruptObjectError(RuntimeError):
    """An archived object is missing or no longer has its checksum."""


class CorruptManifestError(RuntimeError):
    """A manifest cannot be read."""


class ImportExistsError(FileExistsError):
    """An import of this name, with other content, is archived already."""


class Validators(msgspec.Struct, frozen=True, kw_only=True):
    """What lets a host say `not modified`.

    Attributes:
        answer: the archived 200 answer that a 304 would confirm.
        etag: value for If-None-Match.
        last_modified: value for If-Modified-Since.
    """

    answer: Answer
    etag: str | None
    last_modified: str | None


class IntegrityReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `Archive.verify` found.

    Attributes:
        n_orphans: sound objects that no manifest names (a killed read leaves them; harmless).
        problems: one sentence each; empty when all is well.
    """

    n_objects: int
    n_manifests: int
    n_orphans: int
    problems: tuple[str, ...]


class Archive:
    """The archive below `root`, which need not exist yet.

    Args:
        root: a folder that nothing else writes to.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._validators: tuple[tuple[str, ...], dict[tuple[str, str, bytes], AnswerEntry]] = ((), {})

    # ---- writing

    def put(self, body: bytes, sha256: str) -> None:
        """Keep `body` as an object; nothing happens when it is there already.

        Raises:
            ValueError: `sha256` is not the body's digest.
            StorageError: the disk is full or the folder is not writable.
        """
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ValueError(f"the body's sha256 is not {sha256}")
        path = object_path(self.root, sha256)
        if not path.exists():
            put_if_absent(path, zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(body))

    def record(self, read: BoardRead, answers: Sequence[Answer]) -> Path:
        """Archive one attempt: the bodies first, then the manifest that names them.

        Args:
            read: how it ended. When its attempt number is taken, the next free one is used.
            answers: those given to the adapter, in order.

        Returns:
            The manifest's path.

        Raises:
            StorageError: the disk is full or the folder is not writable; no manifest is visible.
        """
        for answer in answers:
            self.put(answer.body, answer.sha256)
        entries = tuple(AnswerEntry.of(answer, is_delivered=True) for answer in answers)
        return self.root / self.record_entries(read, entries, field_profile(answers)).manifest

    def record_entries(
        self, read: BoardRead, entries: Sequence[AnswerEntry], profile: FieldProfile | None = None
    ) -> ArchivedRead:
        """Write the manifest of an attempt whose bodies are archived already.

        Raises:
            StorageError: see `record`.
        """
        read = safe_read(read)
        attempt = max(read.attempt, 1)
        while True:
            read = msgspec.structs.replace(read, attempt=attempt)
            relative = read_path(read.board.source, read.day, read.board.token, attempt)
            manifest = Manifest(read=read, answers=tuple(entries), profile=profile)
            if put_if_absent(self.root / relative, msgspec.json.encode(manifest)):
                return ArchivedRead(
                    manifest=str(relative), read=read, entries=manifest.answers, profile=profile
                )
            attempt += 1

    def put_file(self, path: Path) -> str:
        """Keep a file of any size as an object, in constant memory.

        Returns:
            The sha256 of its bytes.

        Raises:
            StorageError: the disk is full or the folder is not writable.
            CorruptObjectError: the file changed while it was being read.
        """
        sha256 = sha256_of_file(path)
        target = object_path(self.root, sha256)
        if target.exists():
            return sha256
        digest = hashlib.sha256()
        with atomic_path(target) as temporary, path.open("rb") as source, temporary.open("wb") as sink:
            compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
            with compressor.stream_writer(sink, closefd=False) as writer:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    writer.write(chunk)
            if digest.hexdigest() != sha256:
                raise CorruptObjectError(f"{path} changed while it was being archived; import it again")
        return sha256

    def record_import(
        self, name: str, path: Path, day: date, notes: Mapping[str, str] | None = None
    ) -> Import:
        """Archive a dump and write down where it came from. Repeating it changes nothing.

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
            sha256=self.put_file(path),
            n_bytes=path.stat().st_size,
            day=day,
            file_name=path.name,
            notes=dict(notes or {}),
        )
        target = self.root / "imports" / f"{quoted(name)}.json"
        if put_if_absent(target, msgspec.json.encode(record)):
            return record
        standing = _decode(target, Import)
        if standing.sha256 != record.sha256:
            raise ImportExistsError(
                f"the import {name!r} of {standing.day} holds another file (sha256 {standing.sha256[:12]}, "
                f"now {record.sha256[:12]}). Choose another name: imports are immutable."
            )
        return standing

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
            self._load(self.root / read_path(source, day, token, attempt))
            for attempt in range(1, self.next_attempt(source, token, day))
        ]

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
                    found.append(self._load(path))
        return sorted(found, key=_read_order)

    def effective_reads(self, day: date, source: str | None = None) -> list[ArchivedRead]:
        """Return for each board its best attempt: whole before partial before the others, late before early.

        Raises:
            CorruptManifestError: a manifest cannot be read; the message names it.
        """
        chosen: dict[tuple[str, str], ArchivedRead] = {}
        for archived in self.reads(day, source):
            key = (archived.read.board.source, archived.read.board.token)
            standing = chosen.get(key)
            if standing is None or _worth(archived) >= _worth(standing):
                chosen[key] = archived
        return list(chosen.values())

    def last_whole_read(
        self, source: str, token: str, before: date, most_days: int = 14
    ) -> ArchivedRead | None:
        """Return a board's last whole read before a day, None when its last `most_days` days have none."""
        days = [found for found in self.days(source) if found < before]
        for day in reversed(days[-most_days:]):
            for archived in reversed(self.board_reads(source, token, day)):
                if is_whole(archived.read):
                    return archived
        return None

    def answers(self, archived: ArchivedRead) -> tuple[Answer, ...]:
        """Return the answers that the adapter was given, bodies checked against their digests.

        Raises:
            CorruptObjectError: an object is missing or damaged; the message names it and the mend.
        """
        return tuple(
            entry.with_body(self.body(entry.sha256)) for entry in archived.entries if entry.is_delivered
        )

    def all_answers(self, archived: ArchivedRead) -> tuple[Answer, ...]:
        """Return every answer of the attempt, those of repeated tries and refusals too.

        Raises:
            CorruptObjectError: see `answers`.
        """
        return tuple(entry.with_body(self.body(entry.sha256)) for entry in archived.entries)

    def body(self, sha256: str) -> bytes:
        """Return an object's bytes.

        Raises:
            CorruptObjectError: the object is missing or damaged.
        """
        path = object_path(self.root, sha256)
        try:
            with path.open("rb") as file:
                body = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()
        except FileNotFoundError:
            raise CorruptObjectError(_object_trouble(path, "is missing")) from None
        except (zstandard.ZstdError, OSError) as error:
            raise CorruptObjectError(_object_trouble(path, f"cannot be read ({error})")) from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise CorruptObjectError(_object_trouble(path, "does not have the sha256 it is named by"))
        return body

    def open_object(self, sha256: str) -> IO[bytes]:
        """Open an object for reading in constant memory; close it after use.

        The digest is not checked (`verify` does); damage shows as an error of the decompressor.

        Raises:
            CorruptObjectError: the object is missing.
        """
        path = object_path(self.root, sha256)
        if not path.exists():
            raise CorruptObjectError(_object_trouble(path, "is missing"))
        stream = zstandard.ZstdDecompressor().stream_reader(
            path.open("rb"), read_across_frames=True, closefd=True
        )
        return io.BufferedReader(stream, _CHUNK)

    def imports(self) -> list[Import]:
        """Return all imports, by name."""
        return [_decode(path, Import) for path in sorted((self.root / "imports").glob("[!.]*.json"))]

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

    def latest_validators(self, board: Board, request: Request, day: date) -> Validators | None:
        """Return what to send with `request` so that the host may answer 304.

        Args:
            board: whose request it is.
            request: compared by method, URL and body.
            day: only reads of this day and before count.

        Returns:
            None when no archived answer to this request has an ETag or Last-Modified, or when its body is
            damaged (the request is then made without condition, which mends the archive).
        """
        entry = self._latest_answers(board, day).get(request_key(request))
        if entry is None:
            return None
        headers = dict(entry.headers)
        etag, last_modified = headers.get("etag"), headers.get("last-modified")
        if etag is None and last_modified is None:
            return None
        try:
            answer = entry.with_body(self.body(entry.sha256))
        except CorruptObjectError as error:
            _log.warning("%s Asking without condition.", error)
            return None
        return Validators(answer=answer, etag=etag, last_modified=last_modified)

    def verify(self) -> IntegrityReport:
        """Read the whole archive: every object against its digest, every manifest against its objects."""
        problems: list[str] = []
        sound: set[str] = set()
        n_objects = 0
        for path in sorted((self.root / "objects").glob("??/[!.]*.zst")):
            n_objects += 1
            try:
                self._check_object(path.stem)
                sound.add(path.stem)
            except CorruptObjectError as error:
                problems.append(str(error))
        named: set[str] = set()
        n_manifests = 0
        for path in sorted((self.root / "reads").glob("*/*/[!.]*.json")):
            n_manifests += 1
            try:
                archived = self._load(path)
            except CorruptManifestError as error:
                problems.append(str(error))
                continue
            digests = {entry.sha256 for entry in archived.entries}
            problems += [
                f"{archived.manifest} names the object {digest}, which is missing or damaged"
                for digest in sorted(digests - sound)
            ]
            named |= digests
        for path in sorted((self.root / "imports").glob("[!.]*.json")):
            n_manifests += 1
            try:
                digest = _decode(path, Import).sha256
            except CorruptManifestError as error:
                problems.append(str(error))
                continue
            if digest not in sound:
                problems.append(f"{path.name} names the object {digest}, which is missing or damaged")
            named.add(digest)
        return IntegrityReport(
            n_objects=n_objects,
            n_manifests=n_manifests,
            n_orphans=len(sound - named),
            problems=tuple(problems),
        )

    # ---- inside

    def _load(self, path: Path) -> ArchivedRead:
        manifest = _decode(path, Manifest)
        relative = path.relative_to(self.root).as_posix()
        return ArchivedRead(
            manifest=relative, read=manifest.read, entries=manifest.answers, profile=manifest.profile
        )

    def _latest_answers(self, board: Board, day: date) -> dict[tuple[str, str, bytes], AnswerEntry]:
        paths = list(self._latest_manifests(board, day))
        key = tuple(str(path) for path in paths)
        if self._validators[0] != key:
            found: dict[tuple[str, str, bytes], AnswerEntry] = {}
            for path in reversed(paths):  # oldest first, so that later answers win
                archived = self._load(path)
                if archived.read.status == "malformed":
                    continue  # a 304 would confirm bytes that nobody can read
                for entry in archived.entries:
                    if entry.status == 200:
                        found[request_key(entry.request)] = entry
            self._validators = (key, found)
        return self._validators[1]

    def _latest_manifests(self, board: Board, day: date) -> Iterator[Path]:
        remaining = _VALIDATOR_READS
        for earlier in [found for found in reversed(self.days(board.source)) if found <= day][
            :_VALIDATOR_DAYS
        ]:
            for attempt in range(self.next_attempt(board.source, board.token, earlier) - 1, 0, -1):
                yield self.root / read_path(board.source, earlier, board.token, attempt)
                remaining -= 1
                if not remaining:
                    return

    def _check_object(self, sha256: str) -> None:
        path = object_path(self.root, sha256)
        digest = hashlib.sha256()
        try:
            with self.open_object(sha256) as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
        except (zstandard.ZstdError, OSError) as error:
            raise CorruptObjectError(_object_trouble(path, f"cannot be read ({error})")) from error
        if digest.hexdigest() != sha256:
            raise CorruptObjectError(_object_trouble(path, "does not have the sha256 it is named by"))


def is_whole(read: BoardRead) -> bool:
    """Return whether the attempt read the whole board."""
    return read.status in _PROVES_ABSENCE


def is_answered(read: BoardRead) -> bool:
    """Return whether the attempt gave postings that can be used: the whole board or a part of it."""
    return is_whole(read) or read.status == "partial"


def _worth(archived: ArchivedRead) -> int:
    if is_whole(archived.read):
        return 3
    if archived.read.status == "partial":
        return 2
    # A read that ended early keeps what it was given; bytes that nobody could read come last.
    return int(archived.read.status != "malformed" and any(e.is_delivered for e in archived.entries))


def _read_order(archived: ArchivedRead) -> tuple[str, str, int]:
    return (archived.read.board.source, archived.read.board.token, archived.read.attempt)


def _decode(path: Path, kind: type[_Record]) -> _Record:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, OSError) as error:
        raise CorruptManifestError(
            f"the manifest {path} cannot be read ({error}). Restore it from a backup, or move it away: the "
            f"attempt it describes is then lost, the objects are not."
        ) from error


def _object_trouble(path: Path, trouble: str) -> str:
    return (
        f"the archived object {path} {trouble}. Restore it from a backup, or move it away and read the board "
        f"again: other objects are not affected."
    )
