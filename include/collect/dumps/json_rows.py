"""Rows of a dump in JSON: one object a line in constant memory, or one array that is read whole."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

import msgspec

from include.collect.dumps.files import (
    MAX_RECORD_BYTES,
    DumpError,
    NumberedRow,
    Row,
    open_binary,
    skip_rest_of_line,
    unreadable,
)
from include.collect.protocol import Reject
from include.json_text import whole_characters

MAX_ARRAY_BYTES = 1_000_000_000
"""Longest JSON array, unpacked: it is read whole, and takes about twice its length in memory."""

_SAMPLE_RECORDS = 200
_DEEPEST_LIST = 4


def read_jsonl(path: Path) -> Iterator[NumberedRow]:
    """Yield the objects of a JSON Lines file; blank lines are not records."""
    number = 0
    with open_binary(path) as file:
        while line := file.readline(MAX_RECORD_BYTES + 1):
            if number == 0:
                line = line.removeprefix(codecs.BOM_UTF8)
            if not line.strip():
                continue
            number += 1
            if len(line) > MAX_RECORD_BYTES:
                skip_rest_of_line(file, line)
                yield (
                    number,
                    unreadable(number, "too_large", f"the line is longer than {MAX_RECORD_BYTES} bytes"),
                )
                continue
            yield number, _json_object(line, number)


def read_json(path: Path) -> Iterator[NumberedRow]:
    """Yield the objects of a file that is one JSON array; it is read whole.

    Raises:
        DumpError: the file is not one array, or longer than `MAX_ARRAY_BYTES`.
    """
    with open_binary(path) as file:
        content = file.read(MAX_ARRAY_BYTES + 1)
    if len(content) > MAX_ARRAY_BYTES:
        raise DumpError(
            f"{path} is one JSON array of more than {MAX_ARRAY_BYTES:,} bytes, and an array is read whole. "
            "Write it as JSON Lines (jq -c '.[]') and import that."
        )
    content = whole_characters(content.removeprefix(codecs.BOM_UTF8))
    try:
        raws = msgspec.json.decode(content, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        raise DumpError(f"{path} is neither JSON Lines nor one JSON array: {error}") from error
    for number, raw in enumerate(raws, 1):
        yield number, _json_object(bytes(raw), number)


def enclosed_records(path: Path) -> tuple[str, ...] | None:
    """Return where the records are in a file that is one JSON object, as APIs answer.

    Returns:
        The keys that lead to its longest list of objects; None where the file is something else or has none.

    Raises:
        DumpError: the file is damaged.
    """
    with open_binary(path) as file:
        content = file.read(MAX_ARRAY_BYTES + 1)
    if len(content) > MAX_ARRAY_BYTES:
        return None
    try:
        whole = msgspec.json.decode(whole_characters(content.removeprefix(codecs.BOM_UTF8)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    lengths = dict(_lists_of_objects(whole))
    return max(lengths, key=lambda way: lengths[way], default=None)


def _lists_of_objects(value: object, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield where lists of objects are within objects, and how long each is."""
    if not isinstance(value, dict) or len(way) == _DEEPEST_LIST:
        return
    for name, inner in value.items():
        inner_way = (*way, name)
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            yield inner_way, len(inner)
        yield from _lists_of_objects(inner, inner_way)


def _json_object(line: bytes, number: int) -> Row | Reject:
    try:
        value = msgspec.json.decode(whole_characters(line))
    except UnicodeDecodeError as error:
        return unreadable(number, "bad_encoding", f"{error}: JSON is UTF-8; convert the file (iconv)")
    except msgspec.DecodeError as error:
        return unreadable(number, "not_json", f"the line is not JSON: {error}")
    except RecursionError:
        return unreadable(number, "too_deep", "the record is nested too deeply")
    if not isinstance(value, dict):
        return unreadable(
            number, "not_an_object", f"the line is a JSON {type(value).__name__}, not an object"
        )
    return value


def json_columns(rows: Iterator[NumberedRow], path: Path) -> list[str]:
    """Return the fields of the first records in order of appearance, objects as `outer.inner`.

    Args:
        rows: of the file, from the start.
        path: the file, for messages.

    Raises:
        DumpError: there are records, and none of the first can be read.
    """
    columns: dict[str, None] = {}
    first_reject: Reject | None = None
    for number, row in rows:
        if isinstance(row, Reject):
            first_reject = first_reject or row
        else:
            for name, value in row.items():
                columns[name] = None
                inner = value[0] if isinstance(value, list) and value else value
                if isinstance(inner, dict):
                    columns.update((f"{name}.{key}", None) for key in inner)
        if number >= _SAMPLE_RECORDS:
            break
    if first_reject is not None and not columns:
        raise DumpError(
            f"{path} has no record that can be read among the first {number}. Is it what its ending says? "
            f"{first_reject.raw_pointer.capitalize()}: {first_reject.detail}"
        )
    return list(columns)
