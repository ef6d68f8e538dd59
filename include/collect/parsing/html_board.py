"""Boards that are HTML: list pages with links, and a page per posting with a schema.org JobPosting."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from urllib.parse import urlsplit

import bs4
import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.network.safety import is_address
from include.collect.parsing.career_pages import job_postings, page_soup
from include.collect.parsing.decoding import list_answers, require_ok
from include.collect.parsing.endpoints import join, rebase
from include.collect.parsing.paging import MAX_PAGES, board_listing, detail_answers, wants_detail
from include.collect.parsing.places import places
from include.collect.parsing.records import RecordRefused, require_title
from include.collect.parsing.schema_org import job_posting
from include.collect.protocol import BoardListing, Listing, MalformedAnswer, Place, Reject, SeriesKind


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One posting as a list page shows it.

    Attributes:
        n_rows: rows of the page with the posting: lists by category or place have one in each.
    """

    native_id: str
    title: str
    url: str
    places: tuple[Place, ...] = ()
    n_rows: int = 1


class HtmlBoard:
    """What such adapters share. A subclass says where the list is and what its links look like.

    Attributes:
        link: matches the address of a posting; group 1 is its id.
        marks: any of these in a page shows that it is this system's, even with no posting on it.
    """

    name: str
    series_kind: SeriesKind = "observed"
    is_census = True
    link: re.Pattern[str]
    marks: tuple[bytes, ...]

    def list_url(self, board: Board, number: int, base_url: str | None) -> str | None:
        """Return the address of list page `number` (from 0), None after the last possible one."""
        raise NotImplementedError

    def place_of(self, anchor: bs4.Tag) -> Place | None:
        """Return the place the list page shows beside a posting's link."""
        return None

    def promised(self, soup: bs4.BeautifulSoup) -> int | None:
        """Return how many postings the list page says there are."""
        return None

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for list pages until one brings no new posting, then for the pages wanted.

        Those at a stranger's host are not asked for, whatever the list says.
        """
        seen: dict[str, Row] = {}
        sites = {_site(url) for url in [self.list_url(board, 0, None)] if url}
        for number in range(MAX_PAGES):
            url = self.list_url(board, number, base_url)
            if url is None:
                break
            answer = yield Request(url=url)
            sites |= {_site(answer.request.url), _site(answer.url)}
            try:
                page = {row.native_id: row for row in self._rows(answer)}
            except MalformedAnswer:
                return  # said when parsed
            if not page.keys() - seen.keys():
                break
            seen = {**page, **seen}
        for row in seen.values():
            if wants_detail(board, row.title) and _site(row.url) in sites:
                yield Request(url=rebase(row.url, base_url), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read list pages and posting pages."""
        lists = list_answers(answers)
        rows: dict[str, tuple[str, Row]] = {}
        rejects: list[Reject] = []
        promised: int | None = None
        n_rows = 0
        for number, answer in enumerate(lists):
            try:
                found = list(self._rows(answer))
            except MalformedAnswer as error:
                if number == 0:
                    raise
                rejects.append(Reject.of(f"pages[{number}]", "malformed_page", error))
                continue
            if number == 0:
                promised = self.promised(page_soup(answer))
            for index, row in enumerate(found):
                n_rows += row.n_rows
                rows.setdefault(row.native_id, (f"pages[{number}].links[{index}]", row))
        details = detail_answers(answers, key=self._id_in)
        listings = []
        for pointer, row in rows.values():
            try:
                listings.append(self._listing(pointer, row, details.get(row.native_id)))
            except RecordRefused as refusal:
                rejects.append(Reject.of(pointer, refusal.reason, refusal.detail, row.native_id))
        return board_listing(listings, rejects, promised=promised, n_records=n_rows)

    def _rows(self, answer: Answer) -> Iterator[Row]:
        require_ok(answer)
        soup = page_soup(answer)
        found: dict[str, Row] = {}
        shown: dict[str, dict[Place, None]] = {}
        seen: set[tuple[str, int]] = set()
        for anchor in soup.find_all("a", href=True):
            url = join(answer.request.url, str(anchor["href"]))
            native_id = self._id_in(url) if url else ""
            title = _title(anchor) if native_id else ""
            if url and native_id and title:
                row = found.setdefault(native_id, Row(native_id=native_id, title=title, url=url, n_rows=0))
                shown.setdefault(native_id, {}).update(dict.fromkeys(places([self.place_of(anchor)])))
                around = (native_id, id(anchor.find_parent(["tr", "li"]) or anchor.parent))
                if around not in seen:  # one link per place under the same id, or two links in one row
                    seen.add(around)
                    found[native_id] = msgspec.structs.replace(row, n_rows=row.n_rows + 1)
        if not found and not any(mark in answer.body for mark in self.marks):
            raise MalformedAnswer(f"{answer.request.url}: not a list of {self.name}")
        return (msgspec.structs.replace(row, places=tuple(shown[row.native_id])) for row in found.values())

    def _id_in(self, url: str) -> str:
        """Return the id of the posting at an address, empty when there is none."""
        match = self.link.search(urlsplit(url).path)
        return match[1] if match else ""

    def _listing(self, pointer: str, row: Row, page: Answer | None) -> Listing:
        try:
            postings, rejects = job_postings(page_soup(page), row.url) if page else ([], [])
        except MalformedAnswer as error:
            raise RecordRefused("malformed_detail", str(error)) from error
        if rejects:
            raise RecordRefused(rejects[0].reason, rejects[0].detail)
        if not postings:
            return Listing(
                native_id=row.native_id,
                title=require_title(row.title, row.native_id),
                raw_pointer=pointer,
                is_text_complete=False,
                places=row.places,
                url=row.url,
            )
        listing = job_posting(postings[0][1], pointer, page_url=row.url)
        return msgspec.structs.replace(
            listing, native_id=row.native_id, places=listing.places or row.places, url=row.url
        )


def _site(url: str) -> str:
    """Return the host of an address without its first label: a system's portals are hosts of one domain."""
    host = urlsplit(url).hostname or ""
    domain = host.partition(".")[2]
    return domain if "." in domain and not is_address(host) else host


def _title(anchor: bs4.Tag) -> str:
    """Return the text of a link without what is there for screen readers only; a heading in it wins."""
    heading = anchor.find(["h2", "h3", "h4"])
    if heading:
        return heading.get_text(" ", strip=True)
    hidden = {text for item in anchor.find_all(class_="sr-only") for text in item.stripped_strings}
    return " ".join(text for text in anchor.stripped_strings if text not in hidden)
