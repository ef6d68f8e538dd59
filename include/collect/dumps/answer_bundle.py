"""History of a source that only its own interface has: its answers, bundled into one file to import.

A bundle is JSON Lines, plain or gzip, named `….answers.jsonl[.gz]`. Its first line names the source; each
other line is one answer. The lines of one board (a month, a thread) stand together, and a board is parsed by
the source's own adapter and forgotten before the next.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Literal

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.aggregators import names_its_employer
from include.collect.dumps.files import DumpError, open_binary
from include.collect.protocol import Listing, MalformedAnswer, Reject
from include.storage import atomic_path

SUFFIX = ".answers.jsonl"


class BundleHead(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a bundle."""

    format: Literal["answers"] = "answers"
    source: str


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    board: str
    options: dict[str, str] = {}
    url: str
    purpose: Literal["list", "detail"] = "list"
    status: int
    fetched_at: datetime
    body: str


def is_bundle(path: Path) -> bool:
    """Return whether a file's name is that of a bundle."""
    return path.name.lower().endswith((SUFFIX, f"{SUFFIX}.gz"))


def write_bundle(path: Path, source: str, reads: Iterable[tuple[Board, Iterable[Answer]]]) -> int:
    """Write a bundle; the file appears only when it is whole. The same answers give the same bytes.

    Args:
        path: the file; compressed when it ends in `.gz`.
        source: adapter name.
        reads: each board with the answers its adapter was given, in order.

    Returns:
        The number of answers.

    Raises:
        StorageError: the file could not be written.
    """
    count = 0
    with atomic_path(path) as temporary, temporary.open("wb") as raw:
        # No name and no time in the header of the gzip: the file is known by its digest.
        packed = gzip.GzipFile("", "wb", 6, raw, mtime=0) if path.suffix == ".gz" else None
        sink = packed or raw
        sink.write(msgspec.json.encode(BundleHead(source=source)) + b"\n")
        for board, answers in reads:
            for answer in answers:
                line = _Line(
                    board=board.token,
                    options=dict(board.options),
                    url=answer.request.url,
                    purpose=answer.request.purpose,
                    status=answer.status,
                    fetched_at=answer.fetched_at,
                    body=answer.body.decode("utf-8", "surrogateescape"),
                )
                sink.write(_encode(line) + b"\n")
                count += 1
        if packed is not None:
            packed.close()
    return count


def bundle_head(path: Path) -> BundleHead:
    """Return the first line of a bundle.

    Raises:
        DumpError: it is no bundle, or of a source without adapter.
    """
    with open_binary(path) as file:
        line = file.readline(1_000_000)
    try:
        head = msgspec.json.decode(line, type=BundleHead)
    except msgspec.DecodeError as error:
        raise DumpError(
            f"{path} is no bundle of answers: {error}. `python -m include.sources history` writes one."
        ) from error
    if head.source not in ADAPTERS:
        raise DumpError(f"{path} holds answers of {head.source!r}, which no adapter reads")
    return head


def read_bundle(path: Path) -> Iterator[Listing | Reject]:
    """Yield every posting and refused record of a bundle, in constant memory per board.

    Raises:
        DumpError: the file is damaged or cut off.
    """
    adapter = ADAPTERS[bundle_head(path).source]
    for (token, options), lines in groupby(_lines(path), key=lambda line: (line.board, line.options)):
        board = Board(source=adapter.name, token=token, employer="", options=options)
        try:
            found = adapter.parse(board, [_answer(line) for line in lines])
        except MalformedAnswer as error:
            yield Reject.of(token, "malformed_answer", error)
            continue
        own = token if names_its_employer(adapter.name) else None  # a dump's own name is no employer's
        for listing in found.listings:
            yield msgspec.structs.replace(
                listing, employer=listing.employer or own, raw_pointer=f"{token}.{listing.raw_pointer}"
            )
        for reject in found.rejects:
            yield msgspec.structs.replace(reject, raw_pointer=f"{token}.{reject.raw_pointer}")


def _lines(path: Path) -> Iterator[_Line]:
    with open_binary(path) as file:
        for number, line in enumerate(file):
            if number == 0:
                continue
            try:
                yield msgspec.json.decode(line, type=_Line)
            except msgspec.DecodeError as error:
                raise DumpError(
                    f"{path}, line {number + 1}: not an answer ({error}). Write the bundle again."
                ) from error


def _encode(line: _Line) -> bytes:
    try:
        return msgspec.json.encode(line)
    except UnicodeEncodeError:
        # Bytes that are not UTF-8: shown as replaced, the archive has them as they came.
        clean = line.body.encode("utf-8", "replace").decode("utf-8")
        return msgspec.json.encode(msgspec.structs.replace(line, body=clean))


def _answer(line: _Line) -> Answer:
    body = line.body.encode("utf-8")
    return Answer(
        request=Request(url=line.url, purpose=line.purpose),
        url=line.url,
        status=line.status,
        headers=(),
        fetched_at=line.fetched_at,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
    )
