"""Any career page: a sitemap or a listing page, then pages with schema.org JobPosting data.

The token is the address without scheme, such as `acme.example/careers` or `acme.example/sitemap.xml`. What
JobPosting data is on the listing page itself is read too. JSON-LD first (`@graph`, arrays, damaged JSON),
microdata where there is none.
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Mapping, Sequence
from urllib.parse import urlsplit

from include.collect.career_pages import job_postings, links, page_soup
from include.collect.decoding import (
    list_answers,
    read_records,
)
from include.collect.endpoints import endpoint, host_and_rest, rebase
from include.collect.paging import (
    board_listing,
    detail_bodies,
)
from include.collect.product_titles import may_be_product_role
from include.collect.protocol import (
    Answer,
    Board,
    BoardListing,
    MalformedAnswer,
    Reject,
    Request,
    SeriesKind,
)
from include.collect.schema_org import job_posting

_SITEMAP_LOCATION = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)")
_JOB_WORDS = re.compile(
    r"/(?:jobs?|careers?|vacanc|positions?|openings?|stellen|karriere|emplois?|offres?|o)[/_-]", re.I
)


class CareerPage:
    """Reads a career site.

    Options: `link`, a regular expression for the addresses of postings (default: the usual words, below the
    listing page's host); `max_pages`, the most pages to read (default 50); `details=product` to read only
    pages whose address may be of a product role.
    """

    name = "career_page"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the listing page, then for the pages it leads to."""
        origin, path = host_and_rest(board)
        answer = yield Request(url=endpoint(origin, f"/{path}", base_url))
        targets = _targets(board, answer)
        for url in targets[: _max_pages(board)]:
            yield Request(url=rebase(url, base_url), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read JobPosting data of all pages; a posting that stands on several counts once, by its id."""
        start = list_answers(answers)[0]
        if b"<" not in start.body:
            raise MalformedAnswer(f"{start.request.url}: neither a page nor a sitemap")
        records: list[tuple[str, tuple[str, Mapping[str, object]]]] = []
        rejects: list[Reject] = []
        pages = [start, *detail_bodies(answers).values()]
        for answer in pages:
            if _is_sitemap(answer):
                continue
            url = answer.request.url
            try:
                found, refused = job_postings(page_soup(answer), url)
            except MalformedAnswer as error:
                rejects.append(Reject(raw_pointer=url, reason="malformed_page", detail=str(error)[:200]))
                continue
            records += [(pointer, (url, item)) for pointer, item in found]
            rejects += refused
        listings, unusable = read_records(
            records, lambda pair, pointer: job_posting(pair[1], pointer, pair[0])
        )
        targets = _targets(board, start)
        if not targets and not any(url == start.request.url for _, (url, _) in records):
            # An empty board cannot be told from a page that only a browser can read.
            raise MalformedAnswer(f"{start.request.url}: no posting and no link to one")
        # A page that failed may hold an open posting; one that is not there any more holds none.
        failed = any(not 200 <= answer.status < 300 and answer.status not in (404, 410) for answer in answers)
        everything = len(targets) <= _max_pages(board) and not failed
        return board_listing(listings, [*rejects, *unusable], is_complete=everything)


def _max_pages(board: Board) -> int:
    return int(board.options.get("max_pages", "50"))


def _is_sitemap(answer: Answer) -> bool:
    return b"<urlset" in answer.body[:2000] or b"<sitemapindex" in answer.body[:2000]


def _targets(board: Board, answer: Answer) -> list[str]:
    """Return the addresses of postings on the start page, on its own host only."""
    if not 200 <= answer.status < 300:
        return []
    if _is_sitemap(answer):
        found = [
            html.unescape(match.decode("utf-8", "replace"))
            for match in _SITEMAP_LOCATION.findall(answer.body)
        ]
    else:
        try:
            found = list(links(page_soup(answer), answer.request.url))
        except MalformedAnswer:
            return []
    pattern = re.compile(board.options["link"]) if "link" in board.options else _JOB_WORDS
    hosts = {urlsplit(answer.request.url).netloc, urlsplit(host_and_rest(board)[0]).netloc}
    chosen = [
        url
        for url in found
        if pattern.search(url)
        and urlsplit(url).netloc in hosts
        and url.rstrip("/") != answer.request.url.rstrip("/")
    ]
    if board.options.get("details") == "product":
        chosen = [url for url in chosen if may_be_product_role(urlsplit(url).path.replace("-", " "))]
    return list(dict.fromkeys(chosen))


ADAPTER = CareerPage()
