"""What the archive writes down about one attempt to read a board, and where it keeps it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Self, TypeVar

import msgspec

from include.archive.profile import FieldProfile
from include.archive.reads import Answer, BoardRead, Request
from include.archive.redaction import redact_headers, redact_request, redact_url
from include.errors import ExplainedError
from include.storage import quoted

_Record = TypeVar("_Record", "Manifest", "Import")


class CorruptManifestError(ExplainedError, RuntimeError):
    """A manifest cannot be read."""


class AnswerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One archived answer: everything but its body, which stands in the object `sha256`.

    Attributes:
        request: what was asked, secrets removed.
        url: the URL that answered.
        n_bytes: length of the decoded body.
        is_delivered: the adapter was given this answer. Answers to tries that were repeated, redirects and
            refusals are kept as evidence but not parsed.
    """

    request: Request
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    fetched_at: datetime
    sha256: str
    n_bytes: int
    is_revalidated: bool = False
    is_delivered: bool = True

    @classmethod
    def of(cls, answer: Answer, *, is_delivered: bool) -> Self:
        """Describe `answer` for a manifest."""
        return cls(
            request=redact_request(answer.request),
            url=redact_url(answer.url),
            status=answer.status,
            headers=redact_headers(answer.headers),
            fetched_at=answer.fetched_at,
            sha256=answer.sha256,
            n_bytes=len(answer.body),
            is_revalidated=answer.is_revalidated,
            is_delivered=is_delivered,
        )

    def with_body(self, body: bytes) -> Answer:
        """Return the answer again, with its body."""
        return Answer(
            request=self.request,
            url=self.url,
            status=self.status,
            headers=self.headers,
            fetched_at=self.fetched_at,
            body=body,
            sha256=self.sha256,
            is_revalidated=self.is_revalidated,
        )


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to read a board.

    Attributes:
        format: version of this record's shape.
        read: how the attempt ended.
        answers: in the order received.
        profile: which fields the answers carried, to compare later reads with.
    """

    format: int = 1
    read: BoardRead
    answers: tuple[AnswerEntry, ...]
    profile: FieldProfile | None = None


class ArchivedRead(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest and where it stands.

    Attributes:
        manifest: its path relative to the archive root, with forward slashes.
        read: how the attempt ended.
        entries: all archived answers, in the order received.
        profile: which fields the answers carried; None in manifests older than profiles.
    """

    manifest: str
    read: BoardRead
    entries: tuple[AnswerEntry, ...]
    profile: FieldProfile | None = None


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """An imported dump.

    Attributes:
        name: of the import, unique in the archive.
        sha256: of the file's bytes; names its object.
        n_bytes: size of the file.
        day: day of the import.
        file_name: the file's own name, without folders.
        notes: what else the importer wants kept (source, licence, column map), by name.
    """

    name: str
    sha256: str
    n_bytes: int
    day: date
    file_name: str
    notes: dict[str, str] = {}


def object_path(root: Path, sha256: str) -> Path:
    """Return where the object of this digest stands."""
    return root / "objects" / sha256[:2] / f"{sha256}.zst"


def read_path(source: str, day: date, token: str, attempt: int) -> PurePosixPath:
    """Return where an attempt's manifest stands, relative to the archive root."""
    return PurePosixPath("reads", quoted(source), day.isoformat(), f"{quoted(token)}.{attempt}.json")


def request_key(request: Request) -> tuple[str, str, bytes]:
    """Return what makes two requests the same question (secrets aside)."""
    safe = redact_request(request)
    return (safe.method, safe.url, safe.body or b"")


def load_read(root: Path, path: Path) -> ArchivedRead:
    """Return the manifest at `path`, below the archive's root.

    Raises:
        CorruptManifestError: it cannot be read; the message names it.
    """
    manifest = _decode(path, Manifest)
    relative = path.relative_to(root).as_posix()
    return ArchivedRead(
        manifest=relative, read=manifest.read, entries=manifest.answers, profile=manifest.profile
    )


def load_import(path: Path) -> Import:
    """Return the record of an import.

    Raises:
        CorruptManifestError: it cannot be read; the message names it.
    """
    return _decode(path, Import)


def _decode(path: Path, kind: type[_Record]) -> _Record:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, OSError) as error:
        raise CorruptManifestError(
            f"the manifest {path} cannot be read ({error}). Restore it from a backup, or move it away: the "
            f"attempt it describes is then lost, the objects are not."
        ) from error
