"""Finds JobPosting data and links in the HTML of career pages (the only user of BeautifulSoup here)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import cast
from urllib.parse import urldefrag, urljoin

import bs4

from include.archive.reads import Answer
from include.collect.parsing.decoding import utf8_body
from include.collect.parsing.endpoints import join
from include.collect.parsing.json_ld_references import NamedNodes
from include.collect.parsing.records import RecordRefused
from include.collect.parsing.schema_org import find_job_postings, is_job_posting, job_posting
from include.collect.protocol import Listing, MalformedAnswer, Reject

MOST_TAGS = 400_000
"""Of one page: parsed, a tag takes half a kilobyte; packed for the wire, repeated ones take nothing."""

DEEPEST_TAG = 512
"""Browsers nest no deeper, and much that is asked of a page takes time with each level."""

_WRAPPING = re.compile(
    r"^[\s\ufeff]*(?:<!--|(?://\s*|/\*\s*)?<!\[CDATA\[(?:\s*\*/)?)"
    r"|(?:-->|(?://\s*|/\*\s*)?\]\]>(?:\s*\*/)?)\s*;?\s*$"
)
_BETWEEN_VALUES = re.compile(r"[\s,;]+")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_PROSE = {"title", "name", "hiringOrganization", "jobLocation", "employmentType"}
_SURROGATE = re.compile(r"\\ud[89a-f]", re.IGNORECASE)
_BACKSLASH = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9A-Fa-f]{4})|)')


def page_soup(answer: Answer) -> bs4.BeautifulSoup:
    """Parse an HTML answer.

    Raises:
        MalformedAnswer: the body is not HTML at all, or holds more tags, or deeper ones, than a page does.
    """
    if answer.body.count(b"<") > MOST_TAGS:
        raise MalformedAnswer(
            f"{answer.request.url}: more than {MOST_TAGS:,} tags, as no page of a board has"
        )
    try:
        body: bytes | str = utf8_body(answer).decode("utf-8")
    except MalformedAnswer:
        body = answer.body  # a page may still name its charset in a meta element
    if "<" not in (body if isinstance(body, str) else body.decode("latin-1")):
        raise MalformedAnswer(f"{answer.request.url}: the answer is not an HTML page")
    start = body[:2000].lower() if isinstance(body, str) else body[:2000].decode("latin-1").lower()
    if start.lstrip().startswith("<?xml") and "<html" not in start:
        raise MalformedAnswer(f"{answer.request.url}: the answer is XML, not an HTML page")
    soup = bs4.BeautifulSoup(body, "lxml")
    if _is_too_deep(soup):
        raise MalformedAnswer(f"{answer.request.url}: tags within more than {DEEPEST_TAG} others")
    return soup


def _is_too_deep(soup: bs4.BeautifulSoup) -> bool:
    depths = {id(soup): 0}
    for element in soup.descendants:
        if isinstance(element, bs4.Tag):
            depth = depths[id(element)] = depths[id(element.parent)] + 1
            if depth > DEEPEST_TAG:
                return True
    return False


def job_postings(
    soup: bs4.BeautifulSoup, page: str
) -> tuple[list[tuple[str, Mapping[str, object]]], list[Reject]]:
    """Return the JobPosting objects of a page with their pointers, and a reject per unreadable script.

    JSON-LD first; microdata only where there is no JSON-LD JobPosting.

    Args:
        soup: the page.
        page: its address, for the pointers.
    """
    values: list[tuple[str, object]] = []
    rejects: list[Reject] = []
    for index, script in enumerate(
        soup.find_all("script", type=re.compile(r"^\s*application/ld\+json", re.I))
    ):
        pointer = f"{page} ld+json[{index}]"
        text = script.get_text()
        if not text.strip():
            continue
        try:
            values.append((pointer, parse_lenient_json(text)))
        except ValueError as error:
            if "JobPosting" in text:
                detail = f"the JSON-LD of the page cannot be read: {error}"
                rejects.append(Reject.of(pointer, "not_json", detail))
    nodes = NamedNodes(value for _, value in values)
    found: list[tuple[str, Mapping[str, object]]] = []
    for pointer, value in values:
        postings = find_job_postings(value)
        found += [
            (pointer if len(postings) == 1 else f"{pointer}[{n}]", nodes.resolve(item))
            for n, item in enumerate(postings)
        ]
    if not found and not rejects:
        found = [(f"{page} microdata[{n}]", item) for n, item in enumerate(_microdata(soup))]
    return found, rejects


def posting_on_page(answer: Answer, native_id: str) -> Listing | None:
    """Return the JobPosting on the page of one posting, None when there is none.

    Raises:
        RecordRefused: the answer is no page, or the JobPosting cannot be used. It names the posting by the id
            it is followed by, not by the page's own, which would say that another posting is listed.
    """
    url = answer.request.url
    try:
        postings, _ = job_postings(page_soup(answer), url)
        return job_posting(postings[0][1], url, page_url=url) if postings else None
    except MalformedAnswer as error:
        raise RecordRefused("malformed_detail", str(error), native_id) from error
    except RecordRefused as refusal:
        raise RecordRefused(refusal.reason, refusal.detail, native_id) from refusal


def parse_lenient_json(text: str) -> object:
    """Return the value of JSON as pages write it.

    Comments around it, raw control characters, trailing commas and backslashes that escape nothing are borne,
    as are several values one after the other (a list then) and JSON that is escaped as HTML.

    Raises:
        ValueError: it is not JSON even so.
    """
    stripped = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip("\ufeff \t\r\n").rstrip(";")
    if "&quot;" in stripped and '"' not in stripped:
        stripped = html.unescape(stripped)
    try:
        return _encodable(_as_it_is_or_mended(stripped), stripped)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _as_it_is_or_mended(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except ValueError:
        mended = _BACKSLASH.sub(lambda match: match[0] if match[1] else r"\\", text)
        return _values(_TRAILING_COMMA.sub(r"\1", mended))


def _values(text: str) -> object:
    """Return the value of a text, or the list of those that stand one after the other."""
    decoder = json.JSONDecoder(strict=False)
    values: list[object] = []
    position = 0
    while position < len(text) or not values:
        value, end = decoder.raw_decode(text, position)
        values.append(value)
        between = _BETWEEN_VALUES.match(text, end)
        position = end if between is None else between.end()
    return values[0] if len(values) == 1 else values


def _encodable(value: object, text: str) -> object:
    """Return a JSON value with `?` for each half of a pair of surrogates, which no file can hold."""
    if not _SURROGATE.search(text):
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def links(soup: bs4.BeautifulSoup, base: str) -> Iterator[str]:
    """Yield the absolute addresses a page links to, in order, without repeats and fragments."""
    seen = set()
    own_base = soup.find("base", href=True)
    if isinstance(own_base, bs4.Tag):
        base = join(base, str(own_base["href"])) or base
    for anchor in soup.find_all("a", href=True):
        try:
            url = urldefrag(urljoin(base, str(anchor["href"]).strip())).url
        except ValueError:
            continue
        if url.startswith(("http://", "https://")) and url not in seen:
            seen.add(url)
            yield url


def _microdata(soup: bs4.BeautifulSoup) -> Iterator[Mapping[str, object]]:
    """Yield the JobPosting items of a page, those within others too; the page is passed through once."""
    postings = [
        item
        for item in soup.find_all(itemscope=True, itemtype=True)
        if is_job_posting(str(item["itemtype"]).split())
    ]
    if postings:
        scopes = _scopes(soup)
        yield from (scopes[id(item)] for item in postings)


def _scopes(soup: bs4.BeautifulSoup) -> dict[int, dict[str, object]]:
    """Return the properties of every item of a page, by the identity of its element."""
    items: dict[int, dict[str, list[object]]] = {}
    # What an element's children are properties of: its own item, or that around it.
    around: dict[int, dict[str, list[object]] | None] = {id(soup): None}
    for element in soup.find_all(True):
        item = outer = around[id(element.parent)]
        if element.has_attr("itemscope"):
            item = items[id(element)] = {}
        around[id(element)] = item
        if outer is not None and element.has_attr("itemprop"):
            names = str(element["itemprop"]).split()
            value: object = item if element.has_attr("itemscope") else _value(element, names)
            for name in names:
                outer.setdefault(name, []).append(value)
    # In place, because the items around them hold them.
    scopes = cast("dict[int, dict[str, object]]", items)
    for scope in scopes.values():
        for name, values in scope.items():
            scope[name] = values[0] if isinstance(values, list) and len(values) == 1 else values
    return scopes


def _value(element: bs4.Tag, names: list[str]) -> str:
    # By the standard a link's value is its address; pages that mark their title's link mean its words.
    attributes = ["content", "datetime"]
    attributes += ["value"] if element.name in ("data", "meter") else []
    attributes += ["href", "src"] if element.name != "a" or _PROSE.isdisjoint(names) else []
    for attribute in attributes:
        if element.has_attr(attribute):
            return str(element[attribute])
    if "description" in names:
        return element.decode_contents()
    return element.get_text(" ", strip=True)
