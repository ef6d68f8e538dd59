"""Further pages of a list in HTML: the next one it names, and whether it has others that were not read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import bs4

from include.archive.reads import Answer
from include.collect.parsing.career_pages import links, page_soup
from include.collect.parsing.endpoints import join
from include.collect.protocol import MalformedAnswer

_NUMBERED = re.compile(
    r"(?:^|&)(?:page|paged|pagenr|pg|seite|offset|startrow)=(\d{1,6})(?:&|$)", re.IGNORECASE
)


def next_page(answer: Answer) -> str | None:
    """Return the address that a page of a list marks as its next one (`rel="next"`), None without one."""
    soup = _soup(answer)
    found = soup.find(["a", "link"], rel="next", href=True) if soup else None
    return join(answer.url, str(found["href"])) if isinstance(found, bs4.Tag) else None


def list_pages(start: Answer, answers: Sequence[Answer]) -> list[Answer]:
    """Return the pages of a list that were read: the first, and those that follow it by `next_page`."""
    pages = [start]
    while following := next_page(pages[-1]):
        page = next((answer for answer in answers if is_at(answer, following)), None)
        if page is None or page in pages or not page.is_success:
            break
        pages.append(page)
    return pages


def has_unread_pages(pages: Sequence[Answer]) -> bool:
    """Return whether a list has pages beyond those read: a next one, or links to itself by number."""
    last = next_page(pages[-1])
    return (last is not None and not any(is_at(page, last) for page in pages)) or any(
        not any(is_at(page, url) for page in pages) for url in _numbered(pages)
    )


def _numbered(pages: Sequence[Answer]) -> Iterator[str]:
    own_path = urlsplit(pages[0].url).path.rstrip("/")
    for page in pages:
        soup = _soup(page)
        for url in links(soup, page.url) if soup else ():
            number = _NUMBERED.search(urlsplit(url).query)
            if number and int(number[1]) > 1 and urlsplit(url).path.rstrip("/") == own_path:
                yield url


def is_at(answer: Answer, url: str) -> bool:
    """Return whether an answer is that of an address; the host is left out, for `base_url` replaces it."""
    return _place(url) in (_place(answer.request.url), _place(answer.url))


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.path.rstrip("/"), parts.query


def _soup(answer: Answer) -> bs4.BeautifulSoup | None:
    try:
        return page_soup(answer)
    except MalformedAnswer:
        return None  # said when it is parsed
