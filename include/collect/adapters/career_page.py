"""Any career page: a sitemap or a listing page, then pages with schema.org JobPosting data.

The token is the address without scheme, such as `acme.example/careers` or `acme.example/sitemap.xml`; a
sitemap may be a gzip file, and may be an index of sitemaps. A listing page is followed to those it marks as
its next ones; what JobPosting data is on them is read too. JSON-LD first (`@graph`, arrays, damaged JSON),
microdata where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.career_pages import job_postings, links, page_soup
from include.collect.parsing.decoding import successful_lists
from include.collect.parsing.endpoints import endpoint, host_and_rest, rebase
from include.collect.parsing.list_pages import has_unread_pages, is_at, list_pages, next_page
from include.collect.parsing.paging import board_listing, detail_answers
from include.collect.parsing.posting_ids import told_apart
from include.collect.parsing.product_titles import may_be_product_role
from include.collect.parsing.records import read_records
from include.collect.parsing.schema_org import job_posting
from include.collect.parsing.sitemaps import Sitemap, read_sitemap, unpacked
from include.collect.protocol import BoardListing, MalformedAnswer, Reject, SeriesKind

_MOST_SITEMAPS = 20  # of one index: sites have one for each language or kind of page
_MOST_LIST_PAGES = 20
_JOB_WORDS = re.compile(
    r"/(?:jobs?|careers?|vacanc|positions?|openings?|stellen|karriere|emplois?|offres?|o)[/_-]", re.I
)
_JOB_SITEMAP = re.compile(r"job|career|vacanc|position|opening|stellen|karriere|emploi|offre", re.I)


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
        """Ask for the listing page or sitemap, its next pages or sitemaps, then the pages these lead to."""
        origin, path = host_and_rest(board)
        start = yield Request(url=endpoint(origin, f"/{path}", base_url))
        sources = [start]
        for url in _sitemaps(board, start):
            sources.append((yield Request(url=rebase(url, base_url), purpose="detail")))
        while not _sitemap(start) and len(sources) < _MOST_LIST_PAGES:
            following = next_page(sources[-1])
            if following is None or not _is_of_site(following, board, start):
                break
            if any(is_at(page, following) for page in sources):
                break
            sources.append((yield Request(url=rebase(following, base_url), purpose="detail")))
        for url in _targets(board, start, sources)[: _max_pages(board)]:
            yield Request(url=rebase(url, base_url), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read JobPosting data of all pages; a posting that stands on several counts once, by its id.

        See `told_apart` for ids that a site does not give, or gives to all its postings.
        """
        start = successful_lists(answers)[0]
        if b"<" not in unpacked(start):
            raise MalformedAnswer(f"{start.request.url}: neither a page nor a sitemap")
        records: list[tuple[str, tuple[str, Mapping[str, object]]]] = []
        rejects: list[Reject] = []
        pages = [start, *detail_answers(answers, key=str).values()]
        for answer in pages:
            url = answer.request.url
            try:
                if read_sitemap(answer) is not None:
                    continue
                found, refused = job_postings(page_soup(answer), url)
            except MalformedAnswer as error:
                rejects.append(Reject.of(url, "malformed_page", error))
                continue
            records += [(pointer, (url, item)) for pointer, item in found]
            rejects += refused
        usable, unusable = read_records(records, lambda pair, pointer: job_posting(pair[1], pointer, pair[0]))
        page_of = {pointer: page for pointer, (page, _) in records}
        found_on = [(page_of[listing.raw_pointer], listing) for listing in usable]
        lists = [page.request.url for page in _list_pages(start, answers)] or [start.request.url]
        listings = told_apart(found_on, lists)
        shared = {listing.native_id for listing in usable} - {listing.native_id for listing in listings}
        rejects += [
            msgspec.structs.replace(reject, native_id=None) if reject.native_id in shared else reject
            for reject in unusable
        ]
        targets = _targets(board, start, answers)
        if not targets and not any(url == start.request.url for _, (url, _) in records):
            # An empty board cannot be told from a page that only a browser can read.
            raise MalformedAnswer(f"{start.request.url}: no posting and no link to one")
        return board_listing(listings, rejects, is_complete=_is_whole(board, start, answers, len(targets)))


def _max_pages(board: Board) -> int:
    return int(board.options.get("max_pages", "50"))


def _is_whole(board: Board, start: Answer, answers: Sequence[Answer], n_targets: int) -> bool:
    """Return whether every page and sitemap that may name an open posting was read.

    A page that failed may hold one; a page that is not there any more, or leads to another host's front page,
    holds none. A sitemap that is not there may have named some.
    """
    pages = _list_pages(start, answers)
    if pages and has_unread_pages(pages):
        return False
    failed = any(not 200 <= answer.status < 400 and not answer.is_not_there for answer in answers)
    n_sitemaps = len(_sitemaps(board, start))
    answered = [answer for answer in answers[1 : 1 + n_sitemaps] if answer.is_success]
    is_cut = len(_job_sitemaps(board, start)) > n_sitemaps or n_targets > _max_pages(board)
    return not failed and not is_cut and len(answered) == n_sitemaps


def _sitemap(answer: Answer) -> Sitemap | None:
    """Return the sitemap of an answer; None without one, or when it is damaged, which is said when parsed."""
    if not answer.is_success:
        return None
    try:
        return read_sitemap(answer)
    except MalformedAnswer:
        return None


def _list_pages(start: Answer, answers: Sequence[Answer]) -> list[Answer]:
    """Return the pages of the list in HTML, none where there is a sitemap instead."""
    is_list = start.is_success and _sitemap(start) is None
    return list_pages(start, answers) if is_list else []


def _job_sitemaps(board: Board, start: Answer) -> list[str]:
    """Return the sitemaps an index names: those named after jobs where there are such, else all."""
    index = _sitemap(start)
    if index is None or not index.is_index:
        return []
    found = list(dict.fromkeys(url for url in index.locations if _is_of_site(url, board, start)))
    return [url for url in found if _JOB_SITEMAP.search(urlsplit(url).path)] or found


def _sitemaps(board: Board, start: Answer) -> list[str]:
    return _job_sitemaps(board, start)[:_MOST_SITEMAPS]


def _is_of_site(url: str, board: Board, start: Answer) -> bool:
    """Return whether an address is on the host asked for, or on the one that this redirected to."""
    site = (start.request.url, start.url, host_and_rest(board)[0])
    return _host(url) in map(_host, site)


def _host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")


def _targets(board: Board, start: Answer, answers: Sequence[Answer]) -> list[str]:
    """Return the addresses of postings that the start page or the sitemaps name, on the site itself only."""
    named = [url for answer in answers if (found := _sitemap(answer)) for url in _pages_of(found)]
    pages = _list_pages(start, answers)
    for page in pages:
        try:
            named += links(page_soup(page), page.url)
        except MalformedAnswer:
            continue  # said when it is parsed
    pattern = re.compile(board.options["link"]) if "link" in board.options else _JOB_WORDS
    chosen: Iterable[str] = (
        url
        for url in named
        if pattern.search(url)
        and _is_of_site(url, board, start)
        and not any(is_at(page, url) for page in (start, *pages))
    )
    if board.options.get("details") == "product":
        chosen = (url for url in chosen if may_be_product_role(urlsplit(url).path.replace("-", " ")))
    return list(dict.fromkeys(chosen))


def _pages_of(found: Sitemap) -> Sequence[str]:
    return () if found.is_index else found.locations


ADAPTER = CareerPage()
