"""Streams JobPosting entities out of Web Data Commons N-Quads in constant memory.

https://webdatacommons.org/structureddata/. One line is one fact: subject, predicate, object, page. The
lines of one page stand together; a page is put together, read and forgotten before the next.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from include.collect.dumps.files import NumberedRow, open_binary, skip_rest_of_line, unreadable
from include.collect.parsing.schema_org import posting_title

_QUAD = re.compile(
    rb"\s*(<[^>]*>|_:\S+)\s+<([^>]*)>\s+"
    rb"(?:(<[^>]*>|_:\S+)|\"([^\"\\]*+(?:\\.[^\"\\]*+)*+)\"(?:@[\w-]+|\^\^<[^>]*>)?)\s+<([^>]*)>\s*\.\s*"
)
_ESCAPE = re.compile(
    r"\\(?:u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))",
    re.DOTALL,
)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_RDF_TYPE = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_MAX_LINE_BYTES = 5_000_000
_MAX_PAGE_FACTS = 20_000
_MAX_DEPTH = 4
_BEGINNING = 200  # letters by which two texts are told to be one
_TAG = re.compile(r"<[^<>]*>")
_NOT_A_LETTER = re.compile(r"[\W_]+")

_Value = tuple[bool, bytes]  # (is a node, node name or literal)
_Node = dict[bytes, list[_Value]]


def read_job_postings(path: Path) -> Iterator[NumberedRow]:
    """Yield the JobPosting entities of a `.nq` or `.nq.gz` file as nested schema.org objects.

    Each object also has `@page`, the address of its page, and `@position` from the second entity of a page
    on. A line that is no quad and a page with too many facts are rejects.

    Raises:
        DumpError: the file is missing, damaged or cut off.
    """
    number = 0
    page: bytes | None = None
    nodes: dict[bytes, _Node] = {}
    n_facts = 0
    with open_binary(path) as file:
        while line := file.readline(_MAX_LINE_BYTES + 1):
            match = _QUAD.fullmatch(line)
            if match is None:
                if len(line) > _MAX_LINE_BYTES:
                    skip_rest_of_line(file, line)
                if line.strip() and not line.lstrip().startswith(b"#"):
                    number += 1
                    start = line[:80].decode("utf-8", "replace")
                    yield number, unreadable(number, "not_a_quad", f"the line is not an N-Quad: {start!r}")
                continue
            subject, predicate, node, literal, graph = match.groups()
            if graph != page:
                if page is not None:
                    for entity in _entities(nodes, page, number, n_facts):
                        number = entity[0]
                        yield entity
                page, nodes, n_facts = graph, {}, 0
            n_facts += 1
            if n_facts <= _MAX_PAGE_FACTS:
                value = (True, node) if node is not None else (False, literal)
                nodes.setdefault(subject, {}).setdefault(_local_name(predicate), []).append(value)
    if page is not None:
        yield from _entities(nodes, page, number, n_facts)


def _local_name(predicate: bytes) -> bytes:
    """Return `title` for `http://schema.org/title`, `https://schema.org/JobPosting/title` and the like."""
    return b"@type" if predicate == _RDF_TYPE else predicate.rpartition(b"/")[2]


def _entities(nodes: dict[bytes, _Node], page: bytes, number: int, n_facts: int) -> Iterator[NumberedRow]:
    roots = [
        subject for subject, node in nodes.items() if any(_is_job_posting(v) for v in node.get(b"@type", ()))
    ]
    address = page.decode("utf-8", "replace")
    for position, entity in enumerate(_once_each([_nested(nodes, root, (root,)) for root in roots])):
        number += 1
        entity["@page"] = address
        if position:
            entity["@position"] = position
        yield number, entity
    if n_facts > _MAX_PAGE_FACTS:
        detail = f"{address} has {n_facts} facts; those after the first {_MAX_PAGE_FACTS} were not read"
        yield number + 1, unreadable(number + 1, "too_large", detail)


class _Said(NamedTuple):
    """What tells an entity of a page from another: letters and digits, because markup differs in the rest."""

    title: str
    text: str
    town: str

    def may_be(self, other: _Said) -> bool:
        """Return whether both may speak of one posting."""
        pairs = ((self.text[:_BEGINNING], other.text[:_BEGINNING]), (self.town, other.town))
        return bool(self.title) and all(not mine or not theirs or mine == theirs for mine, theirs in pairs)


def _once_each(entities: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the entities without those that say in markup what another says in JSON-LD.

    Such two have one title, and neither town nor beginning of the text differ. The one with more text stays.
    """
    if len(entities) < 2:
        return entities
    kept: list[dict[str, object]] = []
    known: dict[str, list[tuple[int, _Said]]] = {}
    for entity in entities:
        said = _Said(
            _letters(posting_title(entity)), _letters(entity.get("description")), _letters(_town(entity))
        )
        alike = known.setdefault(said.title, [])
        same = next((n for n, (_, other) in enumerate(alike) if said.may_be(other)), None)
        if same is None:
            alike.append((len(kept), said))
            kept.append(entity)
        elif len(said.text) > len(alike[same][1].text):
            index = alike[same][0]
            alike[same] = (index, said)
            kept[index] = entity
    return kept


def _town(entity: dict[str, object]) -> object:
    location = entity.get("jobLocation")
    address = location.get("address", location) if isinstance(location, dict) else location
    return address.get("addressLocality") if isinstance(address, dict) else address


def _letters(value: object) -> str:
    return _NOT_A_LETTER.sub("", _TAG.sub("", html.unescape(str(value or "")))).casefold()


def _is_job_posting(value: _Value) -> bool:
    return value[0] and value[1].rstrip(b">").endswith((b"schema.org/JobPosting", b"/JobPosting"))


def _nested(nodes: dict[bytes, _Node], subject: bytes, path: tuple[bytes, ...]) -> dict[str, object]:
    entity: dict[str, object] = {}
    for predicate, values in nodes[subject].items():
        plain = [_plain(nodes, value, path) for value in values]
        # The same fact often stands twice on a page, as markup and as JSON-LD.
        unique = [
            value for index, value in enumerate(plain) if value is not None and value not in plain[:index]
        ]
        if unique:
            entity[predicate.decode("utf-8", "replace")] = unique[0] if len(unique) == 1 else unique
    return entity


def _plain(nodes: dict[bytes, _Node], value: _Value, path: tuple[bytes, ...]) -> object:
    is_node, name = value
    if not is_node:
        return _unescape(name.decode("utf-8", "replace"))
    if name in nodes:
        # Nodes may refer to each other in circles.
        return None if name in path or len(path) >= _MAX_DEPTH else _nested(nodes, name, (*path, name))
    return None if name.startswith(b"_:") else name.strip(b"<>").decode("utf-8", "replace")


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    if match[1]:  # a pair of surrogates, as the tools of some years wrote what UTF-16 needs two units for
        return bytes.fromhex(match[1] + match[2]).decode("utf-16-be")
    code = match[3] or match[4]
    if code is None:
        return _PLAIN_ESCAPES.get(match[5], match[5])
    point = int(code, 16)
    return chr(point) if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else "\ufffd"
