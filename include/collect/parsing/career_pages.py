"""Finds JobPosting data and links in the HTML of career pages (the only user of BeautifulSoup here)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urldefrag, urljoin

import bs4

from include.collect.parsing.decoding import utf8_body
from include.collect.parsing.schema_org import find_job_postings, is_job_posting
from include.collect.protocol import Answer, MalformedAnswer, Reject

_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_SURROGATE = re.compile(r"\\ud[89a-f]", re.IGNORECASE)
_BACKSLASH = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9A-Fa-f]{4})|)')


def page_soup(answer: Answer) -> bs4.BeautifulSoup:
    """Parse an HTML answer.

    Raises:
        MalformedAnswer: the body is not HTML at all.
    """
    try:
        body: bytes | str = utf8_body(answer).decode("utf-8")
    except MalformedAnswer:
        body = answer.body  # a page may still name its charset in a meta element
    if "<" not in (body if isinstance(body, str) else body.decode("latin-1")):
        raise MalformedAnswer(f"{answer.request.url}: the answer is not an HTML page")
    start = body[:2000].lower() if isinstance(body, str) else body[:2000].decode("latin-1").lower()
    if start.lstrip().startswith("<?xml") and "<html" not in start:
        raise MalformedAnswer(f"{answer.request.url}: the answer is XML, not an HTML page")
    return bs4.BeautifulSoup(body, "lxml")


def job_postings(
    soup: bs4.BeautifulSoup, page: str
) -> tuple[list[tuple[str, Mapping[str, object]]], list[Reject]]:
    """Return the JobPosting objects of a page with their pointers, and a reject per unreadable script.

    JSON-LD first; microdata only where there is no JSON-LD JobPosting.

    Args:
        soup: the page.
        page: its address, for the pointers.
    """
    found: list[tuple[str, Mapping[str, object]]] = []
    rejects: list[Reject] = []
    for index, script in enumerate(
        soup.find_all("script", type=re.compile(r"^\s*application/ld\+json", re.I))
    ):
        pointer = f"{page} ld+json[{index}]"
        text = script.get_text()
        if not text.strip():
            continue
        try:
            value = parse_lenient_json(text)
        except ValueError as error:
            if "JobPosting" in text:
                detail = f"the JSON-LD of the page cannot be read: {error}"
                rejects.append(Reject(raw_pointer=pointer, reason="not_json", detail=detail[:200]))
            continue
        postings = find_job_postings(value)
        found += [
            (pointer if len(postings) == 1 else f"{pointer}[{n}]", item) for n, item in enumerate(postings)
        ]
    if not found and not rejects:
        found = [(f"{page} microdata[{n}]", item) for n, item in enumerate(_microdata(soup))]
    return found, rejects


def parse_lenient_json(text: str) -> object:
    """Return the value of JSON as pages write it.

    Comments around it, raw control characters, trailing commas and backslashes that escape nothing are borne.

    Raises:
        ValueError: it is not JSON even so.
    """
    stripped = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip().rstrip(";")
    try:
        return _encodable(json.loads(stripped, strict=False), stripped)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except ValueError:
        mended = _BACKSLASH.sub(lambda match: match[0] if match[1] else r"\\", stripped)
        return _encodable(json.loads(_TRAILING_COMMA.sub(r"\1", mended), strict=False), stripped)


def _encodable(value: object, text: str) -> object:
    """Return a JSON value with `?` for each half of a pair of surrogates, which no file can hold."""
    if not _SURROGATE.search(text):
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def links(soup: bs4.BeautifulSoup, base: str) -> Iterator[str]:
    """Yield the absolute addresses a page links to, in order, without repeats and fragments."""
    seen = set()
    for anchor in soup.find_all("a", href=True):
        try:
            url = urldefrag(urljoin(base, str(anchor["href"]).strip())).url
        except ValueError:
            continue
        if url.startswith(("http://", "https://")) and url not in seen:
            seen.add(url)
            yield url


def _microdata(soup: bs4.BeautifulSoup) -> Iterator[Mapping[str, object]]:
    for item in soup.find_all(itemscope=True, itemtype=True):
        if is_job_posting(str(item["itemtype"]).split()):
            yield _scope(item)


def _scope(item: bs4.Tag) -> dict[str, object]:
    properties: dict[str, list[object]] = {}
    for element in item.find_all(itemprop=True):
        if element.find_parent(itemscope=True) is not item:
            continue
        value: object = _scope(element) if element.has_attr("itemscope") else _value(element)
        for name in str(
            " ".join(element["itemprop"]) if isinstance(element["itemprop"], list) else element["itemprop"]
        ).split():
            properties.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in properties.items()}


def _value(element: bs4.Tag) -> str:
    for attribute in ("content", "datetime", "href", "src"):
        if element.has_attr(attribute):
            return str(element[attribute])
    if element.get("itemprop") in ("description", ["description"]):
        return element.decode_contents()
    return element.get_text(" ", strip=True)
